"""`katalog serve`: from an empty folder to an answering portal, and a clean end."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from argparse import Namespace
from collections.abc import Mapping
from types import FrameType
from typing import Any

import uvicorn

from katalog import migrations
from katalog.cli.output import say
from katalog.cli.state import revision_of
from katalog.db import open_engine, reading
from katalog.domain.errors import Konfigurationsfehler, NichtVerfuegbar
from katalog.queries.health import count_areas
from katalog.settings import Settings, load_settings, with_secret
from katalog.web.app import create_app, wrap
from katalog.web.logs import configure_logs
from katalog.web.sketches import warm_up
from katalog.web.vendor import REPAIR_COMMAND, missing_assets

_GRACE_SECONDS = 10
# After the first answers, with which it would otherwise compete for the processor.
_WARM_UP_SECONDS = 3


def run(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = with_secret(load_settings(environment))
    if missing := missing_assets():
        raise NichtVerfuegbar(
            f"Der Oberfläche fehlen Dateien ({', '.join(missing)}). Abhilfe: {REPAIR_COMMAND}"
        )
    prepare(settings)
    _check_port(options.host, options.port)
    configure_logs()
    later = threading.Timer(_WARM_UP_SECONDS, warm_up, [settings.umrisse])
    later.daemon = True
    later.start()
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    say(f"Das Portal läuft: http://{options.host}:{options.port}/ (beenden mit Strg+C)")
    if options.workers > 1:
        uvicorn.run(
            "katalog.web.app:from_environment",
            factory=True,
            workers=options.workers,
            **web_options(options),
        )
    else:
        app = wrap(create_app(settings), settings)
        _serve_until_asked_to_stop(uvicorn.Config(app, **web_options(options)))
    say("Das Portal ist beendet.")
    return 0


def prepare(settings: Settings) -> None:
    """Tables and starting set, where nobody else looks after them.

    In production several replicas start at once and must not migrate: a job does that before.
    """
    engine = open_engine(settings.db)
    try:
        revision = revision_of(engine)
        newest = migrations.newest_revision()
        if revision != newest and settings.produktion:
            raise Konfigurationsfehler(
                "KATALOG_DB",
                f"Die Tabellen haben den Stand {revision or 'leer'}, gebraucht wird {newest}. "
                "Führen Sie `katalog migrate` aus und starten Sie dann neu.",
            )
        if revision != newest:
            say(
                "Tabellen werden angelegt …"
                if revision is None
                else "Tabellen werden aktualisiert …"
            )
            migrations.upgrade(engine)
        with reading(engine) as session:
            empty = count_areas(session) == 0
        if empty and not settings.produktion:
            from katalog.cli.database import load_seed

            started = time.perf_counter()
            say("Grundbestand wird geladen …")
            result = load_seed(settings)
            say(
                f"  {result.total.neu} Datensätze in {time.perf_counter() - started:.1f} s. "
                "Angaben mit „(Demo)“ sind Beispiele."
            )
            for fault in result.faults:
                say(f"  nicht übernommen: {fault}")
    finally:
        engine.dispose()


def web_options(options: Namespace) -> dict[str, Any]:
    return {
        "host": options.host,
        "port": options.port,
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "timeout_graceful_shutdown": _GRACE_SECONDS,
        "h11_max_incomplete_event_size": 64 * 1024,
    }


def _serve_until_asked_to_stop(config: uvicorn.Config) -> None:
    """The server finishes open requests, then repeats the signal; that is no failure here."""

    def ignore(_number: int, _frame: FrameType | None) -> None:
        return None

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ignore)
    uvicorn.Server(config).run()


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise NichtVerfuegbar(
                f"Unter {host}:{port} lässt sich nicht starten ({error.strerror}). "
                "Läuft das Portal schon? Sonst wählen Sie einen anderen Port: --port 8001"
            ) from error
