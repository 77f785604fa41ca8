"""How pages and files travel: HEAD, ETag, compression, caching, and what monitors ask for."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import brotli
import pytest

from katalog.db import open_engine
from katalog.migrations import upgrade
from katalog.web.assets import STATIC
from tests.conftest import SQLITE
from tests.databases import State
from tests.portal import Answer, ask, build_settings, running_portal
from tests.seite import Seite

Get = Callable[..., Answer]
Read = Callable[..., Seite]

PAGES = ["/", "/suche?q=Hund", "/ozg", "/ozg/10083", "/leistungen", "/leistungen/99107022012000",
         "/onlinedienste", "/onlinedienste/wbs-sozialplattform", "/kommunen",
         "/kommunen/055700052052", "/quellen", "/impressum"]  # fmt: skip


@pytest.mark.parametrize("path", [*PAGES, "/gibt-es-nicht", "/kommunen/05570052", "/healthz",
                                  "/readyz"])  # fmt: skip
def test_head_answers_as_get_does_without_the_page(portal_url: str, path: str) -> None:
    get, head = ask(portal_url, path), ask(portal_url, path, method="HEAD")
    assert head.body == b""
    assert head.status == get.status
    for name in ("content-type", "content-length", "etag", "location", "cache-control", "vary"):
        assert head.header(name) == get.header(name), name


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_has_not_changed_is_not_sent_again(get: Get, path: str) -> None:
    first = get(path)
    tag = first.header("etag")
    assert re.fullmatch(r'W/"[0-9a-f]{16,}"', tag)
    again = get(path, If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    assert again.header("etag") == tag
    assert again.header("vary") == first.header("vary")
    assert get(path, If_None_Match=f'"andere", {tag}').status == 304
    assert get(path, If_None_Match='W/"andere"').status == 200


def test_pages_that_differ_have_different_tags(get: Get) -> None:
    tags = {get(path).header("etag") for path in PAGES}
    assert len(tags) == len(PAGES)
    german, english = get("/ozg"), get("/ozg", Cookie="sprache=en")
    assert german.header("etag") != english.header("etag")
    assert get("/ozg", Cookie="sprache=en", If_None_Match=german.header("etag")).status == 200


def test_pages_are_asked_for_again_and_errors_carry_no_tag(get: Get) -> None:
    assert get("/ozg").header("cache-control") == "no-cache"
    assert "Cookie" in get("/ozg").header("vary")
    for path in ("/gibt-es-nicht", "/ozg?seite=0"):
        assert get(path).header("etag") == ""


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [("br", "br"), ("gzip", "gzip"), ("gzip, deflate, br", "br"), ("", ""), ("deflate", ""),
     ("identity", "")],
)  # fmt: skip
def test_a_page_is_compressed_as_the_browser_can_read_it(
    get: Get, accepted: str, sent: str
) -> None:
    plain, answer = get("/ozg"), get("/ozg", Accept_Encoding=accepted)
    assert answer.header("content-encoding") == sent
    assert "Accept-Encoding" in answer.header("vary")
    assert unpack(answer) == plain.body
    assert int(answer.header("content-length")) == len(answer.body)
    if sent:
        assert len(answer.body) < len(plain.body) / 3


def test_a_compression_that_is_ruled_out_is_not_used(get: Get) -> None:
    assert get("/ozg", Accept_Encoding="br;q=0, gzip").header("content-encoding") == "gzip"
    assert get("/ozg", Accept_Encoding="gzip;q=0").header("content-encoding") == ""


def unpack(answer: Answer) -> bytes:
    match answer.header("content-encoding"):
        case "br":
            return bytes(brotli.decompress(answer.body))
        case "gzip":
            return gzip.decompress(answer.body)
        case _:
            return answer.body


# ── Files ───────────────────────────────────────────────────────────────────────────────────


def addresses_of_files(read: Read) -> list[str]:
    head = read("/").root.one("head")
    return [e.attrs["href"] for e in head.all("link")] + [
        e.attrs["src"] for e in head.all("script")
    ]


def test_files_of_a_page_may_be_kept_for_ever(read: Read, get: Get) -> None:
    files = addresses_of_files(read)
    assert len(files) >= 4
    for address in files:
        answer = get(address)
        assert answer.status == 200
        assert answer.header("cache-control") == "public, max-age=31536000, immutable"
        assert unpack(get(address, Accept_Encoding="br")) == answer.body
        assert unpack(get(address, Accept_Encoding="gzip")) == answer.body


def test_a_file_of_an_older_version_still_comes_but_is_not_kept(read: Read, get: Get) -> None:
    address = next(a for a in addresses_of_files(read) if a.endswith("app.css"))
    older = get("/static/0123456789abcdef/app.css")
    assert older.status == 200
    assert older.header("cache-control") == "no-cache"
    assert older.body == get(address).body


def test_style_sheets_find_their_fonts(read: Read, get: Get) -> None:
    sheet = next(a for a in addresses_of_files(read) if a.endswith("fonts.css"))
    fonts = re.findall(r"url\(\s*['\"]?([^'\")]+)", get(sheet).text)
    assert len(fonts) == 3
    for font in fonts:
        answer = get(f"{sheet.rsplit('/', 1)[0]}/{font}")
        assert answer.status == 200
        assert answer.header("content-type") == "font/woff2"


def test_the_own_style_sheet_is_all_parts_in_their_order(read: Read, get: Get) -> None:
    sheet = next(a for a in addresses_of_files(read) if a.endswith("app.css"))
    parts = [path.read_text("utf-8") for path in sorted((STATIC / "css").glob("*.css"))]
    assert len(parts) > 10
    text = get(sheet).text
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


# ── Monitors ────────────────────────────────────────────────────────────────────────────────


def test_a_running_portal_is_alive_and_ready_and_nobody_keeps_that(get: Get) -> None:
    for path, text in (("/healthz", "ok\n"), ("/readyz", "bereit\n")):
        answer = get(path)
        assert (answer.status, answer.text) == (200, text)
        assert answer.header("cache-control") == "no-store"


def test_without_tables_the_portal_is_alive_but_not_ready(
    fresh_database: Callable[[str, State], str],
) -> None:
    url = fresh_database(SQLITE, State.EMPTY)
    with running_portal(build_settings(url)) as portal:
        assert ask(portal, "/healthz").status == 200
        not_ready = ask(portal, "/readyz")
        assert (not_ready.status, not_ready.text) == (503, "nicht bereit\n")
        assert ask(portal, "/impressum").status == 200
        engine = open_engine(url)
        upgrade(engine)
        engine.dispose()
        assert ask(portal, "/readyz").status == 200


@pytest.mark.full_run
def test_without_any_data_every_list_is_an_empty_page(
    fresh_database: Callable[[str, State], str],
) -> None:
    with running_portal(build_settings(fresh_database(SQLITE, State.MIGRATED))) as portal:
        for path in ("/", "/ozg", "/leistungen", "/onlinedienste", "/kommunen", "/quellen",
                     "/suche?q=Hund&ort=Warendorf"):  # fmt: skip
            answer = ask(portal, path)
            assert answer.status == 200, path
            assert answer.seite.faults == (), path
