"""A period in words: the rule as a sentence, the calculation with its paragraphs."""

from datetime import date

import pytest

from katalog.domain.fristen import (
    Anker,
    Einheit,
    Fristbeginn,
    Kuendigungsregel,
    antwortfrist,
    empfohlener_zugang,
    format_rechnung,
    spaetester_zugang,
    wirksam_zum,
)
from katalog.domain.fristregel import format_dauer_dativ
from katalog.domain.kalender import parse_datum
from katalog.domain.laender import Landeskuerzel
from katalog.feiertage import feiertage_in

TAG, WOCHE, MONAT = Einheit.TAG, Einheit.WOCHE, Einheit.MONAT
DREI_MONATE = Kuendigungsregel(3, MONAT, Anker.MONATSENDE)
NRW = feiertage_in(Landeskuerzel.NW)


def day(text: str) -> date:
    return parse_datum(text)


@pytest.mark.parametrize(
    ("regel", "satz"),
    [
        (DREI_MONATE, "3 Monate zum Monatsende"),
        (Kuendigungsregel(1, MONAT, Anker.JAHRESENDE), "1 Monat zum Jahresende"),
        (Kuendigungsregel(6, WOCHE, Anker.QUARTALSENDE), "6 Wochen zum Quartalsende"),
        (Kuendigungsregel(1, WOCHE, Anker.HALBJAHRESENDE), "1 Woche zum Halbjahresende"),
        (Kuendigungsregel(14, TAG, Anker.KEINER), "14 Tage"),
        (Kuendigungsregel(1, TAG, Anker.KEINER), "1 Tag"),
    ],
)
def test_a_rule_reads_as_a_german_sentence(regel: Kuendigungsregel, satz: str) -> None:
    assert regel.satz == satz


def test_after_von_a_period_stands_in_the_dative() -> None:
    written = [format_dauer_dativ(n, einheit) for einheit in Einheit for n in (1, 3)]
    assert written == ["1 Tag", "3 Tagen", "1 Woche", "3 Wochen", "1 Monat", "3 Monaten"]


def test_the_calculation_of_a_notice_names_every_paragraph() -> None:
    rechnung = wirksam_zum(DREI_MONATE, day("20.11.2026")).rechnung
    assert [tuple(schritt) for schritt in rechnung] == [
        (
            "Die Kündigung geht am Freitag, 20. November 2026 zu. Dieser Tag zählt nicht mit.",
            "§ 187 Abs. 1 BGB",
        ),
        ("3 Monate später endet die Frist am Samstag, 20. Februar 2027.", "§ 188 Abs. 2 BGB"),
        (
            "Gekündigt wird zum Monatsende. Das nächste ist Sonntag, 28. Februar 2027.",
            "Nachnutzungsbedingungen",
        ),
        (
            "Dass dieser Tag ein Sonntag ist, ändert nichts. Kündigungsfristen verschieben sich "
            "nicht auf den nächsten Werktag.",
            "§ 193 BGB gilt nicht, BGH III ZR 172/04",
        ),
    ]


def test_a_missing_day_is_explained_by_paragraph_three() -> None:
    schritt = wirksam_zum(DREI_MONATE, day("30.11.2026")).rechnung[1]
    assert "keinen 30. Februar" in schritt.satz
    assert schritt.paragraph == "§ 188 Abs. 2 und 3 BGB"


@pytest.mark.parametrize(
    ("ende", "paragraph"),
    [
        ("30.04.2027", "§ 187 Abs. 1, § 188 Abs. 2 und 3 BGB"),
        ("31.05.2027", "§ 187 Abs. 1, § 188 Abs. 2 BGB"),
    ],
)
def test_paragraph_three_is_cited_for_the_latest_receipt_only_where_a_day_is_missing(
    ende: str, paragraph: str
) -> None:
    assert spaetester_zugang(DREI_MONATE, day(ende)).rechnung[1].paragraph == paragraph


def test_the_latest_receipt_on_a_sunday_says_that_nothing_moves() -> None:
    frist = spaetester_zugang(DREI_MONATE, day("30.04.2027"))
    assert "III ZR 172/04" in frist.rechnung[-1].paragraph
    assert "Freitag, 29. Januar 2027" in (
        empfohlener_zugang(frist.spaetester_zugang, NRW).rechnung[-1].satz
    )


def test_a_holiday_does_not_move_the_latest_receipt_either_and_it_says_so() -> None:
    empfehlung = empfohlener_zugang(day("25.12.2026"), NRW)
    assert empfehlung.empfohlen == day("24.12.2026")
    assert "ein Feiertag ist, ändert nichts" in empfehlung.rechnung[0].satz


def test_a_calculation_in_one_string_is_numbered_and_cites() -> None:
    text = format_rechnung(antwortfrist(day("11.12.2026"), 14, TAG, NRW).rechnung)
    assert text.startswith("1. Auslösender Tag ist Freitag, 11. Dezember 2026. ")
    assert "2. 14 Tage später endet die Frist am Freitag, 25. Dezember 2026. (§ 188 Abs. 1" in text
    assert text.endswith("Montag, 28. Dezember 2026. (§ 193 BGB, § 31 Abs. 3 VwVfG)")


def test_the_beginning_of_a_day_is_cited_as_such() -> None:
    frist = antwortfrist(day("01.03.2027"), 14, TAG, NRW, Fristbeginn.TAGESBEGINN)
    assert frist.ende == day("15.03.2027")
    assert frist.rechnung[0].paragraph == "§ 187 Abs. 2 BGB"
    assert "Die Frist von 14 Tagen endet" in frist.rechnung[1].satz
