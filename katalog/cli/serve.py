"""`katalog serve`: from an empty folder to an answering portal, and a clean end."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Any

import uvicorn

from katalog import indexing, migrations, worker
from katalog.cli.demo import offer_demo_accounts
from katalog.cli.output import say
from katalog.cli.state import revision_of
from katalog.db import Engine, open_engine, reading
from katalog.domain.errors import Konfigurationsfehler, NichtVerfuegbar
from katalog.queries.health import count_areas
from katalog.settings import Settings, load_settings, with_secret
from katalog.web.app import create_app, wrap
from katalog.web.logs import configure_logs
from katalog.web.portal import open_index
from katalog.web.vendor import REPAIR_COMMAND, missing_assets
from katalog.web.warming import warm_up
from search.engine import SearchError

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
    with working(settings) if options.worker else nullcontext():
        address = f"http://{options.host}:{options.port}"
        say(f"Das Portal läuft: {address}/ (beenden mit Strg+C)")
        _offer_accounts(settings, address)
        if options.workers > 1:
            uvicorn.run(
                "katalog.web.app:from_environment",
                factory=True,
                workers=options.workers,
                **web_options(options, settings),
            )
        else:
            app = wrap(create_app(settings), settings)
            _serve_until_asked_to_stop(uvicorn.Config(app, **web_options(options, settings)))
    say("Das Portal ist beendet.")
    return 0


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    """The worker as threads of this process, so that one command is all it takes."""
    engine = open_engine(settings.db)
    try:
        with worker.running(worker.all_jobs(engine, settings)):
            yield
    finally:
        engine.dispose()


def _offer_accounts(settings: Settings, address: str) -> None:
    if not settings.secure_cookies:
        say(
            "Hinweis: Unter KATALOG_BASIS_URL schützt der Browser das Cookie der Anmeldung nicht. "
            "Im Betrieb beginnt sie mit https://."
        )
    engine = open_engine(settings.db)
    try:
        offer_demo_accounts(settings, engine, address)
    finally:
        engine.dispose()


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
        _build_first_index(settings, engine)
    finally:
        engine.dispose()


def _build_first_index(settings: Settings, engine: Engine) -> None:
    """So that the first search finds everything. One that is only old answers until it is new.

    A search engine that is away keeps nobody from starting: the worker waits for it.
    """
    index = open_index(settings)
    try:
        if settings.produktion or index.engine.rebuild_reason() is None:
            return
        started = time.perf_counter()
        say("Suchindex wird aufgebaut …")
        number = indexing.rebuild(engine, index, settings.today())
        say(f"  {number} Einträge in {time.perf_counter() - started:.1f} s.")
    except SearchError as error:
        say(f"  Der Suchindex wird später aufgebaut: {error}")
    finally:
        index.engine.close()


def web_options(options: Namespace, settings: Settings) -> dict[str, Any]:
    return {
        "host": options.host,
        "port": options.port,
        "access_log": False,
        "log_config": None,
        "server_header": False,
        # Whoever else claims to speak for somebody is taken for that somebody.
        "proxy_headers": bool(settings.vertraute_proxys),
        "forwarded_allow_ips": list(settings.vertraute_proxys),
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
