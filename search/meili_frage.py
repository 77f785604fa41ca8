"""Makes filters and queries for Meilisearch out of what was understood.

Filters over the tokens decide what is found, exactly as the embedded engine does. Several queries
in one federated search only order it: each rates the documents by one way to read the question,
and the server keeps the best rating of each document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.lesarten import Art, Begriff, Deutung, Lesart
from search.meili_settings import ALL, ALWAYS, EXACT, FACETS, KEYS, NEAR

_FILTER_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NOTHING = 'typ = ""'
_EXACT_WEIGHT = 20.0
_KEY_WEIGHT = 5.0
_WHOLE_WEIGHT = 1.5
# Whatever is found but rated by no query stands at the end.
_REST_WEIGHT = 0.001
_NEARBY_FACTOR = 1.2
_WEAK_FACTOR = 1.1
_OFFICIAL_FACTOR = 1.3
_MOST_QUERIES = 24


@dataclass(frozen=True, slots=True)
class Plan:
    """As in `frage`: `match` finds, `named` asks whether something has all words in its name."""

    match: str
    named: str
    loose: str | None


def plan(deutung: Deutung) -> Plan:
    strong = deutung.strong
    if not strong:
        nothing = _NOTHING if deutung.nothing_known else ""
        return Plan(nothing, nothing, None)
    everything = _all(_begriff(begriff, ALL) for begriff in strong)
    if len(strong) == 1:
        return Plan(everything, everything, None)
    return Plan(
        match=everything,
        named=_all(_begriff(begriff, NEAR) for begriff in strong),
        loose=_any(_begriff(begriff, ALL) for begriff in strong),
    )


def conditions(chosen: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {
        field: _any(f"{column(field)} = {quoted(value)}" for value in values)
        for field, values in chosen.items()
        if values
    }


def column(field: str) -> str:
    if not _FILTER_NAME.fullmatch(field):
        raise ValueError(f"Kein Name eines Merkmals: {field!r}")
    return field if field == "typ" else f"{FACETS}.{field}"


def joined(*filters: str) -> str:
    return _all(each for each in filters if each)


def quoted(value: str) -> str:
    """JSON quotes backslashes and double quotes as Meilisearch does."""
    return json.dumps(value, ensure_ascii=False)


def ratings(deutung: Deutung, found: str, nearby: str) -> list[dict[str, Any]]:
    """The queries of the federated search; `found` is the filter that all of them share."""
    queries = [
        _query(ALWAYS, joined(found, f"{EXACT} = {quoted(e)}"), _EXACT_WEIGHT)
        for e in deutung.genau
    ]
    strong = sorted(deutung.strong, key=lambda begriff: -begriff.seltenheit)
    if len(strong) > 1:
        named = joined(found, *(_begriff(begriff, NEAR) for begriff in strong))
        # The server drops words from the end if not all are there, so the telling ones come first.
        words = filter(None, (_first(begriff) for begriff in strong))
        queries.append(_query(" ".join(words) or ALWAYS, named, _WHOLE_WEIGHT))
    for begriff in strong:
        share = begriff.seltenheit if len(strong) > 1 else 1.0
        if begriff.amtlich:
            share *= _OFFICIAL_FACTOR
        for each in (begriff, *(single for single in begriff.einzeln if single.stark)):
            queries += [_rated(lesart, found, share) for lesart in each.lesarten]
    queries = queries[:_MOST_QUERIES]
    for begriff in (*deutung.weak, *(e for b in strong for e in b.einzeln if not e.stark)):
        queries += _again(queries, _begriff(begriff, NEAR), _WEAK_FACTOR)
        break
    if nearby:
        queries += _again(queries, f"{column('kreis')} = {quoted(nearby)}", _NEARBY_FACTOR)
    return [*queries, _query(ALWAYS, found, _REST_WEIGHT)]


def _first(begriff: Begriff) -> str:
    if not begriff.lesarten:
        return " ".join(_first(single) for single in begriff.einzeln)
    lesart = begriff.amtlich or begriff.lesarten[0]
    return "" if lesart.art is Art.SCHLUESSEL else " ".join(lesart.tokens)


def _again(queries: Sequence[dict[str, Any]], filter_: str, factor: float) -> list[dict[str, Any]]:
    """The same queries for the documents that have something more."""
    return [
        _query(q["q"], joined(q["filter"], filter_), q["federationOptions"]["weight"] * factor)
        for q in queries
    ]


def _rated(lesart: Lesart, found: str, share: float) -> dict[str, Any]:
    own = joined(found, _lesart(lesart, ALL))
    if lesart.art is Art.SCHLUESSEL:
        return _query(ALWAYS, own, _KEY_WEIGHT * lesart.gewicht)
    return _query(" ".join(lesart.tokens), own, lesart.gewicht * share)


def _query(words: str, filter_: str, weight: float) -> dict[str, Any]:
    return {
        "q": words,
        "filter": filter_,
        "matchingStrategy": "last",
        "locales": ["eng"],
        "federationOptions": {"weight": round(weight, 4)},
    }


def _begriff(begriff: Begriff, field: str) -> str:
    ways = [_lesart(lesart, field) for lesart in begriff.lesarten]
    alone = [_begriff(single, field) for single in begriff.einzeln if single.stark]
    return _any([*ways, _all(alone)] if alone else ways)


def _lesart(lesart: Lesart, field: str) -> str:
    if lesart.art is Art.SCHLUESSEL:
        return f"{KEYS} = {quoted(lesart.tokens[0])}"
    return _all(f"{field} = {quoted(token)}" for token in lesart.tokens)


def _all(filters: Iterable[str]) -> str:
    return _linked(filters, " AND ")


def _any(filters: Iterable[str]) -> str:
    return _linked(filters, " OR ")


def _linked(filters: Iterable[str], word: str) -> str:
    parts = list(filters)
    return parts[0] if len(parts) == 1 else f"({word.join(parts)})" if parts else ""
