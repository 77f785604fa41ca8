"""The map as its readers meet it: page, layers, status call, frame; with and without scripts."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from katalog.db import open_engine, writing
from katalog.domain.errors import Konfigurationsfehler
from katalog.models.angebot import Onlinedienst
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from map.fassungen import mitgelieferte
from map.geometrie import Ebene
from tests.databases import copy_with_index
from tests.portal import Answer, ask, build_settings, running_portal
from tests.seite import Seite

HUND = "leistungsschluessel=99110009104000"
EVIL = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>{{7*7}}'
TILES = {
    "KATALOG_KACHELN": "https://{s}.kacheln.example/{z}/{x}/{y}.png",
    "KATALOG_KACHELN_NACHWEIS": "© Kachelamt <Beispiel>",
}
NONCE = re.compile(r"'nonce-([\w-]{20,})'")


def status(get: Callable[..., Answer], query: str) -> dict[str, object]:
    answer = get(f"/api/v1/karte/status?{query}")
    assert answer.status == 200, answer.text
    found: dict[str, object] = json.loads(answer.body)
    return found


# The map shows what the register says ──────────────────────────────────────────────────────────


def test_the_map_colours_the_areas_of_the_bodies_that_statements_name(
    get: Callable[..., Answer],
) -> None:
    rows = json.loads(get(f"/api/v1/einsaetze?{HUND}&limit=200").body)["daten"]
    bodies = {row["ars"] for row in rows if not row["widersprochen_am"]}
    coloured = status(get, HUND)["gebiete"]
    assert isinstance(coloured, dict)
    # All of them are municipalities of their own, whose AGS leaves out the association.
    assert set(coloured) == {ars[:5] + ars[9:] for ars in bodies}
    assert coloured["05570044"] == ["produktiv", 1]


@pytest.mark.parametrize("ebene", ["gemeinde", "verband", "kreis", "land"])
def test_the_table_says_what_the_map_shows(
    get: Callable[..., Answer], read: Callable[..., Seite], ebene: str
) -> None:
    found = status(get, f"{HUND}&ebene={ebene}")
    areas, classes = found["gebiete"], found["klassen"]
    assert isinstance(areas, dict)
    assert isinstance(classes, list)
    html = get(f"/karte?{HUND}&ebene={ebene}").text
    assert set(re.findall(r'<tr [^>]*data-gebiet="(\d+)"', html)) == set(areas)
    legend = dict(re.findall(r'<li data-klasse="([\w-]+)">.*?<strong>([\d.]+)</strong>', html))
    assert {key: int(n.replace(".", "")) for key, n in legend.items()} == {
        each["schluessel"]: each["anzahl"] for each in classes
    }
    asked = f"/api/v1/karte/status?{HUND}&amp;ebene={ebene}"
    assert f'data-status="{asked}"' in html
    assert f'<link rel="preload" href="{asked}" as="fetch"' in html


def test_one_area_can_be_asked_for_without_any_script(read: Callable[..., Seite]) -> None:
    for address in ("gebiet=05570044&ebene=gemeinde", "ort=Telgte"):
        text = read(f"/karte?{HUND}&{address}").text
        assert "Seite von Telgte" in text
        assert "produktiv seit 02/2025" in text
    beelen = read("/karte?leistungsschluessel=99110009104000&gebiet=05570012&ebene=gemeinde").text
    assert "hat nur noch niemand etwas gesagt" in beelen


def test_a_kreis_says_its_share_and_out_of_what(read: Callable[..., Seite]) -> None:
    text = read(f"/karte?{HUND}&gebiet=05570&ebene=kreis").text
    assert "4 von 13 Kommunen" in text
    assert "Gemeinden darin" in text


@pytest.mark.parametrize(
    ("page", "question"),
    [("/onlinedienste/hundesteuer-online-demo", "kennung=hundesteuer-online-demo"),
     ("/leistungen/99110009104000", HUND)],
)  # fmt: skip
def test_the_small_map_of_a_page_leads_to_the_same_on_the_map(
    read: Callable[..., Seite], page: str, question: str
) -> None:
    links = {a.attrs["href"] for a in read(page).main.all("a")}
    assert f"/karte?{question}" in links
    assert read(f"/karte?{question}").main.text


@pytest.mark.parametrize(
    "listed",
    [
        "/onlinedienste?art=efa&themenfeld=arbeit-ruhestand",
        "/kommunen?land=Sachsen&angaben=ja",
        "/ozg?themenfeld=bauen-wohnen&q=bau",
        "/leistungen?q=hund",
        "/suche?q=hund&typ=onlinedienst",
    ],
)
def test_from_list_to_map_and_back_nothing_is_lost(get: Callable[..., Answer], listed: str) -> None:
    html = get(listed).text
    (there,) = re.findall(r'<li><a href="(/karte\?[^"]+)">Karte</a></li></ul></nav>', html)
    answer = get(there.replace("&amp;", "&"))
    assert answer.status == 200
    (back,) = re.findall(r'<li><a href="([^"]+)">Liste</a>', answer.text)
    path, _, query = listed.partition("?")
    kept = [part for part in query.split("&") if not part.startswith("typ=")]
    assert (
        back.replace("&amp;", "&") == f"{path.replace('/suche', '/onlinedienste')}?{'&'.join(kept)}"
    )


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("zum=2026-11-21", "20.11.2026"),
        ("zum=gestern", "30.11.2026"),
        ("ebene=bezirk", "gemeinde"),
        ("ansicht=schoen", "anteil"),
        ("nutzung=immer", "produktiv"),
        ("raum=99999", "koordinierenden"),
        ("raum=%27%20OR%201", "koordinierenden"),
        ("gebiet=99999999", "Tabelle"),
        ("leistungsschluessel=12", "14"),
        ("typ=auto", "onlinedienst"),
        ("seite=9999", "Seiten"),
        ("format=csv", "GeoJSON"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_is_possible(
    get: Callable[..., Answer], address: str, word: str
) -> None:
    answer = get(f"/karte?{address}")
    assert answer.status in {404, 422}
    assert word.lower() in answer.text.lower()


# Nothing foreign, nothing hostile ──────────────────────────────────────────────────────────────


def test_the_page_holds_no_outline_and_asks_nobody_else(get: Callable[..., Answer]) -> None:
    answer = get("/karte")
    assert len(answer.body) < 60_000
    assert "coordinates" not in answer.text
    assert "arcs" not in answer.text
    foreign = [
        url
        for url in re.findall(r'(?:src|href)="(https?:[^"]+)"', answer.text)
        if "mailto" not in url
    ]
    assert not foreign


def test_only_the_script_of_the_map_may_run_in_its_page(get: Callable[..., Answer]) -> None:
    first, second = get("/karte"), get("/karte")
    nonces = [NONCE.findall(answer.header("content-security-policy")) for answer in (first, second)]
    assert nonces[0] != nonces[1]
    (nonce,) = nonces[0]
    scripts = re.findall(r"<script[^>]*>", first.text)
    assert [tag for tag in scripts if "src=" not in tag] == [
        f'<script type="module" nonce="{nonce}">'
    ]
    assert "nonce" not in get("/onlinedienste").header("content-security-policy")
    assert "'unsafe" not in first.header("content-security-policy")


@pytest.fixture(scope="module")
def hostile(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A portal with tiles in which a town, its body and an assistant have evil names."""
    copy = copy_with_index(seeded_sqlite, tmp_path_factory.mktemp("boese") / "katalog.db")
    engine = open_engine(copy)
    with writing(engine) as session:
        telgte = col(Gebiet.ags) == "05570044"
        session.execute(update(Gebiet).where(telgte).values(name=EVIL))
        session.execute(
            update(Stelle)
            .where(col(Stelle.kennung) == "koordinierung-muensterland-demo")
            .values(name=EVIL)
        )
        session.execute(update(Onlinedienst).values(name=EVIL))
    engine.dispose()
    settings = build_settings(copy, **TILES, KATALOG_EINBETTUNG="keine")
    with running_portal(settings) as url:
        yield url


