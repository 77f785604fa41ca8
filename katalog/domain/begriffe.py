"""The closed vocabularies of register, offer, use and operations, each with its German label.

The case has its own vocabulary in `nachnutzung`, periods theirs in `fristen`, roles in `rollen`.
Values are stored and appear in URLs and files; labels appear on pages, in mails and exports.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Begriff(StrEnum):
    """A member is written as `NAME = "wert", "Bezeichnung"`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


# Register ---------------------------------------------------------------------------------


class Quellenart(Begriff):
    """Whose word counts more is decided in `herkunft`."""

    AMTLICH = "amtlich", "amtliches Verzeichnis"
    EINGABE = "eingabe", "Eingabe im Portal"
    IMPORT = "import", "Import"
    SEED = "seed", "Grundbestand"
    DEMO = "demo", "Demo"


class Gebietsebene(Begriff):
    LAND = "land", "Land"
    REGIERUNGSBEZIRK = "regierungsbezirk", "Regierungsbezirk"
    KREIS = "kreis", "Kreis"
    VERBAND = "verband", "Gemeindeverband"
    GEMEINDE = "gemeinde", "Gemeinde"


class Schluesselart(Begriff):
    ARS = "ars", "Regionalschlüssel"
    AGS = "ags", "Gemeindeschlüssel"


class Lagenart(Begriff):
    LEBENSLAGE = "lebenslage", "Lebenslage"
    UNTERNEHMENSLAGE = "unternehmenslage", "Unternehmenslage"
    QUERSCHNITT = "querschnitt", "Querschnitt"


class Top100(Begriff):
    BUERGER = "buerger", "TOP 100 Bürgerinnen und Bürger"
    WIRTSCHAFT = "wirtschaft", "TOP 100 Wirtschaft"


class Leistungsmerkmalart(Begriff):
    TYPISIERUNG = "typisierung", "Typisierung"
    ZIELGRUPPE = "zielgruppe", "Zielgruppe"
    SDG = "sdg", "Informationsbereich nach SDG-Verordnung"


class Zielgruppe(Begriff):
    BUERGER = "buerger", "Bürgerinnen und Bürger"
    UNTERNEHMEN = "unternehmen", "Unternehmen"
    VERWALTUNG = "verwaltung", "Verwaltung"


class Gebietsereignis(Begriff):
    AUFNAHME = "aufnahme", "Aufgenommen"
    NACHFOLGE = "nachfolge", "Aufgegangen"
    SCHLUESSEL = "schluessel", "Neuer Schlüssel"
    NAME = "name", "Umbenannt"


class Stellenart(Begriff):
    KOMMUNE = "kommune", "Kommune"
    VERBAND = "verband", "Gemeindeverband"
    LAND = "land", "Land"
    KOORDINIERUNG = "koordinierung", "Koordinierende Stelle"
    DIENSTLEISTER = "dienstleister", "IT-Dienstleister"
    MINISTERIUM = "ministerium", "Ministerium"
    ZWECKVERBAND = "zweckverband", "Zweckverband"
    SONSTIGE = "sonstige", "Sonstige Stelle"


class Kontaktebene(Begriff):
    VOLLZUG = "vollzug", "Vollzug"
    LANDKREIS = "landkreis", "Landkreis"
    LAND = "land", "Land"


# Offer --------------------------------------------------------------------------------------


class Dienstart(Begriff):
    EFA = "efa", "EfA-Leistung"
    LANDESLOESUNG = "landesloesung", "Landeslösung"
    KOMMUNAL = "kommunal", "kommunal entwickelt"
    MARKT = "markt", "Marktangebot"
    OPENSOURCE = "opensource", "Open Source"
    KONZEPT = "konzept", "Konzept"


class Dienststatus(Begriff):
    GEPLANT = "geplant", "geplant"
    IN_ENTWICKLUNG = "in_entwicklung", "in Entwicklung"
    PILOT = "pilot", "Pilot"
    VERFUEGBAR = "verfuegbar", "verfügbar"
    ABGEKUENDIGT = "abgekuendigt", "abgekündigt"
    EINGESTELLT = "eingestellt", "eingestellt"


class Angebotsstatus(Begriff):
    GEPLANT = "geplant", "geplant"
    ANGEBOTEN = "angeboten", "zur Nachnutzung angeboten"
    ZURUECKGESTELLT = "zurueckgestellt", "zurückgestellt"
    EINGESTELLT = "eingestellt", "eingestellt"


class Datumsgenauigkeit(Begriff):
    """Sources often know only "08/2024": the date is stored with how much of it is known."""

    TAG = "tag", "Tag"
    MONAT = "monat", "Monat"
    JAHR = "jahr", "Jahr"


class Epayment(Begriff):
    NICHT_ERFORDERLICH = "nicht_erforderlich", "nicht erforderlich"
    OPTIONAL = "optional", "möglich"
    ERFORDERLICH = "erforderlich", "erforderlich"


class Kostenmodell(Begriff):
    KOSTENNEUTRAL = "kostenneutral", "kostenneutral für Kommunen"
    UMLAGE = "umlage", "Umlage"
    LIZENZ = "lizenz", "Lizenz oder Pflege"
    SONSTIGE = "sonstige", "andere Regelung"


class Dienstmerkmalart(Begriff):
    AUTHENTIFIZIERUNG = "authentifizierung", "Anmeldung"
    TRANSPORTWEG = "transportweg", "Transportweg"
    FACHVERFAHREN = "fachverfahren", "Fachverfahren"


