"""The case on a real database: what the rules allow is written as a whole, the rest not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import col

from katalog import workflow
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Einsatzstatus
from katalog.domain.errors import (
    FalscherZustand,
    NichtErlaubt,
    NichtGefunden,
    VoraussetzungFehlt,
)
from katalog.domain.nachnutzung import STEPS_BY_WEG, advance, possible
from katalog.domain.rollen import Rolle, Sichtbarkeit
from katalog.domain.schritt import Gegenstand, Vorlage, Wirkung
from katalog.domain.vorgang import Aktion, Fall, Status, Weg, effective_status
from katalog.models.betrieb import Protokoll
from katalog.models.fall import Nachnutzung, Zustimmung
from katalog.models.nutzung import EinsatzAenderung
from katalog.workflow.texte import TEXTE
from katalog.workflow.wirkungen import EFFEKTE
from tests.faelle import make_angaben
from tests.vorgaenge import (
    FIRST,
    MIK,
    POSTFACH,
    TFF,
    WAY_KURZ,
    Welt,
    list_states,
)

KO, KD, AN = Rolle.KOMMUNE, Rolle.KOORDINIERUNG, Rolle.ANBIETER


# From interest to the end -----------------------------------------------------------------------


def test_a_case_from_interest_to_the_end_of_its_contract(welt: Welt) -> None:
    """Received on 30.11.2026, three months to the end of a month: 28.02.2027."""
    number = welt.begin()
    welt.lead(number, Status.PRODUKTIV)
    assert welt.shown() == (Einsatzstatus.PRODUKTIV, Sichtbarkeit.OEFFENTLICH, None, None)

    welt.today = date(2026, 6, 1)
    pause = Angaben(
        grund="Das Fachverfahren wird aktualisiert.",
        geplant_bis=date(2026, 6, 30),
        hinweis_veroeffentlicht=True,
    )
    welt.take(number, Aktion.AUSSETZEN, KO, pause)
    assert welt.shown()[0] is Einsatzstatus.VORUEBERGEHEND
    assert welt.shown()[3] == date(2026, 6, 30)
    welt.today = date(2026, 6, 20)
    welt.take(number, Aktion.WIEDERAUFNEHMEN, KO)
    assert welt.shown() == (Einsatzstatus.PRODUKTIV, Sichtbarkeit.OEFFENTLICH, None, None)

    welt.today = date(2026, 11, 30)
    shown = workflow.preview_notice(welt.session, welt.akteur(KO), number)
    assert shown.wirksam_zum == date(2027, 2, 28)
    assert "Sonntag, 28. Februar 2027" in shown.rechnung[1].satz
    assert [ende.wirksam_zum.month for ende in shown.enden] == [2, 3, 4, 5, 6, 7]
    welt.take(number, Aktion.KUENDIGEN, KO, Angaben(ende=shown.wirksam_zum))

    case = welt.case(number)
    assert case.kuendigung is not None
    assert case.kuendigung.zugang == date(2026, 11, 30)
    assert case.kuendigung.wirksam_zum == date(2027, 2, 28)
    assert "(§ 187 Abs. 1 BGB)" in case.kuendigung.rechnung
    assert case.entkopplung is not None
    assert welt.shown()[2] == date(2027, 2, 28)
    assert effective_status(case.fall, date(2027, 2, 28)) is Status.GEKUENDIGT
    assert effective_status(case.fall, date(2027, 3, 1)) is Status.BEENDET

    assert [(mail.vorlage, mail.empfaenger) for mail in welt.mails(number)] == [
        (Vorlage.INTERESSE, FIRST),
        (Vorlage.INTERESSE, POSTFACH),
        (Vorlage.ANBINDUNGSUNTERLAGEN, POSTFACH),
        (Vorlage.GOLIVE, FIRST),
        (Vorlage.PRODUKTIVSETZUNG, POSTFACH),
        (Vorlage.AUSSETZUNG, MIK),
        (Vorlage.WIEDERAUFNAHME, MIK),
        (Vorlage.KUENDIGUNG, MIK),
        (Vorlage.KUENDIGUNG, POSTFACH),
        (Vorlage.ENTKOPPLUNG, TFF),
    ]
    assert all(mail.betreff.endswith("[NN-2026-00001]") for mail in welt.mails(number))
    assert {mail.antwort_an for mail in welt.mails(number)} == {POSTFACH, FIRST}
    assert len(welt.events(number)) == 9
    fields = welt.session.scalars(select(col(EinsatzAenderung.feld)))
    assert {"status", "sichtbarkeit", "bis", "ausgesetzt_bis"} <= set(fields)
    trail = welt.session.scalars(
        select(col(Protokoll.vorgang)).where(col(Protokoll.objekt) == "nachnutzung")
    )
    assert [name for name in trail if name.startswith("vorgang_")] == [
        f"vorgang_{event.aktion}" for event in welt.events(number)
    ]


def test_the_mail_of_interest_says_what_it_must_in_the_order_it_must(welt: Welt) -> None:
    akteur, interesse = welt.akteur(KO), welt.interesse()
    [brief] = workflow.preview_interest(welt.session, akteur, interesse)
    said = [
        "zuständige Stelle ist: Hansestadt",
        "Wir möchten den Onlinedienst „Dienst wbs“ ab dem 01.12.2027 nachnutzen.",
        "Wir nehmen die Nachnutzungsbedingungen an: Koordinierung (Beispiel), Fassung 1.0.",
        "Bitte senden Sie uns die Unterlagen für die Anbindung.",
        "Ansprechstelle für die Anbindung:\nBeispielperson\nozg@hansestadt.example",
        "Mit freundlichen Grüßen\nBeispielperson, Amtsleitung\nHansestadt",
    ]
    places = [brief.text.index(text) for text in said]
    assert places == sorted(places)
    assert (brief.an, brief.kopie, brief.antwort_an) == ((FIRST,), (POSTFACH,), POSTFACH)
    assert welt.count(Nachnutzung) == 0

    [begun] = workflow.state_interest(welt.session, akteur, interesse)
    sent, copy = welt.mails(begun.id)
    assert sent.text == brief.text
    assert sent.betreff == brief.betreff.replace("Nummer wird vergeben", begun.vorgangsnummer)
    assert copy.text.endswith(brief.text)


def test_acceptance_is_kept_with_the_hash_of_the_text_that_was_shown(welt: Welt) -> None:
    welt.begin()
    [given] = welt.session.scalars(select(Zustimmung))
    [terms] = workflow.list_terms(welt.session, welt.koordinierung)
    assert (given.text_hash, given.bedingungen_id) == (terms.text_hash, terms.id)
    assert (given.name, given.funktion) == ("Beispielperson", "Amtsleitung")


# The matrix ---------------------------------------------------------------------------------------

# Every day the state with the most facts; the full run asks all of them.
_DAILY = {Status.GEKUENDIGT}
_STATES = (Status.ENTWURF, *list_states(), Status.ABGELEHNT, Status.ZURUECKGEZOGEN)
MATRIX = [
    pytest.param(
        weg, status, id=f"{weg}-{status}", marks=[] if status in _DAILY else pytest.mark.full_run
    )
    for weg, states in (
        (Weg.LANDESANGEBOT, _STATES),
        (Weg.KOMMUNAL, (Status.ENTWURF, *WAY_KURZ)),
    )
    for status in states
]


def lead_to(welt: Welt, weg: Weg, status: Status) -> int:
    dienst = welt.dienst if weg is Weg.LANDESANGEBOT else welt.kommunaler_dienst
    if status is Status.ENTWURF:
        return welt.draft(dienst_id=dienst)
    number = welt.begin(dienst_id=dienst)
    match status:
        case Status.BEENDET:
            welt.lead(number, Status.GEKUENDIGT)
            welt.today = date(2026, 8, 1)
        case Status.ABGELEHNT:
            welt.take(number, Aktion.ABLEHNEN, KD)
        case Status.ZURUECKGEZOGEN:
            welt.take(number, Aktion.ZURUECKZIEHEN, KO)
        case _:
            welt.lead(number, status)
    return number


@pytest.mark.parametrize(("weg", "status"), MATRIX)
def test_services_and_rules_agree_in_every_state_action_and_role(
    welt: Welt, weg: Weg, status: Status
) -> None:
    """What the domain takes is taken and writes one event; what it refuses leaves no trace."""
    number = lead_to(welt, weg, status)
    case = welt.case(number)
    assert effective_status(case.fall, welt.today) is status
    before = welt.snapshot()
    for rolle in Rolle:
        allowed = set(possible(case.fall, rolle, welt.today))
        typed = make_angaben(case.fall, rolle, welt.today)
        for aktion in Aktion:
            if aktion in allowed and rolle in workflow_rollen(welt, number, rolle):
                continue
            with pytest.raises((NichtErlaubt, FalscherZustand, VoraussetzungFehlt, NichtGefunden)):
                welt.send(number, case.row.version, aktion, rolle, typed)
    assert welt.snapshot() == before
    for rolle in workflow_rollen(welt, number, *Rolle):
        for aktion in possible(case.fall, rolle, welt.today):
            with welt.session.begin_nested() as attempt:
                try_it(welt, number, aktion, rolle)
                attempt.rollback()
            welt.session.expire_all()
    assert welt.snapshot() == before


def workflow_rollen(welt: Welt, number: int, *asked: Rolle) -> list[Rolle]:
    """Of these, the roles in which somebody has a part in this case."""
    party = {KO, KD} if welt.case(number).angebot is not None else {KO, AN}
    if welt.case(number).row.status is Status.ENTWURF:
        party = {KO}
    return [rolle for rolle in asked if rolle in party]


def try_it(welt: Welt, number: int, aktion: Aktion, rolle: Rolle) -> None:
    case, events, mails = welt.case(number), len(welt.events(number)), len(welt.mails())
    typed = make_angaben(case.fall, rolle, welt.today)
    expected = advance(case.fall, aktion, rolle, welt.today, typed)
    version = case.row.version
    done = welt.take(number, aktion, rolle, typed)
    after = welt.case(number)
    assert (done.version, done.status) == (version + 1, expected.fall.status)
    assert comparable(after.fall) == comparable(expected.fall)
    assert len(welt.events(number)) == events + 1
    promised = sum(2 if mail.kopie else 1 for mail in expected.mails)
    assert len(welt.mails()) == mails + promised == mails + done.mails


def comparable(fall: Fall) -> Fall:
    """The checklist comes with a step and is not one of the facts that a step names."""
    return replace(fall, pflichtpunkte_offen=(), testpunkte_offen=())


# The tables of the services -----------------------------------------------------------------------


def test_every_template_has_a_text_and_every_effect_a_function() -> None:
    assert set(TEXTE) == set(Vorlage)
    assert set(Wirkung) == {*EFFEKTE, Wirkung.EINSTELLUNG_ANKUENDIGEN}
    whole = [
        step for steps in STEPS_BY_WEG.values() for step in steps
        if Wirkung.EINSTELLUNG_ANKUENDIGEN in step.wirkungen
    ]  # fmt: skip
    assert {step.am for step in whole} == {Gegenstand.LANDESANGEBOT}
