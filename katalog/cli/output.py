"""What commands print: plain lines, one JSON document, or a progress bar on a terminal."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol


def say(text: str) -> None:
    print(text, flush=True)


def report(data: dict[str, Any], text: str, *, as_json: bool) -> None:
    print(json.dumps(data, ensure_ascii=False, default=str) if as_json else text, flush=True)


def fail(message: str, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"fehler": message}, ensure_ascii=False), flush=True)
    else:
        print(message, file=sys.stderr, flush=True)
    return 1


# Beginnings of what is counted in bytes; everything else in pieces.
_IN_BYTES = ("Lesen", "Laden")
_SECONDS_BETWEEN_LINES = 3.0


class Progress(Protocol):
    def __call__(self, kind: str, done: int, total: int) -> None: ...


@contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """A bar where somebody watches, a line every few seconds where a log does."""
    if quiet:
        yield lambda kind, done, total: None
    elif not sys.stderr.isatty():
        yield _Lines()
    else:
        with _bar() as move:
            yield move


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("  {task.description:<24}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[rate]:>16}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, transient=True) as bar:
        task = bar.add_task("Beginn", total=None, rate="")
        clock = _Clock()

        def move(kind: str, done: int, total: int) -> None:
            if clock.begin(kind):
                bar.reset(task, total=total, description=kind, rate="")
            bar.update(task, completed=done, total=total, rate=_rate(clock, kind, done))

        yield move


class _Clock:
    """Since when a kind of work is under way."""

    def __init__(self) -> None:
        self.kind = ""
        self.since = 0.0

    def begin(self, kind: str) -> bool:
        if kind == self.kind:
            return False
        self.kind, self.since = kind, time.monotonic()
        return True

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.since


class _Lines:
    def __init__(self) -> None:
        self._clock = _Clock()
        self._said = 0.0
        self._whole = False

    def __call__(self, kind: str, done: int, total: int) -> None:
        if self._clock.begin(kind):
            self._said, self._whole = time.monotonic(), False
        now = time.monotonic()
        if self._whole or (done < total and now - self._said < _SECONDS_BETWEEN_LINES):
            return
        self._said, self._whole = now, done >= total
        rate = _rate(self._clock, kind, done)
        seconds = self._clock.seconds
        left = (total - done) * seconds / done if 0 < done < total else 0
        rest = f", noch etwa {_spell(left)}" if left >= 1 else ""
        line = f"  {kind}: {_amount(kind, done)} von {_amount(kind, total)}"
        say(f"{line}{f' ({rate}{rest})' if rate else ''}")


def _amount(kind: str, number: int) -> str:
    if kind.startswith(_IN_BYTES):
        return f"{number / 1_000_000:.1f} MB".replace(".", ",")
    return f"{number:,}".replace(",", ".")


def _rate(clock: _Clock, kind: str, done: int) -> str:
    seconds = clock.seconds
    if seconds < 1 or not done:
        return ""
    return f"{_amount(kind, round(done / seconds))}/s"


def _spell(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
