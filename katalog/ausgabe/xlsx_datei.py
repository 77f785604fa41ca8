"""Excel workbooks, written as they are sent: the first bytes leave before the last row is known.

A workbook is a ZIP archive of a few XML parts (ECMA-376). What a library would collect in a
temporary file and pack at the end goes through the archive at once here, so that a list of any
length needs the memory of one batch. Texts are inline strings, which no program takes for a
formula; `quotePrefix` keeps that so when somebody edits the cell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo
from itertools import chain
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

from katalog.ausgabe.felder import Gegenstand, T, Wert, as_text
from katalog.ausgabe.kopf import Batches, Kopf, Pieces, stand_of
from katalog.ausgabe.xml_text import possible_text

# Of a sheet, the titles included.
MAX_ROWS = 1_048_576
_LONGEST_TEXT = 32_767
_NARROW, _WIDE = 10, 60
# Excel counts days from here on and believes in a 29 February 1900; days before it stay texts.
_DAY_ZERO, _FIRST_DAY = date(1899, 12, 30), date(1900, 3, 1)
_SECONDS = 86_400
# Excel reads _x000D_ in a text as the character of that number.
_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# The places of these in `cellXfs`.
_PLAIN, _TITLE, _TEXT, _DAY, _MOMENT = range(5)

_STYLES = f"""{_HEADER}<styleSheet xmlns="{_MAIN}">\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>\
<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""

Row: TypeAlias = Sequence[Wert]


def write_xlsx(gegenstand: Gegenstand[T], kopf: Kopf, batches: Batches[T]) -> Pieces:
    sink = _Sink()
    titles = [feld.titel for feld in gegenstand.felder]
    rows: Iterator[list[Row]] = (
        [[*gegenstand.satz(row, kopf.basis_url).values()] for row in batch] for batch in batches
    )
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name, text in _FIRST_PARTS.items():
            _add(archive, name, text, kopf)
        with archive.open(_part("xl/worksheets/sheet1.xml", kopf), "w") as part:
            number = 1
            for text, count in _list_sheet(titles, rows, kopf.erstellt.tzinfo):
                part.write(text.encode())
                number += count
                yield sink.take()
        _add(archive, "xl/worksheets/sheet2.xml", _source_sheet(kopf), kopf)
        _add(archive, "xl/workbook.xml", _workbook(len(titles), number), kopf)
    yield sink.take()


