"""Reading the files of the starting set: CSV with `;`, TOML, both UTF-8."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "daten"


def csv_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=";")


def toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def day(text: str | date | None) -> date | None:
    """A whole date, or None for an empty field or one that is known to the year only."""
    if isinstance(text, date):
        return text
    return date.fromisoformat(text) if text and len(text) == 10 else None


def many(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())
