"""OZG-Leistungen: the list with facets, and one of them."""

from __future__ import annotations

from katalog.domain.begriffe import Objektart
from katalog.domain.errors import NichtGefunden
from katalog.queries import (
    arbeitspakete,
    dienste,
    einsaetze,
    importberichte,
    quellsaetze,
    register,
    umfeld,
)
from katalog.queries.arbeitspakete import Auswahl
from katalog.web.assistants import assistants, spread
from katalog.web.exports import wants_file
from katalog.web.list_files import download_list
from katalog.web.lists import check_page, demo_note, list_values, open_list
from katalog.web.page import Download, Page, View, page

_USERS = 25


@page("/ozg")
def list_ozg(view: View) -> Page | Download:
    if wants_file(view.address):
        return download_list(view, Objektart.OZG_LEISTUNG)
    liste = open_list(view, Objektart.OZG_LEISTUNG)
    rows = register.ozg_by_ids(view.session, liste.ids)
    return Page(
        "seiten/ozg_liste.html",
        list_values(view, liste, rows)
        | {
            "dienste": dienste.count_dienste_per_ozg(view.session, liste.ids),
            "leistungen": register.count_leistungen(view.session, liste.ids),
        },
    )


@page("/ozg/{ozg_id:str}", keep=True)
def show_ozg(view: View) -> Page:
    key = view.path["ozg_id"]
    ozg = register.find_ozg(view.session, key)
    if ozg is None:
        raise NichtGefunden("Die OZG-Leistung", key)
    offered = dienste.dienste_for_ozg(view.session, ozg.id)
    ids = [row.dienst.id for row in offered if row.dienst.id is not None]
    leistungen = register.leistungen_of_ozg(view.session, ozg.id)
    leistung_ids = [row.id for row in leistungen]
    users = einsaetze.of_any(view.session, ids, view.viewer, view.address.page(), _USERS)
    check_page(users)
    return Page(
        "seiten/ozg.html",
        {
            "ozg": ozg,
            "adresse": view.address,
            "leistungen": leistungen,
            "ersatzschluessel": importberichte.substitute_keys(
                view.session, [row.id for row in leistungen if row.schluessel is None]
            ),
            "dienste_je_leistung": umfeld.count_dienste(view.session, leistung_ids),
            "nutzung": users,
            "arbeitspakete": arbeitspakete.list_pakete(
                view.session, view.viewer, Auswahl(ozg=frozenset({ozg.id}))
            ),
            "typen": [],
            "demo": demo_note([*offered, *users.rows]),
            "herkunft": quellsaetze.provenance_of(view.session, "ozg", ozg.ozg_id),
            **assistants(view, offered, leistung_ids),
            **spread(view, einsaetze.uses_any(ids)),
        },
    )


PAGES = [list_ozg, show_ozg]
