"""Boundaries of the BKG: four levels out of a ZIP of shapefiles, fit for the outlines' form."""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyproj
import pytest
import shapefile  # type: ignore[import-untyped,unused-ignore]

from importers import vg250
from importers.records import Hinweis, QuelleRecord, UmrissRecord, Unlesbar
from importers.vg250 import Abgleich, compare, refuse_unmatched
from map import geometrie
from map.topologie import encode

# Two Kreise side by side, each of two Gemeinden one above the other, near Warendorf.
WEST, SOUTH, SIDE = 400_000.0, 5_750_000.0, 20_000.0
Box = tuple[int, int, int, int]
Area = tuple[str, str, str, str, Box, int]
LEVELS: dict[str, list[Area]] = {
    "LAN": [("05", "05", "Nordrhein-Westfalen", "Land", (0, 0, 2, 2), 4)],
    "KRS": [
        ("05570", "05570", "Warendorf", "Kreis", (0, 0, 1, 2), 4),
        ("05515", "05515", "Münster", "Kreisfreie Stadt", (1, 0, 2, 2), 4),
        # Waters repeat the key of the land beside them.
        ("05515", "05515", "Münster", "Kreisfreie Stadt", (2, 0, 3, 2), 2),
    ],
    "VWG": [
        ("055705001", "--------", "Amt Probe", "Amt", (0, 0, 1, 2), 4),
        ("055150000", "--------", "Münster", "Verbandsfreie Gemeinde", (1, 0, 2, 2), 4),
    ],
    "GEM": [
        ("055705001052", "05570052", "Warendorf", "Stadt", (0, 0, 1, 1), 4),
        ("055705001044", "05570044", "Telgte", "Stadt", (0, 1, 1, 2), 4),
        ("055150000000", "05515000", "Münster", "Stadt", (1, 0, 2, 2), 4),
    ],
}


def ring(box: Box) -> list[list[float]]:
    """A corner where three areas meet belongs to all of them, as in the real data."""
    x1, y1, x2, y2 = box
    tall = y2 - y1 == 2
    corners = [(x1, y1), (x1, 1), (x1, y2), (x2, y2), (x2, 1), (x2, y1)]
    if not tall:
        corners = [(x1, y1), (x1, y2), (x2, y2), (x2, y1)]
    return [[WEST + x * SIDE, SOUTH + y * SIDE] for x, y in (*corners, corners[0])]


