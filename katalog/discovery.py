"""Finding: from what somebody typed to grouped results, the obvious thing first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from katalog.db import Session
from katalog.domain.rollen import Betrachter
from katalog.queries import dienste, einsaetze, kommunen, suche


@dataclass(frozen=True, slots=True)
class Ergebnis:
    ozg: suche.Gruppe
    leistungen: suche.Gruppe
    dienste: tuple[dienste.DienstZeile, ...]
    dienste_gesamt: int
    kommunen: suche.Gruppe
    nutzer: dict[int, int]
    in_der_naehe: dict[int, list[str]]
    ort: str
    dienste_je_ozg: dict[int, int]

    @property
    def gesamt(self) -> int:
        return self.ozg.gesamt + self.leistungen.gesamt + self.dienste_gesamt + self.kommunen.gesamt


def find(session: Session, q: str, ort: str, viewer: Betrachter, today: date) -> Ergebnis:
    """An assistant is found by its own words, or because it serves a service that was found.

    With a place, assistants that municipalities of its Kreis use come first.
    """
    ozg = suche.find_ozg(session, q)
    leistungen = suche.find_leistungen(session, q)
    named = suche.find_dienst_ids(session, q)
    serving = dienste.ids_for(
        session, [hit.id for hit in ozg.treffer], [hit.id for hit in leistungen.treffer]
    )
    ids = list(dict.fromkeys([*named, *serving]))
    place = kommunen.find_place(session, ort) if ort else None
    near: dict[int, list[str]] = {}
    if place is not None and place.gebiet.kreis_id is not None:
        near = einsaetze.users_in_kreis(session, ids, place.gebiet.kreis_id, viewer, today)
        ids.sort(key=lambda number: -len(near.get(number, ())))
    shown = ids[: suche.GROUP_SIZE]
    return Ergebnis(
        ozg=ozg,
        leistungen=leistungen,
        dienste=tuple(dienste.by_ids(session, shown)),
        dienste_gesamt=len(ids),
        kommunen=suche.find_kommunen(session, q),
        nutzer=einsaetze.count_users(session, shown, viewer, today),
        in_der_naehe=near,
        ort=place.name if place else "",
        dienste_je_ozg=dienste.count_dienste_per_ozg(session, [hit.id for hit in ozg.treffer]),
    )
