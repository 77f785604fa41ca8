"""When a day is brought to mind: at each step once, and after an outage at the nearest only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from katalog.domain.erinnerung import (
    ADRESSATEN,
    Adressat,
    Faelligkeit,
    Terminart,
    choose_reminders,
    find_stufe,
)
from katalog.domain.errors import Konfigurationsfehler
from katalog.settings import load_settings

DAY = date(2026, 11, 30)
STEPS = (30, 14, 3)
END = Faelligkeit(Terminart.ENDE, DAY, "ende")


def walk(days: range, faelligkeit: Faelligkeit = END) -> list[tuple[int, int]]:
    """Distance and step of everything that is said if somebody looks on each of these days."""
    said: set[tuple[str, date, int]] = set()
    found = []
    for left in days:
        today = faelligkeit.am - timedelta(days=left)
        for each in choose_reminders([faelligkeit], today, STEPS, said):
            said.add(each.marke)
            found.append((left, each.stufe))
    return found


def test_each_step_is_said_once_on_its_day() -> None:
    assert walk(range(60, -60, -1)) == [(30, 30), (14, 14), (3, 3)]


@pytest.mark.parametrize(
    ("first", "said"),
    [(29, [(29, 30), (14, 14), (3, 3)]), (10, [(10, 14), (3, 3)]), (2, [(2, 3)]), (0, [(0, 3)])],
)
def test_after_an_outage_only_the_nearest_step_is_said(
    first: int, said: list[tuple[int, int]]
) -> None:
    assert walk(range(first, -60, -1)) == said


def test_a_day_that_passed_in_an_outage_is_said_for_a_fortnight_and_then_no_more() -> None:
    assert walk(range(-14, -60, -1)) == [(-14, 3)]
    assert walk(range(-15, -60, -1)) == []


def test_moved_to_another_day_it_is_something_new() -> None:
    said = {("ende", DAY, 3)}
    later = Faelligkeit(Terminart.ENDE, DAY + timedelta(days=1), "ende")
    today = DAY - timedelta(days=2)
    assert [e.faelligkeit for e in choose_reminders([END, later], today, STEPS, said)] == [later]


def test_a_wiedervorlage_is_said_on_its_day() -> None:
    own = Faelligkeit(Terminart.WIEDERVORLAGE, DAY, "wiedervorlage-1")
    assert walk(range(60, -60, -1), own) == [(0, 0)]


def test_nobody_is_reminded_of_a_wish_or_without_steps() -> None:
    wish = Faelligkeit(Terminart.WUNSCHTERMIN, DAY, "wunschtermin")
    assert walk(range(60, -60, -1), wish) == []
    own = Faelligkeit(Terminart.WIEDERVORLAGE, DAY, "wiedervorlage-1")
    assert [find_stufe(each, DAY, ()) for each in (END, own)] == [None, None]


def test_for_every_kind_of_day_somebody_has_said_whom_it_concerns() -> None:
    assert set(ADRESSATEN) == set(Terminart)
    assert ADRESSATEN[Terminart.BEDINGUNGEN] == {Adressat.KOMMUNE}


@pytest.mark.parametrize("typed", ["bald", "30,,3", "-1", "366", "٣", "3.5"])
def test_a_step_that_is_no_number_of_days_stops_the_start(typed: str) -> None:
    with pytest.raises(Konfigurationsfehler, match="KATALOG_ERINNERUNGEN"):
        load_settings({"KATALOG_ERINNERUNGEN": typed})
