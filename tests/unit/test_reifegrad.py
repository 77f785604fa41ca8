"""Maturity means a level of a named model."""

from typing import Any

import pytest

from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.reifegrad import (
    Reifegrad,
    Reifegradmodell,
    list_stufen,
    parse_reifegrad,
)

M1_1, M2_0 = Reifegradmodell.M1_1, Reifegradmodell.M2_0


def test_model_1_1_names_its_five_levels() -> None:
    assert [stufe.bezeichnung for stufe in list_stufen(M1_1)] == [
        "Offline",
        "Information",
        "Formular-Assistent",
        "Online-Leistung",
        "Online-Transaktion",
    ]


def test_model_2_0_has_eight_levels() -> None:
    assert [stufe.stufe for stufe in list_stufen(M2_0)] == [0, 1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(("modell", "stufe"), [(M1_1, -1), (M1_1, 5), (M2_0, -1), (M2_0, 8)])
def test_a_level_outside_its_model_is_refused(modell: Reifegradmodell, stufe: int) -> None:
    with pytest.raises(UngueltigeEingabe, match="reicht von 0 bis"):
        Reifegrad(modell, stufe)


def test_the_same_number_of_two_models_is_not_the_same_maturity() -> None:
    assert Reifegrad(M1_1, 3) != Reifegrad(M2_0, 3)
    assert len({Reifegrad(M1_1, 3), Reifegrad(M2_0, 3)}) == 2


def test_levels_of_one_model_are_ordered() -> None:
    low, high = Reifegrad(M1_1, 2), Reifegrad(M1_1, 3)
    assert low < high
    assert high > low
    assert low <= Reifegrad(M1_1, 2)
    assert high >= low
    assert max(low, high) is high


def test_levels_of_two_models_cannot_be_ordered() -> None:
    older, newer = Reifegrad(M1_1, 4), Reifegrad(M2_0, 4)
    with pytest.raises(TypeError):
        assert older < newer
    with pytest.raises(TypeError):
        assert older >= newer
    with pytest.raises(TypeError):
        sorted([newer, older])


def test_a_level_is_no_number() -> None:
    number: Any = 3
    assert Reifegrad(M1_1, 3) != number
    with pytest.raises(TypeError):
        assert Reifegrad(M1_1, 3) >= number


def test_the_two_columns_of_a_file_make_a_maturity() -> None:
    assert parse_reifegrad(" 1.1 ", "3") == Reifegrad(M1_1, 3)
    assert parse_reifegrad("2.0", " 7 ") == Reifegrad(M2_0, 7)


def test_two_empty_columns_mean_not_stated() -> None:
    assert parse_reifegrad("", "  ") is None


@pytest.mark.parametrize(
    ("modell", "stufe", "feld"),
    [
        ("", "3", "reifegrad_modell"),
        ("3.0", "3", "reifegrad_modell"),
        ("1", "3", "reifegrad_modell"),
        ("1.1", "", "reifegrad"),
        ("1.1", "drei", "reifegrad"),
        ("1.1", "²", "reifegrad"),
        ("1.1", "-1", "reifegrad"),
        ("1.1", "5", "reifegrad"),
        ("1.1", "9" * 100, "reifegrad"),
    ],
)
def test_half_or_wrong_columns_are_refused_by_name(modell: str, stufe: str, feld: str) -> None:
    with pytest.raises(UngueltigeEingabe) as refused:
        parse_reifegrad(modell, stufe)
    assert refused.value.feld == feld


def test_it_is_written_with_its_model_and_with_a_name_where_there_is_one() -> None:
    assert str(Reifegrad(M1_1, 3)) == "Stufe 3 – Online-Leistung (Modell 1.1 (Juni 2020))"
    assert str(Reifegrad(M2_0, 6)) == "Stufe 6 (Modell 2.0 (Juli 2025))"
