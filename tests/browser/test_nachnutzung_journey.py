"""Rostock reuses the WBS assistant, pauses it and gives notice.

In Chromium without JavaScript, each step on its day, with a real mail server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

from katalog.db import open_engine
from katalog.domain.rollen import Rolle
from katalog.models.grundlage import now
from katalog.outbox.delivery import deliver_next
from katalog.outbox.mail import read_absender
from katalog.outbox.transport import SmtpTransport
from tests.databases import copy_with_index
from tests.mailing import Postfach, receiving
from tests.portal import ask, build_settings, running_portal
from tests.signing_in import COOKIE, make_session

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROSTOCK, WBS = "130030000000", "wbs-sozialplattform"
LOOK_AT_MAIL, LOOK = "Weiter: Mail ansehen", "Weiter: Ansehen, was geschieht"
OFFICE_POST, TOWN_POST = "efa@koordinierung.example", "ozg@hansestadt.example"


class Beteiligte:
    """Both sides in browsers of their own, on one database, on any day."""

    def __init__(self, browser: Browser, database: str, postfach: Postfach) -> None:
        self.browser, self.database, self.postfach = browser, database, postfach
        self.secrets = {
            "town": make_session(database, "person@hansestadt.example", Rolle.KOMMUNE, ROSTOCK),
            "office": make_session(database, OFFICE_POST, Rolle.KOORDINIERUNG, "ego-mv"),
        }

    @contextmanager
    def on(self, day: str) -> Iterator[tuple[str, Page, Page]]:
        with running_portal(build_settings(self.database, KATALOG_HEUTE=day)) as portal:
            contexts = []
            for secret in self.secrets.values():
                context = self.browser.new_context(java_script_enabled=False)
                context.set_default_timeout(10_000)
                cookie = {"name": COOKIE, "value": secret, "domain": "127.0.0.1", "path": "/"}
                context.add_cookies([{**cookie, "secure": True}])  # type: ignore[typeddict-item]
                contexts.append(context)
            yield portal, contexts[0].new_page(), contexts[1].new_page()
            for context in contexts:
                context.close()
        self.send_mails()

    def send_mails(self) -> None:
        engine = open_engine(self.database)
        with receiving(self.postfach) as server:
            transport = SmtpTransport(server)
            while deliver_next(engine, transport, read_absender("katalog@portal.example"), now()):
                pass
            transport.close()
        engine.dispose()

    def arrived(self, subject: str) -> list[str]:
        """The recipients of mails with this subject, as the server got them."""
        return [
            str(mail["To"]) for mail in self.postfach.received if subject in str(mail["Subject"])
        ]


@pytest.fixture
def beteiligte(browser: Browser, seeded_sqlite: Path, tmp_path: Path) -> Beteiligte:
    url = copy_with_index(seeded_sqlite, tmp_path / "katalog.db")
    return Beteiligte(browser, url, Postfach())


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).click()


def read(page: Page) -> str:
    return page.locator("main").inner_text()


def begin(town: Page, portal: str) -> str:
    town.goto(f"{portal}/onlinedienste/{WBS}")
    follow(town, "Interesse bekunden")
    town.get_by_label("Ab wann möchten Sie ihn nutzen?").fill("01.03.2027")
    town.get_by_label("Name der Person oder Stelle").fill("OZG-Ansprechstelle (Beispiel)")
    town.get_by_label("E-Mail").fill(TOWN_POST)
    town.get_by_label("Wir nehmen die Nachnutzungsbedingungen").check()
    town.get_by_label("Wer erklärt die Annahme?").fill("Beispielperson")
    town.get_by_label("Wodurch darf die Person das?").select_option("behoerdenleitung")
    press(town, LOOK_AT_MAIL)
    assert "zuständige Stelle ist: Rostock" in read(town)
    press(town, "Jetzt senden")
    assert "Am Zug: Zweckverband" in read(town)
    return town.url.partition("?")[0]


def go_live(town: Page, office: Page, case: str) -> None:
    office.goto(case)
    follow(office, "Bestätigen")
    press(office, "Nachnutzung bestätigen")
    town.goto(case)
    follow(town, "Anbindung beginnen")
    press(town, "Anbindung beginnen")
    assert "Diese Pflichtpunkte sind vor dem Test zu erledigen" in read(town)
    tick_all(town, case)
    follow(town, "Test beginnen")
    press(town, "Test beginnen")
    follow(town, "Produktivsetzung melden")
    town.get_by_label("Ab wann soll er produktiv laufen?").fill("20.11.2026")
    press(town, LOOK)
    press(town, "Produktivsetzung melden")
    office.goto(case)
    follow(office, "Produktiv setzen")
    office.get_by_label("Seit wann läuft er produktiv?").fill("20.11.2026")
    press(office, LOOK)
    assert "nutzt seit 20.11.2026" in read(office)
    press(office, "Produktiv setzen")


def tick_all(town: Page, case: str) -> None:
    """The first item as a person does it; the others without drawing the page each time."""
    open_items = town.get_by_role("button", name="Als erledigt abhaken")
    open_items.first.click()
    mark = town.locator("input[name=formular]").first.get_attribute("value") or ""
    for item in open_items.all():
        value = item.get_attribute("value") or ""
        fields: dict[str, str | float | bool] = {"formular": mark, "punkt": value}
        town.context.request.post(f"{case}/pruefpunkte", form=fields, max_redirects=0)
    town.goto(case)
    assert open_items.count() == 0


def pause(town: Page) -> None:
    follow(town, "Vorübergehend abmelden")
    town.get_by_label("Grund").fill("Umstellung der Fachanwendung")
    town.get_by_label("Voraussichtlich bis").fill("27.11.2026")
    town.get_by_label("Auf unserer Seite steht der Hinweis").check()
    press(town, LOOK)
    assert "vorübergehend nicht verfügbar, voraussichtlich bis 27.11.2026" in read(town)
    press(town, "Vorübergehend abmelden")


def give_notice(town: Page) -> None:
    follow(town, "Dauerhaft abmelden (Kündigung)")
    press(town, LOOK)
    shown = read(town)
    assert "28. Februar 2027" in shown
    assert "§ 188 Abs. 2 und 3 BGB" in shown
    press(town, "Kündigung zum 28.02.2027 erklären")


@pytest.mark.full_run
def test_rostock_reuses_pauses_resumes_and_gives_notice(beteiligte: Beteiligte) -> None:
    page, badge = f"/kommunen/{ROSTOCK}", "vorübergehend nicht verfügbar bis 27.11.2026"
    with beteiligte.on("2026-11-20") as (portal, town, office):
        case = begin(town, portal)
        go_live(town, office, case)
        path = case.removeprefix(portal)
    assert sorted(beteiligte.arrived("Interesse an der Nachnutzung")) == [OFFICE_POST, TOWN_POST]
    assert beteiligte.arrived("Unterlagen zur Anbindung") == [TOWN_POST]
    assert beteiligte.arrived("Onlinedienst produktiv gesetzt") == [TOWN_POST]

    with beteiligte.on("2026-11-23") as (portal, town, _):
        town.goto(portal + path)
        pause(town)
        assert badge in ask(portal, page).seite.text
    with beteiligte.on("2026-11-27") as (portal, town, _):
        town.goto(portal + path)
        follow(town, "Betrieb wiederaufnehmen")
        press(town, "Betrieb wiederaufnehmen")
        assert badge not in ask(portal, page).seite.text
    assert len(beteiligte.arrived("Vorübergehende Abmeldung")) == 1
    assert len(beteiligte.arrived("Wiederaufnahme")) == 1

    with beteiligte.on("2026-11-30") as (portal, town, _):
        town.goto(portal + path)
        give_notice(town)
        assert "endet zum 28.02.2027" in ask(portal, page).seite.text
        file = town.context.request.get(f"{portal}{path}/fristen.ics").body()
        events = Calendar.from_ical(file).walk("VEVENT")
        assert date(2027, 2, 28) in {event.decoded("DTSTART") for event in events}
    assert sorted(beteiligte.arrived("Dauerhafte Abmeldung")) == [OFFICE_POST, TOWN_POST]
    notices = [m for m in beteiligte.postfach.received if "Dauerhafte" in str(m["Subject"])]
    assert all("Sonntag, 28. Februar 2027" in m.get_content() for m in notices)

    with beteiligte.on("2027-03-01") as (portal, town, _):
        town.goto(portal + path)
        assert "Beendet" in read(town)
        assert "Überfällig" in read(town)
