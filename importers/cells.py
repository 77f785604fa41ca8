"""What the text of a cell says: dates, numbers, keys, lists, words of a vocabulary.

Each function takes a text that is not empty and returns its value or raises `UnfitCell` with the
cause and the remedy in German. `RowReader` applies them to one row and gathers every fault, so
that whoever handed in the table can mend a row in one go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from importers.cleaning import web_address
from importers.leika_codes import strip_separators
from importers.records import Fault
from importers.tables import Row, UnfitCell, fold

T = TypeVar("T")

KENNUNG_LENGTH = 80

_DIGITS = re.compile(r"[0-9]+")
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00:00)?|(\d{1,2})\.(\d{1,2})\.(\d{4})")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})|(\d{1,2})[./](\d{4})")
_YEAR = re.compile(r"\d{4}")
_WHOLE = re.compile(r"\d{1,15}|\d{1,3}(?:\.\d{3}){1,4}")
_DECIMAL = re.compile(r"-?\d{1,15}(?:[.,]\d{1,15})?")
_NO_WORD = re.compile(r"[\W_]+")
_KENNUNG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MAILBOX = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199

_LAENDER = {
    "SH": "Schleswig-Holstein",
    "HH": "Hamburg",
    "NI": "Niedersachsen",
    "HB": "Bremen",
    "NW": "Nordrhein-Westfalen",
    "HE": "Hessen",
    "RP": "Rheinland-Pfalz",
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "SL": "Saarland",
    "BE": "Berlin",
    "BB": "Brandenburg",
    "MV": "Mecklenburg-Vorpommern",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "TH": "Thüringen",
}


class RowReader:
    """Reads the cells of one row; `faults` is empty as long as all of them fit."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.faults: list[Fault] = []

    def take(self, column: str, read: Callable[[str], T], empty: T) -> T:
        """The value of a cell, or `empty` where it is empty or does not fit."""
        text = self.row[column]
        if not text:
            return empty
        try:
            return read(text)
        except UnfitCell as unfit:
            self.report(column, unfit.cause, unfit.remedy)
            return empty

    def need(self, column: str, read: Callable[[str], T], empty: T) -> T:
        if not self.row[column]:
            self.report(column, "Die Angabe fehlt.", "Tragen Sie sie ein.")
        return self.take(column, read, empty)

    def report(self, column: str, cause: str, remedy: str) -> None:
        wert = self.row[column][:200]
        self.faults.append(Fault(self.row.number, column, wert, cause, remedy))


def plain(text: str) -> str:
    return text


def at_most(length: int) -> Callable[[str], str]:
    """Titles and names have a limit; an overlong one is a sign of shifted columns."""

    def read(text: str) -> str:
        if len(text) > length:
            raise UnfitCell(
                f"Die Angabe hat {len(text)} Zeichen; erlaubt sind {length}.",
                "Kürzen Sie sie, oder prüfen Sie, ob die Spalten verschoben sind.",
            )
        return text

    return read


# Dates and numbers --------------------------------------------------------------------------


def day(text: str) -> date:
    """ "2024-08-15" or "15.08.2024"."""
    found = _DAY.fullmatch(text)
    if found is None:
        raise UnfitCell(
            "Das ist kein Datum.", "Schreiben Sie es wie 15.08.2024 oder 2024-08-15, mit Tag."
        )
    year, month, number = (found[i] or found[j] for i, j in ((1, 6), (2, 5), (3, 4)))
    return _to_date(int(year), int(month), int(number))


def partial_day(text: str) -> str:
    """ "2024", "2024-08" or "2024-08-15", from these or from "08/2024" and "15.08.2024"."""
    if _YEAR.fullmatch(text):
        return f"{_to_date(int(text), 1, 1):%Y}"
    found = _MONTH.fullmatch(text)
    if found is not None:
        year, month = found[1] or found[4], found[2] or found[3]
        return f"{_to_date(int(year), int(month), 1):%Y-%m}"
    return day(text).isoformat()


def _to_date(year: int, month: int, number: int) -> date:
    try:
        value = date(year, month, number)
    except ValueError as error:
        raise UnfitCell("Dieses Datum gibt es nicht.", "Prüfen Sie Tag und Monat.") from error
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise UnfitCell(
            f"Das Jahr {year} kann nicht stimmen.",
            f"Erlaubt sind Jahre von {_FIRST_YEAR} bis {_LAST_YEAR}.",
        )
    return value


def whole(text: str) -> int:
    """ "1917" or "1.917"."""
    if not _WHOLE.fullmatch(text):
        raise UnfitCell("Das ist keine ganze Zahl.", "Schreiben Sie nur Ziffern, zum Beispiel 42.")
    return int(text.replace(".", ""))


def decimal(text: str) -> float:
    """ "9,43751" or "9.43751"."""
    if not _DECIMAL.fullmatch(text):
        raise UnfitCell("Das ist keine Zahl.", "Schreiben Sie sie wie 56,73.")
    return float(text.replace(",", "."))


