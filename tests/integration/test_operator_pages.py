"""Pages that speak for the operator: they show its settings and invent nobody without them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.portal import BETREIBER, Answer, ask, build_settings, running_portal
from tests.seite import Seite

Get = Callable[..., Answer]
Read = Callable[..., Seite]


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        ("/impressum", ["Zweckverband Beispiel <Demo>", "Musterweg 1", "12345 Beispielstadt",
                        "die Verbandsvorstehung", "katalog@zweckverband.example", "0251 000000"]),
        ("/datenschutz", ["Zweckverband Beispiel <Demo>", "datenschutz@zweckverband.example",
                          "Aufsichtsbehörde Beispiel", "keine Karten von fremden Servern"]),
        ("/barrierefreiheit", ["Zweckverband Beispiel <Demo>", "Nordrhein-Westfalen", "01.10.2026",
                               "Schlichtungsstelle Beispiel", "katalog@zweckverband.example",
                               "EN 301 549 V3.2.1"]),
        ("/hilfe", ["katalog@zweckverband.example", "OZG-ID (10083)"]),
    ],
)  # fmt: skip
def test_legal_pages_show_the_settings_of_the_operator(
    read: Read, path: str, facts: list[str]
) -> None:
    text = read(path).text
    assert [fact for fact in facts if fact not in text] == []


def test_every_page_offers_to_report_an_entry_and_a_barrier(read: Read) -> None:
    footer = read("/ozg").root.one("footer")
    addresses = [a.attrs["href"] for a in footer.all("a") if a.attrs["href"].startswith("mailto:")]
    assert len(addresses) == 2
    assert all(a.startswith("mailto:katalog@zweckverband.example?subject=") for a in addresses)


def test_without_an_operator_the_legal_pages_say_so_and_invent_nobody(planted: str) -> None:
    nobody = dict.fromkeys(BETREIBER, "")
    with running_portal(build_settings(planted, **nobody)) as url:
        for path in ("/impressum", "/datenschutz", "/barrierefreiheit"):
            page = ask(url, path).seite
            assert "noch keine betreibende Stelle eingetragen" in page.text
        assert not ask(url, "/").seite.root.all(class_="site-footer__feedback")


def test_easy_language_is_hidden_until_the_operator_provides_it(get: Get, read: Read) -> None:
    assert get("/leichte-sprache").status == 404
    assert not [a for a in read("/").links() if a.attrs["href"] == "/leichte-sprache"]


def test_easy_language_is_shown_and_linked_when_the_operator_provides_it(
    planted: str, leichte_sprache: Path
) -> None:
    settings = build_settings(planted, KATALOG_BETREIBER_LEICHTE_SPRACHE=str(leichte_sprache))
    with running_portal(settings) as url:
        page = ask(url, "/leichte-sprache").seite
        assert page.heading == "Leichte Sprache"
        paragraphs = [p.text for p in page.main.one(class_="prose").all("p")]
        assert paragraphs == ["Das ist der Katalog.", "Hier finden Sie <Dienste>."]
        assert ask(url, "/").seite.root.one("footer").all("a", href="/leichte-sprache")


def test_a_text_in_easy_language_that_cannot_be_read_is_no_defect(
    planted: str, tmp_path: Path
) -> None:
    (tmp_path / "latin1.txt").write_bytes("Für".encode("latin-1"))
    for name in ("gibt-es-nicht.txt", "latin1.txt"):
        settings = build_settings(planted, KATALOG_BETREIBER_LEICHTE_SPRACHE=str(tmp_path / name))
        with running_portal(settings) as url:
            answer = ask(url, "/leichte-sprache")
        assert answer.status == 503
        assert "Leichter Sprache" in answer.seite.text


def test_the_official_strip_is_off_by_default_and_carries_the_text_of_the_setting(
    planted: str, read: Read
) -> None:
    assert not read("/").root.all(class_="kern-kopfzeile")
    text = "Offizielle Website – Zweckverband Beispiel"
    settings = build_settings(planted, KATALOG_OFFIZIELL="ja", KATALOG_OFFIZIELL_TEXT=text)
    with running_portal(settings) as url:
        assert ask(url, "/").seite.root.one(class_="kern-kopfzeile").text == text
