"""The list of areas that the seed brings: complete, consistent, and matched by the outlines."""

import csv
import tomllib
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from map.geometrie import Punkt, Umriss, gebiete, load_topologie, umriss

ORDNER = Path(__file__).resolve().parents[2] / "seed" / "daten" / "gebiete"
EBENEN = ("laender", "regierungsbezirke", "kreise", "verbaende", "gemeinden")
SPALTEN = ["ars", "ags", "name", "bezeichnung", "kreisfrei", "lat", "lon", "bezeichnung_im_namen"]


@cache
def read(ebene: str) -> list[dict[str, str]]:
    with (ORDNER / f"{ebene}.csv").open(encoding="utf-8", newline="") as datei:
        return list(csv.DictReader(datei, delimiter=";"))


def kreisfreie() -> list[dict[str, str]]:
    return [zeile for zeile in read("gemeinden") if zeile["kreisfrei"]]


def contains(flaeche: Umriss, punkt: Punkt) -> bool:
    """Even number of borders to the east: outside."""
    x, y = punkt
    innen = False
    for ring in flaeche.ringe:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                innen = not innen
    return innen


def test_the_list_has_every_area_of_the_source_once() -> None:
    assert {ebene: len(read(ebene)) for ebene in EBENEN} == {
        "laender": 16,
        "regierungsbezirke": 19,
        "kreise": 295,
        "verbaende": 1268,
        "gemeinden": 11299,
    }


def test_a_kreisfreie_stadt_stands_among_the_gemeinden_only() -> None:
    assert len(kreisfreie()) == 107
    assert len(read("kreise")) + len(kreisfreie()) == 402
    assert Counter(zeile["bezeichnung"] for zeile in kreisfreie()) == {
        "Kreisfreie Stadt": 98,
        "Stadtkreis": 9,
    }
    assert not {z["ags"] for z in read("kreise")} & {z["ags"][:5] for z in kreisfreie()}
    assert all(zeile["ars"][5:] == "0000000" for zeile in kreisfreie())
    assert {zeile["kreisfrei"] for ebene in EBENEN for zeile in read(ebene)} == {"", "1"}


def test_gemeindefreie_gebiete_are_kept_and_named_as_such() -> None:
    gemeindefrei = [z for z in read("gemeinden") if z["bezeichnung"] == "Gemeindefreies Gebiet"]
    assert len(gemeindefrei) == 215
    assert {zeile["ars"] for zeile in gemeindefrei} == {
        zeile["ars"] for zeile in read("gemeinden") if zeile["ars"][5] == "9"
    }


@pytest.mark.parametrize("ebene", EBENEN)
def test_a_file_is_plain_sorted_and_without_doubles(ebene: str) -> None:
    text = (ORDNER / f"{ebene}.csv").read_bytes().decode("utf-8")
    assert text.splitlines()[0].split(";") == SPALTEN
    assert text.endswith("\n")
    assert not set('"\r\ufeff') & set(text)
    schluessel = [zeile["ars"] for zeile in read(ebene)]
    assert schluessel == sorted(set(schluessel))
    assert all(len(ars) == 12 and ars.isdigit() for ars in schluessel)
    assert all(zeile["name"] and zeile["bezeichnung"] for zeile in read(ebene))
    assert all(zeile["name"] == " ".join(zeile["name"].split()) for zeile in read(ebene))


@pytest.mark.parametrize(
    ("ebene", "stellen"),
    [("laender", 2), ("regierungsbezirke", 3), ("kreise", 5), ("gemeinden", 8)],
)
def test_the_ags_has_its_natural_length_and_agrees_with_the_ars(ebene: str, stellen: int) -> None:
    schluessel = [zeile["ags"] for zeile in read(ebene)]
    assert len(set(schluessel)) == len(schluessel)
    for zeile in read(ebene):
        assert zeile["ags"] == (zeile["ars"][:5] + zeile["ars"][9:])[:stellen]
        assert stellen == 8 or zeile["ars"] == zeile["ags"].ljust(12, "0")


