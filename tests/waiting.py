"""Waiting for what another process or thread does, however slow the machine is just now."""

import threading
import time
from collections.abc import Callable

_LONGEST = 30.0


def wait_until(done: Callable[[], object], what: str, longest: float = _LONGEST) -> None:
    """Asks again and again; `what` says what did not happen."""
    end = time.monotonic() + longest
    while not done():
        assert time.monotonic() < end, f"{what} – auch nach {longest:.0f} Sekunden nicht."
        threading.Event().wait(0.02)
