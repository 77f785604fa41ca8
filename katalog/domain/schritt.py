"""What a step in a case is made of: the columns of the tables in `nachnutzung`.

The values here are what a step causes (`Mail`, `Wirkung`) and what it waits for
(`Voraussetzung`); the services carry them out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from katalog.domain.angaben import Angabe, Versuch
from katalog.domain.begriffe import Begriff
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion, Fall, Status


class Empfaenger(Begriff):
    KOMMUNE = "kommune", "Kommune"
    KOORDINIERUNG = "koordinierung", "Koordinierende Stelle"
    MIK = "mik", "MiK"
    TFF = "tff", "TFF"
    TRAEGER = "traeger", "Träger"


class Vorlage(Begriff):
    """A mail template; the label opens the subject, the Vorgangsnummer closes it."""

    INTERESSE = "interesse", "Interesse an der Nachnutzung"
    ANBINDUNGSUNTERLAGEN = "anbindungsunterlagen", "Unterlagen zur Anbindung"
    ABLEHNUNG = "ablehnung", "Nachnutzung abgelehnt"
    RUECKZUG = "rueckzug", "Interesse zurückgezogen"
    GOLIVE = "golive", "Produktivsetzung gemeldet"
    PRODUKTIVSETZUNG = "produktivsetzung", "Onlinedienst produktiv gesetzt"
    AUSSETZUNG = "aussetzung", "Vorübergehende Abmeldung"
    WIEDERAUFNAHME = "wiederaufnahme", "Wiederaufnahme nach vorübergehender Abmeldung"
    KUENDIGUNG = "kuendigung", "Dauerhafte Abmeldung (Kündigung)"
    ENTKOPPLUNG = "entkopplung", "Technische Entkopplung abstimmen"
    ZUGANG_BERICHTIGT = "zugang_berichtigt", "Kündigung: Zugang berichtigt"
    KUENDIGUNG_ZURUECKGENOMMEN = "kuendigung_zurueckgenommen", "Kündigung zurückgenommen"
    DIENST_EINGESTELLT = "dienst_eingestellt", "Onlinedienst wird eingestellt"
    ANFRAGE = "anfrage", "Anfrage zur Übernahme"
    UEBERGABE = "uebergabe", "Übergabe des Onlinedienstes"


@dataclass(frozen=True, slots=True)
class Mail:
    vorlage: Vorlage
    an: Empfaenger
    kopie: Empfaenger | None = None


class Wirkung(Begriff):
    """What a service has to write besides the case, the event and the mails."""

    ZUSTIMMUNG_FESTHALTEN = "zustimmung_festhalten", "Zustimmung festhalten"
    CHECKLISTE_ANLEGEN = "checkliste_anlegen", "Checkliste aus dem Landesangebot anlegen"
    EINSATZ_ANGLEICHEN = "einsatz_angleichen", "Einsatz im Register angleichen"
    AUSSETZUNG_OEFFNEN = "aussetzung_oeffnen", "Aussetzung öffnen, an ihr Ende erinnern"
    AUSSETZUNG_SCHLIESSEN = "aussetzung_schliessen", "Aussetzung schließen"
    KUENDIGUNG_FESTHALTEN = "kuendigung_festhalten", "Kündigung mit Rechnung festhalten"
    ENTKOPPLUNG_BEAUFTRAGEN = "entkopplung_beauftragen", "Entkopplung als Aufgabe für MiK und TFF"
    ENTKOPPLUNG_FESTHALTEN = "entkopplung_festhalten", "Entkopplung festhalten"
    KUENDIGUNG_AUFHEBEN = "kuendigung_aufheben", "Kündigung aufheben, Kalendertermin absagen"
    EINSTELLUNG_ANKUENDIGEN = "einstellung_ankuendigen", "Datum und Nachfolger anzeigen"


class Gegenstand(Begriff):
    """Where the button stands: a whole offer is discontinued, not a single case."""

    VORGANG = "vorgang", "Vorgang"
    LANDESANGEBOT = "landesangebot", "Landesangebot"


class Ziel(Enum):
    """Targets that depend on the case."""

    GLEICH = auto()
    VORHERIGER = auto()


@dataclass(frozen=True, slots=True)
class Voraussetzung:
    """`satz` names it in the documentation; `fehlt` says what is missing in a case, or None."""

    satz: str
    fehlt: Callable[[Fall], str | None]


# What a step changes in the case beyond its state: names of fields and their new values.
Aenderung = Callable[[Versuch], dict[str, Any]]


def change_nothing(versuch: Versuch) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Step:
    """One row. `von` None: there is no case yet. `vertretend`: what the Koordinierung has to
    add when it acts for the Kommune. `umkehr`: the action that undoes this one."""

    aktion: Aktion
    von: frozenset[Status | None]
    rollen: tuple[Rolle, ...]
    nach: Status | Ziel
    voraussetzungen: tuple[Voraussetzung, ...] = ()
    angaben: tuple[Angabe, ...] = ()
    vertretend: tuple[Angabe, ...] = ()
    mails: tuple[Mail, ...] = ()
    wirkungen: tuple[Wirkung, ...] = ()
    umkehr: Aktion | None = None
    am: Gegenstand = Gegenstand.VORGANG
    aendert: Aenderung = field(default=change_nothing, repr=False)

    def gefragt(self, rolle: Rolle) -> tuple[Angabe, ...]:
        return self.angaben + (self.vertretend if rolle is Rolle.KOORDINIERUNG else ())


# What has to be so ---------------------------------------------------------------------------


def _bedingungen_hinterlegt(fall: Fall) -> str | None:
    if fall.zur_annahme is not None:
        return None
    return "Zu diesem Angebot sind keine Nachnutzungsbedingungen hinterlegt"


def _bedingungen_angenommen(fall: Fall) -> str | None:
    if not fall.bedingungen_offen and fall.bedingungen is not None:
        return None
    return "Die Nachnutzungsbedingungen sind noch nicht angenommen"


def _annahme_steht_aus(fall: Fall) -> str | None:
    if fall.zur_annahme is not None:
        return None
    return "Es gibt keine Fassung der Nachnutzungsbedingungen, die noch anzunehmen wäre"


def _pflichtpunkte_erledigt(fall: Fall) -> str | None:
    return _name_open("vor dem Test", fall.pflichtpunkte_offen)


def _testpunkte_erledigt(fall: Fall) -> str | None:
    return _name_open("vor der Produktivsetzung", fall.testpunkte_offen)


def _name_open(when: str, titles: tuple[str, ...]) -> str | None:
    return f"Diese Pflichtpunkte sind {when} zu erledigen: {'; '.join(titles)}" if titles else None


def _golive_gemeldet(fall: Fall) -> str | None:
    if fall.golive_gemeldet_zum is not None:
        return None
    return "Die Kommune hat die Produktivsetzung noch nicht gemeldet"


def _kein_vertrag(fall: Fall) -> str | None:
    if not fall.vertrag_geschlossen:
        return None
    return "Der Vertrag ist geschlossen, möglich ist nur noch die Kündigung"


def _vertrag_geschlossen(fall: Fall) -> str | None:
    if not fall.vertrag_geschlossen:
        return "Der Vertrag ist noch nicht geschlossen, Sie können noch zurückziehen"
    if fall.regel is None:
        return "Zu diesem Vorgang sind keine Nachnutzungsbedingungen hinterlegt"
    return None


def _war_produktiv(fall: Fall) -> str | None:
    """Under notice the state says less than the one before: what never ran cannot pause."""
    if Status.PRODUKTIV in {fall.status, fall.status_vor_kuendigung}:
        return None
    return "Der Onlinedienst ist nicht produktiv gewesen"


def _keine_aussetzung(fall: Fall) -> str | None:
    return "Der Onlinedienst ist schon ausgesetzt" if fall.aussetzung_offen else None


def _aussetzung_offen(fall: Fall) -> str | None:
    return None if fall.aussetzung_offen else "Der Onlinedienst ist nicht ausgesetzt"


def _nicht_entkoppelt(fall: Fall) -> str | None:
    return None if fall.entkoppelt_am is None else "Der Onlinedienst ist schon entkoppelt"


BEDINGUNGEN_HINTERLEGT = Voraussetzung("Bedingungen hinterlegt", _bedingungen_hinterlegt)
BEDINGUNGEN_ANGENOMMEN = Voraussetzung("Bedingungen angenommen", _bedingungen_angenommen)
ANNAHME_STEHT_AUS = Voraussetzung("Annahme steht aus", _annahme_steht_aus)
PFLICHTPUNKTE_ERLEDIGT = Voraussetzung("Pflichtpunkte erledigt", _pflichtpunkte_erledigt)
TESTPUNKTE_ERLEDIGT = Voraussetzung("Pflichtpunkte des Tests erledigt", _testpunkte_erledigt)
GOLIVE_GEMELDET = Voraussetzung("Produktivsetzung gemeldet", _golive_gemeldet)
KEIN_VERTRAG = Voraussetzung("Vertrag noch nicht geschlossen", _kein_vertrag)
VERTRAG_GESCHLOSSEN = Voraussetzung("Vertrag geschlossen", _vertrag_geschlossen)
WAR_PRODUKTIV = Voraussetzung("produktiv, auch vor der Kündigung", _war_produktiv)
KEINE_AUSSETZUNG = Voraussetzung("nicht ausgesetzt", _keine_aussetzung)
AUSSETZUNG_OFFEN = Voraussetzung("ausgesetzt", _aussetzung_offen)
NICHT_ENTKOPPELT = Voraussetzung("nicht entkoppelt", _nicht_entkoppelt)
