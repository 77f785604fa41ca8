"""The municipality list of Destatis as a workbook ("AuszugGV…QAktuell.xlsx").

The sheet is found by the beginning of its name, which ends with the day the list is valid for;
data begin in row 7. `gebiete` makes areas of the rows, as for the fixed-width edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import BinaryIO

from importers.cells import decimal, whole
from importers.gebiete import HERAUSGEBER, Satz, Verzeichnis, find_year, write_lizenz
from importers.records import Fault, GebietRecord, Hinweis, QuelleRecord, Unlesbar
from importers.tables import Column, UnfitCell, fold, read_text, show
from importers.xlsx import Value, read_sheets

QUELLE = QuelleRecord(
    kennung="destatis-gv",
    titel="Gemeindeverzeichnis (alle Gemeinden mit Gemeindeverband)",
    art="amtlich",
    herausgeber=HERAUSGEBER,
)

_SHEET = re.compile(r"Onlineprodukt_Gemeinden_?(\d{2})(\d{2})(\d{4})")
_FIRST_ROW = 7
# Place and beginning of the header, looked for in rows 3 and 4; widths restore leading zeros.
_COLUMNS = (
    Column("satzart", width=2),
    Column("textkennzeichen", width=2),
    Column("land", width=2),
    Column("rb", width=1),
    Column("kreis", width=2),
    Column("vb", width=4),
    Column("gem", width=3),
    Column("gemeindename"),
    Column("flaeche"),
    Column("insgesamt"),
)
_POSTAL, _LON, _LAT = 13, 14, 15
_MORE = {
    _POSTAL: Column("postleitzahl", width=5),
    _LON: Column("laengengrad"),
    _LAT: Column("breitengrad"),
}
_PARTS = {"10": 1, "20": 2, "30": 3, "40": 3, "50": 4, "60": 5}


def read(
    name: str, stream: BinaryIO, quelle: QuelleRecord = QUELLE
) -> Iterator[QuelleRecord | GebietRecord | Fault | Hinweis]:
    titles: list[str] = []
    year = ""
    for sheet in read_sheets(name, stream):
        titles.append(sheet.title)
        found = _SHEET.match(sheet.title)
        if found is not None:
            verzeichnis = _begin(name, found, quelle, year)
            yield verzeichnis.quelle
            yield from _read_sheet(name, sheet.rows, verzeichnis)
            yield from verzeichnis.summary()
            return
        # The cover sheet says the year of publication, which the source must be quoted with.
        for _, cells in sheet.rows:
            year = find_year(cells) or year
    raise Unlesbar(
        f"„{name}“ ist keine Gemeindeliste von Destatis: Ein Tabellenblatt "
        f"„Onlineprodukt_Gemeinden…“ fehlt. Gefunden wurden: {', '.join(titles) or 'keine'}. "
        "Prüfen Sie, ob Sie die richtige Datei und das richtige Format gewählt haben."
    )


def _begin(name: str, sheet: re.Match[str], quelle: QuelleRecord, year: str) -> Verzeichnis:
    try:
        stand = date(int(sheet[3]), int(sheet[2]), int(sheet[1]))
    except ValueError as error:
        raise Unlesbar(
            f"Das Tabellenblatt „{sheet[0]}“ in „{name}“ nennt keinen Tag. Benennen Sie es nach "
            "dem Gebietsstand, zum Beispiel Onlineprodukt_Gemeinden31122024."
        ) from error
    lizenz = quelle.lizenz or write_lizenz(year)
    return Verzeichnis(replace(quelle, stand=stand, lizenz=lizenz), stand)


def _read_sheet(
    name: str, rows: Iterator[tuple[int, list[Value]]], verzeichnis: Verzeichnis
) -> Iterator[GebietRecord | Fault]:
    header: list[str] = []
    checked = False
    for number, cells in rows:
        if number < _FIRST_ROW:
            header += [f"{place}{fold(c)}" for place, c in enumerate(cells) if isinstance(c, str)]
            continue
        if not checked:
            _check_header(name, header)
            checked = True
        # Notes below the list have one cell.
        if any(cell not in (None, "") for cell in cells[1:]):
            yield from _read_row(number, cells, verzeichnis)
    if not checked:
        raise Unlesbar(f"„{name}“ enthält unter der Kopfzeile keine Gemeinden.")


def _check_header(name: str, header: list[str]) -> None:
    """The places of the columns are fixed; a list with other columns must not be misread."""
    wanted = {**dict(enumerate(_COLUMNS)), **_MORE}
    missing = [
        column.name
        for place, column in wanted.items()
        if not any(title.startswith(f"{place}{column.name}") for title in header)
    ]
    if missing:
        raise Unlesbar(
            f"Die Spalten in „{name}“ stehen anders als in der Gemeindeliste von Destatis; nicht "
            f"an ihrem Platz: {', '.join(missing)}. Laden Sie die Liste noch einmal, ohne Spalten "
            "zu ändern."
        )


def _read_row(
    number: int, cells: Sequence[Value], verzeichnis: Verzeichnis
) -> Iterator[GebietRecord | Fault]:
    texts: dict[str, str] = {}
    for place, column in (*enumerate(_COLUMNS), *_MORE.items()):
        cell = cells[place] if place < len(cells) else None
        try:
            texts[column.name] = read_text(cell, column).text
        except UnfitCell as unfit:
            yield Fault(number, column.name, show(cell), unfit.cause, unfit.remedy)
            return
    try:
        satz = _to_satz(number, texts)
    except UnfitCell as unfit:
        yield Fault(number, "Zahlen", " ".join(texts.values())[:200], unfit.cause, unfit.remedy)
        return
    yield from verzeichnis.take(satz)


def _to_satz(number: int, texts: dict[str, str]) -> Satz:
    keys = [texts[part] for part in ("land", "rb", "kreis", "vb", "gem")]
    area, people = texts["flaeche"], texts["insgesamt"]
    return Satz(
        zeile=number,
        satzart=texts["satzart"],
        textkennzeichen=texts["textkennzeichen"],
        schluessel=tuple(keys[: _PARTS.get(texts["satzart"], 1)]),
        name=texts["gemeindename"],
        flaeche_km2=decimal(area) if area else None,
        einwohner=whole(people) if people else None,
        plz=texts["postleitzahl"],
        lon=decimal(texts["laengengrad"]) if texts["laengengrad"] else None,
        lat=decimal(texts["breitengrad"]) if texts["breitengrad"] else None,
    )
