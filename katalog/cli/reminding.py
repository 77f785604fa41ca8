"""`katalog fristen`: writes the reminders that are due, as the worker does once a day."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from datetime import date

from katalog.cli.output import report
from katalog.cli.state import require_current
from katalog.db import open_engine, reading, writing
from katalog.domain.kalender import format_datum, parse_datum
from katalog.participation import erinnerung
from katalog.settings import load_settings


def run(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = load_settings(environment)
    day: date = parse_datum(options.datum, "datum") if options.datum else settings.today()
    engine = open_engine(settings.db)
    require_current(engine)
    with reading(engine) as session:
        planned = erinnerung.plan(session, day, settings.basis_url)
    written = 0
    while not options.probe:
        with writing(engine) as session:
            some = erinnerung.remind_some(session, day, settings.basis_url)
        if not some:
            break
        written += some
    silent = [each.name for each in planned.ohne_adresse]
    count = len(planned.mails) if options.probe else written
    text = (
        f"{format_datum(day)}: {count} {'Erinnerung' if count == 1 else 'Erinnerungen'} "
        f"{'stünden an' if options.probe else 'in den Postausgang gelegt'}."
    )
    if silent:
        text += f" Niemand zu erreichen ist bei: {', '.join(silent)}."
    data = {"datum": day, "erinnerungen": count, "ohne_adresse": silent, "probe": options.probe}
    report(data, text, as_json=options.json)
    return 0
