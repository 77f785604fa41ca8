"""Sessions live on the server: the cookie holds a secret of which only the hash is stored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from katalog.db import Engine, OperationalError, Session, writing
from katalog.domain.geheimnis import hash_of
from katalog.domain.rollen import Betrachter
from katalog.journal import record
from katalog.queries import anmeldung, betrachter

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
# A visit is noted at most this often, since every note is a change of the database.
_NOTED_EVERY = timedelta(minutes=5)
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Angemeldet:
    """Who is signed in. `formular` proves that a form was shown to this session."""

    sitzung_id: int
    konto_id: int
    email: str
    name: str
    zuletzt_am: datetime
    formular: str
    betrachter: Betrachter

    @property
    def anzeige(self) -> str:
        return self.name or self.email


def begin(session: Session, konto_id: int, now: datetime) -> str:
    """A new secret each time, so that one planted before signing in is worth nothing."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    anmeldung.forget_sessions(session, now - LONGEST)
    anmeldung.add_session(session, konto_id, hash_of(secret), now, now + LONGEST)
    return secret


def recognise(session: Session, secret: str, now: datetime, today: date) -> Angemeldet | None:
    found = anmeldung.find_session(session, hash_of(secret), now, now - IDLE)
    if found is None:
        return None
    return Angemeldet(
        sitzung_id=found.id,
        konto_id=found.konto_id,
        email=found.email,
        name=found.name,
        zuletzt_am=found.zuletzt_am,
        formular=hashlib.sha256(f"formular:{secret}".encode()).hexdigest()[:32],
        betrachter=betrachter.resolve(session, found.konto_id, today),
    )


def note_visit(engine: Engine, konto: Angemeldet, now: datetime) -> None:
    if now - konto.zuletzt_am < _NOTED_EVERY:
        return
    try:
        with writing(engine) as session:
            anmeldung.note_visit(session, konto.sitzung_id, now)
    except OperationalError:
        # A page that could be read is not lost because the database is busy just now.
        return


def end(session: Session, konto: Angemeldet, now: datetime) -> None:
    anmeldung.end_sessions(session, konto.konto_id, now, only=konto.sitzung_id)
    record(session, "abgemeldet", "konto", konto.konto_id, konto_id=konto.konto_id)


def end_all(session: Session, konto: Angemeldet, now: datetime) -> None:
    anmeldung.end_sessions(session, konto.konto_id, now)
    record(session, "ueberall_abgemeldet", "konto", konto.konto_id, konto_id=konto.konto_id)
