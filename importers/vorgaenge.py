"""The profile `vorgaenge`: running cases of reuse from a coordination office's spreadsheet.

One case per row. What the law computes deadlines from must be there: a case under notice has the
day of receipt and the end. Whether body and assistant exist shows only against the register.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import BinaryIO

from importers.cells import RowReader, ars, at_most, day, kennung, mailbox, many, one_of
from importers.records import Fault, Hinweis, VorgangRecord
from importers.tables import Column, Kind, Row, Table, read_rows

TABLE = Table(
    title="Laufende Vorgänge (Profil vorgaenge)",
    columns=(
        Column("zustaendige_stelle"),
        Column("ars", ("Regionalschlüssel",), width=12),
        Column("gebiete", width=12),
        Column("kennung", ("Onlinedienst",), required=True),
        Column("status", required=True),
        Column("eingang", ("Eingang am",), kind=Kind.DATE),
        Column("bestaetigt_am", ("Bestätigt am",), kind=Kind.DATE),
        Column("produktiv_ab", ("Produktiv seit",), kind=Kind.DATE),
        Column("gekuendigt_am", ("Gekündigt am", "Zugang der Kündigung"), kind=Kind.DATE),
        Column("wirksam_zum", ("Kündigung wirksam zum",), kind=Kind.DATE),
        Column("fassung", ("Fassung der Nachnutzungsbedingungen",)),
        Column("ansprechperson_rolle", ("Rolle der Ansprechperson",)),
        Column("funktionspostfach", ("E-Mail",)),
        Column("aktenzeichen"),
        Column("notiz", ("Bemerkung",), kind=Kind.BLOCK),
    ),
    one_of=(("zustaendige_stelle", "ars"),),
)

# "beendet" is not kept as a state: it follows from the notice and its end.
STATUS = (
    "interesse_bekundet",
    "bestaetigt",
    "in_anbindung",
    "im_test",
    "produktiv",
    "gekuendigt",
    "abgelehnt",
    "zurueckgezogen",
    "angefragt",
    "in_uebergabe",
)
_status = one_of(*STATUS, also={"beendet": "gekuendigt"})
_NEEDED = {
    "produktiv": ("produktiv_ab",),
    "gekuendigt": ("gekuendigt_am", "wirksam_zum"),
}
_IN_ORDER = ("eingang", "bestaetigt_am", "produktiv_ab")


def read(name: str, stream: BinaryIO) -> Iterator[VorgangRecord | Fault | Hinweis]:
    seen: dict[tuple[str, str, str], int] = {}
    for row in read_rows(name, stream, TABLE):
        if not isinstance(row, Row):
            yield row
            continue
        cells = RowReader(row)
        record = _read_case(cells)
        if not cells.faults and record.status not in {"abgelehnt", "zurueckgezogen"}:
            key = (record.ars, record.zustaendige_stelle, record.kennung)
            first = seen.setdefault(key, row.number)
            if first != row.number:
                cells.report(
                    "kennung",
                    f"Ein Vorgang dieser Stelle zu diesem Onlinedienst steht schon in Zeile "
                    f"{first}; offen ist je Angebot höchstens einer.",
                    "Fassen Sie die Zeilen zusammen, oder löschen Sie die überholte.",
                )
        if cells.faults:
            yield from cells.faults
        else:
            yield record


def _read_case(cells: RowReader) -> VorgangRecord:
    row = cells.row
    if not row["ars"] and not row["zustaendige_stelle"]:
        cells.report(
            "zustaendige_stelle oder ars",
            "Die zuständige Stelle fehlt.",
            "Tragen Sie ihre Kennung oder den ARS (12 Ziffern) ihres Gebiets ein.",
        )
    none: tuple[str, ...] = ()
    nothing: date | None = None
    status = cells.need("status", _status, "")
    for column in _NEEDED.get(status, ()):
        if not row[column]:
            cells.report(
                column, f"Zum Status „{row['status']}“ fehlt das Datum.", "Tragen Sie es ein."
            )
    record = VorgangRecord(
        zeile=row.number,
        zustaendige_stelle=cells.take("zustaendige_stelle", at_most(300), ""),
        ars=cells.take("ars", ars, ""),
        kennung=cells.need("kennung", kennung, ""),
        status=status,
        eingang=cells.take("eingang", day, nothing),
        gebiete=cells.take("gebiete", many(ars), none),
        bestaetigt_am=cells.take("bestaetigt_am", day, nothing),
        produktiv_ab=cells.take("produktiv_ab", day, nothing),
        gekuendigt_am=cells.take("gekuendigt_am", day, nothing),
        wirksam_zum=cells.take("wirksam_zum", day, nothing),
        fassung=cells.take("fassung", at_most(40), ""),
        ansprechperson_rolle=cells.take("ansprechperson_rolle", at_most(100), ""),
        funktionspostfach=cells.take("funktionspostfach", mailbox, ""),
        aktenzeichen=cells.take("aktenzeichen", at_most(100), ""),
        notiz=row["notiz"],
    )
    _check_order(cells, record)
    return record


def _check_order(cells: RowReader, record: VorgangRecord) -> None:
    dated = [(c, getattr(record, c)) for c in _IN_ORDER if getattr(record, c) is not None]
    pairs = [(later, earlier) for earlier, later in pairwise(dated)]
    if record.gekuendigt_am and record.wirksam_zum:
        pairs.append((("wirksam_zum", record.wirksam_zum), ("gekuendigt_am", record.gekuendigt_am)))
    for (column, later), (before, earlier) in pairs:
        if later < earlier:
            cells.report(column, f"Das Datum liegt vor dem in {before}.", "Prüfen Sie beide Daten.")
