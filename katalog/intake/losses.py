"""What a delivery still has of what its source once said, and when too much is missing.

A list that lost much of what it had is more likely broken than right: then nothing is taken over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from katalog.domain.errors import Konflikt
from katalog.intake.kinds import Kind

_ALLOWED = 0.2
_UNNOTICED = 50


@dataclass(slots=True)
class Gesehen:
    """Which stored records the delivery still has, one bit each, and how many it has of a kind."""

    bits: bytearray = field(default_factory=bytearray)
    je_art: Counter[str] = field(default_factory=Counter)

    def add(self, number: int) -> bool:
        """False if it was there before."""
        place, bit = divmod(number, 8)
        if place >= len(self.bits):
            self.bits.extend(bytes(place - len(self.bits) + 1 + (len(self.bits) >> 1)))
        fresh = not self.bits[place] & (1 << bit)
        self.bits[place] |= 1 << bit
        return fresh

    def __contains__(self, number: int) -> bool:
        place, bit = divmod(number, 8)
        return place < len(self.bits) and bool(self.bits[place] & (1 << bit))


def refuse_loss(missing: Sequence[tuple[Kind, str]], kept: Mapping[str, int]) -> None:
    """As a whole or of one kind: a file may have lost a column and kept most of its rows."""
    lost = Counter(kind.art for kind, _ in missing)
    arten = {art for art, count in lost.items() if _is_too_much(count, kept.get(art, 0))}
    if not arten and _is_too_much(lost.total(), sum(kept.values())):
        arten = lost.keys() | kept.keys()
    if not arten:
        return
    names = [f"{kind.label} {about}" for kind, about in missing if kind.art in arten]
    raise Konflikt(
        f"In dieser Lieferung fehlen {len(names)} Datensätze, die bisher von dieser Quelle kamen,"
        f" bei {sum(kept.get(art, 0) for art in arten)} gelesenen, zum Beispiel"
        f" {', '.join(names[:3])}. Das sieht nach einer unvollständigen Datei aus; übernommen wurde"
        " nichts. Ist es Absicht, wiederholen Sie den Import mit --entfallene-zulassen, bei einer"
        " Teillieferung mit --teilweise."
    )


def _is_too_much(lost: int, kept: int) -> bool:
    return lost > _UNNOTICED and lost > _ALLOWED * (kept + lost)
