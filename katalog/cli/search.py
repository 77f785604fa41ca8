"""The search index from the command line: built anew, or kept up as long as the process runs."""

from __future__ import annotations

import signal
import threading
import time
from argparse import Namespace
from collections.abc import Mapping
from types import FrameType

from katalog import indexing, worker
from katalog.cli.output import progress, report, say
from katalog.cli.state import require_current
from katalog.db import open_engine
from katalog.domain.errors import Konflikt, NichtVerfuegbar
from katalog.settings import load_settings
from katalog.web.logs import configure_logs
from katalog.web.portal import open_index
from katalog.worker import IndexKeeper
from search.engine import IndexBusy, SearchError


def reindex(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = load_settings(environment)
    engine = open_engine(settings.db)
    require_current(engine)
    started = time.perf_counter()
    try:
        with progress(options.json) as show:
            number = indexing.rebuild(engine, open_index(settings), settings.today(), show)
    except IndexBusy as error:
        raise Konflikt(str(error)) from error
    except SearchError as error:
        raise NichtVerfuegbar(str(error)) from error
    seconds = time.perf_counter() - started
    report(
        {"dokumente": number, "sekunden": round(seconds, 1)},
        f"Suchindex aufgebaut: {number} Einträge in {seconds:.1f} s.",
        as_json=options.json,
    )
    return 0


def run_worker(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = load_settings(environment)
    engine = open_engine(settings.db)
    require_current(engine)
    keeper = IndexKeeper(engine, open_index(settings), settings.today)
    if options.once:
        try:
            steps = worker.run_once(keeper)
        except SearchError as error:
            raise NichtVerfuegbar(str(error)) from error
        report({"schritte": steps}, "Es steht nichts mehr an.", as_json=options.json)
        return 0
    configure_logs()
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    say("Der Worker läuft (beenden mit Strg+C).")
    worker.run(keeper, stop)
    return 0
