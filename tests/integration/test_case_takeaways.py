"""What people take along from their cases: a calendar to subscribe to, and letters.

Of the calendar its secret, its rules (RFC 5545), and whose days it shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from icalendar import Calendar
from icalendar.cal import Component
from sqlalchemy import select, update
from sqlmodel import col

from katalog import workflow
from katalog.db import Engine, open_engine, writing
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion, Status
from katalog.models.betrieb import Protokoll
from katalog.models.grundlage import now
from katalog.models.konten import Kalenderabo, Konto
from tests.browsing import Reader, fields_of, form_of
from tests.databases import Databases, State
from tests.portal import TODAY, ask, build_settings, running_portal, session_of
from tests.signing_in import COOKIE, make_session
from tests.vorgaenge import Welt, build_welt

DAY = date.fromisoformat(TODAY)
OWNER = "kalender@hansestadt.example"
TOWN = "130030000000"
REMINDED = DAY + timedelta(days=9)
LONG = "Prüfen: „Zertifikat“; Vertrag, Zugang " * 6


@dataclass
class Rig:
    database: str
    portal: str
    engine: Engine
    welt: Welt
    case: int

    def reader(self, email: str = OWNER) -> Reader:
        return Reader(self.portal, {COOKIE: make_session(self.database, email)})

    def subscribe(self, reader: Reader) -> str:
        """The path in the address that is shown."""
        page = reader.send(reader.open("/konto"), "/konto/kalender")
        address = page.root.one(class_="letter__sum").text
        assert address.startswith("http://127.0.0.1:8000/kalender/")
        return address.removeprefix("http://127.0.0.1:8000")

    def change(self, *steps: tuple[Aktion, Rolle]) -> None:
        with writing(self.engine) as session:
            welt = Welt(**{**self.welt.__dict__, "session": session})
            for aktion, rolle in steps:
                welt.take(self.case, aktion, rolle)


@pytest.fixture(scope="module")
def rig(sqlite_databases: Databases) -> Iterator[Rig]:
    database = sqlite_databases.url(sqlite_databases.fresh(State.MIGRATED))
    engine = open_engine(database)
    with writing(engine) as session:
        welt = build_welt(session)
        welt.today = DAY
        case = welt.lead(welt.begin(), Status.GEKUENDIGT)
        for number in (case, welt.begin(welt.doerfer[0])):
            workflow.set_reminder(session, welt.akteur(Rolle.KOMMUNE), number, REMINDED, LONG)
    make_session(database, OWNER, Rolle.KOMMUNE, TOWN)
    with running_portal(build_settings(database)) as portal:
        yield Rig(database, portal, engine, welt, case)
    engine.dispose()


def events(rig: Rig, path: str) -> dict[str, Component]:
    """By their name within the case."""
    body = ask(rig.portal, path).body
    found = Calendar.from_ical(body).walk("VEVENT")
    return {str(e["UID"]).partition("@")[0].split("-", 2)[2]: e for e in found}


def test_a_calendar_follows_the_rules_and_shows_the_days_of_its_owner(rig: Rig) -> None:
    path = rig.subscribe(rig.reader())
    answer = ask(rig.portal, path)
    assert (answer.status, answer.header("content-type")) == (200, "text/calendar; charset=utf-8")
    assert "no-store" in answer.header("cache-control")
    lines = answer.body.split(b"\r\n")
    assert lines.pop() == b""
    assert not any(b"\n" in line or b"\r" in line or len(line) > 75 for line in lines)
    calendar = Calendar.from_ical(answer.body)
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    found = {str(e["UID"]): e for e in calendar.walk("VEVENT")}
    # The same reminder of the village is none of the town's business.
    assert len(found) == len(calendar.walk("VEVENT")) == 2
    for event in found.values():
        assert {"DTSTAMP", "SEQUENCE", "SUMMARY", "URL"} <= set(event)
        assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1)
    reminder = events(rig, path)["wiedervorlage-1"]
    assert reminder.decoded("DTSTART") == REMINDED
    assert LONG.strip() in str(reminder["DESCRIPTION"])


def test_a_letter_is_issued_on_the_page_and_lies_among_the_documents(rig: Rig) -> None:
    address = f"/nachnutzungen/{rig.case}"
    reader = rig.reader()
    page = reader.open(address)
    assert "Kündigung als Schreiben (PDF) ablegen" in page.text
    page = reader.send(page, f"{address}/schreiben", art="kuendigung")
    assert "Das Schreiben liegt bei den Dokumenten." in page.text
    [link] = [a for a in page.links() if "/dokumente/" in a.attrs["href"]]
    assert link.text.startswith("Kündigung der Nachnutzung N")
    answer = reader.ask(link.attrs["href"])
    assert (answer.status, answer.body[:5]) == (200, b"%PDF-")
    mark = fields_of(form_of(page, f"{address}/schreiben"))
    for art, status in (("bestaetigung", 409), ("kündigung", 422), ("", 422)):
        assert reader.post(f"{address}/schreiben", mark | {"art": art}).status == status


def test_an_end_keeps_its_name_and_is_called_off_with_a_higher_number(rig: Rig) -> None:
    path = rig.subscribe(rig.reader())
    before = events(rig, path)["ende"]
    assert before.decoded("DTSTART") == date(2027, 2, 28)
    assert [a.decoded("TRIGGER").days for a in before.walk("VALARM")] == [-14, -3]
    rig.change((Aktion.KUENDIGUNG_ZURUECKNEHMEN, Rolle.KOORDINIERUNG))
    after = events(rig, path)["ende"]
    assert after["UID"] == before["UID"]
    assert after["STATUS"] == "CANCELLED"
    assert after.decoded("SEQUENCE") > before.decoded("SEQUENCE")
    assert not after.walk("VALARM")


def test_the_secret_is_stored_nowhere_and_a_new_one_ends_the_old(rig: Rig) -> None:
    reader = rig.reader()
    first = rig.subscribe(reader)
    second = rig.subscribe(reader)
    assert ask(rig.portal, first).status == 404
    assert ask(rig.portal, second).status == 200
    secret = second.removeprefix("/kalender/").removesuffix(".ics")
    assert len(secret) >= 43  # 256 bits in base64
    with session_of(rig.database) as session:
        stored = session.scalars(select(Kalenderabo)).one()
        trail = session.scalars(select(col(Protokoll.angaben))).all()
    assert secret not in repr(stored)
    assert secret not in repr(trail)
    assert secret not in reader.open("/konto").text
    assert reader.open("/konto/kalender").heading == "Mein Konto"
    reader.send(reader.open("/konto"), "/konto/kalender/loeschen")
    assert ask(rig.portal, second).status == 404


@pytest.mark.parametrize("path", ["x.ics", ".ics", "x", "%00.ics", f"{'a' * 3000}.ics"])
def test_no_calendar_without_its_secret(rig: Rig, path: str) -> None:
    answer = ask(rig.portal, f"/kalender/{path}")
    assert answer.status == 404
    assert "BEGIN:VCALENDAR" not in answer.text


def test_a_blocked_account_and_one_without_a_body_see_nothing(rig: Rig) -> None:
    stranger = rig.subscribe(rig.reader("fremd@x.example"))
    assert events(rig, stranger) == {}
    with writing(rig.engine) as session:
        blocked = update(Konto).where(col(Konto.email) == "fremd@x.example")
        session.connection().execute(blocked.values(gesperrt_am=now()))
    assert ask(rig.portal, stranger).status == 404
