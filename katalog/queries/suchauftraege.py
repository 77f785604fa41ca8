"""What the search index still has to take over: changes noted by the tables themselves.

A row of `indexauftrag` names the row that changed; which documents hold something of it is said
here, so that no writer has to know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Select, delete, func, or_, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Objektart
from katalog.models.angebot import Antragsstrecke, Landesangebot, Onlinedienst
from katalog.models.betrieb import Indexauftrag, Indexstand
from katalog.models.grundlage import now
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet, OzgLeistung, OzgZuordnung
from katalog.models.stellen import Stelle
from katalog.queries.chunks import chunks
from katalog.queries.merkmale import DIENST, DIENST_OZG, KOMMUNE, LEISTUNG, OZG


@dataclass(frozen=True, slots=True)
class Auftraege:
    """`ids` are the rows that were read: only they are struck off afterwards, not "all up to"."""

    ids: tuple[int, ...]
    geaendert: Mapping[str, frozenset[int]]


_id: Any = col(Indexauftrag.id)


def has_any(session: Session) -> bool:
    return session.execute(select(_id).limit(1)).first() is not None


def count(session: Session) -> int:
    return int(session.execute(select(func.count(col(Indexauftrag.id)))).scalar_one())


def oldest(session: Session) -> datetime | None:
    found: datetime | None = session.execute(
        select(func.min(col(Indexauftrag.erstellt_am)))
    ).scalar_one()
    return found


def read(session: Session, limit: int) -> Auftraege:
    statement = (
        select(_id, col(Indexauftrag.gegenstand), col(Indexauftrag.gegenstand_id))
        .order_by(col(Indexauftrag.id))
        .limit(limit)
    )
    ids, changed = [], dict[str, set[int]]()
    for number, kind, thing in session.connection().execute(statement):
        ids.append(number)
        changed.setdefault(kind, set()).add(thing)
    return Auftraege(tuple(ids), {kind: frozenset(found) for kind, found in changed.items()})


def all_ids(session: Session) -> tuple[int, ...]:
    return tuple(number for (number,) in session.connection().execute(select(_id)))


def strike_off(session: Session, ids: Sequence[int]) -> None:
    for some in chunks(ids):
        session.execute(delete(Indexauftrag).where(col(Indexauftrag.id).in_(some)))


def affected(session: Session, changed: Mapping[str, frozenset[int]]) -> dict[Objektart, set[int]]:
    """The documents that hold something of what changed."""
    found: dict[Objektart, set[int]] = {typ: set() for typ in Objektart}
    for kind, ids in changed.items():
        if kind in _THEMSELVES:
            found[_THEMSELVES[kind]] |= ids
        for typ, statement in _HOLDERS[kind]:
            for some in chunks(sorted(ids)):
                held = session.execute(statement(some)).scalars()
                found[typ] |= {number for number in held if number is not None}
    return found


# The state of the index ──────────────────────────────────────────────────────────────────────


def stand(session: Session, name: str) -> Indexstand | None:
    return session.get(Indexstand, name)


def set_stand(session: Session, name: str, today: date, documents: int) -> None:
    session.merge(Indexstand(name=name, aufgebaut_am=now(), tag=today, dokumente=documents))


def forget_stand(connection: Connection) -> None:
    """After a restored backup: what the index holds is of another database."""
    connection.execute(delete(Indexstand))
    connection.execute(delete(Indexauftrag))


# Who holds what ──────────────────────────────────────────────────────────────────────────────

Holder: TypeAlias = tuple[Objektart, Callable[[Sequence[int]], Select[Any]]]


def _where(thing: Any, *references: Any) -> Callable[[Sequence[int]], Select[Any]]:
    """The things that refer to any of the ids in any of these columns."""
    return lambda ids: select(thing).where(or_(*(column.in_(ids) for column in references)))


def _with_zuordnung(reference: Any) -> Callable[[Sequence[int]], Select[Any]]:
    return lambda ids: (
        select(col(OzgZuordnung.leistung_id))
        .join(OzgLeistung, col(OzgLeistung.id) == col(OzgZuordnung.ozg_leistung_id))
        .where(reference.in_(ids))
    )


def _serving(reference: Any) -> Callable[[Sequence[int]], Select[Any]]:
    return lambda ids: (
        select(DIENST_OZG.c.dienst)
        .select_from(DIENST_OZG)
        .join(OzgLeistung, col(OzgLeistung.id) == DIENST_OZG.c.ozg)
        .where(reference.in_(ids))
    )


def _used_in_kreis(ids: Sequence[int]) -> Select[Any]:
    return (
        select(col(Einsatz.onlinedienst_id))
        .join(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(col(Gebiet.kreis_id).in_(ids))
        .distinct()
    )


_HOLDERS: Mapping[str, tuple[Holder, ...]] = {
    "ozg_leistung": (
        (LEISTUNG, _where(OzgZuordnung.leistung_id, col(OzgZuordnung.ozg_leistung_id))),
        (DIENST, _serving(col(OzgLeistung.id))),
    ),
    "leistung": (
        (OZG, _where(OzgZuordnung.ozg_leistung_id, col(OzgZuordnung.leistung_id))),
        (DIENST, _where(Antragsstrecke.onlinedienst_id, col(Antragsstrecke.leistung_id))),
    ),
    "onlinedienst": (),
    "stelle": (
        (KOMMUNE, _where(Stelle.gebiet_id, col(Stelle.id))),
        (
            DIENST,
            _where(
                Onlinedienst.id, col(Onlinedienst.traeger_id), col(Onlinedienst.dienstleister_id)
            ),
        ),
    ),
    "gebiet": (
        (KOMMUNE, _where(Gebiet.id, col(Gebiet.id), col(Gebiet.kreis_id), col(Gebiet.land_id))),
        (DIENST, _where(Onlinedienst.id, col(Onlinedienst.betreibendes_land_id))),
        (DIENST, _where(Landesangebot.onlinedienst_id, col(Landesangebot.land_id))),
        (DIENST, _used_in_kreis),
    ),
    "themenfeld": (
        (OZG, _where(OzgLeistung.id, col(OzgLeistung.themenfeld_id))),
        (LEISTUNG, _with_zuordnung(col(OzgLeistung.themenfeld_id))),
        (DIENST, _where(Onlinedienst.id, col(Onlinedienst.themenfeld_id))),
    ),
    "lage": (
        (OZG, _where(OzgLeistung.id, col(OzgLeistung.lage_id))),
        (LEISTUNG, _with_zuordnung(col(OzgLeistung.lage_id))),
        (DIENST, _serving(col(OzgLeistung.lage_id))),
    ),
    "plattform": ((DIENST, _where(Onlinedienst.id, col(Onlinedienst.plattform_id))),),
}
# Things that are documents themselves, also when their row is gone.
_THEMSELVES = {"ozg_leistung": OZG, "leistung": LEISTUNG, "onlinedienst": DIENST, "gebiet": KOMMUNE}
