"""Accounts, their roles and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from katalog.domain.rollen import Rolle
from katalog.models.grundlage import now
from katalog.models.konten import Anmeldesitzung, Konto, Mitgliedschaft
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle


@dataclass(frozen=True, slots=True)
class KontoZeile:
    id: int
    email: str
    name: str
    gesperrt_am: datetime | None
    rollen: tuple[str, ...]


def find_stelle(session: Session, key: str) -> int | None:
    """By ARS or by `kennung`."""
    statement = (
        select(col(Stelle.id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where((col(Stelle.kennung) == key) | (col(Gebiet.ars) == key))
        .order_by(col(Gebiet.ebene))
        .limit(1)
    )
    return session.execute(statement).scalar_one_or_none()


def find_konto(session: Session, email: str) -> int | None:
    return session.execute(
        select(col(Konto.id)).where(col(Konto.email) == email)
    ).scalar_one_or_none()


def ensure_konto(session: Session, email: str, name: str, *, demo: bool = False) -> int:
    found = find_konto(session, email)
    if found is not None:
        return found
    konto = Konto(email=email, name=name, demo=demo)
    session.add(konto)
    session.flush()
    assert konto.id is not None
    return konto.id


def ensure_membership(session: Session, konto_id: int, stelle_id: int | None, rolle: Rolle) -> bool:
    """Grants a role, also one that was asked for or had ended; True if that changed anything."""
    # NULLs are never equal to a database, so that its unique key would not see the body's absence.
    same_body = (
        col(Mitgliedschaft.stelle_id).is_(None)
        if stelle_id is None
        else col(Mitgliedschaft.stelle_id) == stelle_id
    )
    found = session.scalars(
        select(Mitgliedschaft).where(
            col(Mitgliedschaft.konto_id) == konto_id, same_body, col(Mitgliedschaft.rolle) == rolle
        )
    ).first()
    if found is None:
        found = Mitgliedschaft(konto_id=konto_id, stelle_id=stelle_id, rolle=rolle)
        session.add(found)
    elif found.freigegeben_am is not None and found.beendet_am is None:
        return False
    found.freigegeben_am, found.freigegeben_von_id, found.beendet_am = now(), None, None
    session.flush()
    return True


def find_by_subject(session: Session, subject: str) -> int | None:
    return session.execute(
        select(col(Konto.id)).where(col(Konto.oidc_subjekt) == subject)
    ).scalar_one_or_none()


def link_subject(session: Session, konto_id: int, subject: str) -> bool:
    """False if the account belongs to another subject already."""
    statement = (
        update(Konto)
        .where(col(Konto.id) == konto_id, col(Konto.oidc_subjekt).is_(None))
        .values(oidc_subjekt=subject)
    )
    return session.connection().execute(statement).rowcount > 0


def is_blocked(session: Session, konto_id: int) -> bool:
    statement = select(col(Konto.gesperrt_am)).where(col(Konto.id) == konto_id)
    return session.execute(statement).scalar_one() is not None


def demo_addresses(session: Session) -> list[str]:
    statement = select(col(Konto.email)).where(
        col(Konto.demo).is_(True), col(Konto.gesperrt_am).is_(None)
    )
    return list(session.execute(statement.order_by(col(Konto.id))).scalars())


def rename(session: Session, konto_id: int, name: str) -> bool:
    """Whether that changed anything."""
    statement = (
        update(Konto).where(col(Konto.id) == konto_id, col(Konto.name) != name).values(name=name)
    )
    return session.connection().execute(statement).rowcount > 0


def block(session: Session, konto_id: int, at: datetime) -> bool:
    """Blocks the account and ends its sessions; False if it was blocked before."""
    connection = session.connection()
    changed = connection.execute(
        update(Konto)
        .where(col(Konto.id) == konto_id, col(Konto.gesperrt_am).is_(None))
        .values(gesperrt_am=at)
    ).rowcount
    connection.execute(
        update(Anmeldesitzung)
        .where(col(Anmeldesitzung.konto_id) == konto_id, col(Anmeldesitzung.beendet_am).is_(None))
        .values(beendet_am=at)
    )
    return changed > 0


def get_konto(session: Session, konto_id: int) -> KontoZeile:
    return next(row for row in list_konten(session) if row.id == konto_id)


def list_konten(session: Session) -> list[KontoZeile]:
    roles: dict[int, list[str]] = {}
    for number, rolle, name in session.execute(
        select(col(Mitgliedschaft.konto_id), col(Mitgliedschaft.rolle), col(Stelle.name))
        .outerjoin(Stelle, col(Stelle.id) == col(Mitgliedschaft.stelle_id))
        .where(
            col(Mitgliedschaft.beendet_am).is_(None),
            col(Mitgliedschaft.freigegeben_am).is_not(None),
        )
        .order_by(col(Mitgliedschaft.id))
    ):
        roles.setdefault(number, []).append(f"{rolle.label}: {name}" if name else rolle.label)
    statement = select(
        col(Konto.id), col(Konto.email), col(Konto.name), col(Konto.gesperrt_am)
    ).order_by(col(Konto.email))
    return [
        KontoZeile(number, email, name, blocked, tuple(roles.get(number, ())))
        for number, email, name, blocked in session.execute(statement)
    ]
