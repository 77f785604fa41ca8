"""The place somebody means: what is offered while typing finds just that place again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from katalog.db import Engine, Session
from katalog.queries.kommunen import KommuneZeile
from katalog.queries.orte import Ort, find_place, suggest_places
from tests.databases import State


@pytest.fixture
def session(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Session]:
    with Session(shared_engine(kind, State.SEEDED)) as session:
        yield session


def where(place: KommuneZeile | None) -> str:
    assert place is not None
    return ", ".join(filter(None, [place.kreis, place.land]))


@pytest.mark.parametrize(
    "typed", ["neustadt", "halle", "münster", "munster", "fürth", "war", "05570", "st."]
)
def test_what_is_offered_finds_just_that_place(session: Session, typed: str) -> None:
    offered = suggest_places(session, typed, 8)
    assert offered
    assert len({ort.eingabe for ort in offered}) == len(offered)
    for ort in offered:
        assert where(find_place(session, ort.eingabe)) == ort.zusatz


def test_a_name_of_several_is_offered_with_its_kreis(session: Session) -> None:
    offered = suggest_places(session, "Fürth", 2)
    assert offered == [
        Ort("Fürth", "Bayern"),
        Ort("Fürth (Landkreis Bergstraße)", "Landkreis Bergstraße, Hessen"),
    ]


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("Münster", "Nordrhein-Westfalen"),
        ("Munster", "Heidekreis, Niedersachsen"),
        ("Münster (Landkreis Donau-Ries)", "Landkreis Donau-Ries, Bayern"),
        ("warendorf", "Kreis Warendorf, Nordrhein-Westfalen"),
        ("Halle (Saale)", "Sachsen-Anhalt"),
    ],
)
def test_whoever_writes_a_name_out_gets_that_place(
    session: Session, typed: str, place: str
) -> None:
    assert where(find_place(session, typed)) == place


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "()", "(", "Fürth (Mond)", "x" * 200])
def test_what_is_no_place_is_none(session: Session, typed: str) -> None:
    assert find_place(session, typed) is None
    assert [ort.eingabe for ort in suggest_places(session, typed, 8)] == []