def archive(
    levels: Mapping[str, Sequence[Area]] = LEVELS,
    *,
    epsg: int = 25832,
    stand: str = "01.01.2024",
    columns: Sequence[str] = ("ARS", "AGS", "GEN", "BEZ"),
    leave_out: Iterable[str] = (),
    shift: float = 0,
) -> io.BytesIO:
    files: dict[str, bytes] = {"pack/aktualitaet.txt": stand.encode()} if stand else {}
    for level, areas in levels.items():
        shp, dbf, shx = io.BytesIO(), io.BytesIO(), io.BytesIO()
        with shapefile.Writer(shp=shp, dbf=dbf, shx=shx, encoding="utf-8") as writer:
            for column in columns:
                writer.field(column, "C", 50)
            writer.field("GF", "N", 2)
            for *values, box, factor in areas:
                writer.poly([[[x + shift, y] for x, y in ring(box)]])
                writer.record(*values[: len(columns)], factor)
        stem = f"pack/ebenen/VG250_{level}"
        files |= {f"{stem}.shp": shp.getvalue(), f"{stem}.dbf": dbf.getvalue()}
        files |= {f"{stem}.cpg": b"UTF-8"}
        files |= {f"{stem}.prj": pyproj.CRS.from_epsg(epsg).to_wkt("WKT1_ESRI").encode()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in files.items():
            if not name.endswith(tuple(leave_out) or ("\0",)):
                packed.writestr(name, content)
    buffer.seek(0)
    return buffer


def read(stream: io.BytesIO) -> list[QuelleRecord | UmrissRecord | Hinweis]:
    return list(vg250.read("vg250.zip", stream))


def outlines(outcome: Sequence[object], ebene: str = "") -> list[UmrissRecord]:
    found = [record for record in outcome if isinstance(record, UmrissRecord)]
    return [record for record in found if ebene in {"", record.ebene}]


# How the composition root makes the files of the map out of it -----------------------------------

STEPS = {
    "land": (0.001, 0.0006),
    "kreis": (0.001, 0.0006),
    "verband": (0.001, 0.0006),
    "gemeinde": (0.0008, 0.0005),
}
ORIGIN = (5.5, 47.0)


def to_grid(points: Sequence[tuple[float, float]], step: tuple[float, float]) -> list[Any]:
    grid = [(round((x - ORIGIN[0]) / step[0]), round((y - ORIGIN[1]) / step[1])) for x, y in points]
    return [point for before, point in pairwise((grid[-1], *grid)) if point != before]


def to_polygons(record: UmrissRecord, step: tuple[float, float]) -> Iterator[list[list[Any]]]:
    for polygon in record.polygone:
        rings = [to_grid(ring, step) for ring in polygon]
        # An islet below one step of the grid has no shape left.
        if len(set(rings[0])) > 2:
            yield [ring for ring in rings if len(set(ring)) > 2]


def write_topojson(records: Sequence[UmrissRecord], quelle: QuelleRecord) -> bytes:
    step = STEPS[records[0].ebene]
    arcs, areas = encode([list(to_polygons(record, step)) for record in records])
    return json.dumps(
        {
            "type": "Topology",
            "stand": str(quelle.stand),
            "vermerk": quelle.lizenz,
            "transform": {"scale": step, "translate": ORIGIN},
            "objects": {
                records[0].ebene: {
                    "type": "GeometryCollection",
                    "geometries": [
                        {
                            "type": "MultiPolygon",
                            "id": record.kennung,
                            "properties": {"mitte": [50, 50]},
                            "arcs": area,
                        }
                        for record, area in zip(records, areas, strict=True)
                    ],
                }
            },
            "arcs": [
                [arc[0], *([x - u, y - v] for (u, v), (x, y) in pairwise(arc))] for arc in arcs
            ],
        },
        separators=(",", ":"),
    ).encode()


def write(outcome: Sequence[object], ebene: str, folder: Path) -> tuple[int, int]:
    """Writes one level; how large it is without label points, and packed with them."""
    (quelle,) = (record for record in outcome if isinstance(record, QuelleRecord))
    content = write_topojson(outlines(outcome, ebene), quelle)
    packed = gzip.compress(content)
    geometrie.find_datei(ebene, folder).write_bytes(packed)
    return len(content.replace(b'"properties":{"mitte":[50,50]},', b"")), len(packed)


# Reading ------------------------------------------------------------------------------------


def test_all_four_levels_come_with_their_keys_and_waters_do_not() -> None:
    found = outlines(read(archive()))
    assert [(record.ebene, record.kennung, record.ars, record.name) for record in found] == [
        ("kreis", "05515", "055150000000", "Münster"),
        ("kreis", "05570", "055700000000", "Warendorf"),
        ("land", "05", "050000000000", "Nordrhein-Westfalen"),
        ("verband", "05515000", "055150000000", "Münster"),
        ("verband", "055705001", "055705001000", "Amt Probe"),
        ("gemeinde", "05515000", "055150000000", "Münster"),
        ("gemeinde", "05570044", "055705001044", "Telgte"),
        ("gemeinde", "05570052", "055705001052", "Warendorf"),
    ]
    assert {record.bezeichnung for record in found if record.ebene == "kreis"} == {
        "Kreis", "Kreisfreie Stadt",
    }  # fmt: skip


@pytest.mark.parametrize("epsg", [25832, 31467])
def test_the_coordinate_system_of_the_file_becomes_degrees(epsg: int) -> None:
    # Gauß-Krüger zone 3 counts eastings from 3,500,000.
    shift = 3_000_000 if epsg == 31467 else 0
    (warendorf,) = (
        record
        for record in outlines(read(archive(epsg=epsg, shift=shift)), "gemeinde")
        if record.name == "Warendorf"
    )
    # The square is 10 km around its label point; both systems agree within a kilometre there.
    expected = pyproj.Transformer.from_crs(epsg, 4326, always_xy=True).transform(
        WEST + shift + SIDE / 2, SOUTH + SIDE / 2
    )
    assert (warendorf.lon, warendorf.lat) == pytest.approx(expected, abs=0.02)
    assert 7 < warendorf.lon < 8.5


@pytest.mark.full_run
def test_neighbours_share_the_very_same_points_and_outlines_run_against_the_clock() -> None:
    west, east = (set(record.polygone[0][0]) for record in outlines(read(archive()), "kreis"))
    assert len(west & east) >= 2
    for record in outlines(read(archive())):
        points = record.polygone[0][0]
        twice = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise((*points, points[0])))
        assert twice > 0, record.kennung
        assert points[0] != points[-1]


