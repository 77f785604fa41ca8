"""Lays a level onto its grid so that every area stays there, valid and beside its neighbours.

Rounding alone does that nearly always and keeps common borders common. Where narrow places
collapse or borders cross thereby, the whole level is put together anew from its borders. Only
the writing of outlines needs shapely; whoever reads them must not import this module.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
import shapely  # type: ignore[import-untyped,unused-ignore]

from map.geometrie import Punkt
from map.topojson import Gitter, Gitterumriss, Polygone, round_polygone
from map.topologie import Flaeche

# A piece of the new puzzle belongs to the area that covers this much of it.
MEHRHEIT = 0.5


@dataclass(frozen=True, slots=True)
class Gebiet:
    """One area in degrees: its key, its outline, and the point for its label."""

    kennung: str
    polygone: Polygone
    mitte: Punkt


@dataclass(frozen=True, slots=True)
class Einpassung:
    """A level on its grid, and what became of it there.

    `ringe_entfallen`: islets and holes below one grid step; `ersetzt`: keys of whole areas that
    small, which are a triangle of one grid step now; `neu_zusammengesetzt`: rounding alone did
    not do.
    """

    umrisse: tuple[Gitterumriss, ...]
    ringe_entfallen: int
    ersetzt: tuple[str, ...]
    neu_zusammengesetzt: bool


def snap(gebiete: Sequence[Gebiet], gitter: Gitter) -> Einpassung:
    flaechen: list[Flaeche] = [round_polygone(gebiet.polygone, gitter) for gebiet in gebiete]
    krumm = not _is_sound(to_shapes(flaechen))
    if krumm:
        flaechen = reassemble(gebiete, gitter)
    vorher = sum(len(polygon) for gebiet in gebiete for polygon in gebiet.polygone)
    nachher = sum(len(polygon) for flaeche in flaechen for polygon in flaeche)
    return Einpassung(
        umrisse=tuple(
            Gitterumriss(gebiet.kennung, flaeche or _triangle(gebiet, gitter), gebiet.mitte)
            for gebiet, flaeche in zip(gebiete, flaechen, strict=True)
        ),
        # Where a narrow place has parted an area there may be more rings than before.
        ringe_entfallen=max(vorher - nachher, 0),
        ersetzt=tuple(
            gebiet.kennung for gebiet, flaeche in zip(gebiete, flaechen, strict=True) if not flaeche
        ),
        neu_zusammengesetzt=krumm,
    )


def _is_sound(flaechen: Any) -> bool:
    return bool(
        shapely.is_valid(flaechen).all()
        # An islet that rounding has turned over is valid, but runs the wrong way round.
        and shapely.is_ccw(shapely.get_exterior_ring(shapely.get_parts(flaechen))).all()
        and shapely.coverage_is_valid(flaechen)
    )


def _triangle(gebiet: Gebiet, gitter: Gitter) -> Flaeche:
    """The smallest shape there is; an enclave then lies on its neighbour instead of in it."""
    x, y = (round(wert) for wert in gitter.to_gitter(gebiet.mitte))
    return [[[(x, y), (x + 1, y), (x, y + 1)]]]


def to_shapes(flaechen: Iterable[Iterable[Iterable[Sequence[Punkt]]]]) -> Any:
    """One MultiPolygon each, all made at once: one by one takes ten times as long."""
    punkte: list[Punkt] = []
    ringe, polygone, gebiete = [0], [0], [0]
    for flaeche in flaechen:
        for polygon in flaeche:
            for ring in polygon:
                punkte += (*ring, ring[0])
                ringe.append(len(punkte))
            polygone.append(len(ringe) - 1)
        gebiete.append(len(polygone) - 1)
    return shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON,
        numpy.array(punkte, dtype=float).reshape(-1, 2),
        tuple(numpy.array(grenzen, dtype=numpy.int64) for grenzen in (ringe, polygone, gebiete)),
    )


# A puzzle of borders -------------------------------------------------------------------------


def reassemble(gebiete: Sequence[Gebiet], gitter: Gitter) -> list[Flaeche]:
    """All borders of the level rounded together (snap rounding): they meet in grid points only.

    What they enclose are the pieces. Each goes to the area that lay there before, so that no
    gap opens and nothing overlaps, whatever has become of a single border.
    """
    genau = to_shapes(
        [[[gitter.to_gitter(punkt) for punkt in ring] for ring in polygon] for polygon in polygone]
        for polygone in (gebiet.polygone for gebiet in gebiete)
    )
    grenzen = shapely.union_all(shapely.boundary(genau), grid_size=1)
    stuecke = shapely.get_parts(shapely.polygonize(shapely.get_parts(grenzen)))
    je_gebiet: dict[int, list[int]] = defaultdict(list)
    # By this method areas stay areas, and no stray lines come with them.
    genau = shapely.make_valid(genau, method="structure", keep_collapsed=False)
    for stueck, gebiet in _find_owners(stuecke, genau).items():
        je_gebiet[gebiet].append(stueck)
    return [
        _to_flaeche(shapely.coverage_union_all(stuecke[je_gebiet[gebiet]]))
        for gebiet in range(len(gebiete))
    ]


def _find_owners(stuecke: Any, genau: Any) -> dict[int, int]:
    """Number of the piece → number of the area; pieces between the areas have none."""
    baum = shapely.STRtree(genau)
    besitzer: dict[int, int] = {}
    innen = shapely.point_on_surface(stuecke)
    for stueck, gebiet in baum.query(innen, predicate="within").T.tolist():
        besitzer.setdefault(stueck, gebiet)
    # A narrow piece may have moved beside its old place altogether.
    offen = [stueck for stueck in range(len(stuecke)) if stueck not in besitzer]
    nummern, kandidaten = baum.query(stuecke[offen], predicate="intersects")
    gemeinsam = shapely.area(shapely.intersection(stuecke[offen][nummern], genau[kandidaten]))
    anteile = gemeinsam / shapely.area(stuecke[offen][nummern])
    for nummer, gebiet, anteil in zip(
        nummern.tolist(), kandidaten.tolist(), anteile.tolist(), strict=True
    ):
        if anteil >= MEHRHEIT:
            besitzer.setdefault(offen[nummer], gebiet)
    return besitzer


def _to_flaeche(flaeche: Any) -> Flaeche:
    return [
        [_to_ring(ring) for ring in (teil.exterior, *teil.interiors)]
        for teil in shapely.get_parts(shapely.orient_polygons(flaeche))
        if not teil.is_empty
    ]


def _to_ring(ring: Any) -> list[tuple[int, int]]:
    # Whole numbers already, but stored as floating point.
    return [(round(x), round(y)) for x, y in shapely.get_coordinates(ring)[:-1].tolist()]
