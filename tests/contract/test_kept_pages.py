"""Pages that are kept: quick the second time, and never of another state than the database's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event, text

from katalog.db import Engine, open_engine, watch, writing
from katalog.web import kept
from katalog.web.kept import KeptPages
from katalog.web.response import Finished
from tests.portal import Answer, ask, build_settings, running_portal
from tests.umfang import VOLL

DIENST = "/onlinedienste/wbs-sozialplattform"
KEPT = (DIENST, "/ozg/10083", "/leistungen/99107022012000", "/kommunen/055700048048")


@dataclass
class Rig:
    """A portal whose statements are counted, and somebody else who writes."""

    url: str
    other: Engine
    statements: list[str] = field(default_factory=list)

    def asked(self, path: str, **headers: str) -> tuple[Answer, list[str]]:
        self.statements.clear()
        answer = ask(self.url, path, headers=headers)
        assert answer.status == 200
        return answer, [s for s in self.statements if "pg_current_snapshot" not in s]

    def change(self, statement: str) -> None:
        with writing(self.other) as session:
            assert session.connection().execute(text(statement)).rowcount > 0, statement


@pytest.fixture
def rig(seeded_database: str, open_database: Callable[[str], Engine]) -> Iterator[Rig]:
    engine = open_engine(seeded_database)
    with running_portal(build_settings(seeded_database), engine=engine) as url:
        rig = Rig(url, open_database(seeded_database))

        def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            rig.statements.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        yield rig


def test_the_second_reader_costs_the_database_nothing(rig: Rig) -> None:
    for path in KEPT:
        first, made_by = rig.asked(path)
        assert made_by, path
        # On PostgreSQL tests of other processes commit as well, in databases of their own.
        second, _ = next(asked for _ in range(50) if not (asked := rig.asked(path))[1])
        assert (second.body, second.header("etag")) == (first.body, first.header("etag"))


def test_what_anybody_commits_shows_at_once(rig: Rig) -> None:
    for number in range(3):
        rig.change("UPDATE onlinedienst SET kurzbeschreibung = kurzbeschreibung || ' Neu.'")
        answer, statements = rig.asked(DIENST)
        assert answer.text.count(" Neu.") >= number + 1
        assert statements


@pytest.mark.full_run
def test_what_is_not_committed_shows_nowhere_and_is_not_kept(rig: Rig) -> None:
    before, _ = rig.asked(DIENST)
    connection = rig.other.connect()
    connection.execute(text("UPDATE onlinedienst SET kurzbeschreibung = 'Noch nicht gesagt'"))
    assert rig.asked(DIENST)[0].body == before.body
    connection.rollback()
    connection.close()
    assert rig.asked(DIENST)[0].body == before.body


@pytest.mark.full_run
def test_a_kept_portal_says_what_a_fresh_one_says(rig: Rig, seeded_database: str) -> None:
    """After changes of all sorts, against a portal that has nothing to remember."""
    changes = [
        "UPDATE stelle SET name = name || ' (neu)' WHERE gebiet_id IS NOT NULL",
        "UPDATE einsatz SET status = 'geplant' WHERE id % 2 = 0",
        "UPDATE einsatz SET sichtbarkeit = 'verwaltung' WHERE id % 3 = 0",
        "UPDATE ozg_leistung SET titel = titel || '!'",
        "UPDATE antragsstrecke SET name = name || ' (neu)'",
    ]
    for statement in changes if VOLL else changes[::3]:
        rig.change(statement)
        with running_portal(build_settings(seeded_database)) as fresh:
            for path in KEPT:
                rig.asked(path)
                assert rig.asked(path)[0].body == ask(fresh, path).body, (statement, path)


@pytest.mark.full_run
def test_language_theme_and_address_have_pages_of_their_own(rig: Rig) -> None:
    german, _ = rig.asked(DIENST)
    english, _ = rig.asked(DIENST, Cookie="sprache=en")
    dark, _ = rig.asked(DIENST, Cookie="darstellung=dark")
    near, _ = rig.asked(f"{DIENST}?ort=Warendorf")
    assert len({german.body, english.body, dark.body, near.body}) == 4
    assert rig.asked(DIENST)[0].body == german.body
    assert rig.asked(DIENST, Cookie="sprache=en")[0].body == english.body


@pytest.mark.full_run
def test_each_reader_gets_what_it_can_unpack(rig: Rig) -> None:
    for _ in range(2):
        for encoding in ("br", "gzip", ""):
            answer, _ = rig.asked(DIENST, **{"Accept-Encoding": encoding})
            assert answer.header("content-encoding") == encoding
    tag = rig.asked(DIENST)[0].header("etag")
    assert ask(rig.url, DIENST, headers={"If-None-Match": tag}).status == 304


@pytest.mark.full_run
def test_an_error_is_not_kept(rig: Rig) -> None:
    path = "/onlinedienste/kommt-noch"
    assert ask(rig.url, path).status == 404
    rig.change(
        "UPDATE onlinedienst SET kennung = 'kommt-noch' WHERE kennung = 'wbs-sozialplattform'"
    )
    assert ask(rig.url, path).status == 200


def test_memory_is_bounded_whatever_addresses_are_asked_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_MOST_BYTES", 100_000)
    pages = KeptPages(engine)
    for number in range(1_000):
        pages.put("1", number, Finished(b"x" * 1_000))
        assert pages.get("1", number) is not None
        assert len(pages._kept[1]) <= 52
    assert pages.get("2", 999) is None


def test_a_state_is_the_same_until_somebody_commits(engine: Engine) -> None:
    state = watch(engine)
    first = state()
    assert first
    assert state() == first
    with writing(engine) as session:
        session.connection().execute(text("DELETE FROM indexauftrag"))
        assert state() == first or engine.dialect.name == "postgresql"
    after_nothing = state()
    with writing(engine) as session:
        noted = "INSERT INTO indexauftrag (gegenstand, gegenstand_id) VALUES ('gebiet', 1)"
        session.connection().execute(text(noted))
    assert state() not in {first, after_nothing}
