"""Links to sign in, and sessions: added, used up once, looked up by hash, forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session, col

from katalog.models.konten import Anmeldelink, Anmeldesitzung, Konto


@dataclass(frozen=True, slots=True)
class Link:
    email: str
    weiter: str


@dataclass(frozen=True, slots=True)
class Versuch:
    code_hash: str
    token_hash: str


@dataclass(frozen=True, slots=True)
class Sitzung:
    id: int
    konto_id: int
    email: str
    name: str
    zuletzt_am: datetime


@dataclass(frozen=True, slots=True)
class Sitzungszeile:
    id: int
    begonnen_am: datetime
    zuletzt_am: datetime


def add_link(session: Session, link: Anmeldelink) -> None:
    session.add(link)
    session.flush()


def count_links(
    session: Session, *, since: datetime, email: str | None = None, herkunft: str | None = None
) -> int:
    statement = select(func.count()).select_from(Anmeldelink)
    statement = statement.where(col(Anmeldelink.erstellt_am) > since)
    if email is not None:
        statement = statement.where(col(Anmeldelink.email) == email)
    if herkunft is not None:
        statement = statement.where(col(Anmeldelink.herkunft) == herkunft)
    return int(session.execute(statement).scalar_one())


def is_open(session: Session, token_hash: str, now: datetime) -> bool:
    statement = select(col(Anmeldelink.id)).where(
        col(Anmeldelink.token_hash) == token_hash,
        col(Anmeldelink.eingeloest_am).is_(None),
        col(Anmeldelink.laeuft_ab_am) > now,
    )
    return session.execute(statement).first() is not None


def take_link(session: Session, token_hash: str, now: datetime) -> Link | None:
    """One statement: of two who try at once the database lets one through."""
    row: Any = session.execute(
        update(Anmeldelink)
        .where(
            col(Anmeldelink.token_hash) == token_hash,
            col(Anmeldelink.eingeloest_am).is_(None),
            col(Anmeldelink.laeuft_ab_am) > now,
        )
        .values(eingeloest_am=now)
        .returning(col(Anmeldelink.email), col(Anmeldelink.weiter))
    ).first()
    return Link(*row) if row else None


def try_code(session: Session, vorgang_hash: str, most: int, now: datetime) -> Versuch | None:
    """Counts the try and says what to compare with; None if there is nothing left to try."""
    row: Any = session.execute(
        update(Anmeldelink)
        .where(
            col(Anmeldelink.vorgang_hash) == vorgang_hash,
            col(Anmeldelink.eingeloest_am).is_(None),
            col(Anmeldelink.laeuft_ab_am) > now,
            col(Anmeldelink.versuche) < most,
        )
        .values(versuche=col(Anmeldelink.versuche) + 1)
        .returning(col(Anmeldelink.code_hash), col(Anmeldelink.token_hash))
    ).first()
    return Versuch(*row) if row else None


def forget(session: Session, before: datetime) -> None:
    session.connection().execute(delete(Anmeldelink).where(col(Anmeldelink.laeuft_ab_am) < before))


# Sessions ---------------------------------------------------------------------------------------


def add_session(
    session: Session, konto_id: int, token_hash: str, now: datetime, until: datetime
) -> None:
    session.add(
        Anmeldesitzung(
            konto_id=konto_id,
            token_hash=token_hash,
            begonnen_am=now,
            zuletzt_am=now,
            laeuft_ab_am=until,
        )
    )
    session.flush()


def find_session(
    session: Session, token_hash: str, now: datetime, idle_since: datetime
) -> Sitzung | None:
    row: Any = session.execute(
        select(
            col(Anmeldesitzung.id),
            col(Konto.id),
            col(Konto.email),
            col(Konto.name),
            col(Anmeldesitzung.zuletzt_am),
        )
        .join(Konto, col(Konto.id) == col(Anmeldesitzung.konto_id))
        .where(
            col(Anmeldesitzung.token_hash) == token_hash,
            col(Konto.gesperrt_am).is_(None),
            *_alive(now, idle_since),
        )
    ).first()
    return Sitzung(*row) if row else None


def list_sessions(
    session: Session, konto_id: int, now: datetime, idle_since: datetime
) -> list[Sitzungszeile]:
    rows: Any = session.execute(
        select(
            col(Anmeldesitzung.id),
            col(Anmeldesitzung.begonnen_am),
            col(Anmeldesitzung.zuletzt_am),
        )
        .where(col(Anmeldesitzung.konto_id) == konto_id, *_alive(now, idle_since))
        .order_by(col(Anmeldesitzung.begonnen_am).desc())
    )
    return [Sitzungszeile(*row) for row in rows]


def _alive(now: datetime, idle_since: datetime) -> tuple[Any, ...]:
    return (
        col(Anmeldesitzung.beendet_am).is_(None),
        col(Anmeldesitzung.laeuft_ab_am) > now,
        col(Anmeldesitzung.zuletzt_am) > idle_since,
    )


def note_visit(session: Session, number: int, now: datetime) -> None:
    session.connection().execute(
        update(Anmeldesitzung).where(col(Anmeldesitzung.id) == number).values(zuletzt_am=now)
    )


def end_sessions(session: Session, konto_id: int, now: datetime, only: int | None = None) -> None:
    statement = update(Anmeldesitzung).where(
        col(Anmeldesitzung.konto_id) == konto_id, col(Anmeldesitzung.beendet_am).is_(None)
    )
    if only is not None:
        statement = statement.where(col(Anmeldesitzung.id) == only)
    session.connection().execute(statement.values(beendet_am=now))


def forget_sessions(session: Session, before: datetime) -> None:
    session.connection().execute(
        delete(Anmeldesitzung).where(
            or_(
                col(Anmeldesitzung.laeuft_ab_am) < before,
                col(Anmeldesitzung.beendet_am) < before,
            )
        )
    )
