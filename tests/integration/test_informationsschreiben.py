"""The information letter: its page, its PDF, and what hostile data does to neither."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlmodel import col

from katalog.ausgabe import brief_pdf
from katalog.ausgabe.brief import Absatz, Brief, Kapitel, absatz, liste, mailbox, website, zeile
from katalog.ausgabe.brief import zeilen as facts
from katalog.ausgabe.brief_pdf import _NOT_SHOWN, make_showable, write_pdf
from katalog.db import open_engine, writing
from katalog.domain.begriffe import Angebotsstatus, Verweisart
from katalog.domain.errors import NichtVerfuegbar
from katalog.models.angebot import Landesangebot, Onlinedienst, Verweis
from katalog.web.assets import STATIC
from tests.databases import copy_with_index
from tests.portal import Answer, ask, build_settings, running_portal
from tests.seite import Seite

Get = Callable[..., Answer]
Read = Callable[..., Seite]

FONTS = STATIC / "vendor" / "druck"
WBS = "/onlinedienste/wbs-sozialplattform/informationsschreiben"
TWO = "/onlinedienste/wohngeldantrag-digital-demo/informationsschreiben"
CHAPTERS = [
    "1 Allgemeine Informationen",
    "2 Links",
    "3 Kontakte",
    "4 Kurzüberblick",
    "5 Fachliche Informationen",
    "6 Technische Informationen",
    "7 Prozess der Nachnutzung",
    "8 Abmeldung",
]


def pdf_of(answer: Answer) -> PdfReader:
    assert answer.status == 200
    assert answer.header("content-type") == "application/pdf"
    return PdfReader(io.BytesIO(answer.body))


def text_of(pdf: PdfReader) -> str:
    """Invisible places to break are no part of what stands there."""
    pages = " ".join(page.extract_text() for page in pdf.pages)
    return " ".join(pages.replace("\u200b", "").split())


def tags(node: Any) -> Iterator[str]:
    """The structure a screen reader walks through, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from tags(child)
    elif isinstance(node, Mapping):
        if "/S" in node:
            yield str(node["/S"])
        if "/K" in node:
            yield from tags(node["/K"])


# ── What it says ────────────────────────────────────────────────────────────────────────────


def test_the_page_has_the_chapters_of_such_a_letter_in_their_order(read: Read) -> None:
    page = read(WBS)
    assert page.heading == "Informationsschreiben: Bescheinigung für Geringverdiener (WBS)"
    chapters = page.main.one("div", class_="letter").all("h2")
    assert [chapter.text for chapter in chapters] == CHAPTERS
    parts = [part.text for part in page.main.all("h3", class_="letter__part")]
    assert parts[-2:] == [
        "8.1 Szenario A: dauerhaft abmelden (Kündigung)",
        "8.2 Szenario B: vorübergehend abmelden",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OZG-ID", "10083 Bescheinigung für Geringverdiener"),
        ("Anzahl der Antragswege", "1"),
        ("Antragswege und LeiKa-ID", "Wohnberechtigungsschein: Ausstellung (99107022012000)"),
        ("Federführendes Bundesministerium", "Ministerium für Arbeit, Gesundheit und Soziales"),
        ("Zuständige Stelle", "Amtsvorsteher der Ämter (Bürgermeister/Oberbürgermeister)"),
        ("Pilotkommune", "Rostock"),
        ("Standard", "xSozial Basis 2.2"),
        ("Transportweg", "OSCI/XTA"),
        ("Zustellung an", "OSCI-Postfach"),
        ("ePayment", "nicht erforderlich"),
        ("Kosten", "kostenneutral für die Kommunen"),
        ("Kündigungsfrist", "3 Monate zum Monatsende"),
        ("Nachnutzungsbedingungen", "Fassung 1.0, gültig ab 01.01.2025"),
        ("Anbindbare Fachverfahren", "keine Angabe"),
        ("Anbindungsleitfaden", "keine Angabe"),
    ],
)
def test_facts_of_the_offer_stand_in_page_and_pdf(
    read: Read, get: Get, name: str, value: str
) -> None:
    assert read(WBS).fact(name) == value
    assert f"{name} {value}" in text_of(pdf_of(get(f"{WBS}.pdf")))


