"""Lists as files: what a page links to is what it shows, and asking for a file costs no more."""

from __future__ import annotations

import csv
import io
import json
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from lxml import etree
from openpyxl import load_workbook

from katalog.db import open_engine
from katalog.domain.begriffe import Ausgabeformat
from tests.portal import TODAY, Answer, ask, build_settings, running_portal
from tests.seite import Seite

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


def test_who_leaves_halfway_leaves_no_connection_behind(planted: str) -> None:
    engine = open_engine(planted)
    with running_portal(build_settings(planted), engine=engine) as url:
        for _ in range(12):
            leave_halfway(url, "/kommunen?format=json")
        wait_until(lambda: engine.pool.checkedout() == 0)  # type: ignore[attr-defined]
        assert ask(url, f"{USES[0]}/nutzung?format=csv").status == 200


def leave_halfway(portal: str, path: str) -> None:
    address = urlsplit(portal)
    with socket.create_connection((str(address.hostname), address.port), timeout=30) as reader:
        request = f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n"
        reader.sendall(request.encode())
        assert reader.recv(1024)


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("It did not come to that.")
