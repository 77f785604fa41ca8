"""`katalog fristen`: what is to be brought to mind on a day; writes the mails if asked to."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from katalog import workflow
from katalog.cli.output import report
from katalog.cli.state import require_current
from katalog.db import Engine, open_engine, reading, writing
from katalog.domain.kalender import format_datum, parse_datum
from katalog.participation import erinnerung
from katalog.participation.erinnerung import Erinnerungen
from katalog.settings import Settings, load_settings
from katalog.workflow import Anstehend


def run(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = load_settings(environment)
    day = parse_datum(options.datum, "datum") if options.datum else settings.today()
    engine = open_engine(settings.db)
    try:
        require_current(engine)
        with reading(engine) as session:
            due = workflow.list_due(session, day, settings.erinnerungen)
            asked = erinnerung.plan(session, day, settings.basis_url)
        data: dict[str, Any] = {
            "datum": day,
            "faellig": [_describe(each) for each in due],
            "bestaetigungen": len(asked.mails),
            "ohne_adresse": [each.name for each in asked.ohne_adresse],
        }
        lines = [*_say_due(due), *_say_asked(asked)] or ["An nichts ist zu erinnern."]
        if options.senden:
            data["mails"] = _send(engine, settings, day)
            lines.append(f"Mails in den Postausgang gelegt: {data['mails']}.")
    finally:
        engine.dispose()
    report(data, "\n".join([f"{format_datum(day)}:", *lines]), as_json=options.json)
    return 0


def _send(engine: Engine, settings: Settings, day: date) -> int:
    basis_url = settings.basis_url.rstrip("/")
    count = workflow.remind(engine, day, basis_url, settings.erinnerungen)
    while True:
        with writing(engine) as session:
            some = erinnerung.remind_some(session, day, basis_url)
        if not some:
            return count
        count += some


def _describe(each: Anstehend) -> dict[str, Any]:
    faellig = each.erinnerung.faelligkeit
    return {
        "am": faellig.am,
        "termin": faellig.art.label,
        "tage_vorher": each.erinnerung.stufe,
        "vorgangsnummer": each.lage.vorgangsnummer,
        "onlinedienst": each.lage.dienst_name,
        "stelle": each.lage.stelle_name,
        "an": each.an,
    }


def _say_due(due: Sequence[Anstehend]) -> list[str]:
    lines = []
    for each in due:
        faellig, lage = each.erinnerung.faelligkeit, each.lage
        whom = ", ".join(each.an) or "niemand zu erreichen: Es ist keine Adresse hinterlegt"
        lines.append(
            f"  {format_datum(faellig.am)}  {faellig.art.label}: {lage.dienst_name}, "
            f"{lage.stelle_name} ({lage.vorgangsnummer}) an {whom}"
        )
    return lines


def _say_asked(asked: Erinnerungen) -> list[str]:
    lines = []
    if asked.mails:
        lines.append(f"  Angaben zu bestätigen: {len(asked.mails)} Mails an Kommunen.")
    if asked.ohne_adresse:
        silent = ", ".join(each.name for each in asked.ohne_adresse)
        lines.append(f"  Angaben zu bestätigen, aber niemand zu erreichen: {silent}.")
    return lines