def test_the_letter_says_since_when_where_and_by_whom(read: Read) -> None:
    text = read(WBS).text
    assert "wird in Mecklenburg-Vorpommern seit 08/2024 zur Nachnutzung angeboten" in text
    assert "Zweckverband Elektronische Verwaltung in Mecklenburg-Vorpommern" in text


def test_the_mail_says_what_a_mail_of_interest_has_to_say_in_its_order(read: Read) -> None:
    mail = read(WBS).main.one(class_="letter__text").text
    order = [
        "Betreff: Interesse an der Nachnutzung: Bescheinigung für Geringverdiener",
        "zuständige Stelle ist: [Name",
        "Wir möchten den EfA-Onlinedienst „Bescheinigung für Geringverdiener",
        "ab dem [Datum] nachnutzen",
        "Wir nehmen die Nachnutzungsbedingungen",
        "in der Fassung 1.0 an.",
        "Bitte senden Sie uns die Unterlagen",
        "Ansprechstelle für die Anbindung ist: [Name",
        "Mit freundlichen Grüßen",
    ]
    places = [mail.find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)


def test_the_notice_rule_leads_to_its_calculation(read: Read) -> None:
    page = read(read(WBS).link("Fristenrechner im OZG-Katalog"))
    assert page.main.one(class_="rule-box__rule").text == "3 Monate zum Monatsende"


def test_an_offer_that_is_set_back_says_that_it_cannot_be_reused_now(read: Read) -> None:
    text = read("/onlinedienste/suchtberatung-sozialplattform/informationsschreiben").text
    assert "zurückgestellt: Er wird zurzeit nicht zur Nachnutzung angeboten" in text
    assert "Zurzeit lässt sich der Onlinedienst nicht nachnutzen" in text


def test_a_made_up_offer_says_so_on_page_and_paper(get: Get, read: Read) -> None:
    path = "/onlinedienste/elterngeld-demo/informationsschreiben"
    warning = "Demo: Dieses Schreiben beschreibt ein erfundenes Angebot."
    assert warning in read(path).text
    assert warning in text_of(pdf_of(get(f"{path}.pdf")))
    assert "efa@koordinierung-nord.example" in read(path).fact("E-Mail an")


# ── Ways to it ──────────────────────────────────────────────────────────────────────────────


def test_the_page_of_an_assistant_leads_to_the_letter_and_that_to_the_pdf(
    read: Read, get: Get
) -> None:
    assistant = read("/onlinedienste/wbs-sozialplattform")
    page = read(assistant.link("Informationsschreiben für Kommunen"))
    assert len(pdf_of(get(page.link("Als PDF herunterladen"))).pages) > 2


def test_among_several_offers_there_is_a_choice(read: Read, get: Get) -> None:
    choice = read(TWO)
    links = [a.attrs["href"] for a in choice.main.one("ul", class_="link-list").all("a")]
    assert len(links) == 2
    rules = {read(link).fact("Kündigungsfrist") for link in links}
    assert rules == {"3 Monate zum Monatsende", "6 Wochen zum Quartalsende"}
    undecided = get(f"{TWO}.pdf")
    assert (undecided.status, undecided.header("location")) == (302, TWO)
    assert len(pdf_of(get(links[0].replace("?", ".pdf?"))).pages) > 2


@pytest.mark.parametrize(
    "path",
    [
        "/onlinedienste/drohnen-bw/informationsschreiben",
        "/onlinedienste/gibt-es-nicht/informationsschreiben",
        f"{WBS}?stelle=1",
        f"{WBS}?stelle=abc",
    ],
)
def test_without_an_offer_there_is_no_letter(get: Get, path: str) -> None:
    for address in (path, path.replace("informationsschreiben", "informationsschreiben.pdf")):
        answer = get(address)
        assert answer.status == 404
        assert answer.seite.heading == "Nicht gefunden"


# ── The PDF ─────────────────────────────────────────────────────────────────────────────────


