"""One page of a list, with what a reader needs to know where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
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
    statement: Select[Any],
    number: int,
    build: Callable[[Sequence[Any]], list[T]],
    size: int = PAGE_SIZE,
) -> Seite[T]:
    total = session.execute(
        select(func.count()).select_from(statement.order_by(None).subquery())
    ).scalar_one()
    rows = session.execute(statement.limit(size).offset((number - 1) * size)).all()
    return Seite(rows=tuple(build(rows)), total=total, number=number, size=size)
