"""A letter to many: a text with named places, checked once, filled for each recipient.

A place is a name in braces, as in „{Stelle}“. Whatever else stands in braces is a mistake: it would
go out to everybody as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from katalog.domain.begriffe import Begriff
from katalog.domain.errors import UngueltigeEingabe

LONGEST = {"betreff": 120, "text": 4000}
_PLACE = re.compile(r"\{([^{}\n]*)\}")


class Platzhalter(Begriff):
    STELLE = "Stelle", "Name der Kommune oder Stelle"
    ONLINEDIENST = "Onlinedienst", "Name des Onlinedienstes"
    VORGANGSNUMMER = "Vorgangsnummer", "Nummer des Vorgangs"
    SCHRITT = "Schritt", "Schritt, in dem der Vorgang ist"
    TERMIN = "Termin", "nächster Termin des Vorgangs"


_BY_NAME = {place.value.casefold(): place for place in Platzhalter}


def check_text(feld: str, text: str) -> list[UngueltigeEingabe]:
    """All that is wrong with it, each in a message of its own."""
    faults = []
    if not text:
        missing = {"betreff": "Der Betreff fehlt.", "text": "Der Text fehlt."}[feld]
        faults.append(missing)
    if len(text) > LONGEST[feld]:
        faults.append(f"Der Text ist zu lang. Möglich sind {LONGEST[feld]} Zeichen.")
    unknown = [name for name in _PLACE.findall(text) if _key(name) not in _BY_NAME]
    known = ", ".join(f"{{{place}}}" for place in Platzhalter)
    faults += [
        f"Den Platzhalter „{{{name[:40]}}}“ gibt es nicht. Möglich sind {known}."
        for name in dict.fromkeys(unknown)
    ]
    if "{" in (rest := _PLACE.sub("", text)) or "}" in rest:
        faults.append(
            "Eine geschweifte Klammer steht allein. Sie gehören um einen Platzhalter, "
            "etwa {Stelle}."
        )
    return [UngueltigeEingabe(feld, text[:50], fault) for fault in faults]


def fill(text: str, werte: Mapping[Platzhalter, str]) -> str:
    """What is filled in is not looked through again: a name may hold braces itself."""
    return _PLACE.sub(lambda found: werte[_BY_NAME[_key(found[1])]], text)


def _key(name: str) -> str:
    return name.strip().casefold()
