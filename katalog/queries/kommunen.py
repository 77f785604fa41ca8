"""Areas and their bodies: the list of municipalities, one municipality, old keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Gebietsebene, Stellenart
from katalog.domain.rollen import Betrachter
from katalog.models.nutzung import Einsatz
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet, Gebietsschluessel, Nachfolge
from katalog.models.stellen import (
    Netzwerk,
    Netzwerkpartner,
    Stelle,
    Wirkungsgebiet,
)
from katalog.queries.einsaetze import stands
from katalog.queries.paging import in_order
from katalog.queries.provenance import Angabe, provenance, source_columns

_kreis = aliased(Gebiet)
kreis_stelle = aliased(Stelle)
_land = aliased(Gebiet)
# Levels that are a municipality to the reader; the others only group them.
MUNICIPAL = (Gebietsebene.GEMEINDE, Gebietsebene.KREIS, Gebietsebene.VERBAND)


@dataclass(frozen=True, slots=True)
class KommuneZeile:
    gebiet: Gebiet
    stelle_id: int
    name: str
    art: Stellenart
    kreis: str | None
    kreis_ars: str | None
    land: str | None
    land_ars: str | None
    website: str
    quelle: Angabe | None


def by_ids(session: Session, ids: Sequence[int]) -> list[KommuneZeile]:
    """In the order of `ids`."""
    rows = build_rows(session.execute(select_kommune().where(col(Gebiet.id).in_(ids))).all())
    return in_order(ids, rows, lambda row: row.gebiet.id)


def find_kommune(session: Session, ars: str) -> KommuneZeile | None:
    """The most local area behind a key: a padded key stands on several levels."""
    rows = session.execute(
        select_kommune().where(col(Gebiet.ars) == ars, col(Gebiet.gueltig_bis).is_(None))
    ).all()
    order = [*MUNICIPAL, Gebietsebene.REGIERUNGSBEZIRK, Gebietsebene.LAND]
    rows = sorted(rows, key=lambda row: order.index(row.Gebiet.ebene))
    return build_rows(rows)[0] if rows else None


def find_today(session: Session, key: str) -> str | None:
    """The ARS under which an area stands today, for an AGS, an older key, or a vanished area."""
    # A kreisfreie Stadt is its own Kreis and answers to the Kreis's key as well.
    as_kreis = and_(col(Gebiet.kreisfrei).is_(True), col(Gebiet.ags) == f"{key}000")
    by_ags = select(col(Gebiet.ars)).where(
        or_(col(Gebiet.ags) == key, as_kreis), col(Gebiet.gueltig_bis).is_(None)
    )
    older = (
        select(col(Gebiet.ars))
        .join(Gebietsschluessel, col(Gebietsschluessel.gebiet_id) == col(Gebiet.id))
        .where(col(Gebietsschluessel.wert) == key, col(Gebiet.gueltig_bis).is_(None))
    )
    gone = aliased(Gebiet)
    successor = (
        select(col(Gebiet.ars))
        .join(Nachfolge, col(Nachfolge.nach_id) == col(Gebiet.id))
        .join(gone, col(gone.id) == col(Nachfolge.von_id))
        .where(or_(col(gone.ars) == key, col(gone.ags) == key))
    )
    for statement in (by_ags, older, successor):
        found: str | None = session.execute(statement.limit(1)).scalar_one_or_none()
        if found and found != key:
            return found
    return None


def members(session: Session, gebiet_id: int, ebene: Gebietsebene) -> list[KommuneZeile]:
    """The municipalities inside a Kreis or Verband."""
    inside = (
        col(Gebiet.kreis_id) == gebiet_id
        if ebene is Gebietsebene.KREIS
        else col(Gebiet.parent_id) == gebiet_id
    )
    statement = (
        select_kommune()
        .where(
            inside,
            col(Gebiet.ebene) == Gebietsebene.GEMEINDE,
            col(Gebiet.gueltig_bis).is_(None),
        )
        .order_by(col(Gebiet.sortier))
    )
    return build_rows(session.execute(statement).all())


def networks(session: Session, gebiet: Gebiet, stelle_id: int) -> list[str]:
    """Networks and coordination areas that the body or its Kreis belongs to."""
    ids = [number for number in (gebiet.id, gebiet.kreis_id) if number is not None]
    partner = (
        select(col(Netzwerk.name))
        .join(Netzwerkpartner, col(Netzwerkpartner.netzwerk_id) == col(Netzwerk.id))
        .join(Stelle, col(Stelle.id) == col(Netzwerkpartner.stelle_id))
        .where(or_(col(Stelle.id) == stelle_id, col(Stelle.gebiet_id).in_(ids)))
    )
    return sorted(set(session.execute(partner).scalars()))


def coordinators(session: Session, gebiet: Gebiet) -> list[tuple[int, str]]:
    ids = [n for n in (gebiet.id, gebiet.kreis_id, gebiet.land_id) if n is not None]
    statement = (
        select(col(Stelle.id), col(Stelle.name))
        .join(Wirkungsgebiet, col(Wirkungsgebiet.stelle_id) == col(Stelle.id))
        .where(
            col(Wirkungsgebiet.gebiet_id).in_(ids),
            col(Stelle.art) == Stellenart.KOORDINIERUNG,
        )
        .order_by(col(Stelle.sortier))
    )
    return [(number, name) for number, name in session.execute(statement)]


def count_statements(
    session: Session, stelle_ids: Sequence[int], viewer: Betrachter, today: date
) -> dict[int, int]:
    statement = (
        select(col(Einsatz.stelle_id), func.count())
        .where(
            col(Einsatz.stelle_id).in_(stelle_ids),
            stands(viewer, today),
        )
        .group_by(col(Einsatz.stelle_id))
    )
    return {number: count for number, count in session.execute(statement)}


def ags_of_kreis(session: Session, kreis_id: int | None) -> list[str]:
    statement = select(col(Gebiet.ags)).where(
        col(Gebiet.kreis_id) == kreis_id,
        col(Gebiet.ebene) == Gebietsebene.GEMEINDE,
        col(Gebiet.gueltig_bis).is_(None),
    )
    return [ags for (ags,) in session.execute(statement) if ags]


def _joined(statement: Any) -> Any:
    return (
        statement.join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .outerjoin(_kreis, col(_kreis.id) == col(Gebiet.kreis_id))
        .outerjoin(kreis_stelle, col(kreis_stelle.gebiet_id) == col(_kreis.id))
        .outerjoin(_land, col(_land.id) == col(Gebiet.land_id))
    )


@cache
def select_kommune() -> Any:
    return _joined(
        select(
            Gebiet,
            col(Stelle.id).label("stelle_id"),
            col(Stelle.name).label("stelle_name"),
            col(Stelle.art).label("stelle_art"),
            col(Stelle.website).label("website"),
            col(kreis_stelle.name).label("kreis"),
            col(_kreis.ars).label("kreis_ars"),
            col(_land.name).label("land"),
            col(_land.ars).label("land_ars"),
            *source_columns(),
        )
    ).outerjoin(Quelle, col(Quelle.id) == col(Gebiet.quelle_id))


def build_rows(rows: Sequence[Any]) -> list[KommuneZeile]:
    return [
        KommuneZeile(
            gebiet=row.Gebiet,
            stelle_id=row.stelle_id,
            name=row.stelle_name,
            art=row.stelle_art,
            kreis=row.kreis if row.kreis_ars != row.Gebiet.ars else None,
            kreis_ars=row.kreis_ars if row.kreis_ars != row.Gebiet.ars else None,
            land=row.land,
            land_ars=row.land_ars,
            website=row.website,
            quelle=provenance(row, row.Gebiet.stand),
        )
        for row in rows
    ]
