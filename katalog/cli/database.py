"""Tables, starting set, backup."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from katalog import backup as backups
from katalog import migrations
from katalog.cli.output import progress, report
from katalog.cli.state import require_current, revision_of
from katalog.db import open_engine
from katalog.intake import Report
from katalog.settings import Settings, load_settings
from seed.__main__ import plant_seed


def migrate(options: Namespace, environment: Mapping[str, str]) -> int:
    engine = open_engine(load_settings(environment).db)
    before = revision_of(engine)
    migrations.upgrade(engine)
    after = revision_of(engine)
    text = (
        f"Die Tabellen sind auf dem neuesten Stand ({after})."
        if before == after
        else f"Tabellen aktualisiert: {before or 'leer'} → {after}."
    )
    report({"vorher": before, "nachher": after}, text, as_json=options.json)
    return 0


def seed(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = load_settings(environment)
    require_current(open_engine(settings.db))
    result = load_seed(settings, only_register=options.leer, quiet=options.json)
    total = result.total
    report(
        {
            "neu": total.neu,
            "geaendert": total.geaendert,
            "unveraendert": total.unveraendert,
            "fehler": result.faults,
        },
        f"Grundbestand geladen: {total.neu} neu, {total.geaendert} geändert, "
        f"{total.unveraendert} unverändert."
        + "".join(f"\n  nicht übernommen: {fault}" for fault in result.faults),
        as_json=options.json,
    )
    return 1 if result.faults else 0


def backup(options: Namespace, environment: Mapping[str, str]) -> int:
    engine = open_engine(load_settings(environment).db)
    require_current(engine)
    counts = backups.write_backup(engine, Path(options.ziel))
    rows = sum(counts.values())
    report(
        {"datei": options.ziel, "zeilen": rows, "tabellen": counts},
        f"Gesichert: {rows} Zeilen aus {len(counts)} Tabellen in {options.ziel}.",
        as_json=options.json,
    )
    return 0


def restore(options: Namespace, environment: Mapping[str, str]) -> int:
    engine = open_engine(load_settings(environment).db)
    counts = backups.read_backup(engine, Path(options.quelle), replace=options.ersetzen)
    rows = sum(counts.values())
    report(
        {"datei": options.quelle, "zeilen": rows, "tabellen": counts},
        f"Wiederhergestellt: {rows} Zeilen in {len(counts)} Tabellen aus {options.quelle}.",
        as_json=options.json,
    )
    return 0


def load_seed(settings: Settings, *, only_register: bool = False, quiet: bool = False) -> Report:
    """Demo statements belong on a training machine, never into production."""
    with progress(quiet) as show:
        return plant_seed(
            settings.db,
            only_register=only_register,
            demo=not settings.produktion,
            today=settings.today(),
            progress=show,
        )
