"""How far an assistant has spread: who is near, who made it, how many in which Land."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus
from katalog.domain.rollen import Betrachter
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from katalog.queries.einsaetze import (
    Condition,
    Nutzung,
    counted,
    matching,
    stands,
    users_among,
    uses,
    visible,
)

_MOST_MAKERS = 12
_MAKING = (Einsatzrolle.ERSTELLT, Einsatzrolle.BETREIBT, Einsatzrolle.PILOTIERT)


@dataclass(frozen=True, slots=True)
class Landeszahl:
    """`land` is None for bodies of no Land."""

    land: str | None
    ars: str | None
    anzahl: int


def near(
    session: Session,
    onlinedienst_id: int,
    bodies: Mapping[int, str],
    viewer: Betrachter,
    today: date,
) -> list[Nutzung]:
    """Statements of these bodies that stand and are no mere watching."""
    return matching(
        session,
        viewer,
        uses(onlinedienst_id),
        col(Einsatz.stelle_id).in_(bodies),
        stands(viewer, today),
        col(Einsatz.status) != Einsatzstatus.BEENDET,
        col(Einsatz.rolle) != Einsatzrolle.BEOBACHTET,
    )


def makers(
    session: Session, onlinedienst_id: int, viewer: Betrachter, today: date
) -> list[Nutzung]:
    """Who says to have built it, to run it or to try it first."""
    return matching(
        session,
        viewer,
        uses(onlinedienst_id),
        stands(viewer, today),
        col(Einsatz.rolle).in_(_MAKING),
        most=_MOST_MAKERS,
    )


def users_by_land(
    session: Session, condition: Condition, viewer: Betrachter, today: date
) -> list[Landeszahl]:
    """Bodies for which the condition counts as use, each once; the Land with most of them first."""
    land = aliased(Gebiet)
    number = func.count(col(Einsatz.stelle_id).distinct())
    # Outer joins, though each row has its match: otherwise all areas would come before the
    # statements.
    statement = (
        select(col(land.name), col(land.ars), number)
        .select_from(Einsatz)
        .outerjoin(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .outerjoin(land, col(land.id) == func.coalesce(col(Gebiet.land_id), col(Stelle.land_id)))
        .where(condition, visible(viewer), counted(today))
        .group_by(col(land.id), col(land.name), col(land.ars), col(land.sortier))
        .order_by(number.desc(), col(land.sortier))
    )
    return [Landeszahl(*row) for row in session.execute(statement)]


def users_among_these(
    session: Session,
    onlinedienst_ids: Sequence[int],
    bodies: Mapping[int, str],
    viewer: Betrachter,
    today: date,
) -> dict[int, list[str]]:
    """For each of the assistants the names of those bodies that count as using it."""
    these = col(Einsatz.onlinedienst_id).in_(onlinedienst_ids)
    return users_among(session, bodies, viewer, today, these)
