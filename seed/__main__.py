"""Load the starting set: `plant_seed` for the command line, or `python -m seed`.

Everything goes through `katalog.intake`, as any import does; loading it again changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date

from importers.records import QuelleRecord, Record
from katalog.db import open_engine, writing
from katalog.intake import Report, take_over
from katalog.settings import load_settings
from seed.areas import read_areas
from seed.cases import plant_cases
from seed.files import DATA, day, toml
from seed.offers import DEMO, FACTS, read_offers
from seed.register import read_register

# Each record cites its own source; whose word it is, is the starting set's: any import of the
# same list counts more.
GRUNDBESTAND = QuelleRecord("grundbestand", "Grundbestand des OZG-Katalogs", "seed")
_SOURCE_FIELDS = {
    "kennung", "titel", "art", "herausgeber", "url", "lizenz", "stand_text",
}  # fmt: skip


def read_seed(*, only_register: bool, demo: bool) -> Iterator[Record]:
    for path in sorted(DATA.glob("*/quellen.toml")):
        for entry in toml(path)["quelle"]:
            values = {name: entry[name] for name in _SOURCE_FIELDS if name in entry}
            yield QuelleRecord(**values, stand=day(entry.get("stand")))
    yield from read_areas()
    yield from read_register()
    if only_register:
        return
    yield from read_offers(FACTS)
    if demo:
        yield from read_offers(DEMO)


def plant_seed(
    database: str,
    *,
    only_register: bool = False,
    demo: bool = True,
    today: date,
    progress: Callable[[str, int, int], None] = lambda kind, done, total: None,
) -> Report:
    engine = open_engine(database)
    try:
        with writing(engine) as session:
            incoming = read_seed(only_register=only_register, demo=demo)
            report = take_over(session, incoming, GRUNDBESTAND, today, progress)
            if demo and not only_register:
                plant_cases(session, today)
            return report
    finally:
        engine.dispose()


if __name__ == "__main__":
    settings = load_settings(os.environ)
    print(plant_seed(settings.db, today=settings.today()).total)
