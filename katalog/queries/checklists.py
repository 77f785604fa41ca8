"""The default connection checklist: the rows that belong to no Landesangebot."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlmodel import Session, col

from katalog.models.angebot import Pruefpunktvorlage
from katalog.queries.upsert import Changes, Row


def replace_default_checklist(session: Session, rows: Sequence[Row]) -> Changes:
    default = col(Pruefpunktvorlage.landesangebot_id).is_(None)
    existing = session.execute(
        select(Pruefpunktvorlage).where(default).order_by(col(Pruefpunktvorlage.position))
    ).scalars()
    known = [item.model_dump(exclude={"id", "landesangebot_id"}) for item in existing]
    if known == list(rows):
        return Changes(unchanged=len(known))
    session.connection().execute(delete(Pruefpunktvorlage).where(default))
    session.add_all(Pruefpunktvorlage(**row) for row in rows)
    session.flush()
    return Changes(new=len(rows), removed=len(known))
