"""The reuse case as a value: its states, its actions, and the facts its guards look at.

`schritt` says what a step is, `nachnutzung` and `nachnutzung_kurz` list the steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from katalog.domain.begriffe import Begriff, Vertragsschluss, Vertretung
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.fristen import Kuendigungsregel, Rechnung


class Weg(Begriff):
    LANDESANGEBOT = "landesangebot", "Nachnutzung eines Landesangebots"
    KOMMUNAL = "kommunal", "Übernahme eines kommunalen Onlinedienstes"


class Status(Begriff):
    ENTWURF = "entwurf", "Entwurf"
    INTERESSE_BEKUNDET = "interesse_bekundet", "Interesse bekundet"
    BESTAETIGT = "bestaetigt", "Bestätigt"
    IN_ANBINDUNG = "in_anbindung", "In Anbindung"
    IM_TEST = "im_test", "Im Test"
    PRODUKTIV = "produktiv", "Produktiv"
    GEKUENDIGT = "gekuendigt", "Gekündigt"
    ABGELEHNT = "abgelehnt", "Abgelehnt"
    ZURUECKGEZOGEN = "zurueckgezogen", "Zurückgezogen"
    # Never stored: a case under notice ends by the calendar, not by a job (`effective_status`).
    BEENDET = "beendet", "Beendet"
    # Only on the short path of a municipal assistant.
    ANGEFRAGT = "angefragt", "Angefragt"
    IN_UEBERGABE = "in_uebergabe", "In Übergabe"


class Aktion(Begriff):
    INTERESSE_BEKUNDEN = "interesse_bekunden", "Interesse bekunden"
    INTERESSE_ERFASSEN = "interesse_erfassen", "Interesse erfassen"
    BEDINGUNGEN_ANNEHMEN = "bedingungen_annehmen", "Nachnutzungsbedingungen annehmen"
    BESTAETIGEN = "bestaetigen", "Bestätigen"
    ABLEHNEN = "ablehnen", "Ablehnen"
    ZURUECKZIEHEN = "zurueckziehen", "Zurückziehen"
    ANBINDUNG_BEGINNEN = "anbindung_beginnen", "Anbindung beginnen"
    TEST_BEGINNEN = "test_beginnen", "Test beginnen"
    TEST_ABBRECHEN = "test_abbrechen", "Test abbrechen"
    GOLIVE_MELDEN = "golive_melden", "Produktivsetzung melden"
    PRODUKTIV_SETZEN = "produktiv_setzen", "Produktiv setzen"
    AUSSETZEN = "aussetzen", "Vorübergehend abmelden"
    WIEDERAUFNEHMEN = "wiederaufnehmen", "Betrieb wiederaufnehmen"
    KUENDIGEN = "kuendigen", "Dauerhaft abmelden (Kündigung)"
    ZUGANG_BERICHTIGEN = "zugang_berichtigen", "Zugang der Kündigung berichtigen"
    KUENDIGUNG_ZURUECKNEHMEN = "kuendigung_zuruecknehmen", "Kündigung zurücknehmen"
    ENTKOPPLUNG_VEREINBAREN = "entkopplung_vereinbaren", "Entkopplung vereinbaren"
    ENTKOPPLUNG_BESTAETIGEN = "entkopplung_bestaetigen", "Entkopplung bestätigen"
    DIENST_EINSTELLEN = "dienst_einstellen", "Onlinedienst einstellen"
    ANFRAGEN = "anfragen", "Übernahme anfragen"
    UEBERGEBEN = "uebergeben", "Onlinedienst übergeben"
    PRODUKTIV_MELDEN = "produktiv_melden", "Produktiven Einsatz melden"


@dataclass(frozen=True, slots=True)
class Bedingungen:
    """One version of a coordinating body's Nachnutzungsbedingungen, as far as rules need it."""

    fassung: str
    gueltig_ab: date
    vertragsschluss: Vertragsschluss
    regel: Kuendigungsregel


@dataclass(frozen=True, slots=True)
class Zustimmung:
    """Who accepted which version, and why that person may bind the body."""

    fassung: str
    name: str
    vertretung: Vertretung
    funktion: str = ""

    def __str__(self) -> str:
        return f"Fassung {self.fassung}"


