"""Search: one field for everything; mixed results grouped by what they are, one type as a list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from katalog import discovery
from katalog.discovery import Auswahl, Fund, Gruppe
from katalog.domain.begriffe import Objektart
from katalog.domain.errors import UngueltigeEingabe
from katalog.queries import adressen, dienste, einsaetze, importberichte, kommunen, orte, register
from katalog.queries.paging import PAGE_SIZE, Seite
from katalog.web.address import Address
from katalog.web.exports import wants_file
from katalog.web.list_files import download_list
from katalog.web.lists import (
    active_chips,
    check_page,
    demo_note,
    orders,
    plain_choices,
    read_auswahl,
)
from katalog.web.map_links import map_address
from katalog.web.offers import offer_files
from katalog.web.page import Download, Page, View, page
from search.engine import Marked

# Enough to see which types come first; each group is then asked for by itself.
_LOOKED_AT = 20
_SUGGESTIONS = 8


@dataclass(frozen=True, slots=True)
class Abschnitt:
    """Hits of one type, with the rows that show them."""

    gruppe: Gruppe
    rows: list[Any]
    alle: str


@dataclass(frozen=True, slots=True)
class Vorschlag:
    text: Marked
    typ: str
    zusatz: str
    url: str


@page("/suche")
def show_search(view: View) -> Page | Download:
    auswahl = read_auswahl(view.address, None)
    if not auswahl.q and not auswahl.filter:
        return Page(
            "seiten/suche_leer.html", {"q": "", "ort": auswahl.ort, "adresse": view.address}
        )
    types = auswahl.filter.get("typ", ())
    only = Objektart(types[0]) if len(types) == 1 and types[0] in set(Objektart) else None
    if wants_file(view.address):
        return download_list(view, _one_kind(only))
    number = view.address.page() if only else 1
    fund = discovery.find(
        view.session,
        view.portal.suche,
        replace(auswahl, ordnung=_order(view.address, only)),
        view.today,
        limit=PAGE_SIZE if only else _LOOKED_AT,
        offset=(number - 1) * PAGE_SIZE,
    )
    groups = (
        [Gruppe(only, fund.treffer, fund.gesamt)]
        if only
        else discovery.group(view.session, view.portal.suche, auswahl, fund, view.today)
    )
    seite: Seite[Any] = Seite(fund.treffer, fund.gesamt if only else 0, number)
    check_page(seite)
    sections = [_section(view, each) for each in groups if each.treffer]
    assistants = [
        row for each in sections if each.gruppe.typ is Objektart.ONLINEDIENST for row in each.rows
    ]
    ids = [row.dienst.id for row in assistants if row.dienst.id is not None]
    return Page(
        "seiten/suche.html",
        {
            "q": auswahl.q,
            "ort": auswahl.ort,
            "fund": fund,
            "abschnitte": sections,
            "nur": only,
            "seite": seite,
            "facetten": fund.facetten,
            "gewaehlt": auswahl.filter,
            "adresse": view.address,
            "chips": active_chips(view.address, fund.facetten, plain_choices(auswahl)[1:]),
            "sortierungen": orders(view.address, replace(auswahl, typ=only)),
            "dateien": offer_files(view.address, karte=only is Objektart.KOMMUNE),
            "karte": map_address(view.address, only),
            "treffer": {(t.typ, t.id): t for each in groups for t in each.treffer},
            "ohne_filter": _without_filters(view, auswahl, fund),
            "nutzer": einsaetze.count_users(view.session, ids, view.viewer, view.today),
            "naehe": einsaetze.users_in_kreis(
                view.session, ids, fund.kreis_id, view.viewer, view.today
            ),
            "demo": demo_note(assistants),
        }
        | _numbers(view, sections),
    )


def _one_kind(only: Objektart | None) -> Objektart:
    """Things of different kinds have no columns in common."""
    if only is None:
        raise UngueltigeEingabe(
            "typ",
            "",
            "Eine Datei enthält Einträge einer Art. Wählen Sie unter „Was es ist“ eine aus, zum "
            "Beispiel Onlinedienste.",
        )
    return only


def _order(address: Address, only: Objektart | None) -> discovery.Order | None:
    return read_auswahl(address, only).ordnung if only else None


def _section(view: View, gruppe: Gruppe) -> Abschnitt:
    load: dict[Objektart, Any] = {
        Objektart.OZG_LEISTUNG: register.ozg_by_ids,
        Objektart.LEISTUNG: register.leistungen_by_ids,
        Objektart.ONLINEDIENST: dienste.by_ids,
        Objektart.KOMMUNE: kommunen.by_ids,
    }
    rows = load[gruppe.typ](view.session, gruppe.ids)
    alle = view.address.without("seite", "typ").with_(typ=gruppe.typ)
    return Abschnitt(gruppe, rows, str(alle))


def _numbers(view: View, sections: list[Abschnitt]) -> dict[str, Any]:
    """What stands beside the rows of services: how much belongs to each of them."""
    rows = {each.gruppe.typ: each.rows for each in sections}
    ozg = [row.id for row in rows.get(Objektart.OZG_LEISTUNG, [])]
    keyless = [row.id for row in rows.get(Objektart.LEISTUNG, []) if row.schluessel is None]
    return {
        "dienste": dienste.count_dienste_per_ozg(view.session, ozg),
        "leistungen": register.count_leistungen(view.session, ozg),
        "ersatzschluessel": importberichte.substitute_keys(view.session, keyless),
    }


def _without_filters(view: View, auswahl: Auswahl, fund: Fund) -> int:
    """How many hits the words alone would have, where the filters leave none."""
    if fund.gesamt or not auswahl.filter or not auswahl.q:
        return 0
    words = replace(auswahl, filter={})
    return discovery.find(
        view.session, view.portal.suche, words, view.today, limit=0, facets=False
    ).gesamt


@page("/suche/vorschlaege")
def show_suggestions(view: View) -> Page:
    """A piece of HTML for the field: where each suggestion leads."""
    found = discovery.suggest(
        view.session, view.portal.suche, view.address.text("q"), view.today, _SUGGESTIONS
    )
    where = {
        (typ, number): url
        for typ in Objektart
        for number, url in adressen.paths(
            view.session, typ, [int(each.id) for each in found if Objektart(each.typ) is typ]
        ).items()
    }
    suggestions = [
        Vorschlag(each.text, each.typ, each.zusatz, url)
        for each in found
        if (url := where.get((Objektart(each.typ), int(each.id))))
    ]
    return Page("teile/vorschlaege.html", {"vorschlaege": suggestions})


@page("/suche/orte")
def show_places(view: View) -> Page:
    """A piece of HTML for a field: the places somebody may mean who is still typing."""
    typed = view.address.text("ort")
    return Page("teile/orte.html", {"orte": orte.suggest_places(view.session, typed, _SUGGESTIONS)})


PAGES = [show_search, show_suggestions, show_places]
