"""What meetings and work packages are about: services and assistants, named by their keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from katalog.domain.bezug import Bezugsart, Gegenstand, kind_of
from katalog.domain.errors import UngueltigeEingabe
from katalog.models.angebot import Onlinedienst
from katalog.models.koordination import Arbeitspaket, Austauschtermin, Bezug
from katalog.models.register import Leistung, OzgLeistung

_KEY: Mapping[Bezugsart, tuple[Any, Any, Any]] = {
    Bezugsart.OZG: (col(OzgLeistung.id), col(OzgLeistung.ozg_id), col(OzgLeistung.titel)),
    Bezugsart.LEISTUNG: (
        col(Leistung.id),
        col(Leistung.leistungsschluessel),
        func.coalesce(
            func.nullif(col(Leistung.bezeichnung_buerger), ""), col(Leistung.bezeichnung)
        ),
    ),
    Bezugsart.ONLINEDIENST: (
        col(Onlinedienst.id),
        col(Onlinedienst.kennung),
        col(Onlinedienst.name),
    ),
}
_COLUMN: Mapping[Bezugsart, Any] = {
    Bezugsart.OZG: col(Bezug.ozg_leistung_id),
    Bezugsart.LEISTUNG: col(Bezug.leistung_id),
    Bezugsart.ONLINEDIENST: col(Bezug.onlinedienst_id),
}
_OWNER: Mapping[type, Any] = {
    Austauschtermin: col(Bezug.austauschtermin_id),
    Arbeitspaket: col(Bezug.arbeitspaket_id),
}


@dataclass(frozen=True, slots=True)
class Bezuege:
    thema: list[Gegenstand] = field(default_factory=list)
    ergebnis: list[Gegenstand] = field(default_factory=list)


def resolve(session: Session, keys: Sequence[str], feld: str = "bezug") -> list[Gegenstand]:
    """In the order in which they were typed; refuses the first that does not exist."""
    found: dict[str, Gegenstand] = {}
    for art, (number, key, name) in _KEY.items():
        wanted = [each for each in keys if kind_of(each) is art]
        statement = select(number, key, name).where(key.in_(wanted))
        if art is Bezugsart.ONLINEDIENST:
            statement = statement.where(col(Onlinedienst.entwurf).is_(False))
        for row in session.execute(statement) if wanted else ():
            found[row[1]] = Gegenstand(art, *row)
    for each in keys:
        if each not in found:
            what = kind_of(each).label
            raise UngueltigeEingabe(
                feld, each, f"{what} „{each}“ gibt es im Katalog nicht. Prüfen Sie den Schlüssel."
            )
    return [found[each] for each in keys]


def of(session: Session, model: type, numbers: Sequence[int]) -> dict[int, Bezuege]:
    """Of each of these meetings or packages, in the order in which they were named."""
    owner = _OWNER[model]
    rows: list[tuple[int, int, bool, Gegenstand]] = []
    for art, (number, key, name) in _KEY.items():
        statement = (
            select(col(Bezug.id), owner, col(Bezug.ergebnis), number, key, name)
            .join_from(Bezug, number.class_, number == _COLUMN[art])
            .where(owner.in_(numbers))
        )
        rows += [
            (own, of_it, result, Gegenstand(art, *rest))
            for own, of_it, result, *rest in session.execute(statement)
        ]
    found: dict[int, Bezuege] = defaultdict(Bezuege)
    for _, of_it, result, gegenstand in sorted(rows, key=lambda row: row[0]):
        (found[of_it].ergebnis if result else found[of_it].thema).append(gegenstand)
    return found


def replace(
    session: Session,
    model: type,
    number: int,
    gegenstaende: Sequence[Gegenstand],
    *,
    ergebnis: bool = False,
) -> None:
    owner = _OWNER[model]
    session.connection().execute(
        delete(Bezug).where(owner == number, col(Bezug.ergebnis).is_(ergebnis))
    )
    for each in gegenstaende:
        values: dict[str, Any] = {
            owner.key: number,
            _COLUMN[each.art].key: each.id,
            "ergebnis": ergebnis,
        }
        session.add(Bezug(**values))
    session.flush()


def write(gegenstaende: Sequence[Gegenstand]) -> str:
    """As `domain.bezug` reads it."""
    return ", ".join(each.schluessel for each in gegenstaende)
