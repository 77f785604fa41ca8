"""The small maps of a page: where the statements of use are, drawn by the server."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from katalog.domain.begriffe import Einsatzstatus
from katalog.domain.laender import find_land
from katalog.queries import areas, einsaetze
from katalog.web.page import View
from map.fassungen import current, find_fassung
from map.geometrie import load_topologie
from map.skizze import Skizze, skizze

# More than these, and single municipalities would be too small to see.
_MOST_LAENDER = 2
_MOST_KREISE = 9


@dataclass(frozen=True, slots=True)
class Nutzungskarte:
    land: str
    bild: Skizze
    stand: dict[str, Einsatzstatus]
    produktiv: int
    gesamt: int
    quelle: str


def sketches_of_use(view: View, condition: einsaetze.Condition) -> list[Nutzungskarte]:
    """One drawing per Land with statements, of the Kreise that have any."""
    status = einsaetze.status_by_ags(view.session, condition, view.viewer)
    laender = Counter(ags[:2] for ags in status).most_common(_MOST_LAENDER)
    return [_sketch(view, key, status) for key, _ in laender]


def _sketch(view: View, land: str, status: dict[str, Einsatzstatus]) -> Nutzungskarte:
    inside = [ags for ags in status if ags.startswith(land)]
    kreise = [kreis for kreis, _ in Counter(a[:5] for a in inside).most_common(_MOST_KREISE)]
    shown = areas.municipal_ags(view.session, kreise)
    outlines = find_fassung(Path(view.portal.settings.umrisse))
    name = find_land(land)
    return Nutzungskarte(
        land=name.label if name else land,
        bild=skizze("gemeinde", shown, breite=520, hoehe=400, ordner=outlines.ordner),
        stand={ags: status[ags] for ags in inside},
        produktiv=sum(status.get(ags) is Einsatzstatus.PRODUKTIV for ags in shown),
        gesamt=len(shown),
        quelle=f"{outlines.vermerk}, Gebietsstand {outlines.stand:%d.%m.%Y}.",
    )


def warm_up(folder: str) -> None:
    """Reading the outlines takes a third of a second: not in the first reader's request."""
    load_topologie("gemeinde", current(Path(folder)))
