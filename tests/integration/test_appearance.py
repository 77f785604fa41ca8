"""Language and theme: chosen by a form, kept in a cookie, and nobody is led astray by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from katalog.web.language import english_texts
from tests.portal import Answer, ask, build_settings, cookie_header, running_portal, send_form
from tests.seite import Element, Seite

Get = Callable[..., Answer]
Read = Callable[..., Seite]

ENGLISH = {"Cookie": "sprache=en"}
PAGES = ["/", "/onlinedienste?art=efa", "/onlinedienste/wbs-sozialplattform", "/ozg/10083",
         "/leistungen/99110009104000", "/kommunen/055700052052", "/suche?q=Hund", "/hilfe",
         "/impressum"]  # fmt: skip


def test_pages_are_german_until_somebody_asks_for_english(read: Read) -> None:
    page = read("/", Accept_Language="en")
    assert page.html.attrs["lang"] == "de"
    assert "lang" not in page.main.attrs


@pytest.mark.parametrize("path", PAGES)
def test_on_english_pages_the_frame_is_english_and_the_content_says_that_it_is_german(
    read: Read, path: str
) -> None:
    page = read(path, **ENGLISH)
    assert page.html.attrs["lang"] == "en"
    assert page.main.attrs["lang"] == "de"
    known = {*english_texts().values(), "OZG-Katalog"}
    assert [text for text in english_parts(page.html) if text not in known] == []


def english_parts(element: Element) -> list[str]:
    """The texts that a page claims to be English; labels of assistive technology are texts too."""
    if element.attrs.get("lang", "en") != "en":
        return []
    found = [element.attrs[name] for name in ("aria-label", "placeholder") if name in element.attrs]
    for child in element.children:
        if isinstance(child, Element):
            found += english_parts(child)
        elif child.strip():
            found.append(" ".join(child.split()))
    return found


def test_german_and_english_pages_have_the_same_content(read: Read) -> None:
    for path in PAGES:
        german, english = read(path), read(path, **ENGLISH)
        assert german.text == english.text, path
        assert german.title == english.title, path


@pytest.mark.parametrize(
    ("fields", "cookie"),
    [("sprache=en", "sprache=en"), ("sprache=de", "sprache=de"), ("thema=dark", "darstellung=dark"),
     ("thema=auto", "darstellung=auto")],
)  # fmt: skip
def test_a_choice_is_kept_in_a_cookie_and_leads_back_to_the_page(
    portal_url: str, fields: str, cookie: str
) -> None:
    answer = send_form(portal_url, "/darstellung", f"{fields}&weiter=/ozg%3Fq%3DWohnen%26seite%3D2")
    assert answer.status == 303
    assert answer.header("location") == "/ozg?q=Wohnen&seite=2"
    assert cookie_header(answer) == cookie


def test_the_form_of_a_page_leads_back_to_exactly_that_page(portal_url: str, read: Read) -> None:
    path = "/ozg?q=B%C3%BCrger+%26+Co&lage=Ein-+%26+Auswanderung"
    form = read(path).root.all("form", action="/darstellung")[0]
    assert form.one("input", name="weiter").attrs["value"] == path
    kommune = "/kommunen/055700052052"
    form = read(kommune).root.all("form", action="/darstellung")[0]
    assert form.one("input", name="weiter").attrs["value"] == kommune


def test_several_choices_stay_together(portal_url: str, read: Read) -> None:
    answer = send_form(portal_url, "/darstellung", "sprache=en&thema=dark&weiter=/")
    page = read("/", Cookie=cookie_header(answer))
    assert page.html.attrs["lang"] == "en"
    assert page.html.attrs["data-kern-theme"] == "dark"


def test_the_theme_of_the_device_holds_until_one_is_chosen(read: Read) -> None:
    page = read("/")
    assert "data-kern-theme" not in page.html.attrs
    assert page.root.one("meta", name="color-scheme").attrs["content"] == "light dark"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_set_and_its_button_pressed(read: Read, theme: str) -> None:
    page = read("/", Cookie=f"darstellung={theme}")
    assert page.html.attrs["data-kern-theme"] == theme
    assert page.root.one("meta", name="color-scheme").attrs["content"] == theme
    pressed = [b.attrs["value"] for b in page.root.all("button", aria_pressed="true")]
    assert pressed == [theme]


@pytest.mark.parametrize(
    "fields",
    ["", "weiter=/", "sprache=fr", "thema=neon", "sprache=en%0D%0ASet-Cookie:+x=1", "sprache=",
     "thema=dark%3B+Path%3D/", "unbekannt=1"],
)  # fmt: skip
def test_what_is_no_choice_sets_no_cookie(portal_url: str, fields: str) -> None:
    answer = send_form(portal_url, "/darstellung", fields)
    assert answer.status == 303
    assert answer.header("set-cookie") == ""


@pytest.mark.parametrize(
    "target",
    ["https://boese.example/", "//boese.example/", "/%5Cboese.example", "%5C%5Cboese.example",
     "https:boese.example", "javascript:alert(1)", "/%0D%0ALocation:+https://boese.example",
     "/%09/boese.example", "", "ozg", "%20//boese.example", "/" + "a" * 2001, "/%C3%BC", "%00/ozg",
     "///boese.example", "/.//boese.example", "http:///boese.example"],
)  # fmt: skip
def test_the_way_back_never_leads_to_another_host(portal_url: str, target: str) -> None:
    answer = send_form(portal_url, "/darstellung", f"sprache=en&weiter={target}")
    assert answer.status == 303
    location = answer.header("location")
    assert location in {"/", "/.//boese.example"}, location
    assert [name for name, _ in answer.headers].count("location") == 1


def test_two_ways_back_are_none_too_many(portal_url: str) -> None:
    answer = send_form(portal_url, "/darstellung", "weiter=/ozg&weiter=//boese.example&sprache=en")
    assert answer.header("location") in {"/", "/ozg"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"sprache=en"),
        ("application/json", b'{"sprache": "en"'),
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%ff&sprache=%ff"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"sprache=en"),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 5000)),
        ("", b"sprache=en"),
    ],
)
def test_a_body_that_is_no_form_is_refused_or_ignored(
    portal_url: str, kind: str, body: bytes
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = ask(portal_url, "/darstellung", method="POST", headers=headers, body=body)
    assert answer.status in {303, 413, 415, 422}


def test_a_file_in_place_of_a_word_is_no_choice(portal_url: str) -> None:
    body = (
        b"--x\r\nContent-Disposition: form-data; name=weiter; filename=a.txt\r\n\r\n/ozg\r\n"
        b"--x\r\nContent-Disposition: form-data; name=sprache; filename=b.txt\r\n\r\nen\r\n"
        b"--x--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = ask(portal_url, "/darstellung", method="POST", headers=headers, body=body)
    assert answer.status in {303, 422}
    assert answer.header("set-cookie") == ""


def test_a_body_of_many_megabytes_is_refused(portal_url: str) -> None:
    body = "sprache=en&weiter=/" + "a" * 12_000_000
    answer = send_form(portal_url, "/darstellung", body)
    assert answer.status in {303, 413}
    assert answer.header("location") in {"", "/"}


# ── Cookies ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "secure"),
    [("http://127.0.0.1:8000", True), ("http://localhost:8000", True),
     ("https://katalog.example", True), ("http://katalog.example", False)],
)  # fmt: skip
def test_cookies_are_out_of_reach_for_scripts_other_sites_and_listeners(
    planted: str, address: str, secure: bool
) -> None:
    """Browsers refuse Secure over plain http, except from the machine itself."""
    with running_portal(build_settings(planted, KATALOG_BASIS_URL=address)) as url:
        answer = send_form(url, "/darstellung", "sprache=en&thema=dark")
    lines = [value for name, value in answer.headers if name == "set-cookie"]
    assert len(lines) == 2
    for line in lines:
        attributes = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= attributes
        assert ("secure" in attributes) is secure
        assert not any(attribute.startswith("domain") for attribute in attributes)


def test_nothing_but_the_form_sets_a_cookie(get: Get) -> None:
    for path in [*PAGES, "/gibt-es-nicht", "/ozg?seite=0", "/healthz", "/kommunen/05570052"]:
        assert get(path).header("set-cookie") == "", path
