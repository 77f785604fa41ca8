"""Lists that people download, change and hand in again: every row, refused ones too.

An import yields what it can read and names the rest; here the rest is shown beside it, to be
mended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import BinaryIO, Generic, TypeVar

from importers.cleaning import without_guard
from importers.opening import peek
from importers.records import Fault, Hinweis, Unlesbar
from importers.tables import Row, Table, read_rows, show_rows
from importers.xlsx import is_xlsx

T = TypeVar("T")


@dataclass(frozen=True)  # without slots, which `Zeile[Record](…)` does not get along with
class Zeile(Generic[T]):
    """One row of a list: what stands in it, and what it says or why it cannot be taken.

    `werte` has only the columns that the list has: one that is missing says nothing.
    """

    nummer: int
    werte: dict[str, str] = field(default_factory=dict)
    record: T | None = None
    fehler: tuple[Fault, ...] = ()


def read_lines(
    name: str, data: bytes, most: int, table: Table, read_line: Callable[[Row], Zeile[T]]
) -> tuple[list[Zeile[T]], list[Hinweis]]:
    """All rows of a list that has no more than `most` of them."""
    stream = BytesIO(data)
    plain = plainly(stream)
    lines: dict[int, Zeile[T]] = {}
    faults: dict[int, list[Fault]] = defaultdict(list)
    hints: list[Hinweis] = []
    for outcome in read_rows(name, stream, table):
        match outcome:
            case Row():
                lines[outcome.number] = read_line(plain(outcome))
            case Fault():
                faults[outcome.zeile or 0].append(outcome)
            case Hinweis():
                hints.append(outcome)
        if len(lines) + len(faults) > most:
            raise Unlesbar(f"„{name}“ hat mehr als {most} Zeilen. Teilen Sie die Liste auf.")
    if faults:
        stream.seek(0)
        shown = {row.number: plain(row).values for row in show_rows(name, stream, table)}
        for number, found in faults.items():
            lines[number] = Zeile(number, shown.get(number, {}), fehler=tuple(found))
    return [lines[number] for number in sorted(lines)], hints


def plainly(stream: BinaryIO) -> Callable[[Row], Row]:
    """A workbook knows texts from formulas; in a CSV file an apostrophe has to tell them apart."""
    if is_xlsx(peek(stream, 8)):
        return lambda row: row
    return lambda row: replace(
        row, values={column: without_guard(text) for column, text in row.values.items()}
    )
