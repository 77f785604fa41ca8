"""Things that no source names any more keep their row and get the day; a mailbox goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

from katalog.domain.begriffe import Angebotsstatus
from katalog.models.angebot import Landesangebot
from katalog.models.grundlage import now
from katalog.models.stellen import Kontakt, Kontaktrolle
from katalog.queries.chunks import chunks


def mark_dropped(
    session: Session, model: Any, columns: Sequence[str], keys: Sequence[str], today: date
) -> None:
    table = model.__table__
    values: dict[str, Any] = {"entfallen_am": today}
    if "version" in table.c:
        values |= {"version": table.c.version + 1, "geaendert_am": now()}
    for part in chunks(keys):
        session.connection().execute(
            update(table)
            .where(
                or_(*(table.c[column].in_(part) for column in columns)),
                table.c.entfallen_am.is_(None),
            )
            .values(values)
        )


def end_offers(session: Session, offers: Sequence[tuple[int, int]], today: date) -> None:
    """By assistant and coordinating body; an end that is known stays."""
    for dienst, koordinierung in offers:
        session.connection().execute(
            update(Landesangebot)
            .where(
                col(Landesangebot.onlinedienst_id) == dienst,
                col(Landesangebot.koordinierung_id) == koordinierung,
                col(Landesangebot.eingestellt_zum).is_(None),
            )
            .values(
                status=Angebotsstatus.EINGESTELLT,
                eingestellt_zum=today,
                version=col(Landesangebot.version) + 1,
                geaendert_am=now(),
            )
        )


def drop_mailbox(session: Session, stelle: int, rolle: str, address: str) -> None:
    role = select(col(Kontaktrolle.id)).where(col(Kontaktrolle.kennung) == rolle).scalar_subquery()
    session.connection().execute(
        delete(Kontakt).where(
            col(Kontakt.stelle_id) == stelle,
            col(Kontakt.rolle_id) == role,
            col(Kontakt.funktionspostfach) == address,
        )
    )
