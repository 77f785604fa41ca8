"""What the mails of a case say: one text per template, plain and calm.

The mail of interest keeps to the order that coordination offices expect: who, what and from when,
which terms, the request for the documents, the contact, greeting and signature.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from katalog.domain.angaben import Angaben
from katalog.domain.kalender import format_datum, format_datum_lang
from katalog.domain.schritt import Vorlage
from katalog.domain.vorgang import Fall

_END = "\n\nDiese Mail hat der OZG-Katalog verschickt. Ihre Antwort geht an {antwort_an}.\n"
_END_UNANSWERED = "\n\nDiese Mail hat der OZG-Katalog verschickt.\n"


@dataclass(frozen=True, slots=True)
class Stoff:
    """All that a mail may mention. `fall` is the case after the step."""

    stelle: str
    gebiete: tuple[str, ...]
    dienst: str
    gegenueber: str
    ansprechstelle: str
    fall: Fall
    angaben: Angaben
    adresse: str
    antwort_an: str


def write_own(vorlage: Vorlage, stoff: Stoff) -> str:
    """As the body sends it itself: nothing in it is the portal's."""
    return f"Guten Tag,\n\n{TEXTE[vorlage](stoff)}\n"


def write_text(vorlage: Vorlage, stoff: Stoff) -> str:
    end = _END.format(antwort_an=stoff.antwort_an) if stoff.antwort_an else _END_UNANSWERED
    link = f"\n\nIm Portal:\n{stoff.adresse}" if stoff.adresse else ""
    return f"Guten Tag,\n\n{TEXTE[vorlage](stoff)}{link}{end}"


def write_forwarding(role: str, text: str) -> str:
    """Where nobody has written down an address, the coordinating body passes the mail on."""
    return (
        f"Diese Mail ist für: {role}. Im Portal steht dort keine Adresse. Bitte leiten Sie sie "
        f"weiter und ergänzen Sie die Adresse am Angebot.\n\n{text}"
    )


def write_copy(recipients: tuple[str, ...], text: str) -> str:
    return f"Zu Ihren Unterlagen: Diese Mail ging an {', '.join(recipients)}.\n\n{text}"


def _interesse(stoff: Stoff) -> str:
    return f"{_who(stoff)}\n\n{_what(stoff)} nachnutzen.{_accepted(stoff)}\n\n{_request(stoff)}"


def _anfrage(stoff: Stoff) -> str:
    return (
        f"{_who(stoff)}\n\n{_what(stoff)} übernehmen.\n\n"
        "Bitte sagen Sie uns, ob und wie das möglich ist, und was wir dafür bereitstellen müssen."
        f"{_contact(stoff)}{_signature(stoff)}"
    )


def _who(stoff: Stoff) -> str:
    areas = [name for name in stoff.gebiete if name != stoff.stelle]
    where = f"\nSie gilt für: {', '.join(areas)}." if areas else ""
    return f"zuständige Stelle ist: {stoff.stelle}.{where}"


def _what(stoff: Stoff) -> str:
    day = stoff.fall.wunschtermin
    since = f" ab dem {format_datum(day)}" if day else ""
    return f"Wir möchten den Onlinedienst „{stoff.dienst}“{since}"


def _accepted(stoff: Stoff) -> str:
    zustimmung = stoff.angaben.zustimmung
    if zustimmung is None:
        return ""
    return (
        f"\n\nWir nehmen die Nachnutzungsbedingungen an: {stoff.gegenueber}, Fassung "
        f"{zustimmung.fassung}. Die Annahme erklärt {_person(stoff)} "
        f"({zustimmung.vertretung.label})."
    )


def _request(stoff: Stoff) -> str:
    return (
        "Bitte senden Sie uns die Unterlagen für die Anbindung."
        f"{_contact(stoff)}{_signature(stoff)}"
    )


def _contact(stoff: Stoff) -> str:
    return f"\n\nAnsprechstelle für die Anbindung:\n{stoff.ansprechstelle}"


def _signature(stoff: Stoff) -> str:
    return "\n".join(filter(None, ("\n\nMit freundlichen Grüßen", _person(stoff), stoff.stelle)))


