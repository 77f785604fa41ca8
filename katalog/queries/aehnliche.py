"""Which assistants could stand in for another one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import case, or_, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Dienststatus
from katalog.models.angebot import Antragsstrecke, Onlinedienst, OnlinedienstOzg
from katalog.models.register import OzgZuordnung
from katalog.queries.dienste import public


class Verwandtschaft(IntEnum):
    """How close another assistant is; the closest first."""

    LEISTUNG = 0
    OZG_LEISTUNG = 1
    THEMENFELD = 2


@dataclass(frozen=True, slots=True)
class Verwandt:
    id: int
    name: str
    status: Dienststatus | None
    naehe: Verwandtschaft


def related(session: Session, onlinedienst_id: int, themenfeld_id: int | None) -> list[Verwandt]:
    """All others for the same service, for the same OZG service, or in the same Themenfeld.

    One query for the three of them: a Themenfeld has at most a few hundred assistants.
    """
    own_services = select(col(Antragsstrecke.leistung_id)).where(
        col(Antragsstrecke.onlinedienst_id) == onlinedienst_id,
        col(Antragsstrecke.leistung_id).is_not(None),
    )
    same_service = select(col(Antragsstrecke.onlinedienst_id)).where(
        col(Antragsstrecke.leistung_id).in_(own_services)
    )
    own_ozg = (
        select(col(OnlinedienstOzg.ozg_leistung_id))
        .where(col(OnlinedienstOzg.onlinedienst_id) == onlinedienst_id)
        .union(
            select(col(OzgZuordnung.ozg_leistung_id)).where(
                col(OzgZuordnung.leistung_id).in_(own_services),
                col(OzgZuordnung.entfallen_am).is_(None),
            )
        )
        .subquery()
    )
    ozg_ids = select(own_ozg.c.ozg_leistung_id)
    same_ozg = (
        select(col(OnlinedienstOzg.onlinedienst_id))
        .where(col(OnlinedienstOzg.ozg_leistung_id).in_(ozg_ids))
        .union(
            select(col(Antragsstrecke.onlinedienst_id))
            .join(OzgZuordnung, col(OzgZuordnung.leistung_id) == col(Antragsstrecke.leistung_id))
            .where(
                col(OzgZuordnung.ozg_leistung_id).in_(ozg_ids),
                col(OzgZuordnung.entfallen_am).is_(None),
            )
        )
    )
    same_field = col(Onlinedienst.themenfeld_id) == themenfeld_id
    naehe = case(
        (col(Onlinedienst.id).in_(same_service), Verwandtschaft.LEISTUNG.value),
        (col(Onlinedienst.id).in_(same_ozg), Verwandtschaft.OZG_LEISTUNG.value),
        else_=Verwandtschaft.THEMENFELD.value,
    )
    statement = (
        select(col(Onlinedienst.id), col(Onlinedienst.name), col(Onlinedienst.status), naehe)
        .where(
            or_(
                col(Onlinedienst.id).in_(same_service),
                col(Onlinedienst.id).in_(same_ozg),
                same_field,
            ),
            col(Onlinedienst.id) != onlinedienst_id,
            public(),
        )
        .order_by(naehe, col(Onlinedienst.sortier), col(Onlinedienst.id))
    )
    return [
        Verwandt(number, name, status, Verwandtschaft(place))
        for number, name, status, place in session.execute(statement)
    ]
