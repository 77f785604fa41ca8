"""The bodies around a municipality: its own Kreis, and the Kreise that border on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Gebietsebene
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle


@dataclass(frozen=True, slots=True)
class Umkreis:
    """Names by the number of the body, in the order of the names; a Kreis itself is one of them.

    `kreis` are those of the own Kreis, `ringsum` those of the Kreise around it.
    """

    kreis: dict[int, str]
    ringsum: dict[int, str]

    @property
    def alle(self) -> dict[int, str]:
        return self.kreis | self.ringsum


def bodies_around(session: Session, kreis_id: int, around: Sequence[str]) -> Umkreis:
    """`around`: five digits of the key of each Kreis; a kreisfreie Stadt is one as well."""
    kreise = select(col(Gebiet.id)).where(
        or_(
            and_(col(Gebiet.ags).in_(around), col(Gebiet.ebene) == Gebietsebene.KREIS),
            and_(
                col(Gebiet.ags).in_([f"{key}000" for key in around]),
                col(Gebiet.kreisfrei).is_(True),
            ),
        ),
        col(Gebiet.gueltig_bis).is_(None),
    )
    statement = (
        select(col(Stelle.id), col(Stelle.name), col(Gebiet.kreis_id))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(
            or_(col(Gebiet.kreis_id) == kreis_id, col(Gebiet.kreis_id).in_(kreise)),
            col(Gebiet.gueltig_bis).is_(None),
        )
        .order_by(col(Stelle.sortier), col(Stelle.id))
    )
    own: dict[int, str] = {}
    others: dict[int, str] = {}
    for number, name, kreis in session.execute(statement):
        (own if kreis == kreis_id else others)[number] = name
    return Umkreis(own, others)
