"""Cases under random use, under two hands at once, and under a step that fails half-way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from katalog import workflow
from katalog.db import Engine, Session, writing
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Einsatzstatus
from katalog.domain.errors import KatalogFehler, SchonVorhanden, VeralteterStand
from katalog.domain.nachnutzung import Aktion, advance, possible
from katalog.domain.registerbild import show_in_register
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Vorlage, Wirkung
from katalog.domain.vorgang import Status, effective_status
from katalog.models.fall import Ereignis, Nachnutzung
from katalog.queries.faelle import Vorgang
from katalog.worker.daily import keep_register
from katalog.workflow import vollzug, wirkungen
from tests.databases import State
from tests.faelle import make_angaben
from tests.umfang import VOLL
from tests.vorgaenge import build_welt

KO, KD, AN = Rolle.KOMMUNE, Rolle.KOORDINIERUNG, Rolle.ANBIETER
ROLLEN = (KO, KD, AN)
WALKS, STEPS = (6, 25) if VOLL else (2, 12)


class Walk(RuleBasedStateMachine):
    """Two cases, three parties, any order, days between: what was promised is on the database."""

    engine: Engine

    @initialize()
    def begin(self) -> None:
        self.session = Session(self.engine, expire_on_commit=False)
        self.welt = build_welt(self.session)
        self.cases = [
            self.welt.draft(),
            self.welt.draft(dienst_id=self.welt.kommunaler_dienst),
        ]
        self.loaded: dict[int, Vorgang] = {}
        self.mails = 0
        self.events = Counter[int]()
        self.versions = {number: self.welt.case(number).row.version for number in self.cases}

    def case(self, number: int) -> Vorgang:
        """As it is on the database; read anew as soon as anything was done."""
        if number not in self.loaded:
            self.loaded[number] = self.welt.case(number)
        return self.loaded[number]

    def offered(self, *, closing: bool) -> list[tuple[int, Rolle, Aktion]]:
        found = []
        for number in self.cases:
            case = self.case(number)
            for rolle in (KO, KD) if case.angebot is not None else (KO, AN):
                found += [
                    (number, rolle, aktion)
                    for aktion in possible(case.fall, rolle, self.welt.today)
                    if (aktion in {Aktion.ABLEHNEN, Aktion.ZURUECKZIEHEN}) == closing
                ]
        return found

    def take(self, number: int, rolle: Rolle, aktion: Aktion) -> None:
        case = self.case(number)
        typed = make_angaben(case.fall, rolle, self.welt.today)
        expected = advance(case.fall, aktion, rolle, self.welt.today, typed)
        self.welt.send(number, case.row.version, aktion, rolle, typed)
        self.loaded.clear()
        self.mails += sum(2 if mail.kopie else 1 for mail in expected.mails)
        self.events[number] += 1
        self.versions[number] += 1

    @precondition(lambda self: self.offered(closing=False))
    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        self.take(*data.draw(st.sampled_from(self.offered(closing=False))))

    @precondition(lambda self: self.offered(closing=False))
    @rule(data=st.data())
    def act_again(self, data: st.DataObject) -> None:
        """Twice in the list of rules, so that a walk gets far before it ends."""
        self.act(data)

    @precondition(lambda self: self.offered(closing=True))
    @rule(data=st.data(), really=st.integers(0, 5))
    def leave(self, data: st.DataObject, really: int) -> None:
        if really == 0:
            self.take(*data.draw(st.sampled_from(self.offered(closing=True))))

    @rule(data=st.data(), aktion=st.sampled_from(Aktion), rolle=st.sampled_from(ROLLEN))
    def try_what_is_not_offered(self, data: st.DataObject, aktion: Aktion, rolle: Rolle) -> None:
        number = data.draw(st.sampled_from(self.cases))
        if (number, rolle, aktion) in self.offered(closing=False) + self.offered(closing=True):
            return
        before = self.welt.snapshot()
        case = self.case(number)
        typed = make_angaben(case.fall, rolle, self.welt.today)
        with pytest.raises(KatalogFehler):
            self.welt.send(number, case.row.version, aktion, rolle, typed)
        assert self.welt.snapshot() == before

    @rule(number=st.integers(0, 1))
    def work_off_the_checklist(self, number: int) -> None:
        self.welt.tick_all_if_needed(self.cases[number])
        self.loaded.clear()

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.welt.today += timedelta(days=days)
        self.loaded.clear()

    @rule()
    def send_an_old_page(self) -> None:
        for number in self.cases:
            with pytest.raises(VeralteterStand):
                self.welt.send(
                    number, self.versions[number] - 1, Aktion.ZURUECKZIEHEN, KO, Angaben()
                )

    @invariant()
    def no_mail_is_lost_and_none_is_sent_twice(self) -> None:
        assert len(self.welt.mails()) == self.mails

    @invariant()
    def every_step_is_one_event_and_one_version(self) -> None:
        for number in self.cases:
            events = self.welt.events(number)
            assert len(events) == self.events[number]
            assert [e.nach_status for e in events[:-1]] == [e.von_status for e in events[1:]]
            assert self.case(number).row.version == self.versions[number]

    @invariant()
    def dates_go_forward(self) -> None:
        for number in self.cases:
            fall = self.case(number).fall
            assert fall.status_seit is not None
            assert fall.status_seit <= self.welt.today
            for first, last in (
                (fall.interesse_am, fall.bestaetigt_am),
                (fall.zugang, fall.wirksam_zum),
                (fall.ausgesetzt_ab, fall.ausgesetzt_bis),
            ):
                assert first is None or last is None or first <= last
            moments = [event.am for event in self.welt.events(number)]
            assert moments == sorted(moments)

    @invariant()
    def the_register_says_what_the_case_says(self) -> None:
        """What ends by the calendar alone needs no row changed: `bis` says it."""
        offered = self.case(self.cases[0])
        rows = self.welt.uses(self.welt.dienst)
        bild = show_in_register(offered.fall, self.welt.today)
        if bild is None:
            today = self.welt.today
            assert [row for row in rows if row.bis is None or row.bis >= today] == []
        elif effective_status(offered.fall, self.welt.today) is not Status.BEENDET:
            [row] = rows
            assert (row.status, row.sichtbarkeit) == (bild.einsatz, bild.sichtbarkeit)
            assert row.bis is None or row.ab is None or row.ab <= row.bis

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.rollback()
            self.session.close()


@pytest.mark.full_run
def test_whatever_people_do_the_database_says_what_was_promised(
    kind: str, shared_engine: Callable[[str, State], Engine]
) -> None:
    walk = type("WalkHere", (Walk,), {"engine": shared_engine(kind, State.MIGRATED)})
    run_state_machine_as_test(
        walk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            database=None,
            deadline=None,
            derandomize=not VOLL,
            suppress_health_check=list(HealthCheck),
        ),
    )


# Two at once --------------------------------------------------------------------------------------


def at_once(*works: Callable[[], object]) -> list[str]:
    """What each of them met with; all begin together."""
    start = Barrier(len(works))

    def run(work: Callable[[], object]) -> str:
        start.wait(timeout=30)
        try:
            work()
        except KatalogFehler as error:
            return type(error).__name__
        return "geschrieben"

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


@pytest.mark.both_every_day
def test_of_two_who_decide_the_same_case_one_wins_and_the_other_is_told(engine: Engine) -> None:
    with writing(engine) as session:
        welt = build_welt(session)
        number = welt.begin()
        version = welt.case(number).row.version

    def decide(aktion: Aktion) -> Callable[[], object]:
        def work() -> object:
            with writing(engine) as session:
                typed = Angaben(grund="Das Fachverfahren passt nicht.")
                return workflow.take(session, welt.akteur(KD), number, version, aktion, typed)

        return work

    outcome = at_once(decide(Aktion.BESTAETIGEN), decide(Aktion.ABLEHNEN))
    assert outcome == ["VeralteterStand", "geschrieben"]
    with writing(engine) as session:
        welt.session = session
        assert len(welt.events(number)) == 2
        assert len(welt.mails(number)) == 3


@pytest.mark.both_every_day
def test_of_two_who_begin_for_the_same_body_one_begins(engine: Engine) -> None:
    with writing(engine) as session:
        welt = build_welt(session)

    def begin(stelle: int, *, days: int) -> Callable[[], object]:
        def work() -> object:
            wanted = welt.interesse(stelle)
            later = wanted.wunschtermin and wanted.wunschtermin + timedelta(days=days)
            with writing(engine) as session:
                return workflow.state_interest(
                    session,
                    welt.akteur(KO),
                    workflow.Interesse(
                        wanted.dienst_id, wanted.stellen, later, wanted.ansprechstelle,
                        wanted.zustimmung,
                    ),
                )  # fmt: skip

        return work

    outcome = at_once(begin(welt.stadt, days=0), begin(welt.stadt, days=1), begin(welt.amt, days=0))
    assert outcome == [SchonVorhanden.__name__, "geschrieben", "geschrieben"]
    with writing(engine) as session:
        welt.session = session
        assert (welt.count(Nachnutzung), welt.count(Ereignis)) == (2, 2)


def test_a_draft_that_is_sent_by_two_forms_at_once_is_sent_once(engine: Engine) -> None:
    with writing(engine) as session:
        welt = build_welt(session)
        number = welt.draft()
        version = welt.case(number).row.version

    def begin() -> None:
        with writing(engine) as session:
            workflow.state_interest(session, welt.akteur(KO), welt.interesse())

    def send() -> None:
        typed, akteur = Angaben(zustimmung=welt.zustimmung()), welt.akteur(KO)
        with writing(engine) as session:
            workflow.take(session, akteur, number, version, Aktion.INTERESSE_BEKUNDEN, typed)

    at_once(begin, send)
    with writing(engine) as session:
        welt.session = session
        assert (len(welt.events(number)), len(welt.mails())) == (1, 2)


@pytest.mark.both_every_day
def test_a_case_begun_while_its_offer_is_discontinued_is_told_or_refused(engine: Engine) -> None:
    with writing(engine) as session:
        welt = build_welt(session)

    def begin() -> None:
        with writing(engine) as session:
            workflow.state_interest(session, welt.akteur(KO), welt.interesse())

    def discontinue() -> None:
        with writing(engine) as session:
            workflow.discontinue(session, welt.akteur(KD), welt.angebot, date(2027, 6, 30))

    outcome = at_once(begin, discontinue)
    with writing(engine) as session:
        welt.session = session
        told = [mail for mail in welt.mails() if mail.vorlage == Vorlage.DIENST_EINGESTELLT]
        assert (len(told), welt.count(Nachnutzung)) in {(1, 1), (0, 0)}
        assert outcome == ["VoraussetzungFehlt"] * (not told) + ["geschrieben"] * (1 + len(told))


# Half-way -----------------------------------------------------------------------------------------


@pytest.mark.full_run
def test_a_step_whose_last_effect_fails_has_not_happened(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction: a process that dies in the middle leaves as little."""
    with writing(engine) as session:
        welt = build_welt(session)
        number = welt.lead(welt.begin(), Status.PRODUKTIV)
        before = welt.snapshot()

    def fail(_vollzug: wirkungen.Vollzug) -> None:
        raise RuntimeError("Strom weg")

    broken = {**wirkungen.EFFEKTE, Wirkung.EINSATZ_ANGLEICHEN: fail}
    monkeypatch.setattr(vollzug, "EFFEKTE", broken)

    def give_notice() -> None:
        with writing(engine) as session:
            welt.session = session
            welt.take(number, Aktion.KUENDIGEN, KO)

    with pytest.raises(RuntimeError, match="Strom weg"):
        give_notice()
    with writing(engine) as session:
        welt.session = session
        assert welt.snapshot() == before


def test_the_worker_looks_at_the_calendar_once_a_day(engine: Engine) -> None:
    with writing(engine) as session:
        welt = build_welt(session)
        number = welt.lead(welt.begin(), Status.PRODUKTIV)
        later = welt.today + timedelta(days=5)
        pause = Angaben(grund="Umbau", ab=later, geplant_bis=later, hinweis_veroeffentlicht=True)
        welt.take(number, Aktion.AUSSETZEN, KO, pause)
    days = iter([welt.today, later, later, later])
    job = keep_register(engine, lambda: next(days))
    assert [job.work() for _ in range(4)] == [False, True, False, False]
    with writing(engine) as session:
        welt.session = session
        assert welt.shown()[0] is Einsatzstatus.VORUEBERGEHEND
