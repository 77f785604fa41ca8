"""Is what the database holds sound?"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import Session, col

from katalog.models.register import Gebiet


def broken_references(session: Session) -> list[str]:
    """Tables with references to rows that are gone; PostgreSQL does not let that happen."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return []
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    return sorted({str(row[0]) for row in rows})


def count_areas(session: Session) -> int:
    statement = select(func.count()).select_from(Gebiet).where(col(Gebiet.gueltig_bis).is_(None))
    return int(session.execute(statement).scalar_one())
