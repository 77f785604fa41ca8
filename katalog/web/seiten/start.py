"""The start page: search first, the numbers that matter, the latest statements."""

from __future__ import annotations

from dataclasses import dataclass

from katalog.domain.begriffe import Einsatzstatus
from katalog.queries import areas, dienste, einsaetze, register, start
from katalog.web.page import Page, View, page
from map.skizze import Skizze, skizze

# The dog of the question that started it all: who has an assistant for registering one?
_QUESTION = "99110009104000"
_MUENSTERLAND = ("05570", "05558", "05915", "05515")


@dataclass(frozen=True, slots=True)
class Kartenfrage:
    bild: Skizze
    stand: dict[str, Einsatzstatus]
    titel: str
    quelle: str
    schluessel: str
    leistung: str
    produktiv: int
    gesamt: int


@page("/")
def show_start(view: View) -> Page:
    counts = dienste.count_per_themenfeld(view.session)
    return Page(
        "seiten/start.html",
        {
            "zahlen": start.figures(view.session, view.viewer, view.today),
            "themenfelder": counts,
            "groesstes": max((count for _, _, count in counts), default=0) or 1,
            "aenderungen": start.latest_changes(view.session, view.viewer),
            "karte": _map_question(view),
            "demo": (
                "Angaben zur Nutzung im Münsterland und in Mecklenburg-Vorpommern sind Beispiele."
                if start.has_demo(view.session)
                else ""
            ),
        },
    )


def _map_question(view: View) -> Kartenfrage | None:
    leistung = register.find_leistung(view.session, _QUESTION)
    if leistung is None:
        return None
    status = einsaetze.status_by_ags(view.session, einsaetze.serves(leistung.id), view.viewer)
    wanted = areas.municipal_ags(view.session, _MUENSTERLAND)
    shown = {ags: status[ags] for ags in wanted if ags in status}
    if not shown:
        return None
    productive = sum(value is Einsatzstatus.PRODUKTIV for value in shown.values())
    return Kartenfrage(
        bild=skizze("gemeinde", wanted),
        stand=shown,
        titel=(
            f"Karte des Münsterlands: {productive} von {len(wanted)} Kommunen haben eine "
            f"produktive Lösung für „{leistung.name}“."
        ),
        quelle="© GeoBasis-DE / BKG 2016 (Daten verändert), Gebietsstand 01.01.2016.",
        schluessel=_QUESTION,
        leistung=leistung.name,
        produktiv=productive,
        gesamt=len(wanted),
    )


PAGES = [show_start]
