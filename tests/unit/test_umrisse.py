"""The shipped outlines: complete, neighbours right, and drawn without gaps or markup."""

import ast
import re
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from map.geometrie import (
    DATEN,
    Ebene,
    Topologie,
    find_datei,
    gebiete,
    load_topologie,
    nachbarn,
    umriss,
)
from map.skizze import RAND, Flaeche, Skizze, skizze, write_zahl
from map.topologie import Ring, encode, weigh

WARENDORF, TELGTE, MUENSTER = "05570052", "05570044", "05515000"
MUENSTERLAND = ("05558", "05570", "05515", "05915")


def absolute_points(pfad: str) -> list[list[tuple[int, int]]]:
    """The corners of every ring of a path, in tenths."""
    ringe = []
    for zug in re.findall(r"M([^M]+)", pfad):
        anfang, schritte = zug.rstrip("z").split("l")
        x, y = (round(float(zahl) * 10) for zahl in anfang.split(" "))
        punkte = [(x, y)]
        zahlen = [round(float(z) * 10) for z in re.findall(r"-?(?:\d+\.\d|\d+|\.\d)", schritte)]
        for dx, dy in zip(zahlen[::2], zahlen[1::2], strict=True):
            x, y = x + dx, y + dy
            punkte.append((x, y))
        ringe.append(punkte)
    return ringe


def edges(flaeche: Flaeche) -> set[frozenset[tuple[int, int]]]:
    return {
        frozenset(kante)
        for ring in absolute_points(flaeche.pfad)
        for kante in pairwise(ring)
        if kante[0] != kante[1]
    }


def by_ags(zeichnung: Skizze) -> dict[str, Flaeche]:
    return {flaeche.ags: flaeche for flaeche in zeichnung.flaechen}


def muensterland() -> list[str]:
    return [ags for kreis in MUENSTERLAND for ags in gebiete("gemeinde", kreis)]


def signed_area(topologie: Topologie, ags: str) -> float:
    """In grid cells; outlines count positive, holes negative."""
    return sum(
        (x * v - u * y) / 2
        for ring in topologie.flaechen[ags].ringe
        for (x, y), (u, v) in pairwise(topologie.points(ring))
    )


@pytest.mark.parametrize(
    ("ebene", "anzahl"), [("land", 16), ("kreis", 402), ("verband", 4677), ("gemeinde", 11299)]
)
def test_every_level_has_all_areas_of_the_source(ebene: str, anzahl: int) -> None:
    assert len(gebiete(ebene)) == anzahl
    assert list(gebiete(ebene)) == sorted(set(gebiete(ebene)))


def test_keys_have_the_length_of_their_level_and_lie_in_the_level_above() -> None:
    assert {len(ags) for ags in gebiete("land")} == {2}
    assert {len(ags) for ags in gebiete("kreis")} == {5}
    assert {len(ags) for ags in gebiete("gemeinde")} == {8}
    assert {ags[:2] for ags in gebiete("kreis")} == set(gebiete("land"))
    assert {ags[:5] for ags in gebiete("gemeinde")} == set(gebiete("kreis"))
    assert {kennung[:5] for kennung in gebiete("verband")} == set(gebiete("kreis"))


def test_on_the_level_of_associations_a_municipality_without_one_stands_for_itself() -> None:
    verbaende = [kennung for kennung in gebiete("verband") if len(kennung) == 9]
    einzelne = [kennung for kennung in gebiete("verband") if len(kennung) == 8]
    assert len(verbaende) == 1268
    assert len(einzelne) == 3409
    assert set(einzelne) <= set(gebiete("gemeinde"))
    # The competent bodies for the WBS in Mecklenburg-Vorpommern: 76 Ämter, 38 amtsfreie
    # Gemeinden, 2 kreisfreie Städte.
    assert len(gebiete("verband", "13")) == 116


def test_a_prefix_selects_the_municipalities_of_a_kreis_and_nothing_else() -> None:
    assert len(gebiete("gemeinde", "05570")) == 13
    assert all(ags.startswith("05570") for ags in gebiete("gemeinde", "05570"))
    assert gebiete("gemeinde", MUENSTER) == (MUENSTER,)
    assert gebiete("gemeinde", "99") == ()
    assert len(gebiete("kreis", "05")) == 53


