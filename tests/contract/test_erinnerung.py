"""Once a year a town is asked to confirm: one mail, never twice, and after an outage as well.

On both databases, with the starting set and what a test adds; nothing is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from katalog.accounts.konten import create_konto
from katalog.db import Engine, Session
from katalog.domain.begriffe import Einsatzstatus
from katalog.domain.rollen import Rolle, Sichtbarkeit
from katalog.models.betrieb import Nachricht
from katalog.models.nutzung import Einsatz
from katalog.models.stellen import Kontakt, Kontaktrolle, Mitglied
from katalog.outbox import Mail
from katalog.participation import erinnerung
from katalog.queries import teilnahme
from tests.databases import State
from tests.using import BECKUM, FAR, TELGTE, WARENDORF, new_dienst, town, use

DAY = date(2026, 11, 20)
BASIS = "https://katalog.example"


@pytest.fixture
def session(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Session]:
    """Nothing is due but what a test says is."""
    with Session(shared_engine(kind, State.SEEDED)) as session:
        session.connection().execute(update(Einsatz).values(pruefung_faellig=None))
        yield session


def due(session: Session, ars: str, *days: date) -> None:
    for day in days:
        dienst = new_dienst(session, f"x-{ars}-{day}")
        use(session, town(session, ars).stelle_id, dienst, pruefung_faellig=day)


def remind(session: Session, today: date = DAY) -> list[tuple[str, str]]:
    """Recipient and subject of what was written since, in the order of the bodies."""
    newest = session.scalars(select(col(Nachricht.id)).order_by(col(Nachricht.id).desc())).first()
    while erinnerung.remind_some(session, today, BASIS):
        pass
    mails = session.scalars(select(Nachricht).where(col(Nachricht.id) > (newest or 0)))
    return sorted((mail.empfaenger, mail.betreff) for mail in mails)


def planned(session: Session) -> tuple[Mail, ...]:
    return erinnerung.plan(session, DAY, BASIS).mails


def test_one_mail_for_all_that_is_due_leads_to_the_page_that_confirms(session: Session) -> None:
    create_konto(session, "erste@warendorf.example", Rolle.KOMMUNE, WARENDORF)
    create_konto(session, "zweite@warendorf.example", Rolle.KOMMUNE, WARENDORF)
    due(session, WARENDORF, DAY, DAY - timedelta(days=3), DAY + timedelta(days=1))
    [mail] = planned(session)
    assert mail.empfaenger == "erste@warendorf.example"
    assert "sind 2 Angaben von Warendorf zu bestätigen, fällig seit dem 17.11.2026" in mail.text
    assert f"{BASIS}/kommunen/{WARENDORF}/angaben\n" in mail.text
    assert remind(session) == [("erste@warendorf.example", mail.betreff)]


def test_nobody_is_asked_twice_whatever_else_becomes_due(session: Session) -> None:
    create_konto(session, "erste@warendorf.example", Rolle.KOMMUNE, WARENDORF)
    due(session, WARENDORF, DAY)
    assert len(remind(session)) == 1
    assert remind(session) == []
    due(session, WARENDORF, DAY + timedelta(days=5))
    assert remind(session, DAY + timedelta(days=5)) == []
    # Somebody else acts for the town by now.
    session.connection().execute(update(Nachricht).values(empfaenger="frueher@warendorf.example"))
    assert remind(session, DAY + timedelta(days=300)) == []
    assert len(remind(session, DAY + timedelta(days=366))) == 1


def test_what_an_outage_kept_is_asked_afterwards(session: Session) -> None:
    create_konto(session, "erste@warendorf.example", Rolle.KOMMUNE, WARENDORF)
    due(session, WARENDORF, DAY - timedelta(days=40))
    assert len(remind(session)) == 1


def test_confirmed_is_asked_again_a_year_later(session: Session) -> None:
    create_konto(session, "erste@warendorf.example", Rolle.KOMMUNE, WARENDORF)
    due(session, WARENDORF, DAY)
    remind(session)
    numbers = session.scalars(
        select(col(Einsatz.id)).where(col(Einsatz.pruefung_faellig).is_not(None))
    )
    year = date(2027, 11, 20)
    teilnahme.confirm(session, [n for n in numbers if n], None, DAY, year)
    assert remind(session, year - timedelta(days=1)) == []
    assert len(remind(session, year)) == 1


def test_what_is_over_or_contradicted_is_not_asked_for(session: Session) -> None:
    create_konto(session, "erste@warendorf.example", Rolle.KOMMUNE, WARENDORF)
    stelle = town(session, WARENDORF).stelle_id
    over: tuple[dict[str, Any], ...] = (
        {"status": Einsatzstatus.BEENDET, "bis": DAY},
        {"bis": DAY - timedelta(days=1)},
        {"widersprochen_am": DAY},
    )
    for number, changes in enumerate(over):
        dienst = new_dienst(session, f"vorbei-{number}")
        use(session, stelle, dienst, pruefung_faellig=DAY, **changes)
    assert planned(session) == ()


def test_a_joint_body_is_asked_for_its_member_and_who_has_nobody_is_named(session: Session) -> None:
    create_konto(session, "amt@beckum.example", Rolle.KOMMUNE, BECKUM)
    session.connection().execute(update(Kontakt).values(funktionspostfach=""))
    for ars in (WARENDORF, TELGTE, FAR):
        due(session, ars, DAY)
    joint, member, far = (town(session, ars).stelle_id for ars in (BECKUM, TELGTE, FAR))
    session.add(Mitglied(verbund_id=joint, stelle_id=member))
    role = session.scalars(select(col(Kontaktrolle.id)).limit(1)).one()
    assert role is not None
    mailbox = Kontakt(
        stelle_id=far, rolle_id=role, funktionspostfach="ozg@ort.example",
        sichtbarkeit=Sichtbarkeit.OEFFENTLICH,
    )  # fmt: skip
    session.add(mailbox)
    session.flush()
    found = erinnerung.plan(session, DAY, BASIS)
    assert {mail.empfaenger for mail in found.mails} == {"amt@beckum.example", "ozg@ort.example"}
    assert [each.name for each in found.ohne_adresse] == ["Warendorf"]
