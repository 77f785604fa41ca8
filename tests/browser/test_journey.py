"""From nobody to a town that says what it uses, in Chromium and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import col

from katalog.cli import main
from katalog.db import open_engine, reading
from katalog.domain.rollen import Rolle
from katalog.models.betrieb import Nachricht
from tests.databases import copy_with_index
from tests.portal import ask, build_settings, running_portal
from tests.signing_in import make_session

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

AGS = "05570052"
HEAD = "ars;kennung;rolle;status;ab"
THREE_FAULTS = f"""{HEAD}
055700052052;drohnen-bw;nutzt;produktiv;01.10.2026
055700052052;gibt-es-nicht;nutzt;produktiv;
055700004004;bewohnerparkausweis-demo;nutzt;produktiv;
055700052052;hund-anmelden-stadtportal-demo;plant;geplant;31.02.2027
"""
PERSON, COORDINATION = "person@warendorf.example", "koordinierung@zweckverband.example"
TOWN = "/kommunen/055700052052"


@pytest.fixture
def database(seeded_sqlite: Path, tmp_path: Path) -> str:
    url = copy_with_index(seeded_sqlite, tmp_path / "katalog.db")
    body = "koordinierung-muensterland-demo"
    make_session(url, COORDINATION, Rolle.KOORDINIERUNG, body)
    return url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def mail_to(database: str, address: str) -> str:
    engine = open_engine(database)
    with reading(engine) as session:
        mails = select(Nachricht).where(col(Nachricht.empfaenger) == address)
        newest = session.scalars(mails.order_by(col(Nachricht.id).desc())).first()
    engine.dispose()
    assert newest is not None
    return newest.text


def sign_in(page: Page, portal: str, database: str, address: str) -> None:
    page.goto(f"{portal}/")
    page.get_by_role("link", name="Anmelden", exact=True).click()
    page.get_by_label("Dienstliche E-Mail-Adresse").fill(address)
    page.get_by_role("button", name="Link und Code anfordern").click()
    [code] = re.findall(r"^\d{4} \d{4}$", mail_to(database, address), re.M)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    assert page.locator("h1").inner_text() == "Mein Konto"


def upload(page: Page, name: str, text: str) -> None:
    file: FilePayload = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("Datei").set_input_files(file)
    page.get_by_role("button", name="Hochladen und prüfen").click()


def mend(refused: str) -> str:
    """As somebody would in a spreadsheet, following what it says."""
    for wrong, right in (
        ("gibt-es-nicht", "ummeldung-online-demo"),
        ("055700004004", "055700052052"),
        ("31.02.2027", "28.02.2027"),
    ):
        assert refused.count(wrong) == 1
        refused = refused.replace(wrong, right)
    return refused


def hand_in_a_list(page: Page) -> None:
    """Three of four rows are wrong; the portal says which, and gives them back to be mended."""
    upload(page, "meldung.csv", THREE_FAULTS)
    told = page.locator("main").inner_text()
    assert "1 neu, 0 geändert, 0 unverändert, 3 abgelehnt" in told
    assert "Diesen Onlinedienst gibt es im Katalog nicht." in told
    assert "Für „Ahlen“ dürfen Sie keine Angaben machen." in told
    assert "Dieses Datum gibt es nicht." in told
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Abgelehnte Zeilen herunterladen").click()
    refused = waiting.value.path().read_text("utf-8-sig")
    page.get_by_role("button", name="1 Angabe übernehmen").click()
    assert "Die Liste ist übernommen" in page.locator("main").inner_text()
    page.get_by_role("link", name="Liste herunterladen oder hochladen").click()
    upload(page, "fehler.csv", mend(refused))
    assert "3 neu, 0 geändert, 0 unverändert, 0 abgelehnt" in page.locator("main").inner_text()
    page.get_by_role("button", name="3 Angaben übernehmen").click()
    assert "Die Liste ist übernommen" in page.locator("main").inner_text()


@pytest.mark.full_run
def test_a_new_person_asks_is_let_in_uploads_a_list_and_confirms_it_a_year_later(
    page: Page, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KATALOG_DB", database)
    with running_portal(build_settings(database)) as portal:
        sign_in(page, portal, database, PERSON)
        page.get_by_role("link", name="Für eine Kommune handeln").click()
        page.get_by_label("Name, ARS oder AGS").fill("Warendorf")
        page.locator("main").get_by_role("button", name="Suchen").click()
        page.locator("li", has_text="ARS 055700052052").get_by_role("link").click()
        page.get_by_label("Ihre Aufgabe dort").fill("OZG-Koordination")
        page.get_by_role("button", name="Anfrage stellen").click()
        assert "noch nicht freigegeben" in page.locator("main").inner_text()
        page.get_by_role("button", name="Abmelden", exact=True).click()

        assert PERSON in mail_to(database, COORDINATION)
        sign_in(page, portal, database, COORDINATION)
        page.get_by_role("link", name="Anfragen ansehen").click()
        assert "OZG-Koordination" in page.locator("main").inner_text()
        page.get_by_role("button", name="Freigeben").click()
        assert "Freigegeben." in page.locator("main").inner_text()
        page.get_by_role("button", name="Abmelden", exact=True).click()

        assert "jetzt für „Warendorf“" in mail_to(database, PERSON)
        sign_in(page, portal, database, PERSON)
        page.get_by_role("link", name="Angaben von Warendorf").click()
        page.get_by_role("link", name="Liste herunterladen oder hochladen").click()
        kennung = "drohnen-bw"
        assert "Warendorf" not in ask(portal, f"/onlinedienste/{kennung}").text
        before = ask(portal, f"/api/v1/karte/status?kennung={kennung}&ebene=gemeinde").text
        assert AGS not in before
        hand_in_a_list(page)
        page.get_by_role("button", name="Abmelden", exact=True).click()

        # Catalogue, map, files and programs show it to everybody.
        assert "produktiv seit 10/2026" in ask(portal, TOWN).text
        assert "2026-10-01" in ask(portal, f"{TOWN}/nutzung?format=csv").text
        assert "2026-10-01" in ask(portal, f"/api/v1{TOWN}/einsaetze").text
        assert "Warendorf" in ask(portal, f"/onlinedienste/{kennung}").text
        after = ask(portal, f"/api/v1/karte/status?kennung={kennung}&ebene=gemeinde").text
        assert AGS in after

    with running_portal(build_settings(database, KATALOG_HEUTE="2027-11-22")) as portal:
        assert main(["fristen", "--datum", "2027-11-22", "--senden"]) == 0
        asked = mail_to(database, PERSON)
        assert f"{TOWN}/angaben" in asked
        sign_in(page, portal, database, PERSON)
        page.goto(f"{portal}{TOWN}/angaben")
        assert "zu bestätigen" in page.locator("main").inner_text()
        page.get_by_role("button", name=re.compile("^Alle .* bestätigen$")).click()
        assert "zu bestätigen" not in page.locator("main").inner_text()
        assert "Zuletzt bestätigt am 22.11.2027" in ask(portal, TOWN).text
