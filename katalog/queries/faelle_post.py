"""Whom the mails of a case go to: addresses that somebody has written down, and no others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from katalog.domain.rollen import Rolle
from katalog.models.konten import Konto, Mitgliedschaft
from katalog.models.stellen import Kontakt, Kontaktrolle, Mitglied


@dataclass(frozen=True, slots=True)
class Kontaktzeile:
    stelle_id: int | None
    landesangebot_id: int | None
    rolle_id: int
    rolle: str
    postfach: str


def contacts(session: Session, offer: int | None, stellen: Collection[int]) -> list[Kontaktzeile]:
    """Of an offer and of these bodies themselves; only those that have a mailbox."""
    wanted: list[ColumnElement[bool]] = [col(Kontakt.stelle_id).in_(stellen)]
    if offer is not None:
        wanted.append(col(Kontakt.landesangebot_id) == offer)
    statement = (
        select(
            col(Kontakt.stelle_id),
            col(Kontakt.landesangebot_id),
            col(Kontakt.rolle_id),
            col(Kontaktrolle.kennung),
            col(Kontakt.funktionspostfach),
        )
        .join(Kontaktrolle, col(Kontaktrolle.id) == col(Kontakt.rolle_id))
        .where(or_(*wanted), col(Kontakt.funktionspostfach) != "")
        .order_by(col(Kontakt.id))
    )
    return [Kontaktzeile(*row) for row in session.execute(statement)]


def accounts(session: Session, stelle: int, rollen: Sequence[Rolle]) -> list[str]:
    """The addresses of those who act for a body in one of these roles, or for its Amt."""
    joint = select(col(Mitglied.verbund_id)).where(
        col(Mitglied.stelle_id) == stelle, col(Mitglied.bis).is_(None)
    )
    statement = (
        select(col(Konto.email))
        .join(Mitgliedschaft, col(Mitgliedschaft.konto_id) == col(Konto.id))
        .where(
            or_(col(Mitgliedschaft.stelle_id) == stelle, col(Mitgliedschaft.stelle_id).in_(joint)),
            col(Mitgliedschaft.rolle).in_(rollen),
            col(Mitgliedschaft.freigegeben_am).is_not(None),
            col(Mitgliedschaft.beendet_am).is_(None),
            col(Konto.gesperrt_am).is_(None),
        )
        .distinct()
        .order_by(col(Konto.email))
    )
    return list(session.execute(statement).scalars())
