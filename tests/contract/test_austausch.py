"""Whom a meeting is for, who sees it, and which packages and gaps there are, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest

from katalog.coordination import arbeitspakete as work
from katalog.coordination import austausch as service
from katalog.coordination import teilnehmen
from katalog.db import Engine, Session
from katalog.domain.rollen import GAST, Betrachter, Rolle
from katalog.queries import arbeitspakete, austausch, register
from katalog.queries.arbeitspakete import Auswahl
from katalog.queries.konten import find_stelle
from tests.databases import State
from tests.using import BECKUM, FAR, WARENDORF, new_dienst, use

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
BASE = "https://katalog.example"
MEETING = {
    "titel": "Hunde", "tag": "15.01.2027", "von": "10:00", "bis": "11:30", "ort": "Münster",
    "eingeladen": "alle", "sichtbarkeit": "eigene", "bezug": "10160",
}  # fmt: skip
PACKAGE = {
    "titel": "Hund", "bezug": "99110009104000", "stelle": "Warendorf", "status": "in_arbeit",
    "bis": "30.06.2027", "beteiligte": "Beckum", "sichtbarkeit": "eigene",
}  # fmt: skip


@pytest.fixture
def session(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Session]:
    """Never committed."""
    with Session(shared_engine(kind, State.SEEDED)) as session:
        yield session


def body(session: Session, key: str) -> int:
    number = find_stelle(session, key)
    assert number is not None
    return number


def town(number: int) -> Betrachter:
    return Betrachter(rollen=frozenset({Rolle.KOMMUNE}), eigene_stellen=frozenset({number}))


def office(number: int) -> Betrachter:
    return Betrachter(
        rollen=frozenset({Rolle.KOORDINIERUNG}), koordinierende_stellen=frozenset({number})
    )


@pytest.mark.full_run
def test_a_meeting_invites_those_it_is_for_and_nobody_else_sees_it(session: Session) -> None:
    number = body(session, "koordinierung-muensterland-demo")
    dienst = new_dienst(session, "hund-austausch")
    for ars in (BECKUM, FAR):
        use(session, body(session, ars), dienst)

    def invited(**changes: str) -> list[str]:
        made = service.create(session, office(number), number, MEETING | changes, NOW)
        termin = austausch.find(session, made)
        assert termin is not None
        return [name for _, name in austausch.bodies_for(session, termin, TODAY)]

    everybody, kreis = invited(), invited(eingeladen="kreis", kreis="05570")
    assert {"Kreis Warendorf", "Warendorf", "Münster"} <= set(everybody)
    assert set(kreis) < set(everybody)
    assert "Münster" not in kreis
    assert invited(eingeladen="nutzer", nutzer_von="hund-austausch") == ["Beckum"]

    termin = service.create(session, office(number), number, MEETING, NOW)
    warendorf = town(body(session, WARENDORF))
    assert austausch.find_seen(session, warendorf, termin) is None
    service.announce(session, office(number), termin, BASE, NOW, TODAY)
    zeile = teilnehmen.see(session, warendorf, termin)
    assert [each.schluessel for each in zeile.bezuege.thema] == ["10160"]
    for other in (GAST, town(body(session, FAR))):
        assert austausch.find_seen(session, other, termin) is None
        assert termin not in [row.termin.id for row in austausch.upcoming(session, other, NOW)]
    own = austausch.invitations_of(session, warendorf, termin)
    teilnehmen.answer(session, own[0], zeile, "zugesagt", BASE, NOW, warendorf)
    assert austausch.coming(session, [termin]) == {termin: 1}
    assert [r.termin.id for r in austausch.in_calendar(session, warendorf, NOW)] == [termin]
    own = austausch.invitations_of(session, warendorf, termin)
    teilnehmen.answer(session, own[0], zeile, "abgesagt", BASE, NOW, warendorf)
    assert austausch.in_calendar(session, warendorf, NOW) == []


def test_packages_are_found_by_what_they_are_about_and_who_is_in_them(session: Session) -> None:
    number = body(session, "koordinierung-muensterland-demo")
    before = arbeitspakete.without_anybody(session, [])
    made = work.add(session, office(number), number, PACKAGE)
    dog = register.find_leistung(session, "99110009104000")
    bundle = register.find_ozg(session, "10160")
    assert dog is not None
    assert bundle is not None
    beckum = body(session, BECKUM)
    for auswahl in (
        Auswahl(),
        Auswahl(stelle=beckum),
        Auswahl(ozg=frozenset({bundle.id})),
        Auswahl(ozg=frozenset({bundle.id}), leistung=dog.id),
        Auswahl("Engagement & Hobby"),
    ):
        [row] = arbeitspakete.list_pakete(session, town(beckum), auswahl)
        assert (row.paket.id, [each.name for each in row.beteiligte]) == (made, ["Beckum"])
        assert [each.ozg_id for each in row.ozg] == ["10160"]
    assert arbeitspakete.list_pakete(session, town(body(session, FAR))) == []
    assert arbeitspakete.list_pakete(session, town(beckum), Auswahl("Bildung")) == []

    gap = before[0]
    work.add(session, office(number), number, PACKAGE | {"bezug": gap.ozg_id})
    rows = arbeitspakete.list_pakete(session, office(number))
    assert arbeitspakete.without_anybody(session, rows) == before[1:]
    assert [k for k, _ in arbeitspakete.announced_efa(session, {bundle.id})[bundle.id]] == [
        "hunderegister-meldung-demo"
    ]
