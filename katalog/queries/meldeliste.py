"""What an uploaded list is held against: the bodies, assistants and statements it names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Beleg, Einsatzstatus, Gebietsebene
from katalog.models.angebot import Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet, Themenfeld
from katalog.models.stellen import Stelle
from katalog.queries.chunks import chunks

# From wide to local: where a padded key stands on several levels, the most local body is meant.
_LEVELS = (
    Gebietsebene.LAND,
    Gebietsebene.REGIERUNGSBEZIRK,
    Gebietsebene.KREIS,
    Gebietsebene.VERBAND,
    Gebietsebene.GEMEINDE,
)
OWN = (Beleg.EIGENANGABE, Beleg.KOORDINIERUNG)


class Benannt(NamedTuple):
    id: int
    name: str


class Meldezeile(NamedTuple):
    """A statement with the names of what it is about, as a list shows it."""

    einsatz: Einsatz
    ars: str | None
    ags: str | None
    kommune: str
    kennung: str
    dienst: str
    entwurf: bool
    themenfeld: str | None
    themenfeld_slug: str | None


def bodies_by_key(session: Session, keys: Collection[str]) -> dict[str, Benannt]:
    """By ARS or AGS, of areas of today."""
    statement = (
        select(
            col(Gebiet.ebene), col(Gebiet.ars), col(Gebiet.ags), col(Stelle.id), col(Stelle.name)
        )
        .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .where(
            col(Gebiet.gueltig_bis).is_(None),
            or_(col(Gebiet.ars).in_(keys), col(Gebiet.ags).in_(keys)),
        )
    )
    rows: Sequence[Any] = session.execute(statement).all()
    found: dict[str, Benannt] = {}
    for _, ars, ags, number, name in sorted(rows, key=lambda row: _LEVELS.index(row[0])):
        found |= {key: Benannt(number, name) for key in (ars, ags) if key}
    return found


def assistants_by_key(
    session: Session, keys: Collection[str], stellen: Collection[int]
) -> dict[str, Benannt]:
    """A draft is known to the bodies that use it, and to nobody else."""
    used = select(col(Einsatz.onlinedienst_id)).where(col(Einsatz.stelle_id).in_(stellen))
    found: dict[str, Benannt] = {}
    for part in chunks(sorted(keys)):
        statement = select(
            col(Onlinedienst.kennung), col(Onlinedienst.id), col(Onlinedienst.name)
        ).where(
            col(Onlinedienst.kennung).in_(part),
            col(Onlinedienst.entfallen_am).is_(None),
            or_(col(Onlinedienst.entwurf).is_(False), col(Onlinedienst.id).in_(used)),
        )
        rows: Any = session.execute(statement)
        found |= {kennung: Benannt(number, name) for kennung, number, name in rows}
    return found


def _own(stellen: Collection[int]) -> ColumnElement[bool]:
    """Made by these bodies, or by their coordination for them, and theirs to change."""
    return and_(
        col(Einsatz.stelle_id).in_(stellen),
        col(Einsatz.beleg).in_(OWN),
        col(Einsatz.quelle_id).is_(None),
        col(Einsatz.widersprochen_am).is_(None),
    )


def own_statements(session: Session, stellen: Collection[int], *, lock: bool) -> list[Einsatz]:
    """With `lock` nobody else changes one of them before this transaction ends."""
    statement = select(Einsatz).where(_own(stellen)).order_by(col(Einsatz.id))
    if lock:
        statement = statement.with_for_update()
    # As they are now, whatever this session has read before.
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def said_by_others(session: Session, stellen: Collection[int]) -> set[tuple[int, int]]:
    """Body and assistant of what others say of these bodies and what still stands."""
    statement = select(col(Einsatz.stelle_id), col(Einsatz.onlinedienst_id)).where(
        col(Einsatz.stelle_id).in_(stellen),
        or_(col(Einsatz.beleg).not_in(OWN), col(Einsatz.quelle_id).is_not(None)),
        col(Einsatz.widersprochen_am).is_(None),
        col(Einsatz.status) != Einsatzstatus.BEENDET,
    )
    return {(stelle, dienst) for stelle, dienst in session.execute(statement)}


def list_own(session: Session, stellen: Collection[int]) -> list[Meldezeile]:
    statement = (
        select(
            Einsatz,
            col(Gebiet.ars),
            col(Gebiet.ags),
            col(Stelle.name),
            col(Onlinedienst.kennung),
            col(Onlinedienst.name),
            col(Onlinedienst.entwurf),
            col(Themenfeld.name),
            col(Themenfeld.slug),
        )
        .join(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
        .join(Onlinedienst, col(Onlinedienst.id) == col(Einsatz.onlinedienst_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .outerjoin(Themenfeld, col(Themenfeld.id) == col(Onlinedienst.themenfeld_id))
        .where(_own(stellen), col(Onlinedienst.entfallen_am).is_(None))
        .order_by(col(Stelle.sortier), col(Onlinedienst.sortier), col(Einsatz.id))
    )
    return [Meldezeile(*row) for row in session.execute(statement)]


def exists_elsewhere(session: Session, number: int, stelle: int) -> bool:
    """A statement about the body that somebody else made."""
    statement = select(col(Einsatz.id)).where(
        col(Einsatz.id) == number, col(Einsatz.stelle_id) == stelle
    )
    return session.execute(statement).first() is not None
