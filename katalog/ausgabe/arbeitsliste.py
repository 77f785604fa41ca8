"""Lists to be changed and handed in again, and the rows of them that were refused.

The titles are those that the reader of the list knows, so that what is downloaded and uploaded
unchanged changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from katalog.ausgabe.csv_datei import csv_pieces, write_csv
from katalog.ausgabe.felder import Gegenstand, T, Wert
from katalog.ausgabe.kopf import Anlass, Kopf, Pieces
from katalog.ausgabe.xlsx_datei import write_xlsx
from katalog.domain.begriffe import Ausgabeformat
from katalog.domain.errors import NichtGefunden

_WRITERS = {Ausgabeformat.CSV: write_csv, Ausgabeformat.XLSX: write_xlsx}


def write_worklist(
    gegenstand: Gegenstand[T],
    rows: list[T],
    titel: str,
    auswahl: tuple[str, ...],
    adresse: str,
    ausgabeformat: Ausgabeformat,
    anlass: Anlass,
) -> Pieces:
    writer = _WRITERS.get(ausgabeformat)
    if writer is None:
        raise NichtGefunden("Das Format", ausgabeformat, f"Möglich sind: {', '.join(_WRITERS)}.")
    kopf = Kopf(
        titel=titel,
        auswahl=auswahl,
        adresse=anlass.basis_url + adresse,
        erstellt=anlass.erstellt,
        gesamt=len(rows),
        quellen=(),
        herausgeber=anlass.herausgeber,
        basis_url=anlass.basis_url,
    )
    yield from writer(gegenstand, kopf, [rows])


def write_refused(
    gegenstand: Gegenstand[T], rows: Sequence[tuple[int, dict[str, str], str]]
) -> Iterator[bytes]:
    """Number, cells and cause of each refused row: mended, this is the next list to upload."""
    known = {feld.name: feld.titel for feld in gegenstand.felder}
    present = [name for name in known if any(name in cells for _, cells, _ in rows)]
    head = ["Zeile", "Was zu tun ist", *(known[name] for name in present)]
    lines: list[list[Wert]] = [
        [number, cause, *(cells.get(name, "") for name in present)] for number, cells, cause in rows
    ]
    return csv_pieces(head, [lines])
