"""The benchmark runs and fills every row; its figures mean nothing at this size."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench import bericht, measure, stores
from tests.bench.bericht import MISSING, Zeile, Ziel
from tests.umfang import VOLL

# The others start servers, which takes longer than all other tests of a day together may.
EVERY_DAY = ["suchmaschine", "nutzung"]
ROWS = {
    "paare": 16,
    "suchmaschine": 4,
    "nutzung": 2,
    "karte": 5,
    "seiten": 17,
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(measure, "FOLDER", tmp_path)
    monkeypatch.setattr(stores, "FOLDER", tmp_path)
    return tmp_path


@pytest.mark.full_run
def test_every_section_fills_every_row(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Starting is what test_cli does, and takes half a minute here.
    sections = [n for n in bench.SECTIONS if n != "start"] if VOLL else EVERY_DAY
    assert bench.main(["--winzig", *sections]) == 0
    tables = capsys.readouterr().out.split("\n## ")[1:]
    assert len(tables) == len(sections)
    for section, found in zip(sections, tables, strict=True):
        rows = [line for line in found.splitlines() if line.startswith("| ")][2:]
        assert len(rows) == ROWS[section], found


def test_every_section_has_its_place_in_the_document() -> None:
    text = bericht.DOCUMENT.read_text("utf-8")
    assert [n for n in bench.SECTIONS if f"<!-- bench:{n} -->" not in text] == []


@pytest.mark.parametrize(
    ("ziel", "found", "reached"),
    [
        (Ziel(3), 3.0, "ja"),
        (Ziel(3), 2.9, "**nein**"),
        (Ziel(2, least=False, unit=" ms"), 2.0, "ja"),
        (Ziel(2, least=False, unit=" ms"), 2.1, "**nein**"),
        (Ziel(), 1.0, ""),
    ],
)
def test_a_row_says_whether_its_goal_is_reached(ziel: Ziel, found: float, reached: str) -> None:
    assert Zeile("Seite", "voll", "1", "2", found, ziel).cells()[-1] == reached


def test_what_is_not_there_yet_is_said_and_has_no_figures() -> None:
    assert Zeile("Seite", "voll", ziel=Ziel(3)).cells()[2:] == [MISSING, "", "", "≥ 3 ×", ""]
