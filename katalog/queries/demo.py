"""What the demo cases of the starting set need beside the services that lead them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, select, update
from sqlmodel import Session, col

from katalog.domain.begriffe import Quellenart
from katalog.domain.pruefpunkte import Pruefpunktstufe
from katalog.models.angebot import Landesangebot, Onlinedienst
from katalog.models.fall import Nachnutzung, Pruefpunkt
from katalog.models.nutzung import Einsatz
from katalog.models.quellen import Quelle
from katalog.models.stellen import Stelle


@dataclass(frozen=True, slots=True)
class Nummern:
    """By Kennung; of each assistant its offer and itself, of several offers the first."""

    stellen: Mapping[str, int]
    angebote: Mapping[str, tuple[int, int]]


def numbers(session: Session) -> Nummern:
    """Of what the demo source brought."""
    of_demo = select(col(Quelle.id)).where(col(Quelle.art) == Quellenart.DEMO)
    bodies = select(col(Stelle.kennung), col(Stelle.id)).where(col(Stelle.quelle_id).in_(of_demo))
    services: Any = (
        select(col(Onlinedienst.kennung), col(Landesangebot.id), col(Onlinedienst.id))
        .join(Landesangebot, col(Landesangebot.onlinedienst_id) == col(Onlinedienst.id))
        .where(col(Onlinedienst.quelle_id).in_(of_demo))
        .order_by(col(Landesangebot.id).desc())
    )
    return Nummern(
        {kennung: number for kennung, number in session.execute(bodies) if kennung and number},
        {kennung: (offer, dienst) for kennung, offer, dienst in session.execute(services)},
    )


def has_cases(session: Session) -> bool:
    """Of bodies that the demo source made up."""
    statement = select(
        exists().where(
            col(Nachnutzung.zustaendige_stelle_id) == col(Stelle.id),
            col(Stelle.quelle_id) == col(Quelle.id),
            col(Quelle.art) == Quellenart.DEMO,
        )
    )
    return bool(session.execute(statement).scalar())


def settle(session: Session, case: int, tested: date | None, reported: date | None) -> None:
    """Who tests has done what is due before, who reports going live all of it; and the statement
    of the case says whose it is."""
    for day, stufe in ((tested, Pruefpunktstufe.VOR_TEST), (reported, Pruefpunktstufe.IM_TEST)):
        if day is not None:
            session.execute(
                update(Pruefpunkt)
                .where(col(Pruefpunkt.nachnutzung_id) == case, col(Pruefpunkt.stufe) == stufe)
                .values(erledigt_am=day)
            )
    of_demo = select(col(Quelle.id)).where(col(Quelle.art) == Quellenart.DEMO).limit(1)
    session.execute(
        update(Einsatz)
        .where(col(Einsatz.nachnutzung_id) == case)
        .values(quelle_id=of_demo.scalar_subquery())
    )
