"""A municipality beside the others of its Kreis: what they have, what it has and they have not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlmodel import Session, col

from katalog.domain.begriffe import (
    Angebotsstatus,
    Einsatzstatus,
    Gebietsebene,
    Kostenmodell,
)
from katalog.domain.rollen import Betrachter
from katalog.models.angebot import Landesangebot, Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet
from katalog.queries.dienste import DienstZeile, by_ids, public
from katalog.queries.einsaetze import bodies_in_kreis, counted, stands, users_among, visible


@dataclass(frozen=True, slots=True)
class Nachbarschaft:
    """`kommunen` are the neighbours that use it; `frei` if it costs municipalities nothing."""

    zeile: DienstZeile
    kommunen: tuple[str, ...]
    frei: bool


@dataclass(frozen=True, slots=True)
class Vergleichskreis:
    """What a comparison with the neighbours shows; `groesse` is how many neighbours there are."""

    groesse: int
    fehlt: tuple[Nachbarschaft, ...]
    selten: tuple[Nachbarschaft, ...]


def compare_with_kreis(
    session: Session, gebiet: Gebiet, stelle_id: int, viewer: Betrachter, today: date, most: int = 8
) -> Vergleichskreis:
    """Only what counts as used is compared; nothing for a Kreis or a kreisfreie Stadt."""
    if gebiet.ebene is not Gebietsebene.GEMEINDE or gebiet.kreisfrei or gebiet.kreis_id is None:
        return Vergleichskreis(0, (), ())
    towns = bodies_in_kreis(session, gebiet.kreis_id, Gebietsebene.GEMEINDE)
    others = {number: name for number, name in towns.items() if number != stelle_id}
    missing = _used_by_others(session, gebiet, stelle_id, others, viewer, today, most)
    rare = _hardly_used_by_others(session, stelle_id, others, viewer, today, most)
    ids = [*missing, *rare]
    names = users_among(session, others, viewer, today, col(Einsatz.onlinedienst_id).in_(ids))
    rows = [
        Nachbarschaft(row, tuple(names.get(number, ())), missing.get(number, False))
        for number, row in zip(ids, by_ids(session, ids), strict=True)
    ]
    return Vergleichskreis(len(others), tuple(rows[: len(missing)]), tuple(rows[len(missing) :]))


def _used_by_others(
    session: Session,
    gebiet: Gebiet,
    stelle_id: int,
    others: dict[int, str],
    viewer: Betrachter,
    today: date,
    most: int,
) -> dict[int, bool]:
    """The most used first, among equals those that cost nothing: number → costs nothing."""
    own = select(col(Einsatz.onlinedienst_id)).where(
        col(Einsatz.stelle_id) == stelle_id, stands(viewer, today)
    )
    users = func.count(col(Einsatz.stelle_id).distinct())
    free = _costs_nothing(gebiet.land_id)
    statement: Any = (
        select(col(Onlinedienst.id), free)
        .join(Einsatz, col(Einsatz.onlinedienst_id) == col(Onlinedienst.id))
        .where(
            col(Einsatz.stelle_id).in_(others),
            visible(viewer),
            counted(today),
            col(Einsatz.onlinedienst_id).not_in(own),
            public(),
        )
        .group_by(col(Onlinedienst.id), col(Onlinedienst.kosten_modell), col(Onlinedienst.sortier))
        .order_by(users.desc(), free.desc(), col(Onlinedienst.sortier), col(Onlinedienst.id))
        .limit(most)
    )
    return {number: bool(nothing) for number, nothing in session.execute(statement)}


def _hardly_used_by_others(
    session: Session,
    stelle_id: int,
    others: dict[int, str],
    viewer: Betrachter,
    today: date,
    most: int,
) -> list[int]:
    """What it has and at most one neighbour as well, from one look at all of their statements."""
    users = func.count(col(Einsatz.stelle_id).distinct())
    own = func.max(case((col(Einsatz.stelle_id) == stelle_id, 1), else_=0))
    statement = (
        select(col(Onlinedienst.id))
        .join(Einsatz, col(Einsatz.onlinedienst_id) == col(Onlinedienst.id))
        .where(
            col(Einsatz.stelle_id).in_([stelle_id, *others]),
            visible(viewer),
            counted(today),
            public(),
        )
        .group_by(col(Onlinedienst.id), col(Onlinedienst.sortier))
        .having(own == 1, users <= 2)
        .order_by(users, col(Onlinedienst.sortier), col(Onlinedienst.id))
        .limit(most if others else 0)
    )
    return list(session.execute(statement).scalars())


def _costs_nothing(land_id: int | None) -> ColumnElement[int]:
    """Said by the assistant itself, or by what the own Land offers it for."""
    offered = select(col(Landesangebot.onlinedienst_id)).where(
        col(Landesangebot.land_id) == land_id,
        col(Landesangebot.status) == Angebotsstatus.ANGEBOTEN,
        col(Landesangebot.kosten_modell) == Kostenmodell.KOSTENNEUTRAL,
    )
    return case(
        (
            or_(
                col(Onlinedienst.kosten_modell) == Kostenmodell.KOSTENNEUTRAL,
                col(Onlinedienst.id).in_(offered),
            ),
            1,
        ),
        else_=0,
    )


@dataclass(frozen=True, slots=True)
class Bestand:
    """How many assistants a body has live and on the way."""

    produktiv: int = 0
    unterwegs: int = 0


def count_by_body(
    session: Session, stelle_ids: Sequence[int], viewer: Betrachter, today: date
) -> dict[int, Bestand]:
    on_the_way = col(Einsatz.status).in_((Einsatzstatus.IN_UMSETZUNG, Einsatzstatus.GEPLANT))
    statement = (
        select(
            col(Einsatz.stelle_id),
            func.count(case((counted(today), col(Einsatz.onlinedienst_id))).distinct()),
            func.count(case((on_the_way, col(Einsatz.onlinedienst_id))).distinct()),
        )
        .where(col(Einsatz.stelle_id).in_(stelle_ids), stands(viewer, today))
        .group_by(col(Einsatz.stelle_id))
    )
    return {number: Bestand(live, coming) for number, live, coming in session.execute(statement)}
