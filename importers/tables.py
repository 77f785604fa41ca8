"""Rows of a CSV or XLSX table by the names of their columns, in whatever order these come.

A `Table` says which columns a format has and under which other names they occur. Unknown columns
are reported, empty rows skipped, row numbers kept, so that a fault can name the place. `xlsx`
reads the worksheets, `csv_rows` the lines of a CSV file and `decoding` their characters; `cells`
reads what a cell says.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from itertools import chain, islice
from typing import BinaryIO

from importers import xlsx
from importers.cleaning import Cleaned, plain_line, plain_text
from importers.csv_rows import DELIMITERS, Broken, Cells, CsvRows, parse_leniently
from importers.decoding import TextLines
from importers.opening import peek
from importers.records import Fault, Hinweis, Unlesbar
from importers.xlsx import ErrorValue, Formula, Value

# Title lines may stand above the header.
_HEADER_WITHIN = 30
_SHOWN = 200


class Kind(Enum):
    LINE = auto()
    BLOCK = auto()
    DATE = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a format. `width`: a number in this column lost its zeros to a spreadsheet."""

    name: str
    also: tuple[str, ...] = ()
    required: bool = False
    width: int = 0
    kind: Kind = Kind.LINE


@dataclass(frozen=True, slots=True)
class Table:
    """What a format looks like. `unused`: known columns that nothing becomes of.

    Of each group in `one_of` at least one column must be there.
    """

    title: str
    columns: tuple[Column, ...]
    unused: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    values: dict[str, str]
    table: str

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


