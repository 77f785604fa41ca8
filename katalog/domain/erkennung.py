"""Which key did somebody type into the search? Whole keys and beginnings, most likely first.

The kinds overlap: 13071 is a Kreis and could be an OZG-ID. So the answer is a list, and the
search tries its entries in order. A leading word ("OZG 10083") or the shape of the groups
("99 107 022") decides where digits alone do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from katalog.domain.begriffe import Begriff
from katalog.domain.laender import find_land
from katalog.domain.schluessel import (
    Gemeindeschluessel,
    Leistungsschluessel,
    OzgId,
    Regionalschluessel,
    is_digits,
    strip_separators,
)


class Kennungsart(Begriff):
    OZG_ID = "ozg_id", "OZG-ID"
    LEISTUNGSSCHLUESSEL = "leistungsschluessel", "Leistungsschlüssel"
    AGS = "ags", "Gemeindeschlüssel"
    ARS = "ars", "Regionalschlüssel"


@dataclass(frozen=True, slots=True)
class Erkennung:
    art: Kennungsart
    ziffern: str
    vollstaendig: bool


# Nobody types more around a key; a longer text is a question, not a key.
_LONGEST_TEXT = 60
_SHORTEST_BEGINNING = 3
_WORDS = {
    "ozg": Kennungsart.OZG_ID,
    "ozgid": Kennungsart.OZG_ID,
    "leika": Kennungsart.LEISTUNGSSCHLUESSEL,
    "leikaid": Kennungsart.LEISTUNGSSCHLUESSEL,
    "leikaschlüssel": Kennungsart.LEISTUNGSSCHLUESSEL,
    "leistungsschlüssel": Kennungsart.LEISTUNGSSCHLUESSEL,
    "ags": Kennungsart.AGS,
    "gemeindeschlüssel": Kennungsart.AGS,
    "ars": Kennungsart.ARS,
    "regionalschlüssel": Kennungsart.ARS,
}
_WORD_AND_KEY = re.compile(r"(?P<word>[a-zäöü]*(?:[-‑ ]?(?:id|schlüssel))?)[\s:.#-]*(?P<key>\d.*)")
# How the official writing groups a key, from its start: 99 107 022 012 000 and 05 5 70 0052 052.
_GROUPS = {
    Kennungsart.LEISTUNGSSCHLUESSEL: (2, 3, 3, 3, 3),
    Kennungsart.ARS: (2, 1, 2, 4, 3),
    Kennungsart.AGS: (2, 1, 2, 3),
}


def recognise(text: str) -> tuple[Erkennung, ...]:
    if len(text) > _LONGEST_TEXT:
        return ()
    match = _WORD_AND_KEY.fullmatch(text.strip().lower())
    if match is None:
        return ()
    word = re.sub(r"[-‑ ]", "", match["word"])
    digits = strip_separators(match["key"])
    if not is_digits(digits) or (word and word not in _WORDS):
        return ()
    found = [_recognise_as(art, digits, named=bool(word)) for art in Kennungsart]
    wanted = _WORDS.get(word)
    known = [e for e in found if e is not None and wanted in {None, e.art}]
    groups = tuple(len(group) for group in re.split(r"[\s.-]+", match["key"].strip()))
    return tuple(sorted(known, key=lambda e: _unlikeliness(e, groups)))


def _recognise_as(art: Kennungsart, digits: str, *, named: bool) -> Erkennung | None:
    length = len(digits)
    in_land = find_land(digits) is not None or (length == 1 and digits in "01")
    match art:
        case Kennungsart.OZG_ID:
            fits, full = digits[0] == "1" and length <= OzgId.LAENGE, length == OzgId.LAENGE
        case Kennungsart.LEISTUNGSSCHLUESSEL:
            fits = length <= Leistungsschluessel.LAENGE
            full = length == Leistungsschluessel.LAENGE
        case Kennungsart.AGS:
            fits = in_land and length <= max(Gemeindeschluessel.LAENGEN)
            full = length in Gemeindeschluessel.LAENGEN
        case Kennungsart.ARS:
            fits = in_land and length <= Regionalschluessel.LAENGE
            # Shorter whole keys of areas are the same in both; the AGS stands for them.
            fits = fits and (named or length > max(Gemeindeschluessel.LAENGEN))
            full = length == Regionalschluessel.LAENGE
    beginning = named or length >= _SHORTEST_BEGINNING
    return Erkennung(art, digits, full) if fits and (full or beginning) else None


def _unlikeliness(erkennung: Erkennung, groups: tuple[int, ...]) -> tuple[bool, bool, bool]:
    """Sorts ascending; equal entries keep the order of `Kennungsart`."""
    grouping = _GROUPS.get(erkennung.art, ())
    # Two groups say little: "10 083" is an OZG-ID with a blank in it.
    shaped = len(groups) > 2 and groups[:-1] == grouping[: len(groups) - 1]
    # Nearly every key of a service begins with 99, where no area and no OZG-ID does; the few
    # others must not push the areas of a Land back.
    service = erkennung.art is Kennungsart.LEISTUNGSSCHLUESSEL
    return (not shaped, not erkennung.vollstaendig, service)
