"""Things that no source names any more keep their row and get the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import Session

from katalog.models.grundlage import now
from katalog.queries.chunks import chunks


def mark_dropped(
    session: Session, model: Any, columns: Sequence[str], keys: Sequence[str], today: date
) -> None:
    table = model.__table__
    for part in chunks(keys):
        session.connection().execute(
            update(table)
            .where(
                or_(*(table.c[column].in_(part) for column in columns)),
                table.c.entfallen_am.is_(None),
            )
            .values(entfallen_am=today, version=table.c.version + 1, geaendert_am=now())
        )