def _person(stoff: Stoff) -> str:
    zustimmung = stoff.angaben.zustimmung
    if zustimmung is None:
        return ""
    name, funktion = zustimmung.name.strip(), zustimmung.funktion.strip()
    return f"{name}, {funktion}" if funktion else name


def _anbindungsunterlagen(stoff: Stoff) -> str:
    concluded = stoff.fall.vertrag_am
    contract = (
        f" Damit ist der Vertrag über die Nachnutzung geschlossen ({format_datum(concluded)})."
        if concluded
        else " Der Vertrag kommt mit der Produktivsetzung zustande."
    )
    return (
        f"Ihr Interesse am Onlinedienst „{stoff.dienst}“ für {stoff.stelle} ist bestätigt."
        f"{contract}\n\n"
        "So geht es weiter: Beginnen Sie im Portal die Anbindung. Dort stehen die Unterlagen, die "
        "Links zum Angebot und eine Checkliste, was vor dem Test zu erledigen ist."
    )


def _ablehnung(stoff: Stoff) -> str:
    return (
        f"die Nachnutzung des Onlinedienstes „{stoff.dienst}“ durch {stoff.stelle} ist leider "
        f"nicht möglich.\n\nGrund: {stoff.angaben.grund.strip()}\n\n"
        "Haben Sie Fragen dazu, antworten Sie auf diese Mail. Sie können später erneut Interesse "
        "bekunden."
    )


def _rueckzug(stoff: Stoff) -> str:
    return (
        f"{stoff.stelle} zieht das Interesse am Onlinedienst „{stoff.dienst}“ zurück."
        f"{_grund(stoff)}\n\nDer Vorgang ist damit beendet. Sie müssen nichts weiter tun."
    )


def _golive(stoff: Stoff) -> str:
    return (
        f"{stoff.stelle} möchte den Onlinedienst „{stoff.dienst}“ am "
        f"{_day(stoff.angaben.termin)} produktiv setzen. Der Test ist abgeschlossen.\n\n"
        "Bitte setzen Sie ihn produktiv und halten Sie das im Portal fest."
    )


def _produktivsetzung(stoff: Stoff) -> str:
    return (
        f"der Onlinedienst „{stoff.dienst}“ ist für {stoff.stelle} seit dem "
        f"{_day(stoff.fall.produktiv_ab)} produktiv.\n\n"
        "Im Verzeichnis steht das jetzt für alle sichtbar."
    )


def _aussetzung(stoff: Stoff) -> str:
    until = (
        f"voraussichtlich bis {format_datum(stoff.fall.ausgesetzt_bis)}"
        if stoff.fall.ausgesetzt_bis
        else f"auf unbestimmte Zeit (Wiedervorlage am {_day(stoff.angaben.wiedervorlage)})"
    )
    return (
        f"der Onlinedienst „{stoff.dienst}“ ist für {stoff.stelle} ab dem "
        f"{_day(stoff.fall.ausgesetzt_ab)} vorübergehend abgemeldet, {until}.\n\n"
        f"Grund: {stoff.angaben.grund.strip()}\n\n"
        "Auf der Seite der Behörde steht der Hinweis, dass der Onlinedienst nicht verfügbar ist. "
        "Der Vertrag besteht unverändert fort. Die Wiederaufnahme melden wir."
    )


def _wiederaufnahme(stoff: Stoff) -> str:
    return (
        f"die vorübergehende Abmeldung ist beendet: Der Onlinedienst „{stoff.dienst}“ ist für "
        f"{stoff.stelle} wieder verfügbar.{_grund(stoff, 'Anmerkung')}"
    )


def _kuendigung(stoff: Stoff) -> str:
    fall = stoff.fall
    return (
        f"{stoff.stelle} kündigt die Nachnutzung des Onlinedienstes „{stoff.dienst}“ zum\n\n"
        f"{_long(fall.wirksam_zum)}.\n\n"
        f"Zugang der Kündigung: {_long(fall.zugang)}.\n"
        f"So ist das Ende berechnet:\n{_count(fall)}{_grund(stoff)}\n\n"
        "Den Tag der technischen Entkopplung stimmen MiK und TFF gemeinsam ab."
    )


