"""The catalogue of open sources and the pages of the FIM-Portal, from a server on this machine."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

from importers import fim, offene_quellen
from importers.download import Fetched, open_api
from importers.download_errors import (
    Abgelehnt,
    KeineDatei,
    KeineVerbindung,
    NichtGefunden,
    ServerFehler,
    ZuGross,
)
from importers.offene_quellen import AENDERUNGEN, FIM, GV, VG250, Candidate, Part
from importers.records import LeistungRecord, Unlesbar
from tests.fetching import Rig, running_rig
from tests.tls_server import Answer, Handler, reply

TODAY = date(2026, 10, 20)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with running_rig(tmp_path) as running:
        yield running


# Files ------------------------------------------------------------------------------------------


def workbook(stand: date) -> bytes:
    book = openpyxl.Workbook()
    book.create_sheet(f"Onlineprodukt_Gemeinden{stand:%d%m%Y}").append(["Satzart"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def fetch_gv(rig: Rig, *answers: Answer, optional: bool = False) -> list[Fetched]:
    """The quarters of the catalogue, each at its own path of the server."""
    (part,) = GV.list_parts(TODAY)
    candidates = tuple(
        Candidate(rig.server.on(f"/{number}.xlsx", answer), candidate.stand)
        for number, (candidate, answer) in enumerate(zip(part.candidates, answers, strict=False))
    )
    quelle = replace(
        GV,
        hosts=frozenset({"localhost"}),
        list_parts=lambda today: (Part(candidates, optional=optional),),
    )
    return list(
        offene_quellen.fetch_quelle(quelle, TODAY, rig.folder, rig.policy, wait=rig.waits.append)
    )


def test_the_newest_quarter_is_taken_when_it_is_there(rig: Rig) -> None:
    newest = workbook(date(2026, 9, 30))
    (found,) = fetch_gv(rig, reply(200, newest), reply(200, workbook(date(2026, 6, 30))))
    assert found.path.read_bytes() == newest
    assert len(rig.server.asked) == 1


@pytest.mark.parametrize(
    "not_yet",
    [
        reply(404),
        reply(200, workbook(date(2025, 9, 30))),
        reply(200, b"<!doctype html><title>Nicht gefunden</title>"),
    ],
    ids=["missing", "of last year", "page"],
)
def test_until_it_is_out_the_quarter_before_is_taken(rig: Rig, not_yet: Answer) -> None:
    (found,) = fetch_gv(rig, not_yet, reply(200, workbook(date(2026, 6, 30))))
    assert found.path.name == "1.xlsx"


def test_where_all_are_older_than_expected_the_newest_of_them_is_taken(rig: Rig) -> None:
    days = [date(2025, 9, 30), date(2026, 3, 31), date(2025, 3, 31)]
    (found,) = fetch_gv(rig, *[reply(200, workbook(day)) for day in days])
    assert found.path.name == "1.xlsx"


def test_a_source_that_is_nowhere_is_an_error_unless_it_may_be_missing(rig: Rig) -> None:
    with pytest.raises(NichtGefunden):
        fetch_gv(rig, reply(404), reply(404))
    assert fetch_gv(rig, reply(404), reply(404), optional=True) == []
    with pytest.raises(KeineDatei):
        fetch_gv(rig, reply(200, b"<html>"))


def test_a_failing_server_is_not_taken_for_a_missing_file(rig: Rig) -> None:
    with pytest.raises(ServerFehler, match="500"):
        fetch_gv(rig, reply(500), reply(200, workbook(date(2026, 6, 30))))


def test_other_addresses_replace_those_of_the_catalogue_and_bring_their_host(rig: Rig) -> None:
    urls = [rig.server.on(f"/{year}.xlsx", reply(200, str(year).encode())) for year in (2024, 2025)]
    found = list(offene_quellen.fetch_quelle(AENDERUNGEN, TODAY, rig.folder, rig.policy, urls=urls))
    assert [file.path.name for file in found] == ["2024.xlsx", "2025.xlsx"]
    foreign = offene_quellen.fetch_quelle(
        VG250, TODAY, rig.folder, replace(rig.policy, ports=frozenset({443})), urls=urls
    )
    with pytest.raises(Abgelehnt):
        next(foreign)


def test_the_catalogue_itself_ends_at_this_machine(rig: Rig) -> None:
    """Here every name of the catalogue is unknown, as it is without internet."""
    for quelle in (GV, AENDERUNGEN, VG250):
        with pytest.raises(KeineVerbindung, match="Ohne Internetverbindung zu"):
            list(offene_quellen.fetch_quelle(quelle, TODAY, rig.folder))
    with pytest.raises(KeineVerbindung, match=r"fimportal\.de"):
        list(fim.read_api(offene_quellen.open_quelle(FIM), rig.waits.append, prefix=""))
    assert rig.contents() == {}


# The FIM-Portal ---------------------------------------------------------------------------------

NUMBER = 450


def steckbrief(number: int) -> dict[str, Any]:
    return {
        "leistungsschluessel": f"99{number:012}",
        "title": f"Leistung {number}",
        "ozg": {"id": "10119", "leistung": "Personalausweis"},
    }


def page(handler: Handler) -> None:
    query = parse_qs(urlsplit(handler.path).query)
    offset, limit = int(query["offset"][0]), int(query["limit"][0])
    items = [steckbrief(number) for number in range(offset, min(offset + limit, NUMBER))]
    body = json.dumps({"items": items, "total_count": NUMBER}).encode()
    reply(200, gzip.compress(body), Content_Encoding="gzip")(handler)


def walk(rig: Rig, *answers: Answer) -> list[fim.Outcome]:
    rig.server.on("/api/v0/leistung-steckbriefe", *answers)
    fetch = offene_quellen.open_quelle(
        FIM, rig.policy, url=rig.server.url("/api/v0"), wait=rig.waits.append, jitter=lambda: 1.0
    )
    return list(fim.read_api(fetch, rig.waits.append, prefix=""))


def test_all_pages_arrive_although_the_portal_asks_for_patience(rig: Rig) -> None:
    outcomes = walk(rig, page, reply(429, Retry_After="3"), page, reply(503), page)
    services = [record for record in outcomes if isinstance(record, LeistungRecord)]
    assert len({service.leistungsschluessel for service in services}) == NUMBER
    offsets = [parse_qs(urlsplit(asked.target).query)["offset"] for asked in rig.server.asked]
    assert offsets == [["0"], ["200"], ["200"], ["400"], ["400"]]
    assert rig.waits == [3, 2]
    assert set(rig.server.heard("Accept-Encoding")) == {"gzip"}


def test_a_broken_line_between_two_pages_is_mended(rig: Rig) -> None:
    def hang_up(handler: Handler) -> None:
        handler.head(200, Content_Length="1000")
        handler.wfile.write(b'{"items": [')

    assert len(walk(rig, page, hang_up, page)) == NUMBER + 2
    assert rig.waits == [1]


def test_a_moment_to_wait_for_reaches_the_walker_in_seconds(rig: Rig) -> None:
    rig.server.on("/a", reply(429, Retry_After="Fri, 31 Dec 2100 23:59:59 GMT"))
    answer = open_api(rig.server.url(""), rig.policy)("/a", {})
    assert answer.status == 429
    assert timedelta(seconds=int(answer.retry_after)) > timedelta(days=365)


def test_a_portal_that_stays_busy_is_given_up(rig: Rig) -> None:
    with pytest.raises(Unlesbar, match="Status 429"):
        walk(rig, reply(429))
    assert len(rig.server.asked) == 6


def test_a_page_instead_of_an_answer_is_called_so(rig: Rig) -> None:
    with pytest.raises(KeineDatei, match="Internetseite"):
        walk(rig, reply(200, b"<!DOCTYPE html><title>WLAN</title>", Content_Type="text/html"))


def test_an_answer_without_end_is_broken_off(rig: Rig) -> None:
    body = random.Random(3).randbytes(1 << 16)
    for headers in ({}, {"Content_Encoding": "gzip"}):
        packed = gzip.compress(bytes(1 << 20)) if headers else body
        rig.server.on("/a", reply(200, packed, **headers))
        fetch = open_api(rig.server.url(""), replace(rig.policy, max_bytes=1 << 12))
        with pytest.raises(ZuGross):
            fetch("/a", {})
