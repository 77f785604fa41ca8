"""Whose turn it is agrees with what the table of steps lets them do."""

from dataclasses import replace

import pytest

from katalog.domain.am_zug import find_zug
from katalog.domain.nachnutzung import list_aussichten
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Status, Weg, effective_status, is_open
from tests.faelle import FASSUNG_4, TODAY, make_fall, make_variants

STATES = [pytest.param(weg, state, id=f"{weg}-{state}") for weg in Weg for state in Status]


@pytest.mark.parametrize(("weg", "state"), STATES)
def test_whoever_has_the_turn_finds_a_step_to_take(weg: Weg, state: Status) -> None:
    for fall in make_variants(state, weg):
        zug = find_zug(fall, TODAY)
        offered = {role for role in Rolle if list_aussichten(fall, role, TODAY)}
        assert zug is None or not offered or zug.rolle in offered
        assert zug is None or is_open(fall, TODAY), "What is over is nobody's turn."


def test_an_open_case_of_an_offer_waits_for_somebody_until_it_runs() -> None:
    for state in Status:
        fall = make_fall(state)
        waiting = is_open(fall, TODAY) and state is not Status.PRODUKTIV
        assert (find_zug(fall, TODAY) is not None) == waiting, state
        assert effective_status(fall, TODAY) is state


def test_a_running_case_waits_only_for_new_terms() -> None:
    fall = make_fall(Status.PRODUKTIV)
    asked = find_zug(replace(fall, neue_bedingungen=FASSUNG_4), TODAY)
    assert find_zug(fall, TODAY) is None
    assert asked is not None
    assert (asked.rolle, asked.satz) == (
        Rolle.KOMMUNE,
        "Neue Fassung der Nachnutzungsbedingungen annehmen",
    )
