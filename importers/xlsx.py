"""Worksheets of an XLSX file as rows of plain values, read without trusting the file.

openpyxl reads in streaming mode, but it builds one row at a time in memory and keeps all texts.
So the archive is looked through first: sizes, single rows, and everything that could make the
parser see something else than the check saw (DOCTYPE, comments, encodings). Formulas are never
evaluated, nor is the result taken that another program stored beside them, since nobody can tell
how old it is. `tables` maps headers onto what comes out of here.
"""

from __future__ import annotations

import re
import shutil
import warnings
import zipfile
import zlib
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast

from importers.records import Unlesbar

MAX_PARTS = 2_000
MAX_UNPACKED = 512 * 1024**2
# Everything but the rows is held in memory, above all the texts.
MAX_HELD = 128 * 1024**2
MAX_PIECE = 4 * 1024**2
MAX_TAGS = 100_000
MAX_ROWS = 1_048_576
MAX_COLUMNS = 1_000
MAX_CELLS = 20_000_000

_CHUNK = 256 * 1024
_BATCH = 100
_IN_MEMORY = 16 * 1024**2
# What zipfile raises for broken bytes: a foreign compression or encryption is a RuntimeError, a
# place outside the file or a name in no encoding a ValueError.
_BROKEN_ZIP = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, RuntimeError, ValueError)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# Where XLSX files keep what is no table: custom data (in UTF-16), pictures, notes.
_ROWS = "xl/worksheets/"
_BYSTANDERS = (
    "customXml/",
    "docProps/",
    "xl/comments",
    "xl/drawings/",
    "xl/embeddings/",
    "xl/media/",
    "xl/printerSettings/",
    "xl/pivotCache/",
    "xl/threadedComments/",
)
_END = re.compile(rb"</(?:[\w.-]+:)?(?:row|si)\s*>")
_OPEN = re.compile(rb"<(?:[\w.-]+:)?(?:row|si)(?:\s[^<>]*)?(?<!/)>")
_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula; its text and stored result are of no use to an import."""


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A cell that holds an error of the spreadsheet, such as #REF!."""

    text: str


Value = str | int | float | bool | datetime | date | time | timedelta | Formula | ErrorValue | None


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    rows: Iterator[tuple[int, list[Value]]]


def is_xlsx(head: bytes) -> bool:
    """XLSX is a ZIP; an OLE container (XLS, or encrypted) is meant to be one and refused later."""
    return head.startswith((*_ZIP, _OLE))


def read_sheets(name: str, stream: BinaryIO) -> Iterator[Sheet]:
    """The visible worksheets in their order; each must be read before the next is asked for."""
    # Takes a quarter of a second to load, which nobody should wait for who reads no XLSX.
    import openpyxl

    suspects = _find_suspects(name, stream)
    source = _copy_without(stream, suspects) if suspects else stream
    source.seek(0)
    with warnings.catch_warnings():
        # openpyxl warns of extensions it would drop when saving; nothing is saved here.
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(source, read_only=True, keep_links=False)
        # The parser raises whatever the file provokes: KeyError, ValueError, ParseError …
        except Exception as error:
            raise _damaged(name) from error
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                yield Sheet(sheet.title, _read_rows(name, sheet))
    finally:
        book.close()
        if source is not stream:
            source.close()


def _read_rows(name: str, sheet: Any) -> Iterator[tuple[int, list[Value]]]:
    # `sheet` is a ReadOnlyWorksheet, whose methods the stubs take for those of another class.
    # The size a sheet claims may be wrong either way; only what is there counts.
    sheet.reset_dimensions()
    cells = 0
    for number, row in enumerate(_iterate(name, sheet.iter_rows()), start=1):
        cells += len(row)
        values = [_read_cell(cell.value, cell.data_type) for cell in row]
        while values and values[-1] in (None, ""):
            values.pop()
        if number > MAX_ROWS or cells > MAX_CELLS or len(values) > MAX_COLUMNS:
            raise Unlesbar(
                f"Das Tabellenblatt „{sheet.title}“ in „{name}“ ist zu groß. Erlaubt sind "
                f"{_count(MAX_ROWS)} Zeilen, {_count(MAX_COLUMNS)} Spalten und "
                f"{_count(MAX_CELLS)} Zellen. Löschen Sie leere Zeilen und Spalten, oder teilen "
                "Sie die Tabelle."
            )
        if values:
            yield number, values


def _iterate(name: str, rows: Iterable[Any]) -> Iterator[Any]:
    """A few rows at a time, since silencing warnings costs as much as reading a row."""
    rows = iter(rows)
    batch = [None]
    while batch:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                batch = list(islice(rows, _BATCH))
            except Exception as error:
                raise _damaged(name) from error
        yield from batch


