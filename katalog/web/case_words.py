"""What pages say about the steps of a case: before one is taken, on its button, and afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from katalog.domain.vorgang import Aktion


@dataclass(frozen=True, slots=True)
class Worte:
    """`knopf` names the effect; `getan` is said on the page of the case afterwards."""

    erklaerung: str
    knopf: str
    getan: str


# The steps of the coordinating body that go on in many cases alike.
SAMMELSCHRITTE = (
    Aktion.BESTAETIGEN,
    Aktion.ANBINDUNG_BEGINNEN,
    Aktion.TEST_BEGINNEN,
    Aktion.PRODUKTIV_SETZEN,
)

WORTE: Mapping[Aktion, Worte] = {
    Aktion.BEDINGUNGEN_ANNEHMEN: Worte(
        "Lesen Sie die Bedingungen. Annehmen kann sie, wer die Stelle nach außen vertritt oder "
        "dazu bevollmächtigt ist.",
        "Bedingungen annehmen",
        "Die Annahme der Nachnutzungsbedingungen ist festgehalten.",
    ),
    Aktion.BESTAETIGEN: Worte(
        "Sie bestätigen die Nachnutzung. Die Kommune bekommt eine Mail, in der steht, wie es "
        "weitergeht.",
        "Nachnutzung bestätigen",
        "Die Nachnutzung ist bestätigt, die Mail an die Kommune ist unterwegs.",
    ),
    Aktion.ABLEHNEN: Worte(
        "Der Vorgang ist danach abgeschlossen. Die Kommune bekommt Ihren Grund in einer Mail und "
        "kann später erneut Interesse bekunden.",
        "Nachnutzung ablehnen",
        "Die Nachnutzung ist abgelehnt, die Mail an die Kommune ist unterwegs.",
    ),
    Aktion.ZURUECKZIEHEN: Worte(
        "Der Vorgang ist danach abgeschlossen. Sie können jederzeit neu beginnen.",
        "Interesse zurückziehen",
        "Das Interesse ist zurückgezogen, der Vorgang ist abgeschlossen.",
    ),
    Aktion.ANBINDUNG_BEGINNEN: Worte(
        "Aus dem Angebot entsteht die Checkliste dieses Vorgangs. Beide Seiten haken darin ab, was "
        "erledigt ist.",
        "Anbindung beginnen",
        "Die Anbindung hat begonnen. Die Checkliste steht unten.",
    ),
    Aktion.TEST_BEGINNEN: Worte(
        "Die Pflichtpunkte vor dem Test sind erledigt. Jetzt wird der Onlinedienst an Ihrem Ort "
        "geprüft.",
        "Test beginnen",
        "Der Test hat begonnen.",
    ),
    Aktion.TEST_ABBRECHEN: Worte(
        "Der Vorgang geht zurück in die Anbindung. Die Checkliste bleibt, wie sie ist.",
        "Test abbrechen",
        "Der Test ist abgebrochen, der Vorgang ist wieder in der Anbindung.",
    ),
    Aktion.GOLIVE_MELDEN: Worte(
        "Sie melden, dass der Test bestanden ist und ab wann der Onlinedienst bei Ihnen laufen "
        "soll. Die Koordinierende Stelle setzt ihn dann produktiv.",
        "Produktivsetzung melden",
        "Die Produktivsetzung ist gemeldet.",
    ),
    Aktion.PRODUKTIV_SETZEN: Worte(
        "Mit diesem Schritt steht die Nutzung für alle sichtbar im Verzeichnis.",
        "Produktiv setzen",
        "Der Onlinedienst ist produktiv gesetzt. Im Verzeichnis steht die Nutzung für alle.",
    ),
    Aktion.AUSSETZEN: Worte(
        "Der Onlinedienst steht vorübergehend nicht zur Verfügung. Das geht ohne Frist, der "
        "Vertrag besteht fort.",
        "Vorübergehend abmelden",
        "Der Onlinedienst ist vorübergehend abgemeldet.",
    ),
    Aktion.WIEDERAUFNEHMEN: Worte(
        "Der Onlinedienst steht wieder zur Verfügung. Nehmen Sie den Hinweis von Ihrer Seite.",
        "Betrieb wiederaufnehmen",
        "Der Betrieb ist wiederaufgenommen.",
    ),
    Aktion.KUENDIGEN: Worte(
        "Die Nutzung endet zu einem festen Tag. Bis dahin bleibt der Onlinedienst nutzbar. Nur "
        "vorübergehend abschalten geht ohne Kündigung.",
        "Kündigung erklären",
        "Die Kündigung ist erklärt.",
    ),
    Aktion.ZUGANG_BERICHTIGEN: Worte(
        "Das Ende der Nutzung wird neu berechnet. Beide Seiten bekommen die Rechnung per Mail.",
        "Zugang berichtigen",
        "Der Zugang ist berichtigt und das Ende neu berechnet.",
    ),
    Aktion.KUENDIGUNG_ZURUECKNEHMEN: Worte(
        "Die Nutzung läuft weiter wie vor der Kündigung. Beide Seiten bekommen eine Mail, und der "
        "Termin im Kalender wird abgesagt.",
        "Kündigung zurücknehmen",
        "Die Kündigung ist zurückgenommen.",
    ),
    Aktion.ENTKOPPLUNG_VEREINBAREN: Worte(
        "Halten Sie fest, an welchem Tag MiK und TFF den Onlinedienst technisch trennen.",
        "Termin festhalten",
        "Der Termin der Entkopplung ist festgehalten.",
    ),
    Aktion.ENTKOPPLUNG_BESTAETIGEN: Worte(
        "Liegt der Tag vor dem Ende der Nutzung, steht im Verzeichnis „nicht mehr verfügbar“. Der "
        "Vertrag endet trotzdem erst zum genannten Tag.",
        "Entkopplung bestätigen",
        "Die Entkopplung ist bestätigt.",
    ),
    Aktion.UEBERGEBEN: Worte(
        "Sie stellen der Kommune den Onlinedienst bereit. Sie bekommt eine Mail.",
        "Onlinedienst übergeben",
        "Die Übergabe ist festgehalten.",
    ),
    Aktion.PRODUKTIV_MELDEN: Worte(
        "Mit diesem Schritt steht die Nutzung für alle sichtbar im Verzeichnis.",
        "Produktiven Einsatz melden",
        "Der produktive Einsatz ist gemeldet. Im Verzeichnis steht die Nutzung für alle.",
    ),
    Aktion.INTERESSE_BEKUNDEN: Worte(
        "", "Interesse bekunden", "Ihr Interesse ist bekundet, die Mail ist unterwegs."
    ),
    Aktion.ANFRAGEN: Worte(
        "", "Übernahme anfragen", "Die Anfrage ist gestellt, die Mail ist unterwegs."
    ),
    Aktion.INTERESSE_ERFASSEN: Worte("", "Interesse erfassen", "Das Interesse ist erfasst."),
}
