"""The place somebody means by what was typed: a name, a key, a postcode, or what was offered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Gebietsebene
from katalog.domain.sortierung import sort_key
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from katalog.queries.kommunen import (
    KommuneZeile,
    build_rows,
    kreis_stelle,
    select_kommune,
)
from katalog.queries.text import contains

_TOWNS = (Gebietsebene.GEMEINDE,)
# As it is offered where several bear the name: "Neustadt (Landkreis Harz)".
_IN_KREIS = re.compile(r"(?P<name>.+?)\s*\((?P<kreis>[^()]+)\)\s*")


@dataclass(frozen=True, slots=True)
class Ort:
    """`eingabe` finds just this place when it is typed or chosen."""

    eingabe: str
    zusatz: str


def name_or_key(q: str) -> ColumnElement[bool]:
    digits = "".join(c for c in q if c.isdigit())
    if digits and not any(c.isalpha() for c in q):
        return or_(
            col(Gebiet.ars).startswith(digits, autoescape=True),
            col(Gebiet.ags).startswith(digits, autoescape=True),
            col(Gebiet.plz) == digits,
        )
    return contains(col(Stelle.sortier), sort_key(q))


def find_place(
    session: Session, text: str, levels: Sequence[Gebietsebene] = _TOWNS
) -> KommuneZeile | None:
    """Whom somebody means: a municipality first, the largest first of those called the same."""
    found = _search(session, text, levels, 1)
    if not found and (parts := _IN_KREIS.fullmatch(text)):
        within = col(kreis_stelle.sortier) == sort_key(parts["kreis"])
        found = _search(session, parts["name"], levels, 1, within)
    return found[0] if found else None


def suggest_places(session: Session, text: str, limit: int) -> list[Ort]:
    """What somebody may mean who is still typing; where the name alone is not enough, its Kreis."""
    if not sort_key(text):
        return []
    rows = _search(session, text, _TOWNS, limit)
    shared = _shared_names(session, [row.name for row in rows])
    return [
        Ort(
            f"{row.name} ({row.kreis})" if row.kreis and row.name in shared else row.name,
            ", ".join(filter(None, [row.kreis, row.land])),
        )
        for row in rows
    ]


def _shared_names(session: Session, names: Sequence[str]) -> set[str]:
    statement = (
        select(col(Stelle.name))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(
            col(Stelle.name).in_(names),
            col(Gebiet.ebene).in_(_TOWNS),
            col(Gebiet.gueltig_bis).is_(None),
        )
        .group_by(col(Stelle.name))
        .having(func.count() > 1)
    )
    return set(session.scalars(statement))


def _search(
    session: Session,
    text: str,
    levels: Sequence[Gebietsebene],
    limit: int,
    *within: ColumnElement[bool],
) -> list[KommuneZeile]:
    key = sort_key(text)
    statement = (
        select_kommune()
        .where(
            name_or_key(text),
            col(Gebiet.ebene).in_(levels),
            col(Gebiet.gueltig_bis).is_(None),
            *within,
        )
        .order_by(
            col(Gebiet.ebene) != Gebietsebene.GEMEINDE,
            # Munster and Münster are one to the order of names, but not to whoever writes it out.
            col(Stelle.name) != text.strip(),
            col(Gebiet.sortier) != key,
            col(Gebiet.sortier).startswith(key, autoescape=True).is_not(True),
            col(Gebiet.kreisfrei).is_not(True),
            col(Gebiet.einwohner).desc().nulls_last(),
            col(Gebiet.ars),
        )
        .limit(limit)
    )
    return build_rows(session.execute(statement).all())
