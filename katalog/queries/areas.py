"""Areas as such: selection by key, and upkeep after they were written."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from katalog.domain.begriffe import Gebietsebene
from katalog.models.register import Gebiet


def point_to_themselves(session: Session) -> None:
    """A Land is its own Land, a Kreis and a kreisfreie Stadt their own Kreis."""
    gebiet = Gebiet
    session.connection().execute(
        update(gebiet)
        .where(col(gebiet.ebene) == Gebietsebene.LAND, col(gebiet.land_id).is_(None))
        .values(land_id=col(gebiet.id))
    )
    session.connection().execute(
        update(gebiet)
        .where(
            or_(col(gebiet.ebene) == Gebietsebene.KREIS, col(gebiet.kreisfrei).is_(True)),
            col(gebiet.kreis_id).is_(None),
        )
        .values(kreis_id=col(gebiet.id))
    )


def municipal_ags(session: Session, prefixes: Sequence[str]) -> list[str]:
    """Keys of the municipalities of today whose key begins with one of these."""
    statement = select(col(Gebiet.ags)).where(
        col(Gebiet.ebene) == Gebietsebene.GEMEINDE,
        col(Gebiet.gueltig_bis).is_(None),
        or_(*(col(Gebiet.ags).startswith(prefix) for prefix in prefixes)),
    )
    return [ags for (ags,) in session.execute(statement) if ags]
