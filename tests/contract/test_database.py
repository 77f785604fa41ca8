"""One unit of work on either kind of database: what it refuses, undoes and keeps apart."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Literal

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlmodel import col

from katalog.db import Engine, Session, is_sqlite, migrating, reading, writing
from katalog.domain.begriffe import Quellenart
from katalog.models import metadata
from katalog.models.konten import Konto
from katalog.models.quellen import Quelle
from tests.builders import read_every_row, read_schema
from tests.databases import State

pytestmark = pytest.mark.both_every_day

KNOWN = "quelle-1"


@pytest.fixture
def with_source(engine: Engine) -> Engine:
    with writing(engine) as session:
        session.add(make_quelle(KNOWN))
    return engine


def make_quelle(kennung: str) -> Quelle:
    return Quelle(kennung=kennung, titel="Testquelle", art=Quellenart.IMPORT)


def sources(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return known_to(session)


def known_to(session: Session) -> list[str]:
    return list(session.scalars(select(col(Quelle.kennung)).order_by(col(Quelle.id))))


# The unit of work -------------------------------------------------------------------------------


def test_what_a_unit_of_work_writes_is_there_afterwards(with_source: Engine) -> None:
    assert sources(with_source) == [KNOWN]


def test_an_exception_leaves_nothing_of_the_unit_of_work(with_source: Engine) -> None:
    def fail_in_the_middle() -> None:
        with writing(with_source) as session:
            session.add(make_quelle("halb"))
            session.flush()
            session.execute(text("UPDATE quelle SET titel = 'geändert'"))
            assert known_to(session) == [KNOWN, "halb"]
            raise RuntimeError("mitten drin")

    with pytest.raises(RuntimeError, match="mitten drin"):
        fail_in_the_middle()
    with reading(with_source) as session:
        assert [q.titel for q in session.scalars(select(Quelle))] == ["Testquelle"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE quelle SET titel = 'geändert'",
        "DELETE FROM quelle",
        "INSERT INTO themenfeld (slug, name, name_alt, beschreibung, sortier) "
        "VALUES ('a', 'a', '', '', 'a')",
        "DROP TABLE pruefergebnis",
    ],
)
def test_reading_refuses_to_write(with_source: Engine, statement: str) -> None:
    def write() -> None:
        with reading(with_source) as session:
            session.execute(text(statement))
            session.commit()

    with pytest.raises(DBAPIError, match=r"read-?only"):
        write()
    assert sources(with_source) == [KNOWN]


def test_a_connection_that_read_can_write_again(with_source: Engine) -> None:
    """The pool hands out the same connection, whose switches must not stay as they were."""
    for number in range(2, 5):
        assert len(sources(with_source)) == number - 1
        with writing(with_source) as session:
            session.add(make_quelle(f"quelle-{number}"))
    assert len(sources(with_source)) == 4


def test_reading_sees_one_state_throughout_although_others_write(with_source: Engine) -> None:
    with reading(with_source) as session:
        before = known_to(session)
        with writing(with_source) as other:
            other.add(make_quelle("spaeter"))
        assert known_to(session) == before == [KNOWN]
    assert sources(with_source) == [KNOWN, "spaeter"]


def test_objects_can_be_used_after_their_session_ended(with_source: Engine) -> None:
    with writing(with_source) as session:
        quelle = session.scalars(select(Quelle)).one()
    assert quelle.titel == "Testquelle"


def test_the_folder_of_a_new_sqlite_file_is_made(
    tmp_path: Path, open_database: Callable[[str], Engine]
) -> None:
    path = tmp_path / "var" / "neu" / "katalog.db"
    with open_database(f"sqlite:///{path}").connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    assert path.exists()


def test_readers_do_not_wait_for_a_writer(with_source: Engine) -> None:
    with writing(with_source) as session:
        session.add(make_quelle("unfertig"))
        session.flush()
        assert sources(with_source) == [KNOWN]


# References -------------------------------------------------------------------------------------


def test_a_reference_to_nothing_is_refused(with_source: Engine) -> None:
    def refer() -> None:
        with writing(with_source) as session:
            session.execute(
                text(
                    "INSERT INTO themenfeld (slug, name, name_alt, beschreibung, sortier, "
                    "quelle_id) VALUES ('a', 'a', '', '', 'a', 4711)"
                )
            )

    with pytest.raises(IntegrityError):
        refer()


def test_a_row_that_others_refer_to_cannot_be_deleted(filled: Engine) -> None:
    """True of every table that is referred to, on every connection of the pool."""
    with filled.connect() as connection:
        schema = read_schema(connection)
        parents = {
            key.column.table.name
            for table in schema.tables
            for key in table.foreign_keys
            if key.column.table is not table
        }
        deleted = []
        for parent in sorted(parents):
            attempt = connection.begin_nested()
            try:
                connection.execute(schema.table(parent).delete())
                deleted.append(parent)
            except IntegrityError:
                pass
            finally:
                attempt.rollback()
        assert len(parents) > 10
        assert deleted == []


def test_a_migration_that_rebuilds_a_parent_keeps_its_children(filled: Engine) -> None:
    """SQLite rebuilds a table by copying and dropping it, which must not touch other tables."""
    with filled.connect() as connection:
        before = read_every_row(connection)
    recreate: Literal["always", "auto"] = "always" if is_sqlite(filled) else "auto"
    with migrating(filled) as connection:
        operations = Operations(MigrationContext.configure(connection))
        for table in ("quelle", "gebiet", "stelle", "nachnutzung"):
            with operations.batch_alter_table(table, recreate=recreate) as batch:
                batch.create_check_constraint("ck_probe", "id > 0")
    with filled.connect() as connection:
        assert read_every_row(connection) == before


def test_a_migration_that_leaves_references_to_nothing_is_undone(filled: Engine) -> None:
    def lose_the_parents() -> None:
        with migrating(filled) as connection:
            connection.execute(text("DELETE FROM behoerdenart"))

    with pytest.raises((RuntimeError, IntegrityError), match="behoerde"):
        lose_the_parents()
    with filled.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM behoerdenart")).scalar() == 2


def test_after_a_migration_references_are_enforced_again(filled: Engine) -> None:
    with migrating(filled) as connection:
        connection.execute(text("SELECT 1"))
    with pytest.raises(IntegrityError), filled.begin() as connection:
        connection.execute(text("DELETE FROM quelle"))


# Moments ----------------------------------------------------------------------------------------

BERLIN_SUMMER = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            datetime(2026, 7, 1, 0, 30, 15, 123_456, tzinfo=BERLIN_SUMMER),
            datetime(2026, 6, 30, 22, 30, 15, 123_456, tzinfo=UTC),
        ),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_moment_comes_back_as_the_same_moment_in_utc(
    engine: Engine, written: datetime, read: datetime
) -> None:
    with writing(engine) as session:
        session.add(Konto(email="a@kommune.example", angelegt_am=written))
    with reading(engine) as session:
        konto = session.scalars(select(Konto)).one()
    assert konto.angelegt_am == read
    assert konto.angelegt_am.tzinfo is UTC
    assert konto.gesperrt_am is None


def test_a_moment_without_a_zone_is_refused(engine: Engine) -> None:
    naive = datetime(2026, 7, 1, 12, 0, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(StatementError, match="Zeitzone"), writing(engine) as session:
        session.add(Konto(email="a@kommune.example", angelegt_am=naive))


def test_moments_are_compared_as_moments(engine: Engine) -> None:
    """In the summer 23:30 UTC is after 01:00 in Berlin, although its text is not."""
    earlier = datetime(2026, 7, 2, 1, 0, tzinfo=BERLIN_SUMMER)
    later = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    with writing(engine) as session:
        session.add(Konto(email="frueh@kommune.example", angelegt_am=earlier))
        session.add(Konto(email="spaet@kommune.example", angelegt_am=later))
    with reading(engine) as session:
        since = select(col(Konto.email)).where(col(Konto.angelegt_am) > earlier)
        assert list(session.scalars(since)) == ["spaet@kommune.example"]


# The fixtures themselves ------------------------------------------------------------------------


def test_the_filled_database_has_rows_in_every_table(filled: Engine) -> None:
    with filled.connect() as connection:
        rows = read_every_row(connection)
    assert rows.keys() == metadata.tables.keys()
    assert [name for name in rows if len(rows[name]) != 2] == []


def test_the_filled_database_has_a_value_in_every_column(filled: Engine) -> None:
    with filled.connect() as connection:
        rows = read_every_row(connection)
    empty = {
        f"{name}.{column}"
        for name, (first, second) in rows.items()
        for column in first
        if first[column] is None and second[column] is None
    }
    # Of three columns each row of these has one, and there are two rows.
    assert empty == {"umfrage.leistung_id", "bezug.leistung_id"}


def test_databases_of_two_tests_are_strangers(
    kind: str,
    fresh_database: Callable[[str, State], str],
    open_database: Callable[[str], Engine],
) -> None:
    one, other = (open_database(fresh_database(kind, State.FILLED)) for _ in range(2))
    with one.begin() as connection:
        connection.execute(text("DELETE FROM indexauftrag"))
    with other.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM indexauftrag")).scalar() == 2


def test_the_shared_file_holds_the_whole_starting_set(
    seeded_sqlite: Path, open_database: Callable[[str], Engine]
) -> None:
    with reading(open_database(f"sqlite:///{seeded_sqlite}")) as session:
        count = select(func.count()).select_from(metadata.tables["gebiet"])
        assert session.execute(count).scalar_one() > 10_000


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "0.0.0.0"])  # noqa: S104
def test_tests_cannot_reach_another_machine(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe, pytest.raises(PermissionError, match="stay on this"):
        probe.connect((host, 80))
    with pytest.raises(PermissionError):
        socket.create_connection((host, 80), timeout=1)
    with pytest.raises(PermissionError):
        socket.getaddrinfo("katalog.example", 443)


def test_tests_can_reach_their_own_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
