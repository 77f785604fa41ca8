"""How much data the benchmark has, in full and at one tenth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Umfang:
    """`nutzer` are the users of the most used assistant.

    `angaben` are the statements of the busiest town. A town does not state ten times more because
    there are ten times more towns: this number is the same for both sizes.
    """

    name: str
    titel: str
    ozg: int
    leistungen: int
    dienste: int
    gemeinden: int
    einsaetze: int
    nutzer: int
    angaben: int = 300


VOLL = Umfang("voll", "voll", 557, 5_249, 3_000, 10_752, 1_000_000, 5_000)
ZEHNTEL = Umfang("zehntel", "1/10", 56, 525, 300, 1_075, 100_000, 500)
# Shows that everything runs; its figures mean nothing.
WINZIG = Umfang("winzig", "winzig", 12, 40, 12, 60, 300, 30, 8)
