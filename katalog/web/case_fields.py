"""The form of a step, built from what the step asks for, and what was typed read back.

There is no form per step: a step lists its `Angabe`s, and each is one or more fields here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from typing import TypeVar

from katalog.domain.angaben import Angabe, Angaben
from katalog.domain.begriffe import Begriff, Erklaerungsform, Vertretung
from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.kalender import parse_datum
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Step
from katalog.domain.vorgang import Aktion, Zustimmung
from katalog.web.address import Address

_LONGEST_LINE = 200
_LONGEST_TEXT = 2_000
_DATE = "Zum Beispiel 30.11.2026."


class Feldart(Enum):
    ZEILE = auto()
    TEXT = auto()
    TAG = auto()
    WAHL = auto()
    HAKEN = auto()


@dataclass(frozen=True, slots=True)
class Feld:
    name: str
    titel: str
    art: Feldart = Feldart.ZEILE
    hinweis: str = ""
    optional: bool = False
    werte: tuple[Begriff, ...] = ()
    # The first choice of a WAHL, where none may be taken for granted.
    leer: str = ""
    laenge: int = 0

    @property
    def maximum(self) -> int:
        return self.laenge or (_LONGEST_TEXT if self.art is Feldart.TEXT else _LONGEST_LINE)


ZUSTIMMUNG = (
    Feld(
        "zustimmung",
        "Wir nehmen die Nachnutzungsbedingungen in dieser Fassung an.",
        Feldart.HAKEN,
    ),
    Feld("zustimmung_name", "Wer erklärt die Annahme?", hinweis="Vor- und Nachname."),
    Feld("zustimmung_funktion", "Funktion", hinweis="Zum Beispiel Amtsleitung.", optional=True),
    Feld(
        "vertretung",
        "Wodurch darf die Person das?",
        Feldart.WAHL,
        werte=tuple(Vertretung),
        leer="bitte wählen",
    ),
)

# Recorded for the body by whoever holds its letter.
ZUSTIMMUNG_DER_STELLE = (
    replace(
        ZUSTIMMUNG[0],
        titel="Die Stelle hat die Bedingungen in dieser Fassung angenommen.",
    ),
    replace(ZUSTIMMUNG[1], titel="Wer hat die Annahme erklärt?"),
    *ZUSTIMMUNG[2:],
)

_GRUND = Feld("grund", "Grund", Feldart.TEXT, "Ein Satz genügt. Er bleibt im Vorgang lesbar.")
_BELEG = Feld(
    "beleg",
    "Worauf stützt sich das?",
    hinweis="Mail oder Schreiben mit Datum und Aktenzeichen, zum Beispiel „Mail vom 12.11.2026“.",
)
_ZUGANG = Feld(
    "zugang",
    "Wann ist die Kündigung zugegangen?",
    Feldart.TAG,
    f"Der Tag, an dem sie ankam, nicht der Tag der Unterschrift. {_DATE}",
)
_VORAB = Feld(
    "vorab_kontakt_am",
    "Wann haben Sie vorab miteinander gesprochen?",
    Feldart.TAG,
    "Falls noch nicht geschehen, holen Sie es nach; der Schritt hängt nicht davon ab.",
    optional=True,
)

_FELDER: Mapping[Angabe, tuple[Feld, ...]] = {
    Angabe.GRUND: (_GRUND,),
    Angabe.BELEG: (_BELEG,),
    Angabe.ZUSTIMMUNG: ZUSTIMMUNG,
    Angabe.DATUM: (Feld("datum", "Datum", Feldart.TAG, _DATE),),
    Angabe.TERMIN: (Feld("termin", "Termin", Feldart.TAG, _DATE),),
    Angabe.DAUER: (
        Feld("ab", "Ab wann?", Feldart.TAG, "Leer heißt: ab heute.", optional=True),
        Feld(
            "geplant_bis",
            "Voraussichtlich bis",
            Feldart.TAG,
            "Steht für alle lesbar im Verzeichnis. Lassen Sie es leer, wenn das Ende unbestimmt "
            "ist.",
            optional=True,
        ),
        Feld(
            "wiedervorlage",
            "Oder unbestimmt: wann erinnern wir Sie?",
            Feldart.TAG,
            "Nur, wenn oben kein Ende steht.",
            optional=True,
        ),
        _VORAB,
    ),
    Angabe.HINWEIS: (
        Feld(
            "hinweis_veroeffentlicht",
            "Auf unserer Seite steht der Hinweis, dass der Onlinedienst nicht verfügbar ist.",
            Feldart.HAKEN,
        ),
    ),
    Angabe.ZUGANG: (_ZUGANG,),
    Angabe.ZUGANG_DER_ERKLAERUNG: (
        _ZUGANG,
        Feld(
            "form",
            "Wie kam sie?",
            Feldart.WAHL,
            werte=(Erklaerungsform.SCHRIFTLICH, Erklaerungsform.EMAIL),
        ),
    ),
    Angabe.ENDE: (
        Feld(
            "ende",
            "Zu welchem Tag?",
            Feldart.TAG,
            "Leer heißt: zum frühestmöglichen Ende. Es wird Ihnen vor dem Absenden genannt.",
            optional=True,
        ),
    ),
}

# What a day means depends on the step that asks for it.
_TITEL: Mapping[tuple[Aktion, str], str] = {
    (Aktion.GOLIVE_MELDEN, "termin"): "Ab wann soll er produktiv laufen?",
    (Aktion.PRODUKTIV_SETZEN, "datum"): "Seit wann läuft er produktiv?",
    (Aktion.PRODUKTIV_MELDEN, "datum"): "Seit wann läuft er produktiv?",
    (Aktion.ENTKOPPLUNG_VEREINBAREN, "termin"): "Wann wird entkoppelt?",
    (Aktion.ENTKOPPLUNG_BESTAETIGEN, "datum"): "Wann wurde entkoppelt?",
    (Aktion.ABLEHNEN, "grund"): "Warum nicht?",
}

# Worth saying, though no step fails without it.
_DAZU: Mapping[Aktion, tuple[Feld, ...]] = {
    Aktion.KUENDIGEN: (replace(_GRUND, optional=True), _VORAB),
    Aktion.ZURUECKZIEHEN: (replace(_GRUND, optional=True),),
}


def fields_of(step: Step, rolle: Rolle) -> tuple[Feld, ...]:
    found: list[Feld] = []
    for angabe in step.gefragt(rolle):
        # Through the portal a notice is received on the day it is sent: nothing to ask.
        if angabe is not Angabe.ZUGANG_DER_ERKLAERUNG or rolle is not Rolle.KOMMUNE:
            found += _FELDER[angabe]
        if angabe is Angabe.ZUSTIMMUNG and rolle is Rolle.KOORDINIERUNG:
            found[-len(ZUSTIMMUNG) :] = ZUSTIMMUNG_DER_STELLE
    found += _DAZU.get(step.aktion, ())
    return tuple(
        replace(feld, titel=_TITEL.get((step.aktion, feld.name), feld.titel)) for feld in found
    )


def typed(felder: Sequence[Feld], form: Address) -> dict[str, str]:
    return {
        feld.name: form.lines(feld.name)
        if feld.art is Feldart.TEXT
        else form.last(feld.name).strip()
        for feld in felder
    }


T = TypeVar("T")


class Eingaben:
    """What was typed, read field by field; the faults are raised together."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.faults: list[UngueltigeEingabe] = []

    def text(self, name: str, longest: int = _LONGEST_LINE, *, missing: str = "") -> str:
        value = self.values.get(name, "").strip()
        if len(value) > longest:
            self._fault(name, f"Der Text ist zu lang. Möglich sind {longest} Zeichen.")
            return value[:longest]
        if missing and not value:
            self._fault(name, missing)
        return value

    def day(self, name: str) -> date | None:
        value = self.values.get(name, "").strip()
        return self._read(lambda: parse_datum(value, name)) if value else None

    def one_of(self, name: str, choices: Sequence[T]) -> T | None:
        value = self.values.get(name, "")
        found = next((choice for choice in choices if str(choice) == value), None)
        if found is None:
            self._fault(name, "Wählen Sie eine der Möglichkeiten.")
        return found

    def add(self, *faults: UngueltigeEingabe) -> None:
        self.faults += faults

    def done(self) -> None:
        if self.faults:
            raise UngueltigeEingaben(self.faults)

    def _read(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except UngueltigeEingabe as fault:
            self.faults.append(fault)
            return None

    def _fault(self, name: str, meldung: str) -> None:
        self.faults.append(UngueltigeEingabe(name, self.values.get(name, ""), meldung))


def read_angaben(eingaben: Eingaben) -> Angaben:
    """As far as a person can type it; whether it will do, the step itself says."""
    angaben = Angaben(
        grund=eingaben.text("grund", _LONGEST_TEXT),
        beleg=eingaben.text("beleg"),
        zustimmung=read_zustimmung(eingaben),
        datum=eingaben.day("datum"),
        termin=eingaben.day("termin"),
        ab=eingaben.day("ab"),
        geplant_bis=eingaben.day("geplant_bis"),
        wiedervorlage=eingaben.day("wiedervorlage"),
        vorab_kontakt_am=eingaben.day("vorab_kontakt_am"),
        hinweis_veroeffentlicht=bool(eingaben.values.get("hinweis_veroeffentlicht")),
        zugang=eingaben.day("zugang"),
        ende=eingaben.day("ende"),
    )
    eingaben.done()
    return angaben


def read_zustimmung(eingaben: Eingaben) -> Zustimmung | None:
    """`fassung` is the version that the page showed, not the one that holds by now."""
    if not eingaben.values.get("zustimmung"):
        return None
    name = eingaben.text("zustimmung_name", missing="Nennen Sie, wer die Annahme erklärt.")
    funktion = eingaben.text("zustimmung_funktion")
    vertretung = eingaben.one_of("vertretung", tuple(Vertretung))
    if not name or vertretung is None:
        return None
    return Zustimmung(eingaben.values.get("fassung", ""), name, vertretung, funktion)


def read_form(eingaben: Eingaben) -> Erklaerungsform:
    """How a notice came that was recorded for somebody else."""
    wanted = eingaben.values.get("form", "")
    known = (Erklaerungsform.SCHRIFTLICH, Erklaerungsform.EMAIL)
    return next((form for form in known if form == wanted), Erklaerungsform.SCHRIFTLICH)
