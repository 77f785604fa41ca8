"""What a program may do in somebody's name, and how the secret looks that proves it.

The prefix lets scanners for leaked secrets recognise one (`ozgk_[0-9A-Za-z]{46}`); the six signs
at its end are a checksum, so that a mistyped or cut off one is refused without asking anybody.
"""

from __future__ import annotations

import re
import string
import zlib
from datetime import timedelta

from katalog.domain.begriffe import Begriff

PREFIX = "ozgk_"
# 40 of 62 signs are 238 bits.
SECRET_LENGTH = 40
SIGNS = string.digits + string.ascii_uppercase + string.ascii_lowercase
# What people tell their tokens apart by; the rest is known to the program alone.
_SHOWN = 4
_CHECKSUM = 6
_TOKEN = re.compile(f"{PREFIX}([0-9A-Za-z]{{{SECRET_LENGTH}}})([0-9A-Za-z]{{{_CHECKSUM}}})")

DAUERN: tuple[int, ...] = (30, 90, 180, 365)
WARN_BEFORE = timedelta(days=14)


class Zugriff(Begriff):
    """Each is a column of the token: what is not ticked is not allowed."""

    EINSAETZE_SCHREIBEN = "einsaetze_schreiben", "Angaben zur Nutzung machen und bestätigen"
    VORGAENGE_LESEN = "vorgaenge_lesen", "Vorgänge der Nachnutzung lesen"
    VORGAENGE_SCHREIBEN = "vorgaenge_schreiben", "Nachnutzungen beginnen und in ihnen entscheiden"


def write_token(secret: str) -> str:
    return f"{PREFIX}{secret}{_checksum(secret)}"


def is_token(text: str) -> bool:
    found = _TOKEN.fullmatch(text)
    return found is not None and _checksum(found[1]) == found[2]


def ending_of(token: str) -> str:
    return token[-_SHOWN:]


def _checksum(secret: str) -> str:
    number, signs = zlib.crc32(secret.encode()), ""
    for _ in range(_CHECKSUM):
        number, sign = divmod(number, len(SIGNS))
        signs = SIGNS[sign] + signs
    return signs