def test_evil_names_stay_text(hostile: str) -> None:
    for address in (
        f"/karte?{HUND}&ebene=gemeinde&gebiet=05570044&raum=koordinierung-muensterland-demo",
        "/karte?kennung=wbs-sozialplattform&q=%3C/script%3E%3Cscript%3Ealert(3)%3C/script%3E",
        "/embed/karte?gebiet=05570044",
    ):
        answer = ask(hostile, address)
        assert answer.status == 200
        assert "<img src=x" not in answer.text
        assert not re.findall(r"<script>", answer.text)
    assert (
        "&lt;img src=x onerror=alert(1)&gt;"
        in ask(hostile, f"/karte?{HUND}&ebene=gemeinde&gebiet=05570044").text
    )
    names = json.loads(ask(hostile, "/karte/namen/gemeinde.json").body)
    assert names["05570044"] == EVIL


def test_tiles_are_named_in_policy_page_and_privacy_notice(
    hostile: str, get: Callable[..., Answer]
) -> None:
    answer = ask(hostile, "/karte")
    policy = answer.header("content-security-policy")
    assert "img-src 'self' data: https://*.kacheln.example;" in policy
    assert "https://{s}.kacheln.example/{z}/{x}/{y}.png" in answer.text
    assert "© Kachelamt &lt;Beispiel&gt;" in answer.text
    privacy = ask(hostile, "/datenschutz").text
    assert "kacheln.example" in privacy
    assert "keine Karten von fremden Servern" not in privacy
    assert "kacheln.example" not in ask(hostile, "/onlinedienste").header("content-security-policy")
    assert "keine Karten von fremden Servern" in get("/datenschutz").text


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"KATALOG_KACHELN": "https://kacheln.example/karte.png"}, "KATALOG_KACHELN"),
        ({"KATALOG_KACHELN": "https://a.example/{z}/{x}/{y}"}, "KATALOG_KACHELN_NACHWEIS"),
        ({"KATALOG_KACHELN": "https://a.example; script-src */{z}{x}{y}"}, "KATALOG_KACHELN"),
        ({"KATALOG_EINBETTUNG": "https://a.example, *"}, "KATALOG_EINBETTUNG"),
        ({"KATALOG_EINBETTUNG": "https://a.example/seite"}, "KATALOG_EINBETTUNG"),
        ({"KATALOG_EINBETTUNG": "kreis-warendorf.de"}, "KATALOG_EINBETTUNG"),
    ],
)
def test_settings_that_a_policy_cannot_hold_stop_the_start(
    settings: dict[str, str], word: str
) -> None:
    with pytest.raises(Konfigurationsfehler, match=word):
        build_settings("sqlite://", **settings)


