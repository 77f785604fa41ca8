"""Reads the outlines: which areas a level has, their shape, and who borders on whom.

The shipped files come from `build_umrisse` (format: TopoJSON, notes in daten/README.md), imported
ones from `umrisse`; `fassungen` knows which folder holds the ones to use, and `skizze` draws them.
A level is read when it is first asked for and kept until its file changes.
"""

import gzip
import json
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from map.topologie import Bogen, Bogenflaeche, Gitterpunkt, weigh

DATEN = Path(__file__).parent / "daten"

Punkt = tuple[float, float]
Kasten = tuple[float, float, float, float]


class Ebene(StrEnum):
    LAND = "land"
    KREIS = "kreis"
    VERBAND = "verband"
    GEMEINDE = "gemeinde"


DATEINAME = {
    Ebene.LAND: "laender",
    Ebene.KREIS: "kreise",
    Ebene.VERBAND: "verbaende",
    Ebene.GEMEINDE: "gemeinden",
}


@dataclass(frozen=True, slots=True)
class Umriss:
    """One area in degrees: bounding box (west, south, east, north), a point inside, its rings.

    Rings are closed; holes run the other way round than outlines.
    """

    ags: str
    kasten: Kasten
    mitte: Punkt
    ringe: tuple[tuple[Punkt, ...], ...]


@dataclass(frozen=True, slots=True)
class Gitterflaeche:
    """One area on the grid of its level: the signed arc numbers of its rings."""

    ringe: tuple[tuple[int, ...], ...]
    kasten: tuple[int, int, int, int]
    mitte: Punkt


@dataclass(frozen=True, slots=True, eq=False)
class Topologie:
    """One level as stored: areas by AGS in ascending order, arcs, and the areas at each arc."""

    stand: date
    vermerk: str
    schritt: Punkt
    ursprung: Punkt
    boegen: tuple[Bogen, ...]
    flaechen: dict[str, Gitterflaeche]
    anlieger: tuple[tuple[str, ...], ...]
    _gewichte: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def weights(self, nummer: int) -> tuple[int, ...]:
        """How much each point of an arc matters (see `weigh`), found when first drawn."""
        gewichte = self._gewichte.get(nummer)
        if gewichte is None:
            gewichte = self._gewichte[nummer] = weigh(self.boegen[nummer])
        return gewichte

    def to_grad(self, punkt: Punkt) -> Punkt:
        return (
            self.ursprung[0] + punkt[0] * self.schritt[0],
            self.ursprung[1] + punkt[1] * self.schritt[1],
        )

    def points(self, ring: tuple[int, ...]) -> Iterator[Gitterpunkt]:
        """The points of a ring; the first one comes again at the end."""
        for stelle, nummer in enumerate(ring):
            bogen = self.boegen[nummer] if nummer >= 0 else self.boegen[~nummer][::-1]
            yield from bogen if stelle == 0 else bogen[1:]


def find_datei(ebene: str, ordner: Path = DATEN) -> Path:
    """The gzipped TopoJSON of a level, as it can be sent to a browser."""
    return ordner / f"{DATEINAME[Ebene(ebene)]}.topojson.gz"


def load_topologie(ebene: str, ordner: Path = DATEN) -> Topologie:
    datei = find_datei(ebene, ordner)
    # An import may swap newer outlines in while the portal runs.
    zustand = datei.stat()
    return _read_topologie(datei, (zustand.st_ino, zustand.st_mtime_ns))


def gebiete(ebene: str, praefix: str = "", ordner: Path = DATEN) -> tuple[str, ...]:
    """The AGS of all areas of a level below a key: "05570" → the municipalities of this Kreis.

    On the level of associations a real association has the first nine digits of its ARS (it has
    no AGS), a municipality that belongs to none its AGS.
    """
    alle = _sorted_ags(load_topologie(ebene, ordner))
    # "~" sorts behind every digit.
    return alle[bisect_left(alle, praefix) : bisect_left(alle, f"{praefix}~")]


