"""Backup and restore: every row comes back, into either kind, and a bad file changes nothing."""

import hashlib
import io
import itertools
import json
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from katalog import migrations
from katalog.backup import read_backup, write_backup
from katalog.db import Engine, open_engine, reading, writing
from katalog.domain.begriffe import Quellenart
from katalog.domain.errors import KatalogFehler, Konflikt
from katalog.models import metadata
from katalog.models.quellen import Quelle
from katalog.models.stellen import Kontaktrolle
from katalog.queries.dump import OF_THE_INDEX
from tests.builders import Rows, differing_tables, read_every_row
from tests.databases import Databases, State
from tests.umfang import VOLL

NOTHING_CHANGED = "nichts geändert"


def rows_of(engine: Engine) -> Rows:
    with engine.connect() as connection:
        rows = read_every_row(connection)
    return {name: found for name, found in rows.items() if name not in OF_THE_INDEX}


def model_rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """As the program reads them: with members, aware moments and booleans, on either kind."""
    with reading(engine) as session:
        return {
            table.name: [
                dict(row)
                for row in session.execute(
                    select(table).order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in metadata.sorted_tables
            if table.name not in OF_THE_INDEX
        }


@pytest.fixture(scope="session")
def sound_backups(
    shared_engine: Callable[[str, State], Engine], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], bytes]:
    """The content of a backup of the filled database, by the kind it was written from."""

    @cache
    def write(kind: str) -> bytes:
        path = tmp_path_factory.mktemp("sicherung") / "heil.zip"
        write_backup(shared_engine(kind, State.FILLED), path)
        return path.read_bytes()

    return write


@pytest.fixture
def backup(kind: str, sound_backups: Callable[[str], bytes], tmp_path: Path) -> Path:
    path = tmp_path / "sicherung.zip"
    path.write_bytes(sound_backups(kind))
    return path


@pytest.fixture
def filled_backup(sound_backups: Callable[[str], bytes]) -> bytes:
    """The content of a sound backup, for tests that spoil it."""
    return sound_backups("sqlite")


@pytest.fixture(scope="module")
def bystander(sqlite_databases: Databases) -> Iterator[Engine]:
    """A filled database that spoiled backups shall not touch."""
    engine = open_engine(sqlite_databases.url(sqlite_databases.fresh(State.FILLED)))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def untouched(bystander: Engine) -> dict[str, list[dict[str, Any]]]:
    """What it holds before and after each of them."""
    return model_rows(bystander)


# There and back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.EMPTY, State.MIGRATED])
@pytest.mark.full_run
def test_what_was_written_comes_back_into_an_empty_database(
    kind: str,
    backup: Path,
    shared_engine: Callable[[str, State], Engine],
    fresh_database: Callable[[str, State], str],
    open_database: Callable[[str], Engine],
    state: State,
) -> None:
    """Every row, the revision, the numbers that come next, and what may not be changed."""
    restored = open_database(fresh_database(kind, state))
    counts = read_backup(restored, backup, replace=False)
    assert counts == dict.fromkeys(metadata.tables.keys() - OF_THE_INDEX, 2)
    assert rows_of(restored) == rows_of(shared_engine(kind, State.FILLED))
    with restored.connect() as connection:
        assert migrations.current_revision(connection) == migrations.newest_revision()
    with writing(restored) as session:
        quelle = Quelle(kennung="danach", titel="Danach", art=Quellenart.IMPORT)
        session.add(quelle)
    assert quelle.id == 3
    with pytest.raises(Exception, match="Ereignisse eines Vorgangs"), writing(restored) as session:
        session.execute(text("DELETE FROM ereignis"))


@pytest.mark.full_run
def test_numbers_begin_with_one_in_a_table_without_rows(
    kind: str,
    engine: Engine,
    fresh_database: Callable[[str, State], str],
    open_database: Callable[[str], Engine],
    tmp_path: Path,
) -> None:
    write_backup(engine, tmp_path / "leer.zip")
    restored = open_database(fresh_database(kind, State.EMPTY))
    read_backup(restored, tmp_path / "leer.zip", replace=False)
    with writing(restored) as session:
        quelle = Quelle(kennung="erste", titel="Erste", art=Quellenart.IMPORT)
        session.add(quelle)
    assert quelle.id == 1


@pytest.mark.postgres
@pytest.mark.full_run
def test_every_row_survives_the_way_to_postgresql_and_back(
    shared_engine: Callable[[str, State], Engine],
    sound_backups: Callable[[str], bytes],
    fresh_database: Callable[[str, State], str],
    open_database: Callable[[str], Engine],
    tmp_path: Path,
) -> None:
    """The way from a trial on one machine to real operation, and back to a desk."""
    there = open_database(fresh_database("postgresql", State.EMPTY))
    back = open_database(fresh_database("sqlite", State.EMPTY))
    (tmp_path / "hin.zip").write_bytes(sound_backups("sqlite"))
    read_backup(there, tmp_path / "hin.zip", replace=False)
    write_backup(there, tmp_path / "zurueck.zip")
    read_backup(back, tmp_path / "zurueck.zip", replace=False)
    expected = model_rows(shared_engine("sqlite", State.FILLED))
    for engine in (there, back):
        found = model_rows(engine)
        assert [name for name in expected if found[name] != expected[name]] == []


@pytest.mark.full_run
def test_a_backup_is_one_moment_although_others_write(filled: Engine, tmp_path: Path) -> None:
    """Somebody adds rows to the first and to a later table together, again and again."""
    started, enough = threading.Event(), threading.Event()

    def write_pairs() -> None:
        for number in itertools.count():
            if enough.is_set():
                return
            with writing(filled) as session:
                name = f"paar-{number}"
                session.add(Quelle(kennung=name, titel=name, art=Quellenart.IMPORT))
                session.add(Kontaktrolle(kennung=name, name=name))
            started.set()

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write_pairs)
        try:
            started.wait(timeout=30)
            counts = write_backup(filled, tmp_path / "moment.zip")
        finally:
            enough.set()
        writer.result(timeout=30)
    assert counts["quelle"] == counts["kontaktrolle"] > 2
    with reading(filled) as session:
        now = session.execute(select(func.count()).select_from(Quelle)).scalar_one()
    assert now > counts["quelle"], "nothing was written meanwhile, so nothing was proved"


