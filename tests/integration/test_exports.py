"""Lists as files: what a page links to is what it shows, and asking for a file costs no more."""

from __future__ import annotations

import csv
import io
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from lxml import etree
from openpyxl import load_workbook

from katalog.db import open_engine
from katalog.domain.begriffe import Ausgabeformat
from tests.portal import TODAY, Answer, ask, build_settings, running_portal
from tests.seite import Seite
from tests.umfang import VOLL
from tests.waiting import wait_until

Get = Callable[..., Answer]
Read = Callable[..., Seite]
WBS, KEY, WARENDORF = "wbs-sozialplattform", "99107022012000", "055700052052"
OFFEN = "hundeanmeldung-offen-demo"
USES = [f"/onlinedienste/{WBS}", f"/leistungen/{KEY}", f"/kommunen/{WARENDORF}"]
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "geojson": "application/geo+json",
    "atom": "application/atom+xml",
}
every_format = pytest.mark.parametrize("ausgabeformat", [str(f) for f in Ausgabeformat])


def rows_of(answer: Answer) -> list[dict[str, str]]:
    text = io.StringIO(answer.body.decode("utf-8-sig"), newline="")
    lines = list(csv.reader(text, delimiter=";"))
    return [dict(zip(lines[6], line, strict=True)) for line in lines[7:]]


def size_of(answer: Answer, ausgabeformat: str) -> int:
    match ausgabeformat:
        case "csv":
            return len(rows_of(answer))
        case "xlsx":
            return int(load_workbook(io.BytesIO(answer.body))["Daten"].max_row) - 1
        case "json":
            return len(answer_json(answer)["daten"])
        case "geojson":
            return len(answer_json(answer)["features"])
    return len(etree.fromstring(answer.body).findall("{*}entry"))


def answer_json(answer: Answer) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(answer.body)
    return found


def files_of(page: Seite) -> dict[str, str]:
    (box,) = page.main.all(class_="take__list")
    return {a.attrs["href"].rpartition("format=")[2]: a.attrs["href"] for a in box.all("a")}


# ── Tables of use ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", USES)
def test_a_table_of_use_can_be_taken_along_in_all_formats(read: Read, get: Get, path: str) -> None:
    files = files_of(read(path))
    assert {*files} >= {"csv", "xlsx", "json", "atom"}
    sizes = set()
    for ausgabeformat, url in files.items():
        answer = get(url)
        assert answer.status == 200, url
        assert answer.header("content-type") == MEDIA[ausgabeformat]
        name = f"nutzung-{TODAY}.{ausgabeformat}"
        assert answer.header("content-disposition") == f'attachment; filename="{name}"'
        sizes.add(size_of(answer, ausgabeformat))
    assert len(sizes) == 1
    assert sizes.pop() > 3


def test_a_file_has_all_rows_where_the_page_shows_some(read: Read, get: Get) -> None:
    page = read(f"/onlinedienste/{WBS}")
    rows = rows_of(get(f"/onlinedienste/{WBS}/nutzung?format=csv"))
    shown = [row.all("th")[0].all("a")[0].text for row in page.main.all("tbody")[0].all("tr")]
    assert len(rows) > 0
    assert [row["Stelle"] for row in rows][: len(shown)] == shown
    assert {row["Kennung des Onlinedienstes"] for row in rows} == {WBS}


def test_without_a_format_the_address_leads_to_the_page(get: Get) -> None:
    for path in USES:
        answer = get(f"{path}/nutzung")
        assert (answer.status, answer.header("location")) == (302, path)


@pytest.mark.parametrize("path", ["/onlinedienste/x", "/leistungen/1", "/kommunen/1"])
def test_there_is_no_file_of_what_does_not_exist(get: Get, path: str) -> None:
    answer = get(f"{path}/nutzung?format=csv")
    assert answer.status == 404
    assert answer.header("content-type").startswith("text/html")


@pytest.mark.parametrize("typed", ["pdf", "CSV", "%00", "csv;x", "..%2F", "x" * 150])
def test_an_unknown_format_is_a_page_that_names_those_there_are(get: Get, typed: str) -> None:
    answer = get(f"{USES[0]}/nutzung?format={typed}")
    assert answer.status == 404
    assert "csv, xlsx, json, geojson, atom" in answer.seite.main.text


def test_of_several_formats_the_last_counts(get: Get) -> None:
    answer = get(f"{USES[0]}/nutzung?format=csv&format=json")
    assert answer.header("content-type") == "application/json"


def test_open_software_is_described_as_publiccode(read: Read, get: Get) -> None:
    link = read(f"/onlinedienste/{OFFEN}").link("Beschreibung der Software als publiccode.yml")
    answer = get(link)
    assert answer.status == 200
    assert answer.header("content-type").startswith("application/yaml")
    assert "publiccodeYmlVersion: '0.4'" in answer.text
    assert get(f"/onlinedienste/{WBS}/publiccode.yml").status == 404


# ── Sending ─────────────────────────────────────────────────────────────────────────────────


@every_format
def test_a_head_request_sends_nothing_but_the_head(portal_url: str, ausgabeformat: str) -> None:
    path = f"{USES[0]}/nutzung?format={ausgabeformat}"
    for _ in range(20):  # more than there are places for downloads
        answer = ask(portal_url, path, method="HEAD")
        assert (answer.status, answer.body) == (200, b"")
        assert answer.header("content-type") == MEDIA[ausgabeformat]


heavy = pytest.mark.skipif(not VOLL, reason="nur mit KATALOG_TEST_VOLL=1")


