"""What a coordinating body does with many cases at once: a mailing, a step, a list, a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from katalog.db import Engine, open_engine, reading, writing
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion, Status
from katalog.models.betrieb import Nachricht
from katalog.models.fall import Nachnutzung
from katalog.models.stellen import Kontakt
from tests.browsing import Reader, fields_of, form_of
from tests.databases import Databases, State
from tests.portal import TODAY, build_settings, running_portal
from tests.seite import Seite
from tests.signing_in import COOKIE, make_session
from tests.vorgaenge import Welt, build_welt

DAY = date.fromisoformat(TODAY)
OFFICE = "person@koordinierung.example"
NEW = "/koordination/rundschreiben/neu"
BULK = "/koordination/auswahl"


@dataclass
class Rig:
    database: str
    portal: str
    engine: Engine
    welt: Welt
    stadt: int
    dorf: int

    def office(self) -> Reader:
        return Reader(self.portal, {COOKIE: make_session(self.database, OFFICE)})

    def mails(self, vorlage: str) -> list[Nachricht]:
        with reading(self.engine) as session:
            wanted = select(Nachricht).where(col(Nachricht.vorlage) == vorlage)
            return list(session.scalars(wanted.order_by(col(Nachricht.id))))

    def case(self, number: int) -> Nachnutzung:
        with reading(self.engine) as session:
            return session.get_one(Nachnutzung, number)


@pytest.fixture(scope="module")
def rig(sqlite_databases: Databases) -> Iterator[Rig]:
    database = sqlite_databases.url(sqlite_databases.fresh(State.MIGRATED))
    engine = open_engine(database)
    with writing(engine) as session:
        welt = build_welt(session)
        welt.today = DAY
        welt.grant(Rolle.KOMMUNE, welt.stadt)
        stadt, dorf = welt.begin(), welt.begin(welt.doerfer[0])
        welt.lead(welt.begin(welt.doerfer[1]), Status.IM_TEST)
        of_dorf = col(Kontakt.stelle_id) == welt.doerfer[0]
        for contact in session.scalars(select(Kontakt).where(of_dorf)):
            contact.funktionspostfach = ""
    make_session(database, OFFICE, Rolle.KOORDINIERUNG, "koordinierung")
    with running_portal(build_settings(database)) as portal:
        yield Rig(database, portal, engine, welt, stadt, dorf)
    engine.dispose()


def choose(reader: Reader, page: Seite, aktion: str, *cases: int) -> Seite:
    """Ticks cases in the table and asks for something to be done with them."""
    mark = fields_of(form_of(page, BULK))["formular"]
    boxes = [i.attrs["value"] for i in page.root.all("input") if i.attrs.get("name") == "vorgang"]
    ticked = [value for value in boxes if int(value.partition("-")[0]) in cases]
    fields = [("formular", mark), ("aktion", aktion), *(("vorgang", value) for value in ticked)]
    answer = reader.post_many(BULK, fields)
    if answer.status == 303:
        return reader.open(answer.header("location"))
    assert answer.status == 200, answer.seite.text
    return answer.seite


def test_a_mailing_is_written_looked_through_sent_once_and_followed(rig: Rig) -> None:
    office = rig.office()
    table = office.open("/koordination?ansicht=tabelle&status=interesse_bekundet")
    page = office.open(table.link("Rundschreiben an alle"))
    assert "2 Vorgänge von 2 Stellen: Interesse bekundet" in page.text
    typed: dict[str, Any] = {
        "betreff": "Für {Stelle}",
        "text": "Zu {Vorgangsnummer}.",
        "umfang": "stelle",
    }
    wrong = office.send(page, NEW, expect=422, **typed | {"text": "An {Kommune}"})
    assert "„{Kommune}“ gibt es nicht" in wrong.text
    shown = office.send(page, NEW, **typed)
    assert "1 Mail geht hinaus" in shown.text
    assert "Wer keine Mail bekommt" in shown.text
    number = rig.case(rig.stadt).vorgangsnummer
    assert f"Zu {number}." in shown.text
    assert "Zu {Vorgangsnummer}." in office.send(shown, NEW, schritt="aendern").text
    assert rig.mails("rundschreiben") == []
    log = office.send(shown, NEW, schritt="senden")
    assert "wartet auf Versand" in log.text
    assert "Es steht keine Adresse im Katalog" in log.text
    again = office.send(shown, NEW, schritt="senden")
    assert "heute schon hinausgegangen" in again.text
    [mail] = rig.mails("rundschreiben")
    assert mail.betreff == "Für Hansestadt"
    assert mail.antwort_an == OFFICE
    assert "Für {Stelle}" in office.open("/koordination/rundschreiben").text
    assert mail.betreff in office.open(f"/nachnutzungen/{rig.stadt}").text


@pytest.mark.full_run
def test_ticked_cases_are_reminded_or_taken_a_step_further_together(rig: Rig) -> None:
    office = rig.office()
    table = office.open("/koordination?ansicht=tabelle")
    page = choose(office, table, "erinnern", rig.stadt)
    assert "1 Vorgang von 1 Stelle: 1 einzelner Vorgang" in page.text
    assert fields_of(form_of(page, NEW))["betreff"] == "Erinnerung: {Onlinedienst} für {Stelle}"

    confirm = choose(office, table, "bestaetigen", rig.stadt, rig.dorf)
    assert rig.case(rig.stadt).status is Status.INTERESSE_BEKUNDET
    assert "Unterlagen zur Anbindung" in confirm.text
    values = form_of(confirm, BULK)
    cases = [i.attrs["value"] for i in values.all("input") if i.attrs.get("name") == "vorgang"]
    fields = [*fields_of(values).items(), ("phase", "ausfuehren")]
    fields = [pair for pair in fields if pair[0] != "vorgang"] + [("vorgang", c) for c in cases]
    assert office.post_many(BULK, fields).status == 303
    assert {rig.case(n).status for n in (rig.stadt, rig.dorf)} == {Status.BESTAETIGT}
    # Of the same form sent twice the second finds another state, and nothing happens.
    assert office.post_many(BULK, fields).status == 409
    assert office.post_many(BULK, [*fields[:1], ("aktion", "kuendigen"), *fields[3:]]).status == 422


@pytest.mark.full_run
def test_a_day_for_all_is_shown_before_it_counts(rig: Rig) -> None:
    office = rig.office()
    with writing(rig.engine) as session:
        welt = Welt(**{**rig.welt.__dict__, "session": session})
        third = welt.begin(welt.amt)
        welt.lead(third, Status.IM_TEST)
        welt.take(third, Aktion.GOLIVE_MELDEN, Rolle.KOMMUNE)
    table = office.open("/koordination?ansicht=tabelle&status=im_test")
    confirm = choose(office, table, "produktiv_setzen", third)
    typed = fields_of(form_of(confirm, BULK))
    other = office.post(BULK, typed | {"datum": "31.02.2026", "phase": "ausfuehren"})
    assert other.status == 422
    early = office.post(BULK, typed | {"datum": "01.03.2026", "phase": "ausfuehren"})
    assert "Noch nicht möglich" in early.seite.text
    mended = office.post(BULK, fields_of(form_of(early.seite, BULK)) | {"datum": "20.11.2026"})
    assert rig.case(third).status is Status.IM_TEST
    assert "Onlinedienst produktiv gesetzt" in mended.seite.text
    again = fields_of(form_of(mended.seite, BULK)) | {"phase": "ausfuehren"}
    assert office.post(BULK, again).status == 303
    assert rig.case(third).produktiv_ab == DAY


def test_a_list_goes_out_and_comes_back_with_what_was_edited(rig: Rig) -> None:
    office, here = rig.office(), "/koordination/liste"
    table = office.open("/koordination?ansicht=tabelle&q=Dorf&sortierung=stelle")
    page = office.open(table.link("Als Liste bearbeiten"))
    file = office.ask(page.link("CSV"))
    assert file.header("content-disposition").startswith('attachment; filename="vorgaenge-')
    text = file.body.decode("utf-8-sig")
    assert "Dorf A" in text
    assert "Hansestadt" not in text
    number = rig.case(rig.dorf).vorgangsnummer
    rows = [f"{number};{rig.case(rig.dorf).version};Dorf A;DORF-1", f"{number}0;1;Dorf A;x"]
    data = "\n".join(["Vorgangsnummer;Stand;Stelle;Aktenzeichen", *rows, ""]).encode()
    mark = {"formular": fields_of(form_of(page, here))["formular"]}
    assert "Wählen Sie zuerst" in office.upload(here, mark, "", b"").seite.text
    report = office.upload(here, mark, "vorgaenge.csv", data).seite
    assert "1 geändert, 0 unverändert, 1 abgelehnt" in report.text
    assert "DORF-1" in report.text
    form = fields_of(form_of(report, f"{here}/uebernahme"))
    refused = office.post(f"{here}/fehler", form).body.decode("utf-8-sig")
    assert "gibt es nicht" in refused
    assert office.post(f"{here}/uebernahme", form | {"kennzeichen": "x"}).status == 409
    assert office.post(f"{here}/uebernahme", form).status == 303
    assert rig.case(rig.dorf).aktenzeichen == "DORF-1"
    assert office.post(f"{here}/uebernahme", form).status == 409
