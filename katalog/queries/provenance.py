"""Where a row comes from, in the form in which pages say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col

from katalog.domain.begriffe import Quellenart
from katalog.models.quellen import Quelle


@dataclass(frozen=True, slots=True)
class Angabe:
    """ "laut {titel}, Stand {stand}"; the licence goes with whoever takes the row elsewhere."""

    titel: str
    stand: date | None
    stand_text: str
    art: Quellenart
    lizenz: str

    @property
    def demo(self) -> bool:
        return self.art is Quellenart.DEMO


def source_columns() -> tuple[Any, ...]:
    return (
        col(Quelle.titel).label("quelle_titel"),
        col(Quelle.stand).label("quelle_stand"),
        col(Quelle.stand_text).label("quelle_stand_text"),
        col(Quelle.art).label("quelle_art"),
        col(Quelle.lizenz).label("quelle_lizenz"),
    )


def provenance(row: Any, stand: date | None = None) -> Angabe | None:
    return name_source(
        row.quelle_titel,
        row.quelle_stand,
        row.quelle_stand_text,
        row.quelle_art,
        row.quelle_lizenz,
        stand,
    )


def name_source(
    titel: str | None,
    stand: date | None,
    stand_text: str,
    art: Quellenart,
    lizenz: str,
    row_stand: date | None,
) -> Angabe | None:
    """The row's own date is more exact than the date of its source."""
    if titel is None:
        return None
    own = row_stand or stand
    return Angabe(titel, own, "" if own else stand_text, art, lizenz)
