"""What may be asked, what counts as an answer, and whose answer colours which municipality."""

from __future__ import annotations

from datetime import date

import pytest

from katalog.domain.errors import UngueltigeEingaben
from katalog.domain.umfrage import (
    Frage,
    Frageart,
    Ort,
    Teilnahme,
    count_answers,
    parse_antwort,
    parse_entwurf,
    spread,
)

TODAY = date(2026, 11, 20)
DRAFT = {"titel": "Bauantrag", "worum": "Wir planen mit Ihnen.", "ende": "31.01.2027"}
FRAGEN = (
    Frage("Welches Fachverfahren?", Frageart.AUSWAHL, ("A", "B"), 1),
    Frage("Seit wann?", Frageart.DATUM, (), 2),
)


def faults(error: pytest.ExceptionInfo[UngueltigeEingaben]) -> set[str]:
    return {fault.feld for fault in error.value.fehler}


def test_a_draft_has_questions_of_three_kinds() -> None:
    typed = DRAFT | {
        "text1": "Welches Fachverfahren?", "art1": "auswahl", "auswahl1": "A; B ;; A",
        "text2": "Wer hilft Ihnen?", "art2": "text", "auswahl2": "egal",
        "text3": "Seit wann?", "art3": "datum",
    }  # fmt: skip
    entwurf = parse_entwurf(typed, TODAY)
    assert entwurf.ende == date(2027, 1, 31)
    assert [(f.art, f.moeglichkeiten) for f in entwurf.fragen] == [
        (Frageart.AUSWAHL, ("A", "B")),
        (Frageart.TEXT, ()),
        (Frageart.DATUM, ()),
    ]


def test_everything_wrong_with_a_draft_is_said_at_once() -> None:
    with pytest.raises(UngueltigeEingaben) as error:
        parse_entwurf(
            {
                "titel": "x" * 151, "ende": "20.11.2026", "text1": "Was?", "art1": "zahl",
                "text2": "Was?", "art2": "auswahl", "auswahl2": "nur eine", "auswahl3": "a;b",
            },
            TODAY,
        )  # fmt: skip
    assert faults(error) == {"titel", "worum", "ende", "art1", "auswahl2", "text3"}


@pytest.mark.parametrize("ende", ["19.11.2026", "20.11.2026", "22.11.2027", "31.02.2027", ""])
def test_answers_are_awaited_from_tomorrow_to_a_year(ende: str) -> None:
    with pytest.raises(UngueltigeEingaben) as error:
        parse_entwurf(DRAFT | {"ende": ende}, TODAY)
    assert faults(error) == {"ende"}


def test_a_plan_has_a_day_and_a_refusal_a_reason() -> None:
    planned = parse_antwort({"teilnahme": "plant", "geplant_bis": "30.06.2027"}, (), TODAY)
    assert planned.geplant_bis == date(2027, 6, 30)
    used = parse_antwort({"teilnahme": "nutzt", "geplant_bis": "30.06.2027"}, (), TODAY)
    assert used.geplant_bis is None
    for typed, wrong in [
        ({"teilnahme": "plant"}, "geplant_bis"),
        ({"teilnahme": "plant", "geplant_bis": "19.11.2026"}, "geplant_bis"),
        ({"teilnahme": "nicht_geplant", "bemerkung": " "}, "bemerkung"),
        ({"teilnahme": "offen"}, "teilnahme"),
    ]:
        with pytest.raises(UngueltigeEingaben) as error:
            parse_antwort(typed, (), TODAY)
        assert faults(error) == {wrong}


def test_further_questions_may_stay_empty_but_not_be_answered_with_anything() -> None:
    angaben = parse_antwort({"teilnahme": "nutzt", "frage2": "2026-01-01"}, FRAGEN, TODAY)
    assert angaben.angaben == {2: "01.01.2026"}
    with pytest.raises(UngueltigeEingaben) as error:
        parse_antwort({"teilnahme": "nutzt", "frage1": "C", "frage2": "bald"}, FRAGEN, TODAY)
    assert faults(error) == {"frage1", "frage2"}


def test_shares_are_of_all_who_were_asked() -> None:
    counted = count_answers([Teilnahme.NUTZT, None, None, Teilnahme.NUTZT, Teilnahme.PLANT])
    assert (counted.gefragt, counted.geantwortet, counted.offen) == (5, 3, 2)
    assert counted.je_teilnahme[Teilnahme.NICHT_GEPLANT] == 0
    assert counted.share(counted.geantwortet) == 60.0
    assert count_answers([]).share(0) == 0.0


def test_a_municipality_carries_the_answer_of_the_nearest_body_that_was_asked() -> None:
    kreis, amt, stadt, dorf, fern = 1, 2, 3, 4, 5
    orte = [
        Ort("stadt", stadt, kreis, kreis),
        Ort("dorf", dorf, amt, kreis),
        Ort("rest", 6, kreis, kreis),
        Ort("fern", fern, 9, 9),
    ]
    assert spread(orte, {kreis: Teilnahme.PLANT, amt: None, stadt: Teilnahme.NUTZT}) == {
        "stadt": Teilnahme.NUTZT,
        "dorf": None,
        "rest": Teilnahme.PLANT,
    }
