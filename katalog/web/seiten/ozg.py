"""OZG-Leistungen: the list with facets, and one of them."""

from __future__ import annotations

from katalog.domain.errors import NichtGefunden
from katalog.queries import dienste, einsaetze, importberichte, quellsaetze, register
from katalog.web.lists import active_chips, check_page, chosen_values, demo_note
from katalog.web.page import Page, View, page


@page("/ozg")
def list_ozg(view: View) -> Page:
    q = view.address.text("q")
    chosen = chosen_values(view.address, register.ozg_facets())
    seite, facetten = register.list_ozg(view.session, q, chosen, view.address.page())
    check_page(seite)
    ids = [row.id for row in seite.rows]
    return Page(
        "seiten/ozg_liste.html",
        {
            "q": q,
            "seite": seite,
            "facetten": facetten,
            "gewaehlt": chosen,
            "adresse": view.address,
            "chips": active_chips(view.address, facetten, [("q", f"Suche: {q}")]),
            "dienste": dienste.count_dienste_per_ozg(view.session, ids),
            "leistungen": register.count_leistungen(view.session, ids),
        },
    )


@page("/ozg/{ozg_id:str}")
def show_ozg(view: View) -> Page:
    key = view.path["ozg_id"]
    ozg = register.find_ozg(view.session, key)
    if ozg is None:
        raise NichtGefunden("Die OZG-Leistung", key)
    offered = dienste.dienste_for_ozg(view.session, ozg.id)
    ids = [row.dienst.id for row in offered if row.dienst.id is not None]
    leistungen = register.leistungen_of_ozg(view.session, ozg.id)
    return Page(
        "seiten/ozg.html",
        {
            "ozg": ozg,
            "leistungen": leistungen,
            "ersatzschluessel": importberichte.substitute_keys(
                view.session, [row.id for row in leistungen if row.schluessel is None]
            ),
            "dienste": offered,
            "demo": demo_note(offered),
            "nutzer": einsaetze.count_users(view.session, ids, view.viewer, view.today),
            "kommunen": einsaetze.count_users_of_any(view.session, ids, view.viewer, view.today),
            "herkunft": quellsaetze.provenance_of(view.session, "ozg", ozg.ozg_id),
        },
    )


PAGES = [list_ozg, show_ozg]