def _unescape(text: str) -> str:
    """Excel writes control characters as _x000D_."""
    from openpyxl.utils.escape import unescape

    return unescape(text)


def _read_cell(value: object, kind: str | None) -> Value:
    if value is None:
        return None
    match kind:
        case "f":
            return Formula()
        case "e":
            return ErrorValue(str(value))
        case _ if isinstance(value, str):
            return _unescape(value) if "_x" in value else value
        case _ if isinstance(value, bool | int | float | datetime | date | time | timedelta):
            return value
        case _:
            return str(value)


def _find_suspects(name: str, stream: BinaryIO) -> set[str]:
    """Look through the archive. Parts without rows may be odd, but openpyxl need not see them."""
    stream.seek(0)
    if stream.read(len(_OLE)) == _OLE:
        raise Unlesbar(
            f"„{name}“ ist eine alte Excel-Datei (XLS) oder mit einem Kennwort geschützt. "
            "Speichern Sie sie ohne Kennwort als XLSX oder CSV."
        )
    stream.seek(0)
    suspects: set[str] = set()
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            held = sum(part.file_size for part in parts if not part.filename.startswith(_ROWS))
            whole = sum(part.file_size for part in parts)
            if len(parts) > MAX_PARTS or whole > MAX_UNPACKED or held > MAX_HELD:
                raise Unlesbar(
                    f"„{name}“ ist ausgepackt zu groß. Erlaubt sind {_count(MAX_PARTS)} Teile, "
                    f"{MAX_UNPACKED // 1024**2} MB und davon {MAX_HELD // 1024**2} MB Texte und "
                    "Bilder. Speichern Sie die Tabelle als CSV."
                )
            for part in parts:
                with archive.open(part) as content:
                    fault = _find_fault(content)
                if fault and not part.filename.startswith(_BYSTANDERS):
                    raise Unlesbar(
                        f"„{name}“ wird nicht gelesen: Der Teil {part.filename} enthält {fault}. "
                        "Öffnen Sie die Datei und speichern Sie sie neu als XLSX oder CSV."
                    )
                if fault:
                    suspects.add(part.filename)
    except (*_BROKEN_ZIP, OSError, EOFError) as error:
        raise _damaged(name) from error
    return suspects


def _find_fault(content: IO[bytes]) -> str:
    """What in one part could hurt the parser or hide from this very check; "" if nothing."""
    chunk = content.read(_CHUNK)
    text = chunk.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith((b"<", b"\xff\xfe", b"\xfe\xff", b"\0<")):
        # Pictures and printer settings: no XML, whatever the parser may be told.
        return ""
    found = _ENCODING.match(text)
    encoding = found[1].lower() if found else b"utf-8"
    if not text.startswith(b"<") or encoding not in {b"utf-8", b"us-ascii", b"ascii"}:
        return "eine ungewöhnliche Zeichenkodierung"
    rest = b""
    while chunk:
        window = rest + chunk
        # XLSX needs neither DOCTYPE nor comments, and a comment could hide rows from the count.
        if b"<!" in window or b"\0" in window:
            return "eine Dokumenttyp-Angabe (DOCTYPE), einen Kommentar oder Nullzeichen"
        *pieces, rest = _END.split(window)
        if any(_is_too_large(piece) for piece in (*pieces, rest)):
            return "eine Zeile oder einen Abschnitt von unzulässiger Größe"
        chunk = content.read(_CHUNK)
    return ""


def _is_too_large(piece: bytes) -> bool:
    """What the parser must hold at once: one row or text, which may not contain another."""
    if len(piece) > MAX_PIECE or piece.count(b"<") > MAX_TAGS:
        return True
    return len(_OPEN.findall(piece)) > 1


def _copy_without(stream: BinaryIO, names: Container[str]) -> BinaryIO:
    # The caller closes it after the last sheet.
    copy = cast(BinaryIO, SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
    with (
        zipfile.ZipFile(stream) as archive,
        zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as kept,
    ):
        for part in archive.infolist():
            if part.filename not in names:
                with archive.open(part) as content, kept.open(part.filename, "w") as target:
                    shutil.copyfileobj(content, target, _CHUNK)
    return copy


def _damaged(name: str) -> Unlesbar:
    return Unlesbar(
        f"„{name}“ ist keine lesbare XLSX-Datei; sie ist beschädigt oder unvollständig. Laden Sie "
        "sie noch einmal, oder öffnen Sie sie und speichern Sie sie neu als XLSX oder CSV."
    )


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")
