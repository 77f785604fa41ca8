"""Workbooks: read back by another program, no text ever a formula, made while they are sent."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape

from katalog.ausgabe import xlsx_datei
from katalog.ausgabe.xlsx_datei import write_xlsx
from tests.ausgabe import DINGE, Ding, in_batches, make_kopf

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    '"=1',
    "'=1",
    "{=1}",
    "=cmd|'/c'!A1",
]


def write(*dinge: Ding, size: int = 2, **kopf: Any) -> bytes:
    return b"".join(write_xlsx(DINGE, make_kopf(**kopf), in_batches(*dinge, size=size)))


def moment(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A cell of a workbook knows no time zone."""
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001


def open_book(body: bytes) -> Any:
    return load_workbook(io.BytesIO(body))


def cells(body: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in open_book(body)["Daten"].iter_rows()]


def test_values_keep_their_types() -> None:
    titles, row = cells(write(Ding(text="00123")))
    assert titles == [feld.titel for feld in DINGE.felder]
    assert dict(zip(titles, row, strict=True)) == {
        "Name": "Ding",
        "Text": "00123",
        "Zahl": 7,
        "Kommazahl": 51.5,
        "Wahr": "ja",
        "Art": "EfA-Leistung",
        "Liste": "a | b",
        "Tag": moment(2026, 3, 1),
        "Seite": "https://katalog.example/dinge/Ding",
        "Quelle": "Liste",
        "Stand": moment(2026, 1, 1),
        "Geändert": moment(2026, 11, 28, 0, 30),
    }


def test_what_is_not_stated_is_an_empty_cell() -> None:
    row = cells(write(Ding(zahl=None, komma=None, art=None, liste=(), tag=None)))[1]
    assert row[1:8] == [None, None, None, "ja", None, None, None]


def test_a_day_before_the_calendar_of_excel_is_a_text() -> None:
    days = [date(1900, 3, 1), date(1900, 2, 28), date(1815, 6, 9)]
    found = [row[7] for row in cells(write(*[Ding(tag=day) for day in days]))[1:]]
    assert found == [moment(1900, 3, 1), "1900-02-28", "1815-06-09"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_is_never_a_formula(text: str) -> None:
    cell = open_book(write(Ding(text=text)))["Daten"]["B2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    sheet = zipfile.ZipFile(io.BytesIO(write(Ding(text=text)))).read("xl/worksheets/sheet1.xml")
    root = etree.fromstring(sheet)
    assert [e for e in root.iter() if etree.QName(e).localname == "f"] == []
    (element,) = [e for e in root.iter() if e.get("r") == "B2"]
    assert "".join(str(t) for t in element.itertext()) == text.replace("\r", "\n")


@given(
    st.text(max_size=40) | st.text(st.sampled_from("_x0041F&<>\n\t '\"\x01\x0b\ud800"), max_size=20)
)
def test_every_text_that_xml_can_hold_arrives(text: str) -> None:
    possible = "".join(
        c for c in text if c in "\t\n\r" or ("\x20" <= c <= "\ud7ff") or c > "\udfff"
    )
    possible = possible.replace("\ufffe", "").replace("\uffff", "").replace("\r\n", "\n")
    found = open_book(write(Ding(text=text)))["Daten"]["B2"].value or ""
    assert unescape(found) == possible.replace("\r", "\n")


def test_a_text_longer_than_a_cell_is_cut() -> None:
    assert len(cells(write(Ding(text="x" * 40_000)))[1][1]) == 32_767


def test_the_head_stays_in_sight_and_filters_the_whole_list() -> None:
    sheet = open_book(write(*[Ding()] * 5))["Daten"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:L6"
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold
    assert sheet.print_title_rows == "$1:$1"
    assert 10 <= sheet.column_dimensions["A"].width < sheet.column_dimensions["I"].width <= 60


def test_an_empty_list_is_a_workbook_with_a_head() -> None:
    body = write()
    assert len(cells(body)) == 1
    assert open_book(body)["Daten"].auto_filter.ref == "A1:L1"


def test_the_second_sheet_says_where_it_all_comes_from() -> None:
    rows = [tuple(c.value for c in row) for row in open_book(write(Ding()))["Quelle"].iter_rows()]
    assert ("Auswahl", "Art: EfA-Leistung, Suche: Hund") in [row[:2] for row in rows]
    assert ("Adresse", "https://katalog.example/dinge?q=Hund") in [row[:2] for row in rows]
    assert ("Erstellt", "28.11.2026, 09:12 Uhr") in [row[:2] for row in rows]
    assert ("Liste", "01.01.2026", "CC BY 4.0", None) in rows


def test_bytes_leave_before_the_last_row_is_known() -> None:
    asked = []

    def batches() -> Any:
        for number in range(3):
            asked.append(number)
            yield [Ding()] * 2000

    pieces = write_xlsx(DINGE, make_kopf(), batches())
    assert next(pieces).startswith(b"PK")
    assert asked == [0]
    next(pieces)
    assert asked == [0]


def test_the_archive_is_whole_and_the_same_each_time() -> None:
    body = write(*[Ding()] * 3)
    assert body == write(*[Ding()] * 3)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            etree.fromstring(archive.read(name))


def test_columns_are_named_as_spreadsheets_name_them() -> None:
    numbers = [0, 1, 25, 26, 51, 52, 701, 702]
    assert [xlsx_datei._letters(n) for n in numbers] == [get_column_letter(n + 1) for n in numbers]
