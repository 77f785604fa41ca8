"""CSV as spreadsheets of German offices open it: semicolons, a mark for UTF-8, no formulas.

A cell that begins like a formula would be run where the file is opened; what files from elsewhere
hold is not ours to trust (ASVS 1.2.10).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\0")
_MARK = b"\xef\xbb\xbf"

Cell = str | int | None


def csv_pieces(head: Sequence[str], batches: Iterable[Sequence[Sequence[Cell]]]) -> Iterator[bytes]:
    """One piece for each batch of rows, so that a long file needs no more memory than a short."""
    yield _MARK + _write([head])
    for rows in batches:
        yield _write(rows)


def _write(rows: Iterable[Sequence[Cell]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def harmless(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(_RUNS):
        return f"'{cell}"
    return "" if cell is None else cell
