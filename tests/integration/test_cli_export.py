"""`katalog export`: the file of the pages, whole or not at all, and nothing that was not meant."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from katalog.cli import main
from katalog.db import open_engine, writing
from katalog.domain.begriffe import Dienstart
from katalog.models.angebot import Onlinedienst
from tests.portal import TODAY, Answer

WBS, KEY, WARENDORF = "wbs-sozialplattform", "99107022012000", "055700052052"
MUENSTER = "055150000000"

Export = Callable[..., int]


@pytest.fixture
def export(planted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    """In an empty folder, on the starting set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KATALOG_DB", planted)
    monkeypatch.setenv("KATALOG_HEUTE", TODAY)
    return lambda *arguments: main(["export", *arguments])


def rows_of(body: bytes) -> list[dict[str, str]]:
    lines = body.decode("utf-8-sig").split("\r\n")[6:-1]
    return list(csv.DictReader(lines, delimiter=";"))


def keys(body: bytes, column: str = "Kennung") -> list[str]:
    return [row[column] for row in rows_of(body)]


def test_a_filtered_list_is_the_file_of_its_page(
    export: Export, get: Callable[..., Answer], tmp_path: Path
) -> None:
    assert export("csv", "-f", "art=efa", "status=verfuegbar", "-o", "efa.csv") == 0
    page = get("/onlinedienste?art=efa&status=verfuegbar&format=csv").body
    mine = (tmp_path / "efa.csv").read_bytes()
    assert keys(mine) == keys(page)
    assert 20 < len(keys(mine)) < 50
    assert mine.splitlines()[1].decode() == page.splitlines()[1].decode()


def test_values_of_one_name_are_alternatives(export: Export, tmp_path: Path) -> None:
    counts = []
    for arguments in (["art=efa"], ["art=markt"], ["art=efa", "art=markt"]):
        assert export("csv", "-f", *arguments, "-o", "a.csv") == 0
        counts.append(len(keys((tmp_path / "a.csv").read_bytes())))
    assert counts[0] + counts[1] == counts[2] > counts[0] > 0


def test_without_a_file_the_data_go_to_the_output(
    export: Export, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert export("json", "--filter", "q=Wohngeld") == 0
    out, err = capsysbinary.readouterr()
    assert err == b""
    assert len(json.loads(out)["daten"]) > 0


@pytest.mark.parametrize(
    ("typ", "filters", "column", "expected"),
    [
        ("kommune", ["q=Warendorf", "ebene=gemeinde"], "Regionalschlüssel", WARENDORF),
        ("ozg_leistung", ["q=10083"], "OZG-ID", "10083"),
        ("leistung", [f"q={KEY}"], "Leistungsschlüssel", KEY),
        ("einsatz", [f"kennung={WBS}", f"ars={MUENSTER}"], "Regionalschlüssel", MUENSTER),
        ("einsatz", [f"leistungsschluessel={KEY}"], "Kennung des Onlinedienstes", WBS),
    ],
)
def test_all_kinds_of_lists_can_be_exported(
    export: Export, tmp_path: Path, typ: str, filters: list[str], column: str, expected: str
) -> None:
    assert export("csv", "--typ", typ, "-f", filters[0], "-o", "a.csv", "-f", *filters) == 0
    assert expected in keys((tmp_path / "a.csv").read_bytes(), column)


def test_the_report_says_what_was_written(
    export: Export, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export("xlsx", "-f", "art=efa", "-o", str(tmp_path), "--json") == 0
    report = json.loads(capsys.readouterr().out)
    path = tmp_path / f"onlinedienste-{TODAY}.xlsx"
    assert report["datei"] == str(path)
    assert report["bytes"] == path.stat().st_size
    assert report["auswahl"] == ["Art: EfA-Leistung"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-f", "farbe=blau"], "Den Filter „farbe“ gibt es hier nicht. Möglich sind: q, ort,"),
        (["-f", "art"], "Schreiben Sie NAME=WERT"),
        (["-f", "q=Hund", "art="], "Schreiben Sie NAME=WERT"),
        (["-f", "ebene=kreis"], "Den Filter „ebene“ gibt es hier nicht"),
        (["--typ", "einsatz", "-f", "art=efa"], "Möglich sind: kennung, leistungsschluessel, ars."),
        (
            ["--typ", "einsatz", "-f", "kennung=gibt-es-nicht"],
            "„gibt-es-nicht“ ist hier nicht",
        ),
        (["--json"], "Nennen Sie mit -o eine Datei"),
    ],
)
def test_what_was_not_meant_is_refused_and_writes_nothing(
    export: Export,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    options = [] if "--json" in arguments else ["-o", "a.csv"]
    assert export("csv", *arguments, *options) == 1
    captured = capsys.readouterr()
    assert said in captured.err + captured.out
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_refused(export: Export, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        export("pdf")
    assert ended.value.code == 2
    assert "pdf" in capsys.readouterr().err


def test_a_file_that_is_there_stays_until_the_new_one_is_whole(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the database goes away after the first rows."""
    path = tmp_path / "alt.csv"
    path.write_text("von gestern", "utf-8")
    database = tmp_path / "leer.db"
    monkeypatch.setenv("KATALOG_DB", f"sqlite:///{database}")
    assert main(["migrate"]) == 0
    engine = open_engine(f"sqlite:///{database}")
    with writing(engine) as session:
        session.add(Onlinedienst(kennung="a", name="A", sortier="a", art=Dienstart.EFA))
        session.connection().exec_driver_sql("DROP TABLE dienstmerkmal")
    engine.dispose()
    assert export("csv", "-o", "alt.csv") == 1
    assert path.read_text("utf-8") == "von gestern"
    assert [p.name for p in tmp_path.glob(".alt*")] == []
    assert export("csv", "-o", "fehlt/neu.csv") == 1


def test_a_new_file_can_be_read_by_whoever_may_read_the_folder(
    export: Export, tmp_path: Path
) -> None:
    plain = tmp_path / "plain"
    plain.write_text("x", "utf-8")
    assert export("csv", "-f", "art=efa", "-o", "a.csv") == 0
    assert (tmp_path / "a.csv").stat().st_mode == plain.stat().st_mode