# In a frame ────────────────────────────────────────────────────────────────────────────────────


def test_others_may_frame_the_map_and_nothing_else(
    planted: str, hostile: str, get: Callable[..., Answer]
) -> None:
    framed = get(f"/embed/karte?{HUND}")
    assert "frame-ancestors *" in framed.header("content-security-policy")
    assert not framed.header("x-frame-options")
    page = get(f"/karte?{HUND}")
    assert "frame-ancestors 'none'" in page.header("content-security-policy")
    assert page.header("x-frame-options") == "DENY"
    closed = ask(hostile, "/embed/karte")
    assert "frame-ancestors 'none'" in closed.header("content-security-policy")
    sites = "https://www.kreis.example, https://stadt.example:8443"
    with running_portal(build_settings(planted, KATALOG_EINBETTUNG=sites)) as url:
        named = ask(url, "/embed/karte").header("content-security-policy")
    assert "frame-ancestors https://www.kreis.example https://stadt.example:8443" in named


def test_a_framed_map_sets_no_cookie_and_leads_out_of_the_frame(
    get: Callable[..., Answer],
) -> None:
    answer = get(f"/embed/karte?{HUND}&gebiet=05570044&ebene=gemeinde")
    assert not answer.header("set-cookie")
    assert "<header" not in answer.text
    assert "<footer" not in answer.text
    out = re.findall(r'<a href="(/(?!embed)[^"]*)"([^>]*)>', answer.text)
    assert out
    assert [url for url, more in out if "_top" not in more and "format=" not in url] == []


