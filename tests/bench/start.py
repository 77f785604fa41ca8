"""From the command to the first page, with a database that is there."""

from __future__ import annotations

import time

import httpx

from tests.bench.bericht import Zeile, Ziel
from tests.bench.measure import number, portal
from tests.bench.size import Umfang

_MOST_SECONDS = 2.0


def run(addresses: dict[Umfang, str], times: int) -> list[Zeile]:
    rows = []
    for umfang, address in addresses.items():
        # The first one is not counted: an index may have to be built, files read from the disk.
        found = sorted([_start(address) for _ in range(times + 1)][1:])
        middle = found[times // 2]
        rows.append(
            Zeile(
                "Start bis zur ersten Seite",
                umfang.titel,
                f"{number(middle, 2)} s",
                "",
                middle,
                Ziel(_MOST_SECONDS, least=False, unit=" s"),
            )
        )
    return rows


def _start(address: str) -> float:
    started = time.perf_counter()
    with portal(address) as url:
        httpx.get(f"{url}/", timeout=60).raise_for_status()
        return time.perf_counter() - started
