"""Many at once: nothing is lost, nothing is left half done, nobody waits for ever."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import func, select, text, update
from sqlmodel import col

from katalog import migrations
from katalog.db import Engine, reading, writing
from katalog.domain.begriffe import Quellenart
from katalog.models.betrieb import Indexauftrag
from katalog.models.quellen import Quelle
from katalog.models.stellen import Fallzahl
from tests.portal import build_settings, running_portal
from tests.umfang import VOLL

THREADS, TIMES = 8, 50


def at_once(work: Callable[[int], object]) -> None:
    """All threads begin together, so that they meet each other from the first moment on."""
    start = threading.Barrier(THREADS)

    def run(number: int) -> None:
        start.wait(timeout=30)
        work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, range(THREADS)))


def volume(engine: Engine) -> int:
    with reading(engine) as session:
        return session.get_one(Fallzahl, 1).anzahl


def test_no_increment_is_lost_when_a_service_reads_and_then_writes(filled: Engine) -> None:
    """Reading FOR UPDATE lets the second reader wait for the first one's commit.

    PostgreSQL would otherwise hand both the same value, and the later commit would overwrite the
    earlier. SQLite knows no such clause and needs none: `writing` begins IMMEDIATE, so that
    there is one writer at a time, from its first statement on.
    """
    before = volume(filled)

    def count_up(_number: int) -> None:
        for _ in range(TIMES):
            with writing(filled) as session:
                row = session.scalars(
                    select(Fallzahl).where(col(Fallzahl.id) == 1).with_for_update()
                ).one()
                row.anzahl += 1

    at_once(count_up)
    assert volume(filled) == before + THREADS * TIMES


@pytest.mark.full_run
def test_no_increment_is_lost_when_one_statement_adds(filled: Engine) -> None:
    before = volume(filled)

    def count_up(_number: int) -> None:
        for _ in range(TIMES):
            with writing(filled) as session:
                session.connection().execute(
                    update(Fallzahl)
                    .where(col(Fallzahl.id) == 1)
                    .values(anzahl=col(Fallzahl.anzahl) + 1)
                )

    at_once(count_up)
    assert volume(filled) == before + THREADS * TIMES


@pytest.mark.full_run
def test_eight_writers_add_a_hundred_rows_each(engine: Engine) -> None:
    def add(number: int) -> None:
        for part in range(10):
            with writing(engine) as session:
                session.add_all(
                    Indexauftrag(
                        gegenstand="gebiet",
                        gegenstand_id=number * 100 + part * 10 + row,
                    )
                    for row in range(10)
                )

    at_once(add)
    with reading(engine) as session:
        found = list(session.scalars(select(col(Indexauftrag.gegenstand_id))))
    assert sorted(found) == list(range(THREADS * 100))


@pytest.mark.both_every_day
def test_of_eight_who_add_the_same_key_one_succeeds_and_seven_learn_it(engine: Engine) -> None:
    outcomes: list[str] = []

    def add(number: int) -> None:
        try:
            with writing(engine) as session:
                session.add(Quelle(kennung="eine", titel=str(number), art=Quellenart.IMPORT))
        except Exception as error:
            outcomes.append(type(error).__name__)
        else:
            outcomes.append("geschrieben")

    at_once(add)
    assert Counter(outcomes) == {"geschrieben": 1, "IntegrityError": THREADS - 1}


@pytest.mark.full_run
def test_readers_and_writers_do_not_disturb_each_other(filled: Engine) -> None:
    """Two rows are changed together: no reader may ever see one without the other."""
    seen: list[bool] = []

    def work(number: int) -> None:
        for _ in range(20):
            if number % 2:
                with writing(filled) as session:
                    session.connection().execute(
                        update(Fallzahl).values(anzahl=col(Fallzahl.anzahl) + 1)
                    )
            else:
                with reading(filled) as session:
                    values = list(
                        session.scalars(select(col(Fallzahl.anzahl)).order_by(col(Fallzahl.id)))
                    )
                    seen.append(values[1] - values[0] == 1)

    assert volume(filled) == 1
    at_once(work)
    assert len(seen) == 80
    assert all(seen)


@pytest.mark.full_run
def test_two_migrations_at_once_are_one_migration(
    empty_database: str, open_database: Callable[[str], Engine]
) -> None:
    """Replicas that are started together: the second waits, and finds nothing left to do.

    Without a lock they would not only meet in the database: Alembic keeps its context in a
    module, so that two threads without one fail in any case.
    """
    engines = [open_database(empty_database) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrations.upgrade, engines))
    with engines[0].connect() as connection:
        assert migrations.current_revision(connection) == migrations.newest_revision()


HALF = """
import sys, time
from katalog.db import open_engine, writing
from katalog.domain.begriffe import Quellenart
from katalog.models.quellen import Quelle
with writing(open_engine(sys.argv[1])) as session:
    session.add_all(Quelle(kennung=f"neu-{n}", titel="x" * 300, art=Quellenart.IMPORT)
                    for n in range(5000))
    session.flush()
    print("mitten drin", flush=True)
    time.sleep(60)
"""


@pytest.mark.full_run
def test_a_process_killed_in_the_middle_leaves_no_half_transaction(filled: Engine) -> None:
    url = filled.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", HALF, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "mitten drin\n"
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(timeout=30) == -signal.SIGKILL
    with reading(filled) as session:
        assert session.execute(select(func.count()).select_from(Quelle)).scalar_one() == 2
    # Nobody holds a lock any more: the next writer does not have to wait.
    with writing(filled) as session:
        session.add(Quelle(kennung="danach", titel="Danach", art=Quellenart.IMPORT))
    if filled.dialect.name == "sqlite":
        with filled.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


# Many readers of the portal ---------------------------------------------------------------------

# A session handed in as a dependency would hang at about twenty.
READERS = 100 if VOLL else 40
PAGES = [
    "/",
    "/ozg",
    "/ozg/10083",
    "/leistungen",
    "/onlinedienste",
    "/onlinedienste/wbs-sozialplattform",
    "/kommunen",
    "/kommunen/055700052052",
    "/suche?q=hund",
    "/readyz",
]


async def ask_at_once(address: str, paths: list[str]) -> list[tuple[str, int]]:
    limits = httpx.Limits(max_connections=len(paths))
    async with httpx.AsyncClient(base_url=address, timeout=300, limits=limits) as client:
        answers = await asyncio.gather(*(client.get(path) for path in paths))
    return [(path, answer.status_code) for path, answer in zip(paths, answers, strict=True)]


@pytest.mark.full_run
def test_many_simultaneous_requests_are_all_answered(seeded_database: str) -> None:
    paths = PAGES * (READERS // len(PAGES))
    # In a thread of its own: Playwright leaves an event loop running in this one.
    with (
        running_portal(build_settings(seeded_database)) as address,
        ThreadPoolExecutor(1) as pool,
    ):
        answers = pool.submit(lambda: asyncio.run(ask_at_once(address, paths))).result()
    assert len(answers) == READERS
    assert [answer for answer in answers if answer[1] != 200] == []
