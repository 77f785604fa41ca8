"""What changed between two texts: the words around it are kept short, the change is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

# As many of the words that stayed the same as a reader needs to find the place.
_CONTEXT = 6


@dataclass(frozen=True, slots=True)
class Difference:
    before: str
    old: str
    new: str
    after: str


def difference(old: str, new: str) -> Difference:
    """From the first word that differs to the last one; blanks alone make no difference."""
    a, b = old.split(), new.split()
    start = _common(a, b)
    end = _common(a[start:][::-1], b[start:][::-1])
    before, after = a[:start], a[len(a) - end :]
    if len(before) > _CONTEXT:
        before = ["…", *before[-_CONTEXT:]]
    if len(after) > _CONTEXT:
        after = [*after[:_CONTEXT], "…"]
    return Difference(
        " ".join(before),
        " ".join(a[start : len(a) - end]),
        " ".join(b[start : len(b) - end]),
        " ".join(after),
    )


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
