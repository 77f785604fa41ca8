"""Addresses under which people subscribe to their calendar; one for each account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from katalog.models.konten import Kalenderabo, Konto


def find_address(session: Session, konto_id: int) -> Kalenderabo | None:
    statement = select(Kalenderabo).where(col(Kalenderabo.konto_id) == konto_id)
    return session.execute(statement).scalar_one_or_none()


def set_address(session: Session, konto_id: int, token_hash: str, at: datetime) -> None:
    remove_address(session, konto_id)
    session.add(Kalenderabo(konto_id=konto_id, token_hash=token_hash, erstellt_am=at))
    session.flush()


def remove_address(session: Session, konto_id: int) -> None:
    session.connection().execute(delete(Kalenderabo).where(col(Kalenderabo.konto_id) == konto_id))


def find_reader(session: Session, token_hash: str) -> int | None:
    """The account behind an address, as long as it is in use."""
    statement = (
        select(col(Konto.id))
        .join(Kalenderabo, col(Kalenderabo.konto_id) == col(Konto.id))
        .where(col(Kalenderabo.token_hash) == token_hash, col(Konto.gesperrt_am).is_(None))
    )
    return session.execute(statement).scalar_one_or_none()
