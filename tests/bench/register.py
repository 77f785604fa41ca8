"""Services and areas of the bench data, as records that the portal takes over like any import.

The starting set gives the areas and part of the services. The rest of the services comes from
the OZG-Umsetzungskatalog of 2019, where its files lie beside the project, else it is made up.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from importers.records import (
    GebietRecord,
    LeistungRecord,
    OzgLeistungRecord,
    PlattformRecord,
    QuelleRecord,
    Record,
)
from seed.__main__ import read_seed
from tests.bench.size import Umfang

CATALOGUE = Path(__file__).parents[3] / "shared" / "data" / "ozg-katalog-2019"
QUELLE = "bench"
PLATTFORMEN = 10
# The service that the map of the start page asks about, and its OZG service.
ASKED, ASKED_OZG = "99110009104000", "10160"
_MAP_OF_THE_START_PAGE = ("05570", "05558", "05915", "05515")
_CATALOGUE_SOURCE = "ozg-umsetzungskatalog-2019"
_TYPES = {"1", "2", "2/3", "3", "4", "5", "6"}
_THINGS = ("Ausweis", "Beihilfe", "Bescheinigung", "Erlaubnis", "Gebühr", "Genehmigung", "Zulage")
_ABOUT = ("Betrieb", "Fahrzeug", "Garten", "Gewerbe", "Haus", "Kind", "Schule", "Straße", "Wohnung")
_DONE = ("Änderung", "Antrag", "Auskunft", "Bewilligung", "Erteilung", "Festsetzung", "Meldung")

T = TypeVar("T")

LIEFERANT = QuelleRecord(QUELLE, "Bench-Bestand", "import", stand_text="erzeugt")


def read_records(umfang: Umfang) -> Iterator[Record]:
    seed = list(read_seed(only_register=True, demo=False))
    ozg = _choose_ozg(seed, umfang)
    kept = {record.ozg_id for record in ozg}
    yield LIEFERANT
    for record in seed:
        if not isinstance(record, GebietRecord | OzgLeistungRecord | LeistungRecord):
            yield record
    yield from ozg
    yield from _choose_leistungen(seed, umfang, kept)
    yield from _choose_areas([r for r in seed if isinstance(r, GebietRecord)], umfang.gemeinden)
    for number in range(PLATTFORMEN):
        yield PlattformRecord(QUELLE, f"bench-plattform-{number}", f"Plattform {number}")


def _choose_ozg(seed: list[Record], umfang: Umfang) -> list[OzgLeistungRecord]:
    known = {r.ozg_id: r for r in seed if isinstance(r, OzgLeistungRecord)}
    fields = itertools.cycle(sorted({record.themenfeld for record in known.values()}))
    for row in _catalogue("ozg-leistungen.csv"):
        record = OzgLeistungRecord(
            _CATALOGUE_SOURCE, row["ozg_id"], row["ozg_leistung"], next(fields)
        )
        known.setdefault(record.ozg_id, record)
    for number in range(18_000, 19_999):
        if len(known) >= umfang.ozg:
            break
        known[str(number)] = OzgLeistungRecord(QUELLE, str(number), _title(number), next(fields))
    asked = known.pop(ASKED_OZG)
    return [asked, *_spread(list(known.values()), umfang.ozg - 1)]


def _choose_leistungen(
    seed: list[Record], umfang: Umfang, ozg_ids: set[str]
) -> list[LeistungRecord]:
    """A service whose OZG services were all left out goes to one that was kept."""
    known = {
        r.leistungsschluessel or r.bezeichnung: r for r in seed if isinstance(r, LeistungRecord)
    }
    for row in _catalogue("leika-leistungen.csv"):
        key = row["leika_schluessel"] if row["leika_schluessel"].isdigit() else ""
        record = LeistungRecord(
            _CATALOGUE_SOURCE,
            key,
            row["bezeichnung"],
            typisierung=tuple(
                t for t in re.split(r"\s*,\s*", row["leika_typ"].strip()) if t in _TYPES
            ),
            ozg_ids=(row["ozg_id"],),
            rechtsgrundlage=row["rechtsgrundlage"],
        )
        known.setdefault(key or record.bezeichnung, record)
    for number in itertools.count():
        if len(known) >= umfang.leistungen:
            break
        key = f"99{number // 100:03}{number % 100:03}014000"
        known.setdefault(key, LeistungRecord(QUELLE, key, _title(number), typisierung=("2/3",)))
    asked = known.pop(ASKED)
    homes = itertools.cycle(sorted(ozg_ids))
    chosen = [asked, *_spread(list(known.values()), umfang.leistungen - 1)]
    return [
        LeistungRecord(
            quelle=record.quelle,
            leistungsschluessel=record.leistungsschluessel,
            bezeichnung=record.bezeichnung,
            bezeichnung_buerger=record.bezeichnung_buerger,
            typisierung=record.typisierung,
            zielgruppe=record.zielgruppe,
            ozg_ids=tuple(key for key in record.ozg_ids if key in ozg_ids) or (next(homes),),
            rechtsgrundlage=record.rechtsgrundlage,
            kurztext=record.kurztext,
        )
        for record in chosen
    ]


def _choose_areas(areas: list[GebietRecord], number: int) -> list[GebietRecord]:
    """Whole Kreise, so that a town of the small set has as many neighbours as one of the large."""
    towns = [area for area in areas if area.ebene == "gemeinde"]
    kreise = sorted({town.ars[:5] for town in towns}, key=_map_first)
    if number < len(towns) // 2:
        share = len(towns) // number
        kreise = [
            key for n, key in enumerate(kreise) if key in _MAP_OF_THE_START_PAGE or n % share == 0
        ]
    wanted = set(kreise)
    chosen = _spread([town for town in towns if town.ars[:5] in wanted], number)
    above = {town.ars[:digits] for town in chosen for digits in (2, 3, 5, 9)}
    digits = {"land": 2, "regierungsbezirk": 3, "kreis": 5, "verband": 9}
    groups = [
        area for area in areas if area.ebene in digits and area.ars[: digits[area.ebene]] in above
    ]
    return [*groups, *chosen]


def _map_first(kreis: str) -> tuple[bool, str]:
    return kreis not in _MAP_OF_THE_START_PAGE, kreis


def _spread(items: list[T], number: int) -> list[T]:
    """So many of them, evenly from the whole list; all if there are fewer."""
    if number >= len(items):
        return items
    return [items[n * len(items) // number] for n in range(number)]


def _catalogue(name: str) -> Iterator[dict[str, str]]:
    path = CATALOGUE / name
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file, delimiter=";")


def _title(number: int) -> str:
    thing = _THINGS[number % len(_THINGS)]
    about = _ABOUT[number // len(_THINGS) % len(_ABOUT)]
    done = _DONE[number // len(_THINGS) // len(_ABOUT) % len(_DONE)]
    return f"{thing} für {about} {number} {done}"