# Keys ---------------------------------------------------------------------------------------


def digits(name: str, example: str, *lengths: int) -> Callable[[str], str]:
    """A key of digits; blanks, dots and dashes between its groups do not count."""
    wanted = " oder ".join(str(length) for length in lengths)
    rule = f"{name} hat {wanted} Ziffern, zum Beispiel {example}."

    def read(text: str) -> str:
        if _SCIENTIFIC.fullmatch(text):
            raise UnfitCell(
                "Die Tabellenkalkulation hat die Ziffern gerundet.",
                f"Formatieren Sie die Spalte als Text und tragen Sie den Wert neu ein. {rule}",
            )
        key = strip_separators(text)
        if not _DIGITS.fullmatch(key):
            raise UnfitCell("Die Angabe enthält andere Zeichen als Ziffern.", rule)
        if len(key) not in lengths:
            # An ARS or AGS of the Länder 01 to 09; a text is not mended in silence.
            lost = max(lengths) in {8, 12} and len(key) + 1 in lengths and key[0] != "0"
            hint = f" Vielleicht fehlt die führende Null: 0{key}." if lost else ""
            raise UnfitCell(f"Die Angabe hat {len(key)} Ziffern.{hint}", rule)
        return key

    return read


leistungsschluessel = digits("Ein Leistungsschlüssel", "99107022012000", 14)
ars = digits("Ein Regionalschlüssel (ARS)", "055700052052", 12)
ags = digits("Ein Gemeindeschlüssel (AGS)", "05570052", 8, 5)
_five_digits = digits("Eine OZG-ID", "10083", 5)


def ozg_id(text: str) -> str:
    key = _five_digits(text)
    if not key.startswith("1"):
        raise UnfitCell("Eine OZG-ID beginnt mit 1.", "Prüfen Sie die Ziffern, wie in 10083.")
    return key


def land(text: str) -> str:
    """NW, DE-NW, 05 or Nordrhein-Westfalen, as NW."""
    wanted = fold(text).removeprefix("de") if text.upper().startswith("DE-") else fold(text)
    for number, (short, name) in enumerate(_LAENDER.items(), start=1):
        if wanted in {fold(short), f"{number:02}", fold(name)}:
            return short
    raise UnfitCell(
        "Dieses Land gibt es nicht.", "Geben Sie ein Kürzel an, zum Beispiel NW, MV oder SN."
    )


def kennung(text: str) -> str:
    """Part of an address on the web, so it keeps to letters, digits, dot and dash."""
    if not _KENNUNG.fullmatch(text) or len(text) > KENNUNG_LENGTH:
        raise UnfitCell(
            f"Eine Kennung hat höchstens {KENNUNG_LENGTH} Zeichen: Buchstaben ohne Umlaute, "
            "Ziffern, Punkt, Unterstrich und Bindestrich.",
            "Schreiben Sie sie zum Beispiel wie wohngeld-digital.",
        )
    return text


def to_kennung(name: str) -> str:
    """The `kennung` that a name would get: "IT.NRW" is it-nrw."""
    words = (fold(word) for word in _NO_WORD.split(name))
    return "-".join(word for word in words if word)[:KENNUNG_LENGTH].strip("-")


# Lists, words, addresses --------------------------------------------------------------------


def many(read: Callable[[str], T], separators: str = "|") -> Callable[[str], tuple[T, ...]]:
    """A list in one cell; what stands in it twice counts once."""
    cut = re.compile(f"[{re.escape(separators)}]")

    def read_all(text: str) -> tuple[T, ...]:
        parts = [part.strip() for part in cut.split(text)]
        return tuple(dict.fromkeys(read(part) for part in parts if part))

    return read_all


def one_of(*values: str, also: Mapping[str, str] | None = None) -> Callable[[str], str]:
    """A word of a vocabulary, in any spelling; `also` maps other words onto it."""
    words = {fold(value): value for value in values}
    words |= {fold(word): value for word, value in (also or {}).items()}

    def read(text: str) -> str:
        try:
            return words[fold(text)]
        except KeyError as error:
            raise UnfitCell(
                "Dieses Wort ist hier nicht vorgesehen.", f"Möglich sind: {', '.join(values)}."
            ) from error

    return read


def yes_no(text: str) -> bool:
    return (
        one_of("ja", "nein", also={"true": "ja", "1": "ja", "false": "nein", "0": "nein"})(text)
        == "ja"
    )


def address(text: str) -> str:
    found = web_address(text)
    if found is None:
        raise UnfitCell(
            "Das ist keine Webadresse, die angezeigt werden darf.",
            "Eine Adresse beginnt mit https:// oder http:// und enthält keine Leerzeichen.",
        )
    return found


def mailbox(text: str) -> str:
    if not _MAILBOX.fullmatch(text):
        raise UnfitCell(
            "Das ist keine E-Mail-Adresse.",
            "Tragen Sie genau eine Adresse ein, zum Beispiel ozg@stadt.example.",
        )
    return text
