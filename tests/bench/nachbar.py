"""The neighbour: Datasette on the same rows, with full text search and the same facets.

It gets the database of the portal as it is, for pages of rows and whole tables, and one table with
everything that the search finds, indexed as its documentation advises.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from search.engine import Document
from tests.bench import eintraege
from tests.bench.eintraege import FACETS, as_field
from tests.bench.measure import free_port, wait_until_it_answers

_WORDS = ("titel", "namen", "weitere", "texte", "zusatz")


@dataclass(frozen=True, slots=True)
class Suchtabelle:
    path: Path
    lists: frozenset[str]

    def search(self, question: str, *, ending: str = "", chosen: str = "") -> str:
        """The address of a question with all facets, narrowed to a Themenfeld if one is given."""
        facets = "".join(
            f"&_facet_array={name}" if name in self.lists else f"&_facet={name}" for name in FACETS
        )
        narrowed = f"&themenfeld={as_field(chosen)}" if chosen else ""
        asked = f"_search={as_field(question)}{narrowed}{facets}&_size=25"
        return f"/{self.path.stem}/eintrag{ending}?{asked}"


def make_search_table(documents: Sequence[Document], path: Path) -> Suchtabelle:
    """FTS5 over all words, an index for each column that is counted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    lists = eintraege.several(documents)
    rows = [eintraege.as_row(document, lists) for document in documents]
    columns = list(rows[0])
    marks = ", ".join(f":{name}" for name in columns)
    with closing(sqlite3.connect(path)) as target:
        target.execute(f"CREATE TABLE eintrag (nr INTEGER PRIMARY KEY, {', '.join(columns)})")
        insert = f"INSERT INTO eintrag ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        target.executemany(insert, rows)
        for name in FACETS:
            target.execute(f"CREATE INDEX ix_{name} ON eintrag ({name})")
        words = ", ".join(_WORDS)
        target.execute(
            f"CREATE VIRTUAL TABLE eintrag_fts USING fts5"
            f"({words}, content='eintrag', content_rowid='nr')"
        )
        target.execute("INSERT INTO eintrag_fts (eintrag_fts) VALUES ('rebuild')")
        target.commit()
        target.execute("ANALYZE")
        target.commit()
    return Suchtabelle(path, lists)


@contextmanager
def datasette(portal_database: str, search_table: Path) -> Iterator[str]:
    """Immutable files, which is what makes it fastest: it counts their rows once."""
    port = free_port()
    files = [portal_database.removeprefix("sqlite:///"), str(search_table)]
    command = [
        *(sys.executable, "-m", "datasette", "serve", "--host", "127.0.0.1", "--port", str(port)),
        *(part for file in files for part in ("--immutable", file)),
        *("--setting", "max_csv_mb", "0"),
        *("--setting", "facet_time_limit_ms", "2000"),
    ]
    with subprocess.Popen(
        command,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_it_answers(f"{address}/-/versions.json", process)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)
