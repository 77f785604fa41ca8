"""Ending mails by the link in each of them, without signing in (RFC 8058).

The address names the account and the rhythm, and a keyed sum says that it was made here: nothing
has to be stored, and the links in older mails stay good.
"""

from __future__ import annotations

import hashlib
import hmac

from katalog.db import Session
from katalog.domain.errors import NichtGefunden
from katalog.domain.suchabo import MAILED, Rhythmus
from katalog.journal import record
from katalog.queries import suchabos

PATH = "/abbestellen"
# 128 bits: nobody guesses one, and the address fits into a line of a mail.
_SUM_LENGTH = 32
_LONGEST_NUMBER = 10


def make_address(key: str, konto_id: int, rhythmus: Rhythmus) -> str:
    return f"{PATH}/{konto_id}-{rhythmus}-{_sum(key, konto_id, rhythmus)}"


def read_address(key: str, typed: str) -> tuple[int, Rhythmus]:
    """The last part of an address, as `make_address` made it."""
    number, _, rest = typed.partition("-")
    rhythmus, _, given = rest.partition("-")
    if number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER:
        for known in MAILED:
            expected = _sum(key, int(number), known)
            if known == rhythmus and hmac.compare_digest(expected.encode(), given.encode()):
                return int(number), known
    raise NichtGefunden(
        "Der Link zum Abbestellen",
        typed[:12],
        "Ist er im Mailprogramm umgebrochen? Sonst melden Sie sich an: Unter „Mein Konto“ stehen "
        "Ihre gemerkten Suchen.",
    )


def unsubscribe(session: Session, konto_id: int, rhythmus: Rhythmus) -> int:
    """How many searches are kept without mails now; the second time none."""
    number = suchabos.stop_mails(session, konto_id, rhythmus)
    if number:
        details = {"rhythmus": rhythmus.value, "anzahl": number}
        record(session, "suchen_abbestellt", "konto", konto_id, details, konto_id)
    return number


def _sum(key: str, konto_id: int, rhythmus: Rhythmus) -> str:
    text = f"abbestellen:{konto_id}:{rhythmus}"
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:_SUM_LENGTH]
