"""What commands print: plain lines, one JSON document, or a progress bar on a terminal."""

from __future__ import annotations

import json
import sys
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


class Progress(Protocol):
    def __call__(self, kind: str, done: int, total: int) -> None: ...


@contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """A bar where somebody watches, a line per step where a log does."""
    if quiet:
        yield lambda kind, done, total: None
        return
    if not sys.stderr.isatty():

        def line(kind: str, done: int, total: int) -> None:
            say(f"  {kind}: {done} von {total}")

        yield line
        return
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("  {task.description:<24}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, transient=True) as bar:
        task = bar.add_task("Grundbestand", total=None)

        def move(kind: str, done: int, total: int) -> None:
            bar.update(task, description=kind, completed=done, total=total)

        yield move
