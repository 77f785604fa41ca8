"""Two web processes, two workers that are killed again and again: every mail arrives, and no other.

What a worker had in hand when it was killed is sent again when its claim ends, under the same
Message-ID, so that a mail server or reader can tell that it is the same.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import SIGTERM

import pytest
from sqlalchemy import select

from katalog.db import Engine, reading
from katalog.domain.begriffe import Nachrichtenstatus
from katalog.domain.mailserver import Mailserver
from katalog.models.betrieb import Nachricht
from katalog.models.grundlage import now
from katalog.outbox import Absender, SmtpTransport, deliver_next
from katalog.queries import nachrichten
from tests.conftest import POSTGRES
from tests.databases import State
from tests.forked import PATIENCE, kill, serving, start, stop
from tests.mailing import Postfach, receiving
from tests.portal import send_form
from tests.waiting import wait_until

PRODUCTION = {
    "KATALOG_UMGEBUNG": "produktion",
    "KATALOG_GEHEIMNIS": "k" * 32,
    "KATALOG_BASIS_URL": "https://ozg.kommune.example",
    "KATALOG_ABSENDER": "ozg@kommune.example",
    "KATALOG_BETREIBER_NAME": "Beispielstadt",
    "KATALOG_BETREIBER_ANSCHRIFT": "Rathausplatz 1|12345 Beispielstadt",
    "KATALOG_BETREIBER_EMAIL": "ozg@kommune.example",
    # The portals are asked by forty places, which a proxy in front of them tells apart.
    "KATALOG_VERTRAUTE_PROXYS": "127.0.0.1",
    "KATALOG_LINKS_AM_TAG": "0",
}
MAILS = 1_000
KILLS = 8
# One place in the net may ask for 30 links in an hour: forty town halls with 25 desks each.
DESKS = 25
# Longer than the claim of a worker lasts.
LATER = timedelta(minutes=11)


@pytest.mark.postgres
@pytest.mark.full_run
def test_a_thousand_mails_of_two_portals_arrive_although_workers_are_killed(
    fresh_database: Callable[[str, State], str],
    open_database: Callable[[str], Engine],
    tmp_path: Path,
) -> None:
    database, postfach = fresh_database(POSTGRES, State.MIGRATED), Postfach()
    engine, seed = open_database(database), random.randrange(2**32)
    print(f"Zufall {seed}")
    with receiving(postfach) as server, ExitStack() as running:
        settings = production(database, server)
        portals = [running.enter_context(serving(tmp_path, settings)) for _ in range(2)]
        with two_workers(tmp_path, settings) as workers, ThreadPoolExecutor(6) as visitors:
            asking = visitors.map(ask_for_link, portals * (MAILS // 2), range(MAILS))
            kill_at_random(workers, postfach, random.Random(seed))
            assert Counter(asking) == {303: MAILS}
            wait_until(lambda: nothing_waits(engine), "Die Mails werden nicht übergeben", PATIENCE)
        left = in_hand(engine)
        assert left <= KILLS
        assert deliver_rest(engine, server) == left
    assert_each_arrived(engine, postfach)
    print(
        f"{MAILS} Mails, {KILLS} Abbrüche, {left} lagen bei einem abgebrochenen Worker, "
        f"{len(postfach.received) - MAILS} kamen doppelt an, unter ihrer Message-ID"
    )


def production(database: str, server: Mailserver) -> dict[str, str]:
    return PRODUCTION | {
        "KATALOG_DB": database,
        "KATALOG_SMTP": f"smtp://{server.host}:{server.port}",
    }


def ask_for_link(portal: str, number: int) -> int:
    place = number // DESKS
    answer = send_form(
        portal,
        "/anmelden",
        f"email=amt{number}@kommune.example",
        X_Forwarded_For=f"198.51.100.{place}",
        X_Forwarded_Proto="https",
    )
    return answer.status


@dataclass(slots=True)
class Workers:
    folder: Path
    settings: dict[str, str]
    processes: list[BaseProcess]

    def start(self) -> BaseProcess:
        return start(self.folder, self.settings, "worker")

    def kill_and_replace(self, number: int) -> None:
        assert self.processes[number].is_alive(), (self.folder / "worker.txt").read_text()
        kill(self.processes[number])
        self.processes[number] = self.start()


@contextmanager
def two_workers(folder: Path, settings: dict[str, str]) -> Iterator[Workers]:
    """In the end they are asked to stop, and finish the mail in hand if they have begun."""
    workers = Workers(folder, settings, [])
    try:
        for _ in range(2):
            workers.processes.append(workers.start())
        yield workers
        assert {stop(process) for process in workers.processes} <= {0, -SIGTERM}
    finally:
        for process in workers.processes:
            kill(process)


def kill_at_random(workers: Workers, postfach: Postfach, chance: random.Random) -> None:
    """After so many mails, not so many seconds: however slow the machine is, it hits the work."""
    for mark in sorted(chance.sample(range(20, MAILS * 4 // 5), KILLS)):

        def arrived(mark: int = mark) -> bool:
            return len(postfach.received) >= mark

        wait_until(arrived, "Es kommt nichts an", PATIENCE)
        time.sleep(chance.random() / 50)
        workers.kill_and_replace(chance.randrange(2))


def nothing_waits(engine: Engine) -> bool:
    with reading(engine) as session:
        return not nachrichten.is_due(session, now())


def in_hand(engine: Engine) -> int:
    with reading(engine) as session:
        return nachrichten.count_by_status(session).get(Nachrichtenstatus.WIRD_GESENDET, 0)


def deliver_rest(engine: Engine, server: Mailserver) -> int:
    transport, sender = SmtpTransport(server), Absender("", PRODUCTION["KATALOG_ABSENDER"])
    count = 0
    while deliver_next(engine, transport, sender, now() + LATER):
        count += 1
    transport.close()
    return count


def assert_each_arrived(engine: Engine, postfach: Postfach) -> None:
    with reading(engine) as session:
        rows = session.scalars(select(Nachricht)).all()
    assert {row.status for row in rows} == {Nachrichtenstatus.UEBERGEBEN}
    to = {row.message_id: row.empfaenger for row in rows}
    assert sorted(to.values()) == sorted(f"amt{number}@kommune.example" for number in range(MAILS))
    copies = Counter(postfach.ids())
    assert copies.keys() == to.keys()
    assert copies.total() - MAILS <= KILLS
    assert {(str(m["Message-ID"]), str(m["To"])) for m in postfach.received} == set(to.items())
