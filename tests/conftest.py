"""Fixtures for all tests: databases of both kinds, and no way out of this machine.

`empty_database`, `database`, `filled_database` and `seeded_database` give the URL of a fresh
database, once for each kind. `engine` is opened on `database`. What the databases need is
imported when the first one is asked for, so that tests of the domain start at once.

Many files are run in several processes (pytest-xdist), a few in one.
"""

import gc
import hashlib
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests.umfang import EXAMPLES, VOLL

if TYPE_CHECKING:
    from katalog.db import Engine, Session
    from tests.databases import Databases, State

SQLITE = "sqlite"
POSTGRES = "postgresql"
_SERVERS = {SQLITE: "sqlite_databases", POSTGRES: "postgres_databases"}


# Processes --------------------------------------------------------------------------------------

# Many containers forbid Python to keep what it has translated. Here each process of a run would
# then translate all tests anew, which takes longer than most of them.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Rows, elements and the tests themselves are many and stay; looking for garbage among them so often
# takes a tenth of the time.
gc.set_threshold(100_000, 20, 100)

_FOLDER = pytest.StashKey[Path]()
_NAME = "katalogtest"
_ROOM = 2 * 1024**3
_MOST_PROCESSES = 8


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """What `-n auto` means: one process where a second would not be ready before it is done."""
    option = config.option
    # Without its cache (`-p no:cacheprovider`) pytest has no option for the last failures.
    last = getattr(option, "lf", False)
    chosen = option.keyword or option.markexpr or last or option.capture == "no"
    files = all(Path(argument.split("::")[0]).is_file() for argument in config.args)
    if chosen or files or option.trace or sys.platform == "win32":
        return 0
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    # In the full run one always waits for a server, a browser or a killed process.
    return min(cores + VOLL, _MOST_PROCESSES) if cores > 1 else 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not VOLL and not any("::" in argument for argument in config.args):
        later = {item for item in items if _waits(item)}
        config.hook.pytest_deselected(items=[item for item in items if item in later])
        items[:] = [item for item in items if item not in later]
    if items:
        # The first file makes the starting set; another process begins with what has no use for it.
        first = items[0].path
        items.sort(key=lambda item: (item.path != first, not item.nodeid.startswith(_MEANWHILE)))


_MEANWHILE = "tests/unit/test_import_"


def _waits(item: pytest.Item) -> bool:
    """Every day what holds for both kinds of database is asked of SQLite, and of PostgreSQL where
    the two differ most, and what takes seconds waits. The full run asks both everything, and
    whoever names a test gets it.
    """
    asks_postgres = POSTGRES in getattr(getattr(item, "callspec", None), "params", {}).values()
    return bool(item.get_closest_marker("full_run")) or (
        asks_postgres and not item.get_closest_marker("both_every_day")
    )


def pytest_collection_finish() -> None:
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """The databases of all processes lie in one folder, so that each template is made once."""
    # Before any test is read: what `@given` decorates keeps the settings of that moment.
    hypothesis.settings.register_profile("katalog", max_examples=EXAMPLES, deadline=None)
    hypothesis.settings.load_profile("katalog")
    given = getattr(config, "workerinput", {}).get("folder")
    config.stash[_FOLDER] = Path(given) if given else _new_folder()


def _new_folder() -> Path:
    """In memory, if there is room: a disk feels that hundreds of databases are copied and dropped,
    and a run takes a fifth longer there.
    """
    memory = Path("/dev/shm")  # noqa: S108 - what is made there has a name of its own
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    place = memory if roomy else Path(tempfile.gettempdir())
    for left in place.glob(f"{_NAME}-*-*"):
        # A run that was killed cleans nothing up. PostgreSQL ends when its folder is gone.
        if sys.platform == "linux" and not Path("/proc", left.name.split("-")[1]).exists():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_NAME}-{os.getpid()}-", dir=place))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["folder"] = str(node.config.stash[_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    from tests.servers import stop_postgres

    if not hasattr(config, "workerinput"):
        stop_postgres(config.stash[_FOLDER])
        shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)


# The network ------------------------------------------------------------------------------------


def _is_here(address: Any) -> bool:
    """Unix sockets are paths; everything else is a host first."""
    if isinstance(address, str | bytes):
        return True
    return _is_local_host(address[0])


