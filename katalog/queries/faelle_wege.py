"""What a body may begin for an assistant: whose offer holds for it, and for which areas it acts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from katalog.models.angebot import Landesangebot, Onlinedienst
from katalog.models.fall import Wunsch
from katalog.models.register import Gebiet
from katalog.models.stellen import Mitglied, Stelle, Wirkungsgebiet


@dataclass(frozen=True, slots=True)
class Koerperschaft:
    """A body with the areas it lies in (its own first, its Land last) and its members."""

    stelle: Stelle
    lage: tuple[int, ...]
    mitglieder: tuple[tuple[int, str], ...]
    gebiete: tuple[int, ...]


def find_dienst(session: Session, number: int) -> Onlinedienst | None:
    """A draft is nothing that anybody could take over."""
    found = session.get(Onlinedienst, number)
    return None if found is None or found.entwurf else found


def find_bodies(session: Session, ids: Collection[int], today: date) -> list[Koerperschaft]:
    """In the order of their names."""
    members: dict[int, list[tuple[int, str, int | None]]] = defaultdict(list)
    for joint, number, name, area in session.execute(
        select(col(Mitglied.verbund_id), col(Stelle.id), col(Stelle.name), col(Stelle.gebiet_id))
        .join(Stelle, col(Stelle.id) == col(Mitglied.stelle_id))
        .where(
            col(Mitglied.verbund_id).in_(ids),
            or_(col(Mitglied.ab).is_(None), col(Mitglied.ab) <= today),
            or_(col(Mitglied.bis).is_(None), col(Mitglied.bis) >= today),
        )
        .order_by(col(Stelle.sortier), col(Stelle.id))
    ):
        members[joint].append((number, name, area))
    works_for: dict[int, list[int]] = defaultdict(list)
    for number, area in session.execute(
        select(col(Wirkungsgebiet.stelle_id), col(Wirkungsgebiet.gebiet_id)).where(
            col(Wirkungsgebiet.stelle_id).in_(ids)
        )
    ):
        works_for[number].append(area)
    statement = (
        select(Stelle, col(Gebiet.parent_id), col(Gebiet.kreis_id), col(Gebiet.land_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(col(Stelle.id).in_(ids), col(Stelle.entfallen_am).is_(None))
        .order_by(col(Stelle.sortier), col(Stelle.id))
    )
    found = []
    for stelle, parent, kreis, land in session.execute(statement).all():
        own = [stelle.gebiet_id] if stelle.gebiet_id else []
        areas = works_for[stelle.id] + [area for *_, area in members[stelle.id] if area]
        places = (stelle.gebiet_id, parent, kreis, land, stelle.land_id)
        found.append(
            Koerperschaft(
                stelle=stelle,
                lage=tuple(dict.fromkeys(place for place in places if place is not None)),
                mitglieder=tuple((number, name) for number, name, _ in members[stelle.id]),
                gebiete=tuple(dict.fromkeys(areas or own)),
            )
        )
    return found


def offers_by_area(
    session: Session, dienst: int, *, lock: bool = False
) -> tuple[list[Landesangebot], dict[int, set[int]]]:
    """The offers of an assistant, and for each coordinating body the areas it works for.

    With `lock` none of them is discontinued before this transaction ends: whoever does that has
    to see the case that is just being begun.
    """
    statement = (
        select(Landesangebot)
        .where(col(Landesangebot.onlinedienst_id) == dienst)
        .order_by(col(Landesangebot.id))
    )
    if lock:
        statement = statement.with_for_update(read=True).execution_options(populate_existing=True)
    offers = list(session.execute(statement).scalars())
    areas: dict[int, set[int]] = defaultdict(set)
    for number, area in session.execute(
        select(col(Wirkungsgebiet.stelle_id), col(Wirkungsgebiet.gebiet_id)).where(
            col(Wirkungsgebiet.stelle_id).in_([offer.koordinierung_id for offer in offers])
        )
    ):
        areas[number].add(area)
    return offers, areas


def choose_offer(
    body: Koerperschaft, offers: Sequence[Landesangebot], areas: dict[int, set[int]]
) -> Landesangebot | None:
    """Of the coordinating body that works nearest to the body, or of its Land."""
    for place in body.lage:
        for offer in offers:
            if place in areas[offer.koordinierung_id] or place == offer.land_id:
                return offer
    return None


def names_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    statement = select(col(Stelle.id), col(Stelle.name)).where(col(Stelle.id).in_(ids))
    return {number: name for number, name in session.execute(statement) if number is not None}


# Wishes -----------------------------------------------------------------------------------------


def add_wish(session: Session, stelle: int, dienst: int, notiz: str, today: date) -> bool:
    """False if the body has wished for it before."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = Wunsch(stelle_id=stelle, onlinedienst_id=dienst, geaeussert_am=today, notiz=notiz)
    statement = dialect.insert(Wunsch).values(row.model_dump(exclude={"id"}))
    added = statement.on_conflict_do_nothing().returning(col(Wunsch.id))
    return session.execute(added).first() is not None


def count_wishes(session: Session, dienst: int) -> int:
    statement = select(func.count()).where(col(Wunsch.onlinedienst_id) == dienst)
    return int(session.execute(statement).scalar_one())


def wishing(session: Session, dienst: int, stellen: Collection[int]) -> set[int]:
    statement = select(col(Wunsch.stelle_id)).where(
        col(Wunsch.onlinedienst_id) == dienst, col(Wunsch.stelle_id).in_(stellen)
    )
    return set(session.execute(statement).scalars())
