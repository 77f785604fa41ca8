"""Laying areas on the grid: whatever the rounding does, they stay there, valid and adjoining."""

import json
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any

import shapely  # type: ignore[import-untyped,unused-ignore]
from hypothesis import given, settings
from hypothesis import strategies as st

from map.geometrie import Ebene, to_topologie
from map.gitter import Einpassung, Gebiet, reassemble, snap, to_shapes
from map.pruefung import check_ebene
from map.topojson import GITTER, URSPRUNG, Gitter, Gitterumriss, round_polygone, write_topojson

EINS = Gitter(lon=1, lat=1)


def area(kennung: str, *ringe: Sequence[tuple[float, float]], mitte: Any = None) -> Gebiet:
    """One polygon in steps of the grid."""
    grad = [[(x + URSPRUNG[0], y + URSPRUNG[1]) for x, y in ring] for ring in ringe]
    x, y = mitte or ringe[0][0]
    return Gebiet(kennung, [grad], (x + URSPRUNG[0], y + URSPRUNG[1]))


def lattice(zufall: Random, spalten: int, zeilen: int, weite: float) -> list[Gebiet]:
    """Crooked quadrilaterals without a gap, `weite` grid steps wide on an average."""
    ecken = {
        (i, j): tuple(weite * (wert + zufall.uniform(-0.45, 0.45)) for wert in (i, j))
        for i in range(spalten + 1)
        for j in range(zeilen + 1)
    }
    return [
        area(
            f"{i:02}{j:03}",
            [ecken[i, j], ecken[i + 1, j], ecken[i + 1, j + 1], ecken[i, j + 1]],  # type: ignore[list-item]
        )
        for i in range(spalten)
        for j in range(zeilen)
    ]


def shapes(ergebnis: Einpassung) -> Any:
    return to_shapes(umriss.flaeche for umriss in ergebnis.umrisse)


def exact(gebiete: list[Gebiet]) -> Any:
    return to_shapes(
        [[[EINS.to_gitter(p) for p in ring] for ring in polygon] for polygon in gebiet.polygone]
        for gebiet in gebiete
    )


def rings(umriss: Gitterumriss) -> set[tuple[tuple[float, float], ...]]:
    """Whatever point each begins with."""
    return {turn(tuple(ring)) for polygon in umriss.flaeche for ring in polygon}


def turn(ring: tuple[Any, ...]) -> tuple[Any, ...]:
    beginn = ring.index(min(ring))
    return ring[beginn:] + ring[:beginn]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    groesse=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    weite=st.floats(0.3, 8),
)
def test_no_area_vanishes_tears_or_moves_whatever_its_size_in_grid_steps(
    seed: int, groesse: tuple[int, int], weite: float
) -> None:
    gebiete = lattice(Random(seed), *groesse, weite)
    ergebnis = snap(gebiete, EINS)
    formen, genau = shapes(ergebnis), exact(gebiete)
    assert [umriss.kennung for umriss in ergebnis.umrisse] == [g.kennung for g in gebiete]
    assert shapely.is_valid(formen).all()
    assert (shapely.area(formen) > 0).all()
    for gebiet, form, vorbild in zip(gebiete, formen, genau, strict=True):
        if gebiet.kennung not in ergebnis.ersetzt:
            # A border moves by 0.71 steps at most: half the diagonal of a cell.
            anders = shapely.area(shapely.symmetric_difference(form, vorbild))
            assert anders <= 0.71 * shapely.length(vorbild) + 1
    if not ergebnis.ersetzt:
        assert shapely.coverage_is_valid(formen)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), weite=st.floats(0.5, 8))
