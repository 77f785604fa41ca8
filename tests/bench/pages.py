"""Pages over HTTP: how long they take and how many queries they ask, at both sizes."""

from __future__ import annotations

from urllib.parse import quote

from katalog.db import open_engine, reading
from katalog.settings import load_settings
from tests.bench import bulk
from tests.bench.assistants import MOST_USED
from tests.bench.measure import (
    counted_queries,
    environment,
    fetch,
    median_ms,
    number,
    serving,
    table,
)
from tests.bench.register import ASKED, ASKED_OZG
from tests.bench.size import Umfang
from tests.portal import ask, running_portal

_REPEATS = 9


def paths(address: str, umfang: Umfang) -> dict[str, str]:
    """Title → address. The Kreis is the one around the busiest town."""
    engine = open_engine(address)
    try:
        with reading(engine) as session:
            _, town = bulk.busiest_town(session.connection())
    finally:
        engine.dispose()
    most_used = f"/onlinedienste/{MOST_USED}"
    late = max(1, min(20, umfang.nutzer // 25))
    return {
        "Startseite": "/",
        f"Onlinedienst mit {umfang.nutzer} Nutzern": most_used,
        f"derselbe, {late}. Seite der Nutzer": f"{most_used}?seite={late}",
        f"Kommune mit {umfang.angaben} Angaben": f"/kommunen/{town}",
        "Kreis dieser Kommune": f"/kommunen/{town[:5]}0000000",
        "Leistung mit den meisten Nutzern": f"/leistungen/{ASKED}",
        "OZG-Leistung dazu": f"/ozg/{ASKED_OZG}",
        "Onlinedienste": "/onlinedienste",
        "Onlinedienste, Suche und zwei Filter": "/onlinedienste?q=antrag&art=efa&status=pilot",
        "Kommunen": "/kommunen",
        "Kommunen mit Angaben, ein Land": f"/kommunen?angaben=ja&land={quote('Bayern')}",
        "Kommunen, Suche": "/kommunen?q=neu",
        "Leistungen": "/leistungen",
        "Leistungen, Suche und Typ": f"/leistungen?q=erteilung&typisierung={quote('2/3')}",
        "OZG-Leistungen": "/ozg",
        "Suche": "/suche?q=hund",
        "Suche mit Ort": "/suche?q=antrag&ort=Warendorf",
    }


def run(addresses: dict[Umfang, str]) -> str:
    measured = {
        umfang.titel: _measure(address, paths(address, umfang))
        for umfang, address in addresses.items()
    }
    head = ["Seite"]
    for title in measured:
        head += [f"{title} ms", f"{title} SQL"]
    if len(measured) > 1:
        head.append("Wachstum")
    first = next(iter(addresses))
    rows: list[list[str]] = []
    for n, title in enumerate(paths(addresses[first], first)):
        found = [values[n] for values in measured.values()]
        cells = [cell for ms, queries in found for cell in (number(ms), str(queries))]
        if len(found) > 1:
            cells.append(f"{number(found[0][0] / found[1][0])} ×")
        rows.append([title, *cells])
    return table(head, rows)


def _measure(address: str, wanted: dict[str, str]) -> list[tuple[float, int]]:
    """(milliseconds, queries) of each page."""
    engine = open_engine(address)
    queries: list[int] = []
    with running_portal(load_settings(environment(address)), engine=engine) as portal:
        for path in wanted.values():
            with counted_queries(engine) as asked:
                answer = ask(portal, path)
            assert answer.status == 200, f"{path}: {answer.status}"
            queries.append(len(asked))
    with serving(address) as connection:
        times = [
            median_ms(lambda path=path: fetch(connection, path), _REPEATS)  # type: ignore[misc]
            for path in wanted.values()
        ]
    return list(zip(times, queries, strict=True))
