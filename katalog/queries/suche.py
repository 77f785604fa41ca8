"""Finding by name or key with the database alone, grouped by what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.sortierung import sort_key
from katalog.models.angebot import Onlinedienst
from katalog.models.register import Gebiet, Leistung, OzgLeistung, Themenfeld
from katalog.models.stellen import Stelle
from katalog.queries.dienste import public
from katalog.queries.kommunen import MUNICIPAL, name_or_key
from katalog.queries.text import contains

GROUP_SIZE = 8


@dataclass(frozen=True, slots=True)
class Treffer:
    titel: str
    url: str
    zusatz: str
    schluessel: str
    id: int


@dataclass(frozen=True, slots=True)
class Gruppe:
    treffer: tuple[Treffer, ...]
    gesamt: int


def find_ozg(session: Session, q: str) -> Gruppe:
    digits = _digits(q)
    matches = or_(
        contains(col(OzgLeistung.sortier), sort_key(q)),
        contains(col(OzgLeistung.beschreibung), q),
        col(OzgLeistung.ozg_id).startswith(digits, autoescape=True) if digits else false(),
    )
    where = (matches, col(OzgLeistung.entfallen_am).is_(None))
    rows = session.execute(
        select(
            col(OzgLeistung.id),
            col(OzgLeistung.titel),
            col(OzgLeistung.ozg_id),
            col(Themenfeld.name),
            func.count().over(),
        )
        .outerjoin(Themenfeld, col(Themenfeld.id) == col(OzgLeistung.themenfeld_id))
        .where(*where)
        .order_by(
            _title_first(col(OzgLeistung.sortier), q),
            col(OzgLeistung.sortier),
            col(OzgLeistung.ozg_id),
        )
        .limit(GROUP_SIZE)
    ).all()
    return Gruppe(
        tuple(Treffer(t, f"/ozg/{key}", feld or "", key, n) for n, t, key, feld, _ in rows),
        _total(rows),
    )


def find_leistungen(session: Session, q: str) -> Gruppe:
    digits = _digits(q)
    matches = or_(
        contains(col(Leistung.sortier), sort_key(q)),
        contains(col(Leistung.bezeichnung), q),
        contains(col(Leistung.kurztext), q),
        col(Leistung.leistungsschluessel).startswith(digits, autoescape=True)
        if len(digits) >= 3
        else false(),
    )
    where = (
        matches,
        col(Leistung.entfallen_am).is_(None),
        col(Leistung.leistungsschluessel).is_not(None),
    )
    rows = session.execute(
        select(
            col(Leistung.id),
            col(Leistung.bezeichnung_buerger),
            col(Leistung.bezeichnung),
            col(Leistung.leistungsschluessel),
            func.count().over(),
        )
        .where(*where)
        .order_by(
            _title_first(col(Leistung.sortier), q),
            col(Leistung.sortier),
            col(Leistung.leistungsschluessel),
        )
        .limit(GROUP_SIZE)
    ).all()
    return Gruppe(
        tuple(
            Treffer(everyday or name, f"/leistungen/{key}", name if everyday else "", key, number)
            for number, everyday, name, key, _ in rows
        ),
        _total(rows),
    )


def find_dienst_ids(session: Session, q: str) -> list[int]:
    """Assistants by their own words; those that serve a found service are added by the caller."""
    matches = or_(
        contains(col(Onlinedienst.sortier), sort_key(q)),
        contains(col(Onlinedienst.kurzname), q),
        contains(col(Onlinedienst.kurzbeschreibung), q),
    )
    statement = (
        select(col(Onlinedienst.id))
        .where(matches, public())
        .order_by(
            _title_first(col(Onlinedienst.sortier), q),
            col(Onlinedienst.sortier),
            col(Onlinedienst.id),
        )
    )
    return [number for (number,) in session.execute(statement)]


def find_kommunen(session: Session, q: str) -> Gruppe:
    where = (
        name_or_key(q),
        col(Gebiet.gueltig_bis).is_(None),
        col(Gebiet.ebene).in_(MUNICIPAL),
    )
    kreis = aliased(Gebiet)
    rows = session.execute(
        select(
            col(Gebiet.id),
            col(Stelle.name),
            col(Gebiet.ars),
            col(Gebiet.bezeichnung),
            col(kreis.name),
            func.count().over(),
        )
        .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .outerjoin(kreis, col(kreis.id) == col(Gebiet.kreis_id))
        .where(*where)
        .order_by(
            _title_first(col(Gebiet.sortier), q),
            col(Gebiet.sortier),
            col(Gebiet.ebene),
            col(Gebiet.ars),
        )
        .limit(GROUP_SIZE)
    ).all()
    return Gruppe(
        tuple(
            Treffer(
                name,
                f"/kommunen/{ars}",
                f"{kind}, {within}" if within and within not in name else kind,
                ars,
                number,
            )
            for number, name, ars, kind, within, _ in rows
        ),
        _total(rows),
    )


def _total(rows: Sequence[Any]) -> int:
    """Each row carries in its last column how many there are in all; none has none to say it."""
    return int(rows[0][-1]) if rows else 0


def _digits(q: str) -> str:
    """The digits of something that looks like a key; words make it a question instead."""
    plain = q.lower().removeprefix("ozg").removeprefix("leika").strip(" -:")
    digits = "".join(c for c in plain if c.isdigit())
    return digits if digits and not any(c.isalpha() for c in plain) else ""


def _title_first(column: Any, q: str) -> ColumnElement[int]:
    wanted = sort_key(q)
    return case(
        (column == wanted, 0),
        (column.startswith(wanted, autoescape=True), 1),
        else_=2,
    )
