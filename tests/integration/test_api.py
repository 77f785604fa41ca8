"""The API as programs meet it: objects, lists, tags, links, errors, other sites."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import brotli
import pytest
from litestar import get as litestar_get

from katalog.api import PREFIX
from katalog.api.mount import CALLS
from katalog.api.openapi import describe
from katalog.web.app import create_app
from katalog.web.page import EVERYONE
from tests.portal import Answer, ask, build_settings, running_portal, send_bytes

Get = Callable[..., Answer]
# What guests may call; what takes a token is in test_api_token.py.
OPEN = [call for call in CALLS if call.is_public]
WBS, WARENDORF, LEISTUNG, OZG = (
    "wbs-sozialplattform",
    "055700052052",
    "99107022012000",
    "10083",
)
LISTS = ["/ozg-leistungen", "/leistungen", "/onlinedienste", "/kommunen", "/einsaetze"]
OBJECTS = [
    f"/ozg-leistungen/{OZG}",
    f"/leistungen/{LEISTUNG}",
    f"/onlinedienste/{WBS}",
    f"/kommunen/{WARENDORF}",
]


def read(answer: Answer) -> Any:
    assert answer.status == 200, answer.text
    assert answer.header("content-type") == "application/json"
    return json.loads(answer.body)


def problem(answer: Answer, status: int) -> dict[str, Any]:
    """Whatever is wrong, a program finds the same five members."""
    assert answer.status == status, answer.text
    assert answer.header("content-type") == "application/problem+json"
    assert answer.header("cache-control") == "no-store"
    assert answer.header("access-control-allow-origin") == "*"
    found: dict[str, Any] = json.loads(answer.body)
    assert {"type", "title", "status", "detail", "instance"} <= set(found)
    assert found["status"] == status
    assert found["type"] == f"/api#fehler-{status}"
    return found


def fields(found: dict[str, Any]) -> dict[str, str]:
    return {fault["feld"]: fault["meldung"] for fault in found["fehler"]}


@pytest.fixture(scope="module")
def api(get: Get) -> Get:
    def request(path: str, **headers: str) -> Answer:
        return get(PREFIX + path, **headers)

    return request


# ── Objects ─────────────────────────────────────────────────────────────────────────────────


def test_an_object_says_what_it_is_and_where_it_comes_from(api: Get) -> None:
    dienst = read(api(f"/onlinedienste/{WBS}"))
    assert dienst["kennung"] == WBS
    assert dienst["ozg_ids"] == [OZG]
    assert LEISTUNG in dienst["leistungsschluessel"]
    assert (dienst["art"], dienst["verfuegbar_ab"]) == ("efa", "2024-08")
    assert urlsplit(dienst["url"]).path == f"/onlinedienste/{WBS}"
    assert dienst["quelle"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", dienst["geaendert_am"])


@pytest.mark.parametrize(
    ("path", "key"),
    [("/ozg-leistungen", "ozg_id"), ("/leistungen", "leistungsschluessel"),
     ("/onlinedienste", "kennung"), ("/kommunen", "ars")],
)  # fmt: skip
def test_a_row_of_a_list_is_the_object_behind_its_key(api: Get, path: str, key: str) -> None:
    for row in read(api(f"{path}?limit=7&offset=11"))["daten"]:
        assert read(api(f"{path}/{row[key]}")) == row


@pytest.mark.parametrize(
    "written",
    ["99 107 022 012 000", "99.107.022.012.000", "LeiKa 99107022012000", "LeiKa-ID: 99107022012000",
     "99-107-022-012-000", " 99107022012000 "],
)  # fmt: skip
def test_a_key_of_a_service_is_one_object_however_it_is_written(api: Get, written: str) -> None:
    answer = api(f"/leistungen/{written.replace(' ', '%20')}")
    plain = api(f"/leistungen/{LEISTUNG}")
    assert answer.body == plain.body
    assert answer.header("content-location") == f"{PREFIX}/leistungen/{LEISTUNG}"
    assert answer.header("etag") == plain.header("etag")


def test_a_service_without_a_leika_key_has_an_address_too(api: Get) -> None:
    found = problem(api("/leistungen/ohne-0123456789abcdef-1"), 404)
    assert "ist hier nicht zu finden" in found["detail"]


@pytest.mark.parametrize("key", ["05570052", "05%205%2070%200052%20052", "AGS%2005570052"])
def test_an_old_key_of_a_municipality_leads_to_its_address(api: Get, key: str) -> None:
    answer = api(f"/kommunen/{key}")
    if answer.status == 200:
        assert answer.header("content-location") == f"{PREFIX}/kommunen/{WARENDORF}"
        return
    assert answer.status == 308
    assert answer.header("location") == f"{PREFIX}/kommunen/{WARENDORF}"
    moved = api(f"/kommunen/{key}/einsaetze?status=produktiv&limit=3")
    assert moved.header("location") == (
        f"{PREFIX}/kommunen/{WARENDORF}/einsaetze?status=produktiv&limit=3"
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [("/ozg-leistungen/19999", 404), ("/leistungen/99999999999999", 404),
     ("/onlinedienste/gibt-es-nicht", 404), ("/kommunen/099999999999", 404),
     ("/onlinedienste/gibt-es-nicht/einsaetze", 404), ("/kommunen/099999999999/einsaetze", 404),
     ("/ozg-leistungen/abc", 422), ("/ozg-leistungen/20083", 422), ("/leistungen/99107", 422),
     ("/kommunen/1", 422), ("/kommunen/abc/einsaetze", 422), ("/leistungen/%00", 422),
     ("/onlinedienste/a%0ab", 422), ("/onlinedienste/" + "a" * 1000, 422)],
)  # fmt: skip
def test_what_is_not_there_is_not_found_and_what_is_no_key_is_refused(
    api: Get, path: str, status: int
) -> None:
    found = problem(api(path), status)
    assert found["detail"]
    assert found["instance"].startswith(PREFIX)


# ── Lists ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", LISTS)
def test_a_list_says_how_many_there_are_and_pages_through_them_all(api: Get, path: str) -> None:
    first = read(api(path))
    assert list(first) == ["gesamt", "limit", "offset", "daten"]
    assert (first["limit"], first["offset"]) == (25, 0)
    seen = [json.dumps(row) for row in first["daten"]]
    total, last = first["gesamt"], read(api(f"{path}?offset={first['gesamt'] - 1}"))
    assert len(last["daten"]) == 1
    second = read(api(f"{path}?offset=25"))
    assert not set(seen) & {json.dumps(row) for row in second["daten"]}
    beyond = read(api(f"{path}?offset={total}"))
    assert beyond == {"gesamt": total, "limit": 25, "offset": total, "daten": []}


def links(answer: Answer) -> dict[str, str]:
    found = re.findall(r'<([^>]*)>; rel="(\w+)"', answer.header("link"))
    return {rel: target for target, rel in found}


def test_links_lead_through_a_list_and_keep_every_filter(portal_url: str) -> None:
    start = f"{portal_url}{PREFIX}/einsaetze?status=produktiv&status=geplant&rolle=nutzt&limit=9"
    filters = parse_qsl(urlsplit(start).query)
    seen: list[int] = []
    address, steps = start, 0
    while address:
        answer = ask(portal_url, address.removeprefix(portal_url))
        body = read(answer)
        seen += [row["id"] for row in body["daten"]]
        found = links(answer)
        for target in found.values():
            assert [f for f in parse_qsl(urlsplit(target).query) if f[0] != "offset"] == filters
        assert ("prev" in found) is (steps > 0)
        steps += 1
        following = found.get("next")
        if following is None:
            assert urljoin(address, found["last"]) == address
        address = urljoin(address, following) if following else ""
    assert len(seen) == len(set(seen)) == body["gesamt"] > 9
    assert steps == -(-body["gesamt"] // 9)


def test_values_of_one_field_are_alternatives_and_fields_narrow_each_other(api: Get) -> None:
    def total(query: str) -> int:
        found: int = read(api(f"/einsaetze?{query}"))["gesamt"]
        return found

    assert total("status=produktiv") + total("status=geplant") == total(
        "status=produktiv&status=geplant"
    )
    both = total("status=produktiv&rolle=nutzt")
    assert 0 < both < total("status=produktiv")
    assert total("ars=05570052") == total(f"ars={WARENDORF}") > 0
    assert total(f"ars={WARENDORF}") == read(api(f"/kommunen/{WARENDORF}/einsaetze"))["gesamt"]
    assert total(f"kennung={WBS}") == read(api(f"/onlinedienste/{WBS}/einsaetze"))["gesamt"]
    assert total(f"kennung={WBS}") <= total(f"ozg_id={OZG}")
    assert total(f"leistungsschluessel={LEISTUNG}") > 0
    assert total("kennung=gibt-es-nicht") == total("leistungsschluessel=99999999999999") == 0


def test_who_has_an_assistant_for_a_service_is_one_question(api: Get) -> None:
    found = read(api(f"/onlinedienste?leistungsschluessel={LEISTUNG}"))
    assert WBS in {row["kennung"] for row in found["daten"]}
    assert all(LEISTUNG in row["leistungsschluessel"] for row in found["daten"])
    inside = read(api("/kommunen?kreis=055700000000&limit=200"))["daten"]
    assert len(inside) == 13
    assert {row["kreis_ars"] for row in inside} == {"055700000000"}


def test_nothing_has_changed_since_tomorrow_and_everything_since_long_ago(api: Get) -> None:
    for path in LISTS:
        everything = read(api(path))["gesamt"]
        assert read(api(f"{path}?updated_since=2000-01-01"))["gesamt"] >= everything
        assert read(api(f"{path}?updated_since=2999-01-01"))["gesamt"] == 0
        assert read(api(f"{path}?updated_since=2999-01-01T08:15:00+01:00"))["daten"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=201", "limit"), ("limit=-1", "limit"), ("limit=", "limit"),
        ("limit=1e3", "limit"), ("limit=%D9%A3", "limit"), ("limit=1&limit=2", "limit"),
        ("offset=-1", "offset"), ("offset=" + "9" * 30, "offset"), ("offset=1.5", "offset"),
        ("updated_since=gestern", "updated_since"), ("updated_since=2026-02-30", "updated_since"),
        ("updated_since=2026-11-30T25:00:00Z", "updated_since"),
        ("seite=2", "seite"), ("status=weg", "status"), ("ozg_id=abc", "ozg_id"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_with_its_field(api: Get, query: str, field: str) -> None:
    found = problem(api(f"/onlinedienste?{query}"), 422)
    (message,) = fields(found).values()
    assert list(fields(found)) == [field]
    assert message in found["detail"]


def test_everything_wrong_is_said_at_once_and_known_parameters_are_named(api: Get) -> None:
    found = problem(api("/kommunen?limit=0&offset=x&plz=48231"), 422)
    assert list(fields(found)) == ["limit", "offset", "plz"]
    assert "Möglich sind: angaben, ebene, kreis, land, limit, offset, q" in fields(found)["plz"]
    assert "kennt der Aufruf nicht" in fields(problem(api(f"/kommunen/{WARENDORF}?x=1"), 422))["x"]


@pytest.mark.parametrize(
    "query", ["plattform=%00", "plattform=a%0d%0ab", "plattform=%ff", "%00=1", "x=" + "a" * 9000,
              "&".join(["land=a"] * 200), "land=" + "a" * 300],
)  # fmt: skip
def test_hostile_parameters_are_refused(api: Get, query: str) -> None:
    assert fields(problem(api(f"/onlinedienste?{query}"), 422))


def test_an_address_of_ten_megabytes_is_cut_off_and_the_api_goes_on(
    portal_url: str, api: Get
) -> None:
    request = f"GET {PREFIX}/einsaetze?ars=".encode() + b"1" * 10_000_000
    answer = send_bytes(portal_url, request + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert not answer or answer.split(b" ", 2)[1] in {b"400", b"414", b"422", b"431"}
    assert api("/einsaetze?limit=1").status == 200


# ── Search ──────────────────────────────────────────────────────────────────────────────────


def test_the_search_answers_as_the_surface_promises(api: Get) -> None:
    found = read(api("/suche?q=hund+anmelden"))
    assert list(found) == ["gesamt", "limit", "offset", "treffer", "facetten"]
    first = found["treffer"][0]
    assert list(first) == [
        "typ", "id", "titel", "ozg_ids", "leistungsschluessel", "ausschnitt", "url",
    ]  # fmt: skip
    assert first["ozg_ids"] == ["10160"]
    for facet in found["facetten"].values():
        assert all(list(value) == ["wert", "label", "anzahl"] for value in facet)
    assert sum(value["anzahl"] for value in found["facetten"]["typ"]) == found["gesamt"]


def test_every_hit_leads_to_its_object_and_its_page(api: Get, get: Get) -> None:
    places = {
        "ozg_leistung": "/ozg-leistungen", "leistung": "/leistungen",
        "onlinedienst": "/onlinedienste", "kommune": "/kommunen",
    }  # fmt: skip
    seen = set()
    for query in ("q=warendorf&limit=4", "q=wohnberechtigungsschein&limit=9"):
        for hit in read(api(f"/suche?{query}"))["treffer"]:
            seen.add(hit["typ"])
            there = read(api(f"{places[hit['typ']]}/{hit['id']}"))
            assert there["url"] == hit["url"]
            assert get(urlsplit(hit["url"]).path).status == 200
            if hit["typ"] in {"leistung", "onlinedienst"}:
                assert there["ozg_ids"] == hit["ozg_ids"]
            expected = hit["id"] if hit["typ"] == "leistung" else None
            assert hit["leistungsschluessel"] == expected
    assert seen == set(places)


def test_types_and_filters_narrow_a_search_and_values_are_alternatives(api: Get) -> None:
    def total(query: str) -> int:
        number: int = read(api(f"/suche?q=wohnen&{query}"))["gesamt"]
        return number

    one, other = total("typ=leistung"), total("typ=onlinedienst")
    assert one > 0 < other
    assert total("typ=leistung&typ=onlinedienst") == one + other
    assert total("typ=onlinedienst&art=efa") <= other
    assert list(fields(problem(api("/suche?typ=hund"), 422))) == ["typ"]


@pytest.mark.parametrize("path", ["/ozg-leistungen", "/leistungen", "/onlinedienste", "/kommunen"])
def test_a_list_takes_words_and_finds_what_the_search_finds(api: Get, path: str) -> None:
    typ = {"/ozg-leistungen": "ozg_leistung", "/leistungen": "leistung",
           "/onlinedienste": "onlinedienst", "/kommunen": "kommune"}[path]  # fmt: skip
    word = "warendorf" if typ == "kommune" else "wohnen"
    listed = read(api(f"{path}?q={word}&limit=200"))
    hits = read(api(f"/suche?q={word}&typ={typ}&limit=200"))
    assert listed["gesamt"] == hits["gesamt"] > 0
    assert [row["url"] for row in listed["daten"]] == [hit["url"] for hit in hits["treffer"]]
    changed = read(api(f"{path}?q={word}&updated_since=2000-01-01&limit=200"))
    assert {row["url"] for row in changed["daten"]} == {row["url"] for row in listed["daten"]}
    assert read(api(f"{path}?q={word}&updated_since=2999-01-01"))["gesamt"] == 0


def test_suggestions_are_few_and_lead_somewhere(api: Get, get: Get) -> None:
    found = read(api("/suche/vorschlaege?q=wohng"))["vorschlaege"]
    assert 0 < len(found) <= 8
    assert found[0]["text"] == "Wohngeld"
    assert all(get(urlsplit(each["url"]).path).status == 200 for each in found)
    assert read(api("/suche/vorschlaege?q=xyzzyplugh")) == {"vorschlaege": []}
    assert read(api("/suche/vorschlaege?q=")) == {"vorschlaege": []}
    assert list(fields(problem(api("/suche/vorschlaege"), 422))) == ["q"]


# ── Periods: the three examples of the surface ──────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/fristen/kuendigung?zugang=2026-11-30&n=3&einheit=monat&anker=monatsende",
         {"wirksam_zum": "2027-02-28"}),
        ("/fristen/spaetester-zugang?ende=2027-04-30&n=3&einheit=monat&anker=monatsende&land=NW",
         {"spaetester_zugang": "2027-01-31", "empfohlen": "2027-01-29"}),
        ("/fristen/antwort?beginn=2026-12-11&n=14&einheit=tag&land=NW", {"ende": "2026-12-28"}),
    ],
)  # fmt: skip
def test_periods_are_computed_by_law_and_explained(
    api: Get, path: str, expected: dict[str, str]
) -> None:
    answer = read(api(path))
    rechnung = answer.pop("rechnung")
    assert answer == expected
    assert rechnung.startswith("1. ")
    assert "BGB" in rechnung


def test_the_same_period_ends_later_where_there_is_a_holiday(api: Get) -> None:
    def ende(land: str) -> str:
        answer = api(f"/fristen/antwort?beginn=2026-10-17&n=14&einheit=tag&land={land}")
        found: str = read(answer)["ende"]
        return found

    # 31 October 2026 is a Saturday everywhere; 2 November the working day that follows.
    assert ende("SN") == ende("NW") == "2026-11-02"
    assert read(api("/fristen/antwort?beginn=2027-10-18&n=14&einheit=tag&land=NW"))["ende"] == (
        "2027-11-02"
    )
    assert read(api("/fristen/antwort?beginn=2027-10-18&n=14&einheit=tag&land=SN"))["ende"] == (
        "2027-11-01"
    )


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", ["zugang", "n", "einheit"]), ("zugang=2026-11-31&n=3&einheit=monat", ["zugang"]),
        ("zugang=2026-11-30&n=0&einheit=monat", ["n"]),
        ("zugang=2026-11-30&n=3&einheit=jahr", ["einheit"]),
        ("zugang=2026-11-30&n=3&einheit=monat&anker=ostern", ["anker"]),
    ],
)  # fmt: skip
def test_a_period_that_cannot_be_computed_says_which_part_is_missing(
    api: Get, query: str, wrong: list[str]
) -> None:
    assert list(fields(problem(api(f"/fristen/kuendigung?{query}"), 422))) == wrong


@pytest.mark.parametrize(
    "path",
    [
        "/fristen/kuendigung?zugang=9999-12-31&n=10000&einheit=monat",
        "/fristen/spaetester-zugang?ende=0001-01-01&n=10&einheit=woche&land=NW",
        "/fristen/antwort?beginn=1800-01-01&n=1&einheit=tag&land=BY",
    ],
)
def test_a_period_beyond_the_calendar_is_refused_in_german(api: Get, path: str) -> None:
    assert problem(api(path), 422)["fehler"]


# ── Tags, encodings, HEAD ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [*OBJECTS, *LISTS, "/openapi.json"])
def test_what_has_not_changed_is_not_sent_again(api: Get, path: str) -> None:
    for encoding in ("", "br", "gzip"):
        first = api(path, Accept_Encoding=encoding)
        tag = first.header("etag")
        assert re.fullmatch(r'"[0-9a-z-]+"', tag)
        for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            again = api(path, If_None_Match=known, Accept_Encoding=encoding)
            assert (again.status, again.body, again.header("etag")) == (304, b"", tag)
        assert api(path, If_None_Match='"x"').status == 200


def test_the_tag_of_an_object_begins_with_its_version(api: Get) -> None:
    for path in OBJECTS:
        assert re.fullmatch(r'"1-[0-9a-f]{24}"', api(path).header("etag")), path
    for path in LISTS:
        assert re.fullmatch(r'"[0-9a-f]{24}"', api(path).header("etag")), path


def test_a_strong_tag_stands_for_the_same_bytes(api: Get) -> None:
    answers = [api("/kommunen", Accept_Encoding=e) for e in ("identity", "br", "gzip", "br, gzip")]
    by_tag: dict[str, set[bytes]] = {}
    for answer in answers:
        by_tag.setdefault(answer.header("etag"), set()).add(answer.body)
        assert answer.header("vary") == "Accept-Encoding"
    assert len(by_tag) == 3
    assert all(len(bodies) == 1 for bodies in by_tag.values())
    assert brotli.decompress(answers[1].body) == answers[0].body
    assert gzip.decompress(answers[2].body) == answers[0].body


@pytest.mark.parametrize("path", [*OBJECTS, *LISTS, "/openapi.json", "/gibt-es-nicht"])
def test_head_says_the_same_without_a_body(portal_url: str, api: Get, path: str) -> None:
    head, whole = ask(portal_url, PREFIX + path, method="HEAD"), api(path)
    assert head.body == b""
    assert head.status == whole.status
    for name in ("etag", "link", "content-type", "cache-control", "access-control-allow-origin"):
        assert head.header(name) == whole.header(name), name


# ── Cookies, other sites, other methods ─────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [*OBJECTS, *LISTS, "/gibt-es-nicht", "/kommunen?limit=0"])
def test_answers_neither_read_nor_set_cookies(api: Get, path: str) -> None:
    plain = api(path)
    with_cookies = api(path, Cookie="sprache=en; darstellung=dark; __Host-sitzung=geheim")
    assert with_cookies.body == plain.body
    assert with_cookies.header("set-cookie") == ""
    assert "cookie" not in plain.header("vary").lower()


@pytest.mark.parametrize("path", ["/einsaetze", "/gibt-es-nicht", "/einsaetze?limit=0"])
def test_pages_of_other_sites_may_read(api: Get, path: str) -> None:
    answer = api(path, Origin="https://andere.example", Sec_Fetch_Site="cross-site")
    assert answer.header("access-control-allow-origin") == "*"
    assert answer.header("access-control-allow-credentials") == ""
    exposed = {name.strip() for name in answer.header("access-control-expose-headers").split(",")}
    assert {"ETag", "Link"} <= exposed
    assert answer.header("cross-origin-resource-policy") == "cross-origin"


def test_a_browser_may_ask_first_what_is_allowed(portal_url: str) -> None:
    headers = {
        "Origin": "https://andere.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    answer = ask(portal_url, f"{PREFIX}/einsaetze", method="OPTIONS", headers=headers)
    assert answer.status == 204
    assert answer.header("access-control-allow-origin") == "*"
    assert answer.header("access-control-allow-methods") == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in answer.header("access-control-allow-headers")


@pytest.mark.parametrize("path", ["/", "/ozg", "/api", "/healthz"])
def test_pages_stay_closed_to_other_sites(get: Get, path: str) -> None:
    answer = get(path, Origin="https://andere.example")
    assert answer.header("access-control-allow-origin") == ""
    assert answer.header("cross-origin-resource-policy") == "same-origin"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_guest_changes_nothing(portal_url: str, method: str) -> None:
    for headers in ({}, {"Origin": "https://andere.example", "Sec-Fetch-Site": "cross-site"}):
        for path, status in (("/kommunen", 405), ("/einsaetze", 401 if method == "POST" else 405)):
            answer = ask(
                portal_url, PREFIX + path, method=method, headers=headers, body=b'{"x": 1}'
            )
            found = problem(answer, status)
            if status == 405:
                assert "Allow" in found["detail"]
                assert {"GET", "HEAD"} <= set(re.split(r",\s*", answer.header("allow")))


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/", "/api/v2/kommunen", "/api/v1/x/y/z"])
def test_an_unknown_address_is_a_problem_and_no_page(get: Get, path: str) -> None:
    assert "/api" in problem(get(path), 404)["detail"]


def test_a_host_that_is_none_is_a_problem_and_no_page(portal_url: str) -> None:
    request = f"GET {PREFIX}/kommunen HTTP/1.1\r\nHost: x:abc\r\nConnection: close\r\n\r\n"
    head, _, body = send_bytes(portal_url, request.encode()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head
    assert "Host" in json.loads(body)["detail"]


# ── When something breaks ───────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def broken(planted: str) -> Iterator[str]:
    settings = build_settings(planted)
    app = create_app(settings)

    @litestar_get(f"{PREFIX}/defekt", sync_to_thread=True, opt={"access": EVERYONE})
    def fail_unexpectedly() -> str:
        raise ZeroDivisionError("geheime Einzelheit")

    app.register(fail_unexpectedly)
    with running_portal(settings, app=app) as url:
        yield url


def test_a_defect_tells_its_number_and_nothing_else(broken: str) -> None:
    answer = ask(broken, f"{PREFIX}/defekt")
    found = problem(answer, 500)
    assert found["nummer"] == answer.header("x-anfrage")
    assert found["nummer"] in found["detail"]
    for secret in ("ZeroDivisionError", "geheime Einzelheit", "Traceback"):
        assert secret not in answer.text


# ── The page for people ─────────────────────────────────────────────────────────────────────


def test_the_page_explains_every_call_with_the_answer_the_portal_gives(api: Get, get: Get) -> None:
    page = get("/api").seite
    for call in CALLS:
        part = page.main.one("details", id=call.name.replace("_", "-"))
        assert f"{call.method} {PREFIX}{call.path}" in part.one("summary").text
        names = {row.all("code")[0].text for body in part.all("tbody") for row in body.all("tr")}
        assert names == {parameter.name for parameter in (*call.parameters, *call.fields)}
        shown = "".join(part.all("pre")[-1].strings())
        if call in OPEN and not call.writes:
            address = part.all("a")[-1].attrs["href"]
            assert json.loads(shown) == read(get(address)), call.path
        else:
            assert "Authorization: Bearer $TOKEN" in shown
            assert call.needs is not None
            assert call.needs.label in part.text


def test_every_kind_of_error_leads_to_its_explanation(api: Get, get: Get) -> None:
    page = get("/api").seite
    for path in ("/gibt-es-nicht", "/kommunen?limit=0", "/ozg-leistungen/19999"):
        place = json.loads(api(path).body)["type"].removeprefix("/api#")
        assert page.main.one(id=place).text
    document = read(api("/openapi.json"))
    declared = {
        status
        for operations in document["paths"].values()
        for operation in operations.values()
        for status in operation["responses"]
        if int(status) >= 400
    }
    assert {status for status in declared if page.main.one(id=f"fehler-{status}").text} == declared


def test_footer_and_help_lead_to_the_page(get: Get) -> None:
    assert get("/").seite.link("Schnittstelle (API)") == "/api"
    assert "/api" in {a.attrs["href"] for a in get("/hilfe").seite.main.all("a")}


# ── The description ─────────────────────────────────────────────────────────────────────────

# What is promised: to everybody, and to whoever shows a token.
PROMISED = {
    "/suche", "/suche/vorschlaege",
    "/ozg-leistungen", "/ozg-leistungen/{ozg_id}", "/leistungen", "/leistungen/{schluessel}",
    "/onlinedienste", "/onlinedienste/{kennung}", "/onlinedienste/{kennung}/einsaetze",
    "/kommunen", "/kommunen/{ars}", "/kommunen/{ars}/einsaetze", "/einsaetze",
    "/einsaetze/{id}", "/einsaetze/{id}/bestaetigungen",
    "/einsaetze/{id}/fassungen", "/einsaetze/{id}/widersprueche",
    "/nachnutzungen", "/nachnutzungen/{id}", "/onlinedienste/{kennung}/nachnutzung",
    "/nachnutzungen/{id}/entscheidungen", "/nachnutzungen/{id}/entscheidungen/{nummer}",
    "/karte/status",
    "/fristen/kuendigung", "/fristen/spaetester-zugang", "/fristen/antwort",
}  # fmt: skip


def test_the_description_names_what_is_promised_and_what_is_answered(
    api: Get, planted: str
) -> None:
    document = read(api("/openapi.json"))
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": PREFIX}]
    assert set(document["paths"]) == PROMISED
    app = create_app(build_settings(planted))
    answered = {route.path_format for route in app.routes if route.path.startswith(PREFIX)}
    app.state.portal.engine.dispose()
    assert {PREFIX + path for path in PROMISED} == answered - {f"{PREFIX}/openapi.json"}
    assert document == json.loads(json.dumps(describe(CALLS)))


def test_every_call_declares_what_may_go_wrong(api: Get) -> None:
    document = read(api("/openapi.json"))
    said = {200: "application/json", 201: "application/json", 304: "", 308: ""}
    for call in CALLS:
        responses = document["paths"][call.path][call.method.lower()]["responses"]
        always = {"201", "401", "409", "429"} if call.writes else {"200", "304"}
        assert always | {"422", "500"} <= set(responses), call.name
        assert ("404" in responses) is ("{" in call.path), call.name
        assert ("401" in responses) is (call.needs is not None), call.name
        assert ("412" in responses) is ("428" in responses) is call.conditional, call.name
        for status, response in responses.items():
            expected = said.get(int(status), "application/problem+json")
            assert set(response.get("content", {})) == ({expected} if expected else set())


@pytest.mark.parametrize("call", OPEN, ids=lambda call: call.name)
def test_every_example_of_the_description_works(api: Get, call: Any) -> None:
    path = call.path.format_map(call.examples)
    query = urlencode({k: v for k, v in call.examples.items() if f"{{{k}}}" not in call.path})
    body = read(api(f"{path}?{query}"))
    if "gesamt" in body:
        assert body["gesamt"] > 0
