"""Changes of areas as Destatis publishes them ("Namens-Grenz-Änderungen"): XLSX per year.

Mergers, renames, changes of keys. The header has two merged levels and no fixed row; a data row
is known by its Kennziffer, and one change may be several rows with the same one. The sheet may
come before or after the cover sheet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import BinaryIO

from importers.cells import RowReader, at_most, day, digits, many, whole
from importers.gebiete import HERAUSGEBER, find_year, write_lizenz
from importers.records import (
    Fault,
    GebietsaenderungRecord,
    Hinweis,
    QuelleRecord,
    Unlesbar,
)
from importers.tables import Column, Kind, Row, UnfitCell, fold, read_text, show
from importers.xlsx import Sheet, Value, read_sheets

QUELLE = QuelleRecord(
    kennung="destatis-gebietsaenderungen",
    titel="Namens-, Grenz- und Schlüsseländerungen der Gemeinden",
    art="amtlich",
    herausgeber=HERAUSGEBER,
)

_KENNZIFFER = re.compile(r"\d{2}/\d{4}/\d+-[A-Z]")
_UNTIL = re.compile(r"Gebietsänderungen vom .*?(\d{2})\.(\d{2})\.(\d{4})\s*$")
_ARTEN = {
    "1": "aufloesung",
    "2": "teilausgliederung",
    "3": "schluesselaenderung",
    "4": "namensaenderung",
}
_NAMEN = {
    "aufloesung": "Auflösung",
    "teilausgliederung": "Teilausgliederung",
    "schluesselaenderung": "Schlüsseländerung",
    "namensaenderung": "Namensänderung",
}
_EBENEN = {
    "land": "land",
    "regierungsbezirk": "regierungsbezirk",
    "kreis": "kreis",
    "kreisfreiestadt": "kreis",
    "gemeindeverband": "verband",
    "gemeinde": "gemeinde",
}
_LENGTH_OF_ARS = {"land": 2, "regierungsbezirk": 3, "kreis": 5, "verband": 9, "gemeinde": 12}

_HEADER_WITHIN = 200

# Upper and lower heading of each column, as they begin; either level may be the only one.
_COLUMNS: tuple[tuple[Column, str, str], ...] = (
    (Column("kennziffer"), "kennziffer", ""),
    (Column("regionaleinheit"), "regionaleinheit", ""),
    (Column("ars_alt"), "abgebende", "amtlicherregionalschluessel"),
    (Column("ags_alt", width=8), "abgebende", "amtlichergemeindeschluessel"),
    (Column("name_alt"), "abgebende", "name"),
    (Column("aenderungsart"), "abgebende", "aenderungsart"),
    (Column("flaeche"), "abgebende", "flaeche"),
    (Column("einwohner"), "abgebende", "einwohner"),
    (Column("ars_neu"), "aufnehmende", "amtlicherregionalschluessel"),
    (Column("ags_neu", width=8), "aufnehmende", "amtlichergemeindeschluessel"),
    (Column("name_neu"), "aufnehmende", "name"),
    (Column("juristisch", kind=Kind.DATE), "wirksamkeitsdatum", "juristisch"),
    (Column("statistisch", kind=Kind.DATE), "wirksamkeitsdatum", "statistisch"),
)


def read(
    name: str, stream: BinaryIO, quelle: QuelleRecord = QUELLE
) -> Iterator[QuelleRecord | GebietsaenderungRecord | Fault | Hinweis]:
    titles: list[str] = []
    year = ""
    for sheet in read_sheets(name, stream):
        titles.append(sheet.title)
        rows = _SheetOfChanges(sheet)
        places = rows.find_places()
        if places is None:
            year = rows.find_year() or year
            continue
        stand = rows.find_stand()
        yield replace(quelle, stand=stand, lizenz=quelle.lizenz or write_lizenz(year))
        counted: Counter[str] = Counter()
        for row in rows.read(places):
            if isinstance(row, Fault):
                yield row
                continue
            for outcome in _read_change(row, quelle.kennung):
                if isinstance(outcome, GebietsaenderungRecord):
                    counted.update(outcome.arten)
                yield outcome
        for art, number in counted.items():
            yield Hinweis(None, "Änderungsart", _NAMEN[art], f"Zeilen dieser Art: {number}.")
        return
    raise Unlesbar(
        f"„{name}“ ist keine Liste der Gebietsänderungen von Destatis: Kein Tabellenblatt hat die "
        "Spalten Kennziffer, abgebende und aufnehmende Gemeinde und Wirksamkeitsdatum. Gefunden "
        f"wurden die Blätter: {', '.join(titles) or 'keine'}. Prüfen Sie, ob Sie die richtige "
        "Datei und das richtige Format gewählt haben."
    )


class _SheetOfChanges:
    """The rows above the first Kennziffer are the header, wherever it stands."""

    def __init__(self, sheet: Sheet) -> None:
        self._rows = sheet.rows
        self._above: list[list[Value]] = []
        self._first: tuple[int, list[Value]] | None = None

    def find_places(self) -> dict[str, int] | None:
        for number, cells in self._rows:
            if _is_change(cells):
                self._first = (number, cells)
                break
            self._above.append(cells)
            if len(self._above) == _HEADER_WITHIN:
                break
        for upper, lower in zip(self._above, (*self._above[1:], []), strict=True):
            titles = list(_join_levels(upper, lower))
            places = {
                column.name: place
                for column, above, below in _COLUMNS
                for place, (group, title) in enumerate(titles)
                if group.startswith(above) and title.startswith(below)
            }
            if len(places) == len(_COLUMNS):
                return places
        return None

    def find_stand(self) -> date | None:
        for cells in self._above:
            for cell in cells:
                found = _UNTIL.search(cell) if isinstance(cell, str) else None
                if found is not None:
                    with suppress(ValueError):
                        return date(int(found[3]), int(found[2]), int(found[1]))
        return None

    def find_year(self) -> str:
        return max((find_year(cells) for cells in self._above), default="")

    def read(self, places: dict[str, int]) -> Iterator[Row | Fault]:
        if self._first is not None:
            yield from _read_cells(*self._first, places)
        for number, cells in self._rows:
            if _is_change(cells):
                yield from _read_cells(number, cells, places)
            # Notes stand below the list, in one cell each.
            elif sum(cell not in (None, "") for cell in cells) > len(_COLUMNS) // 2:
                yield Fault(
                    number,
                    "kennziffer",
                    str(cells[0] or "")[:200],
                    "Die Zeile hat keine Kennziffer der Form LL/JJJJ/nnnn-R.",
                    "Laden Sie die Liste noch einmal, ohne sie zu ändern.",
                )


def _is_change(cells: Sequence[Value]) -> bool:
    return isinstance(cells[0], str) and _KENNZIFFER.fullmatch(cells[0].strip()) is not None


def _join_levels(upper: Sequence[Value], lower: Sequence[Value]) -> Iterator[tuple[str, str]]:
    """A merged cell has its text in the first of its columns only."""
    group = ""
    for place, cell in enumerate(upper):
        group = fold(cell) if isinstance(cell, str) else group
        below = lower[place] if place < len(lower) else None
        yield group, fold(below) if isinstance(below, str) else ""
    for below in lower[len(upper) :]:
        yield group, fold(below) if isinstance(below, str) else ""


def _read_cells(
    number: int, cells: Sequence[Value], places: dict[str, int]
) -> Iterator[Row | Fault]:
    values: dict[str, str] = {}
    for column, _, _ in _COLUMNS:
        place = places[column.name]
        cell = cells[place] if place < len(cells) else None
        try:
            values[column.name] = read_text(cell, column).text
        except UnfitCell as unfit:
            yield Fault(number, column.name, show(cell), unfit.cause, unfit.remedy)
            return
    yield Row(number, values, QUELLE.titel)


def _read_change(row: Row, quelle: str) -> Iterator[GebietsaenderungRecord | Fault | Hinweis]:
    cells = RowReader(row)
    ebene = cells.need("regionaleinheit", _read_ebene, "")
    none: tuple[str, ...] = ()
    # Excel in German reads "3, 4" as a decimal number.
    arten = cells.need("aenderungsart", many(_read_art, ",;./ "), none)
    ars = _ars_of(ebene)
    ags = digits("Ein Gemeindeschlüssel (AGS)", "05570052", 8, 5, 3, 2)
    record = GebietsaenderungRecord(
        quelle=quelle,
        kennziffer=row["kennziffer"],
        ebene=ebene,
        arten=arten,
        ars_alt=cells.need("ars_alt", ars, ""),
        ags_alt=cells.take("ags_alt", ags, ""),
        name_alt=cells.need("name_alt", at_most(200), ""),
        ars_neu=cells.take("ars_neu", ars, ""),
        ags_neu=cells.take("ags_neu", ags, ""),
        name_neu=cells.take("name_neu", at_most(200), ""),
        wirksam_am=cells.need("juristisch", day, date.max),
        statistisch_ab=cells.take("statistisch", day, None),
        einwohner=cells.take("einwohner", whole, None),
        flaeche_km2=cells.take("flaeche", _square_kilometres, None),
    )
    if cells.faults:
        yield from cells.faults
        return
    yield record
    for side, ars_key, ags_key in (
        ("alt", record.ars_alt, record.ags_alt),
        ("neu", record.ars_neu, record.ags_neu),
    ):
        if ebene == "gemeinde" and ags_key and ars_key and ags_key != ars_key[:5] + ars_key[9:]:
            yield Hinweis(
                row.number,
                f"ars_{side}, ags_{side}",
                f"{ars_key}, {ags_key}",
                "Regionalschlüssel und Gemeindeschlüssel passen nicht zusammen; beide bleiben mit "
                "ihrer Quelle gespeichert.",
            )


def _read_ebene(text: str) -> str:
    try:
        return _EBENEN[fold(text)]
    except KeyError as error:
        raise UnfitCell(
            "Diese Regionaleinheit ist nicht bekannt.",
            "Möglich sind Gemeinde, Gemeindeverband, Kreis, Regierungsbezirk und Land.",
        ) from error


def _read_art(text: str) -> str:
    try:
        return _ARTEN[text]
    except KeyError as error:
        raise UnfitCell(
            "Diese Änderungsart gibt es nicht.",
            "1 = Auflösung, 2 = Teilausgliederung, 3 = Schlüsseländerung, 4 = Namensänderung.",
        ) from error


def _ars_of(ebene: str) -> Callable[[str], str]:
    """The list cuts the key after the level; the register fills it up with zeros."""
    length = _LENGTH_OF_ARS.get(ebene, 12)
    read = digits("Ein Regionalschlüssel (ARS)", "055700052052"[:length], length)
    return lambda text: read(text).ljust(12, "0")


def _square_kilometres(text: str) -> float:
    return whole(text) / 1_000_000
