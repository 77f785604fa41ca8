"""Finding with the database alone, while the search engine is away: the same question, a plainer
answer. Parts of words and of keys are found, misspellings and everyday words are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlmodel import Session, col

from katalog.domain.begriffe import Objektart
from katalog.domain.sortierung import sort_key
from katalog.models.angebot import Onlinedienst
from katalog.models.register import Gebiet, Leistung, OzgLeistung
from katalog.queries.findbar import FINDBAR
from katalog.queries.merkmale import BY_NAME, DIENST, KOMMUNE, LEISTUNG, OZG, values_of
from katalog.queries.orte import name_or_key
from katalog.queries.text import contains
from search.engine import FacetCount, Hit, Order, Query, Result, Segment, Suggestion, Typ


def _first_of(shown: Any, otherwise: Any) -> Any:
    return func.coalesce(func.nullif(col(shown), ""), col(otherwise))


_TITLES: dict[Objektart, tuple[Any, Any]] = {
    OZG: (OzgLeistung, col(OzgLeistung.titel)),
    LEISTUNG: (Leistung, _first_of(Leistung.bezeichnung_buerger, Leistung.bezeichnung)),
    DIENST: (Onlinedienst, col(Onlinedienst.name)),
    KOMMUNE: (Gebiet, col(Gebiet.name)),
}


def find(session: Session, query: Query, today: date) -> Result:
    found = _found(query).subquery()
    parameters = {"heute": today}
    connection = session.connection()
    total = connection.execute(select(func.count()).select_from(found), parameters).scalar_one()
    rows = select(found).order_by(*_order(found, query)).limit(query.limit).offset(query.offset)
    return Result(
        total=int(total),
        hits=tuple(
            Hit(Typ(row.typ), str(row.id), (Segment(row.titel),), (), "", (), ())
            for row in connection.execute(rows, parameters)
        ),
        facets={
            name: _count(session, query, name, today) if _worth_counting(query, name) else ()
            for name in query.facets
        },
    )


def _worth_counting(query: Query, name: str) -> bool:
    """Each count looks at everything: of mixed types only what narrows them is worth it."""
    return name == "typ" or bool(query.filters.get(name)) or len(query.filters.get("typ", ())) == 1


def suggest(session: Session, prefix: str, limit: int, today: date) -> tuple[Suggestion, ...]:
    """Titles with what was typed in them; those that begin with it come first."""
    if not prefix.strip():
        return ()
    hits = find(session, Query(prefix, limit=limit), today).hits
    return tuple(Suggestion(hit.titel, hit.typ, hit.id, "") for hit in hits)


def _found(query: Query, but: str = "") -> Any:
    """Ids of all types with what they are ordered by, in one statement."""
    parts = [
        _of_type(typ, query, but)
        for typ in Objektart
        if but == "typ" or typ in (query.filters.get("typ") or list(Objektart))
    ]
    return union_all(*parts) if parts else _of_type(OZG, query, but).where(false())


def _of_type(typ: Objektart, query: Query, but: str = "") -> Select[Any]:
    model, title = _TITLES[typ]
    return _matching(typ, query, but).with_only_columns(
        literal(str(typ)).label("typ"),
        col(model.id).label("id"),
        title.label("titel"),
        col(model.sortier).label("sortier"),
        _closeness(col(model.sortier), query.text).label("naehe"),
        col(model.stand).label("stand"),
        maintain_column_froms=True,
    )


def _matching(typ: Objektart, query: Query, but: str = "") -> Select[Any]:
    """`but` is the facet whose own choice does not count."""
    model, _ = _TITLES[typ]
    statement = FINDBAR[typ].where(_matches(typ, query.text) if query.text else true())
    for name, values in query.filters.items():
        if values and name not in {but, "typ"}:
            statement = statement.where(col(model.id).in_(with_value(typ, name, values)))
    return statement


def with_value(typ: Objektart, name: str, values: Sequence[str]) -> Select[Any]:
    merkmal = BY_NAME.get(name)
    if merkmal is None or typ not in merkmal.pairs:
        return select(literal(0)).where(false())
    held = values_of(merkmal, typ, FINDBAR[typ] if merkmal.gaps else None).subquery()
    return select(held.c.id).where(held.c.wert.in_(values))


def _matches(typ: Objektart, q: str) -> ColumnElement[bool]:
    digits = _digits(q)
    match typ:
        case Objektart.OZG_LEISTUNG:
            return or_(
                contains(col(OzgLeistung.sortier), sort_key(q)),
                contains(col(OzgLeistung.beschreibung), q),
                _begins(col(OzgLeistung.ozg_id), digits),
            )
        case Objektart.LEISTUNG:
            return or_(
                contains(col(Leistung.sortier), sort_key(q)),
                contains(col(Leistung.bezeichnung), q),
                contains(col(Leistung.kurztext), q),
                _begins(col(Leistung.leistungsschluessel), digits, shortest=3),
            )
        case Objektart.ONLINEDIENST:
            return or_(
                contains(col(Onlinedienst.sortier), sort_key(q)),
                contains(col(Onlinedienst.kurzname), q),
                contains(col(Onlinedienst.kurzbeschreibung), q),
            )
        case Objektart.KOMMUNE:
            return name_or_key(q)


def _begins(key: Any, digits: str, shortest: int = 1) -> ColumnElement[bool]:
    if len(digits) < shortest:
        return false()
    begins: ColumnElement[bool] = key.startswith(digits, autoescape=True)
    return begins


def _digits(q: str) -> str:
    """The digits of something that looks like a key; words make it a question instead."""
    plain = q.lower().removeprefix("ozg").removeprefix("leika").strip(" -:")
    digits = "".join(c for c in plain if c.isdigit())
    return digits if digits and not any(c.isalpha() for c in plain) else ""


def _closeness(column: Any, q: str) -> ColumnElement[int]:
    """A name that is what was asked for, then one that begins with it, then any other."""
    wanted = sort_key(q)
    return case((column == wanted, 0), (column.startswith(wanted, autoescape=True), 1), else_=2)


def _order(found: Any, query: Query) -> list[Any]:
    by_name = [found.c.sortier, found.c.typ, found.c.id]
    match query.order:
        case Order.STAND:
            return [found.c.stand.desc().nulls_last(), *by_name]
        case Order.NAME:
            return by_name
        case _:
            return [found.c.naehe, *by_name] if query.text else by_name


def _count(session: Session, query: Query, name: str, today: date) -> tuple[FacetCount, ...]:
    counts: Counter[str] = Counter()
    for value, number in session.connection().execute(_counting(query, name), {"heute": today}):
        counts[str(value)] += number
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetCount(value, number) for value, number in ordered)


def _counting(query: Query, name: str) -> Any:
    if name == "typ":
        found = _found(query, but="typ").subquery()
        return select(found.c.typ, func.count()).group_by(found.c.typ)
    parts = []
    wanted = query.filters.get("typ") or list(Objektart)
    merkmal = BY_NAME.get(name)
    for typ in merkmal.pairs if merkmal else ():
        if typ in wanted and merkmal is not None:
            held = values_of(merkmal, typ, _matching(typ, query, but=name)).subquery()
            parts.append(select(held.c.wert, func.count()).group_by(held.c.wert))
    return union_all(*parts) if parts else select(literal(""), literal(0)).where(false())
