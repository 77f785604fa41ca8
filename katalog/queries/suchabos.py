"""Searches that people asked to be told of: kept for one account, taken up when they are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlmodel import Session, col

from katalog.domain.suchabo import MAILED, Funde, Rhythmus, due_before
from katalog.models.konten import Konto, Suchabo


@dataclass(frozen=True, slots=True)
class Faellig:
    """All that one person is to be told of in one mail; locked until the transaction ends."""

    konto_id: int
    email: str
    rhythmus: Rhythmus
    abos: tuple[Suchabo, ...]


def of_account(session: Session, konto_id: int) -> list[Suchabo]:
    statement = (
        select(Suchabo)
        .where(col(Suchabo.konto_id) == konto_id)
        .order_by(func.lower(col(Suchabo.name)), col(Suchabo.id))
    )
    return list(session.execute(statement).scalars())


def find(session: Session, konto_id: int, number: int) -> Suchabo | None:
    """Another account's is not there."""
    statement = select(Suchabo).where(col(Suchabo.id) == number, col(Suchabo.konto_id) == konto_id)
    return session.execute(statement).scalar_one_or_none()


def by_address(session: Session, konto_id: int, adresse: str) -> Suchabo | None:
    statement = select(Suchabo).where(
        col(Suchabo.konto_id) == konto_id, col(Suchabo.adresse) == adresse
    )
    return session.execute(statement).scalar_one_or_none()


def lock_account(session: Session, konto_id: int) -> None:
    """Of two that remember at once, the second counts what the first has added."""
    session.execute(select(col(Konto.id)).where(col(Konto.id) == konto_id).with_for_update())


def count(session: Session, konto_id: int) -> int:
    statement = select(func.count()).where(col(Suchabo.konto_id) == konto_id)
    return int(session.execute(statement).scalar_one())


def add(
    session: Session,
    konto_id: int,
    name: str,
    adresse: str,
    rhythmus: Rhythmus,
    found: Funde,
    today: date,
    now: datetime,
) -> int:
    abo = Suchabo(
        konto_id=konto_id,
        name=name,
        adresse=adresse,
        rhythmus=rhythmus,
        bekannt=_stored(found),
        angelegt_am=now,
        gesehen_am=today,
    )
    session.add(abo)
    session.flush()
    assert abo.id is not None
    return abo.id


def remove(session: Session, number: int) -> None:
    session.connection().execute(delete(Suchabo).where(col(Suchabo.id) == number))


def stop_mails(session: Session, konto_id: int, rhythmus: Rhythmus) -> int:
    """How many searches of this rhythm are kept without mails from now on."""
    statement = (
        update(Suchabo)
        .where(col(Suchabo.konto_id) == konto_id, col(Suchabo.rhythmus) == rhythmus)
        .values(rhythmus=Rhythmus.KEINE)
    )
    return session.connection().execute(statement).rowcount


def is_any_due(session: Session, today: date) -> bool:
    statement = select(col(Suchabo.id)).join(Konto, _in_use()).where(_due(today)).limit(1)
    return session.execute(statement).first() is not None


def take_next(session: Session, today: date) -> Faellig | None:
    """Whoever waits first, with all that is due to them in that rhythm.

    The account is locked first and passed by where somebody else has it: on PostgreSQL two
    workers then take two persons, and none of them twice.
    """
    first = (
        select(col(Konto.id), col(Konto.email), col(Suchabo.rhythmus))
        .join(Suchabo, _in_use())
        .where(_due(today))
        .order_by(col(Suchabo.gesehen_am), col(Suchabo.id))
        .limit(1)
        .with_for_update(of=Konto, skip_locked=True)
    )
    row = session.execute(first).one_or_none()
    if row is None:
        return None
    konto_id, email, rhythmus = row
    statement = (
        select(Suchabo)
        .where(
            col(Suchabo.konto_id) == konto_id,
            col(Suchabo.rhythmus) == rhythmus,
            col(Suchabo.gesehen_am) < due_before(rhythmus, today),
        )
        .order_by(func.lower(col(Suchabo.name)), col(Suchabo.id))
        .with_for_update()
    )
    return Faellig(konto_id, email, rhythmus, tuple(session.execute(statement).scalars()))


def note(abo: Suchabo, found: Funde, today: date) -> None:
    abo.bekannt, abo.gesehen_am = _stored(found), today


def _stored(found: Funde) -> dict[str, list[int]]:
    return {str(typ): list(numbers) for typ, numbers in found.items()}


def _in_use() -> ColumnElement[bool]:
    return and_(col(Konto.id) == col(Suchabo.konto_id), col(Konto.gesperrt_am).is_(None))


def _due(today: date) -> ColumnElement[bool]:
    return or_(
        *(
            and_(
                col(Suchabo.rhythmus) == rhythmus,
                col(Suchabo.gesehen_am) < due_before(rhythmus, today),
            )
            for rhythmus in MAILED
        )
    )
