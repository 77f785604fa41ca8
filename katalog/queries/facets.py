"""Counts beside a list: OR inside a facet, AND across; a facet ignores its own choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, select
from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Facet:
    """`value` travels in the URL; `label` and `order` are for people."""

    name: str
    title: str
    value: Any
    label: Any
    order: Any = None
    limit: int = 30


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
    return [
        facet.value.in_(chosen[facet.name])
        for facet in facets
        if chosen.get(facet.name) and facet.name != but
    ]


def count_facets(
    session: Session,
    source: FromClause,
    facets: Sequence[Facet],
    chosen: Chosen,
    fixed: Sequence[ColumnElement[bool]],
) -> tuple[FacetCounts, ...]:
    return tuple(
        FacetCounts(
            facet.name,
            facet.title,
            tuple(
                FacetValue(str(value), str(getattr(text, "label", text)), number)
                for value, text, number in session.execute(
                    select(facet.value, facet.label, func.count())
                    .select_from(source)
                    .where(*fixed, *conditions(facets, chosen, but=facet.name))
                    .where(facet.value.is_not(None))
                    .group_by(facet.value, facet.label, facet.order or facet.label)
                    .order_by(facet.order if facet.order is not None else func.count().desc())
                    .limit(facet.limit)
                )
            ),
        )
        for facet in facets
    )