@pytest.mark.full_run
def test_source_and_licence_follow_the_year() -> None:
    newer, older = (
        next(record for record in read(archive(stand=stand)) if isinstance(record, QuelleRecord))
        for stand in ("01.01.2024", "01.01.2021")
    )
    assert (newer.titel, newer.stand) == ("Verwaltungsgebiete VG250", date(2024, 1, 1))
    assert newer.lizenz == "© BKG 2024 dl-de/by-2-0 (Daten verändert)"
    assert older.lizenz == "© GeoBasis-DE / BKG 2021 (Daten verändert)"
    fetched = next(vg250.read("vg250.zip", archive(stand="01.01.2021"), bezogen=2022))
    assert isinstance(fetched, QuelleRecord)
    assert fetched.lizenz == "© GeoBasis-DE / BKG 2022 (Daten verändert)"


def test_a_missing_day_of_the_boundaries_is_reported() -> None:
    hints = [record for record in read(archive(stand="")) if isinstance(record, Hinweis)]
    assert hints[0].stelle == "aktualitaet.txt"


def test_the_number_of_areas_per_land_is_said() -> None:
    hints = [record for record in read(archive()) if isinstance(record, Hinweis)]
    assert ("GEM", "3", "Flächen je Land: 05: 3.") in [(h.stelle, h.wert, h.ursache) for h in hints]


@pytest.mark.full_run
def test_the_outlines_fit_the_form_of_the_map(tmp_path: Path) -> None:
    for ebene in STEPS:
        write(read(archive()), ebene, tmp_path)
    assert geometrie.gebiete("gemeinde", "05570", tmp_path) == ("05570044", "05570052")
    assert geometrie.nachbarn("gemeinde", "05570052", tmp_path) == ("05515000", "05570044")
    assert geometrie.nachbarn("kreis", "05570", tmp_path) == ("05515",)
    topologie = geometrie.load_topologie("land", tmp_path)
    assert topologie.stand == date(2024, 1, 1)
    # The border between the Kreise is gone in the Land, its outer border is the same.
    outer = {p for r in geometrie.umriss("land", "05", tmp_path).ringe for p in r}
    kreise = {
        p
        for ags in geometrie.gebiete("kreis", ordner=tmp_path)
        for r in geometrie.umriss("kreis", ags, tmp_path).ringe
        for p in r
    }
    assert outer <= kreise


def test_older_editions_that_call_the_ars_rs_are_read() -> None:
    assert len(outlines(read(archive(columns=("RS", "AGS", "GEN", "BEZ"))))) == 8


# Refusing -----------------------------------------------------------------------------------


