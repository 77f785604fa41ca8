"""`katalog worker`: what goes on beside the answers, as a process of its own."""

from __future__ import annotations

import signal
import threading
from argparse import Namespace
from collections.abc import Mapping
from types import FrameType

from katalog import worker
from katalog.cli.output import report, say
from katalog.cli.state import require_current
from katalog.db import OperationalError, open_engine
from katalog.domain.errors import NichtVerfuegbar
from katalog.settings import load_settings, with_secret
from katalog.web.logs import configure_logs


def run(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = with_secret(load_settings(environment))
    engine = open_engine(settings.db)
    require_current(engine)
    jobs = worker.all_jobs(engine, settings)
    if options.once:
        try:
            steps = worker.run_once(*jobs)
        except OperationalError:
            raise
        except worker.OUTAGES as error:
            raise NichtVerfuegbar(worker.describe(error)) from error
        report({"schritte": steps}, "Es steht nichts mehr an.", as_json=options.json)
        return 0
    configure_logs()
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    say("Der Worker läuft (beenden mit Strg+C).")
    with worker.running(jobs):
        stop.wait()
    return 0
