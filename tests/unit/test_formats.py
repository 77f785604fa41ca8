"""Dates, numbers and keys as German pages write them."""

from __future__ import annotations

from datetime import date

import pytest

from katalog.domain.begriffe import Datumsgenauigkeit, Einsatzstatus
from katalog.web import formats

DAY = date(2024, 8, 5)


@pytest.mark.parametrize(
    ("precision", "written"),
    [
        (Datumsgenauigkeit.JAHR, "2024"),
        (Datumsgenauigkeit.MONAT, "08/2024"),
        (Datumsgenauigkeit.TAG, "05.08.2024"),
    ],
)
def test_a_date_shows_no_more_than_its_source_gave(
    precision: Datumsgenauigkeit, written: str
) -> None:
    assert formats.known_part(DAY, precision) == written


def test_every_precision_of_a_date_can_be_written() -> None:
    assert all(formats.known_part(DAY, precision) for precision in Datumsgenauigkeit)


def test_a_day_is_written_short_in_lists_and_long_where_a_decision_hangs_on_it() -> None:
    day = date(2026, 11, 30)
    assert formats.FILTERS["day"](day) == "30.11.2026"
    assert formats.FILTERS["long_day"](day) == "Montag, 30. November 2026"
    assert formats.FILTERS["day_in_words"](day) == "30. November 2026"
    assert formats.FILTERS["month"](day) == "11/2026"


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (999, "999"), (1000, "1.000"), (12862, "12.862"), (1234567, "1.234.567"),
     (-1000, "-1.000")],
)  # fmt: skip
def test_whole_numbers_have_a_point_between_thousands(value: int, written: str) -> None:
    assert formats.number(value) == written


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [(0.5, 1, "0,5"), (1234.56, 2, "1.234,56"), (1234567.0, 1, "1.234.567,0"), (2.04, 1, "2,0")],
)
def test_decimals_have_a_comma(value: float, digits: int, written: str) -> None:
    assert formats.decimal(value, digits) == written


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("99107022012000", ["99", "107", "022", "012", "000"]),
        ("055700052052", ["05", "5", "70", "0052", "052"]),
        ("05570052", ["05", "5", "70", "052"]),
        ("05570", ["05", "5", "70"]),
        ("055", ["05", "5"]),
        ("05", ["05"]),
        ("", [""]),
    ],
)
def test_a_key_falls_into_its_official_groups(key: str, parts: list[str]) -> None:
    assert formats.groups(key) == parts
    assert "".join(formats.groups(key)) == key


@pytest.mark.parametrize(
    ("count", "written"), [(0, "0 Kommunen"), (1, "1 Kommune"), (2, "2 Kommunen"),
                           (1001, "1.001 Kommunen")],
)  # fmt: skip
def test_one_has_a_form_of_its_own(count: int, written: str) -> None:
    assert formats.plural(count, "Kommune", "Kommunen") == written


def test_a_term_is_shown_by_its_label() -> None:
    assert formats.FILTERS["label"](Einsatzstatus.IN_UMSETZUNG) == "in Umsetzung"
