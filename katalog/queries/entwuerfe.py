"""Drafts: assistants that a body named because the catalogue does not know them yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Dienstart, Einsatzrolle, Einsatzstatus
from katalog.domain.rollen import Bereich
from katalog.domain.sortierung import sort_key
from katalog.models.angebot import Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from katalog.queries.teilnahme import hold_bodies


class Nennung(NamedTuple):
    """Who uses a draft, and how."""

    stelle_id: int
    stelle: str
    ars: str | None
    rolle: Einsatzrolle
    status: Einsatzstatus
    url: str
    stand: date | None


@dataclass(frozen=True, slots=True)
class Entwurf:
    dienst: Onlinedienst
    nennungen: tuple[Nennung, ...]


def add(
    session: Session, kennung: str, name: str, kurzbeschreibung: str, art: Dienstart, today: date
) -> int:
    """Under this `kennung`, or one made of it if another assistant has it."""
    dienst = Onlinedienst(
        kennung=_free(session, kennung),
        name=name,
        sortier=sort_key(name),
        kurzbeschreibung=kurzbeschreibung,
        art=art,
        entwurf=True,
        stand=today,
    )
    session.add(dienst)
    session.flush()
    assert dienst.id is not None
    return dienst.id


def _free(session: Session, kennung: str) -> str:
    begin = kennung[:70]
    taken = set(
        session.execute(
            select(col(Onlinedienst.kennung)).where(
                col(Onlinedienst.kennung).startswith(begin, autoescape=True)
            )
        ).scalars()
    )
    numbered = (f"{begin}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (kennung, *numbered) if each not in taken)


def count_of(session: Session, stelle: int) -> int:
    statement = (
        select(func.count(func.distinct(col(Onlinedienst.id))))
        .select_from(Onlinedienst)
        .join(Einsatz, col(Einsatz.onlinedienst_id) == col(Onlinedienst.id))
        .where(_open(), col(Einsatz.stelle_id) == stelle)
    )
    return int(session.execute(statement).scalar_one())


def within(session: Session, bereich: Bereich) -> list[Entwurf]:
    """Those that bodies within reach named, the oldest first: it waits longest."""
    statement = select(Onlinedienst).where(_open()).order_by(col(Onlinedienst.id))
    if not bereich.alle:
        named = select(col(Einsatz.onlinedienst_id)).where(
            col(Einsatz.stelle_id).in_(bereich.stellen)
        )
        statement = statement.where(col(Onlinedienst.id).in_(named))
    return _with_uses(session, session.scalars(statement).all())


def find(session: Session, kennung: str, *, lock: bool = False) -> Entwurf | None:
    statement = select(Onlinedienst).where(_open(), col(Onlinedienst.kennung) == kennung)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = _with_uses(session, session.scalars(statement).all())
    return found[0] if found else None


def statements_of(session: Session, dienst: int) -> list[Einsatz]:
    """Locked with their bodies: nobody changes them before this transaction ends."""
    bodies = select(col(Einsatz.stelle_id)).where(col(Einsatz.onlinedienst_id) == dienst)
    hold_bodies(session, set(session.scalars(bodies)))
    statement = (
        select(Einsatz)
        .where(col(Einsatz.onlinedienst_id) == dienst)
        .order_by(col(Einsatz.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def _open() -> Any:
    return col(Onlinedienst.entwurf).is_(True) & col(Onlinedienst.entfallen_am).is_(None)


def _with_uses(session: Session, drafts: Sequence[Onlinedienst]) -> list[Entwurf]:
    statement = (
        select(
            col(Einsatz.onlinedienst_id), col(Stelle.id), col(Stelle.name), col(Gebiet.ars),
            col(Einsatz.rolle), col(Einsatz.status), col(Einsatz.url), col(Einsatz.stand),
        )
        .join(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(col(Einsatz.onlinedienst_id).in_([dienst.id for dienst in drafts]))
        .order_by(col(Stelle.sortier), col(Einsatz.id))
    )  # fmt: skip
    uses: dict[int, list[Nennung]] = {}
    for dienst, *use in session.execute(statement):
        uses.setdefault(dienst, []).append(Nennung(*use))
    return [Entwurf(dienst, tuple(uses.get(dienst.id or 0, ()))) for dienst in drafts]
