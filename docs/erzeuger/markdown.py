"""The few pieces of Markdown that all generators write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

NONE = "–"


def head(title: str, origin: str) -> list[str]:
    """Title and the note that a person who opens the file to edit it has to see first."""
    note = f"<!-- Erzeugt von docs/erzeugen.py aus {origin}. Nicht von Hand ändern. -->"
    return [f"# {title}", "", note, ""]


def table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _line(columns)
    yield _line(("---",) * len(columns))
    for row in rows:
        yield _line(row)


def code(text: str) -> str:
    """Nothing stays nothing: an empty code span would show its own backticks."""
    return f"`{text}`" if text else ""


def _line(cells: Iterable[str]) -> str:
    written = (cell.replace("|", "\\|") or NONE for cell in cells)
    return f"| {' | '.join(written)} |"
