"""Letters of a case: what they say, whose they are, and that what went out stays as it was."""

from __future__ import annotations

import hashlib
import io
from datetime import date

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlmodel import col

from katalog.domain.begriffe import Schreibenart
from katalog.domain.errors import FalscherZustand, NichtGefunden
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion, Status
from katalog.models.fall import Dokument, Schreiben
from katalog.web.assets import PRINT_FONTS
from katalog.workflow import issue_letter, list_letters, read_case, read_document, set_details
from tests.vorgaenge import PORTAL, Welt

KO, KD = Rolle.KOMMUNE, Rolle.KOORDINIERUNG
CONFIRMATION, NOTICE = Schreibenart.BESTAETIGUNG, Schreibenart.KUENDIGUNG


def issue(welt: Welt, number: int, art: Schreibenart, rolle: Rolle) -> Dokument:
    akteur = welt.akteur(rolle)
    document = issue_letter(welt.session, akteur, number, art, PRINT_FONTS)
    return read_document(welt.session, akteur, number, document)


def offered(welt: Welt, number: int, rolle: Rolle) -> tuple[Schreibenart, ...]:
    return list_letters(read_case(welt.session, welt.akteur(rolle), number))


def text_of(document: Dokument) -> str:
    pdf = PdfReader(io.BytesIO(document.inhalt))
    pages = " ".join(page.extract_text() for page in pdf.pages)
    return " ".join(pages.replace("\u200b", "").split())


def test_a_confirmation_says_what_was_confirmed_and_is_kept(welt: Welt) -> None:
    number = welt.begin()
    assert offered(welt, number, KD) == ()
    welt.lead(number, Status.BESTAETIGT)
    assert (offered(welt, number, KD), offered(welt, number, KO)) == ((CONFIRMATION,), ())
    document = issue(welt, number, CONFIRMATION, KD)
    said = text_of(document)
    for part in (
        "Koordinierung (Beispiel)", "An Hansestadt", "„Dienst wbs“", "02.03.2026", "Fassung 1.0",
        "3 Monate", f"{PORTAL}/nachnutzungen/{number}", "Beispielperson",
    ):  # fmt: skip
        assert part in said, part
    kept = welt.session.scalars(select(Schreiben)).one()
    assert kept.hash in said
    assert document.hash == hashlib.sha256(document.inhalt).hexdigest()
    # Tagged, as PDF/UA asks for.
    assert b"<pdfuaid:part>1</pdfuaid:part>" in document.inhalt
    # Asked for again it is the same letter, whoever waits how long.
    welt.today = date(2026, 5, 1)
    assert issue(welt, number, CONFIRMATION, KD).id == document.id


@pytest.mark.full_run
def test_a_changed_case_is_a_new_version_beside_the_old_one(welt: Welt) -> None:
    number = welt.lead(welt.begin(), Status.BESTAETIGT)
    first = issue(welt, number, CONFIRMATION, KD)
    content = first.inhalt
    version = welt.case(number).row.version
    set_details(welt.session, welt.akteur(KD), number, version, aktenzeichen="OZG-7 # *x*")
    second = issue(welt, number, CONFIRMATION, KD)
    assert "OZG-7 # *x*" in text_of(second)
    letters = welt.session.scalars(select(Schreiben).order_by(col(Schreiben.fassung))).all()
    assert [(each.fassung, each.dokument_id) for each in letters] == [(1, first.id), (2, second.id)]
    assert welt.session.get_one(Dokument, first.id).inhalt == content


def test_a_notice_shows_its_end_and_how_it_was_found(welt: Welt) -> None:
    welt.today = date(2026, 11, 30)
    number = welt.lead(welt.begin(), Status.GEKUENDIGT)
    assert (offered(welt, number, KO), offered(welt, number, KD)) == ((NOTICE,), (CONFIRMATION,))
    said = text_of(issue(welt, number, NOTICE, KO))
    for part in (
        "zum 28. Februar 2027 (Sonntag), mit Ablauf des Tages",
        "An Koordinierung (Beispiel)", "30.11.2026",
        "§ 187 Abs. 1 BGB", "Das Fachverfahren wird ersetzt.",
    ):  # fmt: skip
        assert part in said, part
    welt.take(number, Aktion.KUENDIGUNG_ZURUECKNEHMEN, KD)
    assert offered(welt, number, KO) == ()


def test_a_letter_of_the_other_side_and_one_too_early_are_refused(welt: Welt) -> None:
    number = welt.lead(welt.begin(), Status.BESTAETIGT)
    for art, rolle in (
        (CONFIRMATION, KO), (NOTICE, KO), (NOTICE, KD), (Schreibenart.BERICHT, KD),
    ):  # fmt: skip
        with pytest.raises(FalscherZustand):
            issue(welt, number, art, rolle)
    with pytest.raises(NichtGefunden):
        issue(welt, number, CONFIRMATION, Rolle.ADMINISTRATION)
    assert welt.count(Dokument) == 0
