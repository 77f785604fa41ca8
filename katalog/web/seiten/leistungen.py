"""LeiKa services: the list, and one of them with who offers and who uses it."""

from __future__ import annotations

from katalog.domain.begriffe import Leistungsmerkmalart, Objektart, Zielgruppe
from katalog.domain.errors import NichtGefunden, UngueltigeEingabe
from katalog.domain.schluessel import ERSATZSCHLUESSEL, Leistungsschluessel
from katalog.domain.typisierung import explain
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
from katalog.web.page import Download, Page, Redirect, View, page
from katalog.web.sketches import sketches_of_use

_USERS = 25


@page("/leistungen")
def list_leistungen(view: View) -> Page | Download:
    if wants_file(view.address):
        return download_list(view, Objektart.LEISTUNG)
    liste = open_list(view, Objektart.LEISTUNG)
    rows = register.leistungen_by_ids(view.session, liste.ids)
    return Page(
        "seiten/leistungen_liste.html",
        list_values(view, liste, rows)
        | {
            "ersatzschluessel": importberichte.substitute_keys(
                view.session, [row.id for row in rows if row.schluessel is None]
            ),
        },
    )


@page("/leistungen/{schluessel:str}", keep=True)
def show_leistung(view: View) -> Page | Redirect:
    """Written with blanks or dots, a key leads to its one address."""
    typed = view.path["schluessel"]
    if ERSATZSCHLUESSEL.fullmatch(typed):
        number = importberichte.leistung_without_key(view.session, typed)
        found = None if number is None else register.find_leistung_by_id(view.session, number)
        if found is None:
            raise NichtGefunden("Die Leistung", typed)
        return _details(view, found, typed, None)
    try:
        key = Leistungsschluessel.parse(typed)
    except UngueltigeEingabe as error:
        raise NichtGefunden("Die Leistung", typed) from error
    if str(key) != typed:
        return Redirect(f"/leistungen/{key}", status=301)
    leistung = register.find_leistung(view.session, str(key))
    if leistung is None:
        raise NichtGefunden("Die Leistung", key.anzeige)
    return _details(view, leistung, str(key), key)


def _details(
    view: View,
    leistung: register.LeistungZeile,
    address: str,
    schluessel: Leistungsschluessel | None,
) -> Page:
    merkmale = register.merkmale(view.session, leistung.id)
    offered = dienste.dienste_for_leistung(view.session, leistung.id)
    users = einsaetze.of_leistung(
        view.session, leistung.id, view.viewer, view.address.page(), _USERS
    )
    check_page(users)
    others = umfeld.siblings(view.session, leistung.id)
    services = register.ozg_of_leistung(view.session, leistung.id)
    types = merkmale[Leistungsmerkmalart.TYPISIERUNG]
    serves = einsaetze.serves(leistung.id)
    return Page(
        "seiten/leistung.html",
        {
            "leistung": leistung,
            "schluessel": schluessel,
            "adresse": view.address,
            "ozg": services,
            "typisierung": types,
            "typen": [(code, explain(code)) for code in types],
            "zielgruppen": [
                Zielgruppe(value).label for value in merkmale[Leistungsmerkmalart.ZIELGRUPPE]
            ],
            "nutzung": users,
            "verwandte": others,
            "dienste_je_leistung": umfeld.count_dienste(view.session, [o.id for o in others]),
            "demo": demo_note([*offered, *users.rows]),
            "arbeitspakete": arbeitspakete.list_pakete(
                view.session,
                view.viewer,
                Auswahl(ozg=frozenset(o.id for o in services), leistung=leistung.id),
            ),
            "karten": sketches_of_use(view, serves),
            "herkunft": quellsaetze.provenance_of(view.session, "leistung", address),
            **assistants(view, offered, [leistung.id]),
            **spread(view, serves),
        },
    )


PAGES = [list_leistungen, show_leistung]