def test_every_area_has_its_parents() -> None:
    laender = {zeile["ags"] for zeile in read("laender")}
    bezirke = {zeile["ags"] for zeile in read("regierungsbezirke")}
    kreise = {zeile["ags"] for zeile in read("kreise")} | {z["ags"][:5] for z in kreisfreie()}
    verbaende = {zeile["ars"][:9] for zeile in read("verbaende")}
    mit_bezirken = {bezirk[:2] for bezirk in bezirke}
    assert {kreis[:2] for kreis in kreise} == laender
    assert {kreis[:3] for kreis in kreise if kreis[:2] in mit_bezirken} == bezirke
    assert {verband[:5] for verband in verbaende} <= kreise
    for zeile in read("gemeinden"):
        assert zeile["ars"][:5] in kreise
        assert (zeile["ars"][:9] in verbaende) == (zeile["ars"][5] == "5"), zeile["name"]


def test_only_real_associations_are_listed_each_with_at_least_two_members() -> None:
    mitglieder = Counter(zeile["ars"][:9] for zeile in read("gemeinden"))
    assert {zeile["ars"][5] for zeile in read("verbaende")} == {"5"}
    assert min(mitglieder[zeile["ars"][:9]] for zeile in read("verbaende")) >= 2
    assert {zeile["ags"] for zeile in read("verbaende")} == {""}
    assert Counter(zeile["bezeichnung"] for zeile in read("verbaende")) == {
        "Verwaltungsgemeinschaft": 606,
        "Amt": 213,
        "Verbandsgemeinde": 168,
        "Samtgemeinde": 122,
        "Verwaltungsverband": 120,
        "Erfüllende Gemeinde": 39,
    }


def test_warendorf_is_a_stadt_in_the_kreis_of_the_same_name() -> None:
    (stadt,) = (zeile for zeile in read("gemeinden") if zeile["name"] == "Warendorf")
    (kreis,) = (zeile for zeile in read("kreise") if zeile["name"] == "Warendorf")
    assert (stadt["ars"], stadt["ags"]) == ("055700052052", "05570052")
    assert (kreis["ars"], kreis["ags"]) == ("055700000000", "05570")
    assert (stadt["bezeichnung"], kreis["bezeichnung"]) == ("Stadt", "Kreis")
    assert stadt["bezeichnung_im_namen"] == kreis["bezeichnung_im_namen"] == ""


def test_a_name_that_is_complete_by_itself_is_marked() -> None:
    vollstaendig = {z["name"] for z in read("kreise") if z["bezeichnung_im_namen"] == "1"}
    assert {"Enzkreis", "Region Hannover", "Städteregion Aachen"} <= vollstaendig
    assert "Warendorf" not in vollstaendig


def test_every_row_has_an_outline_and_every_outline_a_row() -> None:
    gemeinden = read("gemeinden")
    assert set(gebiete("gemeinde")) == {zeile["ags"] for zeile in gemeinden}
    assert set(gebiete("land")) == {zeile["ags"] for zeile in read("laender")}
    # On the level of Kreise the outline of a kreisfreie Stadt has the first five digits.
    assert set(gebiete("kreis")) == {zeile["ags"] for zeile in read("kreise")} | {
        zeile["ags"][:5] for zeile in kreisfreie()
    }
    assert set(gebiete("verband")) == {zeile["ars"][:9] for zeile in read("verbaende")} | {
        zeile["ags"] for zeile in gemeinden if zeile["ars"][5] != "5"
    }


def test_the_point_of_an_area_lies_inside_and_is_the_place_of_its_label() -> None:
    auswahl = [
        ("land", "laender", 1),
        ("kreis", "kreise", 1),
        ("verband", "verbaende", 10),
        ("gemeinde", "gemeinden", 40),
    ]
    for ebene, datei, jede in auswahl:
        for zeile in read(datei)[::jede]:
            flaeche = umriss(ebene, zeile["ags"] or zeile["ars"][:9])
            punkt = float(zeile["lon"]), float(zeile["lat"])
            assert contains(flaeche, punkt), zeile
            assert contains(flaeche, flaeche.mitte), zeile
            west, sued, ost, nord = flaeche.kasten
            assert abs(flaeche.mitte[0] - punkt[0]) <= 0.01 * (ost - west)
            assert abs(flaeche.mitte[1] - punkt[1]) <= 0.01 * (nord - sued)


def test_the_source_names_licence_and_the_date_of_the_outlines() -> None:
    (quelle,) = tomllib.loads((ORDNER / "quellen.toml").read_text(encoding="utf-8"))["quelle"]
    topologie = load_topologie("gemeinde")
    assert quelle["kennung"] == "bkg-vg250-2016"
    assert quelle["art"] == "amtlich"
    assert quelle["stand"] == topologie.stand
    assert topologie.vermerk in quelle["lizenz"]
