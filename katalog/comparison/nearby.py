"""From what somebody typed as their municipality to the bodies of its Kreis and those around it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from katalog.db import Session
from katalog.queries.kommunen import MUNICIPAL, KommuneZeile
from katalog.queries.orte import find_place
from katalog.queries.umkreis import Umkreis, bodies_around
from map.geometrie import Ebene, nachbarn


@dataclass(frozen=True, slots=True)
class Naehe:
    """`ort` is None where the register knows no such municipality."""

    gefragt: str
    ort: KommuneZeile | None
    umkreis: Umkreis

    @property
    def name(self) -> str:
        return self.ort.name if self.ort else ""

    @property
    def land_id(self) -> int | None:
        return self.ort.gebiet.land_id if self.ort else None

    @property
    def kreis(self) -> str:
        """The own Kreis; a kreisfreie Stadt is its own."""
        return (self.ort.kreis or self.ort.name) if self.ort else ""


def look_around(session: Session, typed: str, outlines: Path) -> Naehe | None:
    """None if nobody asked. `outlines` is the folder that tells which Kreise border on which."""
    if not typed:
        return None
    place = find_place(session, typed, MUNICIPAL)
    if place is None or place.gebiet.kreis_id is None:
        return Naehe(typed, None, Umkreis({}, {}))
    key = (place.gebiet.ags or place.gebiet.ars)[:5]
    around = nachbarn(Ebene.KREIS, key, outlines)
    return Naehe(typed, place, bodies_around(session, place.gebiet.kreis_id, around))
