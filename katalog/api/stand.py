"""Which state of a thing a program knows: the version at the beginning of an ETag, in If-Match.

The rest of the tag is about bytes (encoding, what the day adds) and no reason to refuse anything.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from katalog.api.calls import Ask
from katalog.api.problem import Abgewiesen
from katalog.domain.errors import VeralteterStand

_TAG = re.compile(r'"([0-9]{1,9})(?:-[0-9a-z-]*)?"', re.ASCII)


def known_version(ask: Ask) -> int:
    if ask.if_match.strip() in {"", "*"}:
        raise Abgewiesen(
            HTTPStatus.PRECONDITION_REQUIRED,
            "If-Match fehlt",
            "Senden Sie in If-Match den ETag des Standes, den Sie kennen. So überschreibt niemand, "
            "was inzwischen jemand anderes entschieden hat.",
        )
    found = _TAG.fullmatch(ask.if_match.strip())
    if found is None:
        # A weak tag, several, or another server's: none of them names a state of this thing.
        raise VeralteterStand
    return int(found[1])