def _is_local_host(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ip_address(str(name)).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def no_foreign_hosts() -> Iterator[None]:
    """A test that reaches the outside would depend on it, and tell it that we test."""

    def guarded(call: Callable[..., Any]) -> Callable[..., Any]:
        def check(self: socket.socket, *arguments: Any) -> Any:
            if not _is_here(arguments[-1]):
                raise PermissionError(f"Tests stay on this machine, not {arguments[-1]}")
            return call(self, *arguments)

        return check

    look_up = socket.getaddrinfo

    def guarded_look_up(host: str | bytes | None, *arguments: Any, **options: Any) -> Any:
        if not _is_local_host(host):
            raise PermissionError(f"Tests stay on this machine, not {host!r}")
        return look_up(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


# Databases --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def translated_once() -> Iterator[None]:
    from tests.translated import translating_once

    with translating_once():
        yield


@pytest.fixture(scope="session")
def sqlite_databases(pytestconfig: pytest.Config, translated_once: None) -> "Databases":
    from tests.databases import Databases
    from tests.servers import SqliteFolder

    folder = pytestconfig.stash[_FOLDER]
    return Databases(SqliteFolder(folder), folder)


@pytest.fixture(scope="session")
def postgres_databases(pytestconfig: pytest.Config, translated_once: None) -> "Databases":
    from tests.databases import Databases
    from tests.servers import PostgresCluster

    folder = pytestconfig.stash[_FOLDER]
    try:
        return Databases(PostgresCluster(folder), folder)
    except Exception as error:
        message = f"PostgreSQL does not start here: {type(error).__name__}: {error}"
        if "postgres" in os.environ.get("KATALOG_TEST_PFLICHT", ""):
            pytest.fail(message)
        pytest.skip(message)


@pytest.fixture
def fresh_database(request: pytest.FixtureRequest) -> Iterator[Callable[[str, "State"], str]]:
    """Makes databases of a kind in a state, as many as a test needs, and removes them after it."""
    made: list[tuple[Databases, str]] = []

    def make(kind: str, state: "State") -> str:
        databases: Databases = request.getfixturevalue(_SERVERS[kind])
        made.append((databases, databases.fresh(state)))
        return databases.url(made[-1][1])

    yield make
    for databases, fresh in made:
        databases.drop(fresh)


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)])
def kind(request: pytest.FixtureRequest) -> str:
    """Whatever uses this, or a database below, runs once for each kind of database."""
    return str(request.param)


@pytest.fixture
def empty_database(kind: str, fresh_database: Callable[[str, "State"], str]) -> str:
    """Without tables."""
    from tests.databases import State

    return fresh_database(kind, State.EMPTY)


@pytest.fixture
def database(kind: str, fresh_database: Callable[[str, "State"], str]) -> str:
    """With empty tables of the newest revision."""
    from tests.databases import State

    return fresh_database(kind, State.MIGRATED)


@pytest.fixture
def filled_database(kind: str, fresh_database: Callable[[str, "State"], str]) -> str:
    """With two made-up rows in each table, see `tests.builders`."""
    from tests.databases import State

    return fresh_database(kind, State.FILLED)


@pytest.fixture
def seeded_database(kind: str, fresh_database: Callable[[str, "State"], str]) -> str:
    """With the starting set."""
    from tests.databases import State

    return fresh_database(kind, State.SEEDED)


@pytest.fixture
def open_database() -> Iterator[Callable[[str], "Engine"]]:
    """Opens engines and closes them after the test, however that ends."""
    from katalog.db import open_engine

    with ExitStack() as after:

        def open_url(url: str) -> "Engine":
            engine = open_engine(url)
            after.callback(engine.dispose)
            return engine

        yield open_url


@pytest.fixture
def engine(database: str, open_database: Callable[[str], "Engine"]) -> "Engine":
    """An engine on `database`."""
    return open_database(database)


@pytest.fixture
def filled(filled_database: str, open_database: Callable[[str], "Engine"]) -> "Engine":
    """An engine on `filled_database`."""
    return open_database(filled_database)


@pytest.fixture(scope="session")
def shared_engine(request: pytest.FixtureRequest) -> Iterator[Callable[[str, "State"], "Engine"]]:
    """Engines on databases that many tests look at; none of them may commit there."""
    from katalog.db import open_engine

    opened: dict[tuple[str, State], Engine] = {}

    def share(kind: str, state: "State") -> "Engine":
        if (kind, state) not in opened:
            databases: Databases = request.getfixturevalue(_SERVERS[kind])
            opened[kind, state] = open_engine(databases.url(databases.fresh(state)))
        return opened[kind, state]

    yield share
    for engine in opened.values():
        engine.dispose()


@pytest.fixture
def scratch(kind: str, shared_engine: Callable[[str, "State"], "Engine"]) -> Iterator["Session"]:
    """A session on empty tables. It is never committed, so that the next test finds nothing."""
    from katalog.db import Session
    from tests.databases import State

    with Session(shared_engine(kind, State.MIGRATED)) as session:
        yield session


@pytest.fixture(scope="session")
def seeded_sqlite(sqlite_databases: "Databases") -> Iterator[Path]:
    """A file with the starting set that all tests share: read it or copy it, never write."""
    from tests.databases import State

    url = sqlite_databases.url(sqlite_databases.template(State.SEEDED))
    path = Path(url.removeprefix("sqlite:///"))
    before = hashlib.sha256(path.read_bytes()).digest()
    yield path
    assert hashlib.sha256(path.read_bytes()).digest() == before, "A test wrote to seeded_sqlite."
