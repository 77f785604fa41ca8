"""The search index follows the database, on both kinds of it: every change that a document shows
is noted by the tables themselves, taken over once, and survives whatever happens to the process.

What an index that was kept up says is compared with one that was built anew from the same rows.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, inspect, text

from importers.records import QuelleRecord
from katalog import indexing
from katalog.db import Engine, Lock, Session, alone, open_engine, reading, writing
from katalog.discovery import filter_names
from katalog.domain.begriffe import Objektart
from katalog.indexing import Index
from katalog.intake import take_over
from katalog.models import metadata
from katalog.queries import suchauftraege, suchdokumente, suche
from katalog.worker import run_once
from katalog.worker.jobs import IndexKeeper
from search import ablage
from search.embedded import EmbeddedEngine
from search.engine import Document, IndexBusy, Order, Query
from tests.bench import bulk
from tests.bench.register import read_records
from tests.bench.size import Umfang
from tests.conftest import POSTGRES, SQLITE
from tests.databases import Databases, State
from tests.umfang import VOLL, some
from tests.waiting import wait_until

WENIG = Umfang("wenig", "wenig", 12, 60, 40, 60, 600, 20, 10)
TODAY = bulk.TODAY
SERVERS = {SQLITE: "sqlite_databases", POSTGRES: "postgres_databases"}
ANYTHING = tuple(dict.fromkeys(name for typ in [*Objektart, None] for name in filter_names(typ)))


@pytest.fixture(scope="module", params=[SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)])
def stocked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Databases, str, Path]]:
    """A small catalogue with everything in it, and the folder of its index."""
    databases: Databases = request.getfixturevalue(SERVERS[request.param])
    name = databases.fresh(State.MIGRATED)
    engine = open_engine(databases.url(name))
    with writing(engine) as session:
        source = QuelleRecord("probe", "Probe", "import")
        assert take_over(session, read_records(WENIG), source, TODAY).faults == []
        bulk.fill(session.connection(), WENIG)
    folder = tmp_path_factory.mktemp("bestand") / "suche"
    indexing.rebuild(engine, Index("probe", EmbeddedEngine(folder)), TODAY)
    engine.dispose()
    yield databases, name, folder
    databases.drop(name)


@pytest.fixture
def engine(stocked: tuple[Databases, str, Path]) -> Iterator[Engine]:
    """Each test has its own."""
    databases, whole, _ = stocked
    name = databases.copy(whole)
    engine = open_engine(databases.url(name))
    yield engine
    engine.dispose()
    databases.drop(name)


@pytest.fixture
def index(stocked: tuple[Databases, str, Path], tmp_path: Path) -> Index:
    shutil.copytree(stocked[2], tmp_path / "suche")
    return Index("probe", EmbeddedEngine(tmp_path / "suche"))


def content(index: Index) -> Any:
    """All that an index can be asked: every hit with what it carries, and every count."""
    index.engine.close()
    found = index.engine.find(Query(limit=10_000, facets=ANYTHING, order=Order.NAME))
    # A word that no hit shows: it is only found by.
    return sorted(map(repr, found.hits)), found.facets, index.engine.find(Query("Zwetschge")).total


def built_anew(engine: Engine, folder: Path, today: date = TODAY) -> Any:
    fresh = Index("daneben", EmbeddedEngine(folder))
    with reading(engine) as session:
        documents = [
            document
            for typ in Objektart
            for document in suchdokumente.documents(session, typ, None, today)
        ]
    fresh.engine.rebuild(documents)
    return content(fresh)


# What is noted ───────────────────────────────────────────────────────────────────────────────

# One change of every kind that a document can show, as (table, statement).
CHANGES = [
    ("ozg_leistung", "UPDATE ozg_leistung SET titel = 'Anders' WHERE id = {ozg}"),
    ("ozg_leistung", "UPDATE ozg_leistung SET entfallen_am = '2026-01-01' WHERE id = {ozg}"),
    ("leistung", "UPDATE leistung SET bezeichnung_buerger = 'Anders' WHERE id = {leistung}"),
    ("leistungsmerkmal", "DELETE FROM leistungsmerkmal"),
    ("leistungsbegriff", "INSERT INTO leistungsbegriff VALUES ({leistung}, 'Zwetschge')"),
    ("ozg_zuordnung", "DELETE FROM ozg_zuordnung WHERE ozg_leistung_id = {ozg}"),
    ("ozg_zuordnung", "UPDATE ozg_zuordnung SET entfallen_am = '2026-01-01'"),
    ("themenfeld", "UPDATE themenfeld SET slug = slug || '-neu', name = name || ' (neu)'"),
    ("lage", "UPDATE lage SET name = name || ' (neu)'"),
    ("gebiet", "UPDATE gebiet SET name = 'Anderland' WHERE ebene = 'land'"),
    ("gebiet", "UPDATE gebiet SET name = 'Anderkreis' WHERE ebene = 'kreis'"),
    ("stelle", "UPDATE stelle SET name = 'Anders' WHERE gebiet_id IS NOT NULL"),
    ("stelle", "UPDATE stelle SET name = 'Andere' WHERE id IN {traeger}"),
    ("plattform", "UPDATE plattform SET kennung = kennung || '-neu'"),
    ("onlinedienst", "UPDATE onlinedienst SET name = 'Anders', art = 'markt' WHERE id = {dienst}"),
    ("onlinedienst_ozg", "DELETE FROM onlinedienst_ozg"),
    ("dienstmerkmal", "INSERT INTO dienstmerkmal VALUES ({dienst}, 'transportweg', 'boten')"),
    ("dienstmerkmal", "UPDATE dienstmerkmal SET wert = 'brieftaube'"),
    ("antragsstrecke", "UPDATE antragsstrecke SET leistung_id = NULL"),
    ("einsatz", "UPDATE einsatz SET widersprochen_am = '2026-01-01' WHERE id % 2 = 0"),
    ("einsatz", "UPDATE einsatz SET sichtbarkeit = 'verwaltung'"),
    ("gebiet", "UPDATE gebiet SET gueltig_bis = '2999-01-01' WHERE ebene = 'gemeinde'"),
    ("onlinedienst", "UPDATE onlinedienst SET entwurf = true WHERE id = {dienst}"),
]  # fmt: skip


def change(session: Session, statement: str) -> None:
    filled = statement.format(
        ozg="(SELECT min(ozg_leistung_id) FROM ozg_zuordnung)",
        leistung="(SELECT min(leistung_id) FROM ozg_zuordnung)",
        dienst="(SELECT min(onlinedienst_id) FROM antragsstrecke)",
        traeger="(SELECT traeger_id FROM onlinedienst)",
    )
    assert session.connection().execute(text(filled)).rowcount > 0, filled


def test_every_change_that_a_document_shows_is_taken_over(
    engine: Engine, index: Index, tmp_path: Path
) -> None:
    """One after the other on the same rows, as the years bring them."""
    before = content(index)
    changes = some(CHANGES, 6)
    for number, (table, statement) in enumerate(changes):
        with writing(engine) as session:
            change(session, statement)
        assert indexing.is_behind(engine), statement
        assert indexing.keep_up(engine, index, TODAY) > 0, statement
        assert not indexing.is_behind(engine), statement
        after = content(index)
        assert after != before, f"{table}: nothing that the index shows has changed"
        # What a change left behind is still there later; every few show sooner which one it was.
        if number == len(changes) - 1 or (VOLL and number % 6 == 5):
            assert after == built_anew(engine, tmp_path / f"neu-{number}"), statement
        before = after


def test_an_offer_for_reuse_is_found_from_the_moment_it_is_there(
    engine: Engine, index: Index
) -> None:
    def offered() -> int:
        index.engine.close()
        counts = index.engine.find(Query(facets=("angebot",), limit=0)).facets["angebot"]
        return sum(count.count for count in counts)

    before = offered()
    insert = (
        "INSERT INTO landesangebot (onlinedienst_id, koordinierung_id, land_id, status, "
        "kosten_text, fachressort, zustaendige_stelle, version, geaendert_am) "
        "SELECT (SELECT min(id) FROM onlinedienst WHERE NOT entwurf AND id NOT IN (SELECT "
        "onlinedienst_id FROM landesangebot)), (SELECT min(id) FROM stelle), (SELECT min(id) "
        "FROM gebiet WHERE ebene = 'land'), 'angeboten', '', '', '', 1, CURRENT_TIMESTAMP"
    )
    with writing(engine) as session:
        session.connection().execute(text(insert))
    indexing.keep_up(engine, index, TODAY)
    assert offered() == before + 1


def test_the_most_used_is_another_as_soon_as_its_uses_have_ended(
    engine: Engine, index: Index
) -> None:
    def most_used() -> str:
        index.engine.close()
        only = {"typ": ("onlinedienst",)}
        return index.engine.find(Query(filters=only, order=Order.NUTZUNG)).hits[0].id

    first = most_used()
    with writing(engine) as session:
        ended = "UPDATE einsatz SET status = 'geplant' WHERE onlinedienst_id = :id"
        session.connection().execute(text(ended), {"id": int(first)})
    indexing.keep_up(engine, index, TODAY)
    assert most_used() != first


def test_every_table_that_documents_are_made_of_notes_its_changes(engine: Engine) -> None:
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    with reading(engine) as session:
        for typ in Objektart:
            list(suchdokumente.documents(session, typ, [1, 2], TODAY))
    event.remove(engine, "before_cursor_execute", note)
    words = set(re.findall(r"(?:FROM|JOIN) (\w+)", " ".join(asked)))
    read = words & metadata.tables.keys()
    assert len(read) >= 15
    assert read <= noting_tables(engine)


def noting_tables(engine: Engine) -> set[str]:
    query = (
        "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%vorgemerkt'"
        if engine.dialect.name == "sqlite"
        else "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%vorgemerkt'"
    )
    with engine.connect() as connection:
        return {str(name) for (name,) in connection.execute(text(query))}


def test_what_was_rolled_back_is_not_noted(engine: Engine, index: Index) -> None:
    class Reconsidered(Exception):
        pass

    def write_and_reconsider() -> None:
        with writing(engine) as session:
            change(session, CHANGES[0][1])
            assert suchauftraege.has_any(session)
            raise Reconsidered

    with pytest.raises(Reconsidered):
        write_and_reconsider()
    assert not indexing.is_behind(engine)


@pytest.mark.full_run
def test_a_change_during_a_rebuild_is_not_forgotten(engine: Engine, index: Index) -> None:
    """The rebuild has read the rows already; what it did not see stays noted."""

    class Slow(EmbeddedEngine):
        def rebuild(self, documents: Any, progress: Any = None) -> int:
            kept = list(documents)
            with writing(engine) as session:
                change(session, CHANGES[0][1])
            return super().rebuild(kept)

    slow = Index("probe", Slow(Path(index.engine._root)))  # type: ignore[attr-defined]
    indexing.rebuild(engine, slow, TODAY)
    assert indexing.is_behind(engine)
    assert "Anders" not in str(content(index))
    indexing.keep_up(engine, index, TODAY)
    assert "Anders" in str(content(index))


# When something is in the way ────────────────────────────────────────────────────────────────


def test_while_another_process_writes_the_index_changes_stay_noted(
    engine: Engine, index: Index, tmp_path: Path
) -> None:
    with writing(engine) as session:
        change(session, CHANGES[0][1])
    with ablage.writing(tmp_path / "suche"), pytest.raises(IndexBusy):
        indexing.keep_up(engine, index, TODAY)
    assert indexing.is_behind(engine)
    assert indexing.keep_up(engine, index, TODAY) > 0


@pytest.mark.full_run
def test_only_one_process_works_at_the_index_of_a_database(engine: Engine, index: Index) -> None:
    with writing(engine) as session:
        change(session, CHANGES[0][1])
    with alone(engine, Lock.INDEX) as got:
        assert got
        assert indexing.keep_up(engine, index, TODAY) == 0
        with pytest.raises(IndexBusy, match="noch einmal"):
            indexing.rebuild(engine, index, TODAY)
    assert indexing.is_behind(engine)


def test_an_index_that_was_lost_comes_back_by_itself(
    engine: Engine, index: Index, tmp_path: Path
) -> None:
    whole = content(index)
    for path in sorted((tmp_path / "suche").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    index.engine.close()
    assert run_once(IndexKeeper(engine, index, lambda: TODAY)) > 0
    assert content(index) == whole


@pytest.mark.full_run
def test_another_day_is_another_index_for_uses_end_by_the_calendar(
    engine: Engine, index: Index, tmp_path: Path
) -> None:
    with writing(engine) as session:
        session.connection().execute(text("UPDATE einsatz SET bis = :day"), {"day": TODAY})
    indexing.keep_up(engine, index, TODAY)
    today = content(index)
    tomorrow = TODAY + timedelta(days=1)
    assert indexing.keep_up(engine, index, tomorrow) > 0
    assert content(index) != today
    assert content(index) == built_anew(engine, tmp_path / "morgen", tomorrow)


def test_the_index_of_another_database_is_not_taken_for_ones_own(
    engine: Engine, index: Index
) -> None:
    with writing(engine) as session:
        suchauftraege.forget_stand(session.connection())
    assert "noch kein Suchindex" in str(indexing.rebuild_reason(engine, index, TODAY))


WORKER = """
import datetime, pathlib, sys
from katalog import indexing
from katalog.db import open_engine
from search.embedded import EmbeddedEngine
engine = open_engine(sys.argv[1])
index = indexing.Index("probe", EmbeddedEngine(pathlib.Path(sys.argv[2])))
print("bereit", flush=True)
while True:
    indexing.keep_up(engine, index, datetime.date.fromisoformat(sys.argv[3]))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL gibt es nur unter POSIX.")
