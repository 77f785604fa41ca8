"""Pages that are kept as long as nothing in the database has changed.

Most readers ask for the same few pages, and between two changes each of them is the same every
time. What is kept belongs to one state of the database; with the next change by anybody, in this
process or another, all of it is thrown away. So nothing is ever shown that is not true any more,
and nobody who writes has to think of it.

Only for guests: what somebody signed in may see is theirs alone.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable

from katalog.db import Engine, watch
from katalog.web.response import Finished

_MOST_BYTES = 64_000_000


class KeptPages:
    def __init__(self, engine: Engine) -> None:
        self._state_of_database = watch(engine)
        self._lock = threading.Lock()
        # One value, so that nobody ever sees the pages of one state with the name of another.
        self._kept: tuple[str, dict[Hashable, Finished]] = ("", {})
        self._bytes = 0

    def state(self) -> str:
        """To be asked before the page is made: what is made later is at least as new."""
        return self._state_of_database()

    def get(self, state: str, key: Hashable) -> Finished | None:
        known, pages = self._kept
        return pages.get(key) if state == known else None

    def put(self, state: str, key: Hashable, page: Finished) -> None:
        with self._lock:
            known, pages = self._kept
            if state != known or self._bytes > _MOST_BYTES:
                pages = {}
                self._kept, self._bytes = (state, pages), 0
            pages[key] = page
            # Twice what it is now: packed for its readers it grows by less than itself.
            self._bytes += 2 * page.size
