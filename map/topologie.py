"""Shared borders: polygons on an integer grid become arcs, every border stored once.

`build_umrisse` encodes with it, `geometrie` reads the same notation back: where two areas touch,
both name one arc, one of them in reverse (written ~i, as TopoJSON has it).
"""

import heapq
from collections.abc import Sequence
from itertools import pairwise

Gitterpunkt = tuple[int, int]
Bogen = tuple[Gitterpunkt, ...]
# A ring does not repeat its first point. The first ring of a polygon is its outline, the
# others are holes; an area is a list of polygons.
Ring = Sequence[Gitterpunkt]
Flaeche = Sequence[Sequence[Ring]]
# The same nesting with arc numbers in place of the points.
Bogenflaeche = list[list[list[int]]]

UNENTBEHRLICH = 2**62


def encode(flaechen: Sequence[Flaeche]) -> tuple[list[Bogen], list[Bogenflaeche]]:
    """Arcs in order of first use, and per area the numbers of the arcs of its rings."""
    knoten = find_knoten(flaechen)
    nummern: dict[Bogen, int] = {}
    ergebnis = [
        [
            [[_number(bogen, nummern) for bogen in cut(ring, knoten)] for ring in polygon]
            for polygon in flaeche
        ]
        for flaeche in flaechen
    ]
    return list(nummern), ergebnis


def find_knoten(flaechen: Sequence[Flaeche]) -> set[Gitterpunkt]:
    """Points at which borders part: the two neighbouring points are not the same in all rings."""
    nachbarpunkte: dict[Gitterpunkt, tuple[Gitterpunkt, Gitterpunkt]] = {}
    knoten: set[Gitterpunkt] = set()
    for flaeche in flaechen:
        for polygon in flaeche:
            for ring in polygon:
                for davor, punkt, danach in zip(
                    (ring[-1], *ring[:-1]), ring, (*ring[1:], ring[0]), strict=True
                ):
                    paar = (davor, danach) if davor < danach else (danach, davor)
                    if nachbarpunkte.setdefault(punkt, paar) != paar:
                        knoten.add(punkt)
    return knoten


def cut(ring: Ring, knoten: set[Gitterpunkt]) -> list[Bogen]:
    """The ring as arcs from node to node, closed, beginning at a node if it has one."""
    schnitte = [i for i, punkt in enumerate(ring) if punkt in knoten]
    if not schnitte:
        # An island and the hole around it must find each other whatever point each starts with.
        schnitte = [min(range(len(ring)), key=lambda i: ring[i])]
    beginn = schnitte[0]
    gedreht = (*ring[beginn:], *ring[: beginn + 1])
    grenzen = [*(i - beginn for i in schnitte), len(ring)]
    return [gedreht[a : b + 1] for a, b in pairwise(grenzen)]


def _number(bogen: Bogen, nummern: dict[Bogen, int]) -> int:
    vorwaerts = nummern.get(bogen)
    if vorwaerts is not None:
        return vorwaerts
    rueckwaerts = nummern.get(bogen[::-1])
    if rueckwaerts is not None:
        return ~rueckwaerts
    return nummern.setdefault(bogen, len(nummern))


def weigh(bogen: Bogen) -> tuple[int, ...]:
    """Per point the weight below which a drawing may leave it out; the ends always stay.

    After Visvalingam and Whyatt: the point whose triangle with its two remaining neighbours is
    smallest goes first, and no point weighs less than one that went before it. The weight is
    twice the triangle's area in grid cells.
    """
    letzter = len(bogen) - 1
    davor, danach = list(range(-1, letzter)), list(range(1, letzter + 2))

    def measure(i: int) -> int:
        (ax, ay), (bx, by), (cx, cy) = bogen[davor[i]], bogen[i], bogen[danach[i]]
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay))

    aktuell = {i: measure(i) for i in range(1, letzter)}
    schlange = [(flaeche, i) for i, flaeche in aktuell.items()]
    heapq.heapify(schlange)
    gewichte = [UNENTBEHRLICH] * len(bogen)
    bisher = 0
    while schlange:
        flaeche, i = heapq.heappop(schlange)
        # A point is queued again when a neighbour goes; only its latest entry counts.
        if aktuell.get(i) != flaeche:
            continue
        del aktuell[i]
        bisher = gewichte[i] = max(bisher, flaeche)
        links, rechts = davor[i], danach[i]
        danach[links], davor[rechts] = rechts, links
        for j in (links, rechts):
            if j in aktuell:
                aktuell[j] = measure(j)
                heapq.heappush(schlange, (aktuell[j], j))
    return tuple(gewichte)
