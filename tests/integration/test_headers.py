"""What every answer carries, whatever it is: page, error, redirect, file or refusal."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from litestar import get as litestar_get

from katalog.web.app import create_app
from katalog.web.logs import JsonLines
from katalog.web.page import EVERYONE
from tests.portal import Answer, ask, build_settings, running_portal, send_form
from tests.seite import Seite

Get = Callable[..., Answer]
Read = Callable[..., Seite]

# Read aloud once: nothing may run, load, frame or be sent anywhere but here.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}
EXPECTED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@contextmanager
def log_lines(name: str) -> Iterator[list[dict[str, Any]]]:
    """What a logger of the portal would write, as the operator would read it."""
    lines: list[dict[str, Any]] = []
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield lines
        # A request is logged when its answer has left; the reader may be faster than that.
        for _ in range(100):
            if stream.getvalue().endswith("\n"):
                break
            time.sleep(0.02)
        time.sleep(0.05)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
    lines += [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture(scope="module")
def broken_portal(planted: str) -> Iterator[str]:
    """The portal with one more address, behind which a defect waits."""
    settings = build_settings(planted)
    app = create_app(settings)

    @litestar_get("/defekt", sync_to_thread=True, opt={"access": EVERYONE})
    def fail_unexpectedly() -> str:
        raise ZeroDivisionError("geheime Einzelheit")

    app.register(fail_unexpectedly)
    with running_portal(settings, app=app) as url:
        yield url


@pytest.fixture(scope="module")
def answers(portal_url: str, broken_portal: str, read: Read) -> dict[str, Answer]:
    """One answer of every kind."""
    style = read("/").root.all("link", rel="stylesheet")[0].attrs["href"]
    return {
        "page": ask(portal_url, "/"),
        "head": ask(portal_url, "/ozg", method="HEAD"),
        "not modified": ask(
            portal_url, "/ozg", headers={"If-None-Match": ask(portal_url, "/ozg").header("etag")}
        ),
        "compressed": ask(portal_url, "/ozg", headers={"Accept-Encoding": "br"}),
        "not found": ask(portal_url, "/gibt-es-nicht"),
        "no such key": ask(portal_url, "/ozg/99999"),
        "malformed": ask(portal_url, "/ozg?seite=0"),
        "wrong method": ask(portal_url, "/ozg", method="DELETE"),
        "redirect": ask(portal_url, "/kommunen/05570052"),
        "after a form": send_form(portal_url, "/darstellung", "sprache=en"),
        "refused": send_form(portal_url, "/darstellung", "", Origin="https://boese.example"),
        "file": ask(portal_url, style),
        "no such file": ask(portal_url, "/static/x/gibt-es-nicht.css"),
        "alive": ask(portal_url, "/healthz"),
        "ready": ask(portal_url, "/readyz"),
        "options": ask(portal_url, "/ozg", method="OPTIONS"),
        "defect": ask(broken_portal, "/defekt"),
    }


KINDS = ["page", "head", "not modified", "compressed", "not found", "no such key", "malformed",
         "wrong method", "redirect", "after a form", "refused", "file", "no such file", "alive",
         "ready", "options", "defect"]  # fmt: skip


def test_one_answer_of_every_kind_is_looked_at(answers: dict[str, Answer]) -> None:
    assert set(KINDS) == set(answers)
    statuses = {kind: answer.status for kind, answer in answers.items()}
    assert statuses == {
        "page": 200, "head": 200, "not modified": 304, "compressed": 200, "not found": 404,
        "no such key": 404, "malformed": 422, "wrong method": 405, "redirect": 301,
        "after a form": 303, "refused": 403, "file": 200, "no such file": 404, "alive": 200,
        "ready": 200, "options": 204, "defect": 500,
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_security_policy_is_exactly_the_strict_one(
    answers: dict[str, Answer], kind: str
) -> None:
    directives = [
        part.strip() for part in answers[kind].header("content-security-policy").split(";")
    ]
    assert dict(part.split(" ", 1) for part in directives) == POLICY
    assert len(directives) == len(POLICY)


@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_lets_a_browser_guess_frame_or_tell(
    answers: dict[str, Answer], kind: str
) -> None:
    answer = answers[kind]
    assert {name: answer.header(name) for name in EXPECTED} == EXPECTED
    assert "geolocation=()" in answer.header("permissions-policy")


@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_says_what_serves_it(answers: dict[str, Answer], kind: str) -> None:
    names = {name.lower() for name, _ in answers[kind].headers}
    assert not names & {"server", "x-powered-by", "via"}


@pytest.mark.parametrize("kind", KINDS)
def test_no_header_is_there_twice(answers: dict[str, Answer], kind: str) -> None:
    names = [name.lower() for name, _ in answers[kind].headers if name.lower() != "set-cookie"]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_answer_is_it_says_once_and_truly(answers: dict[str, Answer], kind: str) -> None:
    answer = answers[kind]
    announced = answer.header("content-type")
    if kind in {"not modified", "options"}:
        return
    assert announced.count("charset") <= 1
    expected = {"file": "text/css; charset=utf-8", "alive": "text/plain; charset=utf-8",
                "ready": "text/plain; charset=utf-8", "refused": "text/plain; charset=utf-8",
                "redirect": "text/plain; charset=utf-8",
                "after a form": "text/plain; charset=utf-8"}  # fmt: skip
    assert announced == expected.get(kind, "text/html; charset=utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_has_a_number_of_its_own(answers: dict[str, Answer], kind: str) -> None:
    number = answers[kind].header("x-anfrage")
    assert len(number) == 8
    others = [other.header("x-anfrage") for name, other in answers.items() if name != kind]
    assert number not in others


@pytest.mark.parametrize(
    ("address", "promised"),
    [("https://katalog.example", True), ("http://127.0.0.1:8000", False)],
)
def test_https_is_promised_only_where_the_public_address_has_it(
    planted: str, address: str, promised: bool
) -> None:
    with running_portal(build_settings(planted, KATALOG_BASIS_URL=address)) as url:
        for path in ("/", "/gibt-es-nicht", "/kommunen/05570052", "/healthz"):
            value = ask(url, path).header("strict-transport-security")
            assert bool(value) is promised, path
            if promised:
                assert int(value.split(";")[0].removeprefix("max-age=")) >= 31_536_000


def test_no_page_carries_a_style_or_script_that_the_policy_would_stop(read: Read) -> None:
    for path in ("/", "/onlinedienste", "/onlinedienste/wbs-sozialplattform", "/quellen"):
        page = read(path)
        assert not page.root.all("style"), path
        assert not [e for e in page.root.all("script") if "src" not in e.attrs], path
        inline = [e.path for e in page.root.walk() for name in e.attrs if name.startswith("on")]
        assert inline == [], path
        assert [e.path for e in page.root.walk() if "style" in e.attrs] == [], path


# ── When something breaks ───────────────────────────────────────────────────────────────────


def test_a_defect_gives_a_page_with_a_number_and_no_detail(broken_portal: str) -> None:
    answer = ask(broken_portal, "/defekt")
    page = answer.seite
    assert answer.status == 500
    assert page.heading == "Im Portal ist ein Fehler aufgetreten"
    assert f"nennen Sie bei der Meldung bitte die Nummer {answer.header('x-anfrage')}." in page.text
    for secret in ("ZeroDivisionError", "geheime Einzelheit", "Traceback", "test_headers"):
        assert secret not in answer.text


def test_the_number_of_a_defect_leads_to_its_traceback_in_the_log(broken_portal: str) -> None:
    with log_lines("katalog.fehler") as lines:
        answer = ask(broken_portal, "/defekt")
    (line,) = lines
    assert line["stufe"] == "error"
    assert line["nr"] == answer.header("x-anfrage")
    assert line["fehler"].startswith("Traceback (most recent call last)")
    assert line["fehler"].endswith("ZeroDivisionError: geheime Einzelheit")


def test_after_a_defect_the_portal_goes_on(broken_portal: str) -> None:
    for _ in range(30):
        assert ask(broken_portal, "/defekt").status == 500
    assert ask(broken_portal, "/ozg").status == 200


# ── The log ─────────────────────────────────────────────────────────────────────────────────


def test_a_request_leaves_one_line_without_words_or_addresses_of_people(portal_url: str) -> None:
    headers = {
        "User-Agent": "Testleser/1.0",
        "Referer": "https://intern.example/geheim",
        "X-Forwarded-For": "203.0.113.7",
        "Cookie": "sprache=en; sitzung=geheim",
    }
    with log_lines("katalog") as lines:
        answer = ask(portal_url, "/suche?q=Hundesteuerbescheid&ort=Musterstadt", headers=headers)
    (line,) = lines
    assert set(line) == {
        "zeit", "stufe", "quelle", "meldung", "nr", "methode", "pfad", "status", "ms", "bytes",
    }  # fmt: skip
    assert (line["methode"], line["pfad"], line["status"]) == ("GET", "/suche", 200)
    assert line["nr"] == answer.header("x-anfrage")
    assert line["bytes"] == len(answer.body)
    assert line["ms"] > 0
    written = json.dumps(line, ensure_ascii=False)
    for secret in ("Hundesteuer", "Musterstadt", "127.0.0.1", "203.0.113.7", "Testleser", "geheim"):
        assert secret not in written


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/onlinedienste/wbs-sozialplattform", "/onlinedienste/{kennung}"),
        ("/kommunen/05570052?q=geheim", "/kommunen/{ars}"),
        ("/Max.Mustermann@example.org", "(unbekannt)"),
        ("/ozg?seite=0", "/ozg"),
    ],
)
def test_the_log_names_the_kind_of_page_and_not_what_was_asked_for(
    portal_url: str, path: str, written: str
) -> None:
    with log_lines("katalog.anfragen") as lines:
        ask(portal_url, path)
    assert [line["pfad"] for line in lines] == [written]


def test_a_refused_request_is_logged_as_well(portal_url: str) -> None:
    with log_lines("katalog.anfragen") as lines:
        send_form(portal_url, "/darstellung", "", Origin="https://boese.example")
    assert [(line["methode"], line["status"]) for line in lines] == [("POST", 403)]


def test_a_line_of_the_log_stays_one_line() -> None:
    record = logging.LogRecord("katalog", logging.INFO, "", 0, "a\nb\r\u2028c „ü“", None, None)
    line = JsonLines().format(record)
    assert "\n" not in line
    assert "\r" not in line
    assert json.loads(line)["meldung"] == "a\nb\r\u2028c „ü“"