@pytest.mark.full_run
def test_killed_at_any_moment_nothing_is_lost(engine: Engine, index: Index, tmp_path: Path) -> None:
    """A worker is killed again and again while somebody writes; the next one ends the work."""
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", WORKER, url, str(tmp_path / "suche"), TODAY.isoformat()]
    for number in range(4 if VOLL else 2):
        worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "bereit\n"
        for title in range(3):
            with writing(engine) as session:
                name = {"name": f"Stand {number}.{title}"}
                session.connection().execute(text("UPDATE onlinedienst SET name = :name"), name)
            time.sleep(0.05 * number)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
    keeper = IndexKeeper(engine, index, lambda: TODAY)

    def caught_up() -> bool:
        # A server may take a while to notice that the last worker is gone, and its lock with it.
        run_once(keeper)
        return not indexing.is_behind(engine)

    wait_until(caught_up, "Der Index holt nicht auf")
    assert content(index) == built_anew(engine, tmp_path / "danach")


def test_another_process_sees_what_was_taken_over(engine: Engine, index: Index) -> None:
    """Its engine is open all the time, and looks by itself."""
    other = EmbeddedEngine(Path(index.engine._root))  # type: ignore[attr-defined]
    assert other.find(Query("Zwetschgendatschi")).total == 0
    with writing(engine) as session:
        name = {"name": "Zwetschgendatschi anmelden"}
        session.connection().execute(text("UPDATE onlinedienst SET name = :name"), name)
    indexing.keep_up(engine, index, TODAY)
    wait_until(lambda: other.find(Query("Zwetschgendatschi")).total, "Die andere sieht es nicht")


