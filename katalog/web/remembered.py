"""From the address of a list to what it finds: one way for keeping a search and for telling of it.

What is found is what the files and the feed of that address hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from katalog import discovery
from katalog.db import Session
from katalog.discovery import Auswahl, Suche
from katalog.domain.begriffe import Objektart
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.suchabo import LONGEST_ADDRESS, Funde
from katalog.web.address import Address, read_address
from katalog.web.lists import active_chips, plain_choices, read_auswahl

_PLACES: Mapping[str, tuple[Objektart | None, str]] = {
    "/suche": (None, "Suche"),
    "/ozg": (Objektart.OZG_LEISTUNG, "OZG-Leistungen"),
    "/leistungen": (Objektart.LEISTUNG, "LeiKa-Leistungen"),
    "/onlinedienste": (Objektart.ONLINEDIENST, "Onlinedienste"),
    "/kommunen": (Objektart.KOMMUNE, "Kommunen"),
}
# What changes how a list looks and not what is in it.
_ONLY_LOOKS = ("seite", "sortierung", "format")


def read_place(typed: str) -> Address:
    """The address of a list, without what changes only how it looks; refuses any other."""
    path, _, query = typed.partition("?")
    address = read_address(path, query.encode()).without(*_ONLY_LOOKS)
    if path not in _PLACES or (path == "/suche" and not _asks(address)):
        raise UngueltigeEingabe(
            "adresse",
            typed,
            "Diese Seite lässt sich nicht merken. Suchen Sie etwas, oder öffnen Sie eine Liste.",
        )
    if len(str(address)) > LONGEST_ADDRESS:
        raise UngueltigeEingabe(
            "adresse", typed, "Die Suche ist zu lang. Nehmen Sie einzelne Filter heraus."
        )
    return address


def find_in(search: Suche, session: Session, adresse: str, today: date) -> Funde:
    return discovery.find_sets(session, search, _auswahl(read_place(adresse)), today)


def describe(session: Session, search: Suche, address: Address, today: date) -> str:
    """What the list shows, in the words of its filters."""
    auswahl = _auswahl(address)
    fund = discovery.find(session, search, auswahl, today, limit=0)
    words = [chip.text for chip in active_chips(address, fund.facetten, plain_choices(auswahl))]
    name = _PLACES[address.path][1]
    return f"{name}: {', '.join(words)}" if words else f"Alle {name}"


def _auswahl(address: Address) -> Auswahl:
    return read_auswahl(address, _PLACES[address.path][0])


def _asks(address: Address) -> bool:
    auswahl = _auswahl(address)
    return bool(auswahl.q or auswahl.filter)
