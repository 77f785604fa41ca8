"""What steps say of any day: counts add up, stays are measured, departures explained."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from katalog.domain import abdeckung
from katalog.domain.abdeckung import Aussage, Traeger
from katalog.domain.begriffe import Einsatzstatus
from katalog.domain.vorgang import ABGESCHLOSSEN, Status
from katalog.domain.vorgangsstatistik import (
    Pause,
    Station,
    Takt,
    Verlauf,
    compare,
    count_by_status,
    count_movements,
    count_paused,
    follow,
    list_departures,
    list_zeitraeume,
    measure_steps,
)

HEUTE = date(2026, 11, 20)
INTERESSE, BESTAETIGT, ANBINDUNG, TEST = (
    Status.INTERESSE_BEKUNDET, Status.BESTAETIGT, Status.IN_ANBINDUNG, Status.IM_TEST,
)  # fmt: skip


def ago(days: int) -> date:
    return HEUTE - timedelta(days=days)


def verlauf(
    *steps: tuple[int, Status],
    ende: date | None = None,
    nummer: int = 1,
    pausen: tuple[Pause, ...] = (),
) -> Verlauf:
    stations = follow(((ago(days), status) for days, status in steps), ende)
    return Verlauf(nummer, nummer, 7, "055700000000", stations[0].tag, stations, pausen)


LIVE = ((300, INTERESSE), (290, BESTAETIGT), (280, ANBINDUNG), (200, TEST), (180, Status.PRODUKTIV))


@st.composite
def verlaeufe(draw: st.DrawFn) -> list[Verlauf]:
    """Any order of states and days: a list taken over from elsewhere may say anything."""
    found = []
    for nummer in range(1, draw(st.integers(1, 6))):
        steps = draw(
            st.lists(
                st.tuples(
                    st.integers(-40, 900),
                    st.sampled_from([s for s in Status if s is not Status.BEENDET]),
                ),
                min_size=1,
                max_size=7,
            )
        )
        ende = draw(st.one_of(st.none(), st.just(date.max), st.integers(-90, 800).map(ago)))
        found.append(verlauf(*steps, ende=ende, nummer=nummer))
    return found


def test_a_day_in_the_past_shows_the_state_of_that_day() -> None:
    case = verlauf(*LIVE)
    assert case.status_am(ago(301)) is None
    assert case.status_am(ago(300)) is INTERESSE
    assert case.status_am(ago(201)) is ANBINDUNG
    assert case.status_am(HEUTE) is Status.PRODUKTIV


def test_a_notice_ends_a_case_on_the_day_after_its_end_and_an_endless_one_never() -> None:
    ended = verlauf(*LIVE, (90, Status.GEKUENDIGT), ende=ago(30))
    assert ended.status_am(ago(30)) is Status.GEKUENDIGT
    assert ended.status_am(ago(29)) is Status.BEENDET
    assert not ended.nutzt_am(ago(29))
    endless = verlauf(*LIVE, (90, Status.GEKUENDIGT), ende=date.max)
    assert endless.status_am(date.max) is Status.GEKUENDIGT


def test_what_was_recorded_late_never_goes_back_behind_what_had_happened() -> None:
    stations = follow([(ago(10), TEST), (ago(40), Status.PRODUKTIV)], None)
    assert stations == (Station(ago(10), TEST), Station(ago(10), Status.PRODUKTIV))


def test_a_notice_before_going_live_is_no_use() -> None:
    case = verlauf((50, BESTAETIGT), (40, Status.GEKUENDIGT), ende=ago(5))
    assert list(case.nutzungen) == []


def test_stays_are_measured_by_values_that_occur() -> None:
    cases = [verlauf((100, INTERESSE), (100 - days, BESTAETIGT)) for days in (3, 5, 8, 40)]
    first, second, *_ = measure_steps(cases, HEUTE)
    assert (first.anzahl, first.median, first.meiste, first.laengste) == (4, 5, 40, 40)
    assert (second.jetzt, second.anzahl, second.median) == (4, 0, None)


def test_a_stay_counts_from_the_key_date_on_which_it_was_over() -> None:
    [first, *_] = measure_steps([verlauf(*LIVE)], ago(291))
    assert (first.jetzt, first.anzahl) == (1, 0)


def test_periods_end_today_and_the_last_one_is_under_way() -> None:
    months = list_zeitraeume(HEUTE, Takt.MONAT, 12)
    assert (months[0].von, months[-1].von, months[-1].bis) == (
        date(2025, 12, 1), date(2026, 11, 1), HEUTE,
    )  # fmt: skip
    assert [each.laeuft for each in months] == [False] * 11 + [True]
    quarters = list_zeitraeume(HEUTE, Takt.QUARTAL, 2)
    assert [(q.name, q.von) for q in quarters] == [
        ("3. Quartal 2026", date(2026, 7, 1)),
        ("4. Quartal 2026", date(2026, 10, 1)),
    ]
    assert not list_zeitraeume(date(2026, 6, 30), Takt.QUARTAL, 1)[0].laeuft


@given(verlaeufe(), st.integers(0, 500), st.integers(1, 400), st.sampled_from(list(Takt)))
def test_numbers_add_up(cases: list[Verlauf], later: int, earlier: int, takt: Takt) -> None:
    now, then = ago(later), ago(later + earlier)
    between = compare(cases, then, now)
    assert {c.status: c.nachher for c in between if c.nachher} == count_by_status(cases, now)
    assert sum(c.vorher for c in between) == sum(count_by_status(cases, then).values())

    periods = list_zeitraeume(now, takt, 6)
    moved = count_movements(cases, periods)
    assert moved[-1].genutzt == sum(case.nutzt_am(now) for case in cases)
    first = periods[0].von
    assert sum(m.begonnen for m in moved) == sum(first <= c.begonnen <= now for c in cases)
    over = [c.stationen[-1] for c in cases if c.stationen[-1].status in ABGESCHLOSSEN]
    assert sum(m.beendet for m in moved) == sum(first <= station.tag <= now for station in over)
    before, each_end = (
        [periods[0].von - timedelta(days=1), *(p.bis for p in periods)],
        Counter[date](),
    )
    for day in before:
        each_end[day] = sum(case.nutzt_am(day) for case in cases)
    assert [m.genutzt for m in moved] == [each_end[p.bis] for p in periods]


@given(verlaeufe(), st.integers(0, 500), st.integers(1, 400))
def test_every_case_that_left_use_says_why(cases: list[Verlauf], later: int, earlier: int) -> None:
    now, then = ago(later), ago(later + earlier)
    left = {c.nummer for c in cases if c.nutzt_am(then) and not c.nutzt_am(now)}
    reasons = list_departures(cases, then, now)
    assert left <= {each.nummer for each in reasons}
    assert all(each.grund and then < each.tag <= now for each in reasons)


def test_a_pause_leaves_the_case_in_use_and_is_told() -> None:
    over, running = Pause(ago(60), ago(50)), Pause(ago(20), None)
    case = verlauf(*LIVE, pausen=(over, running))
    assert [count_paused([case], day) for day in (ago(55), ago(50), HEUTE)] == [1, 0, 1]
    [told] = list_departures([case], ago(100), HEUTE)
    assert (told.tag, told.grund) == (ago(20), "vorübergehend abgemeldet")


# Bodies and their statements ----------------------------------------------------------------------

PRODUKTIV = Einsatzstatus.PRODUKTIV
TOWNS = {
    n: Traeger(n, f"Ort {n}", "A" if n < 3 else "B", people)
    for n, people in ((1, 1000), (2, 3000), (3, None), (4, 500))
}


def test_a_share_is_of_the_competent_and_others_are_named_beside_it() -> None:
    covered = abdeckung.cover([TOWNS[1], TOWNS[2]], {1, 9})
    assert (covered.nutzen, covered.zustaendig, covered.weitere, covered.anteil) == (1, 2, 1, 50)
    assert (covered.einwohner_mit, covered.einwohner, covered.anteil_einwohner) == (1000, 4000, 25)
    unknown = abdeckung.cover(TOWNS.values(), {1})
    assert (unknown.einwohner, unknown.anteil_einwohner) == (None, None)
    assert abdeckung.cover([], {1}).anteil is None


def test_kreise_add_up_to_the_whole() -> None:
    parts = abdeckung.cover_by_kreis(TOWNS.values(), {1, 3, 9})
    assert {key: (part.nutzen, part.zustaendig) for key, part in parts.items()} == {
        "A": (1, 2),
        "B": (1, 2),
    }


def test_every_departure_has_its_reason() -> None:
    gone = Traeger(5, "Altdorf", "A", 10, bis=ago(100), aufgegangen_in="Neustadt")
    said = [
        Aussage(1, 7, PRODUKTIV, ab=ago(500), bis=ago(40), aus_vorgang=True),
        Aussage(2, 7, PRODUKTIV, ab=ago(500), widersprochen_am=ago(30)),
        Aussage(3, 7, Einsatzstatus.VORUEBERGEHEND, ab=ago(500), stand=ago(20)),
        Aussage(4, 7, Einsatzstatus.BEENDET, ab=ago(500), bis=ago(10)),
        # After the merger it is the statement of the town that took the other in.
        Aussage(6, 7, PRODUKTIV, ab=ago(500), urspruenglich=5),
        Aussage(8, 7, PRODUKTIV, ab=ago(500)),
        # Came and went in between.
        Aussage(9, 7, PRODUKTIV, ab=ago(200), bis=ago(150)),
    ]
    traeger = TOWNS | {5: gone}
    found = abdeckung.explain_departures(said, traeger, ago(365), HEUTE)
    assert {each.stelle_id: each.grund for each in found} == {
        1: "Kündigung zum 11.10.2026",
        2: "Widerspruch der Stelle gegen die Angabe",
        3: "vorübergehend nicht verfügbar, Ende unbestimmt",
        4: "Nutzung beendet zum 10.11.2026",
        5: "Gebiet aufgegangen in Neustadt",
        9: "Nutzung beendet zum 23.06.2026",
    }
    before = abdeckung.count_users(said, traeger, ago(365))[7]
    after = abdeckung.count_users(said, traeger, HEUTE)[7]
    assert before - after <= {each.stelle_id for each in found}
    assert after == {6, 8}


def test_a_new_statement_beside_an_old_one_is_no_departure() -> None:
    said = [
        Aussage(1, 7, PRODUKTIV, ab=ago(500), bis=ago(40)),
        Aussage(1, 7, PRODUKTIV, ab=ago(39)),
    ]
    assert abdeckung.explain_departures(said, TOWNS, ago(365), HEUTE) == []