def test_what_is_written_is_what_was_snapped_and_borders_are_stored_once(
    seed: int, weite: float
) -> None:
    umrisse = snap(lattice(Random(seed), 4, 4, weite), EINS).umrisse
    inhalt = write_topojson(Ebene.KREIS, umrisse, date(2024, 1, 1), "© Test")
    topologie = to_topologie(json.loads(inhalt))
    for umriss in umrisse:
        flaeche = topologie.flaechen[umriss.kennung]
        gelesen = {turn(tuple(topologie.points(ring))[:-1]) for ring in flaeche.ringe}
        assert gelesen == rings(umriss)
    strecken = [frozenset(s) for bogen in topologie.boegen for s in pairwise(bogen)]
    assert len(strecken) == len(set(strecken))


def test_every_neighbour_stays_a_neighbour_where_areas_are_larger_than_steps() -> None:
    umrisse = snap(lattice(Random(1), 5, 5, 6), EINS).umrisse
    inhalt = write_topojson(Ebene.KREIS, umrisse, date(2024, 1, 1), "© Test")
    paare = {tuple(sorted(a)) for a in to_topologie(json.loads(inhalt)).anlieger if len(a) == 2}
    assert paare >= {(f"{i:02}{j:03}", f"{i + 1:02}{j:03}") for i in range(4) for j in range(5)}
    assert paare >= {(f"{i:02}{j:03}", f"{i:02}{j + 1:03}") for i in range(5) for j in range(4)}


def test_putting_together_anew_leaves_what_rounding_leaves_where_nothing_is_wrong() -> None:
    gebiete = [
        area("01", [(0, 0), (9, 0), (9, 9), (0, 9)], [(3, 3), (3, 6), (6, 6), (6, 3)]),
        area("02", [(3, 3), (6, 3), (6, 6), (3, 6)]),
        area("03", [(9, 0), (12, 1), (9, 9)]),
    ]
    gerundet = to_shapes(round_polygone(gebiet.polygone, EINS) for gebiet in gebiete)
    assert shapely.equals(to_shapes(reassemble(gebiete, EINS)), gerundet).all()
    assert not snap(gebiete, EINS).neu_zusammengesetzt


def test_an_islet_below_one_step_is_dropped_and_counted() -> None:
    land = area("01", [(0, 0), (9, 0), (9, 9), (0, 9)])
    insel = area("01", [(20, 20), (20.3, 20), (20.3, 20.3)])
    ergebnis = snap([Gebiet("01", [*land.polygone, *insel.polygone], land.mitte)], EINS)
    assert (ergebnis.ringe_entfallen, ergebnis.ersetzt) == (1, ())
    assert len(ergebnis.umrisse[0].flaeche) == 1


def test_an_area_below_one_step_stays_as_a_triangle_and_is_named() -> None:
    insel = area("02", [(20, 20), (20.3, 20), (20.3, 20.3)], mitte=(20.2, 20.1))
    ergebnis = snap([area("01", [(0, 0), (9, 0), (9, 9), (0, 9)]), insel], EINS)
    assert (ergebnis.ersetzt, ergebnis.ringe_entfallen) == (("02",), 1)
    assert rings(ergebnis.umrisse[1]) == {((20, 20), (21, 20), (20, 21))}
    inhalt = write_topojson(Ebene.LAND, ergebnis.umrisse, date(2024, 1, 1), "© Test")
    assert check_ebene(inhalt).brauchbar


def test_an_enclave_below_one_step_leaves_no_hole_in_its_neighbour() -> None:
    loch = [(4.1, 4.1), (4.1, 4.3), (4.3, 4.3), (4.3, 4.1)]
    umgebung = area("01", [(0, 0), (9, 0), (9, 9), (0, 9)], loch)
    ergebnis = snap([umgebung, area("02", loch[::-1])], EINS)
    assert (ergebnis.ersetzt, ergebnis.ringe_entfallen) == (("02",), 2)
    assert len(rings(ergebnis.umrisse[0])) == 1


