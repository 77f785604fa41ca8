"""The drawing of a period: to scale, whole, and only where it can be read."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from katalog.web.timeline import draw_timeline


def test_a_notice_is_drawn_from_receipt_over_the_period_to_its_end() -> None:
    drawn = draw_timeline(date(2026, 11, 20), date(2027, 2, 20), date(2027, 2, 28))
    assert drawn is not None
    assert [month.name for month in drawn.monate] == ["Nov. 2026", "Dez.", "Jan. 2027", "Febr."]
    assert (drawn.beginn_text, drawn.ende_text) == ("20.11.", "28.02.")
    assert drawn.ende == 720
    # 19.5 of 120 days lie before the middle of the first one.
    assert drawn.beginn == round(19.5 / 120 * 720)
    assert drawn.beschreibung == (
        "Zeitstrahl: Beginn am 20. November 2026, Ablauf der Frist am 20. Februar 2027, "
        "Ende am 28. Februar 2027."
    )


def test_a_date_that_would_stand_on_another_one_is_left_to_the_words() -> None:
    near = draw_timeline(date(2026, 11, 20), date(2027, 2, 20), date(2027, 2, 28))
    far = draw_timeline(date(2026, 11, 2), date(2027, 1, 2), date(2027, 1, 31))
    assert near is not None
    assert far is not None
    assert (near.frist_text, far.frist_text) == ("", "02.01.")
    short = draw_timeline(date(2026, 11, 25), date(2026, 11, 27), date(2026, 11, 27))
    assert short is not None
    assert (short.beginn_text, short.ende_text) == ("", "27.11.")


def test_a_period_over_many_months_is_not_drawn() -> None:
    assert draw_timeline(date(2026, 1, 15), date(2026, 5, 15), date(2026, 5, 31)) is not None
    assert draw_timeline(date(2026, 1, 15), date(2026, 6, 15), date(2026, 6, 30)) is None
    assert draw_timeline(date(1, 1, 1), date(9999, 12, 31), date(9999, 12, 31)) is None


@given(st.dates(date(1, 1, 1), date(9990, 1, 1)), st.integers(0, 50), st.integers(0, 60))
def test_months_fill_the_width_and_the_days_lie_in_order(
    beginn: date, length: int, rest: int
) -> None:
    frist = beginn + timedelta(days=length)
    drawn = draw_timeline(beginn, frist, frist + timedelta(days=rest))
    assert drawn is not None
    assert sum(month.breite for month in drawn.monate) == 720
    assert [m.x + m.breite for m in drawn.monate] == [*(m.x for m in drawn.monate[1:]), 720]
    assert 0 <= drawn.beginn <= drawn.frist <= drawn.ende <= 720
