"""The numbers of a map as a table: the same areas, in an order that the reader chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from katalog.domain.kartenbild import Kartenbild, Wert
from katalog.domain.kartenklassen import Messgroesse
from katalog.domain.sortierung import sort_key
from katalog.queries.paging import Seite
from katalog.web.address import Address
from katalog.web.lists import check_page

# Beside a map a page of a list would be too long, and much shorter ones would be too many.
ROWS = 50


@dataclass(frozen=True, slots=True)
class Spalte:
    """`sorted` is what the table is by; the title is a link that makes it so."""

    name: str
    titel: str
    url: str
    sorted: str
    zahl: bool = True


@dataclass(frozen=True, slots=True)
class Kartentabelle:
    spalten: tuple[Spalte, ...]
    seite: Seite[Wert]


# Names ascend; of everything else the most comes first.
_ORDERS: Mapping[str, Callable[[Kartenbild], Callable[[Wert], Any]]] = {
    "name": lambda bild: lambda wert: (),
    "stand": lambda bild: lambda wert: bild.klassen.index(bild.klasse(wert)),
    "anteil": lambda bild: lambda wert: -wert.anteil,
    "anzahl": lambda bild: lambda wert: -wert.anzahl,
}
_USUAL = {
    Messgroesse.STATUS: "stand",
    Messgroesse.ANTEIL: "anteil",
    Messgroesse.ANZAHL: "anzahl",
}


def build_table(address: Address, bild: Kartenbild) -> Kartentabelle:
    columns = _columns(bild)
    usual = _USUAL[bild.nach]
    asked = address.text("sortierung")
    order = asked if asked in columns else usual
    rank = _ORDERS[order](bild)
    rows = sorted(
        bild.werte.values(),
        key=lambda wert: (rank(wert), sort_key(wert.flaeche.name), wert.flaeche.id),
    )
    number = address.page()
    seite = Seite(tuple(rows[(number - 1) * ROWS : number * ROWS]), len(rows), number, ROWS)
    check_page(seite)
    base = address.without("seite", "sortierung").at("tabelle")
    return Kartentabelle(
        tuple(
            Spalte(
                name,
                title,
                str(base if name == usual else base.with_(sortierung=name)),
                "" if name != order else "ascending" if name in {"name", "stand"} else "descending",
                name in {"anteil", "anzahl"},
            )
            for name, title in columns.items()
        ),
        seite,
    )


def _columns(bild: Kartenbild) -> dict[str, str]:
    """A share says nothing of a single municipality, nor does a state of many."""
    middle = {"stand": "Status"} if bild.nach is Messgroesse.STATUS else {"anteil": "Anteil"}
    if bild.nach is Messgroesse.ANZAHL and bild.von == bild.gesamt:
        middle = {}
    return {"name": bild.ebene.label} | middle | {"anzahl": "Onlinedienste"}
