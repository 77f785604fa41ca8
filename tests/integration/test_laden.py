"""`katalog laden`: fetched from a server on this machine and imported; again, nothing changes."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from importers.offene_quellen import AENDERUNGEN, FIM, GV, OffeneQuelle, open_quelle
from importers.records import Unlesbar
from katalog.cli.arguments import build_parser
from katalog.cli.fetching import fetch_all, import_all, make_orders, run
from katalog.db import Engine, reading
from katalog.domain.errors import UngueltigeEingabe
from katalog.models.quellen import Importlauf, Quelle
from katalog.models.register import Gebiet, Leistung
from katalog.queries.kommunen import find_today
from tests.builders import differing_tables
from tests.databases import State
from tests.deliveries import area, change, read_all, town, write_changes, write_gv
from tests.fetching import Rig, running_rig
from tests.importing import TODAY, comparable, nothing_shown
from tests.tls_server import reply, serve

LIST = write_gv(
    date(2025, 12, 31),
    [
        area("10", "16", "Thüringen"),
        area("40", "16061", "Eichsfeld", kind="44"),
        town("160610118118", "Dingelstädt"),
        town("160615051119", "Uder"),
    ],
)
CHANGES = {
    2024: write_changes(
        [change("1", ("160615012097", "Alt-Uder"), ("160615051119", "Uder"), date(2024, 1, 1))]
    ),
    2025: write_changes(
        [change("4", ("160610118118", "Dingelstadt"), ("160610118118", "Dingelstädt"),
                date(2025, 3, 1))]
    ),
}  # fmt: skip
STECKBRIEFE = {
    "items": [
        {
            "leistungsschluessel": f"9900800101201{number}",
            "leistungsbezeichnung": f"Personalausweis Ausstellung {number}",
            "typisierung": ["2/3"],
            "ozg": {"id": "10119", "leistung": "Personalausweis"},
        }
        for number in range(3)
    ],
    "total_count": 3,
}
SOURCES = (GV, AENDERUNGEN, FIM)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with running_rig(tmp_path) as running:
        yield running


@pytest.fixture
def database(fresh_database: Callable[[str, State], str]) -> str:
    return fresh_database("sqlite", State.MIGRATED)


@pytest.fixture
def engine(database: str, open_database: Callable[[str], Engine]) -> Engine:
    return open_database(database)


@pytest.fixture
def addresses(rig: Rig) -> Mapping[str, list[str]]:
    rig.server.on(
        "/api/v0/leistung-steckbriefe",
        reply(200, json.dumps(STECKBRIEFE).encode(), Content_Type="application/json"),
    )
    return {
        GV.name: [rig.server.on("/gv.xlsx", serve(LIST, '"gv-1"'))],
        AENDERUNGEN.name: [
            rig.server.on(f"/{year}.xlsx", serve(body, f'"{year}-1"'))
            for year, body in CHANGES.items()
        ],
    }


def load(
    rig: Rig,
    engine: Engine,
    addresses: Mapping[str, list[str]],
    sources: tuple[OffeneQuelle, ...] = SOURCES,
    *,
    probe: bool = False,
) -> int:
    """As the command does it, but for the addresses."""
    files = fetch_all(sources, TODAY, rig.folder, nothing_shown, policy=rig.policy, urls=addresses)
    portal = open_quelle(
        FIM, rig.policy, url=rig.server.url("/api/v0"), wait=rig.waits.append, jitter=lambda: 1.0
    )
    orders = make_orders(sources, files, TODAY, rig.folder.parent / "umrisse", portal)
    return import_all(engine, orders, nothing_shown, probe=probe, as_json=False)


def count(engine: Engine, model: type[Importlauf] | type[Gebiet] | type[Leistung]) -> int:
    with reading(engine) as session:
        return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def test_areas_their_history_and_services_are_fetched_and_imported(
    rig: Rig,
    engine: Engine,
    addresses: Mapping[str, list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert load(rig, engine, addresses) == 0
    assert [asked.target.split("?")[0] for asked in rig.server.asked] == [
        "/gv.xlsx",
        "/2024.xlsx",
        "/2025.xlsx",
        "/api/v0/leistung-steckbriefe",
    ]
    assert (count(engine, Gebiet), count(engine, Leistung)) == (4, 3)
    with reading(engine) as session:
        assert find_today(session, "160615012097") == "160615051119"
        runs = session.scalars(select(Importlauf).order_by(col(Importlauf.id))).all()
        sources = {quelle.id: quelle.kennung for quelle in session.scalars(select(Quelle))}
    assert [(lauf.format, sources[lauf.quelle_id or 0]) for lauf in runs] == [
        ("gv", "destatis-gv"),
        ("gv-aenderungen", "destatis-gebietsaenderungen"),
        ("fim", "fim-portal"),
    ]
    said = capsys.readouterr().out
    assert said.count("Übernommen in ") == 3
    assert "Gebiet: 4 neu" in said


def test_the_second_time_the_server_has_nothing_new_and_nothing_changes(
    rig: Rig, engine: Engine, addresses: Mapping[str, list[str]]
) -> None:
    load(rig, engine, addresses)
    first = len(rig.server.asked)
    before = read_all(engine)
    assert load(rig, engine, addresses) == 0
    asked = {asked.target: asked.headers.get("If-None-Match") for asked in rig.server.asked[first:]}
    assert asked.items() >= {
        "/gv.xlsx": '"gv-1"', "/2024.xlsx": '"2024-1"', "/2025.xlsx": '"2025-1"',
    }.items()  # fmt: skip
    assert differing_tables(before, read_all(engine)) == []


def test_a_trial_fetches_and_changes_nothing(
    rig: Rig,
    engine: Engine,
    addresses: Mapping[str, list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = comparable(engine, runs=True)
    assert load(rig, engine, addresses, (GV,), probe=True) == 0
    assert comparable(engine, runs=True) == before
    assert "geändert wurde nichts" in capsys.readouterr().out


def test_a_file_that_is_missing_stops_everything_before_the_first_import(
    rig: Rig, engine: Engine, addresses: Mapping[str, list[str]]
) -> None:
    rig.server.on("/2025.xlsx", reply(404))
    before = comparable(engine, runs=True)
    with pytest.raises(Unlesbar, match=r"Es wurde nichts geändert\."):
        load(rig, engine, addresses)
    assert comparable(engine, runs=True) == before


def test_a_file_that_is_something_else_is_said_and_the_others_are_taken(
    rig: Rig,
    engine: Engine,
    addresses: Mapping[str, list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Changes in place of the list: the other sources do not need it."""
    rig.server.on("/gv.xlsx", serve(CHANGES[2025], '"falsch"'))
    assert load(rig, engine, addresses) == 1
    said = capsys.readouterr().out
    assert "Nicht übernommen:" in said
    assert said.count("Übernommen in ") == 2
    assert count(engine, Leistung) == 3


