"""What providers say and what neighbours have, on both databases; nothing is committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from katalog.db import Engine, Session
from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus
from katalog.domain.errors import NichtErlaubt, NichtGefunden, SchonVorhanden, VoraussetzungFehlt
from katalog.domain.rollen import GAST, Betrachter, Rolle, Sichtbarkeit
from katalog.models.angebot import Onlinedienst
from katalog.participation import anbieter, contradict, uebernahme
from katalog.participation.anbieter import parse_by_provider
from katalog.queries import einsaetze, teilnahme, verlauf
from tests.databases import State
from tests.using import BECKUM, WARENDORF, new_dienst, town, use

TODAY = date(2026, 11, 20)
IN_USE = parse_by_provider({"rolle": "nutzt", "status": "produktiv"}, TODAY)


@dataclass
class Market:
    session: Session
    stelle: int
    nachbar: int
    dienst: Onlinedienst
    provider: Betrachter
    town: Betrachter

    def state(self, viewer: Betrachter) -> int:
        return anbieter.state_as_provider(
            self.session, viewer, self.dienst, self.stelle, IN_USE, TODAY
        )

    def count(self) -> int:
        number = self.dienst.id or 0
        return einsaetze.count_users(self.session, [number], GAST, TODAY).get(number, 0)


@pytest.fixture
def market(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Market]:
    with Session(shared_engine(kind, State.SEEDED)) as session:
        stelle, nachbar = (town(session, ars).stelle_id for ars in (WARENDORF, BECKUM))
        number = new_dienst(session, "vom-anbieter", traeger_id=nachbar)
        yield Market(
            session,
            stelle,
            nachbar,
            session.get_one(Onlinedienst, number),
            Betrachter(frozenset({Rolle.ANBIETER}), anbieter_stellen=frozenset({nachbar})),
            Betrachter(frozenset({Rolle.KOMMUNE}), eigene_stellen=frozenset({stelle})),
        )


def test_a_providers_word_counts_until_the_town_contradicts_it_for_good(market: Market) -> None:
    number = market.state(market.provider)
    einsatz = teilnahme.find(market.session, market.stelle, number, lock=True)
    assert einsatz is not None
    assert (einsatz.beleg, einsatz.gemeldet_von_id) == (Beleg.ANBIETER, market.nachbar)
    assert (einsatz.bestaetigt_am, einsatz.pruefung_faellig) == (None, TODAY)
    assert market.count() == 1
    with pytest.raises(SchonVorhanden):
        market.state(market.provider)
    contradict(market.session, market.town, market.stelle, number, TODAY)
    assert market.count() == 0
    with pytest.raises(VoraussetzungFehlt):
        market.state(market.provider)
    lines = verlauf.of_statement(market.session, number)
    assert [(line.vorgang, line.als) for line in lines] == [
        ("einsatz_widersprochen", "kommune"),
        ("einsatz_angegeben", "anbieter"),
    ]


def test_a_provider_may_take_its_word_back_and_give_it_again(market: Market) -> None:
    number = market.state(market.provider)
    anbieter.contradict_as_provider(market.session, market.provider, market.dienst, number, TODAY)
    assert market.count() == 0
    market.state(market.provider)
    assert market.count() == 1


def test_a_provider_speaks_of_its_own_assistants_only(market: Market) -> None:
    other = Betrachter(frozenset({Rolle.ANBIETER}), anbieter_stellen=frozenset({market.stelle}))
    for viewer in (other, market.town, GAST):
        with pytest.raises(NichtErlaubt):
            market.state(viewer)


def test_a_provider_contradicts_what_it_sees_and_nothing_else(market: Market) -> None:
    number = market.dienst.id
    assert number is not None
    for level in Sichtbarkeit:
        use(market.session, market.stelle, number, sichtbarkeit=level)
    foreign = new_dienst(market.session, "fremd")
    use(market.session, market.stelle, foreign)
    rows = {
        row.sichtbarkeit: row.id
        for row in einsaetze.of_stelle(market.session, market.stelle, market.town)
        if row.dienst_kennung == "vom-anbieter"
    }
    [of_another] = [
        row.id
        for row in einsaetze.of_stelle(market.session, market.stelle, GAST)
        if row.dienst_kennung == "fremd"
    ]
    for hidden in (rows[Sichtbarkeit.VERWALTUNG], rows[Sichtbarkeit.EIGENE], of_another):
        with pytest.raises(NichtGefunden):
            anbieter.contradict_as_provider(
                market.session, market.provider, market.dienst, hidden, TODAY
            )
    shown = rows[Sichtbarkeit.OEFFENTLICH]
    anbieter.contradict_as_provider(market.session, market.provider, market.dienst, shown, TODAY)
    assert market.count() == 0


def test_only_what_a_neighbour_says_in_public_is_copied(market: Market) -> None:
    for kennung, changes in (
        ("offen", {}),
        ("intern", {"sichtbarkeit": Sichtbarkeit.VERWALTUNG}),
        ("vorbei", {"status": Einsatzstatus.BEENDET}),
        ("bestritten", {"widersprochen_am": TODAY}),
        ("geplant", {"rolle": Einsatzrolle.PLANT}),
    ):
        use(market.session, market.nachbar, new_dienst(market.session, kennung), **changes)
    offered = uebernahme.list_of_neighbour(
        market.session, market.town, market.stelle, market.nachbar, TODAY
    )
    made = {"offen", "intern", "vorbei", "bestritten", "geplant"}
    assert {each.nutzung.dienst_kennung for each in offered} & made == {"offen"}
    copied = uebernahme.copy(
        market.session, market.town, market.stelle, market.nachbar, made, Einsatzrolle.NUTZT, TODAY
    )
    assert copied == 1
    [row] = [
        row
        for row in einsaetze.of_stelle(market.session, market.stelle, GAST)
        if row.dienst_kennung == "offen"
    ]
    assert (row.status, row.beleg) == (Einsatzstatus.PRODUKTIV, Beleg.EIGENANGABE)
