"""Many statements of one body changed in one table: all that was changed in it, or nothing.

Each row is compared as a row of an uploaded list is (`liste`). Beyond that a row knows what the
form showed: who did not touch it says nothing, and who changed what somebody else has changed
meanwhile is shown both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from importers.teilnahme import Zeile, read_values
from katalog.db import Session
from katalog.domain.abgleich import Aenderung, Zeilenart
from katalog.domain.begriffe import Einsatzstatus
from katalog.domain.einsatz import type_einsatz
from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.rollen import Betrachter
from katalog.participation import liste
from katalog.participation.liste import Zeilenbefund
from katalog.queries.meldeliste import Meldezeile
from katalog.queries.teilnahme import stated

SPALTEN = (
    "rolle", "status", "ab", "bis", "url", "fachverfahren", "reifegrad", "sichtbarkeit",
)  # fmt: skip
NEU = "neu"
# Where a fault of the file has no field of its own in the table.
_PLACES = {"reifegrad_modell": "reifegrad"}
_GONE = (
    "Eine Zeile, die Sie geändert haben, gibt es nicht mehr: Jemand hat die Angabe inzwischen "
    "beendet oder ihr widersprochen."
)
_TWICE = "Dazu gibt es schon eine Angabe mit dieser Rolle. Ändern Sie sie in ihrer Zeile."
_ENDED = "Dazu gibt es schon eine beendete Angabe. Geben Sie an, seit wann die neue gilt."


@dataclass(frozen=True, slots=True)
class Eingabe:
    """A row as it was sent: of the statement `nummer`, or `NEU`; `gezeigt` marks what was shown."""

    nummer: str
    kennung: str
    texte: Mapping[str, str]
    gezeigt: str = ""


@dataclass(frozen=True, slots=True)
class Ergebnis:
    """`gespeichert` are the statements written, none if there is anything left to be looked at.

    `inzwischen` has for each row what stands there now and what was to be written over it.
    """

    gespeichert: tuple[int, ...] = ()
    bereit: frozenset[str] = frozenset()
    fehler: UngueltigeEingaben | None = None
    inzwischen: Mapping[str, tuple[Aenderung, ...]] | None = None


def texts_of(row: Meldezeile) -> dict[str, str]:
    said = type_einsatz(stated(row.einsatz))
    return {name: said[name] for name in SPALTEN}


def mark_of(texte: Mapping[str, str]) -> str:
    """The same only for the same texts."""
    said = json.dumps([texte.get(name, "") for name in SPALTEN])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def save(
    session: Session,
    betrachter: Betrachter,
    ars: str,
    rows: Mapping[str, Meldezeile],
    eingaben: Sequence[Eingabe],
    today: date,
    schon: Sequence[UngueltigeEingabe] = (),
) -> Ergebnis:
    """`rows` are the statements that the table has now, by their numbers.

    `schon` is what is known to be wrong already: the rest is looked through with it.
    """
    changed = [each for each in eingaben if mark_of(each.texte) != each.gezeigt]
    there = [each for each in changed if each.nummer == NEU or each.nummer in rows]
    faults = list(schon)
    if len(there) < len(changed):
        faults.append(UngueltigeEingabe("tabelle", "", _GONE))
    abgleich = liste.compare(
        session,
        betrachter,
        [_zeile(number, ars, each) for number, each in enumerate(there)],
        today,
        lock=True,
    )
    ready, meanwhile = set(), {}
    for each, befund in zip(there, abgleich.zeilen, strict=True):
        found = _faults(each, befund)
        faults += found
        # The comparison has locked the statements and read them anew.
        if each.nummer in rows and mark_of(texts_of(rows[each.nummer])) != each.gezeigt:
            if befund.aenderungen:
                meanwhile[each.nummer] = befund.aenderungen
        elif not found:
            ready.add(each.nummer)
    if faults or meanwhile:
        return Ergebnis((), frozenset(ready), UngueltigeEingaben(faults), meanwhile)
    return Ergebnis(liste.apply(session, betrachter, abgleich, today))


def _zeile(number: int, ars: str, each: Eingabe) -> Zeile:
    texts = dict(each.texte)
    modell, _, stufe = texts["reifegrad"].partition("/")
    said = texts | {"reifegrad_modell": modell, "reifegrad": stufe}
    nummer = "" if each.nummer == NEU else each.nummer
    return read_values(number, said | {"ars": ars, "kennung": each.kennung, "nummer": nummer})


def _faults(each: Eingabe, befund: Zeilenbefund) -> list[UngueltigeEingabe]:
    """Each at its field of the table; what concerns the row as a whole, at its assistant."""
    if each.nummer == NEU and befund.nummer is not None:
        ended = Aenderung("status", Einsatzstatus.BEENDET, each.texte["status"])
        text = _ENDED if ended in befund.aenderungen else _TWICE
        place = "ab" if text is _ENDED else "dienst"
        return [UngueltigeEingabe(f"{place}-{NEU}", each.texte.get(place, ""), text)]
    if befund.art is not Zeilenart.ABGELEHNT:
        return []
    return [
        UngueltigeEingabe(
            f"{_place(fault.stelle)}-{each.nummer}",
            fault.wert,
            f"{fault.ursache} {fault.abhilfe}".strip(),
        )
        for fault in befund.fehler
    ]


def _place(column: str) -> str:
    place = _PLACES.get(column, column)
    return place if place in SPALTEN else "dienst"
