"""`katalog laden`: fetches the official open sources and imports them, in the order they need."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from importers import fim
from importers.download import Fetched
from importers.download_transport import Policy
from importers.fim import Fetch
from importers.offene_quellen import QUELLEN, OffeneQuelle, fetch_quelle, open_quelle
from importers.recognition import Format
from importers.records import QuelleRecord, Unlesbar
from katalog.cli.importing import NICHTS, TEILWEISE, as_data, as_text, exit_code
from katalog.cli.output import Progress, fail, progress, report, say
from katalog.cli.state import require_current
from katalog.db import Engine, open_engine
from katalog.domain.errors import UngueltigeEingabe
from katalog.intake.auftrag import Auftrag
from katalog.intake.runs import import_files
from katalog.settings import load_settings

ABRUFE = Path("var/abrufe")
# The starting set is of this year: what changed before it explains nothing.
_CHANGES_SINCE = 2016


def run(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = load_settings(environment)
    chosen = _choose(options.auswahl)
    if options.liste:
        report(
            {"quellen": [_describe(quelle) for quelle in chosen]},
            "\n".join(f"{q.name:<16} {q.titel} ({q.herausgeber}), {q.seite}" for q in chosen),
            as_json=options.json,
        )
        return 0
    engine = open_engine(settings.db)
    try:
        require_current(engine)
        with progress(options.json) as show:
            try:
                files = fetch_all(chosen, settings.today(), ABRUFE, show)
            except Unlesbar as fault:
                # Nothing was imported yet: what is half there changes nothing.
                return fail(str(fault), as_json=options.json)
            orders = make_orders(chosen, files, settings.today(), Path(settings.umrisse))
            return import_all(engine, orders, show, probe=options.probe, as_json=options.json)
    finally:
        engine.dispose()


def _choose(names: Sequence[str]) -> list[OffeneQuelle]:
    known = {quelle.name: quelle for quelle in QUELLEN}
    for name in names:
        if name not in known:
            raise UngueltigeEingabe(
                "auswahl", name, f"„{name}“ ist keine der Quellen: {', '.join(known)}."
            )
    return [quelle for quelle in QUELLEN if not names or quelle.name in names]


def _describe(quelle: OffeneQuelle) -> dict[str, Any]:
    return {
        "name": quelle.name,
        "titel": quelle.titel,
        "herausgeber": quelle.herausgeber,
        "seite": quelle.seite,
        "lizenz": quelle.lizenz,
    }


def fetch_all(
    quellen: Iterable[OffeneQuelle],
    today: date,
    folder: Path,
    show: Progress,
    *,
    policy: Policy | None = None,
    urls: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, list[Fetched]]:
    """All files before the first import; an interface with pages is asked while it is imported."""
    found = {}
    for quelle in quellen:
        if quelle.is_api:
            continue
        since = _CHANGES_SINCE if quelle.format is Format.GV_AENDERUNGEN else 0
        found[quelle.name] = list(
            fetch_quelle(
                quelle,
                today,
                folder,
                policy,
                urls=(urls or {}).get(quelle.name, ()),
                since=since,
                progress=partial(_tell, show, quelle.name),
            )
        )
    return found


def _tell(show: Progress, name: str, done: int, total: int | None) -> None:
    show(f"Laden {name}", done, total or max(done, 1))


def make_orders(
    quellen: Iterable[OffeneQuelle],
    files: Mapping[str, Sequence[Fetched]],
    today: date,
    umrisse: Path,
    fetch: Fetch | None = None,
) -> list[Auftrag]:
    orders = []
    for quelle in quellen:
        paths = [found.path for found in files.get(quelle.name, ())]
        order = Auftrag(quelle.format, paths, today, umrisse)
        if quelle.is_api:
            asked = fetch or open_quelle(quelle)
            order = replace(order, abruf=partial(_ask, asked))
        orders.append(order)
    return orders


def _ask(fetch: Fetch, quelle: QuelleRecord) -> Iterable[Any]:
    return fim.read_api(fetch, time.sleep, quelle=quelle, prefix="")


def import_all(
    engine: Engine, orders: Iterable[Auftrag], show: Progress, *, probe: bool, as_json: bool
) -> int:
    """One after the other; what fails is said, and the others, which do not need it, go on."""
    worst, collected = 0, {}
    for order in orders:
        started = time.monotonic()
        ergebnis = import_files(engine, order, show, probe=probe)
        seconds = time.monotonic() - started
        collected[order.format.value] = as_data(ergebnis, probe, seconds)
        if not as_json:
            say(f"{order.format.label}:\n{as_text(ergebnis, probe, seconds)}")
        worst = max(worst, exit_code(ergebnis), key=(0, TEILWEISE, NICHTS).index)
    if as_json:
        report(collected, "", as_json=True)
    return worst
