"""Whether a program may: by the token it shows, and by nothing else.

Whatever is wrong with a token, the answer is the same. RFC 6750 says how it is shown and refused.
"""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus

from katalog.accounts import zugriffstoken
from katalog.accounts.zugriffstoken import Ausgewiesen
from katalog.api.calls import Call
from katalog.api.problem import Abgewiesen
from katalog.db import Session

_REALM = 'Bearer realm="OZG-Katalog"'
_HOW = (
    "Senden Sie die Kopfzeile „Authorization: Bearer …“ mit einem gültigen Zugriffstoken. Erzeugen "
    "lässt es sich unter „Mein Konto“."
)


def _unauthorized(text: str, error: str = "") -> Abgewiesen:
    challenge = f'{_REALM}, error="{error}"' if error else _REALM
    return Abgewiesen(
        HTTPStatus.UNAUTHORIZED,
        "Zugriffstoken nötig",
        f"{text} {_HOW}",
        {"www-authenticate": challenge},
    )


def _wrong() -> Abgewiesen:
    return _unauthorized("Dieses Zugriffstoken gilt nicht oder nicht mehr.", "invalid_token")


def admit(
    call: Call, header: str, session: Session, now: datetime, today: date
) -> Ausgewiesen | None:
    """None for a guest, where guests are welcome."""
    if call.needs is None or (call.open_too and not header):
        return None
    program = zugriffstoken.recognise(session, token_in(header), now, today)
    if program is None:
        raise _wrong()
    if call.needs not in program.zugriff:
        raise Abgewiesen(
            HTTPStatus.FORBIDDEN,
            "Dafür ist das Zugriffstoken nicht gemacht",
            f"Es müsste erlauben: {call.needs.label}. Erzeugen Sie eines, das das darf.",
            {"www-authenticate": f'{_REALM}, error="insufficient_scope", scope="{call.needs}"'},
        )
    return program


def token_in(header: str) -> str:
    if not header:
        raise _unauthorized("Für diesen Aufruf fehlt ein Zugriffstoken.")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise _wrong()
    return token.strip()


def count_write(header: str, session: Session, now: datetime) -> None:
    """Before anything is tried, so that a program gone wild is slowed down also where it fails."""
    if not zugriffstoken.count_write(session, token_in(header), now):
        seconds = int(zugriffstoken.WINDOW.total_seconds())
        raise Abgewiesen(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Zu viele Aufrufe",
            f"In zehn Minuten sind {zugriffstoken.MOST_WRITES} schreibende Aufrufe möglich. Warten "
            "Sie, und senden Sie diesen dann noch einmal.",
            {"retry-after": str(seconds)},
        )
