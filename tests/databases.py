"""Databases of both kinds, copied for each test from a template that is made once per run."""

import itertools
import os
import pickle
import shutil
from collections.abc import Callable
from datetime import date
from enum import Enum
from pathlib import Path

from sqlalchemy import text

from katalog import indexing, migrations
from katalog.db import open_engine
from katalog.intake import Report
from katalog.settings import load_settings
from katalog.web.portal import open_index
from seed.__main__ import plant_seed
from tests.builders import fill_every_table
from tests.servers import Server, one_at_a_time


def _leave(_url: str) -> None:
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
        # Filling the tables was noted as well; two rows in each table are what tests count on.
        connection.execute(text("DELETE FROM indexauftrag WHERE id > 2"))
    engine.dispose()


def _plant(url: str) -> Report:
    _migrate(url)
    report = plant_seed(url, today=date(2026, 11, 20))
    assert report.faults == []
    if url.startswith("sqlite"):
        build_index(url)
    return report


def build_index(url: str) -> None:
    """Beside the file, where the portal looks for it; a copy of the file has none."""
    settings = load_settings({"KATALOG_DB": url})
    engine, index = open_engine(url), open_index(settings)
    indexing.rebuild(engine, index, date(2026, 11, 20))
    engine.dispose()


def copy_with_index(source: Path, target: Path) -> str:
    """The address of a copy that has its index as well; `index_keeps_up` after changing it."""
    url = f"sqlite:///{target}"
    here, there = (
        load_settings({"KATALOG_DB": f"sqlite:///{source}"}),
        load_settings({"KATALOG_DB": url}),
    )
    shutil.copyfile(source, target)
    shutil.copytree(here.index_folder, there.index_folder)
    engine = open_engine(url)
    with engine.begin() as connection:
        rename = text("UPDATE indexstand SET name = :new WHERE name = :old")
        connection.execute(rename, {"old": open_index(here).name, "new": open_index(there).name})
    engine.dispose()
    return url


def index_keeps_up(url: str) -> None:
    """Only what changed: building all of it anew takes seconds."""
    engine, index = open_engine(url), open_index(load_settings({"KATALOG_DB": url}))
    indexing.keep_up(engine, index, date(2026, 11, 20))
    engine.dispose()


class State(Enum):
    """How a database is when a test gets it; the value names the template."""

    EMPTY = "leer"
    MIGRATED = "migriert"
    FILLED = "gefuellt"
    SEEDED = "grundbestand"

    @property
    def prepare(self) -> Callable[[str], object]:
        return {"leer": _leave, "migriert": _migrate, "gefuellt": _fill, "grundbestand": _plant}[
            self.value
        ]


class Databases:
    """Fresh copies on one server, of templates that all processes of a run share."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._templates: dict[State, Exception | None] = {}
        self._numbers = itertools.count(1)

    def template(self, state: State) -> str:
        if state not in self._templates:
            self._templates[state] = self._prepare(state)
        # What went wrong once would go wrong for each of a thousand tests, and take its time.
        if failure := self._templates[state]:
            raise failure
        return state.value

    def _prepare(self, state: State) -> Exception | None:
        name = state.value
        with one_at_a_time(self._folder / f"{type(self._server).__name__}-{name}.lock"):
            if not self._result(state).exists():
                try:
                    self._server.create(name, None)
                    result = state.prepare(self._server.url(name))
                except Exception as error:
                    self._server.drop(name)
                    return error
                self._result(state).write_bytes(pickle.dumps(result))
        return None

    def _result(self, state: State) -> Path:
        """It is there as soon as the template is."""
        return self._folder / f"{type(self._server).__name__}-{state.value}.pickle"

    def report(self) -> Report:
        """What was said when the starting set was planted."""
        self.template(State.SEEDED)
        report = pickle.loads(self._result(State.SEEDED).read_bytes())  # noqa: S301 - our own file
        assert isinstance(report, Report)
        return report

    def fresh(self, state: State) -> str:
        """The name of a new database; `url` leads to it, `drop` removes it."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self._server.create(name, self.template(state))
        return name

    def copy(self, name: str) -> str:
        """The name of a new database like that one, which nobody has open."""
        copy = f"test_{os.getpid()}_{next(self._numbers)}"
        self._server.create(copy, name)
        return copy

    def url(self, name: str) -> str:
        return self._server.url(name)

    def drop(self, name: str) -> None:
        self._server.drop(name)
