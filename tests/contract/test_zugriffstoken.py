"""Tokens of programs: made for one body, never more than their owner, gone when they should be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from katalog.accounts import anmeldung, personendaten, sitzungen, zugriffstoken
from katalog.accounts.konten import block_konto, create_konto
from katalog.accounts.sitzungen import Angemeldet
from katalog.accounts.zugriffstoken import MOST_WRITES, WINDOW
from katalog.db import Engine, Session, writing
from katalog.domain.errors import NichtGefunden, UngueltigeEingaben
from katalog.domain.rollen import Rolle
from katalog.domain.zugriff import WARN_BEFORE, Zugriff
from katalog.models.betrieb import Nachricht, Protokoll
from katalog.models.grundlage import now
from katalog.models.konten import Mitgliedschaft, Zugriffstoken
from katalog.queries.konten import find_stelle
from katalog.worker import daily

WARENDORF, BECKUM = "055700052052", "055700008008"
TODAY = date(2026, 11, 20)
READS = (Zugriff.VORGAENGE_LESEN,)


@pytest.fixture
def seeded(seeded_database: str, open_database: Callable[[str], Engine]) -> Engine:
    return open_database(seeded_database)


@pytest.fixture
def session(seeded: Engine) -> Iterator[Session]:
    with Session(seeded, expire_on_commit=False) as session:
        yield session


def account(session: Session, email: str, *stellen: str) -> Angemeldet:
    for stelle in stellen:
        create_konto(session, email, Rolle.KOMMUNE, stelle)
    number = anmeldung.enter(session, email, "probe")
    assert number is not None
    konto = sitzungen.recognise(session, sitzungen.begin(session, number, now()), now(), TODAY)
    assert konto is not None
    return konto


def issue(session: Session, konto: Angemeldet, stelle: str = WARENDORF, tage: int = 90) -> str:
    number = find_stelle(session, stelle)
    return zugriffstoken.issue(session, konto, "Fachverfahren", number, READS, tage, now())


def test_a_token_acts_for_one_body_of_its_owner_and_is_stored_as_a_hash(session: Session) -> None:
    person = account(session, "person@x.example", WARENDORF, BECKUM)
    token = issue(session, person)
    program = zugriffstoken.recognise(session, token, now(), TODAY)
    assert program is not None
    warendorf = find_stelle(session, WARENDORF)
    assert program.betrachter.eigene_stellen == {warendorf}
    assert program.betrachter.konto_id == person.konto_id
    assert program.zugriff == set(READS)
    [row] = session.scalars(select(Zugriffstoken)).all()
    assert token not in str(row.model_dump())
    assert row.endung == token[-4:]


def test_whoever_stops_acting_for_the_body_takes_the_power_along(session: Session) -> None:
    person = account(session, "person@x.example", WARENDORF, BECKUM)
    token, other = issue(session, person), issue(session, person, BECKUM)
    session.execute(
        update(Mitgliedschaft)
        .where(col(Mitgliedschaft.stelle_id) == find_stelle(session, WARENDORF))
        .values(beendet_am=now())
    )
    assert zugriffstoken.recognise(session, token, now(), TODAY) is None
    assert zugriffstoken.recognise(session, other, now(), TODAY) is not None
    block_konto(session, person.email)
    assert zugriffstoken.recognise(session, other, now(), TODAY) is None


def test_a_token_ends_by_the_clock_and_by_being_revoked(session: Session) -> None:
    person = account(session, "person@x.example", WARENDORF)
    stranger = account(session, "fremd@x.example", WARENDORF)
    token = issue(session, person, tage=30)
    later = now() + timedelta(days=30)
    assert zugriffstoken.recognise(session, token, later - timedelta(hours=1), TODAY)
    assert zugriffstoken.recognise(session, token, later, TODAY) is None
    [number] = session.scalars(select(col(Zugriffstoken.id))).all()
    assert number is not None
    with pytest.raises(NichtGefunden):
        zugriffstoken.revoke(session, stranger, number)
    zugriffstoken.revoke(session, person, number)
    assert zugriffstoken.recognise(session, token, now(), TODAY) is None
    trail = session.scalars(select(Protokoll).where(col(Protokoll.objekt) == "zugriffstoken"))
    assert [entry.vorgang for entry in trail] == [
        "zugriffstoken_erzeugt", "zugriffstoken_widerrufen",
    ]  # fmt: skip


def test_everything_wrong_with_a_new_token_is_said_at_once(session: Session) -> None:
    person = account(session, "person@x.example", WARENDORF)
    foreign = find_stelle(session, BECKUM)
    with pytest.raises(UngueltigeEingaben) as caught:
        zugriffstoken.issue(session, person, " ", foreign, (), 366, now())
    assert list(caught.value.by_field) == ["name", "stelle", "zugriff", "tage"]
    for _ in range(20):
        issue(session, person)
    with pytest.raises(UngueltigeEingaben, match="Mehr als 20"):
        issue(session, person)


def test_writing_is_counted_in_a_window_of_time(session: Session) -> None:
    person = account(session, "person@x.example", WARENDORF)
    token, moment = issue(session, person), now()
    session.execute(update(Zugriffstoken).values(fenster_ab=moment, fenster_anzahl=MOST_WRITES - 1))
    assert zugriffstoken.count_write(session, token, moment)
    assert not zugriffstoken.count_write(session, token, moment)
    assert zugriffstoken.count_write(session, token, moment + WINDOW)


def test_the_owner_is_told_once_before_a_token_expires(seeded: Engine) -> None:
    with writing(seeded) as session:
        person = account(session, "person@x.example", WARENDORF)
        for tage in (30, 90):
            issue(session, person, tage=tage)
        soon = now() + WARN_BEFORE - timedelta(hours=1)
        first = select(func.min(col(Zugriffstoken.id))).scalar_subquery()
        session.execute(
            update(Zugriffstoken).where(col(Zugriffstoken.id) == first).values(laeuft_ab_am=soon)
        )
    job = daily.warn_of_tokens(seeded, "https://katalog.example")
    assert (job.work(), job.work()) == (True, False)
    assert not daily.warn_of_tokens(seeded, "https://katalog.example").work()
    with writing(seeded) as session:
        told = select(Nachricht).where(col(Nachricht.vorlage) == "zugriffstoken_laeuft_ab")
        [mail] = session.scalars(told).all()
        assert mail.empfaenger == person.email
        assert "https://katalog.example/konto/zugriffstoken" in mail.text


def test_a_token_is_part_of_ones_data_and_goes_with_the_account(session: Session) -> None:
    person = account(session, "person@x.example", WARENDORF)
    token = issue(session, person)
    [listed] = json.loads(personendaten.hand_out(session, person))["zugriffstoken"]
    assert (listed["name"], listed["stelle"]) == ("Fachverfahren", "Warendorf")
    assert (listed["vorgaenge_lesen"], listed["vorgaenge_schreiben"]) == (True, False)
    assert token not in json.dumps(listed)
    personendaten.erase(session, person, now())
    assert session.execute(select(func.count()).select_from(Zugriffstoken)).scalar_one() == 0
    assert zugriffstoken.recognise(session, token, now(), TODAY) is None