def test_a_neck_below_one_step_parts_an_area_and_its_neighbours_close_up() -> None:
    # Two squares joined by a strip a fifth of a step wide; 02 and 03 lie above and below it.
    unten, oben = 4.4, 4.6
    hantel = area(
        "01",
        [
            *[(0, 0), (5, 0), (5, unten), (15, unten), (15, 0), (20, 0)],
            *[(20, 9), (15, 9), (15, oben), (5, oben), (5, 9), (0, 9)],
        ],
    )
    ueber = area("02", [(5, oben), (15, oben), (15, 9), (5, 9)])
    unter = area("03", [(5, 0), (15, 0), (15, unten), (5, unten)])
    gleich = area("04", [(5, 0), (5, -4), (15, -4), (15, 0)])
    for schub in (0.0, 0.2):  # once the strip lies within a row of cells, once across two
        gebiete = [
            Gebiet(
                gebiet.kennung,
                [[[(x, y + schub) for x, y in ring] for ring in p] for p in gebiet.polygone],
                gebiet.mitte,
            )
            for gebiet in (hantel, ueber, unter, gleich)
        ]
        ergebnis = snap(gebiete, EINS)
        formen = shapes(ergebnis)
        assert shapely.is_valid(formen).all()
        assert shapely.coverage_is_valid(formen)
        assert ergebnis.neu_zusammengesetzt is (schub == 0.2)
    assert len(ergebnis.umrisse[0].flaeche) == 2
    assert shapely.length(shapely.intersection(formen[1], formen[2])) == 10


def test_outlines_run_against_the_clock_and_holes_with_it() -> None:
    gebiete = lattice(Random(3), 5, 5, 0.8)
    for umriss in snap(gebiete, EINS).umrisse:
        for polygon in umriss.flaeche:
            aussen, *loecher = (shapely.LinearRing(ring) for ring in polygon)
            assert aussen.is_ccw
            assert not any(loch.is_ccw for loch in loecher)


def test_areas_that_overlap_come_apart() -> None:
    ergebnis = snap(
        [
            area("01", [(0, 0), (10, 0), (10, 9), (0, 9)]),
            area("02", [(9, 0), (20, 0), (20, 9), (9, 9)]),
        ],
        EINS,
    )
    assert ergebnis.neu_zusammengesetzt
    assert shapely.coverage_is_valid(shapes(ergebnis))
    assert shapely.area(shapes(ergebnis)).sum() == 180


def test_a_lake_that_belongs_to_nobody_stays_open() -> None:
    see = [(3.0, 3.0), (3.0, 6.0), (6.0, 6.0), (6.0, 3.0)]
    nachbar = area("02", [(9, 0), (18, 0), (18, 9), (9, 9.0)])
    umgebung = area("01", [(0, 0), (10.4, 0), (10.4, 9), (0, 9)], see)
    ergebnis = snap([umgebung, nachbar], EINS)
    assert ergebnis.neu_zusammengesetzt
    assert len(rings(ergebnis.umrisse[0])) == 2


def test_the_check_names_doubles_faulty_shapes_and_quarrels() -> None:
    quadrat = [(0, 0), (2, 0), (2, 2), (0, 2)]
    schleife = [(10, 0), (12, 2), (12, 0), (10, 2)]
    umrisse = [
        Gitterumriss("01", [[quadrat]], URSPRUNG),
        Gitterumriss("02", [[[(1, 0), (3, 0), (3, 2), (1, 2)]]], URSPRUNG),
        Gitterumriss("03", [[schleife]], URSPRUNG),
        Gitterumriss("03", [[[(20, 0), (22, 0), (20, 2)]]], URSPRUNG),
    ]
    befund = check_ebene(write_topojson(Ebene.LAND, umrisse, date(2024, 1, 1), ""))
    assert befund.doppelt == ("03",)
    assert befund.ungueltig == ("03",)
    assert {"01", "02"} <= set(befund.uneins)
    assert befund.je_land == {"01": 1, "02": 1, "03": 2}
    assert not befund.brauchbar


def test_laender_and_kreise_share_their_grid_so_that_they_lie_on_each_other() -> None:
    assert GITTER[Ebene.LAND] == GITTER[Ebene.KREIS]
