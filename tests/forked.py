"""Commands of `katalog` as processes of their own that need no time to start.

They are forks of a process that has read the code already. Each has its own memory, threads and
connections, and dies like any other process when it is killed.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.portal import ask
from tests.waiting import wait_until

PATIENCE = 180.0


def start(folder: Path, settings: Mapping[str, str], *arguments: str) -> BaseProcess:
    """It goes on beside the test; whoever starts it ends it."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["__main__", "katalog.cli.serve", "katalog.cli.working"])
    process = context.Process(target=_run, args=(folder, dict(settings), arguments))
    process.start()
    return process


def _run(folder: Path, settings: dict[str, str], arguments: tuple[str, ...]) -> None:
    from katalog.cli import main

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(settings)
    output = os.open(f"{arguments[0]}.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.exit(main(arguments))


def stop(process: BaseProcess) -> int | None:
    """As an operator asks it to; its exit code."""
    process.terminate()
    process.join(PATIENCE)
    return process.exitcode


def kill(process: BaseProcess) -> None:
    process.kill()
    process.join(PATIENCE)


@contextmanager
def serving(folder: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """A portal without a worker: its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start(folder, settings, "serve", "--no-worker", "--port", str(port))
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(process, address), "Das Portal antwortet nicht", PATIENCE)
        yield address
        assert stop(process) == 0
    finally:
        kill(process)


def _answers(process: BaseProcess, address: str) -> bool:
    assert process.is_alive(), f"Das Portal ist mit {process.exitcode} zu Ende gegangen."
    try:
        return ask(address, "/healthz").status == 200
    except OSError:
        return False
