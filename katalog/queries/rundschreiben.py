"""Mailings of coordinating bodies: kept, counted, and what became of each mail."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from katalog.domain.begriffe import Nachrichtenstatus
from katalog.models.angebot import Onlinedienst
from katalog.models.betrieb import Nachricht
from katalog.models.fall import Nachnutzung
from katalog.models.konten import Konto
from katalog.models.koordination import Rundschreiben, Rundschreibenempfaenger
from katalog.models.stellen import Stelle


@dataclass(frozen=True, slots=True)
class Rundschreibenzeile:
    """`mails` by what became of them; None are those that were forgotten since."""

    row: Rundschreiben
    wer: str
    mails: Mapping[Nachrichtenstatus | None, int]
    ohne_adresse: int


@dataclass(frozen=True, slots=True)
class Zustellzeile:
    """A case of a mailing and its mail; without `nachricht_id` there is none, or none any more."""

    fall_id: int
    vorgangsnummer: str
    stelle: str
    dienst: str
    anlass: str
    wiederholt_am: datetime | None
    nachricht_id: int | None
    empfaenger: str | None
    status: Nachrichtenstatus | None
    versuche: int | None
    uebergeben_am: datetime | None
    naechster_versuch_am: datetime | None
    letzter_fehler: str | None


def add(session: Session, row: Rundschreiben, faelle: Mapping[int, str]) -> None:
    """`faelle` are cases with the occasion of their mail; made known when `row` has its number."""
    assert row.id is not None
    session.add_all(
        Rundschreibenempfaenger(rundschreiben_id=row.id, nachnutzung_id=case, anlass=anlass)
        for case, anlass in faelle.items()
    )
    session.flush()


def find_sent(session: Session, kennzeichen: str) -> int | None:
    statement = select(col(Rundschreiben.id)).where(col(Rundschreiben.kennzeichen) == kennzeichen)
    return session.execute(statement).scalar()


def count_since(session: Session, koordinierung: int, since: datetime) -> int:
    statement = (
        select(func.count())
        .select_from(Rundschreiben)
        .where(
            col(Rundschreiben.koordinierung_id) == koordinierung,
            col(Rundschreiben.gesendet_am) > since,
        )
    )
    return int(session.execute(statement).scalar_one())


def find(session: Session, number: int, koordinierungen: Collection[int]) -> Rundschreiben | None:
    statement = select(Rundschreiben).where(
        col(Rundschreiben.id) == number, col(Rundschreiben.koordinierung_id).in_(koordinierungen)
    )
    return session.scalars(statement).first()


def list_of(
    session: Session, koordinierungen: Collection[int], most: int
) -> list[Rundschreibenzeile]:
    """The latest first."""
    rows: Any = session.execute(
        select(Rundschreiben, col(Konto.name))
        .outerjoin(Konto, col(Konto.id) == col(Rundschreiben.konto_id))
        .where(col(Rundschreiben.koordinierung_id).in_(koordinierungen))
        .order_by(col(Rundschreiben.id).desc())
        .limit(most)
    ).all()
    counts = count_mails(session, [row.id for row, _ in rows])
    missing = _count_missing(session, [row.id for row, _ in rows])
    return [
        Rundschreibenzeile(row, name or "", counts.get(row.id, {}), missing.get(row.id, 0))
        for row, name in rows
    ]


def count_mails(
    session: Session, numbers: Collection[int]
) -> dict[int, dict[Nachrichtenstatus | None, int]]:
    number, status = col(Rundschreibenempfaenger.rundschreiben_id), col(Nachricht.status)
    statement = (
        select(number, status, func.count(col(Rundschreibenempfaenger.anlass).distinct()))
        .outerjoin(Nachricht, col(Nachricht.anlass) == col(Rundschreibenempfaenger.anlass))
        .where(number.in_(numbers), col(Rundschreibenempfaenger.anlass) != "")
        .group_by(number, status)
    )
    found: dict[int, dict[Nachrichtenstatus | None, int]] = {}
    for mailing, state, count in session.execute(statement):
        found.setdefault(mailing, {})[state] = count
    return found


def _count_missing(session: Session, numbers: Collection[int]) -> dict[int, int]:
    number = col(Rundschreibenempfaenger.rundschreiben_id)
    statement = (
        select(number, func.count(col(Nachnutzung.zustaendige_stelle_id).distinct()))
        .join(Nachnutzung, col(Nachnutzung.id) == col(Rundschreibenempfaenger.nachnutzung_id))
        .where(number.in_(numbers), col(Rundschreibenempfaenger.anlass) == "")
        .group_by(number)
    )
    return {mailing: count for mailing, count in session.execute(statement)}


def log_of(session: Session, number: int) -> list[Zustellzeile]:
    """One line for each case, by the names of the bodies."""
    statement: Any = (
        select(
            col(Nachnutzung.id),
            col(Nachnutzung.vorgangsnummer),
            col(Stelle.name),
            func.coalesce(func.nullif(col(Onlinedienst.kurzname), ""), col(Onlinedienst.name)),
            col(Rundschreibenempfaenger.anlass),
            col(Rundschreibenempfaenger.wiederholt_am),
            col(Nachricht.id),
            col(Nachricht.empfaenger),
            col(Nachricht.status),
            col(Nachricht.versuche),
            col(Nachricht.uebergeben_am),
            col(Nachricht.naechster_versuch_am),
            col(Nachricht.letzter_fehler),
        )
        .select_from(Rundschreibenempfaenger)
        .join(Nachnutzung, col(Nachnutzung.id) == col(Rundschreibenempfaenger.nachnutzung_id))
        .join(Stelle, col(Stelle.id) == col(Nachnutzung.zustaendige_stelle_id))
        .join(Onlinedienst, col(Onlinedienst.id) == col(Nachnutzung.onlinedienst_id))
        .outerjoin(Nachricht, col(Nachricht.anlass) == func.nullif(
            col(Rundschreibenempfaenger.anlass), ""))
        .where(col(Rundschreibenempfaenger.rundschreiben_id) == number)
        .order_by(col(Stelle.sortier), col(Nachnutzung.id))
    )  # fmt: skip
    return [Zustellzeile(*row) for row in session.execute(statement)]


def note_resent(session: Session, number: int, anlass: str, at: datetime) -> None:
    statement = (
        update(Rundschreibenempfaenger)
        .where(
            col(Rundschreibenempfaenger.rundschreiben_id) == number,
            col(Rundschreibenempfaenger.anlass) == anlass,
        )
        .values(wiederholt_am=at)
    )
    session.connection().execute(statement)