# Engine and database give the same answer ────────────────────────────────────────────────────


@pytest.mark.parametrize("typ", [*Objektart])
@pytest.mark.full_run
def test_without_words_engine_and_database_list_and_count_the_same(
    engine: Engine, index: Index, typ: Objektart
) -> None:
    """For no choice, and for each value of each facet."""
    names = filter_names(typ)
    whole = Query(filters={"typ": (str(typ),)}, facets=names, limit=10_000, order=Order.NAME)
    with reading(engine) as session:
        expected = suche.find(session, whole, TODAY)
        choices: list[Mapping[str, tuple[str, ...]]] = [{}]
        choices += [{name: (c.value,)} for name in names for c in expected.facets[name][:3]]
        assert len(choices) > 2
        for chosen in choices:
            query = Query(
                filters={"typ": (str(typ),), **chosen}, facets=names, limit=10_000, order=Order.NAME
            )
            by_engine, by_database = index.engine.find(query), suche.find(session, query, TODAY)
            assert by_engine.total == by_database.total, chosen
            assert {h.id for h in by_engine.hits} == {h.id for h in by_database.hits}, chosen
            assert dict(by_engine.facets) == dict(by_database.facets), chosen


def test_a_document_holds_only_what_a_guest_may_see(engine: Engine) -> None:
    def uses(documents: list[Document]) -> int:
        return sum(document.nutzung for document in documents)

    def read(typ: Objektart) -> list[Document]:
        with reading(engine) as session:
            return list(suchdokumente.documents(session, typ, None, TODAY))

    assert uses(read(Objektart.ONLINEDIENST)) > 0
    with writing(engine) as session:
        hide: Callable[[str], object] = lambda s: session.connection().execute(text(s))  # noqa: E731
        hide("UPDATE einsatz SET sichtbarkeit = 'verwaltung'")
        hide("UPDATE onlinedienst SET entwurf = true WHERE id % 2 = 0")
    left = read(Objektart.ONLINEDIENST)
    assert uses(left) == uses(read(Objektart.KOMMUNE)) == 0
    assert left
    assert all(int(document.id) % 2 for document in left)
    assert not any(document.merkmale.get("kreis") for document in left)
    assert not any(document.merkmale.get("angaben") for document in read(Objektart.KOMMUNE))


def test_the_state_of_the_index_is_one_row_per_index(engine: Engine, index: Index) -> None:
    indexing.rebuild(engine, index, TODAY)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, dokumente FROM indexstand")).all()
    assert len(rows) == 1
    assert rows[0].dokumente == len(content(index)[0])
    assert inspect(engine).has_table("indexauftrag")
