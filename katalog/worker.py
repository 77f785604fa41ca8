"""What goes on beside the answers: the search index follows the database.

Runs as a thread of `katalog serve` or as a process of its own, `katalog worker`. Several may run
at once: the work itself takes care that only one does it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from katalog import indexing
from katalog.db import Engine, OperationalError
from katalog.indexing import Index
from search.engine import SearchError

_log = logging.getLogger("katalog.worker")

# Seconds between two looks at the notes in the database: a change is found within a second.
_PAUSE = 0.3
# Seconds until the index itself is looked at: it may be gone, or the day may have changed.
_LOOK = 10.0
# After a failure the pause doubles up to this.
_LONGEST_PAUSE = 30.0


@dataclass(slots=True)
class IndexKeeper:
    engine: Engine
    index: Index
    today: Callable[[], date]
    _looked: float = float("-inf")

    def work(self) -> bool:
        """One step; whether there was something to do."""
        now = time.monotonic()
        if now - self._looked < _LOOK and not indexing.is_behind(self.engine):
            return False
        done = indexing.keep_up(self.engine, self.index, self.today())
        # Only when it went well: an index that could not be built is looked at again.
        self._looked = now
        return done > 0


def run(keeper: IndexKeeper, stop: threading.Event) -> None:
    """Until `stop` is set. A failure is logged once, then tried again ever more patiently."""
    pause, failure = _PAUSE, ""
    while not stop.is_set():
        try:
            busy = keeper.work()
            pause, failure = _PAUSE, ""
        except (SearchError, OperationalError) as error:
            message = str(error.orig) if isinstance(error, OperationalError) else str(error)
            if message != failure:
                _log.warning("Der Suchindex folgt der Datenbank gerade nicht: %s", message)
            failure, busy = message, False
            pause = min(_LONGEST_PAUSE, pause * 2)
        if not busy:
            stop.wait(pause)


def run_once(keeper: IndexKeeper) -> int:
    """Everything that is due now; how many steps that took."""
    steps = 0
    while keeper.work():
        steps += 1
    return steps
