"""Acting for a body: asked for, decided by those who may, ended; and what accounts can do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from katalog.accounts import anmeldung, mitgliedschaft, personendaten, sitzungen
from katalog.accounts.konten import block_konto, create_konto
from katalog.accounts.sitzungen import Angemeldet
from katalog.db import Engine, Session, writing
from katalog.domain.begriffe import Stellenart
from katalog.domain.errors import (
    FalscherZustand,
    NichtErlaubt,
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
    VoraussetzungFehlt,
)
from katalog.domain.rollen import Recht, Rolle, Sichtbarkeit, may, reach
from katalog.journal import seal_next, verify
from katalog.models.betrieb import Nachricht, Protokoll
from katalog.models.grundlage import now
from katalog.models.konten import Anmeldelink, Konto, Mitgliedschaft
from katalog.models.stellen import Kontakt, Kontaktrolle, Mitglied, Stelle
from katalog.queries import mitgliedschaften
from katalog.queries.konten import find_stelle

WARENDORF, BECKUM = "055700052052", "055700008008"
KREIS = "055700000000"
ELSEWHERE = "146120000000"
PORTAL = "https://katalog.example"
TODAY = date(2026, 11, 20)


@pytest.fixture
def seeded(seeded_database: str, open_database: Callable[[str], Engine]) -> Engine:
    return open_database(seeded_database)


@pytest.fixture
def session(seeded: Engine) -> Iterator[Session]:
    with Session(seeded, expire_on_commit=False) as session:
        yield session


def account(
    session: Session, email: str, rolle: Rolle | None = None, stelle: str = ""
) -> Angemeldet:
    if rolle is not None:
        create_konto(session, email, rolle, stelle)
    number = anmeldung.enter(session, email, "probe")
    assert number is not None
    return again(session, sitzungen.begin(session, number, now()))


def again(session: Session, secret: str) -> Angemeldet:
    konto = sitzungen.recognise(session, secret, now(), TODAY)
    assert konto is not None
    return konto


def body(session: Session, key: str) -> int:
    number = find_stelle(session, key)
    assert number is not None
    return number


def ask(session: Session, konto: Angemeldet, key: str, aufgabe: str = "") -> int:
    mitgliedschaft.apply(session, konto, body(session, key), aufgabe, PORTAL, now())
    return max(each.id for each in mitgliedschaften.of_account(session, konto.konto_id))


def decide(session: Session, konto: Angemeldet, number: int, *, grant: bool = True) -> None:
    mitgliedschaft.decide(session, konto, number, PORTAL, now(), grant=grant)


def sees(session: Session, konto: Angemeldet) -> set[int]:
    reached = reach(konto.betrachter, Recht.MITGLIED_FREIGEBEN)
    everything = konto.betrachter.has(Rolle.ADMINISTRATION)
    found = mitgliedschaften.to_decide(session, reached, konto.konto_id, alle=everything)
    return {each.id for each in found}


def mails(session: Session, vorlage: str) -> list[Nachricht]:
    return list(session.scalars(select(Nachricht).where(col(Nachricht.vorlage) == vorlage)))


def entries(session: Session) -> list[str]:
    return list(session.scalars(select(col(Protokoll.vorgang)).order_by(col(Protokoll.id))))


# Asking and deciding ----------------------------------------------------------------------------


def test_a_new_person_acts_for_their_town_once_the_coordination_agrees(session: Session) -> None:
    coordination = account(
        session, "koordinierung@x.example", Rolle.KOORDINIERUNG, "koordinierung-muensterland-demo"
    )
    person = account(session, "person@warendorf.example")
    number = ask(session, person, WARENDORF, "OZG-Koordination")
    [letter] = mails(session, "anfrage_entscheiden")
    assert letter.empfaenger == coordination.email
    assert f"{PORTAL}/konto/anfragen" in letter.text
    assert "OZG-Koordination" in letter.text

    decide(session, coordination, number)
    acting = account(session, person.email)
    assert may(acting.betrachter, Recht.EINSATZ_ANGEBEN, stelle=body(session, WARENDORF))
    assert not may(acting.betrachter, Recht.EINSATZ_ANGEBEN, stelle=body(session, BECKUM))
    [outcome] = mails(session, "anfrage_entschieden")
    assert outcome.empfaenger == person.email
    assert "jetzt für „Warendorf“" in outcome.text
    assert entries(session)[-3:-1] == ["zuordnung_beantragt", "zuordnung_freigegeben"]


def test_before_that_the_account_can_do_nothing(session: Session) -> None:
    person = account(session, "person@warendorf.example")
    ask(session, person, WARENDORF)
    waiting = account(session, person.email)
    assert waiting.betrachter.rollen == {Rolle.GAST}
    assert not any(may(waiting.betrachter, recht) for recht in Recht)


WHO: dict[str, tuple[Rolle, str]] = {
    "colleague": (Rolle.KOMMUNE, WARENDORF),
    "coordination": (Rolle.KOORDINIERUNG, "koordinierung-muensterland-demo"),
    "administration": (Rolle.ADMINISTRATION, ""),
    "neighbour": (Rolle.KOMMUNE, BECKUM),
    "other coordination": (Rolle.KOORDINIERUNG, "koordinierung-nord-demo"),
    "provider": (Rolle.ANBIETER, "landes-it-demo"),
}


def test_who_may_decide_sees_the_request_and_to_nobody_else_it_is_there(session: Session) -> None:
    person = account(session, "person@warendorf.example")
    number = ask(session, person, WARENDORF)
    allowed = {"colleague", "coordination", "administration"}
    for who, (rolle, stelle) in WHO.items():
        konto = account(session, f"{who.replace(' ', '-')}@x.example", rolle, stelle)
        assert (number in sees(session, konto)) is (who in allowed), who
        with session.begin_nested() as attempt:
            if who in allowed:
                decide(session, konto, number)
            else:
                with pytest.raises(NichtGefunden):
                    decide(session, konto, number)
            attempt.rollback()
        session.expire_all()


@pytest.mark.parametrize("key", ["koordinierung-nord-demo", "landes-it-demo"])
def test_other_roles_are_given_by_the_administration_only(session: Session, key: str) -> None:
    number = ask(session, account(session, "person@x.example"), key)
    for who, (rolle, stelle) in WHO.items():
        konto = account(session, f"{who.replace(' ', '-')}@x.example", rolle, stelle)
        assert (number in sees(session, konto)) is (who == "administration"), who


def test_nobody_decides_about_themselves(session: Session) -> None:
    for who in ("administration", "coordination"):
        konto = account(session, f"{who}@x.example", *WHO[who])
        number = ask(session, konto, WARENDORF)
        assert number not in sees(session, konto)
        with pytest.raises(NichtErlaubt):
            decide(session, konto, number)


def test_a_request_is_decided_once(session: Session) -> None:
    administration = account(session, "a@x.example", Rolle.ADMINISTRATION)
    number = ask(session, account(session, "person@x.example"), WARENDORF)
    decide(session, administration, number)
    with pytest.raises(FalscherZustand):
        decide(session, administration, number, grant=False)
    assert len(mails(session, "anfrage_entschieden")) == 1


def test_what_was_refused_can_be_asked_for_again_and_told_again(session: Session) -> None:
    administration = account(session, "a@x.example", Rolle.ADMINISTRATION)
    person = account(session, "person@x.example")
    number = ask(session, person, WARENDORF)
    with pytest.raises(SchonVorhanden):
        ask(session, person, WARENDORF)
    decide(session, administration, number, grant=False)
    assert "abgelehnt" in mails(session, "anfrage_entschieden")[0].text
    assert account(session, person.email).betrachter.rollen == {Rolle.GAST}
    assert ask(session, person, WARENDORF) == number
    decide(session, administration, number)
    assert account(session, person.email).betrachter.has(Rolle.KOMMUNE)
    assert len(mails(session, "anfrage_entschieden")) == 2


def test_without_anybody_near_the_administration_is_told(session: Session) -> None:
    account(session, "a@x.example", Rolle.ADMINISTRATION)
    ask(session, account(session, "person@x.example"), ELSEWHERE)
    assert [m.empfaenger for m in mails(session, "anfrage_entscheiden")] == ["a@x.example"]


def test_colleagues_are_told_and_blocked_ones_are_not(session: Session) -> None:
    account(session, "da@warendorf.example", Rolle.KOMMUNE, WARENDORF)
    account(session, "weg@warendorf.example", Rolle.KOMMUNE, WARENDORF)
    block_konto(session, "weg@warendorf.example")
    ask(session, account(session, "neu@warendorf.example"), WARENDORF)
    assert [m.empfaenger for m in mails(session, "anfrage_entscheiden")] == ["da@warendorf.example"]


def test_an_address_of_the_bodys_own_domain_is_pointed_out(session: Session) -> None:
    administration = account(session, "a@x.example", Rolle.ADMINISTRATION)
    rolle = session.scalars(select(col(Kontaktrolle.id)).limit(1)).one()
    session.add(
        Kontakt(
            stelle_id=body(session, WARENDORF),
            rolle_id=rolle or 0,
            funktionspostfach="ozg@Warendorf.example",
            sichtbarkeit=Sichtbarkeit.OEFFENTLICH,
        )
    )
    session.flush()
    ask(session, account(session, "person@warendorf.example"), WARENDORF)
    ask(session, account(session, "person@freemail.example"), WARENDORF)
    bereich = reach(administration.betrachter, Recht.MITGLIED_FREIGEBEN)
    found = mitgliedschaften.to_decide(session, bereich, administration.konto_id, alle=True)
    assert {each.email: each.eigene_domain for each in found} == {
        "person@warendorf.example": True,
        "person@freemail.example": False,
    }


def test_a_ministry_has_nobody_who_acts_for_it_and_a_body_that_is_gone_neither(
    session: Session,
) -> None:
    person = account(session, "person@x.example")
    ministry: Any = session.scalars(
        select(col(Stelle.id)).where(col(Stelle.art) == Stellenart.MINISTERIUM)
    ).first()
    with pytest.raises(UngueltigeEingabe):
        mitgliedschaft.apply(session, person, ministry, "", PORTAL, now())
    for number in (0, 2**31 - 1):
        with pytest.raises(NichtGefunden):
            mitgliedschaft.apply(session, person, number, "", PORTAL, now())


def test_nobody_piles_up_requests(session: Session) -> None:
    person = account(session, "person@x.example")
    bodies = mitgliedschaften.search_bodies(session, "b")
    assert len(bodies) > 20
    for each in bodies[:20]:
        mitgliedschaft.apply(session, person, each.id, "", PORTAL, now())
    with pytest.raises(VoraussetzungFehlt):
        mitgliedschaft.apply(session, person, bodies[20].id, "", PORTAL, now())
    assert mitgliedschaften.count_open(session, person.konto_id) == 20


# Ending -----------------------------------------------------------------------------------------


def test_a_role_ends_by_oneself_or_by_who_decides_and_by_nobody_else(session: Session) -> None:
    person = account(session, "person@x.example", Rolle.KOMMUNE, WARENDORF)
    [own] = mitgliedschaften.of_account(session, person.konto_id)
    for who in ("neighbour", "other coordination", "provider"):
        konto = account(session, f"{who.replace(' ', '-')}@x.example", *WHO[who])
        with pytest.raises(NichtGefunden):
            mitgliedschaft.end(session, konto, own.id, now())
    coordination = account(session, "coordination@x.example", *WHO["coordination"])
    mitgliedschaft.end(session, coordination, own.id, now())
    assert account(session, person.email).betrachter.rollen == {Rolle.GAST}
    with pytest.raises(NichtGefunden):
        mitgliedschaft.end(session, person, own.id, now())


# What an account can do -------------------------------------------------------------------------


def test_a_joint_body_acts_for_its_members_as_long_as_they_are(session: Session) -> None:
    joint, member, former = (body(session, key) for key in (KREIS, WARENDORF, BECKUM))
    session.add(Mitglied(verbund_id=joint, stelle_id=member))
    session.add(Mitglied(verbund_id=joint, stelle_id=former, bis=TODAY - timedelta(days=1)))
    session.flush()
    konto = account(session, "amt@x.example", Rolle.KOMMUNE, KREIS)
    assert konto.betrachter.eigene_stellen == {joint, member}


def test_coordination_reaches_all_levels_of_its_areas(session: Session) -> None:
    konto = account(session, "k@x.example", *WHO["coordination"])
    inside = {body(session, key) for key in (WARENDORF, BECKUM, KREIS, "055150000000")}
    assert inside <= konto.betrachter.koordinierte_stellen
    assert body(session, ELSEWHERE) not in konto.betrachter.koordinierte_stellen
    assert konto.betrachter.koordinierende_stellen == {
        body(session, "koordinierung-muensterland-demo")
    }


def test_one_account_acts_for_several_bodies_in_several_roles(session: Session) -> None:
    create_konto(session, "viele@x.example", Rolle.KOMMUNE, WARENDORF)
    create_konto(session, "viele@x.example", Rolle.KOMMUNE, BECKUM)
    konto = account(session, "viele@x.example", Rolle.ANBIETER, "landes-it-demo")
    assert konto.betrachter.eigene_stellen == {body(session, WARENDORF), body(session, BECKUM)}
    assert konto.betrachter.rollen == {Rolle.GAST, Rolle.KOMMUNE, Rolle.ANBIETER}


def test_the_command_line_grants_what_was_asked_for_or_had_ended(session: Session) -> None:
    person = account(session, "person@x.example")
    ask(session, person, WARENDORF)
    create_konto(session, person.email, Rolle.KOMMUNE, WARENDORF)
    assert account(session, person.email).betrachter.has(Rolle.KOMMUNE)
    [own] = mitgliedschaften.of_account(session, person.konto_id)
    mitgliedschaft.end(session, person, own.id, now())
    create_konto(session, person.email, Rolle.KOMMUNE, WARENDORF)
    assert account(session, person.email).betrachter.has(Rolle.KOMMUNE)


@pytest.mark.parametrize(
    ("text", "first"),
    [("Warendorf", "Warendorf"), ("waren", "Warendorf"), (WARENDORF, "Warendorf"),
     ("münster", "Münster"), ("05570052", "Warendorf")],
)  # fmt: skip
def test_a_body_is_found_by_name_or_key(session: Session, text: str, first: str) -> None:
    names = [each.name for each in mitgliedschaften.search_bodies(session, text)]
    assert any(first in name for name in names[:2]), names


@pytest.mark.parametrize("text", ["%", "_", "", "   ", "'; DROP TABLE konto; --", "ß" * 300])
def test_a_search_for_nothing_finds_nothing(session: Session, text: str) -> None:
    assert mitgliedschaften.search_bodies(session, text) == []


# Two at once ------------------------------------------------------------------------------------


@pytest.mark.both_every_day
def test_a_link_lets_one_in_however_many_try_at_once(engine: Engine) -> None:
    with writing(engine) as session:
        token = anmeldung.make_link(session, "a@x.example", now() + timedelta(hours=1), now())

    def redeem() -> bool:
        with writing(engine) as session:
            return anmeldung.redeem_token(session, token, now()) is not None

    with ThreadPoolExecutor(4) as pool:
        results = [pool.submit(redeem) for _ in range(4)]
        assert sorted(each.result() for each in results) == [False, False, False, True]


@pytest.mark.both_every_day
def test_every_try_of_a_code_counts_however_many_come_at_once(engine: Engine) -> None:
    with writing(engine) as session:
        vorgang = anmeldung.request_link(session, "a@x.example", "ort", "", PORTAL, now())

    def guess(number: int) -> None:
        with writing(engine) as session:
            assert anmeldung.redeem_code(session, vorgang, f"{number:08}x", now()) is None

    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(guess, number) for number in range(12)]:
            each.result()
    with writing(engine) as session:
        [link] = session.scalars(select(Anmeldelink)).all()
        assert link.versuche == 5


def test_all_this_leaves_a_trail_that_holds(seeded: Engine) -> None:
    with writing(seeded) as session:
        administration = account(session, "a@x.example", Rolle.ADMINISTRATION)
        person = account(session, "person@x.example")
        decide(session, administration, ask(session, person, WARENDORF))
    assert seal_next(seeded)
    with writing(seeded) as session:
        found = verify(session)
        assert found.fehler == ""
        assert found.versiegelt == len(entries(session)) > 5
        # Accounts are numbers there, so that erasing a person keeps the chain whole.
        assert not any("@" in str(each.angaben) for each in session.scalars(select(Protokoll)))


# One's own data ---------------------------------------------------------------------------------


def test_everything_about_a_person_is_handed_out(session: Session) -> None:
    administration = account(session, "a@x.example", Rolle.ADMINISTRATION)
    person = account(session, "person@x.example")
    decide(session, administration, ask(session, person, WARENDORF, "OZG-Koordination"))
    data = json.loads(personendaten.hand_out(session, person))
    assert data["konto"]["email"] == person.email
    [membership] = data["zuordnungen"]
    assert (membership["stelle"], membership["aufgabe"]) == ("Warendorf", "OZG-Koordination")
    assert membership["freigegeben_am"]
    assert [mail["betreff"] for mail in data["mails"]] == ["Freigegeben: für Warendorf handeln"]
    assert len(data["sitzungen"]) == 1
    assert "zuordnung_beantragt" in {entry["vorgang"] for entry in data["protokoll"]}
    assert "a@x.example" not in json.dumps(data)


def test_an_erased_person_is_named_nowhere_and_the_trail_still_holds(seeded: Engine) -> None:
    with writing(seeded) as session:
        administration = account(session, "a@x.example", Rolle.ADMINISTRATION)
        create_konto(session, "person@x.example", Rolle.KOMMUNE, BECKUM, "Demo Person")
        person = account(session, "person@x.example")
        decide(session, administration, ask(session, person, WARENDORF, "Demo-Aufgabe"))
        ask(session, account(session, "bleibt@x.example"), WARENDORF)
        anmeldung.request_link(session, person.email, "ort", "", PORTAL, now())
    seal_next(seeded)
    with writing(seeded) as session:
        personendaten.erase(session, person, now())
    seal_next(seeded)
    with writing(seeded) as session:
        assert verify(session).fehler == ""
        tables = (Konto, Mitgliedschaft, Anmeldelink, Nachricht, Protokoll)
        rows = [str(row.model_dump()) for table in tables for row in session.scalars(select(table))]
        named = ("person@x.example", "Demo Person", "Demo-Aufgabe")
        assert [row for row in rows if any(name in row for name in named)] == []
        assert any("bleibt@x.example" in row for row in rows)
        assert entries(session)[-1] == "konto_geloescht"
        # Whoever comes back begins anew, without what they had.
        back = account(session, "person@x.example")
        assert back.konto_id != person.konto_id
        assert back.betrachter.rollen == {Rolle.GAST}


def test_the_last_administrator_stays(session: Session) -> None:
    alone = account(session, "a@x.example", Rolle.ADMINISTRATION)
    with pytest.raises(VoraussetzungFehlt):
        personendaten.erase(session, alone, now())
    account(session, "b@x.example", Rolle.ADMINISTRATION)
    personendaten.erase(session, alone, now())