def test_the_pdf_has_what_pdf_ua_asks_for(get: Get) -> None:
    pdf = pdf_of(get(f"{WBS}.pdf"))
    root: Any = pdf.trailer["/Root"]
    assert root["/Lang"] == "de-DE"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == (
        "Informationsschreiben: Bescheinigung für Geringverdiener – Wohnberechtigungsschein"
    )
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    found = Counter(tags(root["/StructTreeRoot"]))
    assert found["/H1"] == 1
    assert found["/H2"] == len(CHAPTERS)
    assert found["/Table"] == found["/THead"] > 5
    assert found["/L"] >= 3
    assert found["/Link"] >= 4
    headings = [tag for tag in tags(root["/StructTreeRoot"]) if re.fullmatch("/H[1-6]", tag)]
    levels = [int(tag[2]) for tag in headings]
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))
    assert outline(pdf)[0].startswith("Bescheinigung")
    assert len(outline(pdf)) == len(headings)


def outline(pdf: PdfReader) -> list[str]:
    def flat(entries: list[Any]) -> Iterator[str]:
        for entry in entries:
            if isinstance(entry, list):
                yield from flat(entry)
            else:
                yield str(entry["/Title"])

    return list(flat(pdf.outline))


def test_every_font_of_the_pdf_travels_with_it(get: Get) -> None:
    pdf = pdf_of(get(f"{WBS}.pdf"))
    names = set()
    for page in pdf.pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
        for font in fonts.values():
            below = font.get_object()["/DescendantFonts"][0].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(below["/FontDescriptor"])
            names.add(str(below["/BaseFont"]))
    assert any("FiraSans" in name for name in names)


def test_page_and_pdf_name_the_same_version_and_the_file_is_always_the_same(
    read: Read, get: Get
) -> None:
    page, first = read(WBS), get(f"{WBS}.pdf")
    version = page.fact("Fassung")
    checksum = page.main.one("code", class_="letter__sum").text
    assert checksum.startswith(version)
    text = text_of(pdf_of(first))
    assert f"Fassung {version}" in text
    assert checksum in text
    assert f"Stand {page.fact('Stand')}" in text
    assert version in first.header("content-disposition")
    assert get(f"{WBS}.pdf").body == first.body


@pytest.mark.full_run
def test_many_at_once_get_their_letters(portal_url: str) -> None:
    keys = ["wbs", "buergergeld", "grundsicherung", "mietrueckstaende", "hilfe-zum-lebensunterhalt"]
    paths = [f"/onlinedienste/{key}-sozialplattform/informationsschreiben.pdf" for key in keys * 6]
    with ThreadPoolExecutor(len(paths)) as pool:
        answers = list(pool.map(lambda path: ask(portal_url, path), paths))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == len(keys)


# ── Hostile data ────────────────────────────────────────────────────────────────────────────

MARKUP = '#panic("x") *fett* _kursiv_ $x^2$ <label> @ref = Titel \\ `roh` [x] "zu" // /* ${'


