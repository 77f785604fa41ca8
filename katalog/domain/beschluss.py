"""A council resolution and its points as people type them: read from a form, checked as a whole.

All faults are reported at once, each at its field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from katalog.domain.begriffe import Arbeitsstatus, Nachweisumfang
from katalog.domain.eingabe import Eingabe, read_day
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.kalender import format_datum
from katalog.domain.rollen import Sichtbarkeit

LONGEST = {
    "vorlage": 60,
    "titel": 500,
    "sitzung": 60,
    "geschaeftszeichen": 100,
    "gremium": 200,
    "ersetzt": 300,
    "auftrag": 2000,
    "begruendung": 5000,
    "zeitplan": 2000,
    "ozg": 500,
}
_HIGHEST_NUMBER = 999
_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Beschlussangaben:
    vorlage: str
    titel: str
    sitzung: str
    geschaeftszeichen: str
    gremium: str
    ersetzt: str
    beschlossen_am: date | None
    sichtbarkeit: Sichtbarkeit


@dataclass(frozen=True, slots=True)
class Punktangaben:
    """`ozg_ids`: whose assistants are evidence; empty unless some were chosen."""

    nummer: int
    auftrag: str
    faellig: date | None
    status: Arbeitsstatus
    begruendung: str
    zeitplan: str
    nachweis: Nachweisumfang
    ozg_ids: tuple[str, ...]


def parse_beschluss(fields: Mapping[str, str], today: date) -> Beschlussangaben:
    form = Eingabe(fields, LONGEST)
    found = Beschlussangaben(
        vorlage=form.text("vorlage", "Tragen Sie die Nummer der Vorlage ein, etwa A0248/21."),
        titel=form.text("titel", "Tragen Sie ein, worum es in dem Beschluss geht."),
        sitzung=form.text("sitzung"),
        geschaeftszeichen=form.text("geschaeftszeichen"),
        gremium=form.text("gremium"),
        ersetzt=form.text("ersetzt"),
        beschlossen_am=form.read("beschlossen_am", lambda n, t: _past_day(n, t, today), None),
        sichtbarkeit=form.one_of("sichtbarkeit", Sichtbarkeit.EIGENE),
    )
    form.check()
    return found


def parse_punkt(fields: Mapping[str, str]) -> Punktangaben:
    form = Eingabe(fields, LONGEST)
    nachweis = form.one_of("nachweis", Nachweisumfang.KEINER)
    chosen = nachweis is Nachweisumfang.AUSGEWAEHLT
    found = Punktangaben(
        nummer=form.read("nummer", _number, 0),
        auftrag=form.text(
            "auftrag", "Tragen Sie den Auftrag ein, wie er im Beschluss steht.", lines=True
        ),
        faellig=form.day("faellig"),
        status=form.one_of("status", Arbeitsstatus.OFFEN),
        begruendung=form.text("begruendung", lines=True),
        zeitplan=form.text("zeitplan", lines=True),
        nachweis=nachweis,
        # What stands there while something else is chosen is no fault: it is not used.
        ozg_ids=form.read("ozg", _keys, ()) if chosen else (),
    )
    form.check()
    return found


def parse_termin(text: str, today: date) -> date:
    day = read_day("datum", text.strip())
    if day is None or day < today:
        raise UngueltigeEingabe(
            "datum", text, f"Nennen Sie einen Tag ab heute, dem {format_datum(today)}."
        )
    return day


def _past_day(name: str, text: str, today: date) -> date | None:
    day = read_day(name, text)
    if day and day > today:
        raise UngueltigeEingabe(name, text, "Dieser Tag kommt erst noch. Prüfen Sie das Datum.")
    return day


def _number(name: str, text: str) -> int:
    plain = text.isascii() and text.isdigit() and len(text) < 5
    number = int(text) if plain else 0
    if not 0 < number <= _HIGHEST_NUMBER:
        raise UngueltigeEingabe(
            name, text, f"Die Nummer des Punktes ist eine Zahl von 1 bis {_HIGHEST_NUMBER}."
        )
    return number


def _keys(name: str, text: str) -> tuple[str, ...]:
    keys = tuple(dict.fromkeys(filter(None, _BETWEEN.split(text))))
    if not keys:
        raise UngueltigeEingabe(
            name, text, "Nennen Sie mindestens eine OZG-ID, zum Beispiel 10083."
        )
    if len(text) > LONGEST[name] or not all(key.isascii() and key.isdigit() for key in keys):
        raise UngueltigeEingabe(
            name, text, "OZG-IDs sind Zahlen, getrennt durch Kommas: 10083, 10082."
        )
    return keys
