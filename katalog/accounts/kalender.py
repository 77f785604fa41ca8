"""A calendar is read by programs that cannot sign in: its address holds a secret instead.

Only the hash of it is stored, so it is shown once. It opens nothing but days of cases and
meetings, and for these what its owner may see when it is read: whoever stops acting for a body
sees no more of it.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime

from katalog.db import Session
from katalog.domain.geheimnis import hash_of
from katalog.domain.rollen import Betrachter
from katalog.journal import record
from katalog.queries import betrachter, kalender

# 256 bits, as for sessions.
_SECRET_BYTES = 32


def make_address(session: Session, konto_id: int, now: datetime) -> str:
    """A new secret; the one before is worth nothing from then on."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    kalender.set_address(session, konto_id, hash_of(secret), now)
    record(session, "kalender_erzeugt", "konto", konto_id, konto_id=konto_id)
    return secret


def remove_address(session: Session, konto_id: int) -> None:
    kalender.remove_address(session, konto_id)
    record(session, "kalender_geloescht", "konto", konto_id, konto_id=konto_id)


def read_as(session: Session, secret: str, today: date) -> Betrachter | None:
    """What the owner of this address may see today; None if there is no such address."""
    konto_id = kalender.find_reader(session, hash_of(secret))
    return None if konto_id is None else betrachter.resolve(session, konto_id, today)
