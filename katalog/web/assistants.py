"""The table of assistants for a service, and who uses any of them: OZG and LeiKa pages alike."""

from __future__ import annotations

from collections.abc import Sequence

from katalog.domain.merkmalswoerter import word_of
from katalog.queries import einsaetze, stellen, verbreitung, vergleich, zustaendigkeiten
from katalog.queries.dienste import DienstZeile
from katalog.web.page import View


def assistants(
    view: View, offered: Sequence[DienstZeile], leistung_ids: Sequence[int]
) -> dict[str, object]:
    """What a reader compares at a glance; whom to ask is only looked up where there is nothing."""
    ids = [row.dienst.id for row in offered if row.dienst.id is not None]
    merkmale = vergleich.merkmale_of(view.session, ids)
    return {
        "dienste": offered,
        "nutzer": einsaetze.count_users(view.session, ids, view.viewer, view.today),
        "kosten": vergleich.costs_of(view.session, offered),
        "merkmale": {
            number: {art: [word_of(wert) for wert in werte] for art, werte in found.items()}
            for number, found in merkmale.items()
        },
        "zustaendig": zustaendigkeiten.competent_for(view.session, leistung_ids, ids, view.today),
        "koordinierende": [] if offered else stellen.coordinating_bodies(view.session),
    }


def spread(view: View, condition: einsaetze.Condition) -> dict[str, object]:
    """How many bodies of which Land use any of them; each body counts once."""
    laender = verbreitung.users_by_land(view.session, condition, view.viewer, view.today)
    return {"laender": laender, "kommunen": sum(land.anzahl for land in laender)}
