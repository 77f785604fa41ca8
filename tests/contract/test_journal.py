"""The chain of seals shows whoever changes, removes or adds an entry past the application."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from katalog.db import Engine, reading, writing
from katalog.journal import Pruefung, record, seal_next, verify


def write(engine: Engine, count: int = 3) -> None:
    with writing(engine) as session:
        for number in range(count):
            record(session, "probe", "konto", number, {"größe": number, "a": [1, None]}, konto_id=7)


def look(engine: Engine) -> Pruefung:
    with reading(engine) as session:
        return verify(session)


def tamper(engine: Engine, statement: str) -> None:
    """As somebody with the rights of an owner could, past the triggers."""
    with writing(engine) as session:
        connection = session.connection()
        if engine.dialect.name == "sqlite":
            for event in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS protokoll_{event}_verboten"))
        else:
            connection.execute(text("ALTER TABLE protokoll DISABLE TRIGGER ALL"))
        assert connection.execute(text(statement)).rowcount == 1


def test_entries_are_sealed_in_the_order_in_which_they_appear(engine: Engine) -> None:
    assert not seal_next(engine)
    write(engine)
    assert look(engine).offen == 3
    assert seal_next(engine)
    assert not seal_next(engine)
    first = look(engine)
    assert (first.versiegelt, first.offen, first.fehler) == (3, 0, "")
    write(engine)
    assert seal_next(engine)
    second = look(engine)
    assert (second.versiegelt, second.fehler) == (6, "")
    assert len(second.kopf) == 64
    assert second.kopf != first.kopf


def test_an_entry_that_shows_late_takes_the_next_place(engine: Engine) -> None:
    """Its number may be lower than one that is sealed already."""
    write(engine)
    seal_next(engine)
    with writing(engine) as session:
        session.connection().execute(
            text(
                "INSERT INTO protokoll (id, am, vorgang, objekt, angaben) VALUES "
                "(-5, '2026-01-01 12:00:00+00:00', 'spät', 'konto', '{}')"
            )
        )
    seal_next(engine)
    assert look(engine) == Pruefung(4, 0, look(engine).kopf)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE protokoll SET konto_id = 8 WHERE folge = 2",
        "UPDATE protokoll SET objekt_id = NULL WHERE folge = 2",
        "UPDATE protokoll SET vorgang = 'anders' WHERE folge = 2",
        "UPDATE protokoll SET am = '2020-01-01 00:00:00.000000' WHERE folge = 2",
        "UPDATE protokoll SET angaben = '{\"größe\": 2}' WHERE folge = 2",
        "UPDATE protokoll SET siegel = 'x' WHERE folge = 2",
        "DELETE FROM protokoll WHERE folge = 2",
        "DELETE FROM protokoll WHERE folge = 1",
    ],
)
def test_what_somebody_changed_is_found(engine: Engine, statement: str) -> None:
    write(engine)
    seal_next(engine)
    assert look(engine).fehler == ""
    tamper(engine, statement)
    found = look(engine)
    place = "1" if "folge = 1" in statement else "2"
    assert f"Eintrag {place} " in found.fehler
    assert found.versiegelt == int(place) - 1


@pytest.mark.both_every_day
def test_two_at_once_seal_one_chain(
    database: str, open_database: Callable[[str], Engine], engine: Engine
) -> None:
    write(engine, 60)
    engines = [open_database(database) for _ in range(2)]
    start = Barrier(2)

    def seal(own: Engine) -> None:
        start.wait()
        while look(own).offen:
            seal_next(own)

    threads = [Thread(target=seal, args=(each,)) for each in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = look(engine)
    assert (found.versiegelt, found.offen, found.fehler) == (60, 0, "")
