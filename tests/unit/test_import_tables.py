"""Tables from CSV and XLSX: headers in any order, places kept, nothing trusted."""

import io
import random
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from importers import cells, xlsx
from importers.records import Fault, Hinweis, Unlesbar
from importers.tables import Column, Kind, Row, Table, UnfitCell, read_rows

TABLE = Table(
    title="Probe",
    columns=(
        Column("ags", ("Gemeindeschlüssel",), required=True, width=8),
        Column("name", ("Name der Kommune",), required=True),
        Column("typ"),
        Column("seit", kind=Kind.DATE),
        Column("text", kind=Kind.BLOCK),
    ),
    unused=("laufende_nummer",),
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def read(content: bytes, *tables: Table) -> list[Row | Fault | Hinweis]:
    return list(read_rows("probe", io.BytesIO(content), *(tables or (TABLE,))))


def rows(content: bytes) -> list[Row]:
    return [row for row in read(content) if isinstance(row, Row)]


def faults(content: bytes) -> list[Fault]:
    return [fault for fault in read(content) if isinstance(fault, Fault)]


def hints(content: bytes) -> dict[str, Hinweis]:
    return {hint.stelle: hint for hint in read(content) if isinstance(hint, Hinweis)}


def csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join((*lines, "")).encode(encoding)


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def replace_parts(content: bytes, parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in source.namelist():
            if part not in parts:
                target.writestr(part, source.read(part))
        for part, text in parts.items():
            target.writestr(part, text)
    return buffer.getvalue()


def sheet_of(*lines: str) -> bytes:
    """A workbook whose only sheet has these rows as they would stand in the XML."""
    text = "".join(f"<row>{line}</row>" for line in lines)
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{text}</sheetData></worksheet>'
    return replace_parts(workbook(Blatt=[["x"]]), {"xl/worksheets/sheet1.xml": xml})


def inline(*texts: str) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)


# CSV ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ",", "|", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_columns_are_found_by_name_in_any_order_delimiter_and_encoding(
    delimiter: str, encoding: str
) -> None:
    lines = [["Name der Kommune", "GEMEINDE-SCHLÜSSEL"], ["Köln", "05315000"]]
    content = csv(*(delimiter.join(line) for line in lines), encoding=encoding)
    assert [row.values for row in rows(content)] == [{"ags": "05315000", "name": "Köln"}]


def test_the_encoding_is_said() -> None:
    assert hints(csv("ags;name", "05315000;Köln"))["Zeichenkodierung"].wert == "UTF-8"
    western = csv("ags;name", "05315000;Köln", encoding="latin-1")
    assert "UTF-8" not in hints(western)["Zeichenkodierung"].wert


def test_a_comma_inside_a_cell_does_not_become_the_delimiter() -> None:
    content = csv("ags;name", "05570052;Warendorf, Stadt, im Kreis, mit Kommas")
    assert rows(content)[0]["name"] == "Warendorf, Stadt, im Kreis, mit Kommas"


def test_unknown_columns_are_reported_once_and_known_ones_without_use_are_not() -> None:
    content = csv("ags;Fax;name;laufende_nummer;Wappen", "05570052;1;Warendorf;1;2")
    assert hints(content)["Kopfzeile"].wert == "Fax, Wappen"
    assert len(rows(content)) == 1


def test_rows_keep_their_number_across_empty_rows_and_line_ends_inside_a_cell() -> None:
    content = csv("", "ags;text;name", ";;", '05570052;"eins', 'zwei";Warendorf', "", "1;;Telgte")
    assert [(row.number, row["name"]) for row in rows(content)] == [(4, "Warendorf"), (7, "Telgte")]
    assert rows(content)[0]["text"] == "eins\nzwei"


def test_lines_of_a_title_may_stand_above_the_header() -> None:
    content = csv("Kommunen im Münsterland", "Stand: 2026;;", "ags;name", "05570052;Warendorf")
    assert [row.number for row in rows(content)] == [4]


