"""Which bodies have statements to confirm again, whom to ask there, and who was asked already."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Einsatzstatus
from katalog.domain.rollen import Rolle
from katalog.models.betrieb import Nachricht
from katalog.models.konten import Konto, Mitgliedschaft
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet
from katalog.models.stellen import Kontakt, Mitglied, Stelle


class Faellig(NamedTuple):
    """A body with the day since which its oldest statement waits, and how many wait."""

    stelle_id: int
    name: str
    ars: str
    seit: date
    anzahl: int


def due(session: Session, today: date) -> list[Faellig]:
    """Bodies of today's areas: only they have a page on which to confirm."""
    statement = (
        select(
            col(Stelle.id),
            col(Stelle.name),
            col(Gebiet.ars),
            func.min(col(Einsatz.pruefung_faellig)),
            func.count(),
        )
        .select_from(Einsatz)
        .join(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(
            col(Einsatz.pruefung_faellig) <= today,
            col(Einsatz.widersprochen_am).is_(None),
            col(Einsatz.status) != Einsatzstatus.BEENDET,
            or_(col(Einsatz.bis).is_(None), col(Einsatz.bis) >= today),
            col(Gebiet.gueltig_bis).is_(None),
            col(Gebiet.ars).is_not(None),
        )
        .group_by(col(Stelle.id), col(Stelle.name), col(Gebiet.ars))
        .order_by(col(Stelle.id))
    )
    return [Faellig(*row) for row in session.execute(statement)]


def occasions(session: Session, vorlage: str) -> set[str]:
    """Of all mails of this kind, sent or not."""
    statement = select(col(Nachricht.anlass)).where(col(Nachricht.vorlage) == vorlage)
    return set(session.execute(statement).scalars())


def whom_to_ask(session: Session, stellen: Collection[int]) -> dict[int, str]:
    """For each body one address: of who acts for it longest, of who does for its joint body, or
    else the mailbox of its contact. Only accounts can confirm, so they come first."""
    acting = _acting(session, col(Mitgliedschaft.stelle_id).in_(stellen))
    # Of several the first counts, which comes last here.
    joint = _pairs(
        session,
        select(col(Mitglied.stelle_id), col(Mitglied.verbund_id))
        .where(col(Mitglied.stelle_id).in_(stellen), col(Mitglied.bis).is_(None))
        .order_by(col(Mitglied.verbund_id).desc()),
    )
    above = _acting(session, col(Mitgliedschaft.stelle_id).in_(set(joint.values())))
    mailboxes = _pairs(
        session,
        select(col(Kontakt.stelle_id), col(Kontakt.funktionspostfach))
        .where(col(Kontakt.stelle_id).in_(stellen), col(Kontakt.funktionspostfach) != "")
        .order_by(col(Kontakt.id).desc()),
    )
    represented = {stelle: above[body] for stelle, body in joint.items() if body in above}
    return mailboxes | represented | acting


def _pairs(session: Session, statement: Any) -> dict[int, Any]:
    return dict(session.execute(statement).all())


def _acting(session: Session, of: ColumnElement[bool]) -> dict[int, str]:
    return _pairs(
        session,
        select(col(Mitgliedschaft.stelle_id), col(Konto.email))
        .join(Konto, col(Konto.id) == col(Mitgliedschaft.konto_id))
        .where(
            of,
            col(Mitgliedschaft.rolle) == Rolle.KOMMUNE,
            col(Mitgliedschaft.freigegeben_am).is_not(None),
            col(Mitgliedschaft.beendet_am).is_(None),
            col(Konto.gesperrt_am).is_(None),
        )
        .order_by(col(Mitgliedschaft.freigegeben_am).desc(), col(Mitgliedschaft.id).desc()),
    )