@heavy
def test_who_leaves_halfway_leaves_no_connection_behind(planted: str) -> None:
    engine = open_engine(planted)
    with running_portal(build_settings(planted), engine=engine) as url:
        for _ in range(6):
            leave_halfway(url, "/kommunen?format=json")
        wait_until(
            lambda: engine.pool.checkedout() == 0,  # type: ignore[attr-defined]
            "Es bleiben Verbindungen offen",
        )
        assert ask(url, f"{USES[0]}/nutzung?format=csv").status == 200


@heavy
def test_slow_readers_cannot_take_all_connections(planted: str) -> None:
    with running_portal(build_settings(planted)) as url, ExitStack() as readers:
        for _ in range(8):
            readers.enter_context(begin_to_read(url, "/kommunen?format=json"))
        answer = ask(url, f"{USES[0]}/nutzung?format=csv")
        assert answer.status == 503
        assert "in ein paar Minuten" in answer.seite.main.text
        assert ask(url, "/onlinedienste").status == 200
        readers.close()
        wait_until(
            lambda: ask(url, f"{USES[0]}/nutzung?format=csv").status == 200,
            "Es wird keine Verbindung wieder frei",
        )


def leave_halfway(portal: str, path: str) -> None:
    with begin_to_read(portal, path):
        pass


@contextmanager
def begin_to_read(portal: str, path: str) -> Iterator[None]:
    """A reader who takes the head and the first bytes, and no more."""
    address = urlsplit(portal)
    with socket.create_connection((str(address.hostname), address.port), timeout=30) as reader:
        request = f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n"
        reader.sendall(request.encode())
        assert b" 200 " in reader.recv(1024)
        assert reader.recv(1024)
        yield


# ── Lists ───────────────────────────────────────────────────────────────────────────────────

LISTS = {
    "/onlinedienste?art=efa&status=verfuegbar": "Kennung",
    "/onlinedienste?q=Wohngeld": "Kennung",
    "/ozg?themenfeld=gesundheit": "OZG-ID",
    "/leistungen?q=Hund": "Leistungsschlüssel",
    "/kommunen?kreis=055700000000": "Regionalschlüssel",
    "/suche?q=Hund&typ=onlinedienst": "Kennung",
}


def keys_on_all_pages(read: Read, path: str) -> list[str]:
    found: list[str] = []
    while path:
        page = read(path)
        rows = [*page.main.all(class_="hit__title"), *page.main.all(class_="hit-line__title")]
        rows += [row.all("th")[0] for body in page.main.all("tbody") for row in body.all("tr")]
        found += [row.all("a")[0].attrs["href"].rpartition("/")[2] for row in rows]
        path = next((a.attrs["href"] for a in page.main.all("a", rel="next")), "")
    return found


@pytest.mark.parametrize(("path", "column"), LISTS.items())
def test_a_file_has_exactly_the_rows_of_all_pages(
    read: Read, get: Get, path: str, column: str
) -> None:
    keys = keys_on_all_pages(read, path)
    rows = rows_of(get(files_of(read(path))["csv"]))
    assert len(rows) > 3
    assert [row[column] for row in rows] == keys


@every_format
def test_every_list_comes_in_every_format(get: Get, ausgabeformat: str) -> None:
    for path in ("/ozg", "/leistungen", "/onlinedienste", "/kommunen"):
        answer = get(f"{path}?q=Hund&format={ausgabeformat}")
        assert answer.status == 200, path
        assert answer.header("content-type") == MEDIA[ausgabeformat]


def test_a_list_says_in_its_head_which_files_there_are(read: Read) -> None:
    page = read("/kommunen?kreis=055700000000&seite=1")
    links = {a.attrs["type"]: a.attrs["href"] for a in page.root.all("link", rel="alternate")}
    assert {kind.split(";")[0] for kind in links} == {kind.split(";")[0] for kind in MEDIA.values()}
    assert set(links.values()) == set(files_of(page).values())
    assert all("seite=" not in url for url in links.values())


def test_a_map_is_offered_of_what_lies_somewhere(read: Read, get: Get) -> None:
    assert "geojson" in files_of(read("/kommunen"))
    assert "geojson" not in files_of(read("/onlinedienste"))
    towns = answer_json(get("/kommunen?kreis=055700000000&format=geojson"))["features"]
    assert len(towns) > 10
    assert all(town["geometry"] for town in towns)
    assistants = answer_json(get("/onlinedienste?format=geojson"))["features"]
    assert {str(each["geometry"]) for each in assistants} == {"None"}


def test_an_empty_list_offers_nothing_to_take_along(read: Read) -> None:
    page = read("/onlinedienste?q=xyzgibtesnicht&art=markt")
    assert page.main.all(class_="take__list") == []


def test_of_mixed_hits_one_kind_has_to_be_chosen_first(read: Read, get: Get) -> None:
    assert read("/suche?q=Hund").main.all(class_="take__list") == []
    answer = get("/suche?q=Hund&format=csv")
    assert answer.status == 422
    assert "Wählen Sie unter „Was es ist“ eine aus" in answer.seite.main.text
    assert get("/suche?q=Hund&typ=kommune&typ=leistung&format=csv").status == 422


def test_a_file_names_the_choice_in_words_and_leads_back_to_it(get: Get) -> None:
    found = json.loads(get("/onlinedienste?art=efa&q=Wohnen&seite=2&format=json").body)
    assert found["titel"] == "Onlinedienste"
    assert found["auswahl"] == ["Art: EfA-Leistung", "Suche: Wohnen"]
    assert found["adresse"] == "http://127.0.0.1:8000/onlinedienste?art=efa&q=Wohnen"
    assert found["gesamt"] == len(found["daten"])