# The file ---------------------------------------------------------------------------------------


def test_a_file_that_is_there_is_not_overwritten(filled: Engine, tmp_path: Path) -> None:
    path = tmp_path / "wichtig.zip"
    path.write_text("wichtig")
    with pytest.raises(Konflikt, match="ist schon da"):
        write_backup(filled, path)
    assert path.read_text() == "wichtig"


def test_a_backup_that_breaks_off_leaves_no_file(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE nachricht"))
    with pytest.raises(Exception, match="nachricht"):
        write_backup(engine, tmp_path / "halb.zip")
    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_can_read_a_backup_and_folders_on_the_way_are_made(
    engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "neu" / "heute" / "s.zip"
    write_backup(engine, path)
    assert zipfile.is_zipfile(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


# Into a database with rows ----------------------------------------------------------------------


@pytest.mark.full_run
def test_existing_rows_are_only_replaced_when_asked_to(
    filled: Engine, engine: Engine, tmp_path: Path
) -> None:
    with writing(engine) as session:
        session.add(Quelle(kennung="andere", titel="Andere", art=Quellenart.IMPORT))
    write_backup(engine, tmp_path / "andere.zip")
    before = rows_of(filled)
    with pytest.raises(Konflikt, match="--ersetzen"):
        read_backup(filled, tmp_path / "andere.zip", replace=False)
    assert rows_of(filled) == before
    read_backup(filled, tmp_path / "andere.zip", replace=True)
    assert rows_of(filled) == rows_of(engine)
    assert [row["kennung"] for row in rows_of(filled)["quelle"]] == ["andere"]


def test_a_database_of_a_newer_program_is_left_alone(filled: Engine, backup: Path) -> None:
    with filled.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_spaeter'"))
    before = rows_of(filled)
    with pytest.raises(Konflikt, match="9999_spaeter"):
        read_backup(filled, backup, replace=True)
    with pytest.raises(Konflikt, match="9999_spaeter"):
        migrations.upgrade(filled)
    assert rows_of(filled) == before


# Bad files --------------------------------------------------------------------------------------


def spoil(
    content: bytes, change: Callable[[dict[str, bytes]], None], compression: int = 8
) -> bytes:
    """The archive, with other members, and sound as a ZIP."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", compression) as archive:
        for name, value in members.items():
            archive.writestr(name, value)
    return result.getvalue()


def with_manifest(**values: Any) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["inhalt.json"]) | values
        members["inhalt.json"] = json.dumps(manifest).encode()

    return change


def without(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        del members[name]

    return change


def forget_table(members: dict[str, bytes]) -> None:
    """As if the table had never existed."""
    del members["tabellen/konto.jsonl"]
    manifest = json.loads(members["inhalt.json"])
    del manifest["sha256"]["konto"], manifest["zeilen"]["konto"]
    members["inhalt.json"] = json.dumps(manifest).encode()


def with_rows(table: str, rows: list[Any]) -> Callable[[dict[str, bytes]], None]:
    """Other rows with the right check sum, as somebody makes them who knows the format."""

    def change(members: dict[str, bytes]) -> None:
        content = b"".join(
            row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows
        )
        members[f"tabellen/{table}.jsonl"] = content
        manifest = json.loads(members["inhalt.json"])
        manifest["sha256"][table] = hashlib.sha256(content).hexdigest()
        members["inhalt.json"] = json.dumps(manifest).encode()

    return change


def set_manifest(value: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members["inhalt.json"] = value

    return change


ROLE = {"id": 1, "kennung": "a", "name": "a", "beschreibung": ""}
SPOILED: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("empty", lambda content: b"", NOTHING_CHANGED),
    ("not a zip", lambda content: b"Das ist ein Brief.", NOTHING_CHANGED),
    ("half of it", lambda content: content[: len(content) // 2], NOTHING_CHANGED),
    ("last byte missing", lambda content: content[:-1], NOTHING_CHANGED),
    ("another zip", lambda content: spoil(b"PK\x05\x06" + bytes(18), lambda m: None), "lesbare"),
    ("no manifest", lambda content: spoil(content, without("inhalt.json")), NOTHING_CHANGED),
    ("manifest is no JSON", lambda c: spoil(c, set_manifest(b"{")), NOTHING_CHANGED),
    ("manifest is no text", lambda c: spoil(c, set_manifest(b"\xff\xfe{")), NOTHING_CHANGED),
    ("manifest is a list", lambda c: spoil(c, set_manifest(b"[1]")), NOTHING_CHANGED),
    ("newer format", lambda c: spoil(c, with_manifest(format=2)), "neueren Fassung"),
    ("unknown revision", lambda c: spoil(c, with_manifest(stand="9999_x")), "neueren Fassung"),
    ("no revision", lambda c: spoil(c, with_manifest(stand=None)), "neueren Fassung"),
    ("older revision", lambda c: spoil(c, with_manifest(stand="0001_quellen")), "passenden"),
    ("no sums", lambda c: spoil(c, with_manifest(sha256=None)), NOTHING_CHANGED),
    ("table missing", lambda c: spoil(c, without("tabellen/konto.jsonl")), NOTHING_CHANGED),
    ("table never there", lambda c: spoil(c, forget_table), "unvollständig"),
    (
        "other content",
        lambda c: spoil(c, lambda m: m.update({"tabellen/konto.jsonl": b"{}\n"})),
        "konto stimmt nicht mit ihrer Prüfsumme",
    ),
    ("line is no JSON", lambda c: spoil(c, with_rows("kontaktrolle", [b"{\n"])), NOTHING_CHANGED),
    ("line is a number", lambda c: spoil(c, with_rows("kontaktrolle", [7])), NOTHING_CHANGED),
    (
        "unknown column",
        lambda c: spoil(c, with_rows("kontaktrolle", [ROLE | {"neu": 1}])),
        NOTHING_CHANGED,
    ),
    (
        "column missing",
        lambda c: spoil(c, with_rows("kontaktrolle", [{"id": 1, "kennung": "a"}])),
        NOTHING_CHANGED,
    ),
    (
        "same key twice",
        lambda c: spoil(c, with_rows("kontaktrolle", [ROLE, ROLE])),
        NOTHING_CHANGED,
    ),
    ("rows others refer to are gone", lambda c: spoil(c, with_rows("stelle", [])), NOTHING_CHANGED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"), [pytest.param(c, r, id=name) for name, c, r in SPOILED]
)
@pytest.mark.full_run
def test_a_file_that_is_no_sound_backup_changes_nothing_and_says_so(
    bystander: Engine,
    untouched: dict[str, list[dict[str, Any]]],
    filled_backup: bytes,
    tmp_path: Path,
    change: Callable[[bytes], bytes],
    reason: str,
) -> None:
    path = tmp_path / "schlecht.zip"
    path.write_bytes(change(filled_backup))
    with pytest.raises(KatalogFehler) as caught:
        read_backup(bystander, path, replace=True)
    assert reason in caught.value.meldung
    assert str(path) in caught.value.meldung
    assert model_rows(bystander) == untouched


def test_a_file_that_is_not_there_is_said_to_be_not_there(
    bystander: Engine, tmp_path: Path
) -> None:
    with pytest.raises(KatalogFehler, match=r"fehlt\.zip gibt es nicht"):
        read_backup(bystander, tmp_path / "fehlt.zip", replace=True)
    with pytest.raises(KatalogFehler, match="keine lesbare Sicherung"):
        read_backup(bystander, tmp_path, replace=True)


@pytest.mark.full_run
def test_a_flipped_byte_anywhere_is_noticed_or_harmless(
    bystander: Engine, filled_backup: bytes, tmp_path: Path
) -> None:
    """A ZIP has bytes without meaning (dates, attributes); all others must not go unnoticed."""
    path = tmp_path / "gekippt.zip"
    before = model_rows(bystander)
    noticed = harmless = 0
    step = len(filled_backup) // (24 if VOLL else 12)
    for place in range(3, len(filled_backup), step):
        content = bytearray(filled_backup)
        content[place] ^= 0x55
        path.write_bytes(bytes(content))
        try:
            read_backup(bystander, path, replace=True)
            harmless += 1
            assert model_rows(bystander) == before, f"byte {place}"
        except KatalogFehler as error:
            noticed += 1
            assert path.name in error.meldung  # noqa: PT017 — one file, many outcomes
    assert noticed > harmless
    assert model_rows(bystander) == before


@pytest.mark.full_run
def test_a_restore_that_fails_half_way_is_undone_on_both_kinds(
    filled: Engine, filled_backup: bytes, tmp_path: Path
) -> None:
    """`wunsch` is written late: by then the old rows are gone and most new ones are in."""
    path = tmp_path / "schlecht.zip"
    broken = with_rows("wunsch", [{"id": 1, "stelle_id": 4711}])
    path.write_bytes(spoil(filled_backup, broken))
    before = rows_of(filled)
    with pytest.raises(KatalogFehler, match=NOTHING_CHANGED):
        read_backup(filled, path, replace=True)
    assert differing_tables(before, rows_of(filled)) == []
    with reading(filled) as session:
        assert session.execute(select(func.count()).select_from(Quelle)).scalar_one() == 2


# The search index -------------------------------------------------------------------------------


@pytest.mark.full_run
def test_after_a_restore_the_index_is_due_to_be_built_anew(filled: Engine, backup: Path) -> None:
    """What the old index holds is of another database, whatever it says of itself."""
    read_backup(filled, backup, replace=True)
    with reading(filled) as session:
        assert session.execute(select(metadata.tables["indexstand"])).all() == []
        assert session.execute(select(metadata.tables["indexauftrag"])).all() == []
