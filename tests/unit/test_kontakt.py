"""What a contact of a body must say, and what of it is public."""

from __future__ import annotations

import pytest

from katalog.domain.errors import UngueltigeEingaben
from katalog.domain.kontakt import HAUPTROLLE, Kontaktangaben, parse_kontakt
from katalog.domain.rollen import Sichtbarkeit

ROLLEN = {HAUPTROLLE, "mik"}
GOOD = {"rolle": HAUPTROLLE, "funktionspostfach": "ozg@stadt.example"}


def parse(others: dict[int, str] | None = None, **typed: str) -> Kontaktangaben:
    return parse_kontakt(GOOD | typed, ROLLEN, others or {})


def faults(others: dict[int, str] | None = None, **typed: str) -> list[str]:
    with pytest.raises(UngueltigeEingaben) as refused:
        parse(others, **typed)
    return [fault.feld for fault in refused.value.fehler]


def test_a_mailbox_is_public_and_a_person_alone_is_for_administrations() -> None:
    both = parse(funktionspostfach=" OZG@Stadt.example ", person="  E.\r\nMuster ")
    assert (both.funktionspostfach, both.person) == ("ozg@stadt.example", "E. Muster")
    assert both.sichtbarkeit is Sichtbarkeit.OEFFENTLICH
    person = parse(rolle="mik", funktionspostfach="", person="E. Muster")
    assert person.sichtbarkeit is Sichtbarkeit.VERWALTUNG


def test_the_ozg_contact_has_a_mailbox_and_there_is_one_of_it() -> None:
    assert faults(funktionspostfach="", person="E. Muster") == ["funktionspostfach"]
    assert faults({7: HAUPTROLLE}) == ["vertritt"]
    assert parse({7: HAUPTROLLE}, vertritt="7").vertritt == 7
    assert parse({7: HAUPTROLLE}, vertritt="7", funktionspostfach="", person="M").vertritt == 7
    assert parse({7: HAUPTROLLE}, rolle="mik").vertritt is None


def test_who_stands_in_has_the_same_task_at_the_same_body() -> None:
    assert faults({7: "mik"}, vertritt="7") == ["vertritt"]
    assert faults({7: HAUPTROLLE}, vertritt="8") == ["vertritt"]
    assert faults({7: HAUPTROLLE}, vertritt="x") == ["vertritt"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"rolle": "unbekannt"}, "rolle"),
        ({"rolle": ""}, "rolle"),
        ({"funktionspostfach": "ozg@"}, "funktionspostfach"),
        ({"funktionspostfach": "a@x.example, b@x.example"}, "funktionspostfach"),
        ({"funktionspostfach": "a@x.example\r\nBcc: b@x.example"}, "funktionspostfach"),
        ({"rolle": "mik", "funktionspostfach": ""}, "funktionspostfach"),
        ({"person": "x" * 201}, "person"),
        ({"bezeichnung": "x" * 301}, "bezeichnung"),
        ({"telefon": "0" * 61}, "telefon"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(typed: dict[str, str], field: str) -> None:
    assert field in faults(None, **typed)
