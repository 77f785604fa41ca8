"""Offers and terms as the case changes them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from katalog.domain.laender import Landeskuerzel, find_land
from katalog.models.angebot import Landesangebot, Onlinedienst
from katalog.models.fall import Nachnutzungsbedingungen
from katalog.models.grundlage import now
from katalog.models.register import Gebiet


def find_offer(session: Session, number: int) -> Landesangebot | None:
    return session.get(Landesangebot, number)


def offers_of(
    session: Session, koordinierungen: Collection[int]
) -> list[tuple[Landesangebot, Onlinedienst]]:
    statement = (
        select(Landesangebot, Onlinedienst)
        .join(Onlinedienst, col(Onlinedienst.id) == col(Landesangebot.onlinedienst_id))
        .where(col(Landesangebot.koordinierung_id).in_(koordinierungen))
        .order_by(col(Onlinedienst.sortier), col(Landesangebot.id))
    )
    return [(offer, dienst) for offer, dienst in session.execute(statement).all()]


def traeger_of(session: Session, offer: Landesangebot) -> int | None:
    dienst = session.get(Onlinedienst, offer.onlinedienst_id)
    return None if dienst is None else dienst.traeger_id


def discontinue(session: Session, number: int, day: date) -> None:
    offer = session.execute(
        select(Landesangebot).where(col(Landesangebot.id) == number).with_for_update()
    ).scalar_one()
    offer.eingestellt_zum = day
    offer.version += 1
    offer.geaendert_am = now()
    session.flush()


def land_of(session: Session, gebiet: int | None) -> Landeskuerzel | None:
    area = None if gebiet is None else session.get(Gebiet, gebiet)
    return None if area is None else find_land(area.ars)


def add_terms(session: Session, terms: Nachnutzungsbedingungen) -> int:
    """The version before ends nowhere: who accepted it stays bound by it."""
    terms.text_hash = hashlib.sha256(terms.text.encode()).hexdigest()
    session.add(terms)
    session.flush()
    assert terms.id is not None
    return terms.id


def has_terms(session: Session, koordinierung: int, fassung: str) -> bool:
    statement = select(col(Nachnutzungsbedingungen.id)).where(
        col(Nachnutzungsbedingungen.koordinierung_id) == koordinierung,
        col(Nachnutzungsbedingungen.fassung) == fassung,
    )
    return session.execute(statement).first() is not None
