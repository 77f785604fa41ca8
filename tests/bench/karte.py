"""The map: how long and how large its numbers are, beside a plain folium map of the same areas.

The peer is what folium's own guide shows: one GeoJson layer with a style per area, a whole page.
Its scripts come from foreign hosts; here they are answered from the portal's own files.
"""

from __future__ import annotations

import gzip
import json
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from sqlalchemy import text

from katalog.db import open_engine, reading
from map.ebenen import DEUTSCHLAND
from map.geojson import to_geometrie
from map.geometrie import Ebene, load_topologie, umriss
from tests.bench.bericht import Zeile, Ziel
from tests.bench.measure import Tempo, fetch, number, serving
from tests.bench.register import ASKED
from tests.bench.size import Umfang
from tests.browser.walking import CHROMIUM, OPTIONS

_QUESTIONS = 12
_MOST_LOOKS = 2_000
_STATUS = "/api/v1/karte/status?leistungsschluessel="
_PAGE = f"/karte?leistungsschluessel={ASKED}&ebene=gemeinde"
VENDOR = Path(__file__).parents[2] / "katalog" / "web" / "static" / "vendor"
# Painted is when the canvas of the map holds more than a few borders.
_WATCH = """
(() => {
  const look = () => {
    for (const canvas of document.querySelectorAll('.leaflet-container canvas')) {
      const { width, height } = canvas;
      if (!width) continue;
      const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
      let painted = 0;
      for (let i = 3; i < data.length; i += 4 * 97) painted += data[i] > 0;
      if (painted > data.length / (4 * 97) / 20) { window.gemalt = performance.now(); return; }
    }
    requestAnimationFrame(look);
  };
  document.addEventListener('DOMContentLoaded', () => requestAnimationFrame(look));
})();
"""


def run(addresses: dict[Umfang, str], tempo: Tempo) -> list[Zeile]:
    return [
        zeile
        for umfang, address in addresses.items()
        for zeile in _measure(umfang.titel, address, tempo)
    ]


