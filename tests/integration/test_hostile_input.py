"""Whatever arrives: a page that says what is wrong, never a defect, never a foreign script."""

from __future__ import annotations

import string
from collections.abc import Callable
from urllib.parse import quote, quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import POSTGRES
from tests.databases import State
from tests.portal import (
    Answer,
    ask,
    build_settings,
    running_portal,
    send_bytes,
    send_form,
)
from tests.seite import Element, Seite
from tests.umfang import EXAMPLES, VOLL, some

Get = Callable[..., Answer]

LISTS = ["/onlinedienste", "/ozg", "/leistungen", "/kommunen"]
DETAILS = ["/onlinedienste/", "/ozg/", "/leistungen/", "/kommunen/", "/stellen/", "/"]
SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}</title>"
FIELDS = ["q", "ort", "seite", "art", "status", "themenfeld", "plattform", "land", "lage", "top100",
          "typisierung", "ebene", "kreis", "kosten", "angaben"]  # fmt: skip


def every_field(sign: str) -> str:
    """All fields that any list knows at once, but for the number of the page."""
    return "&".join(f"{field}={sign}" for field in FIELDS if field != "seite")


def status_line(answer: bytes) -> int:
    """0 where the server hung up without a word."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


# ── Page numbers ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [*LISTS, "/onlinedienste/wbs-sozialplattform",
                                  "/leistungen/99107022012000"])  # fmt: skip
@pytest.mark.parametrize(
    "number", ["-1", "0", "abc", "1.5", "99999999999999999999", "1e9", "%D9%A3", "%EF%BC%92", "%B2"]
)
def test_a_page_number_that_cannot_be_is_refused_with_a_way_out(
    get: Get, path: str, number: str
) -> None:
    answer = get(f"{path}?seite={number}")
    page = answer.seite
    assert answer.status == 422
    assert page.main.one(class_="kicker").text == "Fehler 422"
    assert "Seiten werden ab 1 gezählt." in page.text
    assert page.main.all("input", name="q")


@pytest.mark.parametrize("path", LISTS)
def test_a_page_beyond_the_last_one_does_not_exist(get: Get, path: str) -> None:
    answer = get(f"{path}?seite=1000000")
    assert answer.status == 404
    assert "Die Liste hat" in answer.seite.text


def test_the_first_of_several_page_numbers_is_not_mixed_with_the_last(get: Get) -> None:
    assert get("/ozg?seite=0&seite=2").status == 200
    assert get("/ozg?seite=2&seite=0").status == 422


# ── Size ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/", "/suche", *LISTS, "/ozg/10083", "/impressum"])
def test_an_address_of_ten_kilobytes_is_refused_politely(get: Get, path: str) -> None:
    answer = get(f"{path}?q={'a' * 10_000}")
    assert answer.status == 422
    assert "Die Adresse ist zu lang." in answer.seite.text


def test_an_address_of_ten_megabytes_is_cut_off_and_the_portal_goes_on(
    portal_url: str, get: Get
) -> None:
    request = b"GET /ozg?q=" + b"a" * 10_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    assert status_line(send_bytes(portal_url, request)) in {0, 400, 414, 422, 431}
    assert get("/ozg").status == 200


def test_five_thousand_parameters_are_refused(get: Get) -> None:
    answer = get("/ozg?" + "&".join(["a=1"] * 5000))
    assert answer.status == 422
    short = get("/ozg?" + "&".join(["a="] * 2000))
    assert short.status == 422


def test_a_word_of_a_thousand_letters_is_refused_and_said_to_be_too_long(get: Get) -> None:
    for path in ["/suche", *LISTS]:
        answer = get(f"{path}?q={'a' * 1000}")
        assert answer.status == 422
        assert "Der Text ist zu lang. Möglich sind 200 Zeichen." in answer.seite.text


def test_a_hundred_words_are_searched_for_without_trouble(get: Get) -> None:
    assert get("/suche?q=" + "+".join(["a"] * 100)).status == 200


def test_ninety_values_of_a_filter_are_taken(get: Get) -> None:
    values = "&".join(f"lage=wert{number}" for number in range(90))
    answer = get(f"/ozg?{values}")
    assert answer.status == 200
    assert len(answer.seite.main.all("a", class_="chip")) == 90


def test_a_very_long_path_is_not_found(get: Get, portal_url: str) -> None:
    for start in DETAILS:
        answer = get(start + "9" * 5000)
        assert answer.status == 404, start
        assert len(answer.seite.main.one(class_="lead").text) < 400
    request = b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    assert status_line(send_bytes(portal_url, request)) in {0, 400, 404, 414, 431}


def test_many_headers_and_long_ones_do_no_harm(portal_url: str) -> None:
    for headers in (
        {"Cookie": "; ".join(f"c{n}=x" for n in range(500))},
        {"Cookie": "sprache=" + "e" * 8000},
        {"Cookie": "\xff\xfe=\xff; =; ;;; sprache"},
        {"If-None-Match": "x" * 8000},
        {"Accept-Encoding": ",".join(["br"] * 500)},
    ):
        assert ask(portal_url, "/ozg", headers=headers).status == 200


# ── Markup ──────────────────────────────────────────────────────────────────────────────────


def dangers(page: Seite) -> list[str]:
    """Elements and attributes that no page of the portal has."""

    def is_danger(e: Element) -> bool:
        active = e.tag in {"script", "iframe", "object", "embed"} and "src" not in e.attrs
        handlers = any(name.startswith("on") for name in e.attrs)
        target = " ".join(e.attrs.get(name, "") for name in ("href", "src", "action")).lower()
        return active or handlers or e.tag == "img" or "javascript:" in target

    return [e.path for e in page.root.walk() if is_danger(e)] + list(page.faults)


@pytest.mark.parametrize("path", ["/suche", *LISTS])
@pytest.mark.parametrize("field", some(FIELDS, 3))
def test_markup_in_a_field_stays_text(get: Get, path: str, field: str) -> None:
    answer = get(f"{path}?" + urlencode({field: SCRIPT}))
    assert answer.status in {200, 404, 422}
    assert dangers(answer.seite) == []
    assert "alert(1)</script>" not in answer.text.lower()
    assert "49" not in answer.seite.title


def test_markup_in_the_search_is_shown_as_it_was_typed(get: Get) -> None:
    page = get("/suche?" + urlencode({"q": SCRIPT, "ort": SCRIPT})).seite
    assert SCRIPT in page.heading
    assert page.main.one("input", name="q").attrs["value"] == SCRIPT
    assert page.main.one("input", name="ort", type="text").attrs["value"] == SCRIPT


@pytest.mark.parametrize("start", DETAILS)
def test_markup_in_a_path_stays_text(get: Get, start: str) -> None:
    answer = get(start + quote(SCRIPT, safe=""))
    assert answer.status == 404
    assert dangers(answer.seite) == []


def test_markup_in_a_cookie_is_ignored(get: Get) -> None:
    answer = get("/", Cookie='sprache="><script>; darstellung="><script>alert(1)</script>')
    assert answer.status == 200
    assert dangers(answer.seite) == []


# ── Bytes ───────────────────────────────────────────────────────────────────────────────────

BYTES = ["%00", "%ff", "%fe%ff", "%c0%af", "%ed%a0%80", "%F0%9F%90%95", "%", "%zz", "%u0041",
         "%0d%0aX:%20y", "a%00b", "%e2%80%ae", "%1b[31m", "%c2%85"]  # fmt: skip


@pytest.mark.parametrize("sign", some(BYTES, 3))
def test_bytes_that_are_no_text_are_no_defect(get: Get, sign: str) -> None:
    for path in ["/suche", *LISTS]:
        answer = get(f"{path}?{every_field(sign)}")
        assert answer.status == 200, path
        assert answer.header("x") == ""
        assert get(f"{path}?seite={sign}").status in {200, 422}, path
    for start in [*DETAILS, "/static/x/", "/static/"]:
        answer = get(start + sign)
        assert answer.status in {400, 404, 422}, start
    assert get(f"/ozg?{sign}={sign}&q=Hund").status == 200


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /ozg?q=\xff\xfe HTTP/1.1", b"GET /\xff HTTP/1.1", b"GET /ozg?q=\x00 HTTP/1.1",
        b"GET ozg HTTP/1.1", b"GET  HTTP/1.1", b"\x00\x01\x02", b"GET /ozg HTTP/9.9",
        b"GET /ozg#anker HTTP/1.1", b"GET http://boese.example/ozg HTTP/1.1",
        b"GET //boese.example/ozg HTTP/1.1", b"OPTIONS * HTTP/1.1", b"CONNECT x:443 HTTP/1.1",
        b"GET /ozg?a=1?b=2&&&=;=& HTTP/1.1", b"TRACE / HTTP/1.1", b"G\xc3\x84T / HTTP/1.1",
    ],
)  # fmt: skip
def test_a_request_that_no_browser_sends_is_no_defect(portal_url: str, request_line: bytes) -> None:
    answer = send_bytes(portal_url, request_line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert status_line(answer) in {0, 200, 204, 400, 404, 405, 422, 505}
    assert b"Traceback" not in answer


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("x:abc", 400), ("x:99999", 400), ("x:999999999999", 400), ("x:-1", 400), ("x:1:2", 400),
        ("[::1", 400), ("[::1]x", 400), ("a b", 400), ("a/b", 400), ("a@b", 400), ("x:\xb2", 400),
        ("x:8000", 200), ("x:", 200), ("[::1]:80", 200), ("katalog.example", 200), ("", 200),
    ],
)  # fmt: skip
def test_a_host_that_names_no_machine_is_refused_and_no_defect(
    portal_url: str, host: str, status: int
) -> None:
    for path in ("/ozg", "/healthz", "/gibt-es-nicht"):
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        answer = send_bytes(portal_url, request.encode("latin-1"))
        expected = 404 if status == 200 and path == "/gibt-es-nicht" else status
        assert status_line(answer) == expected, path
    if status == 400:
        assert "Rufen Sie das Portal unter seiner Adresse auf." in answer.decode("utf-8")


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/../../../../pyproject.toml", "/static/x/..%2f..%2fapp.py",
        "/static/x/%2e%2e/%2e%2e/app.py", "/static/x//etc/passwd", "/static/x/..%5c..%5capp.py",
        "/static/x/css/01-tokens.css", "/static/../app.py", "/static/x/vendor/", "/static/x/",
        "/static/x/vendor/stamp.json/..", "/static/x/app.css%00.txt", "/static/x/.gitkeep",
    ],
)  # fmt: skip
def test_no_address_leads_out_of_the_folder_of_files(portal_url: str, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    answer = send_bytes(portal_url, request)
    assert status_line(answer) == 404
    assert b"[project]" not in answer
    assert b"root:" not in answer


# ── SQL ─────────────────────────────────────────────────────────────────────────────────────

SQL = ["' OR '1'='1", "'; DROP TABLE einsatz; --", '" OR ""="', "1) OR (1=1", "\\' OR 1=1 --",
       "' OR 1=1", "x", "9" * 30,
       "0 UNION SELECT 1,2,3", "%' ESCAPE '!", "${x}", ":q", "?", "%(q)s", "{q}"]  # fmt: skip


@pytest.mark.parametrize("text", some(SQL, 3))
def test_sql_in_a_field_or_path_finds_nothing_and_changes_nothing(get: Get, text: str) -> None:
    for path in ["/suche", *LISTS]:
        assert get(f"{path}?{every_field(quote(text, safe=''))}").status == 200, path
    for start in DETAILS:
        assert get(start + quote(text, safe="")).status == 404, start
    page = get("/onlinedienste?" + urlencode({"plattform": text})).seite
    assert "Kein Onlinedienst passt zu dieser Auswahl." in page.text
    assert get("/kommunen/055700052052").status == 200


# ── Other sites, other methods ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://boese.example"},
        {"Origin": "null"},
        {"Origin": "https://boese.example", "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "http://127.0.0.1.boese.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "unbekannt"},
    ],
)
def test_a_form_of_another_site_is_refused(portal_url: str, headers: dict[str, str]) -> None:
    answer = send_form(portal_url, "/darstellung", "sprache=en", **headers)
    assert answer.status == 403
    assert answer.header("set-cookie") == ""
    assert "kam von einer fremden Seite" in answer.text


def test_a_form_of_the_portal_itself_is_taken(portal_url: str) -> None:
    host = portal_url.removeprefix("http://")
    for headers in (
        {},
        {"Origin": portal_url, "Sec_Fetch_Site": "same-origin"},
        {"Origin": f"https://{host}"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "http://127.0.0.1:8000"},
    ):
        answer = send_form(portal_url, "/darstellung", "sprache=en", **headers)
        assert answer.status == 303, headers


@pytest.mark.parametrize("path", ["/", "/ozg", "/ozg/10083", "/suche?q=Hund", "/impressum"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_method_that_a_page_does_not_have_is_a_405_page(
    portal_url: str, path: str, method: str
) -> None:
    answer = ask(portal_url, path, method=method, body=b"a=1")
    assert answer.status == 405
    allowed = {name.strip() for name in answer.header("allow").split(",")}
    assert {"GET", "HEAD"} <= allowed
    assert answer.seite.heading == "So lässt sich diese Seite nicht aufrufen"


def test_the_address_of_a_form_is_no_page(get: Get) -> None:
    answer = get("/darstellung")
    assert answer.status == 405
    assert "POST" in answer.header("allow")


# ── Anything at all ─────────────────────────────────────────────────────────────────────────

MANY = settings(
    max_examples=150 if VOLL else EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
PRINTABLE = string.ascii_letters + string.digits + "-._~%&=+?/:;@!$'()*,[]"
QUERIES = st.one_of(
    st.text(PRINTABLE, max_size=120),
    st.binary(max_size=60).map(quote_from_bytes),
    st.lists(
        st.tuples(st.sampled_from(FIELDS), st.text(st.characters(codec="utf-8"), max_size=30)),
        max_size=6,
    ).map(urlencode),
)


@given(path=st.sampled_from(["/", "/suche", *LISTS, "/ozg/10083", "/hilfe"]), query=QUERIES)
@MANY
def test_no_query_whatever_is_a_defect(get: Get, path: str, query: str) -> None:
    answer = get(f"{path}?{query}")
    assert answer.status in {200, 404, 422}
    assert dangers(answer.seite) == []


@given(
    start=st.sampled_from([*DETAILS, "/static/x/"]),
    rest=st.one_of(
        st.text(PRINTABLE, max_size=60),
        st.binary(max_size=40).map(lambda raw: quote_from_bytes(raw, safe="")),
        st.text(st.characters(codec="utf-8"), max_size=30).map(lambda t: quote(t, safe="")),
        st.from_regex(r"[0-9 .-]{1,20}", fullmatch=True).map(quote),
    ),
)
@MANY
def test_no_path_whatever_is_a_defect(get: Get, start: str, rest: str) -> None:
    answer = get(start + rest)
    assert answer.status in {200, 301, 400, 404, 405, 422}
    if answer.status == 301:
        assert answer.header("location").startswith(("/kommunen/", "/leistungen/", "/stellen/"))


@pytest.mark.postgres
@pytest.mark.skipif(not VOLL, reason="nur mit KATALOG_TEST_VOLL=1")
def test_hostile_addresses_are_answered_alike_on_postgresql(
    fresh_database: Callable[[str, State], str],
) -> None:
    """It refuses what SQLite takes: NUL, what is no UTF-8, numbers too large, unknown types."""
    signs = ["%00", "a%00b", "%ed%a0%80", "%F0%9F%90%95", "x", "9" * 30, quote("' OR 1=1")]
    with running_portal(build_settings(fresh_database(POSTGRES, State.SEEDED))) as url:
        for path in ["/suche", *LISTS]:
            for sign in signs:
                status = ask(url, f"{path}?{every_field(sign)}").status
                assert status == 200, f"{path} {sign}"
        for start in DETAILS:
            for sign in signs:
                assert ask(url, start + sign).status in {400, 404, 422}, start + sign
