"""What goes on beside the answers: the index follows the database, mails are sent, entries sealed,
the register follows the calendar, and days of cases are brought to mind.

Each job runs in a thread of its own, so that a mail server that does not answer keeps no index from
following. They are threads of `katalog serve` or of a process of its own, `katalog worker`. Several
may run at once: the work itself takes care that each part of it is done by one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Protocol

from katalog import indexing, journal, outbox
from katalog.db import Engine, OperationalError, reading, writing
from katalog.indexing import Index
from katalog.models.grundlage import now
from katalog.settings import MAIL_FOLDER, Settings
from katalog.web.portal import open_index
from katalog.workflow import follow_calendar, is_behind_calendar, remind
from search.engine import SearchError

_log = logging.getLogger("katalog.worker")

# Seconds between two looks at what is noted in the database: a change is found within a second.
_PAUSE = 0.3
# Seconds until the index itself is looked at: it may be gone, or the day may have changed.
_LOOK = 10.0
# After a failure the pause doubles up to this.
_LONGEST_PAUSE = 30.0

# What passes: the other side is away, and the job tries again.
OUTAGES = (SearchError, outbox.Unreachable, OperationalError)


class Job(Protocol):
    name: ClassVar[str]
    complaint: ClassVar[str]

    def work(self) -> bool:
        """One step; whether there was something to do."""


@dataclass(slots=True)
class IndexKeeper:
    name: ClassVar[str] = "index"
    complaint: ClassVar[str] = "Der Suchindex folgt der Datenbank gerade nicht"
    engine: Engine
    index: Index
    today: Callable[[], date]
    _looked: float = float("-inf")

    def work(self) -> bool:
        moment = time.monotonic()
        if moment - self._looked < _LOOK and not indexing.is_behind(self.engine):
            return False
        done = indexing.keep_up(self.engine, self.index, self.today())
        # Only when it went well: an index that could not be built is looked at again.
        self._looked = moment
        return done > 0


@dataclass(slots=True)
class Postbote:
    name: ClassVar[str] = "post"
    complaint: ClassVar[str] = "Mails lassen sich gerade nicht übergeben"
    engine: Engine
    transport: outbox.Transport
    absender: outbox.Absender

    def work(self) -> bool:
        if outbox.deliver_next(self.engine, self.transport, self.absender, now()):
            return True
        self.transport.close()
        return False


@dataclass(slots=True)
class Sealer:
    name: ClassVar[str] = "protokoll"
    complaint: ClassVar[str] = "Das Protokoll lässt sich gerade nicht versiegeln"
    engine: Engine

    def work(self) -> bool:
        return journal.seal_next(self.engine)


@dataclass(slots=True)
class Tageswechsel:
    """Once a day, and once after each start: then nothing is missed."""

    name: ClassVar[str] = "tageswechsel"
    complaint: ClassVar[str] = "Das Verzeichnis folgt dem Kalender gerade nicht"
    engine: Engine
    today: Callable[[], date]
    _done: date | None = None

    def work(self) -> bool:
        today = self.today()
        if self._done == today:
            return False
        with reading(self.engine) as session:
            behind = is_behind_calendar(session, today)
        if behind:
            with writing(self.engine) as session:
                follow_calendar(session, today)
        self._done = today
        return behind


@dataclass(slots=True)
class Fristenwart:
    """Once for each day: what becomes due does so by the calendar."""

    name: ClassVar[str] = "fristen"
    complaint: ClassVar[str] = "An Termine lässt sich gerade nicht erinnern"
    engine: Engine
    basis_url: str
    stufen: tuple[int, ...]
    today: Callable[[], date]
    _done: date | None = None

    def work(self) -> bool:
        today = self.today()
        if self._done == today:
            return False
        mails = remind(self.engine, today, self.basis_url, self.stufen)
        self._done = today
        return mails > 0


def all_jobs(engine: Engine, settings: Settings) -> list[Job]:
    return [
        IndexKeeper(engine, open_index(settings), settings.today),
        Postbote(engine, open_transport(settings), outbox.read_absender(settings.mail_sender)),
        Sealer(engine),
        Tageswechsel(engine, settings.today),
        Fristenwart(engine, settings.basis_url.rstrip("/"), settings.erinnerungen, settings.today),
    ]


def open_transport(settings: Settings) -> outbox.Transport:
    server = settings.mailserver
    return outbox.SmtpTransport(server) if server else outbox.FolderTransport(MAIL_FOLDER)


def run(job: Job, stop: threading.Event) -> None:
    """Until `stop` is set. A failure is logged once, then tried again ever more patiently."""
    pause, failure = _PAUSE, ""
    while not stop.is_set():
        try:
            busy = job.work()
            pause, failure = _PAUSE, ""
        except OUTAGES as error:
            message = describe(error)
            if message != failure:
                _log.warning("%s: %s", job.complaint, message)
            failure, busy = message, False
            pause = min(_LONGEST_PAUSE, pause * 2)
        if not busy:
            stop.wait(pause)


@contextmanager
def running(jobs: Sequence[Job]) -> Iterator[None]:
    """All of them at once, until the block ends and each has finished its step."""
    stop = threading.Event()
    threads = [threading.Thread(target=run, args=(job, stop), name=job.name) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def run_once(*jobs: Job) -> int:
    """Everything that is due now; how many steps that took."""
    return sum(_until_idle(job) for job in jobs)


def _until_idle(job: Job) -> int:
    steps = 0
    while job.work():
        steps += 1
    return steps


def describe(error: Exception) -> str:
    return str(error.orig) if isinstance(error, OperationalError) else str(error)
