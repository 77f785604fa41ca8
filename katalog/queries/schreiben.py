"""Letters as they were issued."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from katalog.domain.begriffe import Schreibenart
from katalog.models.fall import Schreiben


def last_of_case(session: Session, case: int, art: Schreibenart) -> Schreiben | None:
    statement = (
        select(Schreiben)
        .where(col(Schreiben.nachnutzung_id) == case, col(Schreiben.art) == art)
        .order_by(col(Schreiben.fassung).desc())
        .limit(1)
    )
    return session.execute(statement).scalar_one_or_none()
