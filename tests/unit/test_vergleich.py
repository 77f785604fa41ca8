"""What differs is said; where nothing is known, nothing is made of it."""

from __future__ import annotations

import pytest

from katalog.domain.typisierung import Typisierung, explain
from katalog.domain.vergleich import Abweichung, compare


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([("BundID",), ("BundID",)], Abweichung.GLEICH),
        ([("BundID",), ("ohne",)], Abweichung.UNTERSCHIEDLICH),
        ([("BundID",), ("BundID", "ohne")], Abweichung.UNTERSCHIEDLICH),
        ([("BundID",), ()], Abweichung.LUECKENHAFT),
        ([(), ("BundID",), ("BundID",)], Abweichung.LUECKENHAFT),
        ([("BundID",), (), ("ohne",)], Abweichung.UNTERSCHIEDLICH),
        ([(), ()], Abweichung.UNBEKANNT),
        ([()], Abweichung.UNBEKANNT),
        ([("0",), ("0",)], Abweichung.GLEICH),
    ],
)
def test_silence_is_no_value_and_differs_from_nothing_by_itself(
    said: list[tuple[str, ...]], expected: Abweichung
) -> None:
    assert compare(said) is expected
    assert compare(said[::-1]) is expected


def test_a_gap_beside_a_value_is_shown_among_the_differences_and_two_gaps_are_not() -> None:
    assert {a for a in Abweichung if a.trennt} == {
        Abweichung.UNTERSCHIEDLICH,
        Abweichung.LUECKENHAFT,
    }


def test_only_the_codes_whose_meaning_is_known_are_put_into_words() -> None:
    assert explain("2/3b") == explain("2/3") == "Der Bund regelt, Land oder Kommune vollzieht."
    assert explain("5") == "Die Kommune regelt und vollzieht."
    assert {code for code in Typisierung if not explain(code)} == {
        Typisierung.T6, Typisierung.T7, Typisierung.T8, Typisierung.T9, Typisierung.T10,
        Typisierung.T11, Typisierung.T12,
    }  # fmt: skip
