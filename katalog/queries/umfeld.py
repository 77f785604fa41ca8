"""What stands around a service: the others of its OZG services, with their assistants counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from katalog.models.angebot import Antragsstrecke, Onlinedienst
from katalog.models.register import Leistung, OzgZuordnung
from katalog.queries.dienste import public


@dataclass(frozen=True, slots=True)
class Verwandte:
    """`schluessel` is the LeiKa key, or the key that a service without one has instead."""

    id: int
    name: str
    schluessel: str | None


def siblings(session: Session, leistung_id: int) -> list[Verwandte]:
    """The other services of the same OZG services."""
    bundles = select(col(OzgZuordnung.ozg_leistung_id)).where(
        col(OzgZuordnung.leistung_id) == leistung_id, col(OzgZuordnung.entfallen_am).is_(None)
    )
    others = select(col(OzgZuordnung.leistung_id)).where(
        col(OzgZuordnung.ozg_leistung_id).in_(bundles), col(OzgZuordnung.entfallen_am).is_(None)
    )
    statement = (
        select(
            col(Leistung.id),
            col(Leistung.bezeichnung_buerger),
            col(Leistung.bezeichnung),
            func.coalesce(col(Leistung.leistungsschluessel), col(Leistung.ersatzschluessel)),
        )
        .where(
            col(Leistung.id).in_(others),
            col(Leistung.id) != leistung_id,
            col(Leistung.entfallen_am).is_(None),
        )
        .order_by(col(Leistung.sortier), col(Leistung.id))
    )
    return [
        Verwandte(number, everyday or name, key)
        for number, everyday, name, key in session.execute(statement)
    ]


def count_dienste(session: Session, leistung_ids: Sequence[int]) -> dict[int, int]:
    """How many assistants have a path for each service."""
    statement = (
        select(
            col(Antragsstrecke.leistung_id),
            func.count(col(Antragsstrecke.onlinedienst_id).distinct()),
        )
        .join(Onlinedienst, col(Onlinedienst.id) == col(Antragsstrecke.onlinedienst_id))
        .where(col(Antragsstrecke.leistung_id).in_(leistung_ids), public())
        .group_by(col(Antragsstrecke.leistung_id))
    )
    return {number: count for number, count in session.execute(statement)}
