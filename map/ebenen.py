"""The levels of a map as a browser loads them: packed files under addresses that never change.

An address names the content (its hash), so that browsers and caches may keep it for good: newer
outlines have other addresses, and those of the version before still answer.
"""

import gzip
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from map.fassungen import HASHLAENGE, Fassung, find_ebenendatei
from map.geometrie import DATEINAME, Ebene, load_topologie

MEDIA_TYPE = "application/json"
# Below this zoom single municipalities are too small to see, and Kreise are shown instead.
ZOOM_GEMEINDEN = 8

_DATEI = re.compile(rf"([0-9a-f]{{{HASHLAENGE}}})\.topojson")

# South-west and north-east corner, as Leaflet writes them: (latitude, longitude).
Ausschnitt = tuple[tuple[float, float], tuple[float, float]]
DEUTSCHLAND: Ausschnitt = ((47.2, 5.8), (55.1, 15.1))


@dataclass(frozen=True, slots=True)
class Ebenenquelle:
    """`objekt` is the name of the level's areas inside the TopoJSON."""

    url: str
    objekt: str


@dataclass(frozen=True, slots=True)
class Packung:
    body: bytes
    encoding: str


def quellen(fassung: Fassung, basis: str) -> dict[Ebene, Ebenenquelle]:
    return {
        ebene: Ebenenquelle(f"{basis}/{ebene}/{datei.hash}.topojson", DATEINAME[ebene])
        for ebene, datei in fassung.ebenen.items()
    }


def read_ebene(
    umrisse_dir: Path, ebene: str, name: str, accepted: Collection[str]
) -> Packung | None:
    """The file behind an address, packed as it lies there if the browser takes that."""
    wanted = _DATEI.fullmatch(name)
    if wanted is None or ebene not in set(Ebene):
        return None
    datei = find_ebenendatei(umrisse_dir, Ebene(ebene), wanted[1])
    if datei is None:
        return None
    if datei.br is not None and "br" in accepted:
        return Packung(datei.br.read_bytes(), "br")
    packed = datei.gz.read_bytes()
    return Packung(packed, "gzip") if "gzip" in accepted else Packung(gzip.decompress(packed), "")


def ausschnitt(ebene: str, schluessel: Iterable[str], ordner: Path) -> Ausschnitt | None:
    """The part of the map that holds these areas; None if none of them has an outline."""
    topologie = load_topologie(ebene, ordner)
    kaesten = [topologie.flaechen[key].kasten for key in schluessel if key in topologie.flaechen]
    if not kaesten:
        return None
    west, sued = topologie.to_grad((min(k[0] for k in kaesten), min(k[1] for k in kaesten)))
    ost, nord = topologie.to_grad((max(k[2] for k in kaesten), max(k[3] for k in kaesten)))
    return (sued, west), (nord, ost)