def test_the_levels_cover_the_same_land() -> None:
    flaeche = {}
    for ebene in Ebene:
        topologie = load_topologie(ebene)
        zelle = topologie.schritt[0] * topologie.schritt[1]
        einzeln = [signed_area(topologie, ags) * zelle for ags in topologie.flaechen]
        assert min(einzeln) > 0, ebene
        flaeche[ebene] = sum(einzeln)
    assert flaeche[Ebene.LAND] == pytest.approx(flaeche[Ebene.KREIS], rel=1e-9)
    assert flaeche[Ebene.VERBAND] == pytest.approx(flaeche[Ebene.GEMEINDE], rel=1e-3)
    assert flaeche[Ebene.KREIS] == pytest.approx(flaeche[Ebene.GEMEINDE], rel=1e-3)


def test_an_outline_is_closed_and_inside_its_box_and_the_country() -> None:
    warendorf = umriss("gemeinde", WARENDORF)
    west, sued, ost, nord = warendorf.kasten
    assert 7.8 < west < 7.95 < ost < 8.2
    assert 51.8 < sued < 51.95 < nord < 52.1
    for ring in warendorf.ringe:
        assert ring[0] == ring[-1]
        assert len(set(ring)) == len(ring) - 1
        assert all(west <= lon <= ost and sued <= lat <= nord for lon, lat in ring)


def test_warendorf_borders_on_eight_municipalities_one_of_them_in_another_land() -> None:
    assert nachbarn("gemeinde", WARENDORF) == (
        "03459034",  # Glandorf
        "05570012",  # Beelen
        "05570020",  # Ennigerloh
        "05570024",  # Everswinkel
        "05570032",  # Ostbevern
        "05570036",  # Sassenberg
        "05570040",  # Sendenhorst
        "05570044",  # Telgte
    )


def test_kreise_and_laender_have_neighbours_too() -> None:
    assert nachbarn("kreis", "05570") == (
        "03459",  # Osnabrück
        "05515",  # Münster
        "05558",  # Coesfeld
        "05566",  # Steinfurt
        "05754",  # Gütersloh
        "05915",  # Hamm
        "05974",  # Soest
    )
    assert nachbarn("land", "11") == ("12",)


def test_neighbourhood_is_mutual_and_never_with_oneself() -> None:
    beziehungen = {ags: set(nachbarn("kreis", ags)) for ags in gebiete("kreis")}
    for ags, andere in beziehungen.items():
        assert ags not in andere
        assert andere, ags
        assert all(ags in beziehungen[anderer] for anderer in andere)


def test_an_island_and_an_unknown_key_have_no_neighbours() -> None:
    assert nachbarn("gemeinde", "01056025") == ()  # Helgoland
    assert nachbarn("gemeinde", "16061119") == ()  # Uder as it is numbered since 2024


def test_the_files_say_their_date_and_the_obligatory_note() -> None:
    for ebene in Ebene:
        topologie = load_topologie(ebene)
        assert topologie.stand == date(2016, 1, 1)
        assert topologie.vermerk == "© GeoBasis-DE / BKG 2016 (Daten verändert)"


def test_the_files_stay_small() -> None:
    groesse = {ebene: find_datei(ebene).stat().st_size for ebene in Ebene}
    assert groesse[Ebene.LAND] + groesse[Ebene.KREIS] < 105_000
    assert groesse[Ebene.GEMEINDE] < 750_000


def test_newer_outlines_in_the_folder_replace_the_older_ones(tmp_path: Path) -> None:
    for name in ("laender", "kreise"):
        # Stand-ins: first the Länder, then the Kreise under the file name of the Länder.
        (tmp_path / "neu").write_bytes((DATEN / f"{name}.topojson.gz").read_bytes())
        (tmp_path / "neu").replace(tmp_path / "laender.topojson.gz")
        anzahl = len(gebiete("land", ordner=tmp_path))
        assert anzahl == (16 if name == "laender" else 402)


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="bezirk"):
        gebiete("bezirk")