def test_a_missing_column_is_named_together_with_what_was_found() -> None:
    with pytest.raises(Unlesbar, match=r"„Probe“.* fehlen ags\. Gefunden wurde: Ort, name"):
        read(csv("Ort;name", "Hamm;Hamm"))


def test_of_alternative_columns_one_is_enough() -> None:
    table = Table("Probe", (Column("ars"), Column("ags")), one_of=(("ars", "ags"),))
    assert read(csv("ags", "05570052"), table)
    with pytest.raises(Unlesbar, match="fehlen ars oder ags"):
        read(csv("name", "Warendorf"), table)


def test_a_file_may_be_one_of_several_tables_and_the_row_says_which() -> None:
    other = Table("Andere", (Column("id", required=True),))
    (row,) = (row for row in read(csv("id", "7"), TABLE, other) if isinstance(row, Row))
    assert row.table == "Andere"


def test_a_column_that_stands_twice_is_refused() -> None:
    with pytest.raises(Unlesbar, match=r"„AGS“.*zweimal"):
        read(csv("ags;name;AGS".replace("ags", "AGS"), "05570052;Warendorf;05570044"))


def test_an_empty_file_is_called_empty() -> None:
    for content in (b"", b"\r\n\r\n", csv(";;", ";;")):
        with pytest.raises(Unlesbar, match="leer"):
            read(content)


def test_a_row_with_more_cells_than_the_header_costs_only_itself() -> None:
    content = csv("ags;name", "05570052;Warendorf;im Kreis", "05570044;Telgte")
    (fault,) = faults(content)
    assert (fault.zeile, "verschoben" in fault.ursache) == (2, True)
    assert [row["name"] for row in rows(content)] == ["Telgte"]


def test_a_file_that_ends_within_a_row_is_refused() -> None:
    with pytest.raises(Unlesbar, match="mitten in Zeile 3"):
        read(b"ags;name\n05570052;Warendorf\n0557")
    assert len(rows(b"ags;name\n05570052;Warendorf")) == 1


def test_a_quote_that_is_never_closed_is_refused_with_its_line() -> None:
    with pytest.raises(Unlesbar, match=r"Zeile 3.*Anführungszeichen"):
        read(csv("ags;name", "05570052;Warendorf", '05570044;"Telgte', "05570028;Ostbevern"))


def test_a_stray_quote_costs_only_its_row() -> None:
    content = csv("ags;name", '05570052;"Waren"dorf', "05570044;Telgte")
    assert [fault.zeile for fault in faults(content)] == [2]
    assert [row["name"] for row in rows(content)] == ["Telgte"]


@pytest.mark.full_run
def test_a_million_columns_are_refused() -> None:
    with pytest.raises(Unlesbar):
        read(b";" * 1_000_000)
    with pytest.raises(Unlesbar, match="5000 Spalten"):
        read(csv("ags;name", ";" * 4_999))


def test_control_characters_are_taken_out_and_reported() -> None:
    content = csv("ags;name", "05570052;Waren\x07dorf\u202e")
    assert rows(content)[0]["name"] == "Warendorf"
    assert "U+0007, U+202E" in hints(content)["name"].ursache


def test_line_ends_become_blanks_where_a_cell_is_one_line() -> None:
    content = csv("ags;name", '05570052;"Waren\r\ndorf"')
    assert rows(content)[0]["name"] == "Waren dorf"


def test_markup_does_not_survive() -> None:
    content = csv("ags;name;text", '1;<b>Hamm</b><script>x()</script>;"<p>a</p><p>b</p>"')
    assert (rows(content)[0]["name"], rows(content)[0]["text"]) == ("Hamm", "a\n\nb")


def test_a_text_that_looks_like_a_formula_is_a_text_in_csv() -> None:
    assert rows(csv("ags;name", "05570052;=1+1"))[0]["name"] == "=1+1"