@dataclass(frozen=True, slots=True)
class Fall:
    """A case on the day it is looked at. `status` None: there is no case yet.

    `bedingungen` is the version that rules the case or, while `bedingungen_offen`, the one to
    be accepted. A newer version waits in `neue_bedingungen` and changes nothing by itself.
    """

    weg: Weg = Weg.LANDESANGEBOT
    status: Status | None = None
    status_seit: date | None = None
    bedingungen: Bedingungen | None = None
    bedingungen_offen: bool = True
    neue_bedingungen: Bedingungen | None = None
    wunschtermin: date | None = None
    interesse_am: date | None = None
    bestaetigt_am: date | None = None
    vertrag_am: date | None = None
    # Titles of obligatory items still open: those due before the test, those due in it.
    pflichtpunkte_offen: tuple[str, ...] = ()
    testpunkte_offen: tuple[str, ...] = ()
    golive_gemeldet_zum: date | None = None
    produktiv_ab: date | None = None
    # An open Aussetzung; orthogonal to the state, the contract stands. No end: "unbestimmt".
    ausgesetzt_ab: date | None = None
    ausgesetzt_bis: date | None = None
    status_vor_kuendigung: Status | None = None
    kuendigungsregel: Kuendigungsregel | None = None
    zugang: date | None = None
    # Only if the notice named a later end than the earliest possible one.
    gewuenschtes_ende: date | None = None
    wirksam_zum: date | None = None
    rechnung: Rechnung = ()
    entkopplung_vereinbart_fuer: date | None = None
    entkoppelt_am: date | None = None
    eingestellt_zum: date | None = None

    def __post_init__(self) -> None:
        if self.status is Status.BEENDET:
            raise UngueltigeEingabe(
                "status",
                self.status.value,
                "„Beendet“ ergibt sich aus dem Ende der Kündigung und wird nicht gespeichert. "
                "Geben Sie „gekuendigt“ und das Ende an.",
            )
        if self.status is Status.GEKUENDIGT and None in (
            self.wirksam_zum,
            self.status_vor_kuendigung,
        ):
            raise UngueltigeEingabe(
                "status",
                self.status.value,
                "Zu einem gekündigten Vorgang gehören das Ende der Kündigung und der Schritt "
                "davor. Ergänzen Sie beides.",
            )

    @property
    def vertrag_geschlossen(self) -> bool:
        return self.vertrag_am is not None

    @property
    def aussetzung_offen(self) -> bool:
        return self.ausgesetzt_ab is not None

    @property
    def regel(self) -> Kuendigungsregel | None:
        """Under notice the rule it was given by, whatever terms were accepted since."""
        if self.kuendigungsregel is not None:
            return self.kuendigungsregel
        return None if self.bedingungen is None else self.bedingungen.regel

    @property
    def zur_annahme(self) -> Bedingungen | None:
        """The version that waits for a Zustimmung, if one does."""
        return self.bedingungen if self.bedingungen_offen else self.neue_bedingungen


# States that nothing leads out of. Everything else is open, and one open case per Stelle and
# Landesangebot is allowed.
ABGESCHLOSSEN = frozenset({Status.ABGELEHNT, Status.ZURUECKGEZOGEN, Status.BEENDET})


def effective_status(fall: Fall, today: date) -> Status | None:
    """The state in law: a missed job must not keep an ended contract alive."""
    ended = fall.wirksam_zum is not None and fall.wirksam_zum < today
    return Status.BEENDET if fall.status is Status.GEKUENDIGT and ended else fall.status


def is_open(fall: Fall, today: date) -> bool:
    status = effective_status(fall, today)
    return status is not None and status not in ABGESCHLOSSEN


def is_entkopplung_overdue(fall: Fall, today: date) -> bool:
    """The contract is over and the service still connected. Before the connection began there
    is nothing to disconnect."""
    connected = fall.status_vor_kuendigung is not Status.BESTAETIGT
    ended = effective_status(fall, today) is Status.BEENDET
    return ended and connected and fall.entkoppelt_am is None
