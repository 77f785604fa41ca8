"""The list of LeiKa services as CSV or XLSX: keys, names, types, and the OZG services of each.

A key may be missing ("nicht im LeiKa", 436 of 5,249 rows in the list of 2019): such a row stays
without one. A key in several rows is one service for several OZG-IDs. `ozg` reads the other list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from importers.cells import RowReader, at_most, leistungsschluessel, many, one_of, ozg_id
from importers.leika_codes import (
    TYPISIERUNGEN,
    ZIELGRUPPEN,
    make_ersatzschluessel,
    says_no_key,
)
from importers.records import Fault, Hinweis, LeistungRecord, QuelleRecord
from importers.tables import Column, Kind, Row, Table, UnfitCell, read_rows

QUELLE = QuelleRecord(kennung="leika", titel="Leistungskatalog (LeiKa)", art="amtlich")

TABLE = Table(
    title="Liste der LeiKa-Leistungen",
    columns=(
        Column(
            "leika_schluessel",
            ("Leistungsschlüssel", "LeiKa-ID", "LeiKa-Key", "LeiKa-Nummer", "Schlüssel"),
            required=True,
            width=14,
        ),
        Column(
            "bezeichnung",
            ("Leistungsbezeichnung", "LeiKa-Leistung", "LeiKa-Bezeichnung", "Leistung", "Name"),
            required=True,
        ),
        Column("bezeichnung_buerger", ("Leistungsbezeichnung II", "Bezeichnung II")),
        Column("typisierung", ("leika_typ", "LeiKa-Typisierung", "Typ")),
        Column("ozg_id", ("OZG-IDs", "OZG-Leistungs-ID")),
        Column("zielgruppe", ("Leistungsadressat", "Adressat")),
        Column("rechtsgrundlage", ("Rechtsgrundlagen", "Handlungsgrundlage"), kind=Kind.BLOCK),
        Column("gesetz"),
        Column("gesetz_kuerzel"),
        Column("kurztext", ("Kurzbeschreibung", "Beschreibung"), kind=Kind.BLOCK),
    ),
    unused=("OZG-Leistung", "Themenfeld", "Lage"),
)

_zielgruppe = one_of(
    "buerger",
    "unternehmen",
    "verwaltung",
    # A spreadsheet shows the code 001 as 1.
    also=ZIELGRUPPEN
    | {code.lstrip("0"): word for code, word in ZIELGRUPPEN.items()}
    | {"Bürgerinnen und Bürger": "buerger"},
)

Outcome = QuelleRecord | LeistungRecord | Fault | Hinweis


def read(name: str, stream: BinaryIO, quelle: QuelleRecord = QUELLE) -> Iterator[Outcome]:
    """The services come when the whole list is read, since any later row may add an OZG-ID."""
    yield quelle
    found: dict[str, tuple[int, LeistungRecord]] = {}
    names: dict[str, list[int]] = {}
    without_key = 0
    for row in read_rows(name, stream, TABLE):
        if not isinstance(row, Row):
            yield row
            continue
        cells = RowReader(row)
        record = _read_leistung(cells, quelle.kennung)
        if cells.faults:
            yield from cells.faults
        elif not record.leistungsschluessel:
            without_key += 1
            alike = names.setdefault(record.bezeichnung, [])
            alike.append(row.number)
            if len(alike) > 1:
                yield _repeated_name(row, alike[0])
            key = make_ersatzschluessel(record.bezeichnung, len(alike))
            found[key] = (row.number, replace(record, ersatzschluessel=key))
        elif record.leistungsschluessel in found:
            first, known = found[record.leistungsschluessel]
            yield _repeated_key(row, first, known, record)
            ozg_ids = tuple(dict.fromkeys((*known.ozg_ids, *record.ozg_ids)))
            found[record.leistungsschluessel] = (first, replace(known, ozg_ids=ozg_ids))
        else:
            found[record.leistungsschluessel] = (row.number, record)
    yield from (record for _, record in found.values())
    if without_key:
        yield Hinweis(
            None,
            "leika_schluessel",
            str(without_key),
            "So viele Zeilen haben keinen Schlüssel („nicht im LeiKa“); sie bleiben ohne.",
        )


def _read_leistung(cells: RowReader, quelle: str) -> LeistungRecord:
    row = cells.row
    nothing: tuple[str, ...] = ()
    law = f"{row['gesetz']} ({row['gesetz_kuerzel']})" if row["gesetz_kuerzel"] else row["gesetz"]
    return LeistungRecord(
        quelle=quelle,
        leistungsschluessel=cells.take("leika_schluessel", read_schluessel, ""),
        bezeichnung=cells.need("bezeichnung", at_most(1000), ""),
        bezeichnung_buerger=cells.take("bezeichnung_buerger", at_most(1000), ""),
        typisierung=cells.take("typisierung", many(_read_type, ",;|"), nothing),
        zielgruppe=cells.take("zielgruppe", many(_zielgruppe, ",;|"), nothing),
        ozg_ids=cells.take("ozg_id", many(ozg_id, ",;| "), nothing),
        rechtsgrundlage=row["rechtsgrundlage"] or law,
        kurztext=row["kurztext"],
    )


def read_schluessel(text: str) -> str:
    """The key, or "" where the list says that there is none."""
    return "" if says_no_key(text) else leistungsschluessel(text)


def _read_type(text: str) -> str:
    code = "".join(text.split()).lower()
    if code not in TYPISIERUNGEN:
        raise UnfitCell(
            "Diese Typisierung gibt es nicht.",
            "Möglich sind 1 bis 12, 2a, 2b, 2/3, 2/3a, 2/3b, 3a, 3b, 4a und 4b. Hat die "
            "Tabellenkalkulation aus 2/3 ein Datum gemacht, formatieren Sie die Spalte als Text.",
        )
    return code


def _repeated_key(row: Row, first: int, known: LeistungRecord, record: LeistungRecord) -> Hinweis:
    differs = known.bezeichnung != record.bezeichnung
    name = f" Dort heißt die Leistung „{known.bezeichnung}“; dieser Name gilt." if differs else ""
    return Hinweis(
        row.number,
        "leika_schluessel",
        record.leistungsschluessel,
        f"Der Schlüssel steht auch in Zeile {first}; die OZG-IDs sind zusammengeführt.{name}",
    )


def _repeated_name(row: Row, first: int) -> Hinweis:
    return Hinweis(
        row.number,
        "bezeichnung",
        row["bezeichnung"][:200],
        f"Eine Leistung ohne Schlüssel mit diesem Namen steht auch in Zeile {first}; beide "
        "bleiben.",
        "Ergänzen Sie die Schlüssel, falls es verschiedene Leistungen sind.",
    )