# Layers and files ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ebene", list(Ebene))
def test_a_level_is_a_packed_file_under_an_address_that_never_changes(
    get: Callable[..., Answer], ebene: Ebene
) -> None:
    (url,) = set(re.findall(rf"/karte/ebenen/{ebene}/[0-9a-f]+\.topojson", get("/karte").text))
    packed = get(url, Accept_Encoding="gzip")
    assert packed.header("content-encoding") == "gzip"
    assert packed.header("cache-control") == "public, max-age=31536000, immutable"
    assert packed.body == mitgelieferte().ebenen[ebene].gz.read_bytes()
    plain = get(url, Accept_Encoding="identity")
    assert not plain.header("content-encoding")
    assert plain.body == gzip.decompress(packed.body)
    assert json.loads(plain.body)["type"] == "Topology"


@pytest.mark.parametrize(
    "address",
    [
        "/karte/ebenen/gemeinde/0000000000000000.topojson",
        "/karte/ebenen/gemeinde/..%2f..%2fpyproject.toml",
        "/karte/ebenen/bezirk/0000000000000000.topojson",
        "/karte/ebenen/gemeinde/x.topojson",
        "/karte/namen/bezirk.json",
        "/karte/namen/gemeinde",
    ],
)
def test_what_is_no_level_is_not_found(get: Callable[..., Answer], address: str) -> None:
    assert get(address).status == 404


def test_names_of_areas_are_asked_for_once(get: Callable[..., Answer]) -> None:
    answer = get("/karte/namen/kreis.json")
    names = json.loads(answer.body)
    assert (names["05570"], names["05515"], len(names)) == ("Warendorf", "Münster", 402)
    again = get("/karte/namen/kreis.json", If_None_Match=answer.header("etag"))
    assert (again.status, again.body) == (304, b"")


def test_the_map_can_be_taken_along_as_geojson(get: Callable[..., Answer]) -> None:
    answer = get(f"/karte?{HUND}&ebene=kreis&format=geojson")
    assert answer.header("content-type").startswith("application/geo+json")
    assert f"karte-kreis-{date(2026, 11, 20)}.geojson" in answer.header("content-disposition")
    found = json.loads(answer.body)
    coloured = status(get, f"{HUND}&ebene=kreis")["gebiete"]
    assert isinstance(coloured, dict)
    assert {feature["id"] for feature in found["features"]} == set(coloured)
    for feature in found["features"]:
        assert feature["geometry"]["type"] == "MultiPolygon"
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert len(ring) > 3
    assert "BKG" in found["umrisse"]


def test_the_status_of_one_service_is_small_and_knows_its_copy(
    get: Callable[..., Answer],
) -> None:
    answer = get(f"/api/v1/karte/status?{HUND}", Accept_Encoding="gzip")
    assert len(answer.body) < 60_000
    again = get(
        f"/api/v1/karte/status?{HUND}",
        Accept_Encoding="gzip",
        If_None_Match=answer.header("etag"),
    )
    assert again.status == 304


def test_the_status_call_refuses_as_all_calls_do(get: Callable[..., Answer]) -> None:
    for query in ("zum=2030-01-01", "raum=unsinn", "ebene=bezirk", "gibtesnicht=1"):
        answer = get(f"/api/v1/karte/status?{query}")
        assert answer.status == 422
        assert answer.header("content-type") == "application/problem+json"
