"""What all lists of the API share: how much of them, since when, and which filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from katalog import discovery
from katalog.api.calls import Ask, Many
from katalog.api.filters import filters_of
from katalog.api.kinds import moment, number, text
from katalog.api.parameter import Parameter
from katalog.ausgabe.felder import Gegenstand, Satz
from katalog.domain.begriffe import Objektart
from katalog.queries.listen import Ausschnitt, Frage, Zeilen, list_rows

_MOST_ROWS = 200
# Beyond any list, and small enough for every database.
_FARTHEST = 10_000_000

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


def chosen_in(ask: Ask, typ: Objektart | None) -> Mapping[str, Sequence[str]]:
    names = [parameter.name for parameter in filters_of(typ)]
    return {name: ask.values[name] for name in names if ask.values[name]}


def find_rows(ask: Ask, typ: Objektart) -> Zeilen:
    """Words are for the search engine, unless the list is also asked for what only rows know."""
    frage = Frage(
        typ,
        ask.values["q"],
        chosen_in(ask, typ),
        ask.values.get("ozg_id", ()),
        ask.values.get("leistungsschluessel", ()),
    )
    part = part_of(ask)
    if not frage.q or part.seit or frage.ozg_id or frage.leistungsschluessel:
        return list_rows(ask.session, frage, part, ask.today)
    wanted = discovery.Auswahl(typ, frage.q, frage.filter)
    found = discovery.find(
        ask.session,
        ask.suche,
        wanted,
        ask.today,
        limit=part.limit,
        offset=part.offset,
        facets=False,
    )
    return Zeilen(found.gesamt, tuple(found.ids))


def part_of(ask: Ask) -> Ausschnitt:
    values = ask.values
    return Ausschnitt(values["limit"], values["offset"], values["updated_since"])


def load(ask: Ask, kind: Gegenstand[Any], ids: Sequence[int]) -> list[Satz]:
    rows = kind.load(ask.session, ids, ask.viewer, ask.today)
    return [kind.satz(row, ask.basis_url) for row in rows]


def page_of(ask: Ask, kind: Gegenstand[Any], found: Zeilen) -> Many:
    return Many(found.gesamt, load(ask, kind, found.ids))
