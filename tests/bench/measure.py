"""Clocks, counters, tables: what every section of the benchmark shares."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy import event

from katalog.db import Engine
from map.geometrie import Ebene
from tests.bench.bulk import TODAY

_BATCH = 25
FOLDER = Path(__file__).parents[2] / "var" / "bench"


@dataclass(frozen=True, slots=True)
class Tempo:
    """How carefully is measured: how long and how often a pair runs, how often the portal starts,
    and for the map how long it settles, how often it is visited, and whose outlines the peer draws.
    """

    rounds: int = 5
    seconds: float = 1.0
    starts: int = 3
    settle: float = 5.0
    visits: int = 2
    ebene: Ebene = Ebene.GEMEINDE


HASTY = Tempo(rounds=1, seconds=0.05, starts=1, settle=0, visits=1, ebene=Ebene.LAND)


def number(value: float, digits: int = 1) -> str:
    """As Germans write it: 1.234,5"""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown that reads well on a terminal too: the first column to the left, figures right."""
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        first = cells[0].ljust(widths[0])
        return " | ".join(
            [first, *(c.rjust(w) for c, w in zip(cells[1:], widths[1:], strict=True))]
        )

    rule = " | ".join(["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
    lines = [line(head), rule, *(line(row) for row in rows)]
    return "\n".join(f"| {text} |" for text in lines)


def side_by_side(
    ours: Callable[[], Any], peer: Callable[[], Any], repeats: int
) -> tuple[float, float]:
    """Median milliseconds of both, taken in turn, so that a busy moment meets both.

    A call that fits between two interruptions by other programs is not slowed by them, a longer
    one is, which would be unjust to it: each time is of many calls, far longer than that.
    """
    calls = (ours, peer)
    times: tuple[list[float], list[float]] = ([], [])
    for call in calls:
        call()
    for _ in range(repeats):
        for call, found in zip(calls, times, strict=True):
            found.append(_seconds(call, _BATCH) / _BATCH)
    return statistics.median(times[0]) * 1000, statistics.median(times[1]) * 1000


def median_ms(call: Callable[[], Any], repeats: int) -> float:
    call()
    return statistics.median(_seconds(call) for _ in range(repeats)) * 1000


def _seconds(call: Callable[[], Any], times: int = 1) -> float:
    started = time.perf_counter()
    for _ in range(times):
        call()
    return time.perf_counter() - started


@contextmanager
def counted_queries(engine: Engine) -> Iterator[list[str]]:
    """Collects the SQL of all queries, without what opens a transaction."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, _p: Any, _x: Any, _many: bool) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def environment(database: str) -> dict[str, str]:
    return {
        "KATALOG_DB": database,
        "KATALOG_HEUTE": TODAY.isoformat(),
        "KATALOG_GEHEIMNIS": "nur für den Benchmark " * 2,
    }


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def portal(database: str) -> Iterator[str]:
    """`katalog serve` as a process of its own, with one worker; the address it answers under.

    What it keeps beside its database, the index of the search above all, lies beside our data.
    """
    port = free_port()
    serve = ("serve", "--no-worker", "--host", "127.0.0.1", "--port", str(port))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(
        [sys.executable, "-m", "katalog", *serve],
        cwd=FOLDER,
        env=os.environ | environment(database),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_it_answers(f"{address}/healthz", process)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)


@contextmanager
def serving(database: str) -> Iterator[http.client.HTTPConnection]:
    """The connection stays open, as a browser's does."""
    with portal(database) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
        yield connection
        connection.close()


def fetch(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return body


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(6_000):
        try:
            httpx.get(url, timeout=60)
            return
        except httpx.TransportError as error:
            if process.poll() is not None:
                raise RuntimeError(f"Der Server ist nicht gestartet: {process.args!r}") from error
            time.sleep(0.01)
    raise RuntimeError(f"{url} antwortet nicht.")
