"""What all lists share: what is chosen, and a chip that takes each choice back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from katalog.domain.errors import NichtGefunden
from katalog.queries.facets import Facet, FacetCounts
from katalog.queries.paging import Seite
from katalog.web.address import Address


@dataclass(frozen=True, slots=True)
class Chip:
    text: str
    url: str


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