class _Sink(io.RawIOBase):
    """What the archive writes, until it is taken. It cannot be sought in, as a socket cannot."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._written.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self._written = b"".join(self._written), []
        return taken


def _part(name: str, kopf: Kopf) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, kopf.erstellt.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _add(archive: zipfile.ZipFile, name: str, text: str, kopf: Kopf) -> None:
    archive.writestr(_part(name, kopf), text)


# Parts ----------------------------------------------------------------------------------------


def _list_sheet(
    titles: list[str], batches: Iterator[list[Row]], zone: tzinfo | None
) -> Iterator[tuple[str, int]]:
    """Pieces of the sheet, and how many rows each of them adds below the titles."""
    # Columns are as wide as the titles and the first rows need: later ones are not known yet.
    first = next(batches, [])
    widths = [_width([title, *(row[n] for row in first)]) for n, title in enumerate(titles)]
    view = (
        '<sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="1" '
        'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    )
    letters = [_letters(n) for n in range(len(titles))]
    yield _sheet_start(view, widths) + _row(1, letters, titles, zone, _TITLE), 0
    number = 1
    for batch in chain([first], batches):
        yield (
            "".join(_row(number + n, letters, row, zone) for n, row in enumerate(batch, 1)),
            len(batch),
        )
        number += len(batch)
    area = f"A1:{letters[-1]}{number}"
    # Keys are texts of digits; without this, Excel marks each of them as a mistake.
    yield (
        f'</sheetData><autoFilter ref="{area}"/><ignoredErrors><ignoredError sqref="{area}" '
        'numberStoredAsText="1"/></ignoredErrors></worksheet>',
        0,
    )


def _source_sheet(kopf: Kopf) -> str:
    rows: list[Row] = [
        ("Titel", kopf.titel),
        ("Herausgeber", kopf.herausgeber),
        ("Auswahl", kopf.auswahl_text),
        ("Adresse", kopf.adresse),
        ("Erstellt", kopf.erstellt_text),
        ("Zeilen", kopf.gesamt),
        (),
        ("Quelle", "Stand", "Lizenz", "Adresse der Quelle"),
        *((q.titel, stand_of(q), q.lizenz, q.url) for q in kopf.quellen),
    ]
    letters = [_letters(n) for n in range(4)]
    zone = kopf.erstellt.tzinfo
    lines = (_row(number, letters, row, zone) for number, row in enumerate(rows, 1))
    view = '<sheetViews><sheetView workbookViewId="0"/></sheetViews>'
    return f"{_sheet_start(view, [30, 60, 40, 40])}{''.join(lines)}</sheetData></worksheet>"


def _sheet_start(view: str, widths: Sequence[int]) -> str:
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(widths, 1)
    )
    return f'{_HEADER}<worksheet xmlns="{_MAIN}">{view}<cols>{columns}</cols><sheetData>'


def _workbook(columns: int, rows: int) -> str:
    area = f"Daten!$A$1:${_letters(columns - 1)}${rows}"
    return (
        f'{_HEADER}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
        '<sheet name="Daten" sheetId="1" r:id="rId1"/>'
        '<sheet name="Quelle" sheetId="2" r:id="rId2"/></sheets>'
        '<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" '
        f'hidden="1">{area}</definedName><definedName name="_xlnm.Print_Titles" localSheetId="0">'
        "Daten!$1:$1</definedName></definedNames></workbook>"
    )


_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FIRST_PARTS = {
    "[Content_Types].xml": (
        f'{_HEADER}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/xl/{name}.xml" ContentType="{_OFFICE}.{kind}+xml"/>'
            for name, kind in (
                ("workbook", "sheet.main"),
                ("worksheets/sheet1", "worksheet"),
                ("worksheets/sheet2", "worksheet"),
                ("styles", "styles"),
            )
        )
        + "</Types>"
    ),
    "_rels/.rels": (
        f'{_HEADER}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_HEADER}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_REL}/worksheet" Target="worksheets/sheet2.xml"/>'
        f'<Relationship Id="rId3" Type="{_REL}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": _STYLES,
}


# Cells ----------------------------------------------------------------------------------------


def _row(
    number: int, letters: Sequence[str], row: Row, zone: tzinfo | None, style: int = _TEXT
) -> str:
    cells = (
        _cell(f"{letter}{number}", wert, zone, style)
        for letter, wert in zip(letters, row, strict=False)
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, wert: Wert, zone: tzinfo | None, style: int) -> str:
    match wert:
        case None:
            return ""
        case int() | float() if not isinstance(wert, bool):
            return f'<c r="{place}"><v>{wert}</v></c>'
        case datetime():
            local = wert.astimezone(zone)
            seconds = local.hour * 3600 + local.minute * 60 + local.second
            days = _days(local.date()) + seconds / _SECONDS
            return f'<c r="{place}" s="{_MOMENT}"><v>{days:.10f}</v></c>'
        case date() if wert >= _FIRST_DAY:
            return f'<c r="{place}" s="{_DAY}"><v>{_days(wert)}</v></c>'
    if not (shown := as_text(wert)):
        return ""
    text = escape(_CODE.sub("_x005F_", possible_text(shown[:_LONGEST_TEXT])))
    return (
        f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    )


def _days(day: date) -> int:
    return (day - _DAY_ZERO).days


def _letters(number: int) -> str:
    """A, B … Z, AA: bijective, so no digit stands for zero."""
    text, rest = "", number + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def _width(werte: Sequence[Wert]) -> int:
    longest = max(len(as_text(wert)) for wert in werte)
    return max(_NARROW, min(longest + 3, _WIDE))
