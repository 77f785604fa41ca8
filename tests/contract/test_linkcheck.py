"""Stated pages are looked after: marked after days, asked about once, nothing stated changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import cast

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel, col

from importers.download_visit import Visitor, policy_of_visits
from katalog.cli import main
from katalog.cli.upkeep import go_until_done
from katalog.db import Engine, reading, writing
from katalog.domain.begriffe import Einsatzstatus, Stellenart, Verweisart
from katalog.domain.linkpruefung import Besuch, Linkbefund
from katalog.domain.rollen import GAST, Sichtbarkeit
from katalog.linkcheck import Asking, Runde, go_round, list_addresses, look
from katalog.models.angebot import Verweis
from katalog.models.betrieb import Linkpruefung, Nachricht
from katalog.models.nutzung import Einsatz
from katalog.models.stellen import Kontakt, Kontaktrolle, Stelle
from katalog.queries import dienste, einsaetze
from katalog.worker.jobs import Linkpruefer
from tests.fetching import authority, trusting
from tests.tls_server import Asked, TlsServer, redirect, reply, running_server
from tests.using import new_dienst, use
from tests.visiting import NOWHERE, resolve

PORTAL = "https://katalog.example"
DAY = date(2026, 11, 20)
NAMES = [f"{name}.example" for name in ("a", "b", "c", "d")]


@pytest.fixture(scope="module")
def running() -> Iterator[TlsServer]:
    with running_server(authority(), *NAMES) as server:
        yield server


@dataclass
class Rig:
    engine: Engine
    server: TlsServer
    visit: Callable[[str], Besuch]
    dienst: int

    def state(self, *pages: str, stelle: str = "Stadt", **changes: object) -> None:
        """A body that uses the assistant at these pages, e.g. "a/seite" of a.example."""
        with writing(self.engine) as session:
            body = session.scalars(select(Stelle).where(col(Stelle.name) == stelle)).first()
            if body is None:
                body = Stelle(art=Stellenart.KOMMUNE, name=stelle, sortier=stelle.lower())
                session.add(body)
                session.flush()
            for page in pages:
                use(session, body.id or 0, self.dienst, url=self.url(page), **changes)

    def name_contact(self, stelle: str = "Stadt", address: str = "ozg@stadt.example") -> None:
        with writing(self.engine) as session:
            rolle = session.scalars(select(Kontaktrolle)).first()
            if rolle is None:
                rolle = Kontaktrolle(kennung="ozg-ansprechperson", name="OZG-Ansprechperson")
                session.add(rolle)
                session.flush()
            body = session.scalars(select(Stelle).where(col(Stelle.name) == stelle)).one()
            session.add(
                Kontakt(
                    stelle_id=body.id,
                    rolle_id=rolle.id or 0,
                    funktionspostfach=address,
                    sichtbarkeit=Sichtbarkeit.OEFFENTLICH,
                )
            )

    def url(self, page: str) -> str:
        host, _, path = page.partition("/")
        return self.server.url(f"/{path}", host=f"{host}.example")

    def go(self, days: float = 0, per_day: int = 100) -> Runde:
        """Rounds until nothing is due, so many days later."""
        moment = datetime.combine(DAY, datetime.min.time(), UTC) + timedelta(days=days, hours=9)
        total = Runde()
        list_addresses(self.engine, moment.date(), moment)
        for _ in range(20):
            going = go_round(self.engine, self.visit, per_day, PORTAL, moment.date(), moment)
            runde = finish(going)
            total += runde
            if runde.ausfall or not runde.geprueft:
                return total
        raise AssertionError("Die Runden hören nicht auf.")

    def rows(self, model: type[SQLModel]) -> list[dict[str, object]]:
        with reading(self.engine) as session:
            number = col(model.id)  # type: ignore[attr-defined]
            return [row.model_dump() for row in session.scalars(select(model).order_by(number))]

    def marks(self) -> list[date | None]:
        """As the page of the assistant shows them."""
        with reading(self.engine) as session:
            found = einsaetze.of_onlinedienst(session, self.dienst, GAST)
            return [row.nicht_erreichbar_am for row in found.rows]

    def mails(self) -> list[dict[str, object]]:
        return self.rows(Nachricht)

    def pages(self) -> list[Asked]:
        return [asked for asked in self.server.asked if asked.target != "/robots.txt"]


def finish(going: Asking) -> Runde:
    while True:
        try:
            next(going)
        except StopIteration as end:
            return cast(Runde, end.value)


@pytest.fixture
def rig(engine: Engine, running: TlsServer, monkeypatch: pytest.MonkeyPatch) -> Rig:
    resolve(monkeypatch, nirgends=NOWHERE, auch=NOWHERE, innen="10.1.2.3")
    running.routes.clear()
    running.asked.clear()
    running.on("/da", reply(200))
    policy = policy_of_visits(PORTAL)
    here = replace(
        policy,
        ports=policy.ports | {running.port},
        tls=trusting(),
        allow_loopback=True,
    )
    with writing(engine) as session:
        dienst = new_dienst(session, "hund", name="Hund anmelden")
    return Rig(engine, running, partial(look, Visitor(here)), dienst)


def test_a_page_that_is_gone_for_days_is_marked_and_nothing_stated_changes(rig: Rig) -> None:
    rig.state("a/weg", "b/da")
    before = rig.rows(Einsatz)
    for day in (0, 1):
        rig.go(day)
        assert rig.marks() == [None, None]
    assert rig.go(2).nicht_erreichbar == 1
    assert rig.marks() == [date(2026, 11, 22), None]
    assert rig.rows(Einsatz) == before


def test_a_page_that_answers_again_is_marked_no_longer(rig: Rig) -> None:
    rig.state("a/weg", "b/da")
    for day in (0, 1, 2):
        rig.go(day)
    rig.server.on("/weg", reply(200))
    rig.go(9)
    assert rig.marks() == [None, None]
    assert rig.rows(Linkpruefung)[0]["befund"] is Linkbefund.ERREICHBAR


@pytest.mark.full_run
def test_the_links_of_an_assistant_are_looked_after_as_well(rig: Rig) -> None:
    with writing(rig.engine) as session:
        for page in ("a/weg", "b/da"):
            verweis = Verweis(art=Verweisart.INFOSEITE, titel=page, url=rig.url(page))
            verweis.onlinedienst_id = rig.dienst
            session.add(verweis)
    for day in (0, 1, 2):
        rig.go(day)
    with reading(rig.engine) as session:
        found = dienste.links(session, rig.dienst, [])
    assert [link.nicht_erreichbar_am for link in found] == [date(2026, 11, 22), None]


def test_a_redirect_to_an_inner_network_is_refused_and_marks_nothing(rig: Rig) -> None:
    rig.state("a/hinein", "b/innen", "c/da", "innen/seite")
    rig.server.on("/hinein", redirect("https://169.254.169.254/latest/meta-data/"))
    rig.server.on("/innen", redirect("https://innen.example/"))
    for day in (0, 1, 2, 40):
        rig.go(day)
    assert rig.marks() == [None] * 4
    refused = [row for row in rig.rows(Linkpruefung) if row["befund"] is Linkbefund.UNGEPRUEFT]
    assert len(refused) == 3


# Our own outage ---------------------------------------------------------------------------------


def test_without_the_internet_nothing_is_said_and_nothing_changes(rig: Rig) -> None:
    rig.state("nirgends/da", "auch/da")
    rig.go(0)
    before = rig.rows(Linkpruefung)
    for day in (1, 2, 3):
        assert rig.go(day).ausfall
    assert rig.rows(Linkpruefung) == before
    assert {row["geprueft_am"] for row in before} == {None}
    assert rig.mails() == []


@pytest.mark.full_run
def test_several_silent_at_once_are_our_own_outage(rig: Rig) -> None:
    rig.state("nirgends/da", "auch/da", "a/da")
    for day in (0, 1, 2, 3):
        assert rig.go(day).ausfall
    assert rig.marks() == [None] * 3
    found = {row["host"]: row["befund"] for row in rig.rows(Linkpruefung)}
    # The one that did answer is known from then on.
    assert found == {
        "a.example": Linkbefund.ERREICHBAR,
        "auch.example": Linkbefund.OFFEN,
        "nirgends.example": Linkbefund.OFFEN,
    }


@pytest.mark.full_run
def test_many_silent_servers_are_told_from_an_outage_by_as_many_that_answer(rig: Rig) -> None:
    rig.state("a/da", "b/da", "c/da")
    rig.go(0)
    rig.state("nirgends/da", "auch/da")
    for day in (1, 2, 3):
        assert not rig.go(day).ausfall
    assert rig.marks().count(date(2026, 11, 23)) == 2


def test_one_silent_server_is_told_from_an_outage_by_those_that_answered_before(rig: Rig) -> None:
    """On most days it is the only one that is due."""
    rig.state("nirgends/da", "a/da", "b/da")
    for day in (0, 1, 2):
        assert not rig.go(day).ausfall
    assert rig.marks().count(date(2026, 11, 22)) == 1


# Politeness -------------------------------------------------------------------------------------


def test_no_server_is_asked_twice_in_a_round(rig: Rig) -> None:
    rig.state(*[f"{host}/da?{number}" for host in "ab" for number in range(3)])
    moment = datetime(2026, 11, 20, 9, tzinfo=UTC)
    list_addresses(rig.engine, DAY, moment)
    runde = finish(go_round(rig.engine, rig.visit, 100, PORTAL, DAY, moment))
    assert runde.geprueft == 2
    assert rig.go().geprueft == 4


def test_a_day_has_a_number_of_pages_and_the_next_one_goes_on(rig: Rig) -> None:
    rig.state(*[f"{host}/da?{number}" for host in "abcd" for number in range(3)])
    assert rig.go(0, per_day=5).geprueft == 5
    assert rig.go(0.5, per_day=5).geprueft == 0
    assert rig.go(1.1, per_day=5).geprueft == 5
    pages = [(asked.headers["Host"], asked.target) for asked in rig.pages()]
    assert len(set(pages)) == len(pages) == 10


def test_one_process_goes_round_at_a_time(rig: Rig) -> None:
    rig.state("a/da", "b/da")
    moment = datetime(2026, 11, 20, 9, tzinfo=UTC)
    list_addresses(rig.engine, DAY, moment)
    first = go_round(rig.engine, rig.visit, 100, PORTAL, DAY, moment)
    next(first)
    assert finish(go_round(rig.engine, rig.visit, 100, PORTAL, DAY, moment)) == Runde()
    assert finish(first).geprueft == 2
    assert rig.go().geprueft == 0


@pytest.mark.full_run
def test_whoever_ends_in_the_middle_has_noted_nothing_and_leaves_no_lock(rig: Rig) -> None:
    rig.state("a/da", "b/da")
    moment = datetime(2026, 11, 20, 9, tzinfo=UTC)
    list_addresses(rig.engine, DAY, moment)
    going = go_round(rig.engine, rig.visit, 100, PORTAL, DAY, moment)
    next(going)
    going.close()
    assert {row["geprueft_am"] for row in rig.rows(Linkpruefung)} == {None}
    assert rig.go().geprueft == 2


@pytest.mark.full_run
def test_what_is_no_longer_stated_is_no_longer_looked_at(rig: Rig) -> None:
    rig.state("a/da")
    rig.state("b/da", status=Einsatzstatus.BEENDET)
    rig.state("c/da", bis=DAY - timedelta(days=1))
    rig.state("d/da", widersprochen_am=DAY)
    rig.go()
    assert [row["host"] for row in rig.rows(Linkpruefung)] == ["a.example"]
    with writing(rig.engine) as session:
        for einsatz in session.scalars(select(Einsatz)):
            einsatz.url = ""
    rig.go()
    assert rig.rows(Linkpruefung) == []


@pytest.mark.full_run
def test_an_address_that_is_none_is_left_alone(rig: Rig) -> None:
    rig.state("a/da", "b/da", "c/da", "d/da")
    with writing(rig.engine) as session:
        wrong = ("kein link", "https://", "javascript:alert(1)")
        for einsatz, url in zip(session.scalars(select(Einsatz)), wrong, strict=False):
            einsatz.url = url
    assert rig.go().geprueft == 1
    assert rig.marks() == [None] * 4


# Asking -----------------------------------------------------------------------------------------


@pytest.mark.full_run
def test_a_body_is_asked_once_by_one_mail_about_all_its_pages(rig: Rig) -> None:
    rig.state("a/weg", "b/weg", "c/da")
    rig.state("a/weg", stelle="Dorf")
    rig.name_contact()
    rig.name_contact("Dorf", "ozg@dorf.example")
    for day in (0, 1, 2):
        rig.go(day)
    assert rig.mails() == []
    assert rig.go(3).nachgefragt == 2
    dorf, stadt = sorted(rig.mails(), key=lambda mail: str(mail["empfaenger"]))
    assert [dorf["empfaenger"], stadt["empfaenger"]] == ["ozg@dorf.example", "ozg@stadt.example"]
    text = str(stadt["text"])
    assert text.count("Hund anmelden") == 2
    assert rig.url("b/weg") in text
    assert "zuletzt versucht am 22.11.2026 (Status 404)" in text
    assert stadt["betreff"] == "2 angegebene Seiten sind nicht erreichbar"
    for day in (4, 9, 16, 23):
        rig.go(day)
    assert len(rig.mails()) == 2


@pytest.mark.full_run
def test_a_page_that_is_gone_once_more_is_asked_about_once_more(rig: Rig) -> None:
    rig.state("a/weg", "b/da")
    rig.name_contact()
    for day in (0, 1, 2, 3):
        rig.go(day)
    rig.server.on("/weg", reply(200))
    rig.go(9)
    rig.server.on("/weg", reply(410))
    for day in (23, 24, 25, 26):
        rig.go(day)
    assert len(rig.mails()) == 2


@pytest.mark.full_run
def test_a_body_without_an_address_is_marked_and_not_asked(rig: Rig) -> None:
    rig.state("a/weg", "b/da")
    for day in (0, 1, 2, 3):
        rig.go(day)
    assert rig.mails() == []
    assert rig.marks() == [date(2026, 11, 22), None]


@pytest.mark.full_run
def test_the_command_goes_on_until_nothing_is_due(rig: Rig) -> None:
    rig.state(*[f"a/da?{number}" for number in range(3)])
    waits: list[float] = []
    shown: list[tuple[str, int, int]] = []
    runde = go_until_done(
        rig.engine, rig.visit, 50, PORTAL, DAY, lambda *step: shown.append(step), waits.append
    )
    assert runde == Runde(geprueft=3)
    assert len(waits) == 3
    assert [done for _, done, _ in shown] == [1, 2, 3]


def test_the_worker_goes_round_page_by_page_and_then_pauses(rig: Rig) -> None:
    rig.state("a/da", "a/da?2", "b/da")
    job = Linkpruefer(rig.engine, rig.visit, 50, PORTAL, lambda: DAY)
    assert [job.work() for _ in range(4)] == [True, True, False, False]
    assert len(rig.pages()) == 2


@pytest.mark.parametrize("number", ["0", "-1", "10001"])
def test_the_command_refuses_a_number_that_makes_no_sense(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pruefen", "--hoechstens", number]) == 1
    assert "von 1 bis 10000" in capsys.readouterr().err
