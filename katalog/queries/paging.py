"""One page of a list, with what a reader needs to know where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func
from sqlmodel import Session

PAGE_SIZE = 25

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seite(Generic[T]):
    rows: tuple[T, ...]
    total: int
    number: int
    size: int = PAGE_SIZE

    @property
    def count(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    def around(self) -> list[int | None]:
        """Page numbers to link: both ends, the neighbours, and None for a gap."""
        near = {1, self.count, *range(self.number - 2, self.number + 3)}
        shown = sorted(n for n in near if 1 <= n <= self.count)
        result: list[int | None] = []
        for number in shown:
            if result and number - (result[-1] or 0) > 1:
                result.append(None)
            result.append(number)
        return result


def read_page(
    session: Session,
    ids: Select[Any],
    number: int,
    load: Callable[[Sequence[int]], list[T]],
    size: int = PAGE_SIZE,
    order: Callable[[Select[Any]], Select[Any]] = lambda ids: ids,
) -> Seite[T]:
    """`ids` selects one id per row and joins no more than its conditions need.

    `order` sorts them and may join what the order needs, which the number of rows does not. What
    only the page's rows show is joined by `load`, after the limit instead of before it.
    """
    connection = session.connection()
    counted = ids.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    total = connection.execute(counted).scalar_one()
    shown = order(ids).limit(size).offset((number - 1) * size)
    found = connection.execute(shown).scalars().all()
    return Seite(rows=tuple(load(found)), total=total, number=number, size=size)


def in_order(ids: Sequence[int], rows: Iterable[T], key: Callable[[T], int | None]) -> list[T]:
    """Rows that were loaded by their ids, in the order of the ids."""
    found = {key(row): row for row in rows}
    return [found[number] for number in ids if number in found]
