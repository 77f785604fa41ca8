"""Checks outlines as a reader will get them: keys, shapes, and how much there is of what.

Needs shapely; `umrisse` refuses what does not pass, and whoever looks after the portal may ask
at any time.
"""

import gzip
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import shapely  # type: ignore[import-untyped,unused-ignore]

from map.fassungen import Ebenendatei, Fassung
from map.geometrie import Ebene, Topologie, to_topologie
from map.gitter import to_shapes


@dataclass(frozen=True, slots=True)
class Befund:
    """`doppelt`, `ungueltig` and `uneins` are keys; the last are areas whose borders are not the
    neighbour's, because both overlap somewhere. Only the first two are grounds to refuse.
    """

    anzahl: int
    je_land: dict[str, int]
    doppelt: tuple[str, ...]
    ungueltig: tuple[str, ...]
    uneins: tuple[str, ...]

    @property
    def brauchbar(self) -> bool:
        return self.anzahl > 0 and not self.doppelt and not self.ungueltig


@dataclass(frozen=True, slots=True)
class Groesse:
    """In bytes; `br` is None where only gzip is there."""

    roh: int
    gz: int
    br: int | None


def check(fassung: Fassung) -> dict[Ebene, Befund]:
    return {
        ebene: check_ebene(gzip.decompress(datei.gz.read_bytes()))
        for ebene, datei in fassung.ebenen.items()
    }


def measure(datei: Ebenendatei) -> Groesse:
    br = datei.br.stat().st_size if datei.br else None
    return Groesse(datei.roh, datei.gz.stat().st_size, br)


def check_ebene(topojson: bytes) -> Befund:
    inhalt = json.loads(topojson)
    (sammlung,) = inhalt["objects"].values()
    geometrien = sammlung["geometries"]
    topologie = to_topologie(inhalt)
    formen = to_shapes(_to_polygone(geometrie, topologie) for geometrie in geometrien)
    uneins = ~shapely.is_empty(shapely.coverage_invalid_edges(formen))
    kennungen = [geometrie["id"] for geometrie in geometrien]
    je_kennung = Counter(kennungen)
    return Befund(
        anzahl=len(kennungen),
        je_land=dict(sorted(Counter(kennung[:2] for kennung in kennungen).items())),
        doppelt=tuple(kennung for kennung, anzahl in je_kennung.items() if anzahl > 1),
        ungueltig=_select(kennungen, ~shapely.is_valid(formen)),
        uneins=_select(kennungen, uneins),
    )


def _to_polygone(geometrie: dict[str, Any], topologie: Topologie) -> list[list[Any]]:
    arcs = geometrie["arcs"]
    return [
        [list(topologie.points(tuple(ring)))[:-1] for ring in polygon]
        for polygon in ([arcs] if geometrie["type"] == "Polygon" else arcs)
    ]


def _select(kennungen: list[str], treffer: Any) -> tuple[str, ...]:
    return tuple(
        kennung for kennung, ist_treffer in zip(kennungen, treffer, strict=True) if ist_treffer
    )
