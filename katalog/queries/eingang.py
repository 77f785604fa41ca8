"""Mails that came: kept once, listed, and settled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from katalog.domain.eingang import Eingangsart, Eingangsstatus
from katalog.models.angebot import Onlinedienst
from katalog.models.fall import Eingang, Nachnutzung
from katalog.models.stellen import Stelle
from katalog.queries.paging import Seite, in_order, read_page


@dataclass(frozen=True, slots=True)
class Eingangszeile:
    """A mail in the list, without its text and file."""

    id: int
    eingegangen_am: date
    von: str
    von_name: str
    betreff: str
    art: Eingangsart
    status: Eingangsstatus
    stelle: str
    dienst: str
    nachnutzung_id: int | None
    vorgangsnummer: str
    grund: str


# Keeping ----------------------------------------------------------------------------------------


def add(session: Session, row: Eingang) -> int | None:
    """None if the same mail is here already; of two at the same time one comes first."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(Eingang).values(row.model_dump(exclude={"id"}))
    unless = statement.on_conflict_do_nothing(index_elements=["koordinierung_id", "schluessel"])
    return session.execute(unless.returning(col(Eingang.id))).scalar()


def find_same(session: Session, koordinierung: int, schluessel: str) -> Eingang | None:
    statement = select(Eingang).where(
        col(Eingang.koordinierung_id) == koordinierung, col(Eingang.schluessel) == schluessel
    )
    return session.execute(statement).scalar_one_or_none()


def find(
    session: Session, number: int, koordinierungen: Collection[int], *, lock: bool = False
) -> Eingang | None:
    """With `lock` nobody else decides about it before this transaction ends."""
    statement = select(Eingang).where(
        col(Eingang.id) == number, col(Eingang.koordinierung_id).in_(koordinierungen)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.execute(statement).scalar_one_or_none()


def change(session: Session, row: Eingang, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()


def settle(
    session: Session,
    row: Eingang,
    status: Eingangsstatus,
    moment: datetime,
    konto_id: int | None,
    **values: Any,
) -> None:
    """The file goes where it belongs, or nowhere; here it is not kept."""
    change(
        session, row, status=status, erledigt_am=moment, erledigt_von_id=konto_id, inhalt=None,
        **values,
    )  # fmt: skip


# Lists ------------------------------------------------------------------------------------------


def list_page(
    session: Session,
    koordinierungen: Collection[int],
    status: Collection[Eingangsstatus],
    nummer: int,
) -> Seite[Eingangszeile]:
    """What waits longest first; what is done with, the newest first."""
    number = col(Eingang.id)

    def load(ids: Sequence[int]) -> list[Eingangszeile]:
        rows = session.execute(_lines().where(number.in_(ids)))
        return in_order(ids, (Eingangszeile(*row) for row in rows), lambda line: line.id)

    def order(ids: Select[Any]) -> Select[Any]:
        if Eingangsstatus.OFFEN in status:
            return ids.order_by(col(Eingang.eingegangen_am), number)
        return ids.order_by(col(Eingang.erledigt_am).desc(), number.desc())

    wanted = select(number).where(*_among(koordinierungen, status))
    return read_page(session, wanted, nummer, load, order=order)


def count(
    session: Session, koordinierungen: Collection[int], status: Collection[Eingangsstatus]
) -> int:
    statement = select(func.count()).select_from(Eingang)
    return int(session.execute(statement.where(*_among(koordinierungen, status))).scalar_one())


def _among(
    koordinierungen: Collection[int], status: Collection[Eingangsstatus]
) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Eingang.koordinierung_id).in_(koordinierungen),
        col(Eingang.status).in_(status),
        col(Eingang.art) != Eingangsart.EIGENE,
    )


def _lines() -> Any:
    return (
        select(
            col(Eingang.id),
            col(Eingang.eingegangen_am),
            col(Eingang.von),
            col(Eingang.von_name),
            col(Eingang.betreff),
            col(Eingang.art),
            col(Eingang.status),
            func.coalesce(col(Stelle.name), ""),
            func.coalesce(col(Onlinedienst.name), ""),
            col(Eingang.nachnutzung_id),
            func.coalesce(col(Nachnutzung.vorgangsnummer), ""),
            col(Eingang.grund),
        )
        .select_from(Eingang)
        .outerjoin(Stelle, col(Stelle.id) == col(Eingang.stelle_id))
        .outerjoin(Onlinedienst, col(Onlinedienst.id) == col(Eingang.onlinedienst_id))
        .outerjoin(Nachnutzung, col(Nachnutzung.id) == col(Eingang.nachnutzung_id))
    )
