"""Areas of Germany, level by level."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from importers.records import GebietRecord
from seed.files import DATA, csv_rows, toml

_LEVELS = {
    "land": "laender.csv",
    "regierungsbezirk": "regierungsbezirke.csv",
    "kreis": "kreise.csv",
    "verband": "verbaende.csv",
    "gemeinde": "gemeinden.csv",
}


def read_areas() -> Iterator[GebietRecord]:
    folder = DATA / "gebiete"
    source = toml(folder / "quellen.toml")["quelle"][0]
    valid_from = source["stand"]
    assert isinstance(valid_from, date)
    for ebene, file in _LEVELS.items():
        for row in csv_rows(folder / file):
            yield GebietRecord(
                quelle=source["kennung"],
                ebene=ebene,
                ars=row["ars"],
                ags=row["ags"],
                name=row["name"],
                bezeichnung=row["bezeichnung"],
                bezeichnung_im_namen=row["bezeichnung_im_namen"] == "1",
                kreisfrei=row["kreisfrei"] == "1",
                lat=float(row["lat"]),
                lon=float(row["lon"]),
                gueltig_ab=valid_from,
            )
