"""`katalog fristen`: what is to be brought to mind on a day; writes the mails if asked to."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import Any

from katalog import workflow
from katalog.cli.output import report
from katalog.cli.state import require_current
from katalog.db import open_engine, reading
from katalog.domain.kalender import format_datum, parse_datum
from katalog.settings import load_settings
from katalog.workflow import Anstehend


def run(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = load_settings(environment)
    day = parse_datum(options.datum) if options.datum else settings.today()
    engine = open_engine(settings.db)
    try:
        require_current(engine)
        with reading(engine) as session:
            due = workflow.list_due(session, day, settings.erinnerungen)
        data: dict[str, Any] = {"datum": day, "faellig": [_describe(each) for each in due]}
        text = _say(due)
        if options.senden:
            basis_url = settings.basis_url.rstrip("/")
            count = workflow.remind(engine, day, basis_url, settings.erinnerungen)
            data["mails"] = count
            text += f"\nMails in den Postausgang gelegt: {count}."
    finally:
        engine.dispose()
    report(data, f"{format_datum(day)}: {text}", as_json=options.json)
    return 0


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


def _say(due: Sequence[Anstehend]) -> str:
    if not due:
        return "An nichts ist zu erinnern."
    lines = [f"{len(due)} {'Termin' if len(due) == 1 else 'Termine'} zu erinnern."]
    for each in due:
        faellig, lage = each.erinnerung.faelligkeit, each.lage
        whom = ", ".join(each.an) or "niemand zu erreichen: Es ist keine Adresse hinterlegt"
        lines.append(
            f"  {format_datum(faellig.am)}  {faellig.art.label}: {lage.dienst_name}, "
            f"{lage.stelle_name} ({lage.vorgangsnummer}) an {whom}"
        )
    return "\n".join(lines)