# XLSX ---------------------------------------------------------------------------------------


def test_a_number_of_a_spreadsheet_gets_its_leading_zeros_back() -> None:
    content = workbook(Liste=[["ags", "name", "typ"], [5570052, "Warendorf", 2.0], [5570044.0, 1]])
    assert [row["ags"] for row in rows(content)] == ["05570052", "05570044"]
    assert rows(content)[0]["typ"] == "2"


def test_a_formula_is_never_evaluated_and_refuses_its_row() -> None:
    content = workbook(
        Liste=[["ags", "name", "Fax"], ["05570052", "=A2", 1], ["05570044", "Telgte", "=1+1"]]
    )
    (fault,) = faults(content)
    assert (fault.zeile, fault.stelle, fault.wert) == (2, "name", "(Formel)")
    # In a column that nothing is taken from, a formula does no harm.
    assert [row["name"] for row in rows(content)] == ["Telgte"]


def test_the_stored_result_of_a_formula_is_not_taken() -> None:
    content = sheet_of(
        inline("ags", "name"), inline("05570052") + '<c t="str"><f>A2</f><v>Warendorf</v></c>'
    )
    assert rows(content) == []
    assert [fault.wert for fault in faults(content)] == ["(Formel)"]


def test_a_date_that_a_spreadsheet_made_of_a_type_is_refused() -> None:
    content = workbook(Liste=[["ags", "name", "typ"], ["05570052", "Warendorf", date(2026, 3, 2)]])
    (fault,) = faults(content)
    assert (fault.stelle, "2/3" in fault.ursache) == ("typ", True)


def test_a_date_in_a_column_of_dates_is_taken() -> None:
    begin = datetime(2026, 3, 2)  # noqa: DTZ001 – spreadsheets know no zones
    content = workbook(Liste=[["ags", "name", "seit"], ["05570052", "Warendorf", begin]])
    assert rows(content)[0]["seit"] == "2026-03-02"


def test_an_error_of_the_spreadsheet_is_refused_and_a_truth_becomes_a_word() -> None:
    content = sheet_of(
        inline("ags", "name", "typ"),
        inline("05570052") + '<c t="e"><v>#REF!</v></c>',
        inline("05570044", "Telgte") + '<c t="b"><v>1</v></c>',
    )
    assert [(fault.stelle, fault.wert) for fault in faults(content)] == [("name", "#REF!")]
    assert rows(content)[0]["typ"] == "ja"


def test_the_sheet_with_the_header_is_found_and_hidden_ones_are_not_read() -> None:
    data = [["ags", "name"], ["05570052", "Warendorf"]]
    content = workbook(Deckblatt=[["Stand"], [2026]], Liste=data)
    assert [row["name"] for row in rows(content)] == ["Warendorf"]
    book = openpyxl.load_workbook(io.BytesIO(content))
    book["Liste"].sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(Unlesbar, match="fehlen ags, name"):
        read(buffer.getvalue())


