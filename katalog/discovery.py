"""Finding: what an address asks for becomes hits, counts and the words beside them.

The search engine answers; while it is away the database does, and the answer says so. The engine
gives ids and counts only: whoever shows the hits loads their rows, in the order of the ids.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from katalog.db import Session
from katalog.domain.begriffe import Objektart
from katalog.domain.errors import NichtVerfuegbar
from katalog.domain.sortierung import sort_key
from katalog.queries import kommunen, orte, suche
from katalog.queries.facets import Chosen, FacetCounts, FacetValue
from katalog.queries.findbar import still_findable
from katalog.queries.merkmale import BY_NAME, OHNE_ANGABE, Merkmal, merkmale_of, names_of
from search.engine import (
    Engine,
    EngineUnavailable,
    FacetCount,
    Hit,
    Marked,
    Meaning,
    Order,
    Query,
    Result,
    SearchError,
    Suggestion,
)

__all__ = ["Auswahl", "Fund", "Gruppe", "Order", "Suche", "Treffer", "filter_names", "find"]

T = TypeVar("T")

_TYP = "typ"
# Of a mixed answer each type shows its best, in this order: services lead to everything else.
_GROUP_SIZES = {
    Objektart.OZG_LEISTUNG: 6,
    Objektart.ONLINEDIENST: 8,
    Objektart.LEISTUNG: 6,
    Objektart.KOMMUNE: 9,
}
# There are 400 Kreise; whoever wants a rare one searches for it.
_MOST_VALUES = 40
# Seconds in which an engine that did not answer is not asked again: each time costs its time-out.
_REST = 5.0


@dataclass(frozen=True, slots=True)
class Auswahl:
    """What a list shows, as its address says it. Without `typ` things of all types are meant."""

    typ: Objektart | None = None
    q: str = ""
    filter: Chosen = field(default_factory=dict)
    ort: str = ""
    ordnung: Order | None = None

    @property
    def order(self) -> Order:
        """The best hits first where words were asked for, else the alphabet."""
        return self.ordnung or (Order.RELEVANCE if self.q else Order.NAME)


@dataclass(frozen=True, slots=True)
class Treffer:
    typ: Objektart
    id: int
    titel: Marked
    ausschnitt: Marked

    @property
    def markiert(self) -> bool:
        return any(segment.marked for segment in self.titel)


@dataclass(frozen=True, slots=True)
class Gruppe:
    typ: Objektart
    treffer: tuple[Treffer, ...]
    gesamt: int

    @property
    def ids(self) -> list[int]:
        return [each.id for each in self.treffer]


@dataclass(frozen=True, slots=True)
class Fund:
    """`vorschlag` is the text with misspelt words put right, which the hits are of already."""

    gesamt: int
    treffer: tuple[Treffer, ...]
    facetten: tuple[FacetCounts, ...]
    ort: kommunen.KommuneZeile | None = None
    vorschlag: str | None = None
    deutungen: tuple[Meaning, ...] = ()
    gelockert: bool = False
    aus_datenbank: bool = False

    @property
    def ids(self) -> list[int]:
        return [each.id for each in self.treffer]

    @property
    def kreis_id(self) -> int | None:
        return self.ort.gebiet.kreis_id if self.ort else None


class Suche:
    """The engine of this process, and whether it is worth asking at the moment."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._away_until = 0.0

    def ask(self, question: Callable[[Engine], T], instead: Callable[[], T]) -> tuple[T, bool]:
        """The answer, and whether it had to be given without the engine."""
        if time.monotonic() >= self._away_until:
            try:
                return question(self.engine), False
            except EngineUnavailable:
                self._away_until = time.monotonic() + _REST
            except SearchError:
                pass  # No index yet: the worker builds it, which the next question will notice.
        return instead(), True


def filter_names(typ: Objektart | None) -> tuple[str, ...]:
    """The names of all filters of a list, as they stand in its address."""
    names = tuple(merkmal.name for merkmal in merkmale_of(typ))
    return names if typ else (_TYP, *names)


def find(
    session: Session,
    search: Suche,
    auswahl: Auswahl,
    today: date,
    *,
    limit: int,
    offset: int = 0,
    facets: bool = True,
) -> Fund:
    place = orte.find_place(session, auswahl.ort) if auswahl.ort else None
    names = filter_names(auswahl.typ) if facets else ()
    query = _query(auswahl, place, facets=names, limit=limit, offset=offset)
    result, without = _answer(session, search, query, today)
    return Fund(
        gesamt=result.total,
        treffer=tuple(_treffer(hit) for hit in result.hits),
        facetten=_facets(session, auswahl, result) if facets else (),
        ort=place,
        vorschlag=result.suggestion,
        deutungen=result.meanings,
        gelockert=result.relaxed,
        aus_datenbank=without,
    )


def all_ids(session: Session, search: Suche, auswahl: Auswahl, today: date) -> list[int]:
    """Of everything that a list would show on all its pages, in its order."""
    place = orte.find_place(session, auswahl.ort) if auswahl.ort else None
    counted, _ = _answer(session, search, _query(auswahl, place, limit=0), today)
    query = replace(_query(auswahl, place, limit=counted.total), bare=True)
    result, _ = _answer(session, search, query, today) if counted.total else (counted, False)
    return [int(hit.id) for hit in result.hits]


