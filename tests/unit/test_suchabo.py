"""When a kept search is due, and what is new in it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from katalog.domain.begriffe import Objektart
from katalog.domain.suchabo import Rhythmus, compare_finds, due_before

MONDAY = date(2026, 11, 16)
FINDS = st.dictionaries(
    st.sampled_from(Objektart), st.lists(st.integers(1, 12), unique=True, max_size=6), max_size=3
)


def days_told(rhythmus: Rhythmus, kept: date, looked: list[int]) -> list[int]:
    """On which of these days after `kept` somebody is told who looks on each of them."""
    seen, told = kept, []
    for number in looked:
        today = kept + timedelta(days=number)
        if seen < due_before(rhythmus, today):
            told.append(number)
            seen = today
    return told


def test_daily_is_every_day_but_the_first() -> None:
    assert days_told(Rhythmus.TAEGLICH, MONDAY, [0, 0, 1, 2, 2, 3]) == [1, 2, 3]


def test_weekly_is_on_mondays_whenever_the_search_was_kept() -> None:
    for kept in range(7):
        told = days_told(Rhythmus.WOECHENTLICH, MONDAY + timedelta(days=kept), [*range(22)])
        assert told == [day for day in range(1, 22) if (day + kept) % 7 == 0]


def test_what_an_outage_held_up_is_told_once_and_then_on_mondays_again() -> None:
    looked = [*range(3), *range(9, 22)]
    assert days_told(Rhythmus.WOECHENTLICH, MONDAY, looked) == [9, 14, 21]


@given(FINDS, FINDS)
def test_what_is_new_and_what_is_gone_make_the_one_into_the_other(
    before: dict[Objektart, list[int]], now: dict[Objektart, list[int]]
) -> None:
    found = compare_finds(before, now)
    for typ in Objektart:
        was, came, went = (set(each.get(typ, ())) for each in (before, found.dazu, found.weg))
        assert (was - went) | came == set(now.get(typ, ()))
        assert came.isdisjoint(was)
        assert went <= was
    same = {typ: set(n) for typ, n in before.items() if n} == {
        t: set(n) for t, n in now.items() if n
    }
    assert bool(found) is not same
