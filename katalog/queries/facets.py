"""Counts beside a list: OR inside a facet, AND across; a facet ignores its own choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Facet:
    """`value` travels in the URL; `label` and `order` are for people.

    Where the value is not the listed row's own, `way` leads to it: pairs of a column that is
    already there and one of the next table; `of` narrows what is found. With `many` a row may
    have several values and counts once for each of them; otherwise the way has one step.
    """

    name: str
    title: str
    value: Any
    label: Any
    order: Any = None
    limit: int = 30
    way: tuple[tuple[Any, Any], ...] = ()
    of: tuple[ColumnElement[bool], ...] = ()
    many: bool = False


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
        _has(facet, chosen[facet.name])
        for facet in facets
        if chosen.get(facet.name) and facet.name != but
    ]


def _has(facet: Facet, values: Sequence[str]) -> ColumnElement[bool]:
    """As a question to the row itself: a join would list a row with two values twice."""
    if not facet.way:
        return _one_of(facet, values)
    (here, there), *further = facet.way
    matching = select(there)
    for column, target in further:
        matching = matching.join(_table(target), target == column)
    condition: ColumnElement[bool] = here.in_(matching.where(_one_of(facet, values), *facet.of))
    return condition


def _one_of(facet: Facet, values: Sequence[str]) -> ColumnElement[bool]:
    """Compared as text: a value that no enum knows finds nothing instead of failing."""
    return cast(facet.value, String).in_(values)


def count_facets(
    session: Session, ids: Select[Any], facets: Sequence[Facet], chosen: Chosen
) -> tuple[FacetCounts, ...]:
    """`ids` selects what is listed before any facet narrows it."""
    return tuple(
        FacetCounts(facet.name, facet.title, _count(session, ids, facet, facets, chosen))
        for facet in facets
    )


def _count(
    session: Session, ids: Select[Any], facet: Facet, facets: Sequence[Facet], chosen: Chosen
) -> tuple[FacetValue, ...]:
    matching = ids.where(*conditions(facets, chosen, but=facet.name))
    counted, number = (_each if facet.many else _grouped)(matching, facet)
    order = facet.label if facet.order is None else facet.order
    statement = (
        counted.where(facet.value.is_not(None), *facet.of)
        .group_by(facet.value, facet.label, order)
        .order_by(number.desc() if facet.order is None else order, facet.label)
        .limit(facet.limit)
    )
    return tuple(
        FacetValue(str(value), str(getattr(text, "label", text)), int(count))
        for value, text, count in session.connection().execute(statement)
    )


def _each(matching: Select[Any], facet: Facet) -> tuple[Select[Any], ColumnElement[int]]:
    """On all the way to the values, for a row may have several of them, or one of them twice."""
    (row_id,) = matching.selected_columns
    number = func.count(row_id.distinct())
    for here, there in facet.way:
        matching = matching.join(_table(there), there == here)
    return _show(matching, facet, number), number


def _grouped(matching: Select[Any], facet: Facet) -> tuple[Select[Any], ColumnElement[int]]:
    """Counted where the list is, named afterwards: a few values are looked up, not every row's."""
    if not facet.way:
        return _show(matching, facet, func.count()), func.count()
    ((here, there),) = facet.way
    groups = (
        matching.with_only_columns(
            here.label("hier"), func.count().label("anzahl"), maintain_column_froms=True
        )
        .group_by(here)
        .subquery()
    )
    number = func.sum(groups.c.anzahl)
    named = select(groups.c.hier).join(_table(there), there == groups.c.hier)
    return _show(named, facet, number), number


def _show(statement: Select[Any], facet: Facet, number: ColumnElement[int]) -> Select[Any]:
    return statement.with_only_columns(facet.value, facet.label, number, maintain_column_froms=True)


def _table(column: Any) -> Any:
    """The model or alias that a column was taken from."""
    return column.parent.entity
