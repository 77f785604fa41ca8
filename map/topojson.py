"""Writes one level as TopoJSON: outlines in degrees come onto the grid, the grid onto paper.

Both producers of outlines end here: `build_umrisse` (the shipped ones) and `umrisse` (those of an
import). `topologie` finds the shared borders, `geometrie` reads the result.
"""

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from map.geometrie import DATEINAME, Ebene, Punkt
from map.topologie import Bogen, Bogenflaeche, Flaeche, Gitterpunkt, encode

# Rings that do not repeat their first point; the first, against the clock, is the outline, the
# others are holes.
Polygone = Sequence[Sequence[Sequence[Punkt]]]

URSPRUNG = (5.5, 47.0)


@dataclass(frozen=True, slots=True)
class Gitter:
    """Steps in degrees."""

    lon: float
    lat: float

    def to_gitter(self, punkt: Punkt) -> Punkt:
        return (punkt[0] - URSPRUNG[0]) / self.lon, (punkt[1] - URSPRUNG[1]) / self.lat


# Länder and Kreise must lie exactly on each other, so they share their grid.
GROB = Gitter(lon=0.001, lat=0.0006)
FEIN = Gitter(lon=0.0008, lat=0.0005)
GITTER = {Ebene.LAND: GROB, Ebene.KREIS: GROB, Ebene.VERBAND: GROB, Ebene.GEMEINDE: FEIN}


@dataclass(frozen=True, slots=True)
class Gitterumriss:
    """One area on the grid; `mitte`, the point for its label, is still in degrees."""

    kennung: str
    flaeche: Flaeche
    mitte: Punkt


def round_polygone(polygone: Polygone, gitter: Gitter) -> list[list[list[Gitterpunkt]]]:
    """Every point to the nearest one of the grid; neighbours keep their common border thereby."""
    gerundet = []
    for polygon in polygone:
        ringe = [_round_ring(ring, gitter) for ring in polygon]
        # An islet below one grid step has no shape left; its neighbours do not touch it.
        if len(set(ringe[0])) > 2:
            gerundet.append([ring for ring in ringe if len(set(ring)) > 2])
    return gerundet


def _round_ring(ring: Sequence[Punkt], gitter: Gitter) -> list[Gitterpunkt]:
    (west, sued), lon, lat = URSPRUNG, gitter.lon, gitter.lat
    # Written out: a level has hundreds of thousands of points.
    punkte = [(round((x - west) / lon), round((y - sued) / lat)) for x, y in ring]
    return [punkt for davor, punkt in pairwise((*punkte, punkte[0])) if punkt != davor]


def write_topojson(
    ebene: Ebene, umrisse: Sequence[Gitterumriss], stand: date, vermerk: str
) -> bytes:
    gitter = GITTER[ebene]
    boegen, flaechen = encode([umriss.flaeche for umriss in umrisse])
    topologie = {
        "type": "Topology",
        "stand": stand.isoformat(),
        "vermerk": vermerk,
        "transform": {"scale": [gitter.lon, gitter.lat], "translate": list(URSPRUNG)},
        "objects": {
            DATEINAME[ebene]: {
                "type": "GeometryCollection",
                "geometries": [
                    _to_geometrie(umriss, flaeche, boegen, gitter)
                    for umriss, flaeche in zip(umrisse, flaechen, strict=True)
                ],
            }
        },
        "arcs": [_to_differenzen(bogen) for bogen in boegen],
    }
    return json.dumps(topologie, ensure_ascii=False, separators=(",", ":")).encode()


def pack_gzip(inhalt: bytes) -> bytes:
    """The same bytes for the same content, whenever it is packed."""
    return gzip.compress(inhalt, compresslevel=9, mtime=0)


def _to_geometrie(
    umriss: Gitterumriss, flaeche: Bogenflaeche, boegen: Sequence[Bogen], gitter: Gitter
) -> dict[str, Any]:
    einzeln = len(flaeche) == 1
    ecken = (p for teil in flaeche for ring in teil for i in ring for p in boegen[max(i, ~i)])
    return {
        "type": "Polygon" if einzeln else "MultiPolygon",
        "id": umriss.kennung,
        "properties": {"mitte": _mitte_in_prozent(gitter.to_gitter(umriss.mitte), ecken)},
        "arcs": flaeche[0] if einzeln else flaeche,
    }


def _mitte_in_prozent(mitte: Punkt, ecken: Iterable[Gitterpunkt]) -> list[int]:
    """The label point as per cent of the area's bounding box: a third of the bytes."""
    anteile = []
    for wert, werte in zip(mitte, zip(*ecken, strict=True), strict=True):
        unten, oben = min(werte), max(werte)
        # What had to be enlarged to one grid step may lie beside its label point.
        anteile.append(min(max(round(100 * (wert - unten) / (oben - unten)), 0), 100))
    return anteile


def _to_differenzen(bogen: Bogen) -> list[list[int]]:
    schritte = [[x - u, y - v] for (u, v), (x, y) in pairwise(bogen)]
    return [list(bogen[0]), *schritte]
