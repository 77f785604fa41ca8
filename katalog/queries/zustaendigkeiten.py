"""Who is competent for a service, as far as a source says so; and for how much a body is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Stellenart
from katalog.domain.rollen import Betrachter
from katalog.models.angebot import Antragsstrecke, Landesangebot, OnlinedienstOzg
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet, OzgZuordnung
from katalog.models.stellen import Behoerde, Behoerdenart, Stelle, Zustaendigkeit
from katalog.queries.einsaetze import counted, visible


@dataclass(frozen=True, slots=True)
class Zustaendig:
    """One line per kind of authority and Land, or per kind of body and Land.

    `wer` names the kind; where it is a single body, `ars` leads to its page.
    """

    wer: str
    land: str | None
    anzahl: int
    ars: str | None
    stelle_id: int | None


@dataclass(frozen=True, slots=True)
class Anteil:
    """`hat` of `alle` OZG services for which the body is competent have an assistant there."""

    hat: int
    alle: int


def valid(today: date) -> ColumnElement[bool]:
    return and_(
        or_(col(Zustaendigkeit.gueltig_ab).is_(None), col(Zustaendigkeit.gueltig_ab) <= today),
        or_(col(Zustaendigkeit.gueltig_bis).is_(None), col(Zustaendigkeit.gueltig_bis) >= today),
    )


def competent_for(
    session: Session, leistung_ids: Sequence[int], dienst_ids: Sequence[int], today: date
) -> list[Zustaendig]:
    """What the register says, and what the Länder say with their offers of these assistants."""
    return [*_by_register(session, leistung_ids, today), *_by_offer(session, dienst_ids)]


def _by_register(session: Session, leistung_ids: Sequence[int], today: date) -> list[Zustaendig]:
    """Grouped in the database: a service has as many rows as there are bodies."""
    land, own = aliased(Gebiet), aliased(Gebiet)
    bodies = func.count(col(Zustaendigkeit.stelle_id).distinct())
    statement: Any = (
        select(
            col(Behoerdenart.name),
            col(Stelle.art),
            col(land.name),
            bodies,
            func.min(col(Stelle.name)),
            func.min(col(own.ars)),
            func.min(col(Stelle.id)),
        )
        .select_from(Zustaendigkeit)
        .join(Gebiet, col(Gebiet.id) == col(Zustaendigkeit.gebiet_id))
        .outerjoin(land, col(land.id) == func.coalesce(col(Gebiet.land_id), col(Gebiet.id)))
        .outerjoin(Behoerdenart, col(Behoerdenart.id) == col(Zustaendigkeit.behoerdenart_id))
        .outerjoin(Stelle, col(Stelle.id) == col(Zustaendigkeit.stelle_id))
        .outerjoin(own, col(own.id) == col(Stelle.gebiet_id))
        .where(col(Zustaendigkeit.leistung_id).in_(leistung_ids), valid(today))
        .group_by(col(Behoerdenart.name), col(Stelle.art), col(land.name), col(land.sortier))
        .order_by(col(land.sortier), bodies.desc())
    )
    return [
        Zustaendig(kind, within, 0, None, None)
        if kind
        else Zustaendig(
            name if count == 1 else _PLURAL[art], within, count, ars, number if count == 1 else None
        )
        for kind, art, within, count, name, ars, number in session.execute(statement)
    ]


_PLURAL = {
    Stellenart.KOMMUNE: "Kommunen",
    Stellenart.VERBAND: "Gemeindeverbände",
    Stellenart.LAND: "Länder",
    Stellenart.KOORDINIERUNG: "Koordinierende Stellen",
    Stellenart.DIENSTLEISTER: "IT-Dienstleister",
    Stellenart.MINISTERIUM: "Ministerien",
    Stellenart.ZWECKVERBAND: "Zweckverbände",
    Stellenart.SONSTIGE: "Stellen",
}


def _by_offer(session: Session, dienst_ids: Sequence[int]) -> list[Zustaendig]:
    land = aliased(Gebiet)
    statement = (
        select(col(Landesangebot.zustaendige_stelle), col(Behoerdenart.name), col(land.name))
        .outerjoin(Behoerdenart, col(Behoerdenart.id) == col(Landesangebot.behoerdenart_id))
        .outerjoin(land, col(land.id) == col(Landesangebot.land_id))
        .where(col(Landesangebot.onlinedienst_id).in_(dienst_ids))
        .order_by(col(land.sortier), col(Landesangebot.id))
    )
    named = [
        Zustaendig(said or kind or "", within, 0, None, None)
        for said, kind, within in session.execute(statement)
    ]
    return list(dict.fromkeys(line for line in named if line.wer))


def share_of_competence(
    session: Session, gebiet: Gebiet, stelle_id: int, viewer: Betrachter, today: date
) -> Anteil | None:
    """None where no source says for what the body is competent: then there is nothing to divide by.

    Named itself, or as one of a kind of authority in its area, unless an exception names another.
    """
    areas = [n for n in (gebiet.id, gebiet.kreis_id, gebiet.land_id) if n is not None]
    kinds = select(col(Behoerde.behoerdenart_id)).where(col(Behoerde.stelle_id) == stelle_id)
    other = aliased(Zustaendigkeit)
    taken = exists().where(
        col(other.leistung_id) == col(Zustaendigkeit.leistung_id),
        col(other.gebiet_id) == gebiet.id,
        col(other.ausnahme).is_(True),
        col(other.stelle_id) != stelle_id,
    )
    as_one_of_a_kind = and_(
        col(Zustaendigkeit.behoerdenart_id).in_(kinds),
        col(Zustaendigkeit.gebiet_id).in_(areas),
        ~taken,
    )
    competent = (
        select(col(OzgZuordnung.ozg_leistung_id).label("ozg"))
        .join(Zustaendigkeit, col(Zustaendigkeit.leistung_id) == col(OzgZuordnung.leistung_id))
        .where(
            or_(col(Zustaendigkeit.stelle_id) == stelle_id, as_one_of_a_kind),
            col(OzgZuordnung.entfallen_am).is_(None),
            valid(today),
        )
        .distinct()
        .subquery()
    )
    found = (
        select(col(Einsatz.onlinedienst_id).label("dienst"))
        .where(col(Einsatz.stelle_id) == stelle_id, visible(viewer), counted(today))
        .cte("genutzt")
    )
    used = select(found.c.dienst)
    served = (
        select(col(OnlinedienstOzg.ozg_leistung_id))
        .where(col(OnlinedienstOzg.onlinedienst_id).in_(used))
        .union(
            select(col(OzgZuordnung.ozg_leistung_id))
            .join(Antragsstrecke, col(Antragsstrecke.leistung_id) == col(OzgZuordnung.leistung_id))
            .where(col(Antragsstrecke.onlinedienst_id).in_(used))
        )
        .subquery()
    )
    statement = (
        select(func.count(), func.count(served.c.ozg_leistung_id))
        .select_from(competent)
        .outerjoin(served, served.c.ozg_leistung_id == competent.c.ozg)
    )
    alle, hat = session.execute(statement).one()
    return Anteil(hat, alle) if alle else None
