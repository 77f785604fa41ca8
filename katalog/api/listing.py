"""What all lists of the API share: how much of them, since when, and which filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from katalog import discovery
from katalog.api.calls import Ask, Many
from katalog.api.filters import filters_of
from katalog.api.kinds import moment, number, text
from katalog.api.parameter import Parameter
from katalog.ausgabe.felder import Gegenstand, Satz
from katalog.domain.begriffe import Objektart
from katalog.queries.facets import Chosen
from katalog.queries.listen import Ausschnitt, Frage, Zeilen, list_rows

_MOST_ROWS = 200
# Beyond any list, and small enough for every database.
_FARTHEST = 10_000_000
# More than any words find, and as many as a database takes in one list.
_MOST_FOUND = 10_000

PAGING: tuple[Parameter, ...] = (
    number("limit", "Wie viele Einträge auf einmal.", 1, _MOST_ROWS, fallback=25),
    number("offset", "Wie viele Einträge vorher ausgelassen werden.", 0, _FARTHEST, fallback=0),
)
UPDATED_SINCE = moment(
    "updated_since",
    "Nur was seitdem im Katalog geändert wurde, in der Reihenfolge der Änderung und mit dem, was "
    "entfallen ist. Ein Tag oder ein Zeitpunkt; ohne Zeitzone gilt deutsche Zeit.",
    example="2026-11-01",
)
LISTING = (UPDATED_SINCE, *PAGING)
SEARCHED = text("q", "Suchwörter oder ein Schlüssel.", fallback="", example="Wohnen")


def listing_of(typ: Objektart) -> tuple[Parameter, ...]:
    return (SEARCHED, *filters_of(typ), *LISTING)


def chosen_in(ask: Ask, typ: Objektart | None) -> Chosen:
    names = [parameter.name for parameter in filters_of(typ)]
    return {name: ask.values[name] for name in names if ask.values[name]}


def find_rows(ask: Ask, typ: Objektart) -> Zeilen:
    """Words are for the search engine; what else only rows know then narrows what it has found."""
    q, chosen, part = ask.values["q"], chosen_in(ask, typ), part_of(ask)
    keys = {
        name: ask.values[name] for name in ("ozg_id", "leistungsschluessel") if name in ask.values
    }
    if not q:
        return list_rows(ask.session, Frage(typ, filter=chosen, **keys), part, ask.today)
    if part.seit is None and not any(keys.values()):
        found = _search(ask, typ, q, chosen, part.limit, part.offset)
        return Zeilen(found.gesamt, tuple(found.ids))
    found = _search(ask, typ, q, chosen, _MOST_FOUND, 0)
    return list_rows(ask.session, Frage(typ, found.ids, **keys), part, ask.today)


def _search(
    ask: Ask, typ: Objektart, q: str, chosen: Chosen, limit: int, offset: int
) -> discovery.Fund:
    wanted = discovery.Auswahl(typ, q, chosen)
    return discovery.find(
        ask.session, ask.suche, wanted, ask.today, limit=limit, offset=offset, facets=False
    )


def part_of(ask: Ask) -> Ausschnitt:
    values = ask.values
    return Ausschnitt(values["limit"], values["offset"], values["updated_since"])


def load(ask: Ask, kind: Gegenstand[Any], ids: Sequence[int]) -> list[Satz]:
    rows = kind.load(ask.session, ids, ask.viewer, ask.today)
    return [kind.satz(row, ask.basis_url) for row in rows]


def page_of(ask: Ask, kind: Gegenstand[Any], found: Zeilen) -> Many:
    return Many(found.gesamt, load(ask, kind, found.ids))
