"""Long lists in pieces that either database takes as parameters of one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

# Below the limit of bound parameters of either database.
SIZE = 500


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), SIZE):
        yield items[start : start + SIZE]
