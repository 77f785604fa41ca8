"""The reuse case as people see it: begun, decided, paused, ended, each on the pages for it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from icalendar import Calendar, Component
from sqlalchemy import select
from sqlmodel import col

from katalog.db import open_engine, reading, writing
from katalog.domain.begriffe import Handlungsweise
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Status
from katalog.models.angebot import Landesangebot, Onlinedienst
from katalog.models.betrieb import Nachricht
from katalog.models.fall import Nachnutzung
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from tests.browsing import Reader, fields_of, form_of
from tests.integration.test_queries_per_page import MOST, counting, repeated
from tests.portal import ask, build_settings, running_portal
from tests.seite import Seite
from tests.signing_in import COOKIE, make_session

ROSTOCK, SCHWERIN, GREIFSWALD = "130030000000", "130040000000", "130750039039"
WBS = "wbs-sozialplattform"
FORM = f"/onlinedienste/{WBS}/nachnutzen"
CONTACT = {
    "name": "OZG-Ansprechstelle (Beispiel)",
    "email": "ozg@hansestadt.example",
    "wunschtermin": "01.03.2027",
}
ACCEPTED = {
    "zustimmung": "ja",
    "zustimmung_name": "Beispielperson",
    "zustimmung_funktion": "Amtsleitung",
    "vertretung": "behoerdenleitung",
}


@dataclass
class Rig:
    """One database, and a portal for each day that somebody opens it on."""

    database: str
    open_on: Callable[[str], str]
    secrets: dict[tuple[Rolle, str], str] = field(default_factory=dict)

    def reader(self, rolle: Rolle, stelle: str, day: str = "2026-11-20") -> Reader:
        if (rolle, stelle) not in self.secrets:
            email = f"{rolle}-{stelle}@x.example"
            self.secrets[rolle, stelle] = make_session(self.database, email, rolle, stelle)
        return Reader(self.open_on(day), {COOKIE: self.secrets[rolle, stelle]})

    def town(self, stelle: str = ROSTOCK, day: str = "2026-11-20") -> Reader:
        return self.reader(Rolle.KOMMUNE, stelle, day)

    def office(self, day: str = "2026-11-20") -> Reader:
        return self.reader(Rolle.KOORDINIERUNG, "ego-mv", day)

    def mails(self, subject: str) -> list[Nachricht]:
        engine = open_engine(self.database)
        with reading(engine) as session:
            found = select(Nachricht).where(col(Nachricht.betreff).contains(subject))
            rows = list(session.scalars(found.order_by(col(Nachricht.id))))
        engine.dispose()
        return rows


@pytest.fixture(scope="module")
def rig(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    path = tmp_path_factory.mktemp("vorgaenge") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    database = f"sqlite:///{path}"
    with ExitStack() as portals:
        opened: dict[str, str] = {}

        def open_on(day: str) -> str:
            if day not in opened:
                settings = build_settings(database, KATALOG_HEUTE=day)
                opened[day] = portals.enter_context(running_portal(settings))
            return opened[day]

        made = Rig(database, open_on)
        # Mails to the coordinating body need somebody who belongs to it.
        made.office()
        yield made


def case_of(page: Seite) -> str:
    """The address of a case from the links on its page."""
    found = {m for a in page.links() if (m := re.match(r"/nachnutzungen/\d+", a.attrs["href"]))}
    assert found
    return min(m.group() for m in found)


def begin(rig: Rig, stelle: str) -> str:
    reader = rig.town(stelle)
    preview = reader.send(
        reader.open(FORM), FORM, expect=200, **CONTACT, **ACCEPTED, phase="ansehen"
    )
    reader.send(preview, FORM, phase="senden")
    return reader.here.partition("?")[0]


def do(reader: Reader, case: str, aktion: str, **typed: str) -> Seite:
    """The step as a person takes it: its form, what it would do, the button that names it."""
    address = f"{case}/{aktion}"
    page = reader.open(address)
    if not any(b.attrs.get("value") == "ausfuehren" for b in page.root.all("button")):
        page = reader.send(page, address, expect=200, **typed)
    return reader.send(page, address, phase="ausfuehren")


def tick_all(reader: Reader, case: str) -> None:
    address = f"{case}/pruefpunkte"
    page = reader.open(case)
    mark = fields_of(form_of(page, address))
    for button in form_of(page, address).all("button"):
        if button.attrs["value"].startswith("erledigt-"):
            answer = reader.post(address, mark | {"punkt": button.attrs["value"]})
            assert answer.status == 303


def go_live(rig: Rig, case: str, stelle: str) -> None:
    town, office = rig.town(stelle), rig.office()
    do(office, case, "bestaetigen")
    do(town, case, "anbindung_beginnen")
    tick_all(town, case)
    do(town, case, "test_beginnen")
    do(town, case, "golive_melden", termin="20.11.2026")
    do(office, case, "produktiv_setzen", datum="20.11.2026")


# Beginning --------------------------------------------------------------------------------------


def test_a_guest_is_told_how_to_begin_and_comes_back_after_signing_in(rig: Rig) -> None:
    guest = Reader(rig.open_on("2026-11-20"))
    page = guest.open(guest.open(f"/onlinedienste/{WBS}").link("Interesse bekunden"))
    assert "dafür melden Sie sich an" in page.text
    assert page.link("Anmelden und weiter").endswith("nachnutzen")
    assert guest.post(FORM, {}).status == 401


def test_the_mail_is_read_before_it_is_sent(rig: Rig) -> None:
    reader = rig.town()
    page = reader.open(FORM)
    assert "Nachnutzungsbedingungen, Fassung 1.0" in page.text
    preview = reader.send(page, FORM, expect=200, **CONTACT, **ACCEPTED, phase="ansehen")
    assert rig.mails("Interesse an der Nachnutzung") == []
    shown = " ".join(e.text for e in preview.root.all(class_="letter__text"))
    assert "zuständige Stelle ist: Rostock" in shown
    assert "ab dem 01.03.2027" in shown
    assert "Nachnutzungsbedingungen" in shown

    again = reader.send(preview, FORM, phase="aendern")
    assert again.root.one("input", id="email").attrs["value"] == CONTACT["email"]

    done = reader.send(preview, FORM, phase="senden")
    assert "Gesendet." in done.text
    [to_office, copy] = rig.mails("Interesse an der Nachnutzung")
    assert copy.empfaenger == CONTACT["email"]
    assert to_office.text.split("\n")[2] in shown
    # The same form once more begins nothing new.
    reader.send(preview, FORM, phase="senden")
    assert len(rig.mails("Interesse an der Nachnutzung")) == 2


def test_what_is_wrong_comes_back_with_what_was_typed(rig: Rig) -> None:
    reader = rig.town(GREIFSWALD)
    typed = {"name": "<b>Amt</b>", "email": "keine", "wunschtermin": "31.02.2027"}
    page = reader.send(reader.open(FORM), FORM, expect=422, **typed)
    assert page.faults == ()
    assert page.title.startswith("Fehler: ")
    assert page.root.one("input", id="name").attrs["value"] == "<b>Amt</b>"
    assert "#wunschtermin" in {a.attrs["href"] for a in page.links()}
    page = reader.send(reader.open(FORM), FORM, expect=422, **CONTACT, zustimmung="")
    assert "Die Zustimmung fehlt" in page.text
    page = reader.send(
        reader.open(FORM), FORM, expect=422, **CONTACT, **ACCEPTED, fassung="0.1", phase="senden"
    )
    assert "anzunehmen ist Fassung" in page.text


def test_whoever_sends_it_themselves_takes_a_file_that_opens_as_a_draft(rig: Rig) -> None:
    reader = rig.town(GREIFSWALD)
    page = reader.send(reader.open(FORM), FORM, expect=200, **CONTACT, **ACCEPTED)
    before = len(rig.mails("Interesse an der Nachnutzung"))
    answer = reader.post(FORM, fields_of(form_of(page, FORM)) | {"phase": "eml-0"})
    assert answer.header("content-disposition") == 'attachment; filename="interesse.eml"'
    message = message_from_bytes(answer.body, policy=policy.default)
    assert message["X-Unsent"] == "1"
    assert "Nummer wird vergeben" not in str(message["Subject"])
    assert "Greifswald" in message.get_body().get_content()  # type: ignore[union-attr]
    assert len(rig.mails("Interesse an der Nachnutzung")) == before
    assert reader.post(FORM, fields_of(form_of(page, FORM)) | {"phase": "eml-7"}).status == 404


def test_what_the_land_does_not_offer_becomes_a_wish_that_is_counted_once(rig: Rig) -> None:
    reader = rig.town()
    page = reader.open("/onlinedienste/drohnen-bw/nachnutzen")
    assert "bietet diesen Onlinedienst noch nicht" in page.text
    address = "/onlinedienste/drohnen-bw/wunsch"
    first = reader.send(page, address, notiz="Für die Feuerwehr")
    assert "1 Stelle wünscht" in first.text
    assert reader.post(address, fields_of(form_of(page, address))).status == 303
    assert "1 Stelle wünscht" in reader.open("/onlinedienste/drohnen-bw/nachnutzen").text


def test_a_draft_is_kept_and_completed_where_it_was_begun(rig: Rig) -> None:
    reader = rig.town(GREIFSWALD)
    kept = reader.send(reader.open(FORM), FORM, expect=200, **CONTACT, phase="entwurf")
    assert "Gesendet ist noch nichts" in kept.text
    case = reader.here.partition("?")[0]
    page = reader.open(f"{case}/interesse_bekunden")
    assert page.root.one("input", id="wunschtermin").attrs["value"] == CONTACT["wunschtermin"]
    done = do(reader, case, "zurueckziehen")
    assert "zurückgezogen" in done.text


# The way of a case ------------------------------------------------------------------------------


def test_a_case_goes_its_way_is_paused_and_ends_on_the_right_day(rig: Rig) -> None:
    case = begin(rig, SCHWERIN)
    town, office = rig.town(SCHWERIN), rig.office()
    assert "Interesse bestätigen" in office.open(case).text
    blocked = town.open(f"{case}/kuendigen", status=409)
    assert "nicht möglich" in blocked.text
    go_live(rig, case, SCHWERIN)
    guest = Reader(town.portal)
    assert "Schwerin" in guest.open(f"/onlinedienste/{WBS}").text

    page = town.open(f"{case}/aussetzen")
    wrong = town.send(
        page, f"{case}/aussetzen", expect=422, grund="Umstellung der Fachanwendung",
        hinweis_veroeffentlicht="",
    )  # fmt: skip
    assert wrong.root.one("textarea", id="grund").text == "Umstellung der Fachanwendung"
    assert {"#geplant_bis", "#hinweis_veroeffentlicht"} <= {a.attrs["href"] for a in wrong.links()}
    paused = do(
        town, case, "aussetzen", grund="Umstellung", geplant_bis="15.12.2026",
        hinweis_veroeffentlicht="ja",
    )  # fmt: skip
    assert "vorübergehend abgemeldet" in paused.text
    badge = "vorübergehend nicht verfügbar bis 15.12.2026"
    assert badge in guest.open(f"/kommunen/{SCHWERIN}").text
    do(town, case, "wiederaufnehmen")
    assert badge not in guest.open(f"/kommunen/{SCHWERIN}").text

    # A later day, as the calendar brings it.
    later = rig.town(SCHWERIN, "2026-11-30")
    form = later.open(f"{case}/kuendigen")
    assert "28. Februar 2027" in form.text
    assert [
        "31.03.2027",
        "Donnerstag, 31.12.2026",
        "Donnerstag, 31.12.2026",
        "wählen: 31.03.2027",
    ] in (form.rows())
    shown = later.send(form, f"{case}/kuendigen")
    assert "§ 187 Abs. 1 BGB" in shown.text
    assert "nutzt, endet zum 28.02.2027" in shown.text
    assert "Kündigung zum 28.02.2027 erklären" in [b.text for b in shown.root.all("button")]
    assert rig.mails("Dauerhafte Abmeldung") == []
    done = later.send(shown, f"{case}/kuendigen", phase="ausfuehren")
    assert "Die Kündigung ist erklärt" in done.text
    assert rig.mails("Dauerhafte Abmeldung")
    today = Reader(later.portal)
    assert "endet zum 28.02.2027" in today.open(f"/kommunen/{SCHWERIN}").text

    event = end_in_calendar(later, case)
    assert event.decoded("DTSTART") == date(2027, 2, 28)
    assert event.walk("VALARM")

    do(rig.office("2026-11-30"), case, "kuendigung_zuruecknehmen", grund="Auf Bitte der Stadt")
    again = end_in_calendar(later, case)
    assert (again.decoded("UID"), str(again.decoded("STATUS"))) == (
        event.decoded("UID"),
        "CANCELLED",
    )
    assert again.decoded("SEQUENCE") > event.decoded("SEQUENCE")
    assert "endet zum" not in today.open(f"/kommunen/{SCHWERIN}").text


def end_in_calendar(reader: Reader, case: str) -> Component:
    calendar = Calendar.from_ical(reader.ask(f"{case}/fristen.ics").body)
    [event] = [e for e in calendar.walk("VEVENT") if "-ende@" in str(e.decoded("UID"))]
    return event


def test_of_two_who_act_at_once_the_second_is_told_what_happened(rig: Rig) -> None:
    [case] = cases_of(rig.town(), "interesse_bekundet")
    office, other = rig.office(), rig.office()
    page = other.open(f"{case}/ablehnen")
    do(office, case, "bestaetigen")
    typed = {"grund": "Die Kapazität fehlt"}
    late = other.send(page, f"{case}/ablehnen", expect=409, **typed)
    assert "Der Vorgang hat sich inzwischen geändert" in late.heading
    assert "Bestätigt, Unterlagen zur Anbindung versandt" in late.text
    assert "Die Kapazität fehlt" in late.text
    assert "Bestätigt" in office.open(case).root.one(class_="kicker").text


def cases_of(reader: Reader, status: str) -> list[str]:
    page = reader.open(f"/nachnutzungen?status={status}")
    found = [a.attrs["href"] for a in page.main.all("a") if re.fullmatch(
        r"/nachnutzungen/\d+", a.attrs.get("href", ""))]  # fmt: skip
    return list(dict.fromkeys(found))


def test_nobody_opens_a_case_of_others(rig: Rig) -> None:
    [case, *_] = cases_of(rig.office(), "bestaetigt")
    strangers = [
        rig.town("055700052052"),
        rig.reader(Rolle.KOORDINIERUNG, "koordinierung-muensterland-demo"),
        rig.reader(Rolle.ANBIETER, "landes-it-demo"),
    ]
    for stranger in strangers:
        mark = {"formular": fields_of(form_of(stranger.open("/konto"), "/konto"))["formular"]}
        for path in ("", "/fristen.ics", "/akte.pdf", "/zurueckziehen", "/dokumente/1"):
            assert stranger.ask(f"{case}{path}").status == 404, path
        for path in ("/zurueckziehen", "/notizen", "/pruefpunkte", "/angaben", "/wiedervorlagen"):
            assert stranger.post(f"{case}{path}", mark | {"version": "1"}).status == 404, path
        assert case not in {a.attrs["href"] for a in stranger.open("/nachnutzungen").links()}


# The coordinating body --------------------------------------------------------------------------


def test_interest_that_came_by_letter_is_recorded_and_confirmed_with_others(rig: Rig) -> None:
    office = rig.office()
    page = office.open(f"/koordination/erfassen?dienst={WBS}&q=Wismar")
    address = "/koordination/erfassen"
    number = next(
        i.attrs["value"] for i in page.root.all("input") if i.attrs.get("name") == "stellen"
    )
    mark = [f for f in page.root.all("form") if f.attrs.get("method") == "post"]
    fields = next(fields_of(f) for f in mark if f.attrs["action"] == address)
    wrong = office.post(address, fields | {"stellen": number, "zustimmung": ""})
    assert wrong.status == 422
    assert "Der Tag des Eingangs fehlt" in wrong.seite.text
    letter = fields | {
        "stellen": number,
        "eingang": "18.11.2026",
        "beleg": "Schreiben vom 16.11.2026",
    }
    # An unticked box is not sent.
    letter.pop("zustimmung")
    answer = office.post(address, letter)
    assert answer.status == 303, answer.seite.text
    case = answer.header("location").partition("?")[0]
    shown = office.open(case)
    assert "Schreiben vom 16.11.2026" in shown.text
    assert "noch nicht angenommen" in shown.text

    table = office.open("/koordination?ansicht=tabelle&status=interesse_bekundet")
    values = [i.attrs["value"] for i in table.root.all("input") if i.attrs.get("name") == "vorgang"]
    assert values
    bulk = "/koordination/auswahl"
    form = fields_of(form_of(table, bulk))
    chosen = [
        ("formular", form["formular"]),
        ("aktion", "bestaetigen"),
        *(("vorgang", value) for value in values),
    ]
    confirm = office.post_many(bulk, chosen).seite
    assert "Noch nicht möglich" in confirm.text
    assert "noch nicht angenommen" in confirm.text


def test_the_board_shows_each_case_in_its_step(rig: Rig) -> None:
    office = rig.office()
    board = office.open("/koordination")
    columns = {h.text.rpartition(" ")[0] for h in board.root.all("h3", class_="board__title")}
    assert columns == {"Interesse bekundet", "Bestätigt", "In Anbindung", "Im Test"}
    narrowed = office.open(f"/koordination?dienst={WBS}&kreis={ROSTOCK}")
    titles = {a.text for a in narrowed.links("card__title")}
    assert titles <= {"Rostock"}
    assert rig.town().ask("/koordination").status == 403


def test_an_offer_is_discontinued_for_all_its_cases_after_a_look_at_how_many(rig: Rig) -> None:
    office = rig.office()
    offers = office.open("/koordination/angebote")
    [address] = {
        a.attrs["href"]
        for a in offers.links()
        if a.text == "Einstellen: Bescheinigung für Geringverdiener (WBS)"
    }
    wrong = office.send(office.open(address), address, expect=422, termin="01.01.2020")
    assert "in der Vergangenheit" in wrong.text
    shown = office.send(office.open(address), address, termin="31.12.2028", nachfolger="WBS 2")
    assert "31. Dezember 2028" in shown.text
    assert rig.mails("wird eingestellt") == []
    done = office.send(shown, address, phase="ausfuehren")
    assert "wird eingestellt zum 31.12.2028" in done.text
    assert all("Nachfolger: WBS 2" in mail.text for mail in rig.mails("wird eingestellt"))
    assert rig.mails("wird eingestellt")
    page = rig.town("130740026026").open(FORM)
    assert "wird zum 31.12.2028 eingestellt" in page.text


def test_a_new_version_of_the_terms_is_read_through_before_it_counts(rig: Rig) -> None:
    office, address = rig.office(), "/koordination/bedingungen/neu"
    version = {
        "fassung": "9.0",
        "text": "1. Erster Satz.\r\n\r\n2. Zweiter <Satz>.",
        "gueltig_ab": "01.04.2027",
        "annahmefrist": "30.06.2027",
        "vertragsschluss": "bestaetigung",
        "n": "6",
        "einheit": "monat",
        "anker": "jahresende",
    }
    form = office.open(address)
    wrong = office.send(form, address, expect=422, **version | {"n": "0", "gueltig_ab": "1.1.2020"})
    assert {"#n", "#gueltig_ab"} <= {a.attrs["href"] for a in wrong.links()}
    shown = office.send(form, address, expect=200, **version)
    assert "6 Monate zum Jahresende" in shown.text
    assert "wirkt zum Freitag, 31. Dezember 2027" in shown.text
    hidden = fields_of(form_of(shown, address)) | {"text": version["text"], "phase": "ausfuehren"}
    assert office.post(address, hidden).status == 303
    listed = office.open("/koordination/bedingungen")
    assert "Nachnutzungsbedingungen, Fassung 9.0" in listed.text
    assert "1. Erster Satz.\n\n2. Zweiter <Satz>." in {
        "".join(e.strings()) for e in listed.root.all(class_="terms-text")
    }
    assert office.post(address, hidden).status == 422


@pytest.mark.full_run
def test_a_cockpit_asks_no_more_for_hundreds_of_cases_than_for_a_few(rig: Rig) -> None:
    secret = rig.office().cookies[COOKIE]
    pages = ("/koordination", "/koordination?ansicht=tabelle", "/nachnutzungen")
    with counting(rig.database) as (url, count):

        def ask_for(path: str) -> list[str]:
            # On the second visit: what a page remembers for a while is read on the first.
            for _ in range(2):
                count.statements.clear()
                assert ask(url, path, headers={"Cookie": f"{COOKIE}={secret}"}).status == 200
            return list(count.statements)

        few = [ask_for(path) for path in pages]
        plant_cases(rig.database, 300)
        many = [ask_for(path) for path in pages]
    assert [len(asked) for asked in many] == [len(asked) for asked in few]
    assert max(len(asked) for asked in many) <= MOST
    assert [repeated(asked) for asked in many] == [[], [], []]


def plant_cases(database: str, number: int) -> None:
    """Cases in every step before use, as an import of a running spreadsheet would leave them."""
    steps = [Status.INTERESSE_BEKUNDET, Status.BESTAETIGT, Status.IN_ANBINDUNG, Status.IM_TEST]
    engine = open_engine(database)
    with writing(engine) as session:
        [offer, *_] = session.scalars(
            select(Landesangebot)
            .join(Stelle, col(Stelle.id) == col(Landesangebot.koordinierung_id))
            .join(Onlinedienst, col(Onlinedienst.id) == col(Landesangebot.onlinedienst_id))
            .where(col(Stelle.kennung) == "ego-mv", col(Onlinedienst.kennung) != WBS)
        )
        towns = session.scalars(
            select(col(Stelle.id))
            .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
            .where(col(Gebiet.ars).startswith("13"), col(Gebiet.ebene) == "gemeinde")
            .limit(number)
        ).all()
        for index, town in enumerate(towns):
            assert town is not None
            session.add(
                Nachnutzung(
                    vorgangsnummer=f"X-{index:05}",
                    landesangebot_id=offer.id,
                    onlinedienst_id=offer.onlinedienst_id,
                    zustaendige_stelle_id=town,
                    handelt=Handlungsweise.SELBST,
                    status=steps[index % 4],
                    status_seit=date(2026, 6, 1),
                    interesse_am=date(2026, 5, 1),
                )
            )
    engine.dispose()
    assert len(towns) == number
