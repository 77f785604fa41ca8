"""Counts beside a list: OR inside a facet, AND across; a facet ignores its own choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func
from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Facet:
    """Of a column that the listed rows have themselves; the catalogue's own are in `merkmale`."""

    name: str
    title: str
    value: Any
    order: Any


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class FacetCounts:
    name: str
    title: str
    values: tuple[FacetValue, ...]


Chosen = Mapping[str, Sequence[str]]


def conditions(facets: Sequence[Facet], chosen: Chosen, but: str = "") -> list[ColumnElement[bool]]:
    """Compared as text: a value that no enum knows finds nothing instead of failing."""
    return [
        cast(facet.value, String).in_(chosen[facet.name])
        for facet in facets
        if chosen.get(facet.name) and facet.name != but
    ]


def count_facets(
    session: Session, ids: Select[Any], facets: Sequence[Facet], chosen: Chosen
) -> tuple[FacetCounts, ...]:
    return tuple(
        FacetCounts(facet.name, facet.title, _count(session, ids, facet, facets, chosen))
        for facet in facets
    )


def _count(
    session: Session, ids: Select[Any], facet: Facet, facets: Sequence[Facet], chosen: Chosen
) -> tuple[FacetValue, ...]:
    statement = (
        ids.where(*conditions(facets, chosen, but=facet.name), facet.value.is_not(None))
        .with_only_columns(facet.value, func.count(), maintain_column_froms=True)
        .group_by(facet.value, facet.order)
        .order_by(facet.order)
    )
    return tuple(
        FacetValue(str(value), str(getattr(value, "label", value)), int(count))
        for value, count in session.connection().execute(statement)
    )
