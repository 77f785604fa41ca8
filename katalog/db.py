"""Engine and unit of work: one transaction per request or batch, and nobody else commits.

SQLite needs three habits to be as safe as PostgreSQL here. It gets foreign keys and WAL on
every connection; the driver's own transaction handling is switched off, because it begins
transactions too late; and whatever may write begins IMMEDIATE, since a deferred transaction
that upgrades itself loses against a second writer ("database is locked") or overwrites it.
"""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError as DatabaseRefusal
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, create_engine

__all__ = [
    "DatabaseRefusal",
    "Engine",
    "Lock",
    "OperationalError",
    "Session",
    "alone",
    "is_sqlite",
    "migrating",
    "one_writer",
    "open_engine",
    "reading",
    "trying",
    "watch",
    "writing",
]

_WRITING = "katalog_writing"
_MIGRATING = "katalog_migrating"
# Any number, as long as every replica uses the same one.
_MIGRATION_LOCK = 8_020_083
_LOCK_TRIES, _LOCK_PAUSE = 20, 0.1
_BUSY_TIMEOUT_MS = 30_000
_MAPPED_BYTES = 256 << 20


class Lock(Enum):
    """What one process does at a time. Any numbers, as long as every replica uses the same."""

    IMPORT = 8_020_084
    INDEX = 8_020_085
    JOURNAL = 8_020_086
    LINKS = 8_020_087
    REMINDERS = 8_020_090


def is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def one_writer(session: Session) -> bool:
    """Whether everybody who writes waits for whoever is writing."""
    return session.get_bind().dialect.name == "sqlite"


def open_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed, pool_pre_ping=True, pool_size=20, max_overflow=20, hide_parameters=True
        )
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # Readers never block in WAL, so as many connections as there are worker threads may be open.
    engine = create_engine(
        parsed,
        connect_args={"check_same_thread": False},
        pool_size=20,
        max_overflow=40,
        # What people searched for must not reach the log by way of an error's text.
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        # An import writes much in short transactions: bring the journal home less often.
        "wal_autocheckpoint = 4000",
        "cache_size = -32000",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    writes = options.get(_WRITING, True)
    # Outside a transaction only can this be switched; a migration that rebuilds a parent table
    # would otherwise delete its children.
    keys = "OFF" if options.get(_MIGRATING) else "ON"
    # Past SQLAlchemy, for which each of these would be a statement like any other: every page
    # begins with them.
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys = {keys}")
    # A page that only reads cannot write by mistake: the database refuses it.
    driver.execute(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    # Pages of the file as if they were memory make reading quick. They count as memory, too, and
    # an import would come by all of them.
    driver.execute(f"PRAGMA mmap_size = {0 if writes else _MAPPED_BYTES}")
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A consistent view of the database that cannot change it."""
    options = (
        {_WRITING: False}
        if is_sqlite(engine)
        else {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    )
    with Session(engine.execution_options(**options), expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """All or nothing: commits at the end, rolls back on any exception."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """One transaction for a whole migration, one migration at a time, references checked."""
    with engine.execution_options(**{_MIGRATING: True}).begin() as connection:
        if not is_sqlite(engine):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        yield connection
        if is_sqlite(engine):
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"Nach der Migration fehlen verwiesene Zeilen: {broken[:5]}")


@contextmanager
def alone(engine: Engine, lock: Lock, *, patient: bool = True) -> Iterator[bool]:
    """False if another process holds the lock already. It ends with the process, however it dies.

    A server may need a moment to notice that a client was killed, so it is asked for a while
    by whoever is patient.
    """
    with ExitStack() as held:
        if not is_sqlite(engine):
            connection = held.enter_context(
                engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            )

            def take() -> bool:
                query = f"SELECT pg_try_advisory_lock({lock.value})"
                return bool(connection.exec_driver_sql(query).scalar())

            release = f"SELECT pg_advisory_unlock({lock.value})"
            held.callback(lambda: connection.exec_driver_sql(release))
        elif engine.url.database and engine.url.database != ":memory:":
            file = FileLock(f"{engine.url.database}.{lock.name.lower()}.lock", blocking=False)
            held.callback(file.release)

            def take() -> bool:
                with suppress(Timeout):
                    file.acquire()
                return file.is_locked

        else:

            def take() -> bool:
                return True

        tries = _LOCK_TRIES if patient else 0
        while not (got := take()) and tries > 0:
            tries -= 1
            time.sleep(_LOCK_PAUSE)
        yield got


def watch(engine: Engine) -> Callable[[], str]:
    """A question to ask again and again: two equal answers mean that nobody committed between.

    SQLite counts for one connection what all others commit, so
    that one connection does nothing but listen; PostgreSQL describes what a statement would see.
    """
    if not is_sqlite(engine):

        def snapshot() -> str:
            with engine.connect() as connection:
                return str(connection.exec_driver_sql("SELECT pg_current_snapshot()").scalar())

        return snapshot
    path, lock = str(engine.url.database), threading.Lock()
    # Opened with the first question, since the file may not be there before.
    listening: list[sqlite3.Connection] = []

    def version() -> str:
        with lock:
            if not listening:
                listening.append(sqlite3.connect(path, check_same_thread=False))
            return str(listening[0].execute("PRAGMA data_version").fetchone()[0])

    @event.listens_for(engine, "engine_disposed")
    def close(_engine: Engine) -> None:
        with lock:
            while listening:
                listening.pop().close()

    return version


@contextmanager
def trying(engine: Engine) -> Iterator[Callable[[], AbstractContextManager[Session]]]:
    """Transactions that see each other's work and of which nothing remains.

    SQLite has one writer at a time, which a long trial would be: it gets a copy of the file
    instead. PostgreSQL rolls one outer transaction back.
    """
    if is_sqlite(engine):
        with tempfile.TemporaryDirectory(prefix="katalog-probe-") as folder:
            path = Path(folder) / "probe.db"
            with engine.execution_options(**{_WRITING: False}).connect() as connection:
                source = connection.connection.driver_connection
                assert isinstance(source, sqlite3.Connection)
                with closing(sqlite3.connect(path)) as target:
                    source.backup(target)
            copy = open_engine(f"sqlite:///{path}")
            try:
                yield partial(writing, copy)
            finally:
                copy.dispose()
        return
    with engine.connect() as connection:
        outer = connection.begin()

        @contextmanager
        def inside() -> Iterator[Session]:
            options: dict[str, Any] = {"join_transaction_mode": "create_savepoint"}
            with Session(connection, expire_on_commit=False, **options) as session, session.begin():
                yield session

        try:
            yield inside
        finally:
            outer.rollback()
