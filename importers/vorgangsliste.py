"""The list of cases that a coordinating body downloads, edits and hands in again.

What stands for people to read is read as well: whoever changes it there is told where it belongs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from importers import listen
from importers.cells import RowReader, at_most, day, mailbox, plain, whole
from importers.records import Hinweis
from importers.tables import Column, Kind, Row, Table

# Shown to people; only a step of the case changes them.
NUR_LESEN = (
    "stelle", "onlinedienst", "schritt", "interesse_am", "bestaetigt_am", "produktiv_ab",
    "wirksam_zum",
)  # fmt: skip
_DATES = ("interesse_am", "bestaetigt_am", "produktiv_ab", "wirksam_zum")

TABLE = Table(
    title="Vorgänge einer Koordinierenden Stelle",
    columns=(
        Column("vorgangsnummer", ("Vorgang",), required=True),
        Column("stand", required=True),
        Column("stelle"),
        Column("onlinedienst"),
        Column("schritt"),
        Column("interesse_am", ("Interesse am",), kind=Kind.DATE),
        Column("bestaetigt_am", ("Bestätigt am",), kind=Kind.DATE),
        Column("produktiv_ab", ("Produktiv ab",), kind=Kind.DATE),
        Column("wirksam_zum", ("Ende",), kind=Kind.DATE),
        Column("aktenzeichen"),
        Column("bearbeitung", ("Bearbeitung (E-Mail)",)),
        Column("wartet_auf", ("Wartet auf",)),
        Column("wiedervorlage", ("Wiedervorlage am",), kind=Kind.DATE),
        Column("anlass", ("Anlass der Wiedervorlage",)),
        Column("notiz", ("Neue Notiz",), kind=Kind.BLOCK),
    ),
    # What the file of refused rows has beside them.
    unused=("Zeile", "Was zu tun ist"),
)


@dataclass(frozen=True, slots=True)
class VorgangslisteRecord:
    """`gelesen` are the cells that are for reading only, as texts; days as ISO 8601."""

    vorgangsnummer: str
    stand: int
    aktenzeichen: str
    bearbeitung: str
    wartet_auf: str
    wiedervorlage: date | None
    anlass: str
    notiz: str
    gelesen: dict[str, str]


Zeile = listen.Zeile[VorgangslisteRecord]


def read_lines(name: str, data: bytes, most: int) -> tuple[list[Zeile], list[Hinweis]]:
    return listen.read_lines(name, data, most, TABLE, partial(_read_line, seen={}))


def _read_line(row: Row, seen: dict[str, int]) -> Zeile:
    cells = RowReader(row)
    record = VorgangslisteRecord(
        vorgangsnummer=cells.need("vorgangsnummer", at_most(30), ""),
        stand=cells.need("stand", whole, 0),
        aktenzeichen=cells.take("aktenzeichen", at_most(100), ""),
        bearbeitung=cells.take("bearbeitung", mailbox, "").lower(),
        wartet_auf=cells.take("wartet_auf", at_most(300), ""),
        wiedervorlage=cells.take("wiedervorlage", day, None),
        anlass=cells.take("anlass", at_most(300), ""),
        notiz=cells.take("notiz", at_most(5_000), ""),
        gelesen={
            name: _iso(cells, name) if name in _DATES else cells.take(name, plain, "")
            for name in NUR_LESEN
            if name in row.values
        },
    )
    first = seen.setdefault(record.vorgangsnummer, row.number)
    if record.vorgangsnummer and first != row.number:
        cells.report(
            "vorgangsnummer",
            f"Derselbe Vorgang steht schon in Zeile {first}.",
            "Löschen Sie eine der beiden Zeilen.",
        )
    faults = tuple(cells.faults)
    return Zeile(row.number, row.values, None if faults else record, faults)


def _iso(cells: RowReader, name: str) -> str:
    found = cells.take(name, day, None)
    return found.isoformat() if found else ""