def _entkopplung(stoff: Stoff) -> str:
    return (
        f"{stoff.stelle} hat die Nachnutzung des Onlinedienstes „{stoff.dienst}“ gekündigt. Der "
        f"Vertrag endet am {_day(stoff.fall.wirksam_zum)}.\n\n"
        "Bitte stimmen Sie mit dem MiK ab, an welchem Tag der Onlinedienst technisch entkoppelt "
        "wird. Die Koordinierende Stelle hält den Tag und die Erledigung im Portal fest."
    )


def _zugang_berichtigt(stoff: Stoff) -> str:
    fall = stoff.fall
    return (
        f"der Tag, an dem die Kündigung für {stoff.stelle} zum Onlinedienst „{stoff.dienst}“ "
        f"zugegangen ist, wurde berichtigt: {_long(fall.zugang)}.\n\n"
        f"Die Nutzung endet damit zum {_long(fall.wirksam_zum)}.\n"
        f"So ist das Ende berechnet:\n{_count(fall)}\n\n"
        f"Grund der Berichtigung: {stoff.angaben.grund.strip()}"
    )


def _kuendigung_zurueckgenommen(stoff: Stoff) -> str:
    return (
        f"die Kündigung für {stoff.stelle} zum Onlinedienst „{stoff.dienst}“ ist zurückgenommen. "
        "Die Nachnutzung läuft weiter; eingetragene Termine zum Ende der Nutzung entfallen.\n\n"
        f"Grund: {stoff.angaben.grund.strip()}"
    )


def _dienst_eingestellt(stoff: Stoff) -> str:
    angaben = stoff.angaben
    successor = (
        f"\n\nNachfolger: {angaben.nachfolger.strip()}." if angaben.nachfolger.strip() else ""
    )
    return (
        f"der Onlinedienst „{stoff.dienst}“ wird zum {_long(angaben.termin)} eingestellt. Das "
        f"betrifft Ihre Nachnutzung für {stoff.stelle}.{_grund(stoff)}{successor}\n\n"
        "Planen Sie die Umstellung bis dahin. Bei Fragen antworten Sie auf diese Mail."
    )


def _uebergabe(stoff: Stoff) -> str:
    return (
        f"der Onlinedienst „{stoff.dienst}“ ist an {stoff.stelle} übergeben.\n\n"
        "Melden Sie im Portal, sobald Sie ihn produktiv einsetzen."
    )


def _grund(stoff: Stoff, word: str = "Grund") -> str:
    grund = stoff.angaben.grund.strip()
    return f"\n\n{word}: {grund}" if grund else ""


def _count(fall: Fall) -> str:
    """A line for each step of the calculation."""
    return "\n".join(
        f"{number}. {schritt.satz} ({schritt.paragraph})"
        for number, schritt in enumerate(fall.rechnung, start=1)
    )


def _day(day: date | None) -> str:
    return "noch offen" if day is None else format_datum(day)


def _long(day: date | None) -> str:
    return "noch offen" if day is None else format_datum_lang(day)


TEXTE: Mapping[Vorlage, Callable[[Stoff], str]] = {
    Vorlage.INTERESSE: _interesse,
    Vorlage.ANBINDUNGSUNTERLAGEN: _anbindungsunterlagen,
    Vorlage.ABLEHNUNG: _ablehnung,
    Vorlage.RUECKZUG: _rueckzug,
    Vorlage.GOLIVE: _golive,
    Vorlage.PRODUKTIVSETZUNG: _produktivsetzung,
    Vorlage.AUSSETZUNG: _aussetzung,
    Vorlage.WIEDERAUFNAHME: _wiederaufnahme,
    Vorlage.KUENDIGUNG: _kuendigung,
    Vorlage.ENTKOPPLUNG: _entkopplung,
    Vorlage.ZUGANG_BERICHTIGT: _zugang_berichtigt,
    Vorlage.KUENDIGUNG_ZURUECKGENOMMEN: _kuendigung_zurueckgenommen,
    Vorlage.DIENST_EINGESTELLT: _dienst_eingestellt,
    Vorlage.ANFRAGE: _anfrage,
    Vorlage.UEBERGABE: _uebergabe,
}
