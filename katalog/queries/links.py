"""Which LeiKa services belong to which OZG service; a link that is dropped keeps its row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update
from sqlmodel import Session, col

from katalog.models.register import OzgZuordnung
from katalog.queries.bulk import insert_many
from katalog.queries.chunks import chunks
from katalog.queries.upsert import Row

_TABLE = OzgZuordnung.__table__  # type: ignore[attr-defined]


def upsert_links(session: Session, rows: Sequence[Row]) -> None:
    known: dict[tuple[int, int], date | None] = {}
    for part in chunks(sorted({row["leistung_id"] for row in rows})):
        statement = select(_TABLE).where(_TABLE.c.leistung_id.in_(part))
        for found in session.execute(statement).mappings():
            known[found["ozg_leistung_id"], found["leistung_id"]] = found["entfallen_am"]
    wanted = {(row["ozg_leistung_id"], row["leistung_id"]): row for row in rows}
    missing = [{"stand": None, **row} for key, row in wanted.items() if key not in known]
    if missing:
        insert_many(session, _TABLE, missing)
    for ozg, leistung in (key for key in wanted if known.get(key) is not None):
        session.execute(
            update(_TABLE)
            .where(_TABLE.c.ozg_leistung_id == ozg, _TABLE.c.leistung_id == leistung)
            .values(entfallen_am=None, quelle_id=wanted[ozg, leistung]["quelle_id"])
        )


def drop_links(session: Session, pairs: Sequence[tuple[int, int]], today: date) -> None:
    for ozg, leistung in pairs:
        session.execute(
            update(_TABLE)
            .where(
                _TABLE.c.ozg_leistung_id == ozg,
                _TABLE.c.leistung_id == leistung,
                col(OzgZuordnung.entfallen_am).is_(None),
            )
            .values(entfallen_am=today)
        )
