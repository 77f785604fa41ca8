"""Engine and unit of work: one transaction per request or batch, and nobody else commits.

SQLite needs three habits to be as safe as PostgreSQL here. It gets foreign keys and WAL on
every connection; the driver's own transaction handling is switched off, because it begins
transactions too late; and whatever may write begins IMMEDIATE, since a deferred transaction
that upgrades itself loses against a second writer ("database is locked") or overwrites it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, create_engine

__all__ = [
    "Engine",
    "OperationalError",
    "Session",
    "is_sqlite",
    "migrating",
    "open_engine",
    "reading",
    "writing",
]

_WRITING = "katalog_writing"
_MIGRATING = "katalog_migrating"
# Any number, as long as every replica uses the same one.
_MIGRATION_LOCK = 8_020_083
_BUSY_TIMEOUT_MS = 30_000


def is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


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
        "cache_size = -32000",
        "temp_store = MEMORY",
        "mmap_size = 268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    writes = options.get(_WRITING, True)
    # Outside a transaction only can this be switched; a migration that rebuilds a parent table
    # would otherwise delete its children.
    keys = "OFF" if options.get(_MIGRATING) else "ON"
    connection.exec_driver_sql(f"PRAGMA foreign_keys = {keys}")
    # A page that only reads cannot write by mistake: the database refuses it.
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


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
