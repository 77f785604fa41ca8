"""A letter as an OpenDocument text, opened again with the library that writes it."""

from __future__ import annotations

import io
import zipfile
from datetime import date

from lxml import etree
from odfdo import Document

from katalog.ausgabe.brief import (
    Abschnitt,
    Brief,
    Kapitel,
    Muster,
    absatz,
    liste,
    say,
    website,
    zeile,
    zeilen,
)
from katalog.ausgabe.brief_odt import write_odt

LINK = "https://x.example/?a=1&b=2"
HOSTILE = "<b>&amp;\x0b ]]> Ärger  mit  Leerzeichen"
LETTER = Brief(
    art="Beschlusskontrolle",
    titel="Digitale Leistungen",
    absender="Beispielstadt",
    adressaten="Bericht an: Rat",
    stand=date(2026, 11, 20),
    kapitel=(
        Kapitel(
            "Beschluss",
            (zeilen(zeile("Auftrag", "erste Zeile", "zweite Zeile"), zeile("Sitzung", "")),),
            (
                Abschnitt("Punkt 1", (absatz(HOSTILE),)),
                Abschnitt(
                    "Punkt 2",
                    (
                        liste(["Hund", say(website("Katze", LINK), " bis")]),
                        liste(["eins"], nummeriert=True),
                        Muster("Mail", "Guten Tag,\nIhr Rat"),
                    ),
                ),
            ),
        ),
    ),
    quellen=("OZG-Katalog",),
    url="https://katalog.example/kommunen/1/beschluesse/2",
)


def test_a_letter_keeps_its_structure_in_a_word_processor() -> None:
    document = Document(io.BytesIO(write_odt(LETTER)))
    body = document.body
    assert (document.language, document.meta.title) == ("de-DE", "Digitale Leistungen")
    headings = [(int(each.level), each.text_recursive) for each in body.headers]
    assert headings == [
        (1, "Digitale Leistungen"), (2, "Beschluss"), (3, "Punkt 1"), (3, "Punkt 2"), (4, "Mail"),
        (2, "Quellen"),
    ]  # fmt: skip
    [table] = body.tables
    assert [[cell.text_recursive.split("\n") for cell in row.cells] for row in table.rows] == [
        [["Auftrag", ""], ["erste Zeile", "zweite Zeile", ""]],
        [["Sitzung", ""], ["keine Angabe", ""]],
    ]
    assert len(body.get_elements("descendant::text:list")) == 3
    links = {
        link.get_attribute("xlink:href"): link.text_recursive
        for link in body.get_elements("descendant::text:a")
    }
    assert links[LINK] == "Katze"
    texts = [each.inner_text for each in body.paragraphs]
    assert HOSTILE.replace("\x0b", "") in next(text for text in texts if "Ärger" in text)
    assert f"[Katze]({LINK}) bis" in texts
    assert "Guten Tag," in texts


def test_a_letter_is_a_well_formed_file_that_depends_on_nothing_but_its_content() -> None:
    files = []
    for _ in range(2):
        with zipfile.ZipFile(io.BytesIO(write_odt(LETTER))) as archive:
            assert archive.namelist()[0] == "mimetype"
            assert archive.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
            assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.text"
            parts = ("content.xml", "meta.xml", "styles.xml")
            files.append([etree.tostring(etree.fromstring(archive.read(p))) for p in parts])
    assert files[0] == files[1]
