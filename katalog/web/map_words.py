"""What a map is about, in words: its title, and a chip for each choice that can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from katalog import discovery
from katalog.atlas import Kartenfrage, find_raum
from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus, Objektart
from katalog.queries import dienste, register
from katalog.web.lists import Chip, active_chips
from katalog.web.page import View


@dataclass(frozen=True, slots=True)
class Thema:
    """What a key of the address stands for; `written` is how it stands there, blanks and all."""

    parameter: str
    written: str
    name: str


def name_subjects(view: View, frage: Kartenfrage) -> list[Thema]:
    keys = frage.filter
    return [
        Thema(parameter, written, name(view, key))
        for parameter, read, name in (
            ("ozg_id", keys.ozg_id, _ozg),
            ("leistungsschluessel", keys.leistungsschluessel, _leistung),
            ("kennung", keys.kennung, _dienst),
        )
        for written, key in zip(view.address.all(parameter), read, strict=True)
    ]


def _ozg(view: View, key: str) -> str:
    found = register.find_ozg(view.session, key)
    return found.titel if found else f"OZG-ID {key}"


def _leistung(view: View, key: str) -> str:
    found = register.find_leistung(view.session, key)
    return found.name if found else f"Leistung {key}"


def _dienst(view: View, key: str) -> str:
    found = dienste.find_dienst(view.session, key)
    return found.titel if found else key


def chips_of(view: View, frage: Kartenfrage, themen: list[Thema]) -> list[Chip]:
    base = view.address.without("seite", "gebiet")
    subjects = [Chip(t.name, str(base.toggled(t.parameter, t.written))) for t in themen]
    return [*subjects, *_choices(view, frage), *_filters(view, frage)]


def _choices(view: View, frage: Kartenfrage) -> Iterator[Chip]:
    base = view.address.without("seite", "gebiet")
    netz = view.portal.atlas.netz()
    for key in frage.raum:
        yield Chip(f"Gebiet: {find_raum(netz, key).name}", str(base.toggled("raum", key)))
    for status in frage.filter.status:
        yield Chip(f"Nutzung: {Einsatzstatus(status).label}", str(base.toggled("nutzung", status)))
    for rolle in frage.filter.rolle:
        yield Chip(f"Rolle: {Einsatzrolle(rolle).label}", str(base.toggled("rolle", rolle)))
    if frage.tag != view.today:
        yield Chip(f"Stand zum {frage.tag:%d.%m.%Y}", str(base.without("zum")))


def _filters(view: View, frage: Kartenfrage) -> list[Chip]:
    """The same words as beside the list."""
    auswahl = frage.auswahl
    if not auswahl.q and not auswahl.filter:
        return []
    fund = discovery.find(view.session, view.portal.suche, auswahl, view.today, limit=0)
    base = view.address.without("gebiet", *(() if auswahl.filter else ("typ",)))
    chosen = tuple(each for each in fund.facetten if each.name in auswahl.filter)
    kind = f"{frage.typ.label}: " if frage.typ is not Objektart.ONLINEDIENST else ""
    return active_chips(base, chosen, [("q", f"{kind}{auswahl.q}")])