def test_kreis_warendorf_is_drawn_within_its_view_box() -> None:
    zeichnung = skizze("gemeinde", gebiete("gemeinde", "05570"), breite=600)
    assert len(zeichnung.flaechen) == 13
    assert zeichnung.viewbox == f"0 0 600 {zeichnung.hoehe}"
    punkte = [p for f in zeichnung.flaechen for ring in absolute_points(f.pfad) for p in ring]
    xs, ys = [x / 10 for x, _ in punkte], [y / 10 for _, y in punkte]
    # Left, right, top and bottom are reached, but for the room left for the stroke.
    assert (min(xs), min(ys)) == pytest.approx((RAND, RAND), abs=0.1)
    assert max(xs) == pytest.approx(600 - RAND, abs=0.1)
    assert zeichnung.hoehe - RAND - 1 <= max(ys) <= zeichnung.hoehe - RAND + 0.1
    assert all(0 < f.x < 600 and 0 < f.y < zeichnung.hoehe for f in zeichnung.flaechen)


def test_north_is_up_and_east_is_right() -> None:
    flaechen = by_ags(skizze("gemeinde", muensterland()))
    assert flaechen[WARENDORF].x > flaechen[TELGTE].x > flaechen[MUENSTER].x
    assert flaechen["05570032"].y < flaechen[TELGTE].y  # Ostbevern lies north of Telgte


def test_a_drawing_is_true_to_scale() -> None:
    # Germany measures about 640 by 870 km.
    zeichnung = skizze("land", gebiete("land"), breite=640)
    assert 850 < zeichnung.hoehe < 890


def test_neighbours_are_drawn_with_the_same_edges_so_that_no_gap_opens() -> None:
    for breite in (760, 150):
        flaechen = by_ags(skizze("gemeinde", muensterland(), breite=breite))
        gemeinsam = edges(flaechen[WARENDORF]) & edges(flaechen[TELGTE])
        assert gemeinsam
        # An area in the middle of the drawing has every edge in common with some neighbour.
        fremde = set().union(*(edges(flaechen[n]) for n in nachbarn("gemeinde", "05570024")))
        assert edges(flaechen["05570024"]) <= fremde


def test_rings_end_where_they_began() -> None:
    for flaeche in skizze("kreis", gebiete("kreis"), breite=600).flaechen:
        for ring in absolute_points(flaeche.pfad):
            assert ring[0] == ring[-1], flaeche.ags


def test_path_data_holds_nothing_but_path_data() -> None:
    for ebene in ("land", "kreis"):
        zeichnung = skizze(ebene, gebiete(ebene), breite=300)
        for flaeche in zeichnung.flaechen:
            assert re.fullmatch(r"(M[\d. ]+l[-\d. ]+z)+", flaeche.pfad), flaeche.ags
        assert re.fullmatch(r"(M[\d. ]+l[-\d. ]+)*", zeichnung.grenzen)


def test_a_small_drawing_needs_fewer_points_than_a_large_one() -> None:
    def count(breite: int) -> int:
        zeichnung = skizze("kreis", gebiete("kreis", "13"), breite=breite)
        return sum(len(flaeche.pfad) for flaeche in zeichnung.flaechen)

    assert count(760) > 3 * count(120)


def test_an_area_too_small_for_the_scale_is_still_drawn() -> None:
    zeichnung = skizze("verband", gebiete("verband"), breite=60)
    ecken = [
        max(len(set(ring)) for ring in absolute_points(flaeche.pfad))
        for flaeche in zeichnung.flaechen
    ]
    assert min(ecken) >= 3
    # Not because everything is drawn as the smallest square there is.
    assert max(ecken) > 4


def test_borders_between_kreise_are_drawn_where_a_drawing_has_several() -> None:
    assert skizze("gemeinde", muensterland()).grenzen
    assert skizze("gemeinde", gebiete("gemeinde", "05570")).grenzen == ""
    assert skizze("kreis", gebiete("kreis", "13")).grenzen == ""
    assert skizze("kreis", [*gebiete("kreis", "13"), *gebiete("kreis", "12")]).grenzen
    assert skizze("land", gebiete("land")).grenzen == ""