def test_control_characters_that_excel_writes_as_codes_are_cleaned() -> None:
    content = sheet_of(inline("ags", "name"), inline("05570052", "Waren_x0000_dorf_x000D_"))
    assert rows(content)[0]["name"] == "Warendorf"


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a cell far to the right": (
        lambda: sheet_of('<c r="XFD1"><v>1</v></c>'),
        "zu groß",
    ),
    "a million cells in one row": (
        lambda: sheet_of("<c><v>1</v></c>" * 1_000_000),
        "unzulässiger Größe",
    ),
    "rows within a row": (
        lambda: sheet_of("<row><c><v>1</v></c></row>" * 2),
        "unzulässiger Größe",
    ),
    "a row beyond the last": (
        lambda: replace_parts(
            workbook(Blatt=[["x"]]),
            {
                "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>'
                '<row r="999999999"><c><v>1</v></c></row></sheetData></worksheet>'
            },
        ),
        "zu groß",
    ),
    "an entity": (
        lambda: replace_parts(
            workbook(Blatt=[["x"]]),
            {
                "xl/worksheets/sheet1.xml": '<!DOCTYPE x [<!ENTITY a "b">]>'
                f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
            },
        ),
        "DOCTYPE",
    ),
    "an entity in UTF-16": (
        lambda: replace_parts(
            workbook(Blatt=[["x"]]),
            {"xl/sharedStrings.xml": '<!DOCTYPE x [<!ENTITY a "b">]><sst/>'.encode("utf-16")},
        ),
        "Zeichenkodierung",
    ),
    "an encoding that hides the markup": (
        lambda: replace_parts(
            workbook(Blatt=[["x"]]),
            {"xl/worksheets/sheet1.xml": b'<?xml version="1.0" encoding="cp037"?>' + b"\x4c" * 9},
        ),
        "Zeichenkodierung",
    ),
    "a text that does not exist": (
        lambda: sheet_of('<c t="s"><v>99</v></c>'),
        "keine lesbare XLSX-Datei",
    ),
    "a column that does not exist": (
        lambda: sheet_of('<c r="ZZZZZ1"><v>1</v></c>'),
        "keine lesbare XLSX-Datei",
    ),
    "a truncated file": (
        lambda: workbook(Blatt=[["x"]])[:-200],
        "keine lesbare XLSX-Datei",
    ),
    "an old or encrypted workbook": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "Kennwort",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_with_a_reason(name: str) -> None:
    build, reason = HOSTILE[name]
    with pytest.raises(Unlesbar, match=reason):
        read(build())


