"""Contacts of bodies: listed as far as somebody may see them, written, and whom to write to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlmodel import Session, col

from katalog.domain.kontakt import HAUPTROLLE, Kontaktangaben
from katalog.domain.rollen import Betrachter, Rolle, Sichtbarkeit, resolve_sicht
from katalog.models.konten import Konto, Mitgliedschaft
from katalog.models.stellen import Kontakt, Kontaktrolle
from katalog.queries.chunks import chunks


@dataclass(frozen=True, slots=True)
class Kontaktzeile:
    """Person and telephone are empty for whoever is no administration."""

    id: int
    rolle: str
    rolle_kennung: str
    bezeichnung: str
    funktionspostfach: str
    telefon: str
    person: str
    vertritt_id: int | None

    @property
    def anzeige(self) -> str:
        return self.bezeichnung or self.person or self.funktionspostfach or self.rolle


def of_body(session: Session, stelle_id: int, viewer: Betrachter) -> list[Kontaktzeile]:
    """The OZG contact first, each deputy behind the one it stands in for."""
    sicht = resolve_sicht(viewer)
    own = stelle_id in sicht.stellen
    seen = [] if own else [col(Kontakt.sichtbarkeit).in_(sicht.stufen)]
    rows = session.execute(
        select(Kontakt, Kontaktrolle)
        .join(Kontaktrolle, col(Kontaktrolle.id) == col(Kontakt.rolle_id))
        .where(col(Kontakt.stelle_id) == stelle_id, *seen)
        .order_by(
            col(Kontaktrolle.kennung) != HAUPTROLLE,
            col(Kontaktrolle.name),
            col(Kontakt.vertritt_id).is_not(None),
            col(Kontakt.id),
        )
    )
    persons = own or Sichtbarkeit.VERWALTUNG in sicht.stufen
    return [
        Kontaktzeile(
            kontakt.id,
            rolle.name,
            rolle.kennung,
            kontakt.bezeichnung,
            kontakt.funktionspostfach,
            kontakt.telefon if persons else "",
            kontakt.person if persons else "",
            kontakt.vertritt_id,
        )
        for kontakt, rolle in rows
    ]


def rollen(session: Session) -> dict[str, str]:
    """Names by key; every Land has its own, so that they are data."""
    statement = select(col(Kontaktrolle.kennung), col(Kontaktrolle.name)).order_by(
        col(Kontaktrolle.kennung) != HAUPTROLLE, col(Kontaktrolle.name)
    )
    return {kennung: name for kennung, name in session.execute(statement)}


def write(
    session: Session, stelle_id: int, number: int | None, angaben: Kontaktangaben, today: date
) -> int:
    """A new one, or that of the body with this number. What it was taken from counts no more."""
    rolle = select(col(Kontaktrolle.id)).where(col(Kontaktrolle.kennung) == angaben.rolle)
    values: dict[str, Any] = {
        "rolle_id": rolle.scalar_subquery(),
        "bezeichnung": angaben.bezeichnung,
        "funktionspostfach": angaben.funktionspostfach,
        "telefon": angaben.telefon,
        "person": angaben.person,
        "vertritt_id": angaben.vertritt,
        "sichtbarkeit": angaben.sichtbarkeit,
        "quelle_id": None,
        "stand": today,
    }
    statement: Any = (
        insert(Kontakt).values(stelle_id=stelle_id, **values)
        if number is None
        else update(Kontakt)
        .where(col(Kontakt.id) == number, col(Kontakt.stelle_id) == stelle_id)
        .values(values)
    )
    return int(session.execute(statement.returning(col(Kontakt.id))).scalar_one())


def find(session: Session, stelle_id: int, number: int) -> Kontakt | None:
    statement = select(Kontakt).where(
        col(Kontakt.id) == number, col(Kontakt.stelle_id) == stelle_id
    )
    return session.scalars(statement).first()


def remove(session: Session, stelle_id: int, number: int) -> bool:
    """With those who stand in for it: deputies of nobody would be the main contact unasked."""
    mine = and_(
        col(Kontakt.stelle_id) == stelle_id,
        or_(col(Kontakt.id) == number, col(Kontakt.vertritt_id) == number),
    )
    deputies_first = col(Kontakt.vertritt_id) == number
    removed = 0
    for condition in (and_(mine, deputies_first), mine):
        removed += session.connection().execute(delete(Kontakt).where(condition)).rowcount
    return removed > 0


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
