"""The numbers and changes of the start page, and what the sources are."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Beleg, Kostenmodell, Objektart, Quellenart
from katalog.domain.rollen import Betrachter, resolve_sicht
from katalog.models.angebot import Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.models.quellen import Quelle
from katalog.models.stellen import Stelle
from katalog.queries import einsaetze
from katalog.queries.dienste import public
from katalog.queries.merkmale import BY_NAME, values_of

_CHANGES = 6
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Zahlen:
    onlinedienste: int
    kostenneutral: int
    kommunen: int
    angaben: int
    bestaetigt: int

    @property
    def anteil(self) -> int:
        """Whole percent, rounded down: 99.9 % is not "all"."""
        return 100 * self.bestaetigt // self.angaben if self.angaben else 0


def figures(session: Session, viewer: Betrachter, today: date) -> Zahlen:
    def count(*where: ColumnElement[bool]) -> int:
        return int(session.execute(select(func.count()).where(public(), *where)).scalar_one())

    kommunen, angaben, bestaetigt = _figures_of_use(session, viewer, today)
    return Zahlen(
        onlinedienste=count(),
        kostenneutral=count(col(Onlinedienst.id).in_(_costing(Kostenmodell.KOSTENNEUTRAL))),
        kommunen=kommunen,
        angaben=angaben,
        bestaetigt=bestaetigt,
    )


def _costing(model: Kostenmodell) -> Select[Any]:
    held = values_of(BY_NAME["kosten"], Objektart.ONLINEDIENST).subquery()
    return select(held.c.id).where(held.c.wert == model)


# These figures look at every statement there is, which takes the longer the more there are. They
# are kept until a statement is added or changed, and no longer than this: a statement that was
# deleted, or written by a slower clock, is missed otherwise.
_KEPT_SECONDS = 60
_KEPT_AT_MOST = 50
_kept: dict[object, tuple[float, tuple[int, int, int]]] = {}


def _figures_of_use(session: Session, viewer: Betrachter, today: date) -> tuple[int, int, int]:
    """(Kommunen that state their own use, statements, statements confirmed within a year)"""
    latest = session.execute(
        select(
            select(func.max(col(Einsatz.geaendert_am))).scalar_subquery(),
            select(func.max(col(Einsatz.id))).scalar_subquery(),
        )
    ).one()
    key = (str(session.get_bind().engine.url), resolve_sicht(viewer), today, *latest)
    moment, found = _kept.get(key, (0.0, (0, 0, 0)))
    if key in _kept and time.monotonic() - moment < _KEPT_SECONDS:
        return found
    # Bodies without an area are no Kommunen, and in no list of them.
    with_area = select(col(Stelle.id)).where(col(Stelle.gebiet_id).is_not(None))
    own = case(
        (
            and_(col(Einsatz.beleg) == Beleg.EIGENANGABE, col(Einsatz.stelle_id).in_(with_area)),
            col(Einsatz.stelle_id),
        )
    )
    recent = case((col(Einsatz.bestaetigt_am) >= today - timedelta(days=365), 1))
    statement = select(func.count(own.distinct()), func.count(), func.count(recent)).where(
        einsaetze.stands(viewer, today)
    )
    kommunen, angaben, bestaetigt = session.execute(statement).one()
    if len(_kept) >= _KEPT_AT_MOST:
        _kept.clear()
    _kept[key] = (time.monotonic(), (kommunen, angaben, bestaetigt))
    return kommunen, angaben, bestaetigt


def latest_changes(session: Session, viewer: Betrachter) -> list[einsaetze.Nutzung]:
    """The newest statements, one per body and assistant, so that no busy one fills the list."""
    newest = (
        select(col(Einsatz.id), col(Einsatz.stelle_id), col(Einsatz.onlinedienst_id))
        .where(einsaetze.visible(viewer), col(Einsatz.stand).is_not(None))
        .order_by(col(Einsatz.stand).desc(), col(Einsatz.id).desc())
        .limit(_LOOKED_AT)
    )
    shown: list[int] = []
    bodies: set[int] = set()
    assistants: set[int] = set()
    for number, body, assistant in session.execute(newest):
        if body not in bodies and assistant not in assistants:
            shown.append(number)
            bodies.add(body)
            assistants.add(assistant)
    return einsaetze.by_ids(session, shown[:_CHANGES], viewer)


def has_demo(session: Session) -> bool:
    statement = select(col(Quelle.id)).where(col(Quelle.art) == Quellenart.DEMO).limit(1)
    return session.execute(statement).first() is not None


def sources(session: Session) -> list[Quelle]:
    statement = select(Quelle).order_by(col(Quelle.art), col(Quelle.titel))
    return list(session.execute(statement).scalars())
