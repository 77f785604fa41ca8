"""What the register shows of a case, state by state."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from katalog.domain.begriffe import Einsatzstatus
from katalog.domain.registerbild import Registerbild, show_in_register
from katalog.domain.rollen import Sichtbarkeit
from katalog.domain.vorgang import Fall, Status
from tests.faelle import TODAY, make_fall

LIVE = replace(make_fall(Status.PRODUKTIV), produktiv_ab=date(2026, 3, 3))
NOTICE = make_fall(Status.GEKUENDIGT)
AFTER = date(2027, 3, 1)


def show(fall: Fall, today: date = TODAY) -> Registerbild:
    bild = show_in_register(fall, today)
    assert bild is not None
    return bild


@pytest.mark.parametrize(
    "status",
    [
        None,
        Status.ENTWURF,
        Status.INTERESSE_BEKUNDET,
        Status.ABGELEHNT,
        Status.ZURUECKGEZOGEN,
        Status.ANGEFRAGT,
    ],
)
def test_before_the_confirmation_and_without_one_nothing_is_shown(status: Status | None) -> None:
    assert show_in_register(make_fall(status), TODAY) is None


@pytest.mark.parametrize(
    ("status", "einsatz", "satz"),
    [
        (Status.BESTAETIGT, Einsatzstatus.GEPLANT, "geplant"),
        (Status.IN_ANBINDUNG, Einsatzstatus.IN_UMSETZUNG, "in Umsetzung"),
        (Status.IM_TEST, Einsatzstatus.IN_UMSETZUNG, "in Umsetzung"),
        (Status.IN_UEBERGABE, Einsatzstatus.IN_UMSETZUNG, "in Umsetzung"),
    ],
)
def test_plans_are_shown_to_administrations_and_count_for_nothing(
    status: Status, einsatz: Einsatzstatus, satz: str
) -> None:
    bild = show(make_fall(status))
    assert (bild.einsatz, bild.sichtbarkeit, bild.satz) == (
        einsatz,
        Sichtbarkeit.VERWALTUNG,
        satz,
    )
    assert not bild.zaehlt_als_verfuegbar


def test_productive_use_is_public_with_its_beginning() -> None:
    bild = show(LIVE)
    assert (bild.einsatz, bild.sichtbarkeit) == (
        Einsatzstatus.PRODUKTIV,
        Sichtbarkeit.OEFFENTLICH,
    )
    assert bild.satz == "nutzt seit 03.03.2026"
    assert bild.zaehlt_als_verfuegbar
    assert (bild.ab, bild.bis) == (date(2026, 3, 3), None)


def test_productive_use_of_unknown_beginning_does_not_invent_one() -> None:
    assert show(replace(LIVE, produktiv_ab=None)).satz == "nutzt"


def test_a_pause_is_public_and_not_counted_as_available() -> None:
    paused = replace(LIVE, ausgesetzt_ab=TODAY, ausgesetzt_bis=date(2026, 12, 24))
    bild = show(paused)
    assert bild.einsatz is Einsatzstatus.VORUEBERGEHEND
    assert bild.satz == "vorübergehend nicht verfügbar, voraussichtlich bis 24.12.2026"
    assert bild.ausgesetzt_bis == date(2026, 12, 24)
    assert not bild.zaehlt_als_verfuegbar
    assert show(replace(paused, ausgesetzt_bis=None)).satz.endswith("Ende unbestimmt")
    assert show(paused, TODAY - timedelta(days=1)) == show(LIVE)


def test_under_notice_the_service_is_used_until_the_end() -> None:
    bild = show(NOTICE)
    assert bild.satz == "nutzt, endet zum 28.02.2027"
    assert bild.bis == date(2027, 2, 28)
    assert bild.zaehlt_als_verfuegbar
    assert show(NOTICE, date(2027, 2, 28)) == bild


def test_a_pause_under_notice_is_still_a_pause() -> None:
    assert show(replace(NOTICE, ausgesetzt_ab=TODAY)).einsatz is Einsatzstatus.VORUEBERGEHEND


def test_after_the_end_the_use_is_history_even_if_it_was_paused() -> None:
    for fall in (NOTICE, replace(NOTICE, ausgesetzt_ab=TODAY)):
        bild = show(fall, AFTER)
        assert (bild.einsatz, bild.satz) == (Einsatzstatus.BEENDET, "beendet zum 28.02.2027")
        assert not bild.zaehlt_als_verfuegbar


def test_a_service_decoupled_early_is_gone_although_the_contract_runs_on() -> None:
    decoupled = replace(NOTICE, entkoppelt_am=date(2026, 11, 10))
    for today in (TODAY, AFTER):
        bild = show(decoupled, today)
        assert bild.satz == "nicht mehr verfügbar seit 10.11.2026"
        assert bild.einsatz is Einsatzstatus.BEENDET
        assert bild.bis == date(2026, 11, 10)


def test_a_service_decoupled_late_ended_with_the_contract() -> None:
    bild = show(replace(NOTICE, entkoppelt_am=date(2027, 3, 15)), AFTER)
    assert (bild.satz, bild.bis) == ("beendet zum 28.02.2027", date(2027, 2, 28))


def test_notice_before_going_live_has_no_public_end() -> None:
    planned = replace(NOTICE, status_vor_kuendigung=Status.BESTAETIGT, produktiv_ab=None)
    bild = show(planned)
    assert (bild.satz, bild.sichtbarkeit) == ("geplant", Sichtbarkeit.VERWALTUNG)
    assert bild.bis == date(2027, 2, 28)
    assert show_in_register(planned, AFTER) is None
