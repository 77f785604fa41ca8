"""Files from a real HTTPS server: whole or not at all, continued, asked for only when changed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from importers.download import fetch_file
from importers.download_errors import Abgebrochen, NichtAblegbar, NichtGefunden, ServerFehler
from tests.fetching import Rig, running_rig
from tests.tls_server import reply, serve

BODY = random.Random(1).randbytes(300_000)
OTHER = random.Random(2).randbytes(300_000)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with running_rig(tmp_path) as running:
        yield running


# Files ------------------------------------------------------------------------------------------


def test_a_file_arrives_whole_and_says_how_far_it_is(rig: Rig) -> None:
    url = rig.server.on("/gv.bin", serve(BODY, '"eins"'))
    heard: list[tuple[int, int | None]] = []
    found = rig.fetch(url, progress=lambda *numbers: heard.append(numbers))
    assert found.path == rig.folder / "gv.bin"
    assert found.path.read_bytes() == BODY
    assert (found.url, found.bytes, found.unveraendert) == (url, len(BODY), False)
    assert heard[0] == (0, len(BODY))
    assert heard[-1] == (len(BODY), len(BODY))
    assert sorted(rig.contents()) == ["gv.bin", "gv.bin.abruf"]


def test_the_request_names_us_and_carries_nothing_else(rig: Rig) -> None:
    url = rig.server.on("/a", reply(302, Location="/b", Set_Cookie="spur=1"))
    rig.server.on("/b", reply(200, BODY))
    rig.fetch(url)
    assert rig.server.heard("User-Agent")[0].startswith("OZG-Katalog/")
    assert rig.server.heard("Accept-Encoding") == ["identity"] * 2
    assert rig.server.heard("Cookie") == ["", ""]
    assert {asked.server_name for asked in rig.server.asked} == {"localhost"}


def test_an_unchanged_file_is_not_sent_again(rig: Rig) -> None:
    url = rig.server.on("/gv.bin", serve(BODY, '"eins"'))
    first = rig.fetch(url)
    second = rig.fetch(url)
    assert rig.server.heard("If-None-Match") == ["", '"eins"']
    assert second == replace(first, unveraendert=True)
    assert second.path.read_bytes() == BODY


def test_without_an_etag_the_day_of_the_last_change_is_asked_for(rig: Rig) -> None:
    day = "Mon, 05 Jan 2026 08:00:00 GMT"
    url = rig.server.on("/gv.bin", reply(200, BODY, Last_Modified=day), reply(304))
    assert rig.fetch(url).last_modified == day
    assert rig.fetch(url).unveraendert
    assert rig.server.heard("If-Modified-Since") == ["", day]


def test_the_same_bytes_are_unchanged_even_where_the_server_does_not_know(rig: Rig) -> None:
    url = rig.server.on("/gv.bin", reply(200, BODY), reply(200, BODY), reply(200, OTHER))
    assert [rig.fetch(url).unveraendert for _ in range(3)] == [False, True, False]


def test_a_changed_file_replaces_the_old_one(rig: Rig) -> None:
    url = rig.server.on("/gv.bin", serve(BODY, '"eins"'), serve(OTHER, '"zwei"'))
    rig.fetch(url)
    found = rig.fetch(url)
    assert not found.unveraendert
    assert found.path.read_bytes() == OTHER


@pytest.mark.parametrize("harm", ["", "[]", '{"url": 5}', "\xff", "fremd"])
def test_a_damaged_cache_is_fetched_anew(rig: Rig, harm: str) -> None:
    url = rig.server.on("/gv.bin", serve(BODY, '"eins"'))
    path = rig.fetch(url).path
    if harm == "fremd":
        path.write_bytes(OTHER)
    else:
        path.with_name("gv.bin.abruf").write_text(harm, "latin-1")
    assert rig.fetch(url).path.read_bytes() == BODY
    assert rig.server.heard("If-None-Match") == ["", ""]


def test_the_same_name_from_another_address_is_another_file(rig: Rig) -> None:
    rig.fetch(rig.server.on("/a/gv.bin", serve(BODY, '"eins"')))
    found = rig.fetch(rig.server.on("/b/gv.bin", serve(OTHER, '"eins"')))
    assert found.path.read_bytes() == OTHER


# Broken connections -----------------------------------------------------------------------------


def test_a_broken_connection_is_continued_where_it_broke(rig: Rig) -> None:
    cut = serve(BODY, '"eins"', cut_after=100_000)
    url = rig.server.on("/gv.bin", cut, cut, serve(BODY, '"eins"'))
    assert rig.fetch(url).path.read_bytes() == BODY
    assert rig.server.heard("Range") == ["", "bytes=100000-", "bytes=200000-"]
    assert rig.server.heard("If-Range") == ["", '"eins"', '"eins"']
    assert rig.waits == [1, 2]


def test_a_later_fetch_continues_what_an_earlier_one_began(rig: Rig) -> None:
    url = rig.server.on("/gv.bin", serve(BODY, '"eins"', cut_after=1000), serve(BODY, '"eins"'))
    rig.refusal(Abgebrochen, url, replace(rig.policy, tries=1))
    assert sorted(rig.contents()) == ["gv.bin.part", "gv.bin.part.abruf"]
    assert rig.fetch(url).path.read_bytes() == BODY
    assert rig.server.heard("Range") == ["", "bytes=1000-"]
    assert sorted(rig.contents()) == ["gv.bin", "gv.bin.abruf"]


def test_a_file_that_changed_meanwhile_begins_anew(rig: Rig) -> None:
    url = rig.server.on("/gv.bin", serve(BODY, '"eins"', cut_after=1000), serve(OTHER, '"zwei"'))
    assert rig.fetch(url).path.read_bytes() == OTHER
    assert rig.server.heard("If-Range") == ["", '"eins"']


@pytest.mark.parametrize(
    "headers",
    [
        {"ETag": '"zwei"', "Content_Range": "bytes 1000-299999/300000"},
        {"ETag": '"eins"', "Content_Range": "bytes 0-299999/300000"},
        {"ETag": '"eins"', "Content_Range": "bytes 1000-299999/400000"},
        {"ETag": '"eins"', "Content_Range": "irgendwo"},
        {"ETag": '"eins"'},
    ],
)
def test_a_range_of_another_file_is_not_appended(rig: Rig, headers: dict[str, str]) -> None:
    wrong = reply(206, OTHER[1000:], **headers)
    url = rig.server.on("/a", serve(BODY, '"eins"', cut_after=1000), wrong, serve(OTHER, '"zwei"'))
    assert rig.fetch(url).path.read_bytes() == OTHER
    assert rig.server.heard("Range") == ["", "bytes=1000-", ""]
    assert rig.waits == [1], "There is nothing to wait for after a wrong range."


def test_a_server_that_hands_out_slices_gets_asked_until_the_file_is_whole(rig: Rig) -> None:
    middle = reply(
        206, BODY[1000:9000], ETag='"eins"', Content_Range=f"bytes 1000-8999/{len(BODY)}"
    )
    cut, rest = serve(BODY, '"eins"', cut_after=1000), serve(BODY, '"eins"')
    url = rig.server.on("/a", cut, middle, rest)
    assert rig.fetch(url).path.read_bytes() == BODY
    assert rig.server.heard("Range") == ["", "bytes=1000-", "bytes=9000-"]


def test_without_a_strong_validator_nothing_is_continued(rig: Rig) -> None:
    url = rig.server.on("/a", serve(BODY, 'W/"eins"', cut_after=1000), serve(BODY, 'W/"eins"'))
    assert rig.fetch(url).path.read_bytes() == BODY
    assert rig.server.heard("Range") == ["", ""]


def test_a_broken_update_leaves_the_old_file(rig: Rig) -> None:
    url = rig.server.on("/a", serve(BODY, '"eins"'), serve(OTHER, '"zwei"', cut_after=1000))
    rig.fetch(url)
    before = rig.contents()
    # The second one ends after 1,000 bytes each time; three tries are not enough.
    text = rig.refusal(Abgebrochen, url)
    assert "3-mal" in text
    assert before.items() <= rig.contents().items()


# Patience ---------------------------------------------------------------------------------------


def test_a_server_that_asks_for_time_gets_it(rig: Rig) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    busy = [reply(429, Retry_After="7"), reply(503, Retry_After=moment)]
    assert rig.fetch(rig.server.on("/a", *busy, reply(200, BODY))).bytes == len(BODY)
    assert rig.waits[0] == 7
    assert 50 < rig.waits[1] <= 60


def test_a_server_that_fails_for_a_while_is_asked_again_and_again(rig: Rig) -> None:
    patient = replace(rig.policy, tries=4)
    url = rig.server.on("/a", *[reply(500)] * 3, reply(200, BODY))
    assert rig.fetch(url, patient).bytes == len(BODY)
    assert rig.waits == [1, 2, 4]


def test_the_waits_are_spread_by_chance(rig: Rig) -> None:
    url = rig.server.on("/a", *[reply(500)] * 2, reply(200, BODY))
    fetch_file(url, rig.folder, rig.policy, wait=rig.waits.append, jitter=lambda: 0.0)
    assert rig.waits == [0.5, 1]


def test_patience_ends(rig: Rig) -> None:
    text = rig.refusal(ServerFehler, rig.server.on("/a", reply(503)))
    assert "Status 503" in text
    assert "3-mal" in text
    assert len(rig.server.asked) == 3
    assert rig.contents() == {}


def test_who_asks_for_more_time_than_we_have_is_left_alone(rig: Rig) -> None:
    text = rig.refusal(ServerFehler, rig.server.on("/a", reply(429, Retry_After="3600")))
    assert "3600 Sekunden" in text
    assert (len(rig.server.asked), rig.waits) == (1, [])


@pytest.mark.parametrize("said", ["bald", "-5", "1e9", "Mon, 99 Foo 2026"])
def test_a_time_to_wait_that_nobody_understands_is_as_good_as_none(rig: Rig, said: str) -> None:
    url = rig.server.on("/a", reply(429, Retry_After=said), reply(200, BODY))
    rig.fetch(url)
    assert rig.waits == [1]


@pytest.mark.parametrize("status", [204, 304, 400, 401, 403, 451])
def test_other_answers_are_final(rig: Rig, status: int) -> None:
    text = rig.refusal(ServerFehler, rig.server.on("/a", reply(status)))
    assert f"Status {status}" in text
    assert len(rig.server.asked) == 1
    assert rig.contents() == {}


def test_a_file_that_is_gone_is_called_so(rig: Rig) -> None:
    assert "gibt es nicht" in rig.refusal(NichtGefunden, rig.server.url("/fehlt.xlsx"))


# The folder -------------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_is_named(rig: Rig) -> None:
    rig.folder.write_text("Eine Datei steht im Weg.", "utf-8")
    with pytest.raises(NichtAblegbar, match="abrufe"):
        rig.fetch(rig.server.on("/a", reply(200, BODY)))
    assert rig.server.asked == []


def test_two_fetches_into_one_folder_do_not_meet(rig: Rig) -> None:
    url = rig.server.on("/a", serve(BODY, '"eins"'))
    refused: list[str] = []

    def begin_another(count: int, total: int | None) -> None:
        with pytest.raises(NichtAblegbar) as error:
            rig.fetch(url)
        refused.append(str(error.value))

    rig.fetch(url, progress=begin_another)
    assert "ein anderer Abruf" in refused[0]
    assert rig.fetch(url).unveraendert


@pytest.mark.parametrize("name", ["../a", "a/b", ".a", "a.part", "a.abruf", "-a", "ä"])
def test_a_name_never_leaves_the_folder(rig: Rig, name: str) -> None:
    with pytest.raises(ValueError, match="No name"):
        rig.fetch(rig.server.url(), name=name)
