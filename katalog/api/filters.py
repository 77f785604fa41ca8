"""Filters of lists as parameters: the facets of the pages, one for one."""

from __future__ import annotations

from functools import cache

from katalog.api.kinds import one_of, text
from katalog.api.parameter import Parameter
from katalog.domain.begriffe import Objektart
from katalog.queries.merkmale import OHNE_ANGABE, Merkmal, merkmale_of


@cache
def filters_of(typ: Objektart | None) -> tuple[Parameter, ...]:
    return tuple(_parameter(merkmal, typ) for merkmal in merkmale_of(typ))


def _parameter(merkmal: Merkmal, typ: Objektart | None) -> Parameter:
    """Where the words are ours they are all known; other values are as many as the data have."""
    meaning = f"{merkmal.title_for(typ)}."
    gap = [OHNE_ANGABE] if merkmal.gaps else []
    if merkmal.vocabulary:
        return one_of(merkmal.name, meaning, [*merkmal.vocabulary, *gap], many=True)
    if gap:
        meaning += f" Ohne Angabe: {OHNE_ANGABE}."
    return text(merkmal.name, meaning, many=True)