def doubled() -> io.BytesIO:
    return archive(LEVELS | {"GEM": [*LEVELS["GEM"], LEVELS["GEM"][0]]})


def only_water() -> io.BytesIO:
    return archive(LEVELS | {"GEM": [(*area[:5], 2) for area in LEVELS["GEM"]]})


def other_laender() -> io.BytesIO:
    return archive(LEVELS | {"LAN": [("06", "06", "Hessen", "Land", (0, 0, 2, 2), 4)]})


def cut_keys() -> io.BytesIO:
    return archive(LEVELS | {"KRS": [(*area[:1], *area[1:]) for area in LEVELS["LAN"]]})


def broken_layer() -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(archive()) as whole, zipfile.ZipFile(buffer, "w") as packed:
        for name in whole.namelist():
            content = whole.read(name)
            packed.writestr(name, content[:150] if name.endswith("GEM.shp") else content)
    buffer.seek(0)
    return buffer


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda: archive(leave_out=["_GEM.shp"]), r"es fehlen: …_GEM\.shp"),
        (lambda: archive(leave_out=["VG250_KRS.prj"]), r"es fehlen: .*vg250_krs\.prj"),
        (lambda: archive(columns=("ARS", "AGS", "GEN")), "fehlen die Spalten BEZ"),
        (lambda: archive(columns=("FOO", "AGS", "GEN", "BEZ")), "fehlen die Spalten ARS"),
        (lambda: archive(shift=5_000_000), "nicht in Deutschland"),
        (doubled, r"1 Schlüssel stehen mehrmals darin \(055705001052\)"),
        (only_water, "keine Landfläche"),
        (other_laender, "Länder nennt 06"),
        (cut_keys, "haben nicht 5 Ziffern"),
        (broken_layer, "VG250_GEM.shp.* lässt sich nicht lesen"),
        (lambda: io.BytesIO(archive().getvalue()[:-30]), "kein lesbares ZIP-Archiv"),
        (lambda: io.BytesIO(b"ozg_id;titel\n10083;WBS\n"), "kein lesbares ZIP-Archiv"),
    ],
)
def test_what_is_not_such_a_package_is_refused_with_a_reason(
    build: Callable[[], io.BytesIO], reason: str
) -> None:
    with pytest.raises(Unlesbar, match=reason):
        read(build())


def test_no_damage_to_a_package_gets_through_as_anything_but_an_unreadable_file() -> None:
    chance = random.Random(20260131)
    whole = archive().getvalue()
    refused = 0
    for _ in range(60):
        content = bytearray(whole)
        if chance.random() < 0.3:
            del content[chance.randrange(len(content)) :]
        for _ in range(20):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            read(io.BytesIO(bytes(content)))
        except Unlesbar:
            refused += 1
    assert refused > 30


def test_a_package_with_two_editions_is_refused() -> None:
    buffer = archive()
    with zipfile.ZipFile(buffer, "a") as packed:
        packed.writestr("pack/ew/VG250_GEM.shp", b"")
    with pytest.raises(Unlesbar, match="GEM 2-mal"):
        read(buffer)


# Against the list ---------------------------------------------------------------------------


def test_outlines_and_list_are_compared_and_known_successors_explain_a_difference() -> None:
    drawn = [f"{number:08}" for number in range(200)]
    listed = [*drawn[2:], "99999999"]
    assert compare(drawn, listed) == Abgleich(("00000000", "00000001"), ("99999999",), 0.01)
    assert compare(drawn, listed, frueher=["00000000"]).nur_umriss == ("00000001",)


def test_more_than_one_per_cent_of_strangers_is_refused() -> None:
    refuse_unmatched(Abgleich(("01",), (), 0.01))
    with pytest.raises(Unlesbar, match=r"1\.5% .*zum Beispiel 01, 02"):
        refuse_unmatched(Abgleich(("01",), ("02",), 0.015))
