"""CSV: one header of six lines, texts that no spreadsheet runs, and everything read back."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from katalog.ausgabe.csv_datei import csv_pieces, harmless, write_csv
from katalog.ausgabe.felder import Wert
from tests.ausgabe import DINGE, Ding, in_batches, make_kopf

HEAD = 6


def rows_of(body: bytes, skip: int = 0) -> list[list[str]]:
    text = body.decode("utf-8-sig")
    for _ in range(skip):
        _, _, text = text.partition("\r\n")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def written(*dinge: Ding) -> bytes:
    return b"".join(write_csv(DINGE, make_kopf(), in_batches(*dinge)))


def restored(cell: str) -> str:
    """As docs/export.md tells a reader to undo it."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) != cell[1:] else cell


FORMULAS = [
    "=1+1", "+49 251", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", " =1", "  \t +1", "'=1",
    '"=1', "''=1", "\u00a0=1", "＝1", "＋1", "－1", "＠x", "\tx", "\rx", "=", "-",
    '=HYPERLINK("x")',
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert restored(harmless(text)) == text


@pytest.mark.parametrize("text", ["", "x=1", "1-1", "'", "'n Abend", "ä", "7", "– Strich", "a\n=b"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@given(st.text(st.sampled_from(" '\"=+-@\t\r\n\0＝xä;")) | st.text())
@example("'\r")
def test_every_text_can_be_had_back(text: str) -> None:
    assert restored(harmless(text)) == text
    assert harmless(text).lstrip(' "\t\r\n\u00a0')[:1] not in {"=", "+", "-", "@"}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=3))
def test_every_text_arrives_in_its_own_cell(texts: list[str]) -> None:
    (row,) = rows_of(b"".join(csv_pieces(texts, [])))
    assert [restored(cell) for cell in row] == texts


def test_numbers_stay_numbers_even_negative_ones() -> None:
    cells: list[Wert] = [7, -7, -51.5, None, True, False]
    body = b"".join(csv_pieces(["n"], [[cells]])).decode("utf-8-sig")
    assert body.splitlines()[1] == '7;-7;-51,5;;"ja";"nein"'


def test_six_lines_of_one_cell_say_what_the_file_is() -> None:
    body = written(Ding())
    lines = body.decode("utf-8-sig").split("\r\n")
    assert body.startswith(b"\xef\xbb\xbf# ")
    assert lines[:HEAD] == [
        "# Dinge – Zweckverband Beispiel",
        "# Auswahl: Art: EfA-Leistung, Suche: Hund",
        "# Adresse: https://katalog.example/dinge?q=Hund",
        "# Erstellt: 2026-11-28T09:12:30+01:00",
        "# Zeilen: 2",
        "# Quellen: Liste (Stand 01.01.2026, Lizenz: CC BY 4.0)",
    ]
    assert lines[HEAD].startswith('"Name";"Text";')


def test_what_somebody_searched_for_cannot_leave_its_line() -> None:
    kopf = make_kopf(auswahl=('Suche: a";=1+1\r\n"x";y',), titel="A\nB")
    lines = b"".join(write_csv(DINGE, kopf, in_batches(Ding()))).decode("utf-8-sig").split("\r\n")
    assert lines[0] == "# A B – Zweckverband Beispiel"
    assert lines[1] == "# Auswahl: Suche: a',=1+1 'x',y"
    assert lines[HEAD].startswith('"Name"')
    assert all(len(next(csv.reader([line], delimiter=";"))) == 1 for line in lines[:HEAD])


def test_a_row_is_never_taken_for_one_of_these_lines() -> None:
    body = written(Ding(name="# Kommentar", text='a;b\n"c"'))
    rows = rows_of(body, skip=HEAD)
    assert rows[1][:2] == ["# Kommentar", 'a;b\n"c"']
    assert [line for line in body.decode("utf-8-sig").split("\r\n") if line[:1] == "#"][HEAD:] == []


def test_people_read_labels_and_lists_in_one_cell() -> None:
    titles, row = rows_of(written(Ding()), skip=HEAD)
    assert dict(zip(titles, row, strict=True)) == {
        "Name": "Ding",
        "Text": "",
        "Zahl": "7",
        "Kommazahl": "51,5",
        "Wahr": "ja",
        "Art": "EfA-Leistung",
        "Liste": "a | b",
        "Tag": "2026-03-01",
        "Seite": "https://katalog.example/dinge/Ding",
        "Quelle": "Liste",
        "Stand": "2026-01-01",
        "Geändert": "2026-11-28 00:30:00",
    }


def test_each_batch_is_a_piece_of_its_own() -> None:
    pieces = list(write_csv(DINGE, make_kopf(), in_batches(*[Ding()] * 5, size=2)))
    assert [piece.count(b"\r\n") for piece in pieces] == [HEAD, 1, 2, 2, 1]
