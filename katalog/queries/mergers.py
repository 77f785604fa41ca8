"""What areas became: the succession, and what moves with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlmodel import Session, col

from katalog.models.grundlage import now
from katalog.models.nutzung import Einsatz, EinsatzAenderung
from katalog.models.register import Gebiet, Nachfolge
from katalog.models.stellen import Mitglied, Stelle, Wirkungsgebiet
from katalog.queries.chunks import chunks

_AENDERUNG = EinsatzAenderung.__table__  # type: ignore[attr-defined]
_WIRKUNG = Wirkungsgebiet.__table__  # type: ignore[attr-defined]


def successors(session: Session, von: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for part in chunks(von):
        statement = select(col(Nachfolge.von_id), col(Nachfolge.nach_id)).where(
            col(Nachfolge.von_id).in_(part)
        )
        for old, new in session.execute(statement):
            found.setdefault(old, set()).add(new)
    return found


def last_of(session: Session, gebiet: int) -> int:
    """What an area has become by now, as long as that is one area and not several."""
    seen: set[int] = set()
    while gebiet not in seen:
        seen.add(gebiet)
        after = successors(session, [gebiet]).get(gebiet, set())
        if len(after) != 1:
            break
        (gebiet,) = after
    return gebiet


def count_statements(session: Session, gebiet: int) -> int:
    statement = (
        select(func.count())
        .select_from(Einsatz)
        .join(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
        .where(col(Stelle.gebiet_id) == gebiet)
    )
    return int(session.execute(statement).scalar_one())


def move_statements(session: Session, von: int, nach: int, reason: str) -> int:
    """Give the statements of one area's body to another's; they remember whose they were.

    Two bodies that merge may use the same assistant: then both rows stand side by side, each with
    its own history, and count as one user.
    """
    bodies = _bodies(session, [von, nach])
    if von not in bodies or nach not in bodies:
        return 0
    (old, old_name), (new, new_name) = bodies[von], bodies[nach]
    moved = session.execute(select(col(Einsatz.id)).where(col(Einsatz.stelle_id) == old)).scalars()
    numbers = list(moved)
    if not numbers:
        return 0
    session.connection().execute(
        update(Einsatz)
        .where(col(Einsatz.stelle_id) == old)
        .values(
            urspruengliche_stelle_id=func.coalesce(col(Einsatz.urspruengliche_stelle_id), old),
            stelle_id=new,
            version=col(Einsatz.version) + 1,
            geaendert_am=now(),
        )
    )
    history: list[dict[str, Any]] = [
        {
            "einsatz_id": number,
            "am": now(),
            "feld": "stelle",
            "alt": old_name,
            "neu": new_name,
            "grund": reason,
        }
        for number in numbers
    ]
    session.execute(insert(_AENDERUNG), history)
    return len(numbers)


def move_memberships(session: Session, von: int, nach: int, day: date) -> None:
    """Who works for the old area works for the new one; memberships of the old body end."""
    served = select(
        col(Wirkungsgebiet.stelle_id), col(Wirkungsgebiet.gebiet_id), col(Wirkungsgebiet.quelle_id)
    ).where(col(Wirkungsgebiet.gebiet_id).in_([von, nach]))
    rows = session.execute(served).all()
    there = {row.stelle_id for row in rows if row.gebiet_id == nach}
    missing = [row for row in rows if row.gebiet_id == von and row.stelle_id not in there]
    if missing:
        session.execute(
            insert(_WIRKUNG),
            [
                {
                    "stelle_id": row.stelle_id,
                    "gebiet_id": nach,
                    "quelle_id": row.quelle_id,
                    "stand": day,
                }
                for row in missing
            ],
        )
    bodies = _bodies(session, [von])
    if von in bodies:
        session.connection().execute(
            update(Mitglied)
            .where(col(Mitglied.stelle_id) == bodies[von][0], col(Mitglied.bis).is_(None))
            .values(bis=day - timedelta(days=1))
        )


def _bodies(session: Session, gebiete: Sequence[int]) -> dict[int, tuple[int, str]]:
    statement = select(col(Stelle.gebiet_id), col(Stelle.id), col(Stelle.name)).where(
        col(Stelle.gebiet_id).in_(gebiete)
    )
    return {gebiet: (number, name) for gebiet, number, name in session.execute(statement)}


def rename(session: Session, gebiet: int, name: str, sort_key: str, day: date) -> None:
    session.connection().execute(
        update(Gebiet)
        .where(col(Gebiet.id) == gebiet)
        .values(name=name, sortier=sort_key, stand=day, version=col(Gebiet.version) + 1)
    )
