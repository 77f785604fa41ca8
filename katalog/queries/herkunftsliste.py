"""Of many things at once: whose data they are, and which of them changed last."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from katalog.models.quellen import Quelle
from katalog.queries.chunks import chunks


@dataclass(frozen=True, slots=True)
class Quellenangabe:
    titel: str
    stand: date | None
    stand_text: str
    lizenz: str
    url: str


def sources_of(session: Session, model: Any, ids: Sequence[int]) -> tuple[Quellenangabe, ...]:
    """In the order of their titles."""
    numbers: set[int | None] = set()
    for part in chunks(ids):
        statement = select(col(model.quelle_id)).where(col(model.id).in_(part)).distinct()
        numbers.update(session.connection().execute(statement).scalars())
    statement = (
        select(
            col(Quelle.titel),
            col(Quelle.stand),
            col(Quelle.stand_text),
            col(Quelle.lizenz),
            col(Quelle.url),
        )
        .where(col(Quelle.id).in_(numbers - {None}))
        .order_by(col(Quelle.titel))
    )
    return tuple(Quellenangabe(*row) for row in session.execute(statement))


def newest_of(session: Session, model: Any, ids: Sequence[int], most: int) -> list[int]:
    """The ids of those that were changed last, the latest first."""
    latest: list[tuple[Any, int]] = []
    for part in chunks(ids):
        statement = (
            select(col(model.geaendert_am), col(model.id))
            .where(col(model.id).in_(part))
            .order_by(col(model.geaendert_am).desc(), col(model.id).desc())
            .limit(most)
        )
        found = [(moment, number) for moment, number in session.execute(statement)]
        latest = heapq.nlargest(most, latest + found)
    return [number for _, number in latest]
