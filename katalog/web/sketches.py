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

# More than these, and single municipalities would be too small to see: then it is drawn by Kreise.
_MOST_LAENDER = 2
_MOST_KREISE = 9
_MOST_KOMMUNEN = 120
_MOST_ANSWERS = 450
_KREIS = 5
TEILWEISE = "teilweise"


@dataclass(frozen=True, slots=True)
class Nutzungskarte:
    """`stand` is an Einsatzstatus, or TEILWEISE for a Kreis of which less than half is there."""

    land: str
    nach_kreisen: bool
    bild: Skizze
    stand: dict[str, str]
    produktiv: int
    gesamt: int
    quelle: str


def sketches_of_use(view: View, condition: einsaetze.Condition) -> list[Nutzungskarte]:
    """One drawing per Land with statements: of the Kreise that have any, or of all its Kreise."""
    status = einsaetze.status_by_ags(view.session, condition, view.viewer)
    laender = Counter(ags[:2] for ags in status).most_common(_MOST_LAENDER)
    return [
        _sketch(view, key, {ags: status[ags] for ags in status if ags.startswith(key)})
        for key, _ in laender
    ]


def _sketch(view: View, land: str, status: dict[str, Einsatzstatus]) -> Nutzungskarte:
    kommunen = areas.kommunen_per_kreis(view.session, land)
    used = {ags[:_KREIS] for ags in status}
    few = len(used) <= _MOST_KREISE
    nach_kreisen = not few or sum(kommunen[kreis] for kreis in used) > _MOST_KOMMUNEN
    outlines = find_fassung(Path(view.portal.settings.umrisse))
    ebene, shown = (
        ("kreis", list(kommunen))
        if nach_kreisen
        else ("gemeinde", areas.municipal_ags(view.session, sorted(used)))
    )
    name = find_land(land)
    return Nutzungskarte(
        land=name.label if name else land,
        nach_kreisen=nach_kreisen,
        bild=skizze(ebene, shown, breite=520, hoehe=400, ordner=outlines.ordner),
        stand=_by_kreis(status, kommunen) if nach_kreisen else {**status},
        produktiv=sum(one is Einsatzstatus.PRODUKTIV for one in status.values()),
        gesamt=sum(kommunen.values()) if nach_kreisen else len(shown),
        quelle=f"{outlines.vermerk}, Gebietsstand {outlines.stand:%d.%m.%Y}.",
    )


def _by_kreis(status: dict[str, Einsatzstatus], kommunen: Counter[str]) -> dict[str, str]:
    """Whether half of its municipalities have it, or some; if none, what is said most often."""
    said: dict[str, Counter[Einsatzstatus]] = {}
    for ags, one in status.items():
        said.setdefault(ags[:_KREIS], Counter())[one] += 1
    found: dict[str, str] = {}
    for kreis, counts in said.items():
        live = counts[Einsatzstatus.PRODUKTIV]
        if 2 * live >= kommunen[kreis] > 0:
            found[kreis] = Einsatzstatus.PRODUKTIV
        else:
            found[kreis] = TEILWEISE if live else counts.most_common(1)[0][0]
    return found


@dataclass(frozen=True, slots=True)
class Antwortkarte:
    """Municipalities for which somebody was asked; `stand` is what was answered for them."""

    bild: Skizze
    stand: dict[str, str]
    quelle: str


def sketch_of_answers(view: View, stand: dict[str, str]) -> Antwortkarte | None:
    """None where there is nothing to draw, or so much that nobody could tell it apart."""
    if not 0 < len(stand) <= _MOST_ANSWERS:
        return None
    outlines = find_fassung(Path(view.portal.settings.umrisse))
    return Antwortkarte(
        skizze("gemeinde", stand, breite=520, hoehe=460, ordner=outlines.ordner),
        stand,
        f"{outlines.vermerk}, Gebietsstand {outlines.stand:%d.%m.%Y}.",
    )


def warm_up(folder: str) -> None:
    """Reading the outlines takes a third of a second: not in the first reader's request."""
    load_topologie("gemeinde", current(Path(folder)))
