"""Mails about kept searches: one for each person and rhythm, and nothing told twice."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from katalog import saved_searches
from katalog.accounts import anmeldung
from katalog.db import Engine, Session, reading, writing
from katalog.domain.begriffe import Objektart
from katalog.domain.errors import NichtVerfuegbar, SchonVorhanden, VoraussetzungFehlt
from katalog.domain.suchabo import MOST_SEARCHES, Rhythmus
from katalog.models.betrieb import Nachricht
from katalog.models.grundlage import now
from katalog.models.konten import Konto, Suchabo
from katalog.models.register import OzgLeistung
from katalog.outbox import Absender
from katalog.outbox.mail import build_message
from katalog.worker import run_once
from katalog.worker.daily import tell_of_searches

MONDAY = date(2026, 11, 16)
PORTAL, KEY = "https://katalog.example", "k" * 32
OZG = Objektart.OZG_LEISTUNG


class Welt:
    """Two persons, six services, and what each address finds just now."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.finds: dict[str, list[int]] = {}
        self.away = False
        with writing(engine) as session:
            ids = [anmeldung.enter(session, f"{n}@kommune.example", "probe") for n in "ab"]
            self.a, self.b = (number or 0 for number in ids)
            rows = [
                OzgLeistung(ozg_id=f"1000{n}", titel=f"Leistung {n}", sortier=f"leistung {n}")
                for n in range(6)
            ]
            session.add_all(rows)
            session.flush()
            self.ids = [row.id or 0 for row in rows]

    def find(self, _session: Session, adresse: str, _today: date) -> Mapping[Objektart, list[int]]:
        if self.away:
            raise NichtVerfuegbar("Die Suche antwortet gerade nicht.")
        return {OZG: [self.ids[n] for n in self.finds.get(adresse, [])]}

    def keep(self, konto: int, adresse: str, rhythmus: Rhythmus, today: date = MONDAY) -> int:
        with writing(self.engine) as session:
            found = self.find(session, adresse, today)
            return saved_searches.remember(
                session, konto, f"Suche {adresse}", adresse, rhythmus, found, today, now()
            )

    def day(self, today: date) -> list[Nachricht]:
        """What a worker that runs on this day writes."""
        with reading(self.engine) as session:
            before = set(session.scalars(select(col(Nachricht.id))))
        run_once(tell_of_searches(self.engine, self.find, PORTAL, KEY, lambda: today))
        with reading(self.engine) as session:
            mails = session.scalars(select(Nachricht).order_by(col(Nachricht.empfaenger))).all()
            session.expunge_all()
        return [mail for mail in mails if mail.id not in before]


@pytest.fixture
def welt(engine: Engine) -> Welt:
    return Welt(engine)


def test_one_mail_says_all_that_is_new_and_gone_and_says_it_once(welt: Welt) -> None:
    welt.finds = {"/ozg?q=a": [0, 1], "/ozg?q=b": [2], "/ozg?q=c": [3]}
    for adresse in welt.finds:
        welt.keep(welt.a, adresse, Rhythmus.TAEGLICH)
    welt.finds = {"/ozg?q=a": [0, 4, 5], "/ozg?q=b": [2], "/ozg?q=c": []}
    (mail,) = welt.day(MONDAY + timedelta(days=1))
    assert mail.empfaenger == "a@kommune.example"
    assert mail.betreff == "Neues im OZG-Katalog: Suche /ozg?q=a, Suche /ozg?q=c"
    assert "Suche /ozg?q=a: 2 neu, 1 nicht mehr dabei seit dem 16.11.2026\n" in mail.text
    assert f"{PORTAL}/ozg?q=a\n" in mail.text
    assert f"Neu (OZG-Leistungen):\n- Leistung 4\n  {PORTAL}/ozg/10004\n- Leistung 5" in mail.text
    assert f"Nicht mehr dabei (OZG-Leistungen):\n- Leistung 1\n  {PORTAL}/ozg/10001" in mail.text
    assert "/ozg?q=b" not in mail.text
    # A second process on the same day, and the next day: nothing has happened since.
    assert welt.day(MONDAY + timedelta(days=1)) == []
    assert welt.day(MONDAY + timedelta(days=2)) == []


