"""The file of a case: nothing is missing in it, notes are of one side, and it can be kept."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from katalog import workflow
from katalog.domain.errors import NichtErlaubt, NichtGefunden
from katalog.domain.nachnutzung import EREIGNISSE
from katalog.domain.rollen import Betrachter, Rolle
from katalog.domain.vorgang import Status
from katalog.web.assets import PRINT_FONTS
from tests.vorgaenge import TEXT, Welt

KO, KD = Rolle.KOMMUNE, Rolle.KOORDINIERUNG
MADE = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)


def file_of(welt: Welt, number: int, rolle: Rolle) -> PdfReader:
    pdf = workflow.write_file(welt.session, welt.akteur(rolle), number, MADE, PRINT_FONTS)
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: PdfReader) -> str:
    pages = " ".join(page.extract_text() for page in pdf.pages)
    return " ".join(pages.replace("\u200b", "").split())


def data_of(pdf: PdfReader) -> dict[str, Any]:
    [(name, [content])] = pdf.attachments.items()
    assert name.startswith("vorgang-N")
    found: dict[str, Any] = json.loads(content)
    return found


def test_a_file_holds_all_that_happened_and_can_be_kept(welt: Welt) -> None:
    number = welt.lead(welt.begin(), Status.GEKUENDIGT)
    odd = "#let x = 1; „🐕“ <b>"
    workflow.add_note(welt.session, welt.akteur(KD), number, odd)
    workflow.add_note(welt.session, welt.akteur(KO), number, "Nur für die Stadt.")
    pdf = file_of(welt, number, KD)
    akte, said, data = (
        workflow.read_case(welt.session, welt.akteur(KD), number),
        text_of(pdf),
        data_of(pdf),
    )
    for event in akte.ereignisse:
        assert EREIGNISSE[event.aktion] in said
    for mail in akte.nachrichten:
        assert mail.betreff in said
    for day in akte.termine:
        assert day.bezeichnung in said
    for step in akte.fall.rechnung:
        assert step.paragraph in said
    assert said.count(akte.zustimmungen[0].text_hash) == 2
    for part in (akte.vorgangsnummer, TEXT, "Zertifikate vorhanden", "#let x = 1; „?“ <b>"):
        assert part in said, part
    assert "Nur für die Stadt." not in said
    assert [mail["text"] for mail in data["nachrichten"]] == [m.text for m in akte.nachrichten]
    assert [note["text"] for note in data["notizen"]] == [odd]
    assert data["status"] == "gekuendigt"
    # What ISO 19005-3 asks for and can be looked up; typst refuses to write what breaks the rest.
    root: Any = pdf.trailer["/Root"]
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/AF"][0]["/AFRelationship"] == "/Source"
    assert root["/MarkInfo"]["/Marked"]
    assert "/Encrypt" not in pdf.trailer
    xmp: Any = root["/Metadata"].get_data()
    for mark in (b"<pdfaid:part>3<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<"):
        assert mark in xmp


@pytest.mark.full_run
def test_a_file_of_every_state_is_for_both_sides_and_nobody_else(welt: Welt) -> None:
    number = welt.begin()
    assert "Noch keine Checkliste." in text_of(file_of(welt, number, KO))
    onlooker = workflow.Akteur(Betrachter(frozenset({Rolle.ADMINISTRATION})), welt.today, "")
    with pytest.raises((NichtErlaubt, NichtGefunden)):
        workflow.write_file(welt.session, onlooker, number, MADE, PRINT_FONTS)
