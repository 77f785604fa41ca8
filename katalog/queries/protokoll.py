"""The audit trail: written beside a change, sealed later, read through from its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from katalog.models.betrieb import Protokoll, Protokollanfang
from katalog.models.grundlage import now
from katalog.models.konten import Konto
from katalog.queries.paging import PAGE_SIZE, Seite

# What the very first row is sealed with.
_NOTHING_BEFORE = ""


def add_entry(
    session: Session,
    vorgang: str,
    objekt: str,
    objekt_id: int | None,
    angaben: dict[str, Any],
    konto_id: int | None,
) -> None:
    session.add(
        Protokoll(
            vorgang=vorgang,
            objekt=objekt,
            objekt_id=objekt_id,
            angaben=angaben,
            konto_id=konto_id,
        )
    )
    session.flush()


def has_open(session: Session) -> bool:
    return (
        session.execute(
            select(col(Protokoll.id)).where(col(Protokoll.siegel).is_(None)).limit(1)
        ).first()
        is not None
    )


def count_open(session: Session) -> int:
    statement = select(func.count()).select_from(Protokoll).where(col(Protokoll.siegel).is_(None))
    return int(session.execute(statement).scalar_one())


def read_open(session: Session, limit: int) -> Sequence[Protokoll]:
    statement = (
        select(Protokoll)
        .where(col(Protokoll.siegel).is_(None))
        .order_by(col(Protokoll.id))
        .limit(limit)
    )
    return session.scalars(statement).all()


def read_sealed(session: Session, after: int, limit: int) -> Sequence[Protokoll]:
    statement = (
        select(Protokoll)
        .where(col(Protokoll.folge) > after)
        .order_by(col(Protokoll.folge))
        .limit(limit)
    )
    entries = session.scalars(statement).all()
    # Each of a million rows is looked at once.
    session.expunge_all()
    return entries


def head(session: Session) -> tuple[int, str]:
    """Place and seal of the last row that is sealed."""
    row: Any = session.execute(
        select(col(Protokoll.folge), col(Protokoll.siegel))
        .where(col(Protokoll.folge).is_not(None))
        .order_by(col(Protokoll.folge).desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else beginning(session)


def beginning(session: Session) -> tuple[int, str]:
    """Place and seal before the first row that is kept."""
    cut = session.get(Protokollanfang, 1)
    return (cut.folge, cut.siegel) if cut else (0, _NOTHING_BEFORE)


def count_sealed_before(session: Session, moment: datetime) -> int:
    statement = (
        select(func.count())
        .select_from(Protokoll)
        .where(col(Protokoll.siegel).is_not(None), col(Protokoll.am) < moment)
    )
    return int(session.execute(statement).scalar_one())


def cut(session: Session, folge: int, siegel: str) -> None:
    """All rows up to this one, whose seal is kept."""
    session.connection().execute(delete(Protokoll).where(col(Protokoll.folge) <= folge))
    session.merge(Protokollanfang(id=1, folge=folge, siegel=siegel, gekuerzt_am=now()))
    session.flush()


def set_seal(session: Session, number: int | None, folge: int, siegel: str) -> None:
    session.connection().execute(
        update(Protokoll).where(col(Protokoll.id) == number).values(folge=folge, siegel=siegel)
    )


# For the administration -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Eintrag:
    """With whoever it was, as far as there is still an account behind the number."""

    id: int
    am: datetime
    konto_id: int | None
    konto: str | None
    vorgang: str
    objekt: str
    objekt_id: int | None
    angaben: dict[str, Any]
    versiegelt: bool


def list_entries(session: Session, number: int) -> Seite[Eintrag]:
    """The newest first."""
    total = session.execute(select(func.count()).select_from(Protokoll)).scalar_one()
    rows: Any = session.execute(
        select(Protokoll, col(Konto.email))
        .outerjoin(Konto, col(Konto.id) == col(Protokoll.konto_id))
        .order_by(col(Protokoll.id).desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    entries = tuple(
        Eintrag(
            entry.id,
            entry.am,
            entry.konto_id,
            email,
            entry.vorgang,
            entry.objekt,
            entry.objekt_id,
            entry.angaben,
            entry.siegel is not None,
        )
        for entry, email in rows
    )
    return Seite(entries, total, number)