def umriss(ebene: str, ags: str, ordner: Path = DATEN) -> Umriss:
    """The outline of one area; KeyError if the level has no such area."""
    topologie = load_topologie(ebene, ordner)
    flaeche = topologie.flaechen[ags]
    west, sued, ost, nord = flaeche.kasten
    return Umriss(
        ags=ags,
        kasten=topologie.to_grad((west, sued)) + topologie.to_grad((ost, nord)),
        mitte=topologie.to_grad(flaeche.mitte),
        ringe=tuple(
            tuple(topologie.to_grad(punkt) for punkt in topologie.points(ring))
            for ring in flaeche.ringe
        ),
    )


def nachbarn(ebene: str, ags: str, ordner: Path = DATEN) -> tuple[str, ...]:
    """The areas that share a stretch of border with this one; touching in a point is not enough.

    Empty for an area without an outline: nothing is known about its neighbours then.
    """
    topologie = load_topologie(ebene, ordner)
    flaeche = topologie.flaechen.get(ags)
    if flaeche is None:
        return ()
    anlieger = {
        anlieger
        for ring in flaeche.ringe
        for nummer in ring
        for anlieger in topologie.anlieger[max(nummer, ~nummer)]
    }
    return tuple(sorted(anlieger - {ags}))


@lru_cache(maxsize=8)
def _read_topologie(datei: Path, _fassung: tuple[int, int]) -> Topologie:
    return to_topologie(json.loads(gzip.decompress(datei.read_bytes())))


def to_topologie(inhalt: dict[str, Any]) -> Topologie:
    """A level out of its TopoJSON; of two areas with the same key the last one."""
    (sammlung,) = inhalt["objects"].values()
    boegen = tuple(_add_up(bogen) for bogen in inhalt["arcs"])
    kaesten = [_box(bogen) for bogen in boegen]
    flaechen = {
        geometrie["id"]: _to_flaeche(geometrie, kaesten)
        for geometrie in sorted(sammlung["geometries"], key=lambda geometrie: geometrie["id"])
    }
    anlieger: list[tuple[str, ...]] = [()] * len(boegen)
    for ags, flaeche in flaechen.items():
        for ring in flaeche.ringe:
            for nummer in ring:
                anlieger[max(nummer, ~nummer)] += (ags,)
    return Topologie(
        stand=date.fromisoformat(inhalt["stand"]),
        vermerk=inhalt["vermerk"],
        schritt=tuple(inhalt["transform"]["scale"]),
        ursprung=tuple(inhalt["transform"]["translate"]),
        boegen=boegen,
        flaechen=flaechen,
        anlieger=tuple(anlieger),
    )


@lru_cache(maxsize=8)
def _sorted_ags(topologie: Topologie) -> tuple[str, ...]:
    return tuple(topologie.flaechen)


def _add_up(differenzen: list[list[int]]) -> Bogen:
    """TopoJSON stores the first point of an arc and then steps."""
    xs = accumulate(x for x, _ in differenzen)
    ys = accumulate(y for _, y in differenzen)
    return tuple(zip(xs, ys, strict=True))


def _box(bogen: Bogen) -> tuple[int, int, int, int]:
    xs, ys = zip(*bogen, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _to_flaeche(
    geometrie: dict[str, Any], kaesten: list[tuple[int, int, int, int]]
) -> Gitterflaeche:
    arcs = geometrie["arcs"]
    polygone: Bogenflaeche = [arcs] if geometrie["type"] == "Polygon" else arcs
    ringe = tuple(tuple(ring) for polygon in polygone for ring in polygon)
    beteiligt = [kaesten[max(nummer, ~nummer)] for ring in ringe for nummer in ring]
    west, sued = min(k[0] for k in beteiligt), min(k[1] for k in beteiligt)
    ost, nord = max(k[2] for k in beteiligt), max(k[3] for k in beteiligt)
    x, y = geometrie["properties"]["mitte"]
    mitte = (west + (ost - west) * x / 100, sued + (nord - sued) * y / 100)
    return Gitterflaeche(ringe, (west, sued, ost, nord), mitte)
