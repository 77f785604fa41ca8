"""Places in a text to many: filled in once, and refused where they mean nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katalog.domain.serienbrief import LONGEST, Platzhalter, check_text, fill

WERTE = {place: f"<{place}> {{Stelle}}" for place in Platzhalter}


def faults(text: str) -> str:
    return " ".join(fault.meldung for fault in check_text("text", text))


def test_places_are_filled_however_they_are_written_and_only_once() -> None:
    text = "An {Stelle}, { stelle }: {TERMIN} ({Vorgangsnummer}, {Schritt}, {Onlinedienst})"
    assert not check_text("text", text)
    assert fill("{ stelle }{STELLE}", WERTE) == "<Stelle> {Stelle}" * 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Der Text fehlt."),
        ("An {Kommune}", "„{Kommune}“ gibt es nicht. Möglich sind {Stelle}, {Onlinedienst}"),
        ("{}", "„{}“ gibt es nicht"),
        ("{Stelle", "steht allein"),
        ("{{Stelle}}", "steht allein"),
        ("Stelle}", "steht allein"),
        ("{Ste\nlle}", "steht allein"),
        ("{0.__class__}", "gibt es nicht"),
        ("x" * (LONGEST["text"] + 1), "zu lang"),
    ],
)
def test_what_cannot_be_filled_is_refused_with_a_reason(text: str, said: str) -> None:
    assert said in faults(text)


@given(st.text(alphabet="{} Stel\n", max_size=30))
def test_what_is_not_refused_leaves_no_brace_behind(text: str) -> None:
    plain = dict.fromkeys(Platzhalter, "x")
    if not check_text("text", text):
        assert not set("{}") & set(fill(text, plain))