def test_rhythms_and_persons_have_mails_of_their_own_and_an_outage_loses_nothing(
    welt: Welt,
) -> None:
    welt.finds = {"/ozg?q=a": []}
    welt.keep(welt.a, "/ozg?q=a", Rhythmus.TAEGLICH)
    welt.keep(welt.b, "/ozg?q=a", Rhythmus.WOECHENTLICH, MONDAY + timedelta(days=2))
    welt.finds["/ozg?q=a"] = [0]
    assert [m.empfaenger[0] for m in welt.day(MONDAY + timedelta(days=3))] == ["a"]
    welt.finds["/ozg?q=a"] = [0, 1]
    welt.away = True
    with pytest.raises(NichtVerfuegbar):
        welt.day(MONDAY + timedelta(days=7))
    # Nobody looked on Monday; both are told on Wednesday, of all since they were told last.
    welt.away = False
    first, second = welt.day(MONDAY + timedelta(days=9))
    assert "1 neu seit dem 19.11.2026" in first.text
    assert "2 neu seit dem 18.11.2026" in second.text


def test_a_mail_carries_the_way_to_end_it_and_that_ends_one_rhythm(welt: Welt) -> None:
    for adresse, rhythmus in (("/ozg?q=a", Rhythmus.TAEGLICH), ("/ozg?q=b", Rhythmus.WOECHENTLICH)):
        welt.keep(welt.a, adresse, rhythmus)
        welt.finds[adresse] = [0]
    (mail,) = welt.day(MONDAY + timedelta(days=1))
    message = message_from_bytes(
        build_message(mail, Absender("OZG-Katalog", "katalog@zweckverband.example")),
        policy=policy.default,
    )
    assert message["List-Unsubscribe"] == f"<{mail.abbestellen}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.abbestellen in message.get_content().replace("\r\n", "\n")
    sign = mail.abbestellen.removeprefix(f"{PORTAL}/abbestellen/")
    with writing(welt.engine) as session:
        konto, rhythmus = saved_searches.read_address(KEY, sign)
        assert saved_searches.unsubscribe(session, konto, rhythmus) == 1
        assert saved_searches.unsubscribe(session, konto, rhythmus) == 0
    welt.finds["/ozg?q=a"] = [0, 1]
    (weekly,) = welt.day(MONDAY + timedelta(days=7))
    assert weekly.betreff == "Neues im OZG-Katalog: Suche /ozg?q=b"


def test_nobody_who_is_blocked_is_written_to(welt: Welt) -> None:
    welt.keep(welt.a, "/ozg?q=a", Rhythmus.TAEGLICH)
    welt.finds["/ozg?q=a"] = [0]
    with writing(welt.engine) as session:
        session.connection().execute(
            update(Konto).where(col(Konto.id) == welt.a).values(gesperrt_am=now())
        )
    assert welt.day(MONDAY + timedelta(days=1)) == []


def test_a_person_keeps_each_search_once_and_no_more_than_a_list_can_hold(welt: Welt) -> None:
    for number in range(MOST_SEARCHES):
        welt.keep(welt.a, f"/ozg?q={number}", Rhythmus.KEINE)
    with pytest.raises(SchonVorhanden):
        welt.keep(welt.a, "/ozg?q=0", Rhythmus.KEINE)
    with pytest.raises(VoraussetzungFehlt):
        welt.keep(welt.a, "/ozg?q=mehr", Rhythmus.KEINE)
    welt.keep(welt.b, "/ozg?q=0", Rhythmus.KEINE)


@pytest.mark.full_run
def test_two_workers_at_once_tell_each_person_once(welt: Welt) -> None:
    for konto in (welt.a, welt.b):
        for adresse in ("/ozg?q=a", "/ozg?q=b"):
            welt.keep(konto, adresse, Rhythmus.TAEGLICH)
            welt.finds[adresse] = []
    welt.finds = {"/ozg?q=a": [0], "/ozg?q=b": [1]}
    today = MONDAY + timedelta(days=1)
    with ThreadPoolExecutor(4) as pool:
        jobs = [
            tell_of_searches(welt.engine, welt.find, PORTAL, KEY, lambda: today) for _ in "1234"
        ]
        list(pool.map(run_once, jobs))
    with reading(welt.engine) as session:
        mails = session.scalars(select(Nachricht)).all()
        seen = set(session.scalars(select(col(Suchabo.gesehen_am))))
    assert sorted(mail.empfaenger[0] for mail in mails) == ["a", "b"]
    assert seen == {today}
