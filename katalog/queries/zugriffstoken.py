"""Tokens of programs: looked up by hash, as long as their owner still acts for their body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select, update
from sqlmodel import Session, col

from katalog.domain.zugriff import Zugriff
from katalog.models.konten import Konto, Mitgliedschaft, Zugriffstoken
from katalog.models.stellen import Stelle


@dataclass(frozen=True, slots=True)
class Tokenzeile:
    """`ruht`: its owner does not act for the body any more, so that it opens nothing."""

    id: int
    name: str
    stelle: str
    endung: str
    zugriff: tuple[Zugriff, ...]
    laeuft_ab_am: datetime
    zuletzt_am: datetime | None
    ruht: bool


@dataclass(frozen=True, slots=True)
class Inhaber:
    """Whose token it is, for which body, and what it allows at most."""

    token_id: int
    konto_id: int
    stelle_id: int
    zugriff: frozenset[Zugriff]
    zuletzt_am: datetime | None


@dataclass(frozen=True, slots=True)
class Ablaufend:
    id: int
    name: str
    stelle: str
    email: str
    laeuft_ab_am: datetime


def add(session: Session, token: Zugriffstoken) -> int:
    session.add(token)
    session.flush()
    assert token.id is not None
    return token.id


def count(session: Session, konto_id: int) -> int:
    statement = select(func.count()).where(col(Zugriffstoken.konto_id) == konto_id)
    return int(session.execute(statement).scalar_one())


def of_account(session: Session, konto_id: int) -> list[Tokenzeile]:
    statement = (
        select(Zugriffstoken, col(Stelle.name), _acts())
        .join(Stelle, col(Stelle.id) == col(Zugriffstoken.stelle_id))
        .where(col(Zugriffstoken.konto_id) == konto_id)
        .order_by(col(Zugriffstoken.id).desc())
    )
    return [
        Tokenzeile(
            id=token.id,
            name=token.name,
            stelle=stelle,
            endung=token.endung,
            zugriff=_allowed(token),
            laeuft_ab_am=token.laeuft_ab_am,
            zuletzt_am=token.zuletzt_am,
            ruht=not acts,
        )
        for token, stelle, acts in session.execute(statement).all()
    ]


def remove(session: Session, konto_id: int, number: int) -> Zugriffstoken | None:
    """The one that is gone, if it was this account's."""
    statement = select(Zugriffstoken).where(
        col(Zugriffstoken.id) == number, col(Zugriffstoken.konto_id) == konto_id
    )
    found = session.scalars(statement).first()
    if found is not None:
        session.connection().execute(delete(Zugriffstoken).where(col(Zugriffstoken.id) == found.id))
    return found


def find(session: Session, token_hash: str, now: datetime) -> Inhaber | None:
    statement = select(Zugriffstoken).where(
        col(Zugriffstoken.token_hash) == token_hash,
        col(Zugriffstoken.laeuft_ab_am) > now,
        _in_use(),
        _acts(),
    )
    token = session.scalars(statement).first()
    if token is None or token.id is None:
        return None
    return Inhaber(
        token.id, token.konto_id, token.stelle_id, frozenset(_allowed(token)), token.zuletzt_am
    )


def note_use(session: Session, number: int, now: datetime) -> None:
    session.connection().execute(
        update(Zugriffstoken).where(col(Zugriffstoken.id) == number).values(zuletzt_am=now)
    )


def count_write(session: Session, token_hash: str, now: datetime, since: datetime) -> int:
    """The how many-eth since `since` at the latest, in one statement: two at once count as two."""
    begins = or_(col(Zugriffstoken.fenster_ab).is_(None), col(Zugriffstoken.fenster_ab) <= since)
    row: Any = session.execute(
        update(Zugriffstoken)
        .where(col(Zugriffstoken.token_hash) == token_hash)
        .values(
            fenster_ab=case((begins, now), else_=col(Zugriffstoken.fenster_ab)),
            fenster_anzahl=case((begins, 1), else_=col(Zugriffstoken.fenster_anzahl) + 1),
            zuletzt_am=now,
        )
        .returning(col(Zugriffstoken.fenster_anzahl))
        .execution_options(synchronize_session=False)
    ).first()
    return 0 if row is None else int(row[0])


def expiring(session: Session, now: datetime, until: datetime) -> list[Ablaufend]:
    """Those that somebody would miss, the first to expire first."""
    statement = (
        select(
            col(Zugriffstoken.id),
            col(Zugriffstoken.name),
            col(Stelle.name),
            col(Konto.email),
            col(Zugriffstoken.laeuft_ab_am),
        )
        .join(Stelle, col(Stelle.id) == col(Zugriffstoken.stelle_id))
        .join(Konto, col(Konto.id) == col(Zugriffstoken.konto_id))
        .where(
            col(Zugriffstoken.laeuft_ab_am) > now,
            col(Zugriffstoken.laeuft_ab_am) <= until,
            col(Konto.gesperrt_am).is_(None),
            _acts(),
        )
        .order_by(col(Zugriffstoken.laeuft_ab_am))
    )
    return [Ablaufend(*row) for row in session.execute(statement)]


def _allowed(token: Zugriffstoken) -> tuple[Zugriff, ...]:
    return tuple(zugriff for zugriff in Zugriff if getattr(token, zugriff.value))


def _in_use() -> ColumnElement[bool]:
    return exists().where(
        col(Konto.id) == col(Zugriffstoken.konto_id), col(Konto.gesperrt_am).is_(None)
    )


def _acts() -> ColumnElement[bool]:
    """The token is worth what its owner may do, now and not when it was made."""
    return exists().where(
        and_(
            col(Mitgliedschaft.konto_id) == col(Zugriffstoken.konto_id),
            col(Mitgliedschaft.stelle_id) == col(Zugriffstoken.stelle_id),
            col(Mitgliedschaft.freigegeben_am).is_not(None),
            col(Mitgliedschaft.beendet_am).is_(None),
        )
    )
