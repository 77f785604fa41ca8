"""Days: reading and writing dates, Germany's midnight, holidays of a Land."""

from datetime import UTC, date, datetime

import pytest

from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.kalender import (
    berlin_day,
    format_datum,
    format_datum_lang,
    is_working_day,
    parse_datum,
)
from katalog.domain.laender import Landeskuerzel
from katalog.feiertage import feiertage_in, list_feiertage


def day(text: str) -> date:
    return parse_datum(text)


@pytest.mark.parametrize("written", ["28.02.2027", "28. 2.2027", "2027-02-28", " 28.2.2027 "])
def test_a_date_is_read_as_people_and_machines_write_it(written: str) -> None:
    assert parse_datum(written) == date(2027, 2, 28)


@pytest.mark.parametrize("written", ["", "29.02.2027", "2027-13-01", "28.02.27", "00.00.0000"])
def test_a_date_that_does_not_exist_is_refused(written: str) -> None:
    with pytest.raises(UngueltigeEingabe) as refused:
        parse_datum(written, "zugang")
    assert refused.value.feld == "zugang"


def test_dates_are_written_in_german() -> None:
    assert format_datum(date(2027, 2, 8)) == "08.02.2027"
    assert format_datum_lang(date(2027, 3, 1)) == "Montag, 1. März 2027"


def test_a_moment_belongs_to_the_day_it_is_in_germany() -> None:
    assert berlin_day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2027, 1, 1)
    assert berlin_day(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == date(2026, 7, 1)
    with pytest.raises(ValueError, match="Zeitzone"):
        berlin_day(datetime(2026, 12, 31, 23, 30))  # noqa: DTZ001  the naive moment is the test


def test_holidays_depend_on_the_land() -> None:
    corpus_christi, assumption = day("04.06.2026"), day("15.08.2026")
    with_it = {land.value for land in Landeskuerzel if feiertage_in(land)(corpus_christi)}
    assert with_it == {"BW", "BY", "HE", "NW", "RP", "SL"}
    with_it = {land.value for land in Landeskuerzel if feiertage_in(land)(assumption)}
    assert with_it == {"BY", "SL"}


def test_holidays_have_german_names_in_the_order_of_the_year() -> None:
    names = list_feiertage(Landeskuerzel.MV, 2026)
    assert list(names) == sorted(names)
    assert names[day("08.03.2026")] == "Frauentag"
    assert names[day("31.10.2026")] == "Reformationstag"


def test_the_operator_corrects_the_calendar_both_ways() -> None:
    corrections = {day("24.12.2026"): "Dienststelle geschlossen", day("25.12.2026"): None}
    is_feiertag = feiertage_in(Landeskuerzel.NW, corrections)
    assert is_feiertag(day("24.12.2026"))
    assert not is_feiertag(day("25.12.2026"))
    assert is_feiertag(day("26.12.2026"))
    assert not is_working_day(day("24.12.2026"), is_feiertag)
    named = list_feiertage(Landeskuerzel.NW, 2026, corrections)
    assert named[day("24.12.2026")] == "Dienststelle geschlossen"
    assert day("25.12.2026") not in named


def test_years_without_known_holidays_are_refused_instead_of_counted_as_working_days() -> None:
    with pytest.raises(UngueltigeEingabe, match="1991 bis 2100"):
        feiertage_in(Landeskuerzel.NW)(date(2101, 1, 3))