def test_a_portal_that_has_no_answer_costs_its_own_import_only(
    rig: Rig, engine: Engine, addresses: Mapping[str, list[str]]
) -> None:
    rig.server.on("/api/v0/leistung-steckbriefe", reply(404))
    assert load(rig, engine, addresses) == 1
    assert (count(engine, Gebiet), count(engine, Leistung)) == (4, 0)


# The command itself -------------------------------------------------------------------------------


def command(*arguments: str) -> Namespace:
    return build_parser().parse_args(["laden", *arguments])


@pytest.fixture
def environment(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.chdir(tmp_path)
    return {"KATALOG_DB": database, "KATALOG_HEUTE": TODAY.isoformat()}


@pytest.mark.parametrize("as_json", [False, True])
def test_without_a_server_it_says_so_and_does_nothing(
    engine: Engine, environment: dict[str, str], capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    """Tests reach no foreign host, so that for them none is there."""
    before = comparable(engine, runs=True)
    assert run(command("gv", *(["--json"] if as_json else [])), environment) == 1
    out, err = capsys.readouterr()
    message = json.loads(out)["fehler"] if as_json else err
    assert "www.destatis.de" in message
    assert "Es wurde nichts geändert." in message
    assert comparable(engine, runs=True) == before
    assert count(engine, Importlauf) == 0


def test_an_unknown_name_is_refused_with_those_there_are(
    engine: Engine, environment: dict[str, str]
) -> None:
    with pytest.raises(UngueltigeEingabe) as refused:
        run(command("gv", "gemeinden"), environment)
    assert "„gemeinden“ ist keine der Quellen: gv, gv-aenderungen, vg250, fim." in str(
        refused.value
    )
    assert count(engine, Importlauf) == 0


def test_what_it_would_fetch_can_be_listed_without_fetching(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command("--liste", "--json"), environment) == 0
    named = [quelle["name"] for quelle in json.loads(capsys.readouterr().out)["quellen"]]
    assert named == ["gv", "gv-aenderungen", "vg250", "fim"]
