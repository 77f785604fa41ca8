"""What a form says of a use is read, or every fault in it is named at its field."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus
from katalog.domain.einsatz import (
    FELDER,
    LONGEST,
    confirm_again,
    default_for,
    parse_einsatz,
    write_einsatz,
)
from katalog.domain.errors import UngueltigeEingaben
from katalog.domain.reifegrad import Reifegradmodell, list_stufen
from katalog.domain.rollen import Sichtbarkeit

TODAY = date(2026, 11, 20)
PLAIN = {"rolle": "nutzt", "status": "produktiv"}


def faults_of(**fields: str) -> set[str]:
    with pytest.raises(UngueltigeEingaben) as raised:
        parse_einsatz(PLAIN | fields, TODAY)
    return {fault.feld for fault in raised.value.fehler}


def test_a_filled_form_is_read() -> None:
    angaben = parse_einsatz(
        PLAIN
        | {"ab": "01.03.2025", "bis": "2027-12-31", "url": "https://stadt.example/hund",
           "fachverfahren": " Demo ", "bemerkung": "", "sichtbarkeit": "eigene"},
        TODAY,
    )  # fmt: skip
    assert (angaben.rolle, angaben.status) == (Einsatzrolle.NUTZT, Einsatzstatus.PRODUKTIV)
    assert (angaben.ab, angaben.bis) == (date(2025, 3, 1), date(2027, 12, 31))
    assert angaben.fachverfahren == "Demo"
    assert angaben.sichtbarkeit is Sichtbarkeit.EIGENE


@pytest.mark.parametrize("status", Einsatzstatus)
def test_without_a_choice_plans_are_for_offices_and_the_rest_is_public(
    status: Einsatzstatus,
) -> None:
    planned = {Einsatzstatus.GEPLANT, Einsatzstatus.IN_UMSETZUNG}
    expected = Sichtbarkeit.VERWALTUNG if status in planned else Sichtbarkeit.OEFFENTLICH
    assert default_for(status) is expected
    assert parse_einsatz(PLAIN | {"status": status}, TODAY).sichtbarkeit is expected


def test_what_ended_without_a_day_ended_today() -> None:
    assert parse_einsatz(PLAIN | {"status": "beendet"}, TODAY).bis == TODAY


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"rolle": "chef"}, {"rolle"}),
        ({"rolle": "", "status": "", "sichtbarkeit": "alle"}, {"rolle", "status", "sichtbarkeit"}),
        ({"rolle": "plant"}, {"rolle"}),
        ({"ab": "31.02.2026", "bis": "bald"}, {"ab", "bis"}),
        ({"ab": "01.01.0026"}, {"ab"}),
        ({"ab": "01.03.2026", "bis": "01.02.2026"}, {"bis"}),
        ({"ab": "21.11.2026"}, {"ab"}),
        ({"status": "beendet", "bis": "21.11.2026"}, {"bis"}),
        ({"status": "beendet", "bis": "bald"}, {"bis"}),
        ({"url": "javascript:alert(1)"}, {"url"}),
        ({"url": "stadt.example"}, {"url"}),
        ({"url": "https://"}, {"url"}),
        ({"url": "https://[::1"}, {"url"}),
        ({"url": "https://a.example/ b"}, {"url"}),
        ({"url": "https://a.example/" + "x" * 1000}, {"url"}),
        ({"fachverfahren": "x" * 201, "bemerkung": "x" * 501}, {"fachverfahren", "bemerkung"}),
    ],
)
def test_every_fault_is_named_at_its_field(fields: dict[str, str], wrong: set[str]) -> None:
    assert faults_of(**fields) == wrong


@given(
    st.dictionaries(
        st.sampled_from(FELDER),
        st.one_of(st.text(), st.sampled_from([*Einsatzrolle, *Einsatzstatus, *Sichtbarkeit]),
                  st.dates().map(str), st.just("https://a.example")),
    )
)  # fmt: skip
def test_whatever_is_typed_is_read_or_refused(fields: dict[str, str]) -> None:
    try:
        angaben = parse_einsatz(fields, TODAY)
    except UngueltigeEingaben:
        return
    assert not (angaben.ab and angaben.bis and angaben.bis < angaben.ab)
    assert all(len(getattr(angaben, name)) <= most for name, most in LONGEST.items())
    assert angaben.url == "" or angaben.url.startswith(("http://", "https://"))


@pytest.mark.parametrize("modell", Reifegradmodell)
def test_what_is_said_is_written_as_it_is_read(modell: Reifegradmodell) -> None:
    for reifegrad in (None, *list_stufen(modell)):
        said = parse_einsatz(PLAIN | {"reifegrad": reifegrad.value if reifegrad else ""}, TODAY)
        assert said.reifegrad == reifegrad
        assert parse_einsatz(write_einsatz(said), TODAY) == said
    assert faults_of(reifegrad="2.0/8") == faults_of(reifegrad="3") == {"reifegrad"}


def test_a_year_later_is_a_year_later_in_leap_years_too() -> None:
    assert confirm_again(date(2026, 11, 20)) == date(2027, 11, 20)
    assert confirm_again(date(2028, 2, 29)) == date(2029, 2, 28)
