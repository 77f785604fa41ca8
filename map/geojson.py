"""Outlines as GeoJSON geometry, for those who take a map along."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from map.geometrie import Punkt, Umriss

# About ten centimetres: a grid step is half a hundred metres.
_STELLEN = 6


def to_geometrie(umriss: Umriss) -> dict[str, Any]:
    """Outlines run against the clock, holes with it and behind the outline that they are in."""
    polygone: list[list[list[Punkt]]] = []
    for ring in umriss.ringe:
        punkte = [(round(x, _STELLEN), round(y, _STELLEN)) for x, y in ring]
        if _twice_area(ring) > 0 or not polygone:
            polygone.append([punkte])
        else:
            polygone[-1].append(punkte)
    return {"type": "MultiPolygon", "coordinates": polygone}


def _twice_area(ring: Iterable[Punkt]) -> float:
    """Positive for a ring that runs against the clock."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring))
