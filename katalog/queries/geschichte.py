"""What became of an area: other names and keys, what went into it, what it went into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Gebietsereignis
from katalog.models.nutzung import Einsatz
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet, Gebietsname, Gebietsschluessel, Nachfolge
from katalog.models.stellen import Stelle
from katalog.queries.provenance import Angabe, provenance, source_columns


@dataclass(frozen=True, slots=True)
class Ort:
    """`angaben` are the statements of use that came from there and are still here."""

    name: str
    ars: str
    angaben: int = 0


@dataclass(frozen=True, slots=True)
class Begebenheit:
    """`frueher` says what was before: a name, or keys with their kind."""

    am: date | None
    art: Gebietsereignis
    orte: tuple[Ort, ...]
    frueher: tuple[str, ...]
    quelle: Angabe | None

    @property
    def angaben(self) -> int:
        return sum(ort.angaben for ort in self.orte)


def of_area(session: Session, gebiet_id: int) -> list[Begebenheit]:
    """The latest first; what nobody knows the day of comes last."""
    found = [
        *_successions(session, gebiet_id),
        *_keys(session, gebiet_id),
        *_names(session, gebiet_id),
    ]
    return sorted(found, key=lambda each: each.am or date.min, reverse=True)


def _successions(session: Session, gebiet_id: int) -> Iterator[Begebenheit]:
    into = col(Nachfolge.nach_id) == gebiet_id
    other = case((into, col(Nachfolge.von_id)), else_=col(Nachfolge.nach_id))
    rows: list[Any] = [
        *session.execute(
            select(
                into.label("aufnahme"),
                col(Nachfolge.datum),
                func.coalesce(col(Stelle.name), col(Gebiet.name)).label("name"),
                col(Gebiet.ars),
                col(Stelle.id).label("stelle"),
                *source_columns(),
            )
            .join(Gebiet, col(Gebiet.id) == other)
            .outerjoin(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
            .outerjoin(Quelle, col(Quelle.id) == col(Nachfolge.quelle_id))
            .where(or_(into, col(Nachfolge.von_id) == gebiet_id))
            .order_by(into, col(Nachfolge.datum), col(Gebiet.sortier), col(Gebiet.id))
        )
    ]
    moved = _moved_here(session, gebiet_id) if any(row.aufnahme for row in rows) else {}
    for (aufnahme, day), group in groupby(rows, key=lambda row: (bool(row.aufnahme), row.datum)):
        together = list(group)
        yield Begebenheit(
            day,
            Gebietsereignis.AUFNAHME if aufnahme else Gebietsereignis.NACHFOLGE,
            tuple(
                Ort(row.name, row.ars, moved.get(row.stelle, 0) if aufnahme else 0)
                for row in together
            ),
            (),
            provenance(together[0]),
        )


def _moved_here(session: Session, gebiet_id: int) -> dict[int | None, int]:
    """Statements by whose they were first."""
    here = select(col(Stelle.id)).where(col(Stelle.gebiet_id) == gebiet_id).scalar_subquery()
    statement = (
        select(col(Einsatz.urspruengliche_stelle_id), func.count())
        .where(col(Einsatz.stelle_id) == here, col(Einsatz.urspruengliche_stelle_id).is_not(None))
        .group_by(col(Einsatz.urspruengliche_stelle_id))
    )
    return {number: count for number, count in session.execute(statement)}


def _keys(session: Session, gebiet_id: int) -> Iterator[Begebenheit]:
    """Both keys often change on one day, which is one thing that happened."""
    rows: list[Any] = [
        *session.execute(
            select(Gebietsschluessel, *source_columns())
            .outerjoin(Quelle, col(Quelle.id) == col(Gebietsschluessel.quelle_id))
            .where(col(Gebietsschluessel.gebiet_id) == gebiet_id)
            .order_by(
                col(Gebietsschluessel.gueltig_bis),
                col(Gebietsschluessel.art).desc(),
                col(Gebietsschluessel.wert),
            )
        )
    ]
    for last_day, group in groupby(rows, key=lambda row: row.Gebietsschluessel.gueltig_bis):
        together = list(group)
        keys = tuple(
            f"{row.Gebietsschluessel.art.label} {row.Gebietsschluessel.wert}" for row in together
        )
        day = _day_after(last_day)
        yield Begebenheit(day, Gebietsereignis.SCHLUESSEL, (), keys, provenance(together[0]))


def _names(session: Session, gebiet_id: int) -> Iterator[Begebenheit]:
    rows: Any = session.execute(
        select(Gebietsname, *source_columns())
        .outerjoin(Quelle, col(Quelle.id) == col(Gebietsname.quelle_id))
        .where(col(Gebietsname.gebiet_id) == gebiet_id)
    )
    for row in rows:
        name = row.Gebietsname
        day = _day_after(name.gueltig_bis)
        yield Begebenheit(day, Gebietsereignis.NAME, (), (name.name,), provenance(row))


def _day_after(day: date | None) -> date | None:
    return day + timedelta(days=1) if day else None
