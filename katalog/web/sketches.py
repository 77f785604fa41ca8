"""The small map of a page: where the statements of use are, drawn by the server."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from katalog.domain.begriffe import Einsatzstatus
from katalog.queries import areas, einsaetze
from katalog.web.page import View
from map.skizze import Skizze, skizze

SOURCE = "© GeoBasis-DE / BKG 2016 (Daten verändert), Gebietsstand 01.01.2016."
# More Kreise than these, and single municipalities would be too small to see.
_MOST_KREISE = 9


@dataclass(frozen=True, slots=True)
class Nutzungskarte:
    bild: Skizze
    stand: dict[str, Einsatzstatus]
    titel: str
    quelle: str = SOURCE


def sketch_of_use(view: View, condition: einsaetze.Condition) -> Nutzungskarte | None:
    """The Kreise with statements, their neighbours left out; None without any statement."""
    status = einsaetze.status_by_ags(view.session, condition, view.viewer)
    if not status:
        return None
    kreise = [kreis for kreis, _ in Counter(ags[:5] for ags in status).most_common(_MOST_KREISE)]
    shown = areas.municipal_ags(view.session, kreise)
    productive = sum(status.get(ags) is Einsatzstatus.PRODUKTIV for ags in shown)
    return Nutzungskarte(
        bild=skizze("gemeinde", shown, breite=520, hoehe=460),
        stand=status,
        titel=f"Karte: {productive} von {len(shown)} Kommunen dieser Kreise nutzen ihn produktiv.",
    )
