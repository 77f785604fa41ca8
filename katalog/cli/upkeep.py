"""What the worker does by itself day by day, by hand: `katalog pruefen`."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date

from katalog import linkcheck
from katalog.cli.output import Progress, fail, progress, report
from katalog.cli.state import require_current
from katalog.db import Engine, open_engine
from katalog.linkcheck import Look, Runde
from katalog.models.grundlage import now
from katalog.settings import load_settings
from katalog.worker import PAUSE_BETWEEN_ROUNDS, open_look

_WITHOUT_SETTING = 200


def check_links(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = load_settings(environment)
    engine = open_engine(settings.db)
    require_current(engine)
    most = options.hoechstens or settings.links_per_day or _WITHOUT_SETTING
    with progress(options.json) as show:
        runde = go_until_done(
            engine, open_look(settings), most, settings.basis_url, settings.today(), show
        )
    if runde.ausfall:
        return fail(
            "Zu viele Server antworten zugleich nicht; vermutlich ist die eigene Verbindung "
            "gestört. Dazu wurde nichts vermerkt. Prüfen Sie, ob dieser Rechner das Internet "
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