def test_keys_without_an_outline_are_named_instead_of_dropped() -> None:
    zeichnung = skizze("gemeinde", [WARENDORF, "16061119"])
    assert [flaeche.ags for flaeche in zeichnung.flaechen] == [WARENDORF]
    assert zeichnung.ohne_umriss == ("16061119",)
    leer = skizze("gemeinde", ["16061119"])
    assert (leer.flaechen, leer.grenzen, leer.ohne_umriss) == ((), "", ("16061119",))


def test_a_limit_of_the_height_narrows_the_drawing() -> None:
    zeichnung = skizze("kreis", gebiete("kreis"), breite=760, hoehe=400)
    assert zeichnung.hoehe <= 400
    assert 250 < zeichnung.breite < 320


def test_the_order_of_the_keys_makes_no_difference() -> None:
    assert skizze("gemeinde", [TELGTE, WARENDORF]) is skizze("gemeinde", [WARENDORF, TELGTE])


@pytest.mark.parametrize(
    ("zehntel", "text"), [(0, "0"), (5, ".5"), (-5, "-.5"), (120, "12"), (-123, "-12.3")]
)
def test_tenths_are_written_as_short_as_svg_accepts(zehntel: int, text: str) -> None:
    assert write_zahl(zehntel) == text


def test_two_squares_side_by_side_share_one_arc_in_opposite_directions() -> None:
    links: Ring = [(0, 0), (1, 0), (1, 1), (0, 1)]
    rechts: Ring = [(1, 0), (2, 0), (2, 1), (1, 1)]
    boegen, (links_neu, rechts_neu) = encode([[[links]], [[rechts]]])
    gemeinsam = {n if n >= 0 else ~n for n in links_neu[0][0]} & {
        n if n >= 0 else ~n for n in rechts_neu[0][0]
    }
    assert [set(boegen[nummer]) for nummer in gemeinsam] == [{(1, 0), (1, 1)}]
    assert {n < 0 for ring in (links_neu[0][0], rechts_neu[0][0]) for n in ring} == {True, False}


def test_an_island_finds_the_hole_around_it_whatever_point_each_starts_with() -> None:
    aussen: Ring = [(0, 0), (9, 0), (9, 9), (0, 9)]
    loch: Ring = [(5, 3), (3, 3), (3, 5), (5, 5)]
    insel: Ring = [(5, 5), (3, 5), (3, 3), (5, 3)]
    boegen, (umgebung, mitte) = encode([[[aussen, loch]], [[insel]]])
    assert len(boegen) == 2
    assert umgebung[0][1] == [~mitte[0][0][0]]


def test_points_weigh_as_much_as_their_corner_stands_out_and_ends_always_stay() -> None:
    gerade = weigh(((0, 0), (5, 0), (10, 0)))
    zacke = weigh(((0, 0), (5, 4), (10, 0)))
    assert gerade[1] == 0
    assert zacke[1] == 40
    assert min(zacke[0], zacke[2], gerade[0], gerade[2]) > 10**9


def test_a_point_weighs_no_less_than_one_that_goes_before_it() -> None:
    # Without the second point the third lies on a straight line; it still must not go first.
    assert weigh(((0, 0), (1, 3), (2, 0), (10, 0)))[1:-1] == (6, 6)


def test_a_point_is_weighed_against_the_neighbours_that_remain() -> None:
    assert weigh(((0, 0), (2, 5), (4, 0), (6, 5), (8, 0)))[1:-1] == (20, 20, 40)


def test_reading_and_drawing_need_only_the_standard_library() -> None:
    # shapely belongs to those who write outlines; a page is served without loading it.
    lesend = {"geometrie", "skizze", "topologie", "fassungen"}
    for modul in lesend:
        baum = ast.parse((DATEN.parent / f"{modul}.py").read_text(encoding="utf-8"))
        namen = {k.module or "" for k in ast.walk(baum) if isinstance(k, ast.ImportFrom)}
        namen |= {a.name for k in ast.walk(baum) if isinstance(k, ast.Import) for a in k.names}
        eigene = {name for name in namen if name.startswith("map")}
        assert eigene <= {f"map.{name}" for name in lesend}
        assert {name.split(".")[0] for name in namen - eigene} <= sys.stdlib_module_names
