"""The queue of mails: added beside a change, claimed by a worker, listed for the administration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from katalog.domain.begriffe import Nachrichtenstatus
from katalog.models.betrieb import Nachricht
from katalog.queries.paging import PAGE_SIZE, Seite

_WAITING = (Nachrichtenstatus.ERSTELLT, Nachrichtenstatus.WIEDERHOLEN)
_LONGEST_FAULT = 500


@dataclass(frozen=True, slots=True)
class Postzeile:
    """A mail without its text: links to sign in are nobody's but the recipient's."""

    id: int
    empfaenger: str
    betreff: str
    vorlage: str
    status: Nachrichtenstatus
    versuche: int
    erstellt_am: datetime
    naechster_versuch_am: datetime
    uebergeben_am: datetime | None
    letzter_fehler: str
    message_id: str
    wiederholbar: bool


def add(session: Session, nachricht: Nachricht) -> bool:
    """False if there is one with the same occasion, template and recipient already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = nachricht.model_dump(exclude={"id"})
    statement = dialect.insert(Nachricht).values(values).on_conflict_do_nothing()
    return session.execute(statement.returning(col(Nachricht.id))).first() is not None


def is_due(session: Session, now: datetime) -> bool:
    return session.execute(select(col(Nachricht.id)).where(_due(now)).limit(1)).first() is not None


def claim(session: Session, now: datetime, until: datetime) -> Nachricht | None:
    """The mail that waits longest becomes this worker's, and no other's, `until` then.

    PostgreSQL lets others pass by a row that is being claimed; SQLite has one writer anyway.
    """
    longest = (
        select(col(Nachricht.id))
        .where(_due(now))
        .order_by(col(Nachricht.naechster_versuch_am), col(Nachricht.id))
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    statement = (
        update(Nachricht)
        .where(col(Nachricht.id) == longest)
        .values(status=Nachrichtenstatus.WIRD_GESENDET, beansprucht_bis=until)
        .returning(Nachricht)
    )
    return session.scalars(statement).one_or_none()


def mark_sent(session: Session, mail: Nachricht, at: datetime) -> None:
    """Whoever else has claimed it since: it is sent, and nobody need send it again."""
    statement = (
        update(Nachricht)
        .where(col(Nachricht.id) == mail.id)
        .values(
            status=Nachrichtenstatus.UEBERGEBEN,
            uebergeben_am=at,
            beansprucht_bis=None,
            letzter_fehler="",
            **_forgotten(mail),
        )
    )
    session.connection().execute(statement)


def put_back(
    session: Session, mail: Nachricht, later: datetime, fault: str, *, counts: bool
) -> None:
    session.connection().execute(
        _still_mine(mail).values(
            status=Nachrichtenstatus.WIEDERHOLEN,
            naechster_versuch_am=later,
            versuche=mail.versuche + counts,
            beansprucht_bis=None,
            letzter_fehler=fault[:_LONGEST_FAULT],
        )
    )


def give_up(session: Session, mail: Nachricht, fault: str) -> None:
    session.connection().execute(
        _still_mine(mail).values(
            status=Nachrichtenstatus.GESCHEITERT,
            versuche=mail.versuche + 1,
            beansprucht_bis=None,
            letzter_fehler=fault[:_LONGEST_FAULT],
            **_forgotten(mail),
        )
    )


def _still_mine(mail: Nachricht) -> Update:
    """A worker that came back from a long sleep must not undo what another did meanwhile."""
    return update(Nachricht).where(
        col(Nachricht.id) == mail.id,
        col(Nachricht.status) == Nachrichtenstatus.WIRD_GESENDET,
        col(Nachricht.beansprucht_bis) == mail.beansprucht_bis,
    )


def _forgotten(mail: Nachricht) -> dict[str, str]:
    return {"text": ""} if mail.vertraulich else {}


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(col(Nachricht.status).in_(_WAITING), col(Nachricht.naechster_versuch_am) <= now),
        and_(
            col(Nachricht.status) == Nachrichtenstatus.WIRD_GESENDET,
            col(Nachricht.beansprucht_bis) < now,
        ),
    )


# For the administration -------------------------------------------------------------------------


def resend(session: Session, number: int, at: datetime) -> bool:
    """A mail that was given up waits again, as if for the first time; its Message-ID stays."""
    statement = (
        update(Nachricht)
        .where(
            col(Nachricht.id) == number,
            col(Nachricht.status) == Nachrichtenstatus.GESCHEITERT,
            col(Nachricht.vertraulich).is_(False),
        )
        .values(status=Nachrichtenstatus.ERSTELLT, versuche=0, naechster_versuch_am=at)
    )
    return session.connection().execute(statement).rowcount > 0


def exists(session: Session, number: int) -> bool:
    return (
        session.execute(select(col(Nachricht.id)).where(col(Nachricht.id) == number)).first()
        is not None
    )


def count_by_status(session: Session) -> dict[Nachrichtenstatus, int]:
    counted: Any = session.execute(
        select(col(Nachricht.status), func.count()).group_by(col(Nachricht.status))
    )
    return {status: number for status, number in counted}


def oldest_waiting(session: Session) -> datetime | None:
    statement = select(func.min(col(Nachricht.erstellt_am))).where(
        col(Nachricht.status).in_(_WAITING)
    )
    found: datetime | None = session.execute(statement).scalar_one()
    return found


def list_post(session: Session, number: int, status: Nachrichtenstatus | None) -> Seite[Postzeile]:
    conditions = [col(Nachricht.status) == status] if status else []
    total = session.execute(
        select(func.count()).select_from(Nachricht).where(*conditions)
    ).scalar_one()
    rows = session.scalars(
        select(Nachricht)
        .where(*conditions)
        .order_by(col(Nachricht.id).desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Seite(tuple(_line(row) for row in rows), total, number)


def _line(mail: Nachricht) -> Postzeile:
    assert mail.id is not None
    return Postzeile(
        id=mail.id,
        empfaenger=mail.empfaenger,
        betreff=mail.betreff,
        vorlage=mail.vorlage,
        status=mail.status,
        versuche=mail.versuche,
        erstellt_am=mail.erstellt_am,
        naechster_versuch_am=mail.naechster_versuch_am,
        uebergeben_am=mail.uebergeben_am,
        letzter_fehler=mail.letzter_fehler,
        message_id=mail.message_id,
        wiederholbar=mail.status is Nachrichtenstatus.GESCHEITERT and not mail.vertraulich,
    )
