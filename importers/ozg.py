"""The list of OZG services (OZG-Umsetzungskatalog) as CSV or XLSX, columns in any order.

The file as it was published is known only from descriptions, hence the many names of columns. One
OZG-ID may stand in several rows, one per LeiKa key beside it; `leika` reads the other list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from importers.cells import RowReader, at_most, one_of, ozg_id
from importers.records import (
    Fault,
    Hinweis,
    OzgLeistungRecord,
    OzgZuordnungRecord,
    QuelleRecord,
)
from importers.tables import Column, Kind, Row, Table, UnfitCell, fold, read_rows

QUELLE = QuelleRecord(kennung="ozg-umsetzungskatalog", titel="OZG-Umsetzungskatalog", art="amtlich")

TABLE = Table(
    title="Liste der OZG-Leistungen",
    columns=(
        Column(
            "ozg_id",
            ("OZG-Leistungs-ID", "Leistungs-ID", "ID der OZG-Leistung", "ID"),
            required=True,
        ),
        Column(
            "ozg_leistung",
            ("OZG-Leistungsbündel", "Leistungsbündel", "Titel", "Bezeichnung", "Leistung", "Name"),
            required=True,
        ),
        Column("themenfeld"),
        Column("lage", ("Lebens- und Geschäftslage", "Lebenslage", "Geschäftslage", "OZG-Lage")),
        Column("prioritaet"),
        Column("prioritaet_foederal", ("Priorität (föderal)",)),
        Column("prioritaet_bund", ("Priorität (Bund)",)),
        Column("federfuehrung", ("OZG-Zuständigkeit", "Zuständigkeit", "Federführendes Ressort")),
        Column("top100", ("TOP 100",)),
        Column("beschreibung", ("Kurzbeschreibung",), kind=Kind.BLOCK),
        Column(
            "leika_leistungen",
            ("zugehörige LeiKa-Leistungen", "LeiKa-Schlüssel", "LeiKa-IDs"),
            kind=Kind.BLOCK,
        ),
    ),
    unused=("anzahl_leika", "Anzahl LeiKa-Leistungen"),
)

# The short names that the FIM portal uses; the old list says "Querschnitt" for the last one.
_THEMENFELDER = (
    "arbeit_ruhestand",
    "bauen_wohnen",
    "bildung",
    "ein_auswanderung",
    "engagement_hobby",
    "familie_kind",
    "forschung_foerderung",
    "gesundheit",
    "mobilitaet_reisen",
    "recht_ordnung",
    "steuern_zoll",
    "umwelt",
    "unternehmensfuehrung_entwicklung",
    "querschnittsleistungen",
)
_SLUGS = {fold(slug): slug for slug in _THEMENFELDER} | {"querschnitt": _THEMENFELDER[-1]}
_TOP100 = {
    "Bürgerinnen und Bürger": "buerger",
    "TOP 100 Bürgerinnen und Bürger": "buerger",
    "TOP 100 Bürger": "buerger",
    "TOP 100 Wirtschaft": "wirtschaft",
    "Unternehmen": "wirtschaft",
}
_UND = re.compile(r"\bund\b")
_KEY = re.compile(r"(?<!\d)\d{14}(?!\d)")

Outcome = QuelleRecord | OzgLeistungRecord | OzgZuordnungRecord | Fault | Hinweis


def read(name: str, stream: BinaryIO, quelle: QuelleRecord = QUELLE) -> Iterator[Outcome]:
    yield quelle
    seen: dict[str, tuple[int, str]] = {}
    for row in read_rows(name, stream, TABLE):
        if not isinstance(row, Row):
            yield row
            continue
        cells = RowReader(row)
        record = _read_leistung(cells, quelle.kennung)
        if not cells.faults:
            first, title = seen.setdefault(record.ozg_id, (row.number, record.titel))
            if record.titel != title:
                cells.report(
                    "ozg_id",
                    f"Die OZG-ID steht schon in Zeile {first}, dort mit dem Titel „{title}“.",
                    "Eine OZG-ID hat einen Titel. Berichtigen Sie eine der beiden Zeilen.",
                )
        if cells.faults:
            yield from cells.faults
            continue
        if first == row.number:
            yield record
        else:
            yield _repeated(row, first)
        for key in dict.fromkeys(_KEY.findall(row["leika_leistungen"])):
            yield OzgZuordnungRecord(quelle.kennung, record.ozg_id, key)


def _read_leistung(cells: RowReader, quelle: str) -> OzgLeistungRecord:
    return OzgLeistungRecord(
        quelle=quelle,
        ozg_id=cells.need("ozg_id", ozg_id, ""),
        titel=cells.need("ozg_leistung", at_most(500), ""),
        themenfeld=cells.take("themenfeld", themenfeld, ""),
        lage=cells.take("lage", at_most(200), ""),
        top100=cells.take(
            "top100",
            one_of("buerger", "wirtschaft", also=_TOP100),
            "",
        ),
        prioritaet=_join_prioritaeten(cells.row),
        federfuehrung=cells.take("federfuehrung", at_most(300), ""),
        beschreibung=cells.row["beschreibung"],
    )


def themenfeld(text: str) -> str:
    """ "Familie & Kind", "Familie und Kind" and "familie_kind" are the last one."""
    try:
        return _SLUGS[fold(_UND.sub(" ", text))]
    except KeyError as error:
        raise UnfitCell(
            "Dieses Themenfeld gibt es nicht.", f"Möglich sind: {', '.join(_THEMENFELDER)}."
        ) from error


def _join_prioritaeten(row: Row) -> str:
    two = {"föderal": row["prioritaet_foederal"], "Bund": row["prioritaet_bund"]}
    joined = ", ".join(f"{value} ({level})" for level, value in two.items() if value)
    return (row["prioritaet"] or joined)[:40]


def _repeated(row: Row, first: int) -> Hinweis:
    return Hinweis(
        row.number,
        "ozg_id",
        row["ozg_id"],
        f"Die OZG-ID steht auch in Zeile {first}; die Angaben dieser Zeile gelten.",
    )
