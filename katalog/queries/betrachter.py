"""An account as a `Betrachter`: its roles, and the bodies behind each of them, as numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from katalog.domain.rollen import Betrachter, Rolle
from katalog.models.konten import Mitgliedschaft
from katalog.models.register import Gebiet
from katalog.models.stellen import Mitglied, Stelle, Wirkungsgebiet


def resolve(
    session: Session, konto_id: int, today: date, *, stelle_id: int | None = None
) -> Betrachter:
    """With `stelle_id` only what the account may by acting for this body."""
    memberships = select(col(Mitgliedschaft.rolle), col(Mitgliedschaft.stelle_id)).where(
        col(Mitgliedschaft.konto_id) == konto_id,
        col(Mitgliedschaft.freigegeben_am).is_not(None),
        col(Mitgliedschaft.beendet_am).is_(None),
    )
    if stelle_id is not None:
        memberships = memberships.where(col(Mitgliedschaft.stelle_id) == stelle_id)
    bodies: dict[Rolle, set[int]] = defaultdict(set)
    for rolle, stelle in session.execute(memberships):
        bodies[rolle] |= {stelle} if stelle is not None else set()
    own = bodies[Rolle.KOMMUNE]
    coordinating = bodies[Rolle.KOORDINIERUNG]
    return Betrachter(
        rollen=frozenset(rolle for rolle in bodies if bodies[rolle])
        | ({Rolle.ADMINISTRATION} & bodies.keys()),
        eigene_stellen=frozenset(own | _members(session, own, today)),
        anbieter_stellen=frozenset(bodies[Rolle.ANBIETER]),
        koordinierende_stellen=frozenset(coordinating),
        koordinierte_stellen=frozenset(in_the_areas_of(session, coordinating)),
        konto_id=konto_id,
    )


def _members(session: Session, joint: Collection[int], today: date) -> set[int]:
    """A joint body (Amt, Verbandsgemeinde) acts for its members."""
    if not joint:
        return set()
    statement = select(col(Mitglied.stelle_id)).where(
        col(Mitglied.verbund_id).in_(joint),
        or_(col(Mitglied.ab).is_(None), col(Mitglied.ab) <= today),
        or_(col(Mitglied.bis).is_(None), col(Mitglied.bis) >= today),
    )
    return set(session.execute(statement).scalars())


def in_the_areas_of(session: Session, coordinating: Collection[int]) -> set[int]:
    """All bodies whose area lies in one that they work for, whatever its level."""
    if not coordinating:
        return set()
    statement = (
        select(col(Stelle.id))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(lies_in_areas_of(coordinating))
    )
    return {number for number in session.execute(statement).scalars() if number is not None}


def lies_in_areas_of(coordinating: Collection[int]) -> ColumnElement[bool]:
    """The condition on `Gebiet`."""
    areas = (
        select(col(Wirkungsgebiet.gebiet_id))
        .where(col(Wirkungsgebiet.stelle_id).in_(coordinating))
        .scalar_subquery()
    )
    return or_(
        col(Gebiet.id).in_(areas),
        col(Gebiet.parent_id).in_(areas),
        col(Gebiet.kreis_id).in_(areas),
        col(Gebiet.land_id).in_(areas),
    )
