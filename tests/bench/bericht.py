"""One row of the report: what was measured, beside what, against which goal, and if it is met."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.bench.measure import number, table

DOCUMENT = Path(__file__).parents[2] / "docs" / "leistung.md"
HEAD = ("Was", "Bestand", "Katalog", "Gegenüber", "Verhältnis", "Ziel", "erreicht")
MISSING = "noch nicht vorhanden"


@dataclass(frozen=True, slots=True)
class Ziel:
    """`least`: this or more, else this or less. Without a number there is no goal."""

    value: float | None = None
    least: bool = True
    unit: str = " ×"

    def __str__(self) -> str:
        if self.value is None:
            return "–"
        return f"{'≥' if self.least else '≤'} {number(self.value, _digits(self.value))}{self.unit}"

    def reached(self, found: float) -> str:
        if self.value is None:
            return ""
        return "ja" if (found >= self.value if self.least else found <= self.value) else "**nein**"


@dataclass(frozen=True, slots=True)
class Zeile:
    was: str
    bestand: str
    ours: str = MISSING
    peer: str = ""
    found: float | None = None
    ziel: Ziel = Ziel()

    def cells(self) -> list[str]:
        digits = 2 if self.found is not None and self.found < 10 else 1
        found = "" if self.found is None else f"{number(self.found, digits)}{self.ziel.unit}"
        reached = "" if self.found is None else self.ziel.reached(self.found)
        return [self.was, self.bestand, self.ours, self.peer, found, str(self.ziel), reached]


def render(rows: Sequence[Zeile]) -> str:
    return table(HEAD, [row.cells() for row in rows])


def machine() -> str:
    """In general terms: who reads this wants to know how far their own machine is away."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{cores} Kerne, {platform.system()}, Python {platform.python_version()}, "
        f"{date.today():%d.%m.%Y}"  # noqa: DTZ011 - the day on the desk of whoever measures
    )


def write(section: str, text: str) -> None:
    """Into the document, in the place that is marked for this section."""
    marks = re.compile(rf"(<!-- bench:{section} -->\n).*?(<!-- /bench -->)", re.DOTALL)
    before = DOCUMENT.read_text("utf-8")
    after, found = marks.subn(lambda m: f"{m[1]}\n{text}\n\n{m[2]}", before)
    if not found:
        raise RuntimeError(f"{DOCUMENT.name} hat keine Stelle für „{section}“.")
    DOCUMENT.write_text(after, "utf-8")


def _digits(value: float) -> int:
    return 0 if value == int(value) else 1
