"""What bodies wrote to the users of an assistant, how often, and whom it would reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.rollen import Betrachter
from katalog.models.angebot import Onlinedienst
from katalog.models.konten import Konto
from katalog.models.koordination import Anschreiben
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from katalog.queries.einsaetze import counted, visible


@dataclass(frozen=True, slots=True)
class Absender:
    stelle_id: int
    name: str
    land_id: int | None
    land: str | None


@dataclass(frozen=True, slots=True)
class Gesendet:
    stelle: str
    betreff: str
    text: str
    empfaenger: int
    gesendet_am: datetime


def senders(session: Session, stellen: frozenset[int]) -> list[Absender]:
    """Bodies with the Land they are in, by name."""
    land, area = aliased(Gebiet), aliased(Gebiet)
    land_id = func.coalesce(col(area.land_id), col(Stelle.land_id))
    statement = (
        select(col(Stelle.id), col(Stelle.name), land_id, col(land.name))
        .outerjoin(area, col(area.id) == col(Stelle.gebiet_id))
        .outerjoin(land, col(land.id) == land_id)
        .where(col(Stelle.id).in_(sorted(stellen)), col(Stelle.entfallen_am).is_(None))
        .order_by(col(Stelle.sortier), col(Stelle.id))
    )
    return [Absender(*row) for row in session.execute(statement)]


def users(
    session: Session,
    dienst_id: int,
    viewer: Betrachter,
    today: date,
    *,
    ausser: int,
    land_id: int | None,
) -> dict[int, str]:
    """Names of the bodies that use the assistant, as far as the asking one may know it."""
    statement = (
        select(col(Stelle.id), col(Stelle.name))
        .join(Einsatz, col(Einsatz.stelle_id) == col(Stelle.id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(
            col(Einsatz.onlinedienst_id) == dienst_id,
            visible(viewer),
            counted(today),
            col(Stelle.id) != ausser,
            col(Stelle.entfallen_am).is_(None),
        )
        .group_by(col(Stelle.id), col(Stelle.name), col(Stelle.sortier))
        .order_by(col(Stelle.sortier), col(Stelle.id))
    )
    if land_id is not None:
        inside = or_(col(Gebiet.land_id) == land_id, col(Stelle.land_id) == land_id)
        statement = statement.where(inside)
    return {number: name for number, name in session.execute(statement)}


def hold_account(session: Session, konto_id: int) -> None:
    """Until this transaction ends, so that two forms at once are counted one after the other."""
    session.execute(select(col(Konto.id)).where(col(Konto.id) == konto_id).with_for_update())


def count_since(session: Session, konto_id: int, stelle_id: int, since: datetime) -> int:
    """By this account or for this body, whoever wrote for it."""
    statement = (
        select(func.count())
        .select_from(Anschreiben)
        .where(
            or_(col(Anschreiben.konto_id) == konto_id, col(Anschreiben.stelle_id) == stelle_id),
            col(Anschreiben.gesendet_am) > since,
        )
    )
    return int(session.execute(statement).scalar_one())


def add(session: Session, anschreiben: Anschreiben) -> int:
    session.add(anschreiben)
    session.flush()
    assert anschreiben.id is not None
    return anschreiben.id


def sent_about(session: Session, dienst_id: int, stellen: frozenset[int]) -> list[Gesendet]:
    """By these bodies about this assistant, the latest first."""
    rows: Any = session.execute(
        select(
            col(Stelle.name),
            col(Anschreiben.betreff),
            col(Anschreiben.text),
            col(Anschreiben.empfaenger),
            col(Anschreiben.gesendet_am),
        )
        .join(Stelle, col(Stelle.id) == col(Anschreiben.stelle_id))
        .join(Onlinedienst, col(Onlinedienst.id) == col(Anschreiben.onlinedienst_id))
        .where(col(Onlinedienst.id) == dienst_id, col(Anschreiben.stelle_id).in_(sorted(stellen)))
        .order_by(col(Anschreiben.gesendet_am).desc(), col(Anschreiben.id).desc())
    )
    return [Gesendet(*row) for row in rows]
