"""Exports of the Data Hub ("Open PVOG"): which service is online where, as CSV or XLSX.

Older exports write headers with underscores, newer ones in camel case and with more columns. A
key of area may be cut after its level or filled up with zeros: results are inherited downwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from importers.cells import (
    RowReader,
    address,
    at_most,
    day,
    digits,
    leistungsschluessel,
    one_of,
    ozg_id,
    yes_no,
)
from importers.records import Fault, FundstelleRecord, Hinweis, QuelleRecord
from importers.tables import Column, Kind, Row, Table, read_rows

QUELLE = QuelleRecord(
    kennung="data-hub-open-pvog",
    titel="Open PVOG (Data Hub zur OZG-Umsetzung)",
    art="amtlich",
)

TABLE = Table(
    title="Export des Data Hub (Open PVOG)",
    columns=(
        Column("leika_key", ("leika_id", "leikaschluessel"), required=True, width=14),
        Column("ars", required=True, width=12),
        Column("url", required=True),
        Column("leika_name"),
        Column("leika_bezeichnung"),
        Column("ozgid", ("ozg_id",), width=5),
        Column("online_status", required=True),
        Column("aktiv"),
        Column("art_flaechendeckung"),
        Column("begruendung_nicht_beruecksichtigt"),
        Column("datenstand_pvog_import", kind=Kind.DATE),
        Column("export_datum", kind=Kind.DATE),
    ),
    unused=("ars_name", "ars_federal_state", "bundesland", "ozg_bezeichnung"),
)

STATUS = ("ok", "nicht_ok", "unbekannt")
_status = one_of(*STATUS, also={"null": "unbekannt"})
_key_of_area = digits("Ein Regionalschlüssel (ARS)", "055700052052", 12, 9, 5, 3, 2)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ].*")

Outcome = QuelleRecord | FundstelleRecord | Fault | Hinweis


def read(name: str, stream: BinaryIO, quelle: QuelleRecord = QUELLE) -> Iterator[Outcome]:
    yield quelle
    without_address = 0
    for row in read_rows(name, stream, TABLE):
        if not isinstance(row, Row):
            yield row
        elif not row["url"]:
            without_address += 1
        else:
            cells = RowReader(row)
            record = _read_find(cells, quelle.kennung)
            if cells.faults:
                yield from cells.faults
            else:
                yield record
    if without_address:
        yield Hinweis(
            None,
            "url",
            str(without_address),
            "So viele Zeilen nennen keine Adresse; dort ist nichts online gemeldet.",
        )


def _read_find(cells: RowReader, quelle: str) -> FundstelleRecord:
    row = cells.row
    active: bool | None = None
    ozg = "" if _is_null(row["ozgid"]) else cells.take("ozgid", ozg_id, "")
    return FundstelleRecord(
        quelle=quelle,
        leistungsschluessel=cells.need("leika_key", leistungsschluessel, ""),
        ars=cells.need("ars", _key_of_area, "").ljust(12, "0"),
        url=cells.take("url", address, ""),
        status=cells.take("online_status", _status, "unbekannt"),
        bezeichnung=row["leika_name"] or row["leika_bezeichnung"],
        ozg_id=ozg,
        aktiv=active if _is_null(row["aktiv"]) else cells.take("aktiv", yes_no, active),
        flaechendeckung=cells.take("art_flaechendeckung", at_most(100), ""),
        begruendung=row["begruendung_nicht_beruecksichtigt"],
        stand=_read_stand(cells),
    )


def _is_null(text: str) -> bool:
    return text.casefold() in {"", "null", "none"}


def _read_stand(cells: RowReader) -> date | None:
    """The state of the data counts, else the day of the export."""
    for column in ("datenstand_pvog_import", "export_datum"):
        if not _is_null(cells.row[column]):
            nothing: date | None = None
            return cells.take(column, _day_of_moment, nothing)
    return None


def _day_of_moment(text: str) -> date:
    found = _MOMENT.fullmatch(text)
    return day(found[1] if found else text)
