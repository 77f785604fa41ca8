"""Whom to write to at a body."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import Session, col

from katalog.domain.rollen import Rolle
from katalog.models.konten import Konto, Mitgliedschaft
from katalog.models.stellen import Kontakt, Kontaktrolle
from katalog.queries.chunks import chunks

HAUPTROLLE = "ozg-ansprechperson"


def mailboxes(session: Session, stellen: Collection[int]) -> dict[int, str]:
    """One address of each body that has any: the mailbox of its OZG contact, or another of its
    mailboxes, or else the account that has acted for it the longest."""
    found: dict[int, str] = {}
    for part in chunks(sorted(stellen)):
        named = (
            select(col(Kontakt.stelle_id), col(Kontakt.funktionspostfach))
            .join(Kontaktrolle, col(Kontaktrolle.id) == col(Kontakt.rolle_id))
            .where(col(Kontakt.stelle_id).in_(part), col(Kontakt.funktionspostfach) != "")
            .order_by(
                col(Kontaktrolle.kennung) != HAUPTROLLE,
                col(Kontakt.vertritt_id).is_not(None),
                col(Kontakt.id),
            )
        )
        acting = (
            select(col(Mitgliedschaft.stelle_id), col(Konto.email))
            .join(Konto, col(Konto.id) == col(Mitgliedschaft.konto_id))
            .where(
                col(Mitgliedschaft.stelle_id).in_(part),
                col(Mitgliedschaft.rolle) != Rolle.ADMINISTRATION,
                col(Mitgliedschaft.freigegeben_am).is_not(None),
                col(Mitgliedschaft.beendet_am).is_(None),
                col(Konto.gesperrt_am).is_(None),
            )
            .order_by(col(Mitgliedschaft.freigegeben_am), col(Mitgliedschaft.id))
        )
        for statement in (named, acting):
            for stelle, address in session.execute(statement):
                found.setdefault(stelle, address)
    return found
