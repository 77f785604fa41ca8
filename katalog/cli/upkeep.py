"""What the worker does by itself day by day, by hand: `katalog pruefen`, `katalog aufraeumen`."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date

from katalog import linkcheck, retention
from katalog.cli.output import Progress, fail, progress, report
from katalog.cli.state import require_current
from katalog.db import Engine, open_engine, reading
from katalog.domain.errors import UngueltigeEingabe
from katalog.linkcheck import Look, Runde
from katalog.models.grundlage import now
from katalog.queries.aufbewahrung import REGELN
from katalog.settings import MOST_LINKS_PER_DAY, Settings, load_settings
from katalog.worker.jobs import PAUSE_BETWEEN_ROUNDS, open_look

_WITHOUT_SETTING = 200


def check_links(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = load_settings(environment)
    most = options.hoechstens
    if most is None:
        most = settings.links_per_day or _WITHOUT_SETTING
    elif not 0 < most <= MOST_LINKS_PER_DAY:
        raise UngueltigeEingabe(
            "hoechstens", str(most), f"--hoechstens ist eine Zahl von 1 bis {MOST_LINKS_PER_DAY}."
        )
    with _opened(settings) as engine, progress(options.json) as show:
        address = settings.basis_url.rstrip("/")
        runde = go_until_done(engine, open_look(settings), most, address, settings.today(), show)
    if runde.ausfall:
        return fail(
            "Zu viele Server antworten zugleich nicht; vermutlich ist die eigene Verbindung "
            "gestört. Zu ihnen wurde nichts vermerkt. Prüfen Sie, ob dieser Rechner das Internet "
            "erreicht, und rufen Sie den Befehl später noch einmal auf.",
            as_json=options.json,
        )
    report(asdict(runde), _describe(runde), as_json=options.json)
    return 0


def go_until_done(
    engine: Engine,
    look: Look,
    most: int,
    basis_url: str,
    today: date,
    show: Progress,
    wait: Callable[[float], None] = time.sleep,
) -> Runde:
    """Round after round, until nothing is due or today's number is reached."""
    linkcheck.list_addresses(engine, today, now())
    total = Runde()
    while True:
        going, count = linkcheck.go_round(engine, look, most, basis_url, today, now()), 0
        while True:
            try:
                next(going)
            except StopIteration as end:
                runde: Runde = end.value
                break
            count += 1
            show("Seiten geprüft", total.geprueft + count, most)
        total += runde
        if runde.ausfall or not runde.geprueft:
            return total
        wait(PAUSE_BETWEEN_ROUNDS)


def _describe(runde: Runde) -> str:
    return (
        f"Geprüfte Seiten: {runde.geprueft}. Neu als nicht erreichbar vermerkt: "
        f"{runde.nicht_erreichbar}. Stellen, bei denen nachgefragt wurde: {runde.nachgefragt}."
    )


def tidy(options: Namespace, environment: Mapping[str, str]) -> int:
    with _opened(load_settings(environment)) as engine:
        if options.probe:
            with reading(engine) as session:
                counts = retention.preview(session, now())
        else:
            counts = retention.tidy(engine, now())
    names = {rule.kennung: rule.was for rule in REGELN} | {retention.PROTOKOLL: "Protokoll"}
    lines = "\n".join(f"  {count:>8}  {names[key]}" for key, count in counts.items())
    beginning = "Es stünden an:" if options.probe else "Gelöscht oder geleert:"
    report({"probe": options.probe} | counts, f"{beginning}\n{lines}", as_json=options.json)
    return 0


@contextmanager
def _opened(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings.db)
    try:
        require_current(engine)
        yield engine
    finally:
        engine.dispose()
