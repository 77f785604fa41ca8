"""Single steps and what people keep beside them: what each leaves on the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from importers.records import EinsatzRecord, QuelleRecord
from katalog import workflow
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus, Quellenart
from katalog.domain.errors import (
    NichtErlaubt,
    NichtGefunden,
    UngueltigeEingabe,
    UngueltigeEingaben,
    VeralteterStand,
    VoraussetzungFehlt,
)
from katalog.domain.rollen import Rolle, Sichtbarkeit
from katalog.domain.schritt import Vorlage
from katalog.domain.vorgang import Aktion, Status
from katalog.intake import take_over
from katalog.models.angebot import Landesangebot, Pruefpunktvorlage
from katalog.models.fall import Aussetzung, Entkopplung, Kuendigung
from katalog.models.nutzung import Einsatz, EinsatzAenderung
from katalog.models.quellen import Quelle
from tests.vorgaenge import CONTACT, POSTFACH, TRAEGER_POST, Welt

KO, KD, AN = Rolle.KOMMUNE, Rolle.KOORDINIERUNG, Rolle.ANBIETER


# In the case --------------------------------------------------------------------------------------


def test_an_outdated_page_decides_nothing(welt: Welt) -> None:
    number = welt.begin()
    version = welt.case(number).row.version
    welt.take(number, Aktion.BESTAETIGEN, KD)
    before = welt.snapshot()
    with pytest.raises(VeralteterStand):
        welt.send(number, version, Aktion.ABLEHNEN, KD, Angaben(grund="Doch nicht."))
    assert welt.snapshot() == before


def test_a_corrected_receipt_is_a_second_notice_and_moves_the_end(welt: Welt) -> None:
    number = welt.lead(welt.begin(), Status.PRODUKTIV)
    welt.today = date(2026, 5, 4)
    letter = Angaben(zugang=date(2026, 5, 2), ende=date(2026, 8, 31), beleg="Schreiben")
    welt.take(number, Aktion.KUENDIGEN, KD, letter)
    welt.take(
        number, Aktion.ZUGANG_BERICHTIGEN, KD, Angaben(zugang=date(2026, 4, 30), grund="Stempel")
    )
    akte = workflow.read_case(welt.session, welt.akteur(KO), number)
    assert [notice.wirksam_zum for notice in akte.kuendigungen] == [
        date(2026, 8, 31),
        date(2026, 7, 31),
    ]
    assert akte.fall.wirksam_zum == date(2026, 7, 31)
    einsatz = welt.einsatz()
    assert einsatz is not None
    assert einsatz.bis == date(2026, 7, 31)
    welt.take(number, Aktion.KUENDIGUNG_ZURUECKNEHMEN, KD)
    assert einsatz.bis is None
    assert welt.count(Entkopplung) == 0
    assert welt.case(number).kuendigung is None
    withdrawn = welt.session.scalars(select(col(Kuendigung.zurueckgenommen_am)))
    assert set(withdrawn) == {welt.today}


def test_a_later_end_that_was_wished_for_survives_a_correction(welt: Welt) -> None:
    number = welt.lead(welt.begin(), Status.PRODUKTIV)
    welt.today = date(2026, 3, 12)
    welt.take(number, Aktion.KUENDIGEN, KO, Angaben(ende=date(2026, 12, 31)))
    assert welt.case(number).fall.gewuenschtes_ende == date(2026, 12, 31)
    welt.take(
        number, Aktion.ZUGANG_BERICHTIGEN, KD, Angaben(zugang=date(2026, 3, 10), grund="Stempel")
    )
    assert welt.case(number).fall.wirksam_zum == date(2026, 12, 31)


def test_a_pause_that_never_began_is_taken_back(welt: Welt) -> None:
    number = welt.lead(welt.begin(), Status.PRODUKTIV)
    later = welt.today + timedelta(days=10)
    pause = Angaben(grund="Umbau", ab=later, geplant_bis=later, hinweis_veroeffentlicht=True)
    welt.take(number, Aktion.AUSSETZEN, KO, pause)
    welt.take(number, Aktion.WIEDERAUFNEHMEN, KO)
    [row] = welt.session.scalars(select(Aussetzung))
    assert row.wiederaufgenommen_am == later


def test_a_pause_announced_for_later_reaches_the_register_on_its_day(welt: Welt) -> None:
    number = welt.lead(welt.begin(), Status.PRODUKTIV)
    begins, ends = date(2026, 4, 1), date(2026, 4, 30)
    pause = Angaben(grund="Umbau", ab=begins, geplant_bis=ends, hinweis_veroeffentlicht=True)
    welt.take(number, Aktion.AUSSETZEN, KO, pause)
    assert workflow.follow_calendar(welt.session, date(2026, 3, 31)) == 0
    assert welt.shown()[0] is Einsatzstatus.PRODUKTIV
    assert workflow.follow_calendar(welt.session, begins) == 1
    assert (welt.shown()[0], welt.shown()[3]) == (Einsatzstatus.VORUEBERGEHEND, ends)
    assert workflow.follow_calendar(welt.session, begins) == 0


def test_a_plan_given_up_leaves_the_register(welt: Welt) -> None:
    number = welt.lead(welt.begin(), Status.BESTAETIGT)
    planned = welt.einsatz()
    assert planned is not None
    assert planned.sichtbarkeit is Sichtbarkeit.VERWALTUNG
    welt.take(number, Aktion.ABLEHNEN, KD)
    assert welt.einsatz() is None


def test_going_live_takes_over_what_a_list_says_instead_of_doubling_it(welt: Welt) -> None:
    quelle = Quelle(kennung="liste", titel="Liste (Beispiel)", art=Quellenart.IMPORT)
    welt.session.add(quelle)
    welt.session.flush()
    listed = Einsatz(
        stelle_id=welt.stadt, onlinedienst_id=welt.dienst, rolle=Einsatzrolle.NUTZT,
        status=Einsatzstatus.PRODUKTIV, ab=date(2024, 8, 1), url="https://hansestadt.example/wbs",
        beleg=Beleg.IMPORT, sichtbarkeit=Sichtbarkeit.OEFFENTLICH, quelle_id=quelle.id,
    )  # fmt: skip
    welt.session.add(listed)
    number = welt.lead(welt.begin(), Status.IM_TEST)
    planned = {row.rolle for row in welt.uses(welt.dienst)}
    assert planned == {Einsatzrolle.NUTZT, Einsatzrolle.PLANT}
    welt.take(number, Aktion.GOLIVE_MELDEN, KO)
    welt.take(number, Aktion.PRODUKTIV_SETZEN, KD)
    [row] = welt.uses(welt.dienst)
    assert (row.id, row.url) == (listed.id, "https://hansestadt.example/wbs")
    assert (row.nachnutzung_id, row.quelle_id, row.beleg) == (number, None, Beleg.EIGENANGABE)
    assert row.ab == welt.case(number).row.produktiv_ab
    history = welt.session.scalars(select(EinsatzAenderung)).all()
    assert {(each.feld, each.alt) for each in history} >= {
        ("quelle", "Liste (Beispiel)"),
        ("ab", "2024-08-01"),
    }
    # The list, read again with something new in it, does not say it a second time.
    again = EinsatzRecord("liste", "130030000000", "wbs", "nutzt", "produktiv", "import")
    source = QuelleRecord("liste", "Liste (Beispiel)", "import")
    report = take_over(welt.session, [source, again], source, welt.today)
    assert report.faults == []
    assert [each.id for each in welt.uses(welt.dienst)] == [listed.id]


def test_a_discontinued_service_tells_all_open_cases_at_once(welt: Welt) -> None:
    open_cases = [welt.begin(stelle) for stelle in (welt.stadt, *welt.doerfer)]
    welt.take(open_cases[2], Aktion.ZURUECKZIEHEN, KO)
    ends = date(2027, 6, 30)
    assert workflow.count_open(welt.session, welt.akteur(KD), welt.angebot) == 2
    done = workflow.discontinue(
        welt.session, welt.akteur(KD), welt.angebot, ends, nachfolger="Dienst Neu (Beispiel)"
    )
    assert [step.id for step in done] == open_cases[:2]
    assert welt.session.get_one(Landesangebot, welt.angebot).eingestellt_zum == ends
    letter = welt.mails(open_cases[0])[-1]
    assert "zum Mittwoch, 30. Juni 2027 eingestellt" in letter.text
    assert "Nachfolger: Dienst Neu (Beispiel)." in letter.text
    assert welt.case(open_cases[0]).fall.eingestellt_zum == ends
    with pytest.raises(VoraussetzungFehlt, match="eingestellt"):
        welt.begin(welt.amt)
    with pytest.raises(NichtErlaubt):
        workflow.discontinue(welt.session, welt.akteur(KO), welt.angebot, ends)


def test_new_terms_ask_every_active_case_without_touching_any(welt: Welt) -> None:
    number, other = welt.begin(), welt.begin(welt.amt)
    welt.lead(number, Status.BESTAETIGT)
    welt.take(other, Aktion.ZURUECKZIEHEN, KO)
    before = welt.snapshot()
    welt.publish("2.0", welt.today + timedelta(days=60))
    assert welt.snapshot() == before
    akte = workflow.read_case(welt.session, welt.akteur(KO), number)
    assert akte.bedingungen is not None
    assert akte.neue_bedingungen is not None
    assert (akte.bedingungen.fassung, akte.neue_bedingungen.fassung) == ("1.0", "2.0")
    asked = workflow.Filter(neue_bedingungen=True)
    assert [row.id for row in workflow.list_cases(welt.session, welt.akteur(KD), asked).rows] == [
        number
    ]
    welt.take(number, Aktion.BEDINGUNGEN_ANNEHMEN, KO, Angaben(zustimmung=welt.zustimmung("2.0")))
    assert workflow.list_cases(welt.session, welt.akteur(KD), asked).total == 0
    bound = welt.case(number).fall.bedingungen
    assert bound is not None
    assert bound.fassung == "1.0"
    welt.today += timedelta(days=60)
    bound = welt.case(number).fall.bedingungen
    assert bound is not None
    assert bound.fassung == "2.0"


def test_what_people_keep_beside_the_steps(welt: Welt) -> None:
    number = welt.lead(welt.begin(), Status.BESTAETIGT)
    akteur, town = welt.akteur(KD), welt.akteur(KO)
    workflow.add_note(welt.session, akteur, number, "Rückruf vereinbart.")
    workflow.set_reminder(
        welt.session, akteur, number, welt.today + timedelta(days=7), "Nachfragen"
    )
    version = welt.case(number).row.version
    workflow.set_details(
        welt.session, akteur, number, version, aktenzeichen="II 600-1", wartet_auf="Zertifikat"
    )
    with pytest.raises(VeralteterStand):
        workflow.set_details(welt.session, akteur, number, version, aktenzeichen="anderes")
    akte = workflow.read_case(welt.session, akteur, number)
    assert [note.text for note in akte.notizen] == ["Rückruf vereinbart."]
    assert (akte.aktenzeichen, akte.wartet_auf) == ("II 600-1", "Zertifikat")
    workflow.close_reminder(welt.session, akteur, number, akte.wiedervorlagen[0].id)
    assert workflow.read_case(welt.session, akteur, number).wiedervorlagen == ()
    assert workflow.read_case(welt.session, town, number).notizen == ()
    version = welt.case(number).row.version
    with pytest.raises(NichtErlaubt, match="legt die Koordinierende Stelle fest"):
        workflow.assign(welt.session, town, number, version, welt.konten[KD])
    welt.grant(KD, welt.koordinierung)
    [(colleague, name)] = workflow.read_case(welt.session, akteur, number).kollegium
    assert workflow.read_case(welt.session, town, number).kollegium == ()
    workflow.assign(welt.session, akteur, number, version, colleague)
    assert workflow.read_case(welt.session, akteur, number).bearbeiter == name
    version = welt.case(number).row.version
    with pytest.raises(UngueltigeEingabe, match="handelt nicht für"):
        workflow.assign(welt.session, akteur, number, version, welt.konten[KO])
    workflow.set_contact(
        welt.session, town, number, version, replace(CONTACT, email="neu@hansestadt.example")
    )
    welt.take(number, Aktion.ABLEHNEN, KD)
    assert welt.mails(number)[-1].empfaenger == "neu@hansestadt.example"


def test_an_item_is_ticked_while_connecting_only_and_holds_back_the_test(welt: Welt) -> None:
    number = welt.begin()
    welt.take(number, Aktion.BESTAETIGEN, KD)
    welt.take(number, Aktion.ANBINDUNG_BEGINNEN, KO)
    with pytest.raises(VoraussetzungFehlt, match="Zertifikate vorhanden"):
        welt.take(number, Aktion.TEST_BEGINNEN, KO)
    items = workflow.read_case(welt.session, welt.akteur(KO), number).pruefpunkte
    workflow.tick(welt.session, welt.akteur(KO), number, items[0].id, done=True)
    welt.take(number, Aktion.TEST_BEGINNEN, KO)
    with pytest.raises(NichtGefunden):
        workflow.tick(welt.session, welt.akteur(KO), number, 99_999, done=True)


def test_a_date_before_the_case_and_a_name_too_long_are_refused(welt: Welt) -> None:
    number = welt.lead(welt.begin(), Status.IM_TEST)
    welt.take(number, Aktion.GOLIVE_MELDEN, KO)
    with pytest.raises(UngueltigeEingaben, match=r"vor dem Interesse vom 02\.03\.2026"):
        welt.take(number, Aktion.PRODUKTIV_SETZEN, KD, Angaben(datum=date(2025, 3, 3)))
    long = replace(welt.zustimmung(), name="x" * 201)
    with pytest.raises(UngueltigeEingaben, match="höchstens 200 Zeichen"):
        welt.begin(welt.amt, zustimmung=long)


def test_an_offer_with_a_checklist_of_its_own_replaces_the_usual_one(welt: Welt) -> None:
    usual = welt.session.scalars(select(Pruefpunktvorlage)).first()
    assert usual is not None
    own = usual.model_dump(exclude={"id"}) | {
        "landesangebot_id": welt.angebot, "titel": "Nur hier nötig",
    }  # fmt: skip
    welt.session.add(Pruefpunktvorlage(**own))
    number = welt.begin()
    welt.take(number, Aktion.BESTAETIGEN, KD)
    welt.take(number, Aktion.ANBINDUNG_BEGINNEN, KO)
    akte = workflow.read_case(welt.session, welt.akteur(KO), number)
    assert [item.titel for item in akte.pruefpunkte] == ["Nur hier nötig"]
    assert [station.zustand for station in akte.fortschritt] == [
        "erledigt", "erledigt", "aktuell", "offen", "offen",
    ]  # fmt: skip


def test_the_short_path_leads_from_a_request_to_productive_use(welt: Welt) -> None:
    number = welt.lead(welt.begin(dienst_id=welt.kommunaler_dienst), Status.PRODUKTIV)
    assert [(mail.vorlage, mail.empfaenger) for mail in welt.mails(number)] == [
        (Vorlage.ANFRAGE, TRAEGER_POST),
        (Vorlage.ANFRAGE, POSTFACH),
        (Vorlage.UEBERGABE, POSTFACH),
        (Vorlage.PRODUKTIVSETZUNG, TRAEGER_POST),
    ]
    assert welt.shown()[0] is Einsatzstatus.PRODUKTIV
    akte = workflow.read_case(welt.session, welt.akteur(AN), number)
    assert (akte.bedingungen, akte.aussichten, akte.am_zug) == (None, (), None)
