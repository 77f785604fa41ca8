"""What somebody types to take a step in a case, and whether it will do.

Each `Angabe` is the name of a field of `Angaben`, so that a form can mark it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from katalog.domain.begriffe import Begriff
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.fristen import Wirksamkeit, is_moegliches_ende, wirksam_zum
from katalog.domain.kalender import format_datum
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion, Fall, Zustimmung

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Angaben:
    grund: str = ""
    # Reference of the mail or letter that proves what is recorded for somebody else.
    beleg: str = ""
    ansprechstelle: str = ""
    wunschtermin: date | None = None
    zustimmung: Zustimmung | None = None
    eingang: date | None = None
    # `datum` is a day that has come, `termin` an agreed or announced one.
    datum: date | None = None
    termin: date | None = None
    ab: date | None = None
    geplant_bis: date | None = None
    wiedervorlage: date | None = None
    vorab_kontakt_am: date | None = None
    hinweis_veroeffentlicht: bool = False
    zugang: date | None = None
    ende: date | None = None
    nachfolger: str = ""


class Angabe(Begriff):
    GRUND = "grund", "Grund"
    BELEG = "beleg", "Beleg (Mail oder Schreiben)"
    ANSPRECHSTELLE = "ansprechstelle", "Ansprechstelle für die Anbindung"
    WUNSCHTERMIN = "wunschtermin", "Wunschtermin"
    ZUSTIMMUNG = "zustimmung", "Zustimmung zu den Nachnutzungsbedingungen"
    ZUSTIMMUNG_FALLS_ERKLAERT = "zustimmung_falls_erklaert", "Zustimmung, falls schon erklärt"
    EINGANG = "eingang", "Tag des Eingangs"
    DATUM = "datum", "Datum"
    TERMIN = "termin", "Termin"
    DAUER = "geplant_bis", "geplantes Ende, oder unbestimmt mit Wiedervorlage"
    HINWEIS = "hinweis_veroeffentlicht", "Hinweis auf der eigenen Seite"
    ZUGANG = "zugang", "Tag des Zugangs"
    ZUGANG_DER_ERKLAERUNG = "zugang_der_erklaerung", "Tag des Zugangs (über das Portal: heute)"
    ENDE = "ende", "Bestätigung des angezeigten Endes"

    @property
    def feld(self) -> str:
        return _FELDER.get(self, self.value)


# Obligatory or not, it is the same field of the form.
_FELDER = {
    Angabe.ZUSTIMMUNG_FALLS_ERKLAERT: Angabe.ZUSTIMMUNG.value,
    Angabe.ZUGANG_DER_ERKLAERUNG: Angabe.ZUGANG.value,
}


@dataclass(frozen=True, slots=True)
class Versuch:
    """Somebody tries to take a step: everything that guards, checks and changes may look at."""

    fall: Fall
    aktion: Aktion
    rolle: Rolle
    today: date
    angaben: Angaben


def check_angaben(gefragt: tuple[Angabe, ...], versuch: Versuch) -> list[UngueltigeEingabe]:
    faults = []
    for angabe in gefragt:
        meldung = _PRUEFUNGEN[angabe](versuch)
        if meldung is not None:
            typed = getattr(versuch.angaben, angabe.feld)
            wert = "" if typed is None else str(typed)
            faults.append(UngueltigeEingabe(angabe.feld, wert, meldung))
    return faults


def find_zugang(versuch: Versuch) -> date | None:
    """Through the portal a notice is received on the day it is sent."""
    return versuch.today if versuch.rolle is Rolle.KOMMUNE else versuch.angaben.zugang


def compute_kuendigung(versuch: Versuch) -> Wirksamkeit | None:
    regel, zugang = versuch.fall.regel, find_zugang(versuch)
    if zugang is None or regel is None:
        return None
    return wirksam_zum(regel, zugang, versuch.fall.vertrag_am)


def _check_grund(versuch: Versuch) -> str | None:
    if versuch.angaben.grund.strip():
        return None
    return "Der Grund fehlt. Beschreiben Sie ihn in einem Satz."


def _check_beleg(versuch: Versuch) -> str | None:
    if versuch.angaben.beleg.strip():
        return None
    return "Der Beleg fehlt. Hängen Sie die Mail oder das Schreiben der Kommune an."


def _check_ansprechstelle(versuch: Versuch) -> str | None:
    if versuch.angaben.ansprechstelle.strip():
        return None
    return "Die Ansprechstelle fehlt. Geben Sie an, wer die Anbindung begleitet."


def _check_wunschtermin(versuch: Versuch) -> str | None:
    wanted = versuch.angaben.wunschtermin
    if wanted is None:
        return "Der Wunschtermin fehlt. Geben Sie an, ab wann Sie den Onlinedienst nutzen möchten."
    if wanted < versuch.today:
        return "Der Wunschtermin liegt in der Vergangenheit. Wählen Sie einen späteren Tag."
    return None


def _check_zustimmung(versuch: Versuch) -> str | None:
    zustimmung, wanted = versuch.angaben.zustimmung, versuch.fall.zur_annahme
    if zustimmung is None:
        return "Die Zustimmung fehlt. Stimmen Sie den Nachnutzungsbedingungen zu."
    if not zustimmung.name.strip():
        return "Zur Zustimmung fehlt der Name. Geben Sie an, wer sie erklärt."
    if max(len(zustimmung.name), len(zustimmung.funktion)) > LONGEST_NAME:
        return f"Name und Funktion haben je höchstens {LONGEST_NAME} Zeichen. Kürzen Sie sie."
    if wanted is None:
        return (
            "Zu diesem Angebot sind keine Nachnutzungsbedingungen hinterlegt, denen jemand "
            "zustimmen könnte. Hinterlegen Sie sie zuerst."
        )
    if zustimmung.fassung != wanted.fassung:
        return (
            f"Die Zustimmung gilt für Fassung {zustimmung.fassung}, anzunehmen ist Fassung "
            f"{wanted.fassung}. Lesen Sie diese Fassung und stimmen Sie ihr zu."
        )
    return None


def _check_optional_zustimmung(versuch: Versuch) -> str | None:
    return None if versuch.angaben.zustimmung is None else _check_zustimmung(versuch)


def _check_dauer(versuch: Versuch) -> str | None:
    angaben = versuch.angaben
    ab = angaben.ab or versuch.today
    if angaben.geplant_bis is not None:
        if angaben.geplant_bis < ab:
            return "Das geplante Ende liegt vor dem Beginn. Wählen Sie einen späteren Tag."
        return None
    if angaben.wiedervorlage is None:
        return (
            "Das geplante Ende fehlt. Geben Sie es an, oder wählen Sie „unbestimmt“ und einen Tag "
            "für die Wiedervorlage."
        )
    if angaben.wiedervorlage <= versuch.today:
        return "Die Wiedervorlage muss in der Zukunft liegen. Wählen Sie einen späteren Tag."
    return None


def _check_hinweis(versuch: Versuch) -> str | None:
    if versuch.angaben.hinweis_veroeffentlicht:
        return None
    return (
        "Veröffentlichen Sie zuerst auf Ihrer Seite den Hinweis, dass der Onlinedienst nicht "
        "verfügbar ist, und bestätigen Sie das hier."
    )


def _check_zugang(versuch: Versuch) -> str | None:
    return _check_within(versuch.angaben.zugang, versuch, "Der Tag des Zugangs")


def _check_zugang_der_erklaerung(versuch: Versuch) -> str | None:
    if versuch.rolle is not Rolle.KOMMUNE:
        return _check_zugang(versuch)
    if versuch.angaben.zugang in {None, versuch.today}:
        return None
    return "Über das Portal geht die Kündigung heute zu. Lassen Sie den Tag des Zugangs leer."


def _check_eingang(versuch: Versuch) -> str | None:
    return _check_past(versuch.angaben.eingang, versuch.today, "Der Tag des Eingangs")


def _check_datum(versuch: Versuch) -> str | None:
    return _check_within(versuch.angaben.datum, versuch, "Das Datum")


def _check_termin(versuch: Versuch) -> str | None:
    if versuch.angaben.termin is not None:
        return None
    return "Der Termin fehlt. Geben Sie einen Tag an."


def _check_ende(versuch: Versuch) -> str | None:
    """Nobody gives notice without having seen the end: the form sends it back."""
    kuendigung, ende = compute_kuendigung(versuch), versuch.angaben.ende
    if kuendigung is None:
        # Without the day of receipt there is nothing to compare; that field has its own fault.
        return None
    earliest = format_datum(kuendigung.wirksam_zum)
    if ende is None:
        return f"Bestätigen Sie das Ende der Nutzung. Frühestens ist das der {earliest}."
    if ende < kuendigung.wirksam_zum:
        return (
            f"Zum {format_datum(ende)} ist keine Kündigung mehr möglich. Frühestes Ende ist der "
            f"{earliest}. Bestätigen Sie dieses Ende oder wählen Sie ein späteres."
        )
    regel = versuch.fall.regel
    if regel is not None and not is_moegliches_ende(regel, ende):
        return (
            f"Gekündigt wird zum {regel.anker.label}, und der {format_datum(ende)} ist keines. "
            f"Wählen Sie den {earliest} oder ein späteres {regel.anker.label}."
        )
    return None


def _check_within(day: date | None, versuch: Versuch, name: str) -> str | None:
    """Nothing happens in a case before its first day: a mistyped year would move its contract."""
    fault = _check_past(day, versuch.today, name)
    first = versuch.fall.interesse_am
    if fault or day is None or first is None or day >= first:
        return fault
    return f"{name} liegt vor dem Interesse vom {format_datum(first)}. Prüfen Sie das Jahr."


def _check_past(day: date | None, today: date, name: str) -> str | None:
    if day is None:
        return f"{name} fehlt. Geben Sie einen Tag an."
    if day > today:
        return f"{name} liegt in der Zukunft. Möglich ist er bis {format_datum(today)}."
    return None


_PRUEFUNGEN: Mapping[Angabe, Callable[[Versuch], str | None]] = {
    Angabe.GRUND: _check_grund,
    Angabe.BELEG: _check_beleg,
    Angabe.ANSPRECHSTELLE: _check_ansprechstelle,
    Angabe.WUNSCHTERMIN: _check_wunschtermin,
    Angabe.ZUSTIMMUNG: _check_zustimmung,
    Angabe.ZUSTIMMUNG_FALLS_ERKLAERT: _check_optional_zustimmung,
    Angabe.EINGANG: _check_eingang,
    Angabe.DATUM: _check_datum,
    Angabe.TERMIN: _check_termin,
    Angabe.DAUER: _check_dauer,
    Angabe.HINWEIS: _check_hinweis,
    Angabe.ZUGANG: _check_zugang,
    Angabe.ZUGANG_DER_ERKLAERUNG: _check_zugang_der_erklaerung,
    Angabe.ENDE: _check_ende,
}