class Verweisart(Begriff):
    ANBINDUNGSLEITFADEN = "anbindungsleitfaden", "Anbindungsleitfaden"
    LANDESPORTAL = "landesportal", "Landesportal"
    INFOSEITE = "infoseite", "Infoseite"
    FAQ = "faq", "Häufige Fragen"
    VERSIONSHINWEISE = "versionshinweise", "Versionshinweise"
    DEMO = "demo", "Demo-Zugang"
    MARKTPLATZ = "marktplatz", "EfA-Marktplatz (Vertrag)"
    SONSTIGES = "sonstiges", "Weitere Seite"


class Pruefpunktgruppe(Begriff):
    VORAB = "vorab", "Vorab klären"
    TECHNISCH = "technisch", "Technisch bereitstellen"
    BETRIEB = "betrieb", "Betrieb sichern"


# Use ----------------------------------------------------------------------------------------


class Einsatzrolle(Begriff):
    NUTZT = "nutzt", "nutzt"
    ERSTELLT = "erstellt", "hat erstellt"
    BETREIBT = "betreibt", "betreibt"
    PILOTIERT = "pilotiert", "pilotiert"
    PLANT = "plant", "plant"
    BEOBACHTET = "beobachtet", "beobachtet"


class Einsatzstatus(Begriff):
    GEPLANT = "geplant", "geplant"
    IN_UMSETZUNG = "in_umsetzung", "in Umsetzung"
    PRODUKTIV = "produktiv", "produktiv"
    VORUEBERGEHEND = "voruebergehend_nicht_verfuegbar", "vorübergehend nicht verfügbar"
    BEENDET = "beendet", "beendet"


class Beleg(Begriff):
    """Who made a statement of use: a body about itself, or somebody else about it."""

    EIGENANGABE = "eigenangabe", "Eigenangabe"
    ANBIETER = "anbieter", "laut Anbieter"
    PVOG = "pvog", "laut PVOG"
    IMPORT = "import", "laut Import"
    KOORDINIERUNG = "koordinierung", "laut Koordinierungsstelle"


class Fundstellenstatus(Begriff):
    OK = "ok", "erreichbar"
    NICHT_OK = "nicht_ok", "nicht erreichbar"
    UNBEKANNT = "unbekannt", "nicht geprüft"


# Reuse --------------------------------------------------------------------------------------


class Handlungsweise(Begriff):
    """An Amt that is the competent body has one case; acting for members opens n cases."""

    SELBST = "selbst", "im eigenen Namen"
    IM_NAMEN = "im_namen", "im Namen von Mitgliedern"


class Vertragsschluss(Begriff):
    BESTAETIGUNG = "bestaetigung", "mit der Bestätigung"
    PRODUKTIVSETZUNG = "produktivsetzung", "mit der Produktivsetzung"


class Vertretung(Begriff):
    BEHOERDENLEITUNG = "behoerdenleitung", "Behördenleitung"
    VOLLMACHT = "vollmacht", "Vollmacht"
    LAUFENDE_VERWALTUNG = "laufende_verwaltung", "Geschäft der laufenden Verwaltung"


class Erklaerungsform(Begriff):
    PORTAL = "portal", "über das Portal"
    EMAIL = "email", "E-Mail"
    SCHRIFTLICH = "schriftlich", "Schreiben"


class Schreibenart(Begriff):
    INFORMATION = "information", "Informationsschreiben"
    BESTAETIGUNG = "bestaetigung", "Bestätigung"
    KUENDIGUNG = "kuendigung", "Kündigung"
    BERICHT = "bericht", "Bericht"


# Coordination -------------------------------------------------------------------------------


class Arbeitsstatus(Begriff):
    OFFEN = "offen", "offen"
    IN_ARBEIT = "in_arbeit", "in Arbeit"
    ERLEDIGT = "erledigt", "erledigt"
    VERWORFEN = "verworfen", "verworfen"


class Nachweisumfang(Begriff):
    """Which statements of use stand below a point of a resolution as evidence."""

    KEINER = "keiner", "keine Angaben aus dem Katalog"
    AUSGEWAEHLT = "ausgewaehlt", "nur Onlinedienste zu bestimmten OZG-Leistungen"
    ALLE = "alle", "alle Onlinedienste der Kommune"


# Operations ---------------------------------------------------------------------------------


class Rundschreibenumfang(Begriff):
    STELLE = "stelle", "eine Mail je Stelle"
    VORGANG = "vorgang", "eine Mail je Vorgang"


class Nachrichtenstatus(Begriff):
    ERSTELLT = "erstellt", "wartet auf Versand"
    WIRD_GESENDET = "wird_gesendet", "wird gesendet"
    UEBERGEBEN = "uebergeben", "an den Mailserver übergeben"
    WIEDERHOLEN = "wiederholen", "wird erneut versucht"
    GESCHEITERT = "gescheitert", "gescheitert"


class Laufstatus(Begriff):
    LAEUFT = "laeuft", "läuft"
    FERTIG = "fertig", "abgeschlossen"
    ABGEBROCHEN = "abgebrochen", "abgebrochen"


class Befundart(Begriff):
    NEU = "neu", "neu"
    GEAENDERT = "geaendert", "geändert"
    ENTFALLEN = "entfallen", "entfallen"
    ABGELEHNT = "abgelehnt", "abgelehnt"
    WIDERSPRUCH = "widerspruch", "Widerspruch"
    HINWEIS = "hinweis", "Hinweis"


class Objektart(Begriff):
    """What can be found, linked and exported; the names are the API's `typ`."""

    OZG_LEISTUNG = "ozg_leistung", "OZG-Leistung"
    LEISTUNG = "leistung", "Leistung"
    ONLINEDIENST = "onlinedienst", "Onlinedienst"
    KOMMUNE = "kommune", "Kommune"


class Ausgabeformat(Begriff):
    """Files that a list is exported to; the values are the endings of their names."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel"
    JSON = "json", "JSON"
    GEOJSON = "geojson", "GeoJSON"
    ATOM = "atom", "Atom"