class UnfitCell(ValueError):
    """A cell that cannot be taken: what is wrong with it and how to mend it, in German."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy


def read_rows(name: str, stream: BinaryIO, *tables: Table) -> Iterator[Row | Fault | Hinweis]:
    """The rows of the CSV file, or of the first sheet, that has the header of one of the tables."""
    read = _read_xlsx if xlsx.is_xlsx(peek(stream, 8)) else _read_csv
    yield from read(name, stream, tables, _read_below)


def show_rows(name: str, stream: BinaryIO, *tables: Table) -> Iterator[Row]:
    """The same rows as people see them there, also those that `read_rows` cannot read."""
    read = _read_xlsx if xlsx.is_xlsx(peek(stream, 8)) else _read_csv
    yield from (row for row in read(name, stream, tables, _show_below) if isinstance(row, Row))


# Two kinds of files -------------------------------------------------------------------------


def _read_xlsx(
    name: str, stream: BinaryIO, tables: Sequence[Table], below: _Below
) -> Iterator[Row | Fault | Hinweis]:
    seen: list[list[Value]] = []
    for sheet in xlsx.read_sheets(name, stream):
        head = list(islice(sheet.rows, _HEADER_WITHIN))
        header = _find_header(name, [cells for _, cells in head], tables)
        if header is not None:
            yield from below(header, chain(head[header.index + 1 :], sheet.rows))
            return
        seen += [cells for _, cells in head]
    raise _no_header(name, seen, tables)


def _read_csv(
    name: str, stream: BinaryIO, tables: Sequence[Table], below: _Below
) -> Iterator[Row | Fault | Hinweis]:
    text = TextLines(stream)
    lines = iter(text)
    head = list(islice(lines, _HEADER_WITHIN))
    readings = [list(parse_leniently(head, delimiter)) for delimiter in DELIMITERS]
    headers = [_find_header(name, reading, tables) for reading in readings]
    found = [header for header in headers if header is not None]
    if not found:
        # The delimiter that makes most of the first lines shows best what the file has instead.
        widest = max(readings, key=lambda rows: max(len(row) for row in rows or [[]]))
        raise _no_header(name, widest, tables)
    header = max(found, key=lambda candidate: len(candidate.places))
    delimiter = DELIMITERS[headers.index(header)]
    rows = CsvRows(name, chain(head, lines), delimiter)
    yield from below(header, islice(rows, header.index + 1, None))
    if rows.ends_within_line and rows.width < header.width:
        raise Unlesbar(
            f"„{name}“ endet mitten in Zeile {rows.number}; die Datei ist vermutlich nicht "
            "vollständig übertragen. Laden Sie sie noch einmal. Ist sie vollständig, fügen Sie am "
            "Ende einen Zeilenumbruch an."
        )
    yield Hinweis(None, "Zeichenkodierung", text.encoding, text.reason)


# Header -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Header:
    table: Table
    index: int
    width: int
    places: dict[str, int]
    unknown: tuple[str, ...]


def fold(text: str) -> str:
    """How a header or keyword is compared: "OZG-ID", "ozg_id" and "ozgId" are the same."""
    text = unicodedata.normalize("NFKC", text).casefold()
    for umlaut, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        text = text.replace(umlaut, plain)
    return "".join(character for character in text if character.isalnum())


def _find_header(
    name: str, rows: Sequence[Sequence[Value]], tables: Sequence[Table]
) -> _Header | None:
    for index, cells in enumerate(rows):
        titles = _fold_all(cells)
        for table in tables:
            places = _place_columns(titles, table)
            if not _missing(places, table):
                _refuse_doubles(name, cells, titles, places)
                known = {titles[p] for p in places.values()} | {fold(u) for u in table.unused}
                unknown = tuple(
                    str(cell).strip()
                    for cell, title in zip(cells, titles, strict=True)
                    if title and title not in known
                )
                return _Header(table, index, len(cells), places, unknown)
    return None


def _fold_all(cells: Sequence[Value]) -> list[str]:
    return [fold(cell) if isinstance(cell, str) else "" for cell in cells]


def _refuse_doubles(
    name: str, cells: Sequence[Value], titles: Sequence[str], places: dict[str, int]
) -> None:
    for column, place in places.items():
        if titles.count(titles[place]) > 1:
            raise Unlesbar(
                f"In „{name}“ steht die Spalte „{cells[place]}“ ({column}) zweimal. Löschen Sie "
                "eine davon, oder benennen Sie sie um."
            )


def _place_columns(titles: Sequence[str], table: Table) -> dict[str, int]:
    places: dict[str, int] = {}
    for column in table.columns:
        for title in (column.name, *column.also):
            if fold(title) in titles:
                places[column.name] = titles.index(fold(title))
                break
    return places


def _missing(places: dict[str, int], table: Table) -> list[str]:
    single = [c.name for c in table.columns if c.required and c.name not in places]
    groups = [" oder ".join(group) for group in table.one_of if not places.keys() & set(group)]
    return single + groups


def _no_header(name: str, rows: Sequence[Sequence[Value]], tables: Sequence[Table]) -> Unlesbar:
    filled = [row for row in rows if any(cell not in (None, "") for cell in row)]
    if not filled:
        return Unlesbar(f"„{name}“ ist leer. Erwartet wird: {tables[0].title}.")
    # The row that comes closest to one of the tables; without any, the first one.
    table, cells, places = max(
        (
            (table, cells, _place_columns(_fold_all(cells), table))
            for cells in filled
            for table in tables
        ),
        key=lambda candidate: len(candidate[2]),
    )
    seen = ", ".join(str(cell).strip() for cell in cells if cell not in (None, ""))
    return Unlesbar(
        f"„{name}“ ist keine Datei der Art „{table.title}“: In der Kopfzeile fehlen "
        f"{', '.join(_missing(places, table))}. Gefunden wurde: {_shorten(seen)}. Prüfen Sie, ob "
        "Sie die richtige Datei und das richtige Format gewählt haben, und ergänzen Sie die "
        "Spalten."
    )


# Rows ---------------------------------------------------------------------------------------

# What becomes of the rows below a header.
_Below = Callable[[_Header, Iterable[tuple[int, Cells]]], Iterator[Row | Fault | Hinweis]]


def _show_below(
    header: _Header, rows: Iterable[tuple[int, Cells]]
) -> Iterator[Row | Fault | Hinweis]:
    for number, cells in rows:
        if not isinstance(cells, Broken):
            shown = {
                column: _as_shown(cells[place])
                for column, place in header.places.items()
                if place < len(cells)
            }
            yield Row(number, shown, header.table.title)


def _as_shown(cell: Value) -> str:
    return cell if isinstance(cell, str) else show(cell)


def _read_below(
    header: _Header, rows: Iterable[tuple[int, Cells]]
) -> Iterator[Row | Fault | Hinweis]:
    if header.unknown:
        yield Hinweis(
            None,
            "Kopfzeile",
            _shorten(", ".join(header.unknown)),
            "Diese Spalten sind nicht bekannt und werden nicht übernommen.",
            "Prüfen Sie die Schreibweise, falls sie übernommen werden sollen.",
        )
    columns = [column for column in header.table.columns if column.name in header.places]
    for number, cells in rows:
        if isinstance(cells, Broken):
            yield Fault(
                number,
                "Zeile",
                "",
                cells.reason,
                "Setzen Sie das Feld in Anführungszeichen und verdoppeln Sie jene darin.",
            )
        elif any(cell not in (None, "") and str(cell).strip() for cell in cells):
            yield from _read_row(number, cells, header, columns)


def _read_row(
    number: int, cells: Sequence[Value], header: _Header, columns: Sequence[Column]
) -> Iterator[Row | Fault | Hinweis]:
    surplus = [str(cell) for cell in cells[header.width :] if cell not in (None, "")]
    if surplus:
        yield Fault(
            number,
            "Zeile",
            _shorten(", ".join(surplus)),
            f"Die Zeile hat {len(cells)} Felder, die Kopfzeile {header.width}; die Werte könnten "
            "verschoben sein.",
            "Setzen Sie Felder, die das Trennzeichen enthalten, in Anführungszeichen.",
        )
        return
    values: dict[str, str] = {}
    fits = True
    for column in columns:
        place = header.places[column.name]
        cell = cells[place] if place < len(cells) else None
        try:
            cleaned = read_text(cell, column)
        except UnfitCell as unfit:
            fits = False
            yield Fault(number, column.name, show(cell), unfit.cause, unfit.remedy)
            continue
        values[column.name] = cleaned.text
        if cleaned.removed:
            yield Hinweis(
                number,
                column.name,
                _shorten(cleaned.text),
                f"Unerlaubte Zeichen wurden entfernt: {cleaned.removed}.",
            )
    if fits:
        yield Row(number, values, header.table.title)


def read_text(cell: Value, column: Column) -> Cleaned:
    """The text of a cell as its column wants it; `UnfitCell` where it cannot be trusted."""
    match cell:
        case None:
            return Cleaned("")
        case str():
            return plain_text(cell) if column.kind is Kind.BLOCK else plain_line(cell)
        case Formula():
            raise UnfitCell(
                "Die Zelle enthält eine Formel. Formeln werden nicht ausgerechnet.",
                "Kopieren Sie die Spalte und fügen Sie sie als Werte wieder ein.",
            )
        case ErrorValue():
            raise UnfitCell(
                "Die Zelle enthält einen Fehlerwert der Tabellenkalkulation.",
                "Tragen Sie den richtigen Wert ein, oder leeren Sie die Zelle.",
            )
        case bool():
            return Cleaned("ja" if cell else "nein")
        case int() | float():
            return Cleaned(_write_number(cell, column.width))
        case datetime() | date() if column.kind is Kind.DATE:
            return Cleaned(cell.strftime("%Y-%m-%d"))
        case _:
            raise UnfitCell(
                "Die Tabellenkalkulation hat aus der Angabe ein Datum oder eine Uhrzeit gemacht, "
                "zum Beispiel aus 2/3 den 2. März.",
                "Formatieren Sie die Spalte als Text und tragen Sie den Wert neu ein.",
            )


def _write_number(number: int | float, width: int) -> str:
    if isinstance(number, float):
        if not number.is_integer() or abs(number) >= 10**15:
            return repr(number)
        number = int(number)
    return str(number).zfill(width) if number >= 0 else str(number)


def show(cell: Value) -> str:
    match cell:
        case Formula():
            return "(Formel)"
        case ErrorValue(text=text):
            return text
        case datetime() | date() | time() | timedelta():
            return str(cell)
        case _:
            return _shorten("" if cell is None else str(cell))


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
