"""Which elements of a file are known from the last time, so that they need not be read again.

A fingerprint says what stands in an element, not what reading makes of it. So it is salted with
the code that reads: with another version of it everything is read anew.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from functools import cache
from pathlib import Path

import importers
from katalog.db import Session
from katalog.intake import translation
from katalog.queries import quellsaetze


class KnownElements:
    """Sixteen bytes a record, whatever its size."""

    def __init__(self, session: Session, quelle_id: int) -> None:
        self._prints, self._ids = array("q"), array("q")
        group: list[int] = []
        current: int | None = None
        whole = True
        for print_, number, parts, settled in quellsaetze.raw(session, quelle_id):
            if print_ != current:
                self._close(current, group, whole)
                current, group, whole = print_, [], True
            group.append(number)
            expected = parts
            whole = whole and settled and len(group) <= expected
            self._expected = expected
        self._close(current, group, whole)

    def _close(self, print_: int | None, group: list[int], whole: bool) -> None:
        """Only if all records that once came of the element still do, none of them waiting."""
        if print_ is None or not whole or len(group) != self._expected:
            return
        for number in group:
            self._prints.append(print_)
            self._ids.append(number)

    def __contains__(self, print_: int) -> bool:
        place = bisect_left(self._prints, print_)
        return place < len(self._prints) and self._prints[place] == print_

    def ids(self, print_: int) -> list[int]:
        place = bisect_left(self._prints, print_)
        found = []
        while place < len(self._prints) and self._prints[place] == print_:
            found.append(self._ids[place])
            place += 1
        return found


@cache
def salt() -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    folder = Path(importers.__path__[0])
    for path in (*sorted(folder.glob("*.py")), Path(translation.__file__)):
        digest.update(path.read_bytes())
    return digest.digest()
