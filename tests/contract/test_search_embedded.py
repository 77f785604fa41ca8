"""The folder of the embedded engine: several processes, crashes, other versions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import ablage, embedded
from search.embedded import EmbeddedEngine
from search.engine import Document, IndexBusy, IndexMissing, Query, SearchError, Typ

ROOT = Path(__file__).resolve().parents[2]
WOHNGELD = Document(Typ.OZG_LEISTUNG, "10092", "Wohngeld")
HUND = Document(Typ.OZG_LEISTUNG, "10160", "Hundehaltung")

# Writes, says so, and then holds on to the lock until it is ended.
WRITER = """
import sys, time
from pathlib import Path
from search.embedded import EmbeddedEngine
from search.engine import Document, Typ

def documents():
    yield Document(Typ.OZG_LEISTUNG, "10119", "Personalausweis")
    print("schreibt", flush=True)
    time.sleep(60)

engine = EmbeddedEngine(Path(sys.argv[1]))
getattr(engine, sys.argv[2])(documents())
"""
READER = """
import sys
from pathlib import Path
from search.embedded import EmbeddedEngine
from search.engine import Query
from tests.waiting import wait_until

engine = EmbeddedEngine(Path(sys.argv[1]))
print(engine.find(Query("")).total, flush=True)
for _ in sys.stdin:
    wait_until(lambda: engine.find(Query("hundehaltung")).total, "Die Änderung kommt nicht an")
    print(engine.find(Query("")).total, flush=True)
"""


@pytest.fixture
def engine(tmp_path: Path) -> EmbeddedEngine:
    made = EmbeddedEngine(tmp_path)
    made.rebuild([WOHNGELD])
    return made


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


@pytest.fixture(params=["rebuild", "update"])
def writing(
    request: pytest.FixtureRequest, engine: EmbeddedEngine, tmp_path: Path
) -> Iterator[subprocess.Popen[str]]:
    """Another process that is in the middle of writing."""
    process = start(WRITER, str(tmp_path), request.param)
    assert process.stdout is not None
    assert process.stdout.readline() == "schreibt\n"
    yield process
    process.kill()
    process.communicate()


def total(engine: EmbeddedEngine, text: str = "") -> int:
    return engine.find(Query(text)).total


# Several processes ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("how", ["rebuild", "update"])
@pytest.mark.full_run
def test_another_process_sees_what_was_written(
    engine: EmbeddedEngine, tmp_path: Path, how: str
) -> None:
    process = start(READER, str(tmp_path))
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "1\n"
    if how == "rebuild":
        engine.rebuild([WOHNGELD, HUND])
    else:
        engine.update([HUND])
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "2\n"
    process.communicate()


@pytest.mark.full_run
def test_a_second_writer_is_told_and_readers_go_on(
    engine: EmbeddedEngine, writing: subprocess.Popen[str]
) -> None:
    with pytest.raises(IndexBusy, match="Ein anderer Prozess schreibt"):
        engine.update([HUND])
    with pytest.raises(IndexBusy, match="Ein anderer Prozess schreibt"):
        engine.rebuild([HUND])
    assert writing.poll() is None
    assert total(engine) == 1


@pytest.mark.full_run
def test_a_killed_writer_leaves_the_old_index_and_a_free_lock(
    engine: EmbeddedEngine, writing: subprocess.Popen[str], tmp_path: Path
) -> None:
    os.kill(writing.pid, signal.SIGKILL)
    writing.wait()
    assert total(engine) == 1
    engine.update([HUND])
    assert total(engine) == 2
    engine.rebuild([HUND])
    assert total(engine) == 1
    assert len(list(tmp_path.glob("stand-*"))) == 1


@pytest.mark.full_run
def test_threads_may_search_while_one_writes(engine: EmbeddedEngine) -> None:
    failures: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                assert engine.find(Query("wohngeld")).total == 1
                engine.suggest("wohn")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(3):
        engine.update([Document(Typ.OZG_LEISTUNG, str(number), f"Hundehaltung {number}")])
    engine.rebuild([WOHNGELD, HUND])
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.full_run
def test_writers_in_two_threads_do_not_write_at_once(engine: EmbeddedEngine) -> None:
    def documents() -> Iterator[Document]:
        with pytest.raises(IndexBusy):
            engine.update([HUND])
        yield HUND

    engine.rebuild(documents())
    assert total(engine) == 1


# What is not there, or of another version ────────────────────────────────────────────────────


def test_an_index_of_another_version_is_to_be_rebuilt(
    engine: EmbeddedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "index_version", lambda: "eine andere")
    newer = EmbeddedEngine(tmp_path)
    assert newer.rebuild_reason() is not None
    with pytest.raises(IndexMissing, match="katalog reindex"):
        total(newer)
    newer.rebuild([HUND])
    assert newer.rebuild_reason() is None
    assert total(newer, "hund") == 1


@pytest.mark.parametrize(
    "damage", ["pointer", "words", "half the words", "index", "folder", "everything"]
)
@pytest.mark.full_run
def test_a_damaged_index_is_reported_and_can_be_rebuilt(
    engine: EmbeddedEngine, tmp_path: Path, damage: str
) -> None:
    generation = ablage.current(tmp_path)
    assert generation is not None
    words = generation.folder / "wortschatz.json"
    match damage:
        case "pointer":
            (tmp_path / "aktuell.json").write_text("{", "utf-8")
        case "words":
            words.unlink()
        case "half the words":
            words.write_text(words.read_text("utf-8")[:100], "utf-8")
        case "index":
            (generation.folder / "meta.json").unlink()
        case "folder":
            for path in generation.folder.iterdir():
                path.unlink()
            generation.folder.rmdir()
        case _:
            (tmp_path / "aktuell.json").unlink()
    again = EmbeddedEngine(tmp_path)
    assert again.rebuild_reason() is not None
    with pytest.raises(IndexMissing, match="katalog reindex"):
        total(again)
    again.rebuild([HUND])
    assert total(again, "hund") == 1


def test_the_version_changes_with_the_word_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    before = embedded.index_version()
    monkeypatch.setattr(embedded, "lists_hash", lambda: "andere Wörter")
    embedded.index_version.cache_clear()
    assert embedded.index_version() != before
    monkeypatch.undo()
    embedded.index_version.cache_clear()
    assert embedded.index_version() == before


def test_the_pointer_names_a_folder_beside_it_only(engine: EmbeddedEngine, tmp_path: Path) -> None:
    pointer = json.loads((tmp_path / "aktuell.json").read_text("utf-8"))
    assert pointer["version"] == embedded.index_version()
    assert (tmp_path / pointer["stand"]).parent == tmp_path


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "datei"
    blocked.write_text("kein Ordner", "utf-8")
    with pytest.raises(SearchError, match="Rechte"):
        EmbeddedEngine(blocked).rebuild([HUND])


def test_after_closing_the_engine_opens_again_by_itself(engine: EmbeddedEngine) -> None:
    assert total(engine) == 1
    engine.close()
    assert total(engine) == 1
