"""What all lists share: the state in the address, the hits of one page, chips to take it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from katalog import discovery
from katalog.discovery import Auswahl, Fund, Order
from katalog.domain.begriffe import Objektart
from katalog.domain.errors import NichtGefunden
from katalog.queries.facets import Facet, FacetCounts
from katalog.queries.paging import PAGE_SIZE, Seite
from katalog.web.address import Address
from katalog.web.map_links import map_address
from katalog.web.offers import offer_files
from katalog.web.page import View

# The orders a reader may choose, as (value in the address, name); the first is what nobody chooses.
_BY_USE = (Order.NUTZUNG, "Meistgenutzt")
ORDNUNGEN: Mapping[Objektart, Sequence[tuple[Order, str]]] = {
    Objektart.OZG_LEISTUNG: (),
    Objektart.LEISTUNG: (),
    Objektart.ONLINEDIENST: (_BY_USE, (Order.STAND, "Zuletzt geändert")),
    Objektart.KOMMUNE: ((Order.NUTZUNG, "Meiste Angaben"),),
}


@dataclass(frozen=True, slots=True)
class Chip:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Sortierung:
    name: str
    url: str
    gewaehlt: bool


@dataclass(frozen=True, slots=True)
class Liste:
    """One page of what was chosen; `rows` are loaded by whoever knows the type."""

    auswahl: Auswahl
    fund: Fund
    number: int

    @property
    def ids(self) -> list[int]:
        return self.fund.ids

    def seite(self, rows: Sequence[Any]) -> Seite[Any]:
        return Seite(tuple(rows), self.fund.gesamt, self.number)


def open_list(view: View, typ: Objektart | None) -> Liste:
    auswahl = read_auswahl(view.address, typ)
    number = view.address.page()
    fund = discovery.find(
        view.session,
        view.portal.suche,
        auswahl,
        view.today,
        limit=PAGE_SIZE,
        offset=(number - 1) * PAGE_SIZE,
    )
    liste = Liste(auswahl, fund, number)
    check_page(liste.seite(()))
    return liste


def read_auswahl(address: Address, typ: Objektart | None) -> Auswahl:
    known = [order for order, _ in ORDNUNGEN.get(typ, ())] if typ else []
    ordnung = next((o for o in (*known, Order.NAME) if o == address.text("sortierung")), None)
    return Auswahl(
        typ=typ,
        q=address.text("q"),
        filter={
            name: values for name in discovery.filter_names(typ) if (values := address.all(name))
        },
        ort=address.text("ort"),
        ordnung=ordnung,
    )


def list_values(view: View, liste: Liste, rows: Sequence[Any]) -> dict[str, Any]:
    """What the template of every list needs besides its rows."""
    auswahl, fund = liste.auswahl, liste.fund
    return {
        "q": auswahl.q,
        "ort": auswahl.ort,
        "fund": fund,
        "treffer": {hit.id: hit for hit in fund.treffer},
        "seite": liste.seite(rows),
        "facetten": fund.facetten,
        "gewaehlt": auswahl.filter,
        "adresse": view.address,
        "chips": active_chips(view.address, fund.facetten, plain_choices(auswahl)),
        "sortierungen": orders(view.address, auswahl),
        "dateien": offer_files(view.address, karte=auswahl.typ is Objektart.KOMMUNE),
        "karte": map_address(view.address, auswahl.typ),
    }


def plain_choices(auswahl: Auswahl) -> list[tuple[str, str]]:
    return [("q", f"Suche: {auswahl.q}"), ("ort", f"Nähe: {auswahl.ort}")]


def orders(address: Address, auswahl: Auswahl) -> list[Sortierung]:
    if auswahl.typ is None:
        return []
    first = [(Order.RELEVANCE, "Beste Treffer")] if auswahl.q else []
    choices = [*first, *ORDNUNGEN[auswahl.typ], (Order.NAME, "Name")]
    base = address.without("seite", "sortierung")
    default = Order.RELEVANCE if auswahl.q else Order.NAME
    return [
        Sortierung(
            name,
            str(base if order is default else base.with_(sortierung=order)),
            order is auswahl.order,
        )
        for order, name in choices
    ]


def chosen_values(address: Address, facets: Sequence[Facet]) -> dict[str, tuple[str, ...]]:
    return {facet.name: address.all(facet.name) for facet in facets if address.all(facet.name)}


def active_chips(
    address: Address, counted: Sequence[FacetCounts], plain: Sequence[tuple[str, str]] = ()
) -> list[Chip]:
    """One chip per chosen value; `plain` are fields without a facet, as (name, text)."""
    labels = {(facet.name, value.value): value.label for facet in counted for value in facet.values}
    titles = {facet.name: facet.title for facet in counted}
    chips = [
        Chip(
            f"{titles[name]}: {labels.get((name, value), value)}", str(address.toggled(name, value))
        )
        for name, value in address.fields
        if name in titles
    ]
    chips += [
        Chip(text, str(address.without(name, "seite")))
        for name, text in plain
        if address.text(name)
    ]
    return chips


def demo_note(statements: Iterable[Any]) -> str:
    """The strip on top of a page that shows demo statements, services or offers."""
    if any(row.quelle is not None and row.quelle.demo for row in statements):
        return "Angaben mit dem Zusatz „(Demo)“ sind Beispiele, keine Aussagen der Kommunen."
    return ""


def check_page(seite: Seite[Any]) -> None:
    """A page beyond the last one does not exist; an empty list still has its first."""
    if seite.number > seite.count:
        raise NichtGefunden("Die Seite", str(seite.number), f"Die Liste hat {seite.count} Seiten.")
