"""What steps do to a case: terms, contract, notice, pause, mails."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from katalog.domain.ablauf import Ergebnis
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Vertragsschluss, Vertretung
from katalog.domain.errors import UngueltigeEingaben, VoraussetzungFehlt
from katalog.domain.fristen import Anker, Einheit, Kuendigungsregel, wirksam_zum
from katalog.domain.nachnutzung import advance, possible
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Empfaenger, Gegenstand, Mail, Vorlage, Wirkung
from katalog.domain.vorgang import (
    Aktion,
    Bedingungen,
    Fall,
    Status,
    Weg,
    Zustimmung,
    effective_status,
    is_entkopplung_overdue,
)

TODAY = date(2026, 11, 20)
KO, KD = Rolle.KOMMUNE, Rolle.KOORDINIERUNG
REGEL = Kuendigungsregel(3, Einheit.MONAT, Anker.MONATSENDE)
FASSUNG_3 = Bedingungen("3", date(2025, 1, 1), Vertragsschluss.BESTAETIGUNG, REGEL)
FASSUNG_4 = Bedingungen(
    "4",
    date(2027, 1, 1),
    Vertragsschluss.PRODUKTIVSETZUNG,
    Kuendigungsregel(6, Einheit.MONAT, Anker.JAHRESENDE),
)
LATE_CONTRACT = replace(FASSUNG_3, vertragsschluss=Vertragsschluss.PRODUKTIVSETZUNG)

ENTWURF = Fall(status=Status.ENTWURF, bedingungen=FASSUNG_3)
INTERESSE = replace(ENTWURF, status=Status.INTERESSE_BEKUNDET, bedingungen_offen=False)
PRODUKTIV = replace(
    INTERESSE,
    status=Status.PRODUKTIV,
    vertrag_am=date(2025, 12, 10),
    produktiv_ab=date(2026, 3, 3),
)
ENDE = date(2027, 2, 28)


def agree(fassung: str = "3", name: str = "Beispiel") -> Zustimmung:
    return Zustimmung(fassung, name, Vertretung.BEHOERDENLEITUNG)


def take(fall: Fall, aktion: Aktion, rolle: Rolle, **typed: Any) -> Ergebnis:
    today = typed.pop("today", TODAY)
    return advance(fall, aktion, rolle, today, Angaben(**typed))


def refuse(fall: Fall, aktion: Aktion, rolle: Rolle, **typed: Any) -> dict[str, str]:
    with pytest.raises(UngueltigeEingaben) as refused:
        take(fall, aktion, rolle, **typed)
    return {fault.feld: fault.meldung for fault in refused.value.fehler}


def give_notice(fall: Fall = PRODUKTIV, ende: date = ENDE) -> Fall:
    return take(fall, Aktion.KUENDIGEN, KO, ende=ende).fall


# Interest and terms ---------------------------------------------------------------------------


def test_interest_is_sent_to_the_coordination_with_a_copy_to_the_sender() -> None:
    result = take(
        ENTWURF,
        Aktion.INTERESSE_BEKUNDEN,
        KO,
        wunschtermin=date(2027, 2, 1),
        ansprechstelle="ozg@rostock.example",
        zustimmung=agree(),
    )
    assert result.mails == (Mail(Vorlage.INTERESSE, Empfaenger.KOORDINIERUNG, Empfaenger.KOMMUNE),)
    assert result.felder == {
        "status": Status.INTERESSE_BEKUNDET,
        "status_seit": TODAY,
        "bedingungen_offen": False,
        "wunschtermin": date(2027, 2, 1),
        "interesse_am": TODAY,
    }
    assert (result.ereignis.von_status, result.ereignis.nach_status) == (
        Status.ENTWURF,
        Status.INTERESSE_BEKUNDET,
    )


def test_interest_needs_the_version_that_is_current_now() -> None:
    good = {"ansprechstelle": "ozg@rostock.example", "zustimmung": agree()}
    at_once = take(ENTWURF, Aktion.INTERESSE_BEKUNDEN, KO, wunschtermin=TODAY, **good)
    assert at_once.fall.wunschtermin == TODAY
    faults = refuse(
        ENTWURF,
        Aktion.INTERESSE_BEKUNDEN,
        KO,
        wunschtermin=TODAY - timedelta(days=1),
        ansprechstelle=" ",
        zustimmung=agree("2"),
    )
    assert set(faults) == {"wunschtermin", "ansprechstelle", "zustimmung"}
    assert "Fassung 2, anzunehmen ist Fassung 3" in faults["zustimmung"]


def test_a_mail_that_came_directly_may_leave_the_terms_open() -> None:
    new = Fall(bedingungen=FASSUNG_3)
    typed = {"eingang": date(2026, 11, 18), "beleg": "Mail"}
    recorded = take(new, Aktion.INTERESSE_ERFASSEN, KD, **typed)
    assert recorded.fall.bedingungen_offen
    assert recorded.fall.interesse_am == recorded.ereignis.datum == date(2026, 11, 18)
    assert recorded.mails == ()
    with pytest.raises(VoraussetzungFehlt, match="noch nicht angenommen"):
        take(recorded.fall, Aktion.BESTAETIGEN, KD)
    accepted = take(recorded.fall, Aktion.BEDINGUNGEN_ANNEHMEN, KO, zustimmung=agree())
    assert take(accepted.fall, Aktion.BESTAETIGEN, KD).fall.status is Status.BESTAETIGT
    at_once = take(new, Aktion.INTERESSE_ERFASSEN, KD, **typed, zustimmung=agree())
    assert not at_once.fall.bedingungen_offen


def test_a_recorded_mail_cannot_come_from_tomorrow_or_without_proof() -> None:
    faults = refuse(Fall(), Aktion.INTERESSE_ERFASSEN, KD, eingang=TODAY + timedelta(days=1))
    assert set(faults) == {"eingang", "beleg"}


def test_nobody_accepts_terms_that_are_not_there() -> None:
    no_terms = Fall(status=Status.ENTWURF)
    with pytest.raises(VoraussetzungFehlt, match="keine Nachnutzungsbedingungen hinterlegt"):
        take(no_terms, Aktion.INTERESSE_BEKUNDEN, KO)
    faults = refuse(
        Fall(), Aktion.INTERESSE_ERFASSEN, KD, eingang=TODAY, beleg="Mail", zustimmung=agree()
    )
    assert "hinterlegt" in faults["zustimmung"]


def test_an_acceptance_needs_a_name_and_from_the_coordination_a_proof() -> None:
    recorded = replace(INTERESSE, bedingungen_offen=True)
    faults = refuse(recorded, Aktion.BEDINGUNGEN_ANNEHMEN, KD, zustimmung=agree(name=" "))
    assert set(faults) == {"zustimmung", "beleg"}


def test_a_new_version_accepted_early_rules_only_from_its_own_date() -> None:
    asked = replace(PRODUKTIV, neue_bedingungen=FASSUNG_4)
    early = take(asked, Aktion.BEDINGUNGEN_ANNEHMEN, KO, zustimmung=agree("4")).fall
    assert (early.bedingungen, early.neue_bedingungen) == (FASSUNG_3, None)
    new_year = date(2027, 1, 1)
    late = take(asked, Aktion.BEDINGUNGEN_ANNEHMEN, KO, today=new_year, zustimmung=agree("4")).fall
    assert (late.bedingungen, late.neue_bedingungen) == (FASSUNG_4, None)
    assert late.status is Status.PRODUKTIV


def test_a_new_version_that_nobody_accepts_changes_nothing() -> None:
    asked = replace(PRODUKTIV, neue_bedingungen=FASSUNG_4)
    assert give_notice(asked).wirksam_zum == ENDE


# Contract -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "concluded", "withdraw", "notice"),
    [(FASSUNG_3, True, False, True), (LATE_CONTRACT, False, True, False)],
    ids=["mit der Bestätigung", "mit der Produktivsetzung"],
)
def test_the_terms_say_when_the_contract_is_concluded_and_how_one_gets_out(
    terms: Bedingungen, concluded: bool, withdraw: bool, notice: bool
) -> None:
    fall = take(replace(INTERESSE, bedingungen=terms), Aktion.BESTAETIGEN, KD).fall
    assert fall.vertrag_geschlossen == concluded
    ways_out = possible(fall, KO, TODAY)
    assert (Aktion.ZURUECKZIEHEN in ways_out) == withdraw
    assert (Aktion.KUENDIGEN in ways_out) == notice


def test_going_live_concludes_the_contract_at_the_latest() -> None:
    fall = replace(INTERESSE, bedingungen=LATE_CONTRACT, status=Status.IM_TEST)
    reported = take(fall, Aktion.GOLIVE_MELDEN, KO, termin=TODAY)
    assert reported.fall.status is Status.IM_TEST
    assert [mail.an for mail in reported.mails] == [Empfaenger.KOORDINIERUNG]
    day = date(2026, 11, 18)
    live = take(reported.fall, Aktion.PRODUKTIV_SETZEN, KD, datum=day).fall
    assert (live.status, live.produktiv_ab, live.vertrag_am) == (Status.PRODUKTIV, day, day)
    concluded = replace(reported.fall, vertrag_am=date(2026, 9, 9))
    live = take(concluded, Aktion.PRODUKTIV_SETZEN, KD, datum=day).fall
    assert live.vertrag_am == date(2026, 9, 9)


def test_nothing_is_productive_in_the_future_or_without_the_report_of_the_municipality() -> None:
    fall = replace(INTERESSE, status=Status.IM_TEST)
    with pytest.raises(VoraussetzungFehlt, match="noch nicht gemeldet"):
        take(fall, Aktion.PRODUKTIV_SETZEN, KD, datum=TODAY)
    reported = take(fall, Aktion.GOLIVE_MELDEN, KO, termin=date(2026, 12, 1)).fall
    assert set(refuse(reported, Aktion.PRODUKTIV_SETZEN, KD, datum=date(2026, 12, 1))) == {"datum"}


def test_an_aborted_test_takes_the_report_back() -> None:
    fall = replace(INTERESSE, status=Status.IM_TEST, golive_gemeldet_zum=TODAY)
    assert take(fall, Aktion.TEST_ABBRECHEN, KD, grund="Testfall").fall.golive_gemeldet_zum is None


def test_a_draft_disappears_silently_but_a_sent_interest_is_withdrawn_by_mail() -> None:
    assert take(ENTWURF, Aktion.ZURUECKZIEHEN, KO).mails == ()
    assert take(INTERESSE, Aktion.ZURUECKZIEHEN, KO).mails == (
        Mail(Vorlage.RUECKZUG, Empfaenger.KOORDINIERUNG),
    )


# Notice ---------------------------------------------------------------------------------------


def test_a_notice_through_the_portal_is_received_today_and_goes_to_the_mik() -> None:
    result = take(PRODUKTIV, Aktion.KUENDIGEN, KO, ende=ENDE)
    fall = result.fall
    assert (fall.status, fall.zugang, fall.wirksam_zum) == (Status.GEKUENDIGT, TODAY, ENDE)
    assert fall.status_vor_kuendigung is Status.PRODUKTIV
    assert fall.rechnung == wirksam_zum(REGEL, TODAY).rechnung
    assert result.ereignis.datum == TODAY
    assert Mail(Vorlage.KUENDIGUNG, Empfaenger.MIK, Empfaenger.KOMMUNE) in result.mails
    assert Wirkung.ENTKOPPLUNG_BEAUFTRAGEN in result.wirkungen


@pytest.mark.parametrize(
    ("ende", "said"),
    [
        (None, "Frühestens ist das der 28.02.2027"),
        (date(2027, 1, 31), "Frühestes Ende ist der 28.02.2027"),
        (date(2027, 4, 15), "der 15.04.2027 ist keines"),
    ],
)
def test_nobody_gives_notice_for_an_end_that_was_not_shown(ende: date | None, said: str) -> None:
    assert said in refuse(PRODUKTIV, Aktion.KUENDIGEN, KO, ende=ende)["ende"]


def test_a_later_end_may_be_named_and_is_explained() -> None:
    fall = give_notice(ende=date(2027, 4, 30))
    assert fall.wirksam_zum == fall.gewuenschtes_ende == date(2027, 4, 30)
    assert "Freitag, 30. April 2027" in fall.rechnung[-1].satz


def test_a_municipality_cannot_date_its_notice_back() -> None:
    yesterday = TODAY - timedelta(days=1)
    assert set(refuse(PRODUKTIV, Aktion.KUENDIGEN, KO, zugang=yesterday, ende=ENDE)) == {"zugang"}


def test_the_coordination_records_a_letter_with_its_day_of_receipt_and_proof() -> None:
    typed = {"zugang": date(2026, 10, 30), "ende": date(2027, 1, 31)}
    assert set(refuse(PRODUKTIV, Aktion.KUENDIGEN, KD, **typed)) == {"beleg"}
    fall = take(PRODUKTIV, Aktion.KUENDIGEN, KD, **typed, beleg="Brief").fall
    assert (fall.zugang, fall.wirksam_zum) == (date(2026, 10, 30), date(2027, 1, 31))
    tomorrow = TODAY + timedelta(days=1)
    assert "zugang" in refuse(PRODUKTIV, Aktion.KUENDIGEN, KD, zugang=tomorrow, beleg="Brief")


def test_a_corrected_receipt_moves_the_end_and_tells_both_sides() -> None:
    result = take(
        give_notice(),
        Aktion.ZUGANG_BERICHTIGEN,
        KD,
        grund="Eingangsstempel",
        zugang=date(2026, 10, 31),
    )
    assert result.fall.wirksam_zum == date(2027, 1, 31)
    assert result.fall.status is Status.GEKUENDIGT
    assert {mail.an for mail in result.mails} == {Empfaenger.KOMMUNE, Empfaenger.MIK}
    assert result.ereignis.notiz == "Eingangsstempel"


def test_a_later_end_that_was_named_survives_a_correction_as_long_as_it_can() -> None:
    named = give_notice(ende=date(2027, 4, 30))
    early = take(named, Aktion.ZUGANG_BERICHTIGEN, KD, grund="x", zugang=date(2026, 10, 31)).fall
    assert early.wirksam_zum == date(2027, 4, 30)
    february = date(2027, 2, 10)
    typed = {"today": february, "grund": "x", "zugang": february}
    late = take(named, Aktion.ZUGANG_BERICHTIGEN, KD, **typed).fall
    assert (late.wirksam_zum, late.gewuenschtes_ende) == (date(2027, 5, 31), None)


def test_a_correction_uses_the_rule_of_the_notice_whatever_was_accepted_since() -> None:
    asked = replace(give_notice(), neue_bedingungen=replace(FASSUNG_4, gueltig_ab=TODAY))
    accepted = take(asked, Aktion.BEDINGUNGEN_ANNEHMEN, KO, zustimmung=agree("4")).fall
    corrected = take(
        accepted, Aktion.ZUGANG_BERICHTIGEN, KD, grund="x", zugang=date(2026, 10, 31)
    ).fall
    assert corrected.wirksam_zum == date(2027, 1, 31)


@pytest.mark.parametrize(
    "before", [Status.BESTAETIGT, Status.IN_ANBINDUNG, Status.IM_TEST, Status.PRODUKTIV]
)
def test_a_notice_taken_back_leads_where_it_came_from_and_leaves_nothing(before: Status) -> None:
    fall = replace(PRODUKTIV, status=before, status_seit=TODAY)
    notice = give_notice(fall, ende=date(2027, 4, 30))
    agreed = take(notice, Aktion.ENTKOPPLUNG_VEREINBAREN, KD, termin=date(2027, 4, 1)).fall
    result = take(agreed, Aktion.KUENDIGUNG_ZURUECKNEHMEN, KD, grund="Einigung")
    assert result.fall == fall
    assert Wirkung.KUENDIGUNG_AUFHEBEN in result.wirkungen


def test_a_notice_is_taken_back_until_its_last_day_unless_decoupled() -> None:
    fall = give_notice()
    assert Aktion.KUENDIGUNG_ZURUECKNEHMEN in possible(fall, KD, ENDE)
    assert possible(fall, KD, ENDE + timedelta(days=1)) == ()
    decoupled = take(fall, Aktion.ENTKOPPLUNG_BESTAETIGEN, KD, datum=TODAY).fall
    assert set(possible(decoupled, KD, TODAY)) == {Aktion.AUSSETZEN, Aktion.ZUGANG_BERICHTIGEN}


def test_an_ended_contract_with_a_connected_service_is_overdue() -> None:
    fall, after = give_notice(), ENDE + timedelta(days=1)
    assert not is_entkopplung_overdue(fall, ENDE)
    assert effective_status(fall, after) is Status.BEENDET
    assert is_entkopplung_overdue(fall, after)
    assert not is_entkopplung_overdue(replace(fall, entkoppelt_am=ENDE), after)
    never_connected = give_notice(replace(PRODUKTIV, status=Status.BESTAETIGT))
    assert not is_entkopplung_overdue(never_connected, after)


# Pause ----------------------------------------------------------------------------------------


def test_a_pause_is_beside_the_state_and_tells_the_mik_at_once() -> None:
    typed = {"grund": "Umzug", "geplant_bis": date(2026, 12, 1), "hinweis_veroeffentlicht": True}
    result = take(PRODUKTIV, Aktion.AUSSETZEN, KO, **typed)
    assert result.felder == {"ausgesetzt_ab": TODAY, "ausgesetzt_bis": date(2026, 12, 1)}
    assert result.mails == (Mail(Vorlage.AUSSETZUNG, Empfaenger.MIK),)
    back = take(result.fall, Aktion.WIEDERAUFNEHMEN, KO)
    assert back.fall == PRODUKTIV
    assert back.mails == (Mail(Vorlage.WIEDERAUFNAHME, Empfaenger.MIK),)


def test_a_pause_has_an_end_or_a_day_to_ask_again() -> None:
    typed = {"grund": "Umzug", "hinweis_veroeffentlicht": True}
    assert set(refuse(PRODUKTIV, Aktion.AUSSETZEN, KO, **typed)) == {"geplant_bis"}
    past = {"geplant_bis": TODAY - timedelta(days=1)}
    assert set(refuse(PRODUKTIV, Aktion.AUSSETZEN, KO, **typed, **past)) == {"geplant_bis"}
    assert set(refuse(PRODUKTIV, Aktion.AUSSETZEN, KO, **typed, wiedervorlage=TODAY)) == {
        "geplant_bis"
    }
    open_end = take(PRODUKTIV, Aktion.AUSSETZEN, KO, **typed, wiedervorlage=date(2026, 12, 1))
    assert open_end.fall.aussetzung_offen
    assert open_end.fall.ausgesetzt_bis is None


def test_what_never_ran_cannot_pause() -> None:
    before_live = replace(PRODUKTIV, status=Status.IM_TEST, produktiv_ab=None)
    with pytest.raises(VoraussetzungFehlt, match="nicht produktiv gewesen"):
        take(give_notice(before_live), Aktion.AUSSETZEN, KO)


# Discontinued ---------------------------------------------------------------------------------


def test_discontinuing_tells_every_open_case_and_moves_none() -> None:
    for fall in (ENTWURF, INTERESSE, PRODUKTIV, give_notice()):
        assert Aktion.DIENST_EINSTELLEN not in possible(fall, KD, TODAY)
        assert Aktion.DIENST_EINSTELLEN in possible(fall, KD, TODAY, Gegenstand.LANDESANGEBOT)
        result = take(fall, Aktion.DIENST_EINSTELLEN, Rolle.ANBIETER, termin=date(2027, 12, 31))
        assert result.felder == {"eingestellt_zum": date(2027, 12, 31)}
        assert [mail.an for mail in result.mails] == [Empfaenger.KOMMUNE]


# The short path -------------------------------------------------------------------------------


def test_the_short_path_asks_the_traeger_and_ends_in_use_without_a_contract() -> None:
    fall = Fall(weg=Weg.KOMMUNAL, status=Status.ENTWURF)
    asked = take(
        fall, Aktion.ANFRAGEN, KO, wunschtermin=date(2027, 2, 1), ansprechstelle="ozg@a.example"
    )
    assert asked.mails == (Mail(Vorlage.ANFRAGE, Empfaenger.TRAEGER, Empfaenger.KOMMUNE),)
    handed = take(asked.fall, Aktion.UEBERGEBEN, Rolle.ANBIETER).fall
    live = take(handed, Aktion.PRODUKTIV_MELDEN, KO, datum=TODAY).fall
    assert (live.status, live.produktiv_ab) == (Status.PRODUKTIV, TODAY)
    assert not live.vertrag_geschlossen
    assert possible(live, KO, TODAY) == ()
