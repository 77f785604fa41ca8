"""The reuse case: one table of steps, and the two functions that read it.

`STEPS` drives the guard (`advance`), the buttons (`possible`, `list_aussichten`), the diagram in
docs/zustaende.md and the matrix test. `nachnutzung_kurz` holds the same table for the short path
of a municipal assistant, `ablauf` reads both, `registerbild` says what the public sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from katalog.domain import aenderungen, schritt
from katalog.domain.ablauf import Aussicht, Ereignis, Ergebnis, list_offered, take_step
from katalog.domain.angaben import Angabe, Angaben, Versuch
from katalog.domain.nachnutzung_kurz import STEPS_KURZ
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Empfaenger, Gegenstand, Mail, Step, Vorlage, Wirkung, Ziel
from katalog.domain.vorgang import Aktion, Fall, Status, Weg, effective_status

__all__ = [
    "EREIGNISSE",
    "STEPS",
    "STEPS_BY_WEG",
    "Aktion",
    "Angaben",
    "Aussicht",
    "Ereignis",
    "Ergebnis",
    "Fall",
    "Status",
    "Weg",
    "advance",
    "effective_status",
    "list_aussichten",
    "possible",
]

_KOMMUNE = (Rolle.KOMMUNE,)
_KOORDINIERUNG = (Rolle.KOORDINIERUNG,)
_BEIDE = (Rolle.KOMMUNE, Rolle.KOORDINIERUNG)
_AN_BEIDE_SEITEN = (Empfaenger.KOMMUNE, Empfaenger.MIK)


def _from(*states: Status | None) -> frozenset[Status | None]:
    return frozenset(states)


STEPS: tuple[Step, ...] = (
    Step(
        Aktion.INTERESSE_BEKUNDEN,
        _from(Status.ENTWURF),
        _KOMMUNE,
        Status.INTERESSE_BEKUNDET,
        voraussetzungen=(schritt.BEDINGUNGEN_HINTERLEGT,),
        angaben=(Angabe.WUNSCHTERMIN, Angabe.ANSPRECHSTELLE, Angabe.ZUSTIMMUNG),
        mails=(Mail(Vorlage.INTERESSE, Empfaenger.KOORDINIERUNG, Empfaenger.KOMMUNE),),
        wirkungen=(Wirkung.ZUSTIMMUNG_FESTHALTEN,),
        umkehr=Aktion.ZURUECKZIEHEN,
        aendert=aenderungen.bekunde_interesse,
    ),
    Step(
        Aktion.INTERESSE_ERFASSEN,
        _from(None),
        _KOORDINIERUNG,
        Status.INTERESSE_BEKUNDET,
        angaben=(Angabe.EINGANG, Angabe.BELEG, Angabe.ZUSTIMMUNG_FALLS_ERKLAERT),
        wirkungen=(Wirkung.ZUSTIMMUNG_FESTHALTEN,),
        umkehr=Aktion.ZURUECKZIEHEN,
        aendert=aenderungen.bekunde_interesse,
    ),
    Step(
        Aktion.BEDINGUNGEN_ANNEHMEN,
        _from(Status.INTERESSE_BEKUNDET),
        _BEIDE,
        Ziel.GLEICH,
        voraussetzungen=(schritt.ANNAHME_STEHT_AUS,),
        angaben=(Angabe.ZUSTIMMUNG,),
        vertretend=(Angabe.BELEG,),
        wirkungen=(Wirkung.ZUSTIMMUNG_FESTHALTEN,),
        aendert=aenderungen.nimm_bedingungen_an,
    ),
    # A new version of the terms asks every active case; until then the accepted one rules.
    Step(
        Aktion.BEDINGUNGEN_ANNEHMEN,
        _from(
            Status.BESTAETIGT,
            Status.IN_ANBINDUNG,
            Status.IM_TEST,
            Status.PRODUKTIV,
            Status.GEKUENDIGT,
        ),
        _BEIDE,
        Ziel.GLEICH,
        voraussetzungen=(schritt.ANNAHME_STEHT_AUS,),
        angaben=(Angabe.ZUSTIMMUNG,),
        vertretend=(Angabe.BELEG,),
        wirkungen=(Wirkung.ZUSTIMMUNG_FESTHALTEN,),
        aendert=aenderungen.nimm_bedingungen_an,
    ),
    Step(
        Aktion.BESTAETIGEN,
        _from(Status.INTERESSE_BEKUNDET),
        _KOORDINIERUNG,
        Status.BESTAETIGT,
        voraussetzungen=(schritt.BEDINGUNGEN_ANGENOMMEN,),
        mails=(Mail(Vorlage.ANBINDUNGSUNTERLAGEN, Empfaenger.KOMMUNE),),
        wirkungen=(Wirkung.EINSATZ_ANGLEICHEN,),
        aendert=aenderungen.bestaetige,
    ),
    Step(
        Aktion.ABLEHNEN,
        _from(Status.INTERESSE_BEKUNDET, Status.BESTAETIGT),
        _KOORDINIERUNG,
        Status.ABGELEHNT,
        angaben=(Angabe.GRUND,),
        mails=(Mail(Vorlage.ABLEHNUNG, Empfaenger.KOMMUNE),),
        wirkungen=(Wirkung.EINSATZ_ANGLEICHEN,),
    ),
    # Nobody has seen a draft, so nobody is told.
    Step(
        Aktion.ZURUECKZIEHEN,
        _from(Status.ENTWURF),
        _KOMMUNE,
        Status.ZURUECKGEZOGEN,
        voraussetzungen=(schritt.KEIN_VERTRAG,),
    ),
    Step(
        Aktion.ZURUECKZIEHEN,
        _from(Status.INTERESSE_BEKUNDET, Status.BESTAETIGT, Status.IN_ANBINDUNG, Status.IM_TEST),
        _KOMMUNE,
        Status.ZURUECKGEZOGEN,
        voraussetzungen=(schritt.KEIN_VERTRAG,),
        mails=(Mail(Vorlage.RUECKZUG, Empfaenger.KOORDINIERUNG),),
        wirkungen=(Wirkung.EINSATZ_ANGLEICHEN,),
    ),
    Step(
        Aktion.ANBINDUNG_BEGINNEN,
        _from(Status.BESTAETIGT),
        _BEIDE,
        Status.IN_ANBINDUNG,
        wirkungen=(Wirkung.CHECKLISTE_ANLEGEN, Wirkung.EINSATZ_ANGLEICHEN),
    ),
    Step(
        Aktion.TEST_BEGINNEN,
        _from(Status.IN_ANBINDUNG),
        _BEIDE,
        Status.IM_TEST,
        voraussetzungen=(schritt.PFLICHTPUNKTE_ERLEDIGT,),
        umkehr=Aktion.TEST_ABBRECHEN,
    ),
    Step(
        Aktion.TEST_ABBRECHEN,
        _from(Status.IM_TEST),
        _BEIDE,
        Status.IN_ANBINDUNG,
        angaben=(Angabe.GRUND,),
        umkehr=Aktion.TEST_BEGINNEN,
        aendert=aenderungen.brich_test_ab,
    ),
    Step(
        Aktion.GOLIVE_MELDEN,
        _from(Status.IM_TEST),
        _KOMMUNE,
        Ziel.GLEICH,
        voraussetzungen=(schritt.TESTPUNKTE_ERLEDIGT,),
        angaben=(Angabe.TERMIN,),
        mails=(Mail(Vorlage.GOLIVE, Empfaenger.KOORDINIERUNG),),
        umkehr=Aktion.TEST_ABBRECHEN,
        aendert=aenderungen.melde_golive,
    ),
    Step(
        Aktion.PRODUKTIV_SETZEN,
        _from(Status.IM_TEST),
        _KOORDINIERUNG,
        Status.PRODUKTIV,
        voraussetzungen=(schritt.GOLIVE_GEMELDET,),
        angaben=(Angabe.DATUM,),
        mails=(Mail(Vorlage.PRODUKTIVSETZUNG, Empfaenger.KOMMUNE),),
        wirkungen=(Wirkung.EINSATZ_ANGLEICHEN,),
        aendert=aenderungen.setze_produktiv,
    ),
    Step(
        Aktion.AUSSETZEN,
        _from(Status.PRODUKTIV, Status.GEKUENDIGT),
        _BEIDE,
        Ziel.GLEICH,
        voraussetzungen=(schritt.WAR_PRODUKTIV, schritt.KEINE_AUSSETZUNG),
        angaben=(Angabe.GRUND, Angabe.DAUER, Angabe.HINWEIS),
        vertretend=(Angabe.BELEG,),
        mails=(Mail(Vorlage.AUSSETZUNG, Empfaenger.MIK),),
        wirkungen=(Wirkung.AUSSETZUNG_OEFFNEN, Wirkung.EINSATZ_ANGLEICHEN),
        umkehr=Aktion.WIEDERAUFNEHMEN,
        aendert=aenderungen.setze_aus,
    ),
    Step(
        Aktion.WIEDERAUFNEHMEN,
        _from(Status.PRODUKTIV, Status.GEKUENDIGT),
        _BEIDE,
        Ziel.GLEICH,
        voraussetzungen=(schritt.AUSSETZUNG_OFFEN,),
        vertretend=(Angabe.BELEG,),
        mails=(Mail(Vorlage.WIEDERAUFNAHME, Empfaenger.MIK),),
        wirkungen=(Wirkung.AUSSETZUNG_SCHLIESSEN, Wirkung.EINSATZ_ANGLEICHEN),
        umkehr=Aktion.AUSSETZEN,
        aendert=aenderungen.nimm_wieder_auf,
    ),
    Step(
        Aktion.KUENDIGEN,
        _from(Status.BESTAETIGT, Status.IN_ANBINDUNG, Status.IM_TEST, Status.PRODUKTIV),
        _BEIDE,
        Status.GEKUENDIGT,
        voraussetzungen=(schritt.VERTRAG_GESCHLOSSEN,),
        angaben=(Angabe.ZUGANG_DER_ERKLAERUNG, Angabe.ENDE),
        vertretend=(Angabe.BELEG,),
        mails=(
            Mail(Vorlage.KUENDIGUNG, Empfaenger.MIK, Empfaenger.KOMMUNE),
            Mail(Vorlage.ENTKOPPLUNG, Empfaenger.TFF),
        ),
        wirkungen=(
            Wirkung.KUENDIGUNG_FESTHALTEN,
            Wirkung.ENTKOPPLUNG_BEAUFTRAGEN,
            Wirkung.EINSATZ_ANGLEICHEN,
        ),
        umkehr=Aktion.KUENDIGUNG_ZURUECKNEHMEN,
        aendert=aenderungen.kuendige,
    ),
    Step(
        Aktion.ZUGANG_BERICHTIGEN,
        _from(Status.GEKUENDIGT),
        _KOORDINIERUNG,
        Ziel.GLEICH,
        angaben=(Angabe.GRUND, Angabe.ZUGANG),
        mails=tuple(Mail(Vorlage.ZUGANG_BERICHTIGT, an) for an in _AN_BEIDE_SEITEN),
        wirkungen=(Wirkung.KUENDIGUNG_FESTHALTEN, Wirkung.EINSATZ_ANGLEICHEN),
        umkehr=Aktion.ZUGANG_BERICHTIGEN,
        aendert=aenderungen.berichtige_zugang,
    ),
    Step(
        Aktion.KUENDIGUNG_ZURUECKNEHMEN,
        _from(Status.GEKUENDIGT),
        _KOORDINIERUNG,
        Ziel.VORHERIGER,
        voraussetzungen=(schritt.NICHT_ENTKOPPELT,),
        angaben=(Angabe.GRUND,),
        mails=tuple(Mail(Vorlage.KUENDIGUNG_ZURUECKGENOMMEN, an) for an in _AN_BEIDE_SEITEN),
        wirkungen=(Wirkung.KUENDIGUNG_AUFHEBEN, Wirkung.EINSATZ_ANGLEICHEN),
        umkehr=Aktion.KUENDIGEN,
        aendert=aenderungen.nimm_kuendigung_zurueck,
    ),
    Step(
        Aktion.ENTKOPPLUNG_VEREINBAREN,
        _from(Status.GEKUENDIGT),
        _KOORDINIERUNG,
        Ziel.GLEICH,
        voraussetzungen=(schritt.NICHT_ENTKOPPELT,),
        angaben=(Angabe.TERMIN,),
        wirkungen=(Wirkung.ENTKOPPLUNG_FESTHALTEN,),
        umkehr=Aktion.ENTKOPPLUNG_VEREINBAREN,
        aendert=aenderungen.vereinbare_entkopplung,
    ),
    Step(
        Aktion.ENTKOPPLUNG_BESTAETIGEN,
        _from(Status.GEKUENDIGT),
        _KOORDINIERUNG,
        Ziel.GLEICH,
        voraussetzungen=(schritt.NICHT_ENTKOPPELT,),
        angaben=(Angabe.DATUM,),
        wirkungen=(Wirkung.ENTKOPPLUNG_FESTHALTEN, Wirkung.EINSATZ_ANGLEICHEN),
        aendert=aenderungen.bestaetige_entkopplung,
    ),
    Step(
        Aktion.DIENST_EINSTELLEN,
        _from(
            Status.ENTWURF,
            Status.INTERESSE_BEKUNDET,
            Status.BESTAETIGT,
            Status.IN_ANBINDUNG,
            Status.IM_TEST,
            Status.PRODUKTIV,
            Status.GEKUENDIGT,
        ),
        # The betreibendes Land (BeLa) is the Anbieter of the online service.
        (Rolle.KOORDINIERUNG, Rolle.ANBIETER),
        Ziel.GLEICH,
        angaben=(Angabe.TERMIN,),
        mails=(Mail(Vorlage.DIENST_EINGESTELLT, Empfaenger.KOMMUNE),),
        wirkungen=(Wirkung.EINSTELLUNG_ANKUENDIGEN,),
        am=Gegenstand.LANDESANGEBOT,
        aendert=aenderungen.stelle_dienst_ein,
    ),
)

STEPS_BY_WEG: Mapping[Weg, tuple[Step, ...]] = {
    Weg.LANDESANGEBOT: STEPS,
    Weg.KOMMUNAL: STEPS_KURZ,
}

# How the history of a case words what happened.
EREIGNISSE: Mapping[Aktion, str] = {
    Aktion.INTERESSE_BEKUNDEN: "Interesse bekundet",
    Aktion.INTERESSE_ERFASSEN: "Interesse nach Mail oder Schreiben erfasst",
    Aktion.BEDINGUNGEN_ANNEHMEN: "Nachnutzungsbedingungen angenommen",
    Aktion.BESTAETIGEN: "Bestätigt, Unterlagen zur Anbindung versandt",
    Aktion.ABLEHNEN: "Abgelehnt",
    Aktion.ZURUECKZIEHEN: "Zurückgezogen",
    Aktion.ANBINDUNG_BEGINNEN: "Anbindung begonnen, Checkliste angelegt",
    Aktion.TEST_BEGINNEN: "Test begonnen",
    Aktion.TEST_ABBRECHEN: "Test abgebrochen",
    Aktion.GOLIVE_MELDEN: "Produktivsetzung gemeldet",
    Aktion.PRODUKTIV_SETZEN: "Produktiv gesetzt",
    Aktion.AUSSETZEN: "Vorübergehend abgemeldet",
    Aktion.WIEDERAUFNEHMEN: "Betrieb wiederaufgenommen",
    Aktion.KUENDIGEN: "Dauerhaft abgemeldet (Kündigung)",
    Aktion.ZUGANG_BERICHTIGEN: "Zugang der Kündigung berichtigt",
    Aktion.KUENDIGUNG_ZURUECKNEHMEN: "Kündigung zurückgenommen",
    Aktion.ENTKOPPLUNG_VEREINBAREN: "Entkopplung vereinbart",
    Aktion.ENTKOPPLUNG_BESTAETIGEN: "Entkopplung bestätigt",
    Aktion.DIENST_EINSTELLEN: "Einstellung des Onlinedienstes angekündigt",
    Aktion.ANFRAGEN: "Übernahme angefragt",
    Aktion.UEBERGEBEN: "Onlinedienst übergeben",
    Aktion.PRODUKTIV_MELDEN: "Produktiven Einsatz gemeldet",
}


def advance(
    fall: Fall, aktion: Aktion, rolle: Rolle, today: date, angaben: Angaben | None = None
) -> Ergebnis:
    """Take a step, or say in German why not and what to do about it."""
    versuch = Versuch(fall, aktion, rolle, today, angaben or Angaben())
    return take_step(STEPS_BY_WEG[fall.weg], versuch)


def possible(
    fall: Fall, rolle: Rolle, today: date, am: Gegenstand = Gegenstand.VORGANG
) -> tuple[Aktion, ...]:
    """The actions that `advance` will take, given what it asks for."""
    offered = list_aussichten(fall, rolle, today, am)
    return tuple(aussicht.aktion for aussicht in offered if not aussicht.fehlt)


def list_aussichten(
    fall: Fall, rolle: Rolle, today: date, am: Gegenstand = Gegenstand.VORGANG
) -> tuple[Aussicht, ...]:
    """The actions of this state and role, also those for which something is missing yet."""
    return list_offered(STEPS_BY_WEG[fall.weg], fall, rolle, today, am)
