"""A list that was handed in, compared with what is there: what each row would do, row by row.

Nothing is kept between the comparison and its taking over. It is made anew of the same file, and
its `kennzeichen` tells whether it still comes to the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

from katalog.domain.begriffe import Begriff


class Zeilenart(Begriff):
    """What becomes of a row of an uploaded list."""

    ABGELEHNT = "abgelehnt", "abgelehnt"
    NEU = "neu", "neu"
    GEAENDERT = "geaendert", "geändert"
    UNVERAENDERT = "unveraendert", "unverändert"


@dataclass(frozen=True, slots=True)
class Aenderung:
    feld: str
    alt: str
    neu: str


class Befund(Protocol):
    """`besagt` is all that would be done, and to which state; plain values only."""

    @property
    def art(self) -> Zeilenart: ...

    @property
    def besagt(self) -> Sequence[Any]: ...


B = TypeVar("B", bound=Befund)


@dataclass(frozen=True)  # without slots, or it could not keep what was worked out
class Abgleich(Generic[B]):
    zeilen: tuple[B, ...]

    def of(self, art: str) -> list[B]:
        return [each for each in self.zeilen if each.art == art]

    @property
    def uebernehmbar(self) -> int:
        return len(self.of(Zeilenart.NEU)) + len(self.of(Zeilenart.GEAENDERT))

    @property
    def zahlen(self) -> dict[str, int]:
        return {art.value: len(self.of(art)) for art in Zeilenart}

    @cached_property
    def kennzeichen(self) -> str:
        """The same only as long as the same would be done to the same state."""
        said = [[each.art, *each.besagt] for each in self.zeilen]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()