@pytest.fixture(scope="module")
def hostile(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = copy_with_index(seeded_sqlite, tmp_path_factory.mktemp("brief") / "katalog.db")
    engine = open_engine(database)
    with writing(engine) as session:
        session.execute(
            update(Onlinedienst)
            .where(col(Onlinedienst.kennung) == "wbs-sozialplattform")
            .values(name=f"<b>WBS</b> {MARKUP}", kurzbeschreibung="\u0000 😀 你好 u\u0308ber\r\nx")
        )
        offer = session.execute(
            select(Landesangebot)
            .join(Onlinedienst, col(Onlinedienst.id) == col(Landesangebot.onlinedienst_id))
            .where(col(Onlinedienst.kennung) == "wbs-sozialplattform")
        ).scalar_one()
        offer.status = Angebotsstatus.EINGESTELLT
        session.add(
            Verweis(
                landesangebot_id=offer.id,
                art=Verweisart.FAQ,
                titel="Fragen",
                url="javascript:alert(1)",
            )
        )
    engine.dispose()
    with running_portal(build_settings(database)) as url:
        yield url


def test_markup_in_data_stays_text(hostile: str) -> None:
    page = ask(hostile, WBS).seite
    assert page.faults == ()
    assert page.fact("Name des Onlinedienstes") == f"<b>WBS</b> {MARKUP}"
    text = text_of(pdf_of(ask(hostile, f"{WBS}.pdf")))
    # Letters that a font draws as one sign, and the end of a line, are all that may differ.
    squeezed = re.sub(r"\s", "", text)
    assert re.sub(r"\s", "", f"<b>WBS</b>{MARKUP}") in squeezed
    assert "nicht mehr zur Nachnutzung angeboten" in text


def test_an_address_that_is_none_is_no_link(hostile: str) -> None:
    page = ask(hostile, WBS).seite
    assert page.fact("Häufige Fragen") == "Fragen"
    body = ask(hostile, f"{WBS}.pdf").body
    assert b"javascript:" not in body


def a_letter(*blocks: Any) -> Brief:
    return Brief(
        art="Informationsschreiben",
        titel="Probe",
        absender="Stelle",
        adressaten="Alle",
        stand=date(2026, 11, 20),
        kapitel=(Kapitel("Kapitel", tuple(blocks)),),
        quellen=(),
        url="https://katalog.example/x",
    )


def test_every_sign_that_is_let_through_can_be_shown() -> None:
    shown = [chr(code) for code in range(0x20, 0x3000) if not _NOT_SHOWN.match(chr(code))]
    assert len(shown) > 450
    pdf = write_pdf(a_letter(absatz(" ".join(shown))), FONTS)
    assert pdf.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("u\u0308ber", "über"),
        ("a\u0000b", "a?b"),
        ("Spaß 😀", "Spaß ?"),
        ("links\u202erechts", "linksrechts"),
        ("Silben\u00adtrennung", "Silben\u00adtrennung"),
        ("a\tb\rc\u2028d", "a b c d"),
        ("\ue000", "?"),
        ("Łódź – Αθήνα", "Łódź – Αθήνα"),
    ],
)
def test_what_no_font_can_show_is_replaced_and_the_rest_stays(written: str, shown: str) -> None:
    assert make_showable(written) == shown


@pytest.mark.full_run
def test_a_long_letter_loses_nothing_and_one_beyond_all_measure_is_refused() -> None:
    words = " ".join(f"Wort{number}" for number in range(4000))
    letter = a_letter(facts(zeile("Lang", words)), liste([f"Punkt {n}" for n in range(300)]))
    text = text_of(PdfReader(io.BytesIO(write_pdf(letter, FONTS))))
    assert "Wort0 " in text
    assert "Wort3999" in text
    assert "Punkt 299" in text
    with pytest.raises(NichtVerfuegbar, match="zu lang"):
        write_pdf(a_letter(absatz("x" * 500_000)), FONTS)


def test_only_so_many_are_set_at_once_and_the_next_one_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(brief_pdf, "_WAIT_SECONDS", 0.0)
    letter = a_letter(absatz("nur hier"))
    refused = pytest.raises(NichtVerfuegbar, match="zu viele Schreiben zugleich")
    with brief_pdf._AT_ONCE, brief_pdf._AT_ONCE, refused:
        write_pdf(letter, FONTS)
    assert write_pdf(letter, FONTS).startswith(b"%PDF-")


def test_the_version_follows_the_content_and_nothing_else() -> None:
    one, same, other = a_letter(absatz("a")), a_letter(absatz("a")), a_letter(absatz("b"))
    assert one.fassung == same.fassung != other.fassung
    assert write_pdf(one, FONTS) == write_pdf(same, FONTS)


def test_only_web_pages_and_plain_mailboxes_become_links() -> None:
    assert website("Seite", "JavaScript:alert(1)").ziel == ""
    assert website("Seite", "HTTPS://a.example").ziel == "HTTPS://a.example"
    assert mailbox("a@b.example?bcc=c@d.example").ziel == "mailto:a@b.example%3Fbcc%3Dc@d.example"
    assert zeile("Leer", "", None).werte[0][0].text == "keine Angabe"
    assert isinstance(absatz("x"), Absatz)
