"""Importing in tests: an order, and a database's content in a form that can be compared.

Two databases that were filled in different steps number their rows differently. So a row is
compared by what it says, and a reference by what the row says that it leads to.
"""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from importers.recognition import Format
from katalog.db import Engine, reading
from katalog.intake.auftrag import Auftrag
from katalog.models import metadata

TODAY = date(2026, 11, 20)
# They tell of runs, which differ; and when and how often a row was written differs with them.
_RUNS = {"importlauf", "importsatz", "pruefergebnis", "indexauftrag"}
_NOT_COMPARED = {"id", "version", "geaendert_am", "am", "erstellt_am"}

Content = dict[str, list[str]]
EMPTY: Content = {name: [] for name in metadata.tables if name not in _RUNS}


def order(kind: Format, *paths: Path, **options: Any) -> Auftrag:
    return Auftrag(kind, list(paths), TODAY, Path("var/umrisse"), **options)


def nothing_shown(kind: str, done: int, total: int) -> None:
    pass


def comparable(engine: Engine, *, runs: bool = False) -> Content:
    """Each table as a sorted list of what its rows say; with `runs` also those about imports."""
    names: dict[tuple[str, int], str] = {}
    found: Content = {}
    with reading(engine) as session:
        for table in metadata.sorted_tables:
            if table.name in _RUNS and not runs:
                continue
            references = {
                column.name: next(iter(column.foreign_keys)).column.table.name
                for column in table.columns
                if column.foreign_keys
            }
            said = []
            own: list[tuple[Any, dict[str, Any]]] = []
            for row in session.execute(select(table)).mappings():
                values: dict[str, Any] = {}
                for name, value in row.items():
                    if name in _NOT_COMPARED:
                        continue
                    target = references.get(name)
                    if target is None or value is None:
                        values[name] = str(value)
                    else:
                        # Of a row of its own table it can only be said that there is one.
                        values[name] = names.get((target, value), "→")
                own.append((row.get("id"), values))
            for number, values in own:
                text = repr(sorted(values.items()))
                digest = hashlib.sha256(text.encode()).hexdigest()[:16]
                if number is not None:
                    names[table.name, number] = digest
                said.append(text)
            found[table.name] = sorted(said)
    return found
