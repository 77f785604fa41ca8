"""All pages; each module is a family of its own and knows none of the others."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from katalog.web.seiten import (
    angaben_liste,
    anmeldedienst,
    anmelden,
    api,
    betrieb,
    darstellung,
    entwuerfe,
    fristen,
    info,
    karte,
    kommunen,
    konto,
    leistungen,
    nutzung,
    onlinedienste,
    ozg,
    post,
    schreiben,
    start,
    stellen,
    suche,
    teilnahme,
    vergleich,
    zustand,
)

PAGES: list[HTTPRouteHandler] = [
    *start.PAGES,
    *suche.PAGES,
    *ozg.PAGES,
    *leistungen.PAGES,
    *vergleich.PAGES,
    *onlinedienste.PAGES,
    *schreiben.PAGES,
    *kommunen.PAGES,
    *karte.PAGES,
    *nutzung.PAGES,
    *teilnahme.PAGES,
    *angaben_liste.PAGES,
    *entwuerfe.PAGES,
    *stellen.PAGES,
    *fristen.PAGES,
    *info.PAGES,
    *api.PAGES,
    *betrieb.PAGES,
    *post.PAGES,
    *anmelden.PAGES,
    *anmeldedienst.PAGES,
    *konto.PAGES,
    *darstellung.PAGES,
    *zustand.PAGES,
]