def _measure(bestand: str, address: str, tempo: Tempo) -> Iterator[Zeile]:
    with serving(address) as connection:
        # Outlines, areas and folium are loaded with the first map, or some seconds after the start.
        fetch(connection, f"{_PAGE}&zum=2020-01-01")
        connection.close()  # it opens again by itself; a silent one the server would close
        time.sleep(tempo.settle)
        times = sorted(_ms(connection, _STATUS + key) for key in _services(address))
        middle = times[len(times) // 2]
        packed = _packed(connection, _STATUS + ASKED)
        size, status = len(packed) / 1000, Ziel(40, least=False, unit=" ms")
        yield Zeile(
            "Kartenstatus einer Leistung, noch nie gefragt",
            bestand,
            f"{number(middle)} ms",
            found=middle,
            ziel=status,
        )
        yield Zeile(
            "derselbe, Größe gepackt",
            bestand,
            f"{number(size)} kB",
            found=size,
            ziel=Ziel(60, least=False, unit=" kB"),
        )
        ours_ms = _ms(connection, _PAGE) + _ms(connection, f"{_STATUS}{ASKED}&rolle=nutzt")
        ours = fetch(connection, _PAGE)
        started = time.perf_counter()
        peer = _folium_page(json.loads(gzip.decompress(packed))["gebiete"], tempo.ebene)
        peer_ms = 1000 * (time.perf_counter() - started)
        yield _beside("Seite und Status, Zeit des Servers", bestand, ours_ms, peer_ms, "ms")
        sizes = len(ours) / 1000, len(peer) / 1000
        yield _beside("HTML der Seite", bestand, *sizes, "kB")
        url = f"http://{connection.host}:{connection.port}{_PAGE}"
        yield from _paint(bestand, url, peer, tempo.visits)


def _beside(was: str, bestand: str, ours: float, peer: float, unit: str) -> Zeile:
    return Zeile(was, bestand, f"{number(ours)} {unit}", f"{number(peer)} {unit}", peer / ours)


def _services(address: str) -> list[str]:
    """Keys of the services that most statements are about."""
    engine = open_engine(address)
    query = """SELECT l.leistungsschluessel FROM leistung l
        JOIN antragsstrecke a ON a.leistung_id = l.id
        JOIN einsatz e ON e.onlinedienst_id = a.onlinedienst_id
        WHERE l.leistungsschluessel IS NOT NULL
        GROUP BY l.leistungsschluessel ORDER BY count(*) DESC LIMIT :most"""
    try:
        with reading(engine) as session:
            return list(session.connection().execute(text(query), {"most": _QUESTIONS}).scalars())
    finally:
        engine.dispose()


def _ms(connection: HTTPConnection, path: str) -> float:
    started = time.perf_counter()
    fetch(connection, path)
    return 1000 * (time.perf_counter() - started)


def _packed(connection: HTTPConnection, path: str) -> bytes:
    connection.request("GET", path, headers={"accept-encoding": "gzip"})
    body = connection.getresponse().read()
    return body if body[:2] == b"\x1f\x8b" else gzip.compress(body)


# The peer ─────────────────────────────────────────────────────────────────────────────────────


def _folium_page(gebiete: dict[str, list[Any]], ebene: Ebene) -> bytes:
    import folium

    features = [
        {
            "type": "Feature",
            "properties": {"ags": ags, "status": gebiete.get(ags, ["keine"])[0]},
            "geometry": to_geometrie(umriss(ebene, ags)),
        }
        for ags in load_topologie(ebene).flaechen
    ]
    karte = folium.Map(location=(51.2, 10.4), zoom_start=6, tiles=None, prefer_canvas=True)
    karte.fit_bounds(DEUTSCHLAND)
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features}, style_function=_style
    ).add_to(karte)
    page: str = karte.get_root().render()
    return page.encode()


def _style(feature: dict[str, Any]) -> dict[str, Any]:
    live = feature["properties"]["status"] == "produktiv"
    return {"fillColor": "#0060c0" if live else "#dddddd", "color": "#ffffff", "weight": 0.5,
            "fillOpacity": 1}  # fmt: skip


# In a browser ─────────────────────────────────────────────────────────────────────────────────


def _paint(bestand: str, ours: str, peer: bytes, visits: int) -> Iterator[Zeile]:
    was = "Aufruf bis zur gemalten Karte (Chromium)"
    if not CHROMIUM.exists():
        yield Zeile(was, bestand)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "folium.html"
        file.write_bytes(peer)
        found, beside = _painted(ours, visits), _painted(file.as_uri(), visits)
    goal = Ziel(1.5, least=False, unit=" s")
    yield Zeile(was, bestand, f"{number(found, 2)} s", f"{number(beside, 2)} s", found, goal)


def _painted(url: str, visits: int) -> float:
    """In a thread of its own: beside a browser in the same one, no second one starts."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_visit, url, visits).result()


def _visit(url: str, visits: int) -> float:
    """Seconds of the last visit: the first one starts the browser's own machinery."""
    from playwright.sync_api import Route, sync_playwright

    def answer(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        file = VENDOR / name
        route.fulfill(body=file.read_bytes() if file.is_file() else b"")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        seconds = 0.0
        for _number in range(visits):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(_WATCH)
            page.route(lambda asked: asked.startswith("https://"), answer)
            page.goto(url, wait_until="commit", timeout=120_000)
            # The page's policy forbids what Playwright's own waiting does.
            for _ in range(_MOST_LOOKS):
                if seconds := page.evaluate("window.gemalt || 0") / 1000:
                    break
                page.wait_for_timeout(50)
            else:
                raise RuntimeError(f"{url} zeigt keine Karte.")
            page.close()
        browser.close()
    return seconds
