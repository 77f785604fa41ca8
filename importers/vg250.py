"""Boundaries of the BKG (VG250, VG1000, VG5000): a ZIP of shapefiles becomes simplified outlines.

Four levels: Länder, Kreise, associations, Gemeinden. Everything that needs geometry happens here,
in the metres of the source: repairing, simplifying all areas of a level together, so that no gap
opens, finding the point for a label, and only then degrees. What comes out is plain numbers.
Whoever composes the portal lays them on the grid of `map` and writes the files; `vg250_archive`
knows the package.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, BinaryIO

import numpy
import pyproj
import pyproj.network
import shapefile  # type: ignore[import-untyped,unused-ignore]
import shapely  # type: ignore[import-untyped,unused-ignore]

from importers.records import Hinweis, QuelleRecord, UmrissRecord, Unlesbar
from importers.vg250_archive import (
    GEMEINDE,
    KREIS,
    LAND,
    VERBAND,
    Layer,
    Level,
    complete_source,
    find_layers,
    open_archive,
)

QUELLE = QuelleRecord(
    kennung="bkg-verwaltungsgebiete",
    titel="Verwaltungsgebiete",
    art="amtlich",
    herausgeber="Bundesamt für Kartographie und Geodäsie (BKG)",
)

MAX_UNMATCHED = 0.01
_COLUMNS = ("AGS", "GEN", "BEZ", "GF")
# Editions before 2021 call the ARS RS.
_KEY_COLUMNS = ("ARS", "RS")
# Land with structure: 4 where waters are areas of their own, 9 where nothing tells them apart.
# The other values repeat the keys of the coast and of Lake Constance.
_LAND_FACTORS = (4, 9)
_GERMANY = (5.0, 46.5, 16.0, 56.0)
_PRECISION = 7
# Label points may be this much off the best place, in metres.
_LABEL_TOLERANCE = 50

Outcome = QuelleRecord | UmrissRecord | Hinweis


def read(
    name: str, stream: BinaryIO, quelle: QuelleRecord = QUELLE, *, bezogen: int | None = None
) -> Iterator[Outcome]:
    """The outlines level by level, each sorted by key. `bezogen`: year the file was fetched in,
    which the licence wants to be named; without it the year of the boundaries.
    """
    with open_archive(name, stream) as archive:
        layers = find_layers(name, archive)
        quelle = complete_source(name, quelle, archive, layers[GEMEINDE], bezogen)
        yield quelle
        if quelle.stand is None:
            yield Hinweis(
                None,
                "aktualitaet.txt",
                "",
                "Die Datei nennt keinen Gebietsstand.",
                "Laden Sie das vollständige Paket des BKG, oder ergänzen Sie den Stand der Quelle.",
            )
        kreise: _Simplified | None = None
        for level in (KREIS, LAND, VERBAND, GEMEINDE):
            areas = _read_layer(name, archive, layers[level], level)
            if level is LAND and kreise is not None:
                # Put together from the simplified Kreise, so that both lie exactly on each other.
                simplified = _dissolve(name, kreise, areas)
            else:
                simplified = _simplify(areas, level)
            if level is KREIS:
                kreise = simplified
            yield from _write(name, simplified, level, quelle.kennung)
            yield from _summarise(areas, level)


# One layer ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Areas:
    """Attributes and geometries, sorted by key; `to_degrees` is for these coordinates."""

    attributes: list[Mapping[str, Any]]
    shapes: Any
    to_degrees: pyproj.Transformer
    repaired: int

    def keys(self) -> list[str]:
        return [_ars(attributes) for attributes in self.attributes]


@dataclass(frozen=True, slots=True)
class _Simplified:
    areas: _Areas
    shapes: Any


def _read_layer(name: str, archive: zipfile.ZipFile, layer: Layer, level: Level) -> _Areas:
    try:
        with (
            io.BytesIO(archive.read(layer.shp)) as shp,
            io.BytesIO(archive.read(layer.dbf)) as dbf,
            shapefile.Reader(shp=shp, dbf=dbf, encoding=layer.encoding) as reader,
        ):
            columns = [field[0] for field in reader.fields]
            wanted = [column for column in (*_COLUMNS, *_KEY_COLUMNS) if column in columns]
            found = [
                (record.record.as_dict(), shapely.geometry.shape(record.shape.__geo_interface__))
                for record in reader.iterShapeRecords(fields=wanted)
            ]
        crs = pyproj.CRS.from_wkt(archive.read(layer.prj).decode("latin-1"))
    # pyshp lets through whatever broken bytes provoke, down to struct.error and AssertionError.
    except Exception as error:
        raise Unlesbar(
            f"Die Ebene {layer.shp} in „{name}“ lässt sich nicht lesen; das Archiv ist beschädigt "
            "oder unvollständig. Laden Sie es noch einmal."
        ) from error
    _check_columns(name, layer, found[0][0] if found else {})
    kept = _keep_land(found)
    kept.sort(key=lambda pair: _ars(pair[0]))
    _check_keys(name, layer, level, [_ars(attributes) for attributes, _ in kept])
    shapes = numpy.array([shape for _, shape in kept], dtype=object)
    invalid = ~shapely.is_valid(shapes)
    # Some outlines touch themselves in one point; make_valid turns that into a hole.
    shapes[invalid] = shapely.make_valid(shapes[invalid])
    # A grid for a centimetre more would be fetched from elsewhere, if the environment asked for it.
    pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]
    to_degrees = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    attributes = [attributes for attributes, _ in kept]
    return _Areas(attributes, shapes, to_degrees, int(invalid.sum()))


def _check_columns(name: str, layer: Layer, attributes: Mapping[str, Any]) -> None:
    missing = [column for column in _COLUMNS if column not in attributes]
    if not set(_KEY_COLUMNS) & attributes.keys():
        missing.append("ARS")
    if missing:
        raise Unlesbar(
            f"Der Ebene {layer.shp} in „{name}“ fehlen die Spalten {', '.join(missing)}. Laden Sie "
            "die Verwaltungsgebiete des BKG noch einmal, ohne sie zu bearbeiten."
        )


def _keep_land(found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    for factor in _LAND_FACTORS:
        kept = [pair for pair in found if pair[0]["GF"] == factor]
        if kept:
            return kept
    return []


def _check_keys(name: str, layer: Layer, level: Level, keys: Sequence[str]) -> None:
    wrong = [key for key in keys if len(key) != level.schluessellaenge or not key.isdecimal()]
    doubles = sorted({a for a, b in pairwise(keys) if a == b})
    if wrong or doubles or not keys:
        fault = (
            f"{len(doubles)} Schlüssel stehen mehrmals darin ({', '.join(doubles[:3])})"
            if doubles
            else f"{len(wrong)} Schlüssel haben nicht {level.schluessellaenge} Ziffern"
            if wrong
            else "keine Landfläche ist darin (GF 4 oder 9)"
        )
        raise Unlesbar(
            f"Die Ebene {layer.shp} in „{name}“ wird nicht übernommen: {fault}. Laden Sie die "
            "Verwaltungsgebiete des BKG noch einmal."
        )


def _ars(attributes: Mapping[str, Any]) -> str:
    return str(attributes.get("ARS") or attributes.get("RS") or "").strip()


# Geometry -----------------------------------------------------------------------------------


def _simplify(areas: _Areas, level: Level) -> _Simplified:
    return _Simplified(areas, shapely.coverage_simplify(areas.shapes, level.toleranz))


def _dissolve(name: str, kreise: _Simplified, laender: _Areas) -> _Simplified:
    groups: dict[str, list[int]] = {}
    for number, key in enumerate(kreise.areas.keys()):
        groups.setdefault(key[:2], []).append(number)
    if list(groups) != laender.keys():
        raise Unlesbar(
            f"Die Kreise in „{name}“ gehören zu den Ländern {', '.join(groups)}, die Ebene der "
            f"Länder nennt {', '.join(laender.keys())}. Laden Sie das Archiv noch einmal."
        )
    shapes = [shapely.coverage_union_all(kreise.shapes[numbers]) for numbers in groups.values()]
    return _Simplified(laender, numpy.array(shapes, dtype=object))


def _write(name: str, simplified: _Simplified, level: Level, quelle: str) -> Iterator[UmrissRecord]:
    areas = simplified.areas
    # Outlines run against the clock, holes with it, as TopoJSON and GeoJSON want it.
    shapes = shapely.orient_polygons(simplified.shapes)
    labels = _find_labels(shapes, areas.shapes)
    degrees = shapely.transform(shapes, lambda points: _to_degrees(name, areas.to_degrees, points))
    points = _to_degrees(name, areas.to_degrees, labels)
    if not shapely.is_valid(degrees).all():
        raise Unlesbar(
            f"Die vereinfachten Umrisse der Ebene {level.layer} aus „{name}“ sind fehlerhaft. "
            "Verwenden Sie eine andere Ausgabe der Verwaltungsgebiete."
        )
    for attributes, shape, (lon, lat) in zip(areas.attributes, degrees, points, strict=True):
        ars = _ars(attributes)
        yield UmrissRecord(
            quelle=quelle,
            ebene=level.ebene,
            kennung=_kennung(ars, str(attributes["AGS"]).strip()),
            ars=ars.ljust(12, "0"),
            name=str(attributes["GEN"]).strip(),
            bezeichnung=str(attributes["BEZ"]).strip(),
            lon=round(float(lon), 4),
            lat=round(float(lat), 4),
            polygone=tuple(_to_rings(part) for part in shapely.get_parts(shape)),
        )


def _to_degrees(name: str, transformer: pyproj.Transformer, points: Any) -> Any:
    lon, lat = transformer.transform(points[:, 0], points[:, 1])
    west, south, east, north = _GERMANY
    inside = (lon > west) & (lon < east) & (lat > south) & (lat < north)
    if not inside.all():
        raise Unlesbar(
            f"Die Flächen in „{name}“ liegen nicht in Deutschland; das Koordinatensystem in der "
            ".prj-Datei passt nicht zu den Koordinaten. Laden Sie das Archiv noch einmal."
        )
    return numpy.column_stack((lon, lat)).round(_PRECISION)


def _find_labels(simplified: Any, exact: Any) -> Any:
    """Per area the point farthest from its border, within the simple outline and the exact one."""
    largest = [max(shapely.get_parts(shape), key=shapely.area) for shape in simplified]
    circles = shapely.maximum_inscribed_circle(largest, tolerance=_LABEL_TOLERANCE)
    points = shapely.get_coordinates(shapely.get_point(circles, 0))
    outside = ~shapely.contains_xy(exact, points[:, 0], points[:, 1])
    for number in numpy.flatnonzero(outside):
        both = shapely.intersection(simplified[number], exact[number])
        anywhere = both if shapely.area(both) > 0 else exact[number]
        points[number] = shapely.get_coordinates(shapely.point_on_surface(anywhere))[0]
    return points


def _to_rings(polygon: Any) -> tuple[tuple[tuple[float, float], ...], ...]:
    rings = (polygon.exterior, *polygon.interiors)
    return tuple(
        tuple((x, y) for x, y in shapely.get_coordinates(ring)[:-1].tolist()) for ring in rings
    )


def _kennung(ars: str, ags: str) -> str:
    """The AGS; for a real association, which has none, the nine digits of its ARS.

    On the level of associations an area without one stands alone, and its own number is repeated
    in the last three digits of the association's.
    """
    if ags.isdecimal():
        return ags
    return ars if ars[5] == "5" else ars[:5] + ars[6:]


# What is said about it ----------------------------------------------------------------------


def _summarise(areas: _Areas, level: Level) -> Iterator[Hinweis]:
    counts = Counter(key[:2] for key in areas.keys())  # noqa: SIM118 – no dictionary
    per_land = ", ".join(f"{land}: {count}" for land, count in counts.items())
    yield Hinweis(None, level.layer, str(len(areas.attributes)), f"Flächen je Land: {per_land}.")
    if areas.repaired:
        yield Hinweis(
            None,
            level.layer,
            str(areas.repaired),
            "So viele Umrisse berührten sich selbst; berichtigt.",
        )
    if not shapely.coverage_is_valid(areas.shapes):
        yield Hinweis(
            None,
            level.layer,
            "",
            "Nachbarn haben nicht überall dieselbe Grenze; dort können Lücken sichtbar sein.",
        )


@dataclass(frozen=True, slots=True)
class Abgleich:
    """Which keys only the outlines have, and which only the list of areas."""

    nur_umriss: tuple[str, ...]
    nur_liste: tuple[str, ...]
    anteil: float


def compare(umrisse: Iterable[str], liste: Iterable[str], frueher: Iterable[str] = ()) -> Abgleich:
    """Outlines against the current keys; `frueher` are vanished keys whose successor is known.

    The boundaries are older or newer than the list: known successors explain that, and the rest
    may be one per cent.
    """
    drawn, listed = set(umrisse), set(liste)
    only_drawn = sorted(drawn - listed - set(frueher))
    only_listed = sorted(listed - drawn)
    unmatched = max(len(only_drawn), len(only_listed))
    return Abgleich(tuple(only_drawn), tuple(only_listed), unmatched / max(len(drawn), 1))


def refuse_unmatched(abgleich: Abgleich) -> None:
    if abgleich.anteil > MAX_UNMATCHED:
        examples = ", ".join((*abgleich.nur_umriss[:3], *abgleich.nur_liste[:3]))
        raise Unlesbar(
            f"{abgleich.anteil:.1%} der Umrisse passen nicht zur Gebietsliste (erlaubt ist 1 %), "
            f"zum Beispiel {examples}. Importieren Sie zuerst die Gebietsliste und die "
            "Gebietsänderungen, die zum Stand der Umrisse passen."
        )
