"""How much of what a municipality is competent for it has online, for all of them at once.

`zustaendigkeiten.share_of_competence` says the same of one body, on its page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Gebietsebene
from katalog.domain.rollen import Betrachter
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet, OzgLeistung, OzgZuordnung, Themenfeld
from katalog.models.stellen import Behoerde, Stelle, Zustaendigkeit
from katalog.queries.einsaetze import counted, visible
from katalog.queries.merkmale import DIENST_OZG
from katalog.queries.zustaendigkeiten import valid

_COMPETENT: Any = select(
    col(Stelle.id).label("stelle"),
    col(Gebiet.ags).label("ags"),
    col(OzgZuordnung.ozg_leistung_id).label("ozg"),
).select_from(Zustaendigkeit)


def shares(
    session: Session, viewer: Betrachter, today: date, themenfelder: Sequence[str] = ()
) -> dict[str, tuple[int, int]]:
    """By AGS: how many OZG services have an assistant there, and of how many; of some fields."""
    competent = _named(today).union(_as_one_of_a_kind(today)).subquery()
    meant = _of_fields(themenfelder)
    served = (
        select(col(Einsatz.stelle_id).label("stelle"), DIENST_OZG.c.ozg.label("ozg"))
        .join(DIENST_OZG, DIENST_OZG.c.dienst == col(Einsatz.onlinedienst_id))
        .where(visible(viewer), counted(today))
        .where(col(Einsatz.stelle_id).in_(select(competent.c.stelle)))
        .distinct()
        .subquery()
    )
    statement = (
        select(competent.c.ags, func.count(served.c.ozg), func.count())
        .select_from(competent)
        .outerjoin(
            served, and_(served.c.stelle == competent.c.stelle, served.c.ozg == competent.c.ozg)
        )
        .where(competent.c.ozg.in_(meant))
        .group_by(competent.c.ags)
    )
    return {ags: (has, of) for ags, has, of in session.connection().execute(statement).all()}


def _of_fields(slugs: Sequence[str]) -> Any:
    statement = select(col(OzgLeistung.id))
    if not slugs:
        return statement
    return statement.join(Themenfeld, col(Themenfeld.id) == col(OzgLeistung.themenfeld_id)).where(
        col(Themenfeld.slug).in_(slugs)
    )


def _named(today: date) -> Any:
    statement = _COMPETENT.join(Stelle, col(Stelle.id) == col(Zustaendigkeit.stelle_id))
    return _of_municipalities(statement, today)


def _as_one_of_a_kind(today: date) -> Any:
    other = aliased(Zustaendigkeit)
    taken = exists().where(
        col(other.leistung_id) == col(Zustaendigkeit.leistung_id),
        col(other.gebiet_id) == col(Gebiet.id),
        col(other.ausnahme).is_(True),
        col(other.stelle_id) != col(Stelle.id),
    )
    area = col(Zustaendigkeit.gebiet_id)
    inside = or_(area == col(Gebiet.id), area == col(Gebiet.kreis_id), area == col(Gebiet.land_id))
    statement = _COMPETENT.join(
        Behoerde, col(Behoerde.behoerdenart_id) == col(Zustaendigkeit.behoerdenart_id)
    ).join(Stelle, col(Stelle.id) == col(Behoerde.stelle_id))
    return _of_municipalities(statement, today).where(inside, ~taken)


def _of_municipalities(statement: Any, today: date) -> Any:
    return (
        statement.join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .join(OzgZuordnung, col(OzgZuordnung.leistung_id) == col(Zustaendigkeit.leistung_id))
        .where(
            col(Gebiet.ebene) == Gebietsebene.GEMEINDE,
            col(Gebiet.gueltig_bis).is_(None),
            col(OzgZuordnung.entfallen_am).is_(None),
            valid(today),
        )
    )