@pytest.mark.full_run
def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(xlsx.MAX_UNPACKED // 2**24 + 1):
            part.write(bytes(2**24))
    assert len(buffer.getvalue()) < 2**23
    with pytest.raises(Unlesbar, match="ausgepackt zu groß"):
        read(buffer.getvalue())


def test_custom_data_in_utf16_beside_the_sheets_does_no_harm() -> None:
    content = workbook(Liste=[["ags", "name"], ["05570052", "Warendorf"]])
    content = replace_parts(content, {"customXml/item1.xml": "<!DOCTYPE x><x/>".encode("utf-16")})
    assert [row["name"] for row in rows(content)] == ["Warendorf"]


def test_no_damage_to_a_file_gets_through_as_anything_but_an_unreadable_file() -> None:
    chance = random.Random(20260131)
    whole = [
        workbook(Liste=[["ags", "name", "seit"], ["05570052", "Warendorf", date(2026, 3, 2)]]),
        csv("ags;name;text", '05570052;Warendorf;"eins', 'zwei"'),
    ]
    outcomes = Counter[bool]()
    for _ in range(400):
        content = bytearray(chance.choice(whole))
        if chance.random() < 0.3:
            del content[chance.randrange(len(content)) :]
        else:
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            read(bytes(content))
        except Unlesbar as refused:
            outcomes[str(refused).strip() != ""] += 1
        else:
            outcomes[True] += 1
    assert outcomes == {True: 400}


# Cells --------------------------------------------------------------------------------------


def reasons(readers: Iterator[tuple[Callable[[str], object], str]]) -> list[str]:
    found = []
    for reader, text in readers:
        with pytest.raises(UnfitCell) as caught:
            reader(text)
        found.append(f"{caught.value.cause} {caught.value.remedy}")
    return found


def test_dates_are_read_in_two_spellings_and_only_where_they_exist() -> None:
    assert cells.day("2024-08-15") == cells.day("15.8.2024") == date(2024, 8, 15)
    assert cells.day("2024-08-15 00:00:00") == date(2024, 8, 15)
    texts = ("31.02.2024", "15.08.24", "2024", "heute", "01.01.0001")
    assert len(reasons((cells.day, text) for text in texts)) == 5


def test_a_date_may_be_known_to_the_month_or_year_only() -> None:
    texts = ("2024", "2024-8", "08/2024", "8.2024", "15.08.2024")
    assert [cells.partial_day(text) for text in texts] == [
        "2024", "2024-08", "2024-08", "2024-08", "2024-08-15",
    ]  # fmt: skip
    assert reasons((cells.partial_day, text) for text in ("2024-13", "Sommer 2024"))


def test_numbers_are_read_as_they_are_written_in_german() -> None:
    assert [cells.whole(text) for text in ("42", "1.917", "1.234.567")] == [42, 1917, 1_234_567]
    assert [cells.decimal(text) for text in ("9,43751", "9.5", "-1")] == [9.43751, 9.5, -1.0]
    assert reasons((cells.whole, text) for text in ("1.9", "4,2", "-3", "viele"))
    assert reasons((cells.decimal, text) for text in ("1.234,5", "nan", "1e5"))


def test_a_key_may_have_blanks_and_dots_but_no_other_characters() -> None:
    assert cells.leistungsschluessel("99 107.022-012 000") == "99107022012000"
    (reason,) = reasons((cells.leistungsschluessel, text) for text in ["99107022O12000"])
    assert "andere Zeichen" in reason


def test_a_key_that_lost_its_zero_or_was_rounded_is_not_mended_in_silence() -> None:
    short, rounded = reasons(
        [(cells.ags, "5570052"), (cells.leistungsschluessel, "9,91E+13")].__iter__()
    )
    assert "05570052" in short
    assert "gerundet" in rounded


def test_an_ozg_id_begins_with_one() -> None:
    assert cells.ozg_id("10083") == "10083"
    assert reasons((cells.ozg_id, text) for text in ("20083", "1083"))


def test_a_land_is_known_by_name_key_and_short_form() -> None:
    texts = ("MV", "de-mv", "13", "Mecklenburg-Vorpommern", "mecklenburg vorpommern")
    assert {cells.land(text) for text in texts} == {"MV"}
    assert reasons((cells.land, text) for text in ("17", "Preußen"))


def test_a_list_in_a_cell_keeps_its_order_and_drops_doubles() -> None:
    assert cells.many(cells.ozg_id, "|,")("10083 | 10119,10083|") == ("10083", "10119")


def test_a_word_of_a_vocabulary_is_known_in_any_spelling() -> None:
    status = cells.one_of("in_umsetzung", "produktiv", also={"läuft": "produktiv"})
    assert [status(text) for text in ("In Umsetzung", "LÄUFT")] == ["in_umsetzung", "produktiv"]
    (reason,) = reasons((status, text) for text in ["fertig"])
    assert "in_umsetzung, produktiv" in reason


def test_addresses_that_could_run_or_mislead_are_refused() -> None:
    assert cells.address("https://stadt.example/wbs?x=1") == "https://stadt.example/wbs?x=1"
    assert reasons(
        (cells.address, text)
        for text in ("javascript:alert(1)", "stadt.example", "https://a b", "https://x@y.example")
    )


def test_a_mailbox_is_one_address_without_room_for_headers() -> None:
    assert cells.mailbox("ozg@stadt.example") == "ozg@stadt.example"
    texts = ("a@b.example Bcc: c@d.example", "a@b.example\r\nBcc: x", "a@b.example,c@d.example")
    assert len(reasons((cells.mailbox, text) for text in texts)) == 3


def test_a_name_becomes_a_kennung() -> None:
    assert cells.to_kennung("IT.NRW") == "it-nrw"
    assert cells.to_kennung("Ministerium für Inneres, Bau") == "ministerium-fuer-inneres-bau"
    assert cells.kennung("wohngeld-digital_2.0") == "wohngeld-digital_2.0"
    assert reasons((cells.kennung, text) for text in ("wöhngeld", "a/b", "-x", "x" * 81))
