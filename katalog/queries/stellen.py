"""One body that has no area of its own: where it works, what it offers and provides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Angebotsstatus, Stellenart
from katalog.models.angebot import Landesangebot, Onlinedienst
from katalog.models.fall import Nachnutzungsbedingungen
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle, Wirkungsgebiet
from katalog.queries.provenance import Angabe, provenance, source_columns


@dataclass(frozen=True, slots=True)
class StelleZeile:
    id: int
    name: str
    kurzname: str
    art: Stellenart
    website: str
    ars: str | None
    land: str | None
    quelle: Angabe | None


@dataclass(frozen=True, slots=True)
class Angebotszeile:
    kennung: str
    name: str
    status: Angebotsstatus


def find_stelle(session: Session, number: int) -> StelleZeile | None:
    land = aliased(Gebiet)
    row: Any = session.execute(
        select(
            Stelle, col(Gebiet.ars).label("ars"), col(land.name).label("land"), *source_columns()
        )
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .outerjoin(land, col(land.id) == col(Stelle.land_id))
        .outerjoin(Quelle, col(Quelle.id) == col(Stelle.quelle_id))
        .where(col(Stelle.id) == number)
    ).one_or_none()
    if row is None:
        return None
    stelle = row.Stelle
    return StelleZeile(
        number,
        stelle.name,
        stelle.kurzname,
        stelle.art,
        stelle.website,
        row.ars,
        row.land,
        provenance(row, stelle.stand),
    )


@dataclass(frozen=True, slots=True)
class Koordinierung:
    id: int
    name: str
    land: str | None


def coordinating_bodies(session: Session) -> list[Koordinierung]:
    """Whom to ask for what nobody offers yet, in the order of the Länder."""
    land = aliased(Gebiet)
    statement = (
        select(col(Stelle.id), col(Stelle.name), col(land.name))
        .outerjoin(land, col(land.id) == col(Stelle.land_id))
        .where(col(Stelle.art) == Stellenart.KOORDINIERUNG, col(Stelle.entfallen_am).is_(None))
        .order_by(col(land.sortier).is_(None), col(land.sortier), col(Stelle.sortier))
    )
    return [Koordinierung(*row) for row in session.execute(statement)]


def working_area(session: Session, number: int) -> list[tuple[str, str]]:
    """(name, ARS) of the areas the body works for."""
    statement = (
        select(col(Stelle.name), col(Gebiet.ars))
        .select_from(Wirkungsgebiet)
        .join(Gebiet, col(Gebiet.id) == col(Wirkungsgebiet.gebiet_id))
        .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .where(col(Wirkungsgebiet.stelle_id) == number)
        .order_by(col(Stelle.sortier))
    )
    return [(name, ars) for name, ars in session.execute(statement)]


def offers(session: Session, number: int) -> list[Angebotszeile]:
    statement = (
        select(col(Onlinedienst.kennung), col(Onlinedienst.name), col(Landesangebot.status))
        .join(Landesangebot, col(Landesangebot.onlinedienst_id) == col(Onlinedienst.id))
        .where(col(Landesangebot.koordinierung_id) == number)
        .order_by(col(Landesangebot.status), col(Onlinedienst.sortier))
    )
    return [Angebotszeile(*row) for row in session.execute(statement)]


def provides(session: Session, number: int) -> list[Onlinedienst]:
    """The assistants that the body carries or runs."""
    statement = (
        select(Onlinedienst)
        .where(
            or_(
                col(Onlinedienst.traeger_id) == number,
                col(Onlinedienst.dienstleister_id) == number,
            ),
            col(Onlinedienst.entfallen_am).is_(None),
            col(Onlinedienst.entwurf).is_(False),
        )
        .order_by(col(Onlinedienst.sortier))
    )
    return list(session.scalars(statement))


def terms(session: Session, number: int, today: date) -> list[Nachnutzungsbedingungen]:
    statement = (
        select(Nachnutzungsbedingungen)
        .where(
            col(Nachnutzungsbedingungen.koordinierung_id) == number,
            col(Nachnutzungsbedingungen.gueltig_ab) <= today,
        )
        .order_by(col(Nachnutzungsbedingungen.gueltig_ab).desc())
    )
    return list(session.execute(statement).scalars())
