"""How jobs are kept going: a thread each, patient after a failure, until told to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from importers.postfach import Unerreichbar
from katalog import outbox
from katalog.db import OperationalError
from katalog.domain.errors import Konfigurationsfehler, NichtVerfuegbar
from search.engine import SearchError

_log = logging.getLogger("katalog.worker")

# Seconds between two looks at what is noted in the database: a change is found within a second.
_PAUSE = 0.3
# After a failure the pause doubles up to this.
_LONGEST_PAUSE = 30.0

# What passes: the other side is away, and the job tries again.
OUTAGES = (
    SearchError,
    NichtVerfuegbar,
    outbox.Unreachable,
    Unerreichbar,
    Konfigurationsfehler,
    OperationalError,
)


class Job(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def complaint(self) -> str: ...

    def work(self) -> bool:
        """One step; whether there was something to do."""


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
