"""A link and a code for one body: made for a mail, kept as hashes only, tried a few times.

Links travel through proxies, histories and previews of mails, where the code does not: neither
opens anything without the other.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from katalog.db import Session
from katalog.domain.geheimnis import hash_of
from katalog.queries import umfrageantworten

_SECRET_BYTES = 32
_TRIES = 5
_REST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Zugang:
    token: str
    code: str


def make_zugang(session: Session, antwort_id: int) -> Zugang:
    made = Zugang(secrets.token_urlsafe(_SECRET_BYTES), f"{secrets.randbelow(10**8):08}")
    umfrageantworten.add_link(
        session, antwort_id, hash_of(made.token), _hash_code(made.token, made.code)
    )
    return made


def opens(session: Session, token: str, code: str, now: datetime) -> bool:
    """Five tries, and then another five after a quarter of an hour."""
    key = hash_of(token)
    expected = umfrageantworten.try_code(session, key, _TRIES, now, now - _REST)
    given = _hash_code(token, "".join(code.split()))
    if expected is None or not secrets.compare_digest(expected, given):
        return False
    umfrageantworten.forget_tries(session, key)
    return True


def _hash_code(token: str, code: str) -> str:
    """Eight digits alone would be tried out in a second by whoever reads the table."""
    return hash_of(f"{token}:{code}")
