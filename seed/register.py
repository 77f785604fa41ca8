"""Themenfelder, Lagen, OZG and LeiKa services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from importers.leika_codes import make_ersatzschluessel
from importers.records import LageRecord, LeistungRecord, OzgLeistungRecord, ThemenfeldRecord
from seed.files import DATA, csv_rows, many

_FOLDER = DATA / "register"
# Own groupings and texts are the editors' and named so; key, name and type are the list's.
_SOURCE = "redaktion"


def read_register() -> Iterator[ThemenfeldRecord | LageRecord | OzgLeistungRecord | LeistungRecord]:
    for row in csv_rows(_FOLDER / "themenfelder.csv"):
        yield ThemenfeldRecord(
            quelle=row.get("quelle") or _SOURCE,
            slug=row["slug"],
            name=row["name"],
            name_alt=row["name_alt"],
            beschreibung=row["beschreibung"],
        )
    for row in csv_rows(_FOLDER / "lagen.csv"):
        yield LageRecord(
            quelle=row.get("quelle") or _SOURCE,
            name=row["name"],
            art=row["art"],
            themenfeld=row["themenfeld"],
        )
    for row in csv_rows(_FOLDER / "ozg.csv"):
        yield OzgLeistungRecord(
            quelle=row["quelle"],
            ozg_id=row["ozg_id"],
            titel=row["titel"],
            themenfeld=row["themenfeld"],
            lage=row["lage"],
            top100=row["top100"].replace("-", ""),
            prioritaet=row["prioritaet"],
            federfuehrung=row["federfuehrung"],
            beschreibung=row["beschreibung"],
        )
    alike: Counter[str] = Counter()
    for row in csv_rows(_FOLDER / "leistungen.csv"):
        name = row["bezeichnung"]
        alike[name] += not row["leistungsschluessel"]
        yield LeistungRecord(
            quelle=row["quelle"],
            leistungsschluessel=row["leistungsschluessel"],
            ersatzschluessel=(
                "" if row["leistungsschluessel"] else make_ersatzschluessel(name, alike[name])
            ),
            bezeichnung=name,
            bezeichnung_buerger=row["bezeichnung_buerger"],
            typisierung=tuple(t.strip() for t in row["typisierung"].split(",") if t.strip()),
            zielgruppe=many(row["zielgruppe"]),
            ozg_ids=many(row["ozg_ids"]),
            rechtsgrundlage=row["rechtsgrundlage"],
            kurztext=row["kurztext"],
        )
