"""The profile `teilnahme`: what municipalities use, build or plan, one statement per row.

A municipality or its coordination office hands it in. Every fault names row and column, because
the table is mended by people; whether area and assistant exist shows only against the register.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from importers.cells import RowReader, address, ags, ars, at_most, day, kennung, one_of, whole
from importers.records import Fault, Hinweis, TeilnahmeRecord
from importers.tables import Column, Kind, Row, Table, read_rows

TABLE = Table(
    title="Teilnahme von Kommunen (Profil teilnahme)",
    columns=(
        Column("ars", ("Regionalschlüssel",), width=12),
        Column("ags", ("Gemeindeschlüssel",), width=8),
        Column("kommune", ("Name der Kommune", "Gemeinde")),
        Column("kennung", ("Onlinedienst",), required=True),
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
    one_of=(("ars", "ags"),),
)

ROLLEN = ("nutzt", "erstellt", "betreibt", "pilotiert", "plant", "beobachtet")
STATUS = ("geplant", "in_umsetzung", "produktiv", "voruebergehend_nicht_verfuegbar", "beendet")
SICHTBARKEITEN = ("oeffentlich", "verwaltung", "eigene")
# Highest level of each model of maturity.
MODELLE = {"1.1": 4, "2.0": 7}

_rolle = one_of(*ROLLEN, also={"hat erstellt": "erstellt"})
# A spreadsheet shows the number 2.0 as 2.
_modell = one_of(*MODELLE, also={"2": "2.0"})


def read(name: str, stream: BinaryIO) -> Iterator[TeilnahmeRecord | Fault | Hinweis]:
    seen: dict[tuple[object, ...], int] = {}
    for row in read_rows(name, stream, TABLE):
        if not isinstance(row, Row):
            yield row
            continue
        cells = RowReader(row)
        record = _read_statement(cells)
        if not cells.faults:
            key = (record.ars, record.ags, record.kennung, record.rolle, record.ab)
            first = seen.setdefault(key, row.number)
            if first != row.number:
                cells.report(
                    "kennung",
                    f"Dieselbe Angabe steht schon in Zeile {first}.",
                    "Löschen Sie eine der beiden Zeilen, oder unterscheiden Sie sie im Beginn.",
                )
        if cells.faults:
            yield from cells.faults
        else:
            yield record


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
        sichtbarkeit=cells.take("sichtbarkeit", one_of(*SICHTBARKEITEN), ""),
        bemerkung=row["bemerkung"],
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