def find_sets(
    session: Session, search: Suche, auswahl: Auswahl, today: date
) -> dict[Objektart, list[int]]:
    """Everything that is found, by kind, for whoever compares it with what another day finds.

    Not from the database while the engine is away: that understands words differently, and what
    only it finds would look as if it were new.
    """

    def ask(query: Query) -> Result:
        return search.ask(lambda engine: engine.find(query), _refuse)[0]

    place = orte.find_place(session, auswahl.ort) if auswahl.ort else None
    typen = [auswahl.typ] if auswahl.typ else [Objektart(t) for t in _chosen_types(auswahl)]
    found = {}
    for typ in typen:
        query = _query(replace(auswahl, typ=typ), place, limit=0)
        total = ask(query).total
        hits = ask(replace(query, limit=total, bare=True)).hits if total else ()
        found[typ] = list(still_findable(session, typ, [int(hit.id) for hit in hits]))
    return found


def _chosen_types(auswahl: Auswahl) -> list[str]:
    chosen = [typ for typ in auswahl.filter.get(_TYP, ()) if typ in set(Objektart)]
    return chosen or [*_GROUP_SIZES]


def _refuse() -> Result:
    raise NichtVerfuegbar(
        "Die Suche antwortet gerade nicht. Versuchen Sie es in ein paar Minuten noch einmal."
    )


def group(
    session: Session, search: Suche, auswahl: Auswahl, fund: Fund, today: date
) -> list[Gruppe]:
    """The best of each type that was found; what the very best hit is comes first."""
    found = {
        value.value
        for facet in fund.facetten
        if facet.name == _TYP
        for value in facet.values
        if value.value in auswahl.filter.get(_TYP, tuple(Objektart))
    }
    best = [hit.typ for hit in fund.treffer[:1]]
    groups = []
    for typ in dict.fromkeys([*best, *(typ for typ in _GROUP_SIZES if typ in found)]):
        query = _query(replace(auswahl, typ=typ), fund.ort, limit=_GROUP_SIZES[typ])
        result, _ = _answer(session, search, query, today)
        groups.append(Gruppe(typ, tuple(_treffer(hit) for hit in result.hits), result.total))
    return [each for each in groups if each.treffer]


def _query(
    auswahl: Auswahl,
    place: kommunen.KommuneZeile | None,
    *,
    limit: int,
    offset: int = 0,
    facets: tuple[str, ...] = (),
) -> Query:
    return Query(
        text=auswahl.q,
        filters=_filters(auswahl),
        facets=facets,
        limit=limit,
        offset=offset,
        order=auswahl.order,
        nearby=(place.kreis_ars or "") if place else "",
    )


def _answer(session: Session, search: Suche, query: Query, today: date) -> tuple[Result, bool]:
    return search.ask(lambda engine: engine.find(query), lambda: suche.find(session, query, today))


def suggest(
    session: Session, search: Suche, prefix: str, today: date, limit: int = 8
) -> tuple[Suggestion, ...]:
    found, _ = search.ask(
        lambda engine: engine.suggest(prefix, limit),
        lambda: suche.suggest(session, prefix, limit, today),
    )
    return found


def _filters(auswahl: Auswahl) -> Mapping[str, Sequence[str]]:
    known = {
        name: values for name in filter_names(auswahl.typ) if (values := auswahl.filter.get(name))
    }
    return known | {_TYP: (str(auswahl.typ),)} if auswahl.typ else known


def _treffer(hit: Hit) -> Treffer:
    return Treffer(Objektart(hit.typ), int(hit.id), hit.titel, hit.ausschnitt)


# Facets ──────────────────────────────────────────────────────────────────────────────────────


def _facets(session: Session, auswahl: Auswahl, result: Result) -> tuple[FacetCounts, ...]:
    shown = []
    for name, counts in result.facets.items():
        chosen = tuple(auswahl.filter.get(name, ()))
        if name == _TYP:
            labels = {str(typ): typ.label for typ in Objektart}
            values = tuple(FacetValue(c.value, labels[c.value], c.count) for c in counts)
            shown.append(FacetCounts(_TYP, "Was es ist", values))
        elif counts or chosen:
            merkmal = BY_NAME[name]
            values = _values(session, merkmal, counts, chosen)
            shown.append(FacetCounts(name, merkmal.title_for(auswahl.typ), values))
    return tuple(shown)


def _values(
    session: Session, merkmal: Merkmal, counts: Sequence[FacetCount], chosen: Sequence[str]
) -> tuple[FacetValue, ...]:
    """What was chosen stays in sight even where nothing is left of it."""
    numbers = {count.value: count.count for count in counts[:_MOST_VALUES]}
    numbers |= {count.value: count.count for count in counts if count.value in chosen}
    numbers |= {value: 0 for value in chosen if value not in numbers}
    names = names_of(session, merkmal, list(numbers))
    vocabulary = merkmal.vocabulary

    def place(value: FacetValue) -> tuple[bool, int, str]:
        if not merkmal.sorted:
            where = -value.count
        else:
            where = vocabulary.index(value.value) if value.value in vocabulary else 0
        return value.value == OHNE_ANGABE, where, sort_key(value.label)

    found = (FacetValue(value, names[value], number) for value, number in numbers.items())
    return tuple(sorted(found, key=place))
