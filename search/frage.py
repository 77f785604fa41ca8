"""Makes queries for tantivy out of what was understood.

Never by `parse_query`: user text would be read as its query language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tantivy import Occur, Query, Schema, SchemaBuilder

from search.lesarten import Art, Begriff, Deutung, Lesart

if TYPE_CHECKING:
    from search import engine

# How much a word counts in which field.
_FIELDS = (("haupt", 6.0), ("namen", 4.0), ("teile", 4.0), ("weitere", 2.0), ("text", 0.6))
_NAMING = _FIELDS[:3]
_KEY = 40.0
_EXACT = 25.0
_WEAK = 0.5
_OFFICIAL = 1.2
_NEARBY = 6.0
_Fields = tuple[tuple[str, float], ...]
_FILTER_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Plan:
    """`match` decides what is found, `better` only orders it.

    If nothing matches `named`, all words are together only somewhere in the small print, and
    what has one of them in its name is more to the point: then `loosened` is the plan.
    """

    match: Query
    named: Query
    better: tuple[Query, ...] = ()
    loose: Query | None = None

    def loosened(self) -> Plan:
        match = self.loose or self.match
        return Plan(match, match, (*self.better, self.match))


def build_schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("satz", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("typ", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("genau", tokenizer_name="raw", index_option="basic")
    for name, _ in _FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("schluessel", tokenizer_name="whitespace", index_option="basic")
    builder.add_json_field("merkmale", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("name", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("stand", fast=True)
    builder.add_unsigned_field("nutzung", fast=True)
    builder.add_float_field("rang", fast=True)
    return builder.build()


def plan(deutung: Deutung, schema: Schema) -> Plan:
    """All strong words have to be there; `loose` is for when no name has all of them."""
    strong = [_telling(begriff, schema) for begriff in deutung.strong]
    if not strong:
        match = Query.empty_query() if deutung.nothing_known else Query.all_query()
        return Plan(match, match)
    everything = _all(strong)
    better = [_weaker(begriff, schema) for begriff in deutung.weak]
    for begriff in deutung.begriffe:
        better += [_weaker(single, schema) for single in begriff.einzeln]
    better += [
        Query.const_score_query(_term(schema, "genau", name, "basic"), _EXACT)
        for name in deutung.genau
    ]
    if len(strong) == 1:
        return Plan(everything, everything, tuple(better))
    named = _all([_begriff(begriff, schema, _NAMING) for begriff in deutung.strong])
    return Plan(everything, named, tuple(better), loose=_any(strong))


def _telling(begriff: Begriff, schema: Schema) -> Query:
    query = _begriff(begriff, schema, _FIELDS)
    return Query.boost_query(query, _OFFICIAL) if begriff.amtlich else query


def _weaker(begriff: Begriff, schema: Schema) -> Query:
    return Query.boost_query(_begriff(begriff, schema, _FIELDS), _WEAK)


def filters(chosen: Mapping[str, Sequence[str]], schema: Schema) -> dict[str, Query]:
    """One condition per field, which lets through any of its values."""
    return {
        field: Query.const_score_query(
            _any([_term(schema, column(field), value, "basic") for value in values]), 0.0
        )
        for field, values in chosen.items()
        if values
    }


def column(field: str) -> str:
    """Where the values of a field of `engine.Query.filters` are."""
    if not _FILTER_NAME.fullmatch(field):
        raise ValueError(f"Kein Name eines Merkmals: {field!r}")
    return field if field == "typ" else f"merkmale.{field}"


def narrowed(match: Query, conditions: Sequence[Query], better: Sequence[Query] = ()) -> Query:
    if not conditions and not better:
        return match
    parts = [(Occur.Must, query) for query in (match, *conditions)]
    parts += [(Occur.Should, query) for query in better]
    return Query.boolean_query(parts)


def nearby(query: engine.Query, schema: Schema) -> list[Query]:
    if not query.nearby:
        return []
    near = _term(schema, column("kreis"), query.nearby, "basic")
    return [Query.const_score_query(near, _NEARBY)]


def _begriff(begriff: Begriff, schema: Schema, fields: _Fields) -> Query:
    ways = [_lesart(lesart, schema, fields) for lesart in begriff.lesarten]
    alone = [_begriff(single, schema, fields) for single in begriff.einzeln if single.stark]
    if alone:
        ways.append(_all(alone))
    return ways[0] if len(ways) == 1 else Query.disjunction_max_query(ways)


def _lesart(lesart: Lesart, schema: Schema, fields: _Fields) -> Query:
    if lesart.art is Art.SCHLUESSEL:
        key = _term(schema, "schluessel", lesart.tokens[0], "basic")
        return Query.const_score_query(key, _KEY)
    words = [_word(token, schema, fields) for token in lesart.tokens]
    return Query.boost_query(_all(words), lesart.gewicht / len(words))


def _word(token: str, schema: Schema, fields: _Fields) -> Query:
    return Query.disjunction_max_query(
        [Query.boost_query(_term(schema, field, token, "freq"), by) for field, by in fields], 0.1
    )


def _term(schema: Schema, field: str, value: str, option: str) -> Query:
    return Query.term_query(schema, field, value, option)


def _all(queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _any(queries: Sequence[Query]) -> Query:
    """Not `term_set_query`, which takes six times as long."""
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])
