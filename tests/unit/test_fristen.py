"""Periods: the worked cases of the law, and properties against day-by-day definitions."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.fristen import (
    Anker,
    Einheit,
    Fristbeginn,
    Kuendigungsregel,
    antwortfrist,
    empfohlener_zugang,
    format_rechnung,
    fristende,
    is_moegliches_ende,
    list_enden,
    parse_n,
    spaetester_zugang,
    wirksam_zum,
)
from katalog.domain.kalender import (
    format_datum,
    parse_datum,
)
from katalog.domain.laender import Landeskuerzel
from katalog.feiertage import feiertage_in

moderate = settings(max_examples=60, database=None, deadline=None)

TAG, WOCHE, MONAT = Einheit.TAG, Einheit.WOCHE, Einheit.MONAT
DREI_MONATE = Kuendigungsregel(3, MONAT, Anker.MONATSENDE)
NRW = feiertage_in(Landeskuerzel.NW)


def day(text: str) -> date:
    return parse_datum(text)


# The worked cases -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zugang", "ende"),
    [
        ("30.11.2026", "28.02.2027"),
        ("01.12.2026", "31.03.2027"),
        ("28.02.2027", "31.05.2027"),
        ("29.02.2028", "31.05.2028"),
    ],
)
def test_three_months_to_the_end_of_a_month_end_on_the_last_day_of_the_third_month(
    zugang: str, ende: str
) -> None:
    assert wirksam_zum(DREI_MONATE, day(zugang)).wirksam_zum == day(ende)


@pytest.mark.parametrize(
    ("ende", "latest", "recommended"),
    [
        ("28.02.2027", "30.11.2026", "30.11.2026"),
        ("30.04.2027", "31.01.2027", "29.01.2027"),
        ("31.05.2027", "28.02.2027", "26.02.2027"),
        ("30.06.2027", "31.03.2027", "31.03.2027"),
    ],
)
def test_the_latest_receipt_does_not_move_off_a_sunday_but_the_recommended_one_does(
    ende: str, latest: str, recommended: str
) -> None:
    frist = spaetester_zugang(DREI_MONATE, day(ende))
    assert (frist.spaetester_zugang, frist.wirksam_zum) == (day(latest), day(ende))
    assert not frist.ende_weicht_ab
    assert empfohlener_zugang(frist.spaetester_zugang, NRW).empfohlen == day(recommended)


def test_a_wanted_end_that_is_no_anchor_becomes_the_last_anchor_before_it() -> None:
    frist = spaetester_zugang(DREI_MONATE, day("15.04.2027"))
    assert frist.spaetester_zugang == day("31.12.2026")
    assert frist.wirksam_zum == day("31.03.2027")
    assert frist.ende_weicht_ab
    assert "15. April 2027 ist kein Monatsende" in frist.rechnung[0].satz


def test_six_weeks_to_the_end_of_a_quarter() -> None:
    regel = Kuendigungsregel(6, WOCHE, Anker.QUARTALSENDE)
    frist = spaetester_zugang(regel, day("31.12.1969"))
    assert frist.spaetester_zugang == day("19.11.1969")


@pytest.mark.parametrize(
    ("beginn", "n", "einheit", "unshifted", "ende"),
    [
        ("11.12.2026", 14, TAG, "25.12.2026", "28.12.2026"),
        ("12.03.2027", 14, TAG, "26.03.2027", "30.03.2027"),
        ("31.01.2027", 1, MONAT, "28.02.2027", "01.03.2027"),
    ],
)
def test_a_period_for_an_answer_moves_to_the_next_working_day(
    beginn: str, n: int, einheit: Einheit, unshifted: str, ende: str
) -> None:
    frist = antwortfrist(day(beginn), n, einheit, NRW)
    assert (frist.fristende, frist.ende) == (day(unshifted), day(ende))
    assert "§ 193 BGB" in frist.rechnung[-1].paragraph


def test_two_months_without_an_anchor_end_on_leap_day() -> None:
    regel = Kuendigungsregel(2, MONAT, Anker.KEINER)
    assert wirksam_zum(regel, day("30.12.2015")).wirksam_zum == day("29.02.2016")


@pytest.mark.parametrize(
    ("beginn", "n", "einheit", "ende"),
    [
        ("01.01.2027", 1, TAG, "01.01.2027"),
        ("04.01.2027", 2, WOCHE, "17.01.2027"),
        ("15.03.2026", 12, MONAT, "14.03.2027"),
        ("01.01.2027", 1, MONAT, "31.01.2027"),
        ("01.03.2027", 1, MONAT, "31.03.2027"),
        ("31.01.2027", 1, MONAT, "28.02.2027"),
        ("31.01.2027", 3, MONAT, "30.04.2027"),
        ("29.01.2027", 1, MONAT, "28.02.2027"),
    ],
)
def test_a_period_that_begins_with_a_day_counts_that_day(
    beginn: str, n: int, einheit: Einheit, ende: str
) -> None:
    assert fristende(day(beginn), n, einheit, Fristbeginn.TAGESBEGINN) == day(ende)


@pytest.mark.parametrize(
    ("anker", "ende"),
    [
        (Anker.KEINER, "20.02.2027"),
        (Anker.MONATSENDE, "28.02.2027"),
        (Anker.QUARTALSENDE, "31.03.2027"),
        (Anker.HALBJAHRESENDE, "30.06.2027"),
        (Anker.JAHRESENDE, "31.12.2027"),
    ],
)
def test_every_anchor_takes_the_first_of_its_days(anker: Anker, ende: str) -> None:
    regel = Kuendigungsregel(3, MONAT, anker)
    assert wirksam_zum(regel, day("20.11.2026")).wirksam_zum == day(ende)


def test_the_next_ends_come_with_their_latest_and_recommended_receipt() -> None:
    rows = list_enden(DREI_MONATE, day("20.11.2026"), 4, NRW)
    written = [
        [format_datum(d) for d in (f.wirksam_zum, f.spaetester_zugang, e.empfohlen)]
        for f, e in rows
    ]
    assert written == [
        ["28.02.2027", "30.11.2026", "30.11.2026"],
        ["31.03.2027", "31.12.2026", "31.12.2026"],
        ["30.04.2027", "31.01.2027", "29.01.2027"],
        ["31.05.2027", "28.02.2027", "26.02.2027"],
    ]


def test_without_an_anchor_only_the_first_end_is_listed() -> None:
    assert len(list_enden(Kuendigungsregel(3, MONAT, Anker.KEINER), day("20.11.2026"), 4, NRW)) == 1


# Mindestlaufzeit ------------------------------------------------------------------------------

EIN_JAHR = Kuendigungsregel(3, MONAT, Anker.MONATSENDE, mindestlaufzeit_monate=12)


def test_a_minimum_term_holds_the_end_back_until_it_is_over() -> None:
    begun = day("15.03.2026")
    assert wirksam_zum(EIN_JAHR, day("20.11.2026"), begun).wirksam_zum == day("31.03.2027")
    assert wirksam_zum(EIN_JAHR, day("20.04.2027"), begun).wirksam_zum == day("31.07.2027")


def test_an_end_inside_the_minimum_term_is_refused_with_the_first_possible_one() -> None:
    with pytest.raises(UngueltigeEingabe, match=r"Wählen Sie den 31\. März 2027"):
        spaetester_zugang(EIN_JAHR, day("28.02.2027"), day("15.03.2026"))
    frist = spaetester_zugang(EIN_JAHR, day("31.03.2027"), day("15.03.2026"))
    assert frist.spaetester_zugang == day("31.12.2026")
    on_its_last_day = spaetester_zugang(EIN_JAHR, day("28.02.2027"), day("01.03.2026"))
    assert on_its_last_day.wirksam_zum == day("28.02.2027")


def test_a_minimum_term_without_a_beginning_is_said_to_be_left_out() -> None:
    assert "nicht berücksichtigt" in format_rechnung(
        wirksam_zum(EIN_JAHR, day("20.11.2026")).rechnung
    )


# Day by day: definitions that share no arithmetic with the code --------------------------------

ONE_DAY = timedelta(days=1)
days = st.dates(date(1999, 1, 1), date(2040, 12, 31))
short_rules = st.one_of(
    st.builds(Kuendigungsregel, st.integers(1, 40), st.just(TAG), st.sampled_from(Anker)),
    st.builds(Kuendigungsregel, st.integers(1, 8), st.just(WOCHE), st.sampled_from(Anker)),
    st.builds(Kuendigungsregel, st.integers(1, 4), st.just(MONAT), st.sampled_from(Anker)),
)


def scan_fristende(beginn: date, n: int, einheit: Einheit) -> date:
    """Walk on from the event until the day that § 188 BGB describes."""
    current, steps, months = beginn, 0, 0
    while True:
        current += ONE_DAY
        steps += 1
        months += current.day == 1
        if einheit is TAG and steps == n:
            return current
        if einheit is WOCHE and current.weekday() == beginn.weekday() and steps > 7 * (n - 1):
            return current
        last = (current + ONE_DAY).day == 1
        if einheit is MONAT and months == n and (current.day == beginn.day or last):
            return current


def is_anchor(current: date, anker: Anker) -> bool:
    if anker is Anker.KEINER:
        return True
    following = current + ONE_DAY
    firsts = {
        Anker.MONATSENDE: range(1, 13),
        Anker.QUARTALSENDE: (1, 4, 7, 10),
        Anker.HALBJAHRESENDE: (1, 7),
        Anker.JAHRESENDE: (1,),
    }[anker]
    return following.day == 1 and following.month in firsts


def scan(start: date, step: timedelta, found: Callable[[date], bool]) -> date:
    while not found(start):
        start += step
    return start


@moderate
@given(days, st.integers(1, 40), st.sampled_from(Einheit))
def test_a_period_ends_where_walking_day_by_day_ends(
    beginn: date, n: int, einheit: Einheit
) -> None:
    n = n if einheit is TAG else 1 + n % 8
    assert fristende(beginn, n, einheit) == scan_fristende(beginn, n, einheit)


@moderate
@given(short_rules, days)
def test_a_notice_takes_effect_on_the_first_anchor_from_the_end_of_its_period(
    regel: Kuendigungsregel, zugang: date
) -> None:
    frist = scan_fristende(zugang, regel.n, regel.einheit)
    ende = scan(frist, ONE_DAY, lambda d: is_anchor(d, regel.anker))
    result = wirksam_zum(regel, zugang)
    assert (result.fristende, result.wirksam_zum) == (frist, ende)
    assert is_moegliches_ende(regel, ende)


@moderate
@given(short_rules, days)
def test_the_latest_receipt_is_the_greatest_day_whose_period_ends_in_time(
    regel: Kuendigungsregel, wanted: date
) -> None:
    ende = scan(wanted, -ONE_DAY, lambda d: is_anchor(d, regel.anker))
    latest = scan(ende, -ONE_DAY, lambda d: scan_fristende(d, regel.n, regel.einheit) <= ende)
    result = spaetester_zugang(regel, wanted)
    assert (result.wirksam_zum, result.spaetester_zugang) == (ende, latest)


@moderate
@example(Kuendigungsregel(1, MONAT, Anker.KEINER), date(2027, 3, 29))
@given(short_rules, days)
def test_the_two_questions_answer_each_other(regel: Kuendigungsregel, wanted: date) -> None:
    frist = spaetester_zugang(regel, wanted)
    in_time = wirksam_zum(regel, frist.spaetester_zugang).wirksam_zum
    if regel.anker is Anker.KEINER:
        # A month from 28 February ends on 28 March, from 1 March on 1 April: no notice takes
        # effect on 29 March by itself, only one that names the day.
        assert in_time <= frist.wirksam_zum
    else:
        assert in_time == frist.wirksam_zum
    too_late = wirksam_zum(regel, frist.spaetester_zugang + ONE_DAY)
    assert too_late.wirksam_zum > frist.wirksam_zum


@moderate
@given(short_rules, days, st.integers(0, 60))
def test_a_later_notice_never_ends_earlier(
    regel: Kuendigungsregel, zugang: date, later: int
) -> None:
    first = wirksam_zum(regel, zugang)
    second = wirksam_zum(regel, zugang + later * ONE_DAY)
    assert first.wirksam_zum <= second.wirksam_zum
    assert first.wirksam_zum > zugang


@moderate
@given(days, days, st.integers(1, 24), st.sampled_from(Einheit), st.sampled_from(Fristbeginn))
def test_a_later_beginning_never_ends_a_period_earlier(
    one: date, other: date, n: int, einheit: Einheit, art: Fristbeginn
) -> None:
    earlier, later = sorted((one, other))
    assert fristende(earlier, n, einheit, art) <= fristende(later, n, einheit, art)


@moderate
@given(days, st.sets(days, max_size=20))
def test_recommended_and_moved_days_are_the_nearest_working_days(
    start: date, holidays: set[date]
) -> None:
    holidays |= {start, start + ONE_DAY}

    def works(d: date) -> bool:
        return d.isoweekday() < 6 and d not in holidays

    recommended = empfohlener_zugang(start, holidays).empfohlen
    assert recommended == scan(start, -ONE_DAY, works)
    answer = antwortfrist(start, 1, TAG, holidays)
    assert answer.ende == scan(start + ONE_DAY, ONE_DAY, works)


# The ends of the calendar ---------------------------------------------------------------------


@pytest.mark.parametrize("einheit", Einheit)
def test_beyond_the_year_9999_there_is_a_clear_answer(einheit: Einheit) -> None:
    regel = Kuendigungsregel(10_000, einheit, Anker.JAHRESENDE)
    with pytest.raises(UngueltigeEingabe, match="Jahre 1 bis 9999"):
        wirksam_zum(regel, date(9990, 12, 31))
    with pytest.raises(UngueltigeEingabe, match="Jahre 1 bis 9999"):
        spaetester_zugang(regel, date(1, 12, 31))


def test_the_last_days_of_the_calendar_are_still_computed() -> None:
    assert wirksam_zum(DREI_MONATE, date(9999, 9, 30)).wirksam_zum == date.max
    assert spaetester_zugang(DREI_MONATE, date(1, 4, 30)).spaetester_zugang == date(1, 1, 31)


def test_no_anchor_lies_before_the_calendar() -> None:
    with pytest.raises(UngueltigeEingabe):
        spaetester_zugang(DREI_MONATE, date(1, 1, 30))


def test_a_search_for_a_working_day_stops_at_the_ends_of_the_calendar() -> None:
    with pytest.raises(UngueltigeEingabe):
        empfohlener_zugang(date(1, 1, 2), {date(1, 1, 1), date(1, 1, 2)})
    with pytest.raises(UngueltigeEingabe):
        antwortfrist(date(9999, 12, 30), 1, TAG, {date.max})


# Input ----------------------------------------------------------------------------------------


def test_a_rule_is_read_from_an_address() -> None:
    assert Kuendigungsregel.parse("3", "monat", "monatsende") == DREI_MONATE


@pytest.mark.parametrize(
    ("n", "einheit", "anker", "feld"),
    [
        ("0", "monat", "monatsende", "n"),
        ("-3", "monat", "monatsende", "n"),
        ("drei", "monat", "monatsende", "n"),
        ("³", "monat", "monatsende", "n"),
        ("9" * 5000, "monat", "monatsende", "n"),
        ("3", "jahr", "monatsende", "einheit"),
        ("3", "monat", "ultimo", "anker"),
    ],
)
def test_a_bad_rule_is_refused_by_field(n: str, einheit: str, anker: str, feld: str) -> None:
    with pytest.raises(UngueltigeEingabe) as refused:
        Kuendigungsregel.parse(n, einheit, anker)
    assert refused.value.feld == feld


def test_a_period_of_nothing_is_refused_wherever_it_comes_from() -> None:
    with pytest.raises(UngueltigeEingabe):
        fristende(day("01.01.2027"), 0, TAG)
    with pytest.raises(UngueltigeEingabe):
        Kuendigungsregel(3, MONAT, Anker.KEINER, mindestlaufzeit_monate=-1)
    assert parse_n(" 14 ") == 14


def test_every_month_end_is_its_own_anchor() -> None:
    for month in range(1, 13):
        last = date(2027, month, monthrange(2027, month)[1])
        assert is_moegliches_ende(DREI_MONATE, last)
        assert not is_moegliches_ende(DREI_MONATE, last - ONE_DAY)
