"""XZuFi into the database: beside lxml alone on the same file, again with one record changed.

Each figure is taken in a process of its own, so that its peak of memory is its own, and beside a
fresh reading of the same file by lxml alone, so that a busy moment meets both. Time of the
processor is that of the importing process: of a server's own there is none in it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.bulk import TODAY
from tests.bench.measure import number, table
from tests.bench.size import Umfang
from tests.bench.stores import KINDS
from tests.databases import Databases, State
from tests.servers import PostgresCluster, SqliteFolder, stop_postgres
from tests.xzufi_generator import write

_ROOT = Path(__file__).parents[2]
MEGABYTE = {"voll": 200, "zehntel": 20}

_BARE = """
import json, sys, time
from lxml import etree
began, cpu = time.perf_counter(), time.process_time()
events = 0
for event, element in etree.iterparse(sys.argv[1], events=("start", "end")):
    events += 1
    if event == "end":
        element.clear()
print(json.dumps({
    "seconds": time.perf_counter() - began,
    "cpu": time.process_time() - cpu,
    "events": events,
}))
"""

_IMPORT = """
import json, re, sys, time
from datetime import date
from pathlib import Path
from importers.recognition import Format
from katalog.db import open_engine
from katalog.intake.auftrag import Auftrag
from katalog.intake.runs import import_files
engine = open_engine(sys.argv[2])
order = Auftrag(Format.XZUFI, [Path(sys.argv[1])], date.fromisoformat(sys.argv[3]), Path("var/u"))
began, cpu = time.perf_counter(), time.process_time()
result = import_files(engine, order, lambda kind, done, total: None)
seconds = time.perf_counter() - began
cpu = time.process_time() - cpu
peak = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())
print(json.dumps({
    "seconds": seconds,
    "cpu": cpu,
    "peak": int(peak[1]) * 1024 if peak else 0,
    "changes": result.total.aenderungen,
    "same": result.total.unveraendert,
    "refused": result.total.abgelehnt,
}))
"""


@dataclass(frozen=True, slots=True)
class Messung:
    megabyte: float
    bare: float
    first: float
    cpu: float
    again: float
    peak: int
    records: int


def run(sizes: list[Umfang], kinds: list[str]) -> str:
    rows = []
    for kind in kinds or list(KINDS):
        for umfang in sizes:
            found = _measure(kind, MEGABYTE[umfang.name])
            rows.append(
                (
                    f"{kind}, {number(found.megabyte, 0)} MB, {found.records} Datensätze",
                    number(found.bare),
                    number(found.first),
                    number(found.bare / found.first, 2),
                    number(found.cpu, 2),
                    number(found.again),
                    number(found.again / found.first, 2),
                    number(found.peak / 1_000_000, 0),
                )
            )
    head = (
        "Import von XZuFi",
        "lxml allein (s)",
        "Import (s)",
        "Tempo zu lxml",
        "nach Rechenzeit",
        "noch einmal (s)",
        "zum ersten Mal",
        "Speicher (MB)",
    )
    return table(head, rows)


def _measure(kind: str, megabytes: int) -> Messung:
    with tempfile.TemporaryDirectory(prefix="katalog-bench-") as name:
        folder = Path(name)
        server = SqliteFolder(folder) if kind == "sqlite" else PostgresCluster(folder)
        databases = Databases(server, folder)
        try:
            url = databases.url(databases.fresh(State.SEEDED))
            return _measure_in(folder, url, megabytes)
        finally:
            stop_postgres(folder)


def _measure_in(folder: Path, url: str, megabytes: int) -> Messung:
    path = folder / "gross.xml"
    records = write(path, megabytes=megabytes)
    bare = [_call(_BARE, path)]
    first = _call(_IMPORT, path, url, TODAY.isoformat())
    bare.append(_call(_BARE, path))
    _change_one(path)
    again = _call(_IMPORT, path, url, TODAY.isoformat())
    if again["changes"] != 1:
        raise RuntimeError(f"Ein Datensatz war geändert, gemeldet sind {again['changes']}.")
    return Messung(
        path.stat().st_size / 1_000_000,
        sum(found["seconds"] for found in bare) / len(bare),
        first["seconds"],
        sum(found["cpu"] for found in bare) / len(bare) / first["cpu"],
        again["seconds"],
        max(first["peak"], again["peak"]),
        records,
    )


def _change_one(path: Path) -> None:
    """In the middle, so that no beginning and no end tells that the rest is as before."""
    middle = path.stat().st_size // 2
    with path.open("r+b") as file:
        file.seek(middle)
        place = file.read(1 << 20).index("Bürgeramt ".encode())
        file.seek(middle + place)
        file.write("Würgeramt ".encode())


def _call(script: str, *arguments: Any) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", script, *(str(argument) for argument in arguments)],
        cwd=_ROOT,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
