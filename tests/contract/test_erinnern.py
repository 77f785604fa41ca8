"""Reminders of cases on a real database: one mail a day for each, never twice, never too many."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from katalog import workflow
from katalog.cli import main
from katalog.db import Engine, reading, writing
from katalog.domain.angaben import Angaben
from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion, Status
from katalog.models.betrieb import Nachricht
from katalog.queries import faelle_termine
from katalog.worker import run_once
from katalog.worker.daily import remind_of_dates
from katalog.workflow.erinnern import list_due, write_reminders
from tests.databases import State
from tests.vorgaenge import FIRST, PORTAL, POSTFACH, TODAY, Welt, build_welt

STEPS = (30, 14, 3)
KO, KD = Rolle.KOMMUNE, Rolle.KOORDINIERUNG


def run(welt: Welt) -> list[Nachricht]:
    """What one run writes; the mails of the steps themselves are not among it."""
    before = len(welt.mails())
    due = list_due(welt.session, welt.today, STEPS)
    write_reminders(welt.session, due, welt.today, PORTAL)
    return welt.mails()[before:]


def recipients(mails: list[Nachricht]) -> list[str]:
    return sorted(mail.empfaenger for mail in mails)


def announce(welt: Welt, number: int, day: date) -> None:
    welt.lead(number, Status.IM_TEST)
    welt.take(number, Aktion.GOLIVE_MELDEN, KO, Angaben(termin=day))


def test_one_mail_for_each_says_all_that_is_due_and_where(welt: Welt) -> None:
    first, second = welt.begin(), welt.begin(welt.doerfer[0])
    day = TODAY + timedelta(days=14)
    for number in (first, second):
        announce(welt, number, day)
    mails = run(welt)
    assert recipients(mails) == sorted([POSTFACH, FIRST])
    for mail in mails:
        assert (mail.anlass, mail.vorlage) == (f"fristen:{TODAY}", "fristen")
        assert (
            mail.betreff == "Termine Ihrer Nachnutzungen: 2, der nächste am Montag, 16. März 2026"
        )
        assert mail.text.count("Montag, 16. März 2026 (in 14 Tagen)") == 2
        assert "Produktivsetzung gemeldet zum: Dienst wbs für Hansestadt" in mail.text
        assert f"{PORTAL}/nachnutzungen/{second}\n" in mail.text


def test_nothing_is_said_twice_and_after_an_outage_only_the_nearest_step(welt: Welt) -> None:
    number = welt.begin()
    day = TODAY + timedelta(days=40)
    announce(welt, number, day)
    assert run(welt) == []
    welt.today = day - timedelta(days=13)
    assert len(run(welt)) == 2
    assert run(welt) == []
    welt.today = day - timedelta(days=2)
    (mail, _) = run(welt)
    assert mail.betreff.startswith("Produktivsetzung gemeldet zum: Dienst wbs, ")
    assert "(in 2 Tagen)" in mail.text
    welt.take(number, Aktion.PRODUKTIV_SETZEN, KD, Angaben(termin=welt.today, datum=welt.today))
    welt.today = day
    assert run(welt) == []


@pytest.mark.full_run
def test_each_day_of_a_contract_that_ends_reaches_both_sides(welt: Welt) -> None:
    number = welt.lead(welt.begin(), Status.GEKUENDIGT)
    end = welt.case(number).fall.wirksam_zum
    assert end is not None
    welt.today = end - timedelta(days=30)
    assert recipients(run(welt)) == sorted([POSTFACH, FIRST])
    welt.today = end + timedelta(days=1)
    assert run(welt) == []


def test_a_suspension_that_runs_out_and_new_terms_are_brought_to_mind(welt: Welt) -> None:
    number = welt.lead(welt.begin(), Status.PRODUKTIV)
    planned = welt.today + timedelta(days=20)
    pause = Angaben(grund="Umbau", geplant_bis=planned, hinweis_veroeffentlicht=True)
    welt.take(number, Aktion.AUSSETZEN, KO, pause)
    welt.publish("2.0", welt.today + timedelta(days=25))
    mails = {mail.empfaenger: mail.text for mail in run(welt)}
    assert set(mails) == {POSTFACH, FIRST}
    assert all("Wiederaufnahme geplant" in text for text in mails.values())
    # The office has published the terms itself.
    assert ["Neue Bedingungen" in mails[who] for who in (POSTFACH, FIRST)] == [True, False]


def test_a_wiedervorlage_goes_to_whoever_asked_while_they_see_the_case(welt: Welt) -> None:
    number = welt.begin()
    welt.grant(KO, welt.stadt)
    due = welt.today + timedelta(days=5)
    workflow.set_reminder(welt.session, welt.akteur(KO), number, due, "Zertifikat da?")
    # Of somebody who does not act for the body any more, or never did here.
    workflow.set_reminder(welt.session, welt.akteur(KD), number, due, "Nachfragen")
    assert run(welt) == []
    welt.today = due
    (mail,) = run(welt)
    assert mail.empfaenger == f"{KO}@konto.example"
    assert "Zertifikat da?" in mail.text
    assert "(heute)" in mail.text
    assert "Nachfragen" not in mail.text


@pytest.mark.full_run
def test_what_reaches_nobody_is_shown_and_tried_again(welt: Welt) -> None:
    welt.begin()
    number = welt.begin(welt.doerfer[0])
    due = welt.today + timedelta(days=1)
    workflow.set_reminder(welt.session, welt.akteur(KO), number, due, "Anrufen")
    welt.today = due
    for _ in range(2):
        (each,) = list_due(welt.session, welt.today, STEPS)
        assert (each.an, each.lage.id) == ((), number)
        assert run(welt) == []


def test_on_the_short_path_the_traeger_is_told_what_it_asked_for(welt: Welt) -> None:
    wanted = welt.interesse(dienst_id=welt.kommunaler_dienst)
    (case,) = workflow.state_interest(welt.session, welt.akteur(KO), wanted)
    giving = welt.akteur(Rolle.ANBIETER)
    welt.grant(Rolle.ANBIETER, welt.traeger)
    due = welt.today + timedelta(days=1)
    workflow.set_reminder(welt.session, giving, case.id, due, "Vertrag prüfen")
    assert [each.id for each in workflow.list_own_days(welt.session, giving)] == [case.id]
    welt.today = due
    assert recipients(run(welt)) == [f"{Rolle.ANBIETER}@konto.example"]


def test_the_days_of_others_are_not_listed(welt: Welt) -> None:
    number = welt.begin()
    assert [each.id for each in workflow.list_own_days(welt.session, welt.akteur(KO))] == [number]
    assert workflow.list_own_days(welt.session, welt.akteur(Rolle.ADMINISTRATION)) == ()
    with pytest.raises(NichtGefunden):
        workflow.read_case(welt.session, welt.akteur(Rolle.ADMINISTRATION), number)


def test_several_workers_and_the_command_write_each_mail_once_a_day(
    kind: str,
    fresh_database: Callable[[str, State], str],
    open_database: Callable[[str], Engine],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine = open_database(fresh_database(kind, State.MIGRATED))
    with writing(engine) as session:
        welt = build_welt(session)
        announce(welt, welt.begin(), TODAY + timedelta(days=3))
        before = len(welt.mails())

    monkeypatch.setenv("KATALOG_DB", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("KATALOG_HEUTE", TODAY.isoformat())
    # The command shows what is due, and writes nothing unless it is told to.
    for _ in range(2):
        assert main(["fristen", "--json"]) == 0
        (shown,) = json.loads(capsys.readouterr().out)["faellig"]
        assert shown["termin"] == "Produktivsetzung gemeldet zum"
        assert (shown["tage_vorher"], sorted(shown["an"])) == (3, sorted([POSTFACH, FIRST]))
    assert main(["fristen", "--datum", "30.02.2026"]) != 0
    assert "Den Tag 30.02.2026 gibt es nicht" in capsys.readouterr().err

    def work(_number: int) -> int:
        return run_once(remind_of_dates(engine, PORTAL, STEPS, lambda: TODAY))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 1
    # Restarted the same day it writes nothing more.
    assert work(5) == 0
    assert main(["fristen", "--senden"]) == 0
    said = capsys.readouterr().out
    assert "An nichts ist zu erinnern.\nMails in den Postausgang gelegt: 0." in said
    with reading(engine) as session:
        assert faelle_termine.said_on(session, TODAY)
        welt = Welt(**{**welt.__dict__, "session": session})
        assert recipients(welt.mails()[before:]) == sorted([POSTFACH, FIRST])
