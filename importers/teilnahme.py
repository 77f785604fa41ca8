"""The profile `teilnahme`: what municipalities use, build or plan, one statement per row.

A municipality or its coordination office hands it in. Every fault names row and column, because
the table is mended by people; whether area and assistant exist shows only against the register.
`read` is for imports; `read_lines` also keeps what stands in the rows that are refused, and
`read_values` takes a row from somewhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from importers import listen
from importers.cells import RowReader, address, ags, ars, at_most, day, kennung, one_of, whole
from importers.records import Fault, Hinweis, TeilnahmeRecord
from importers.tables import Column, Kind, Row, Table, read_rows

TABLE = Table(
    title="Teilnahme von Kommunen (Profil teilnahme)",
    columns=(
        Column("nummer"),
        Column("ars", ("Regionalschlüssel",), width=12),
        Column("ags", ("Gemeindeschlüssel",), width=8),
        Column("kommune", ("Name der Kommune", "Gemeinde")),
        Column("kennung", ("Kennung des Onlinedienstes", "Onlinedienst"), required=True),
        Column("rolle", required=True),
        Column("status", required=True),
        Column("ab", ("seit", "von"), kind=Kind.DATE),
        Column("bis", kind=Kind.DATE),
        Column("url", ("Adresse", "Link")),
        Column("fachverfahren"),
        Column("reifegrad_modell"),
        Column("reifegrad"),
        Column("sichtbarkeit"),
        Column("bemerkung", ("Anmerkung", "Notiz"), kind=Kind.BLOCK),
    ),
    # What the portal writes beside them, for people: in its list and in the file of refused rows.
    unused=("Name des Onlinedienstes", "Zeile", "Was zu tun ist"),
    one_of=(("ars", "ags"),),
)

ROLLEN = ("nutzt", "erstellt", "betreibt", "pilotiert", "plant", "beobachtet")
STATUS = ("geplant", "in_umsetzung", "produktiv", "voruebergehend_nicht_verfuegbar", "beendet")
SICHTBARKEITEN = ("oeffentlich", "verwaltung", "eigene")
# Highest level of each model of maturity.
MODELLE = {"1.1": 4, "2.0": 7}

_rolle = one_of(*ROLLEN, also={"hat erstellt": "erstellt"})
_sichtbarkeit = one_of(
    *SICHTBARKEITEN,
    also={
        "nur für Verwaltungen": "verwaltung",
        "nur für die eigene Stelle und ihre Koordinierung": "eigene",
    },
)
# A spreadsheet shows the number 2.0 as 2.
_modell = one_of(*MODELLE, also={"2": "2.0"})

_Seen = dict[tuple[object, ...], int]
Zeile = listen.Zeile[TeilnahmeRecord]


def read(name: str, stream: BinaryIO) -> Iterator[TeilnahmeRecord | Fault | Hinweis]:
    plain, seen = listen.plainly(stream), _Seen()
    for row in read_rows(name, stream, TABLE):
        if not isinstance(row, Row):
            yield row
            continue
        line = _read_line(plain(row), seen)
        if line.record is None:
            yield from line.fehler
        else:
            yield line.record


def read_lines(name: str, data: bytes, most: int) -> tuple[list[Zeile], list[Hinweis]]:
    return listen.read_lines(name, data, most, TABLE, partial(_read_line, seen=_Seen()))


def read_values(number: int, values: Mapping[str, str]) -> Zeile:
    """A row that stands in no file, such as one of a form, by the names of the columns."""
    return _read_line(Row(number, dict(values), ""), _Seen())


def _read_line(row: Row, seen: _Seen) -> Zeile:
    cells = RowReader(row)
    record = _read_statement(cells)
    if not cells.faults:
        key: tuple[object, ...] = (record.ars, record.ags, record.kennung, record.rolle, record.ab)
        first = seen.setdefault(key if record.nummer is None else (record.nummer,), row.number)
        if first != row.number:
            cells.report(
                "kennung",
                f"Dieselbe Angabe steht schon in Zeile {first}.",
                "Löschen Sie eine der beiden Zeilen, oder unterscheiden Sie sie im Beginn.",
            )
    faults = tuple(cells.faults)
    return Zeile(row.number, row.values, None if faults else record, faults)


def _read_statement(cells: RowReader) -> TeilnahmeRecord:
    row = cells.row
    if not row["ars"] and not row["ags"]:
        cells.report(
            "ars oder ags",
            "Der Schlüssel der Kommune fehlt.",
            "Tragen Sie den ARS (12 Ziffern) oder den AGS (8 Ziffern, Kreise 5) ein.",
        )
    begin, end = cells.take("ab", day, None), cells.take("bis", day, None)
    if begin and end and end < begin:
        cells.report("bis", "Das Ende liegt vor dem Beginn.", "Prüfen Sie beide Daten.")
    model, level = _read_maturity(cells)
    return TeilnahmeRecord(
        zeile=row.number,
        ars=cells.take("ars", ars, ""),
        ags=cells.take("ags", ags, ""),
        kommune=cells.take("kommune", at_most(200), ""),
        kennung=cells.need("kennung", kennung, ""),
        rolle=cells.need("rolle", _rolle, ""),
        status=cells.need("status", one_of(*STATUS), ""),
        ab=begin,
        bis=end,
        url=cells.take("url", address, ""),
        fachverfahren=cells.take("fachverfahren", at_most(200), ""),
        reifegrad_modell=model,
        reifegrad=level,
        sichtbarkeit=cells.take("sichtbarkeit", _sichtbarkeit, ""),
        bemerkung=row["bemerkung"],
        nummer=cells.take("nummer", whole, None),
    )


def _read_maturity(cells: RowReader) -> tuple[str, int | None]:
    """A level means nothing without its model: both or neither."""
    model = cells.take("reifegrad_modell", _modell, "")
    level = cells.take("reifegrad", whole, None)
    if bool(cells.row["reifegrad_modell"]) != bool(cells.row["reifegrad"]):
        cells.report(
            "reifegrad",
            "Ein Reifegrad braucht Modell und Stufe.",
            "Füllen Sie reifegrad_modell (1.1 oder 2.0) und reifegrad aus, oder keines von beiden.",
        )
    elif model and level is not None and level > MODELLE[model]:
        cells.report(
            "reifegrad",
            f"Im Modell {model} reicht die Stufe von 0 bis {MODELLE[model]}.",
            "Prüfen Sie Stufe und Modell.",
        )
    return model, level
