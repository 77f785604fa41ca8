"""The state of a map in its address: what is asked, on which level, of which day and order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from katalog import discovery
from katalog.api import keys
from katalog.atlas import Kartenfrage
from katalog.domain.begriffe import Begriff, Einsatzrolle, Einsatzstatus, Gebietsebene, Objektart
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.gebietsnetz import KARTENEBENEN
from katalog.domain.kartenklassen import Kartenansicht
from katalog.queries.listen import Einsatzfilter
from katalog.web.address import Address
from katalog.web.lists import read_auswahl

W = TypeVar("W", bound=Begriff)

SEEN = "gesehen"
# Below this many municipalities each of them is large enough to be seen at once.
_MOST_SINGLE = 700


def read_frage(address: Address, today: date) -> Kartenfrage:
    typ = _word(address, "typ", Objektart) or Objektart.ONLINEDIENST
    auswahl = read_auswahl(address.without("ort", "sortierung"), typ)
    chosen = {name: values for name, values in auswahl.filter.items() if name != "ebene"}
    return Kartenfrage(
        auswahl=replace(auswahl, filter=chosen),
        filter=Einsatzfilter(
            kennung=address.all("kennung"),
            leistungsschluessel=tuple(
                _keys(address, "leistungsschluessel", keys.read_leistungsschluessel)
            ),
            ozg_id=tuple(_keys(address, "ozg_id", keys.read_ozg_id)),
            status=tuple(_words(address, "nutzung", Einsatzstatus)),
            rolle=tuple(_words(address, "rolle", Einsatzrolle)),
        ),
        ansicht=_word(address, "ansicht", Kartenansicht),
        tag=_day(address) or today,
        raum=address.all("raum"),
    )  # fmt: skip


def read_ebene(address: Address) -> Gebietsebene | None:
    """None is for the level that fits best."""
    return _word(address, "ebene", Gebietsebene, KARTENEBENEN)


def choose_ebene(address: Address, meant: int | None) -> Gebietsebene:
    """`meant` is how many municipalities are shown at all, None for all of Germany.

    `gesehen` is no choice of the reader: the browser names what fits the part that is seen.
    """
    seen = _word(address, SEEN, Gebietsebene, KARTENEBENEN)
    fits = meant is not None and meant <= _MOST_SINGLE
    fallback = Gebietsebene.GEMEINDE if fits else Gebietsebene.KREIS
    return read_ebene(address) or seen or fallback


def status_address(address: Address, ebene: Gebietsebene) -> Address:
    """Of the call that answers what this page shows; it knows fewer parameters."""
    kept = address.without("gebiet", "ort", "sortierung", "seite", "format")
    known = {"q", "typ", "ozg_id", "leistungsschluessel", "kennung", "nutzung", "rolle", "ansicht",
             "zum", "raum", *discovery.filter_names(None)}  # fmt: skip
    fields = tuple(each for each in kept.fields if each[0] in known and each[0] != "ebene")
    day = _day(address)
    return Address("/api/v1/karte/status", fields).with_(
        zum=day.isoformat() if day else "", ebene=ebene
    )


def _words(address: Address, name: str, words: type[W]) -> Iterator[W]:
    for value in address.all(name):
        if value not in set(words):
            raise _unknown(name, value, list(words))
        yield words(value)


def _word(
    address: Address, name: str, words: type[W], allowed: Sequence[W] | None = None
) -> W | None:
    value = address.text(name)
    possible = list(words) if allowed is None else allowed
    if value and value not in possible:
        raise _unknown(name, value, possible)
    return words(value) if value else None


def _unknown(name: str, value: str, words: Sequence[Begriff]) -> UngueltigeEingabe:
    return UngueltigeEingabe(
        name, value, f"Diesen Wert gibt es nicht. Möglich sind: {', '.join(words)}."
    )


def _keys(address: Address, name: str, read: Callable[[str], str]) -> Iterator[str]:
    for value in address.all(name):
        try:
            yield read(value)
        except UngueltigeEingabe as error:
            raise UngueltigeEingabe(name, value, error.meldung) from error


def _day(address: Address) -> date | None:
    """As links have it (2026-11-30) or as people write it (30.11.2026)."""
    text = address.text("zum")
    try:
        if "." in text:
            day, month, year = (int(part) for part in text.split("."))
            return date(year, month, day)
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UngueltigeEingabe(
            "zum", text, "Diesen Tag gibt es nicht. Schreiben Sie ihn wie 30.11.2026."
        ) from error
