"""What the portal knows of whom a mail comes from, and which case it answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, union
from sqlmodel import Session, col

from katalog.domain.rollen import Rolle
from katalog.domain.sortierung import sort_key
from katalog.models.angebot import Landesangebot, Onlinedienst
from katalog.models.betrieb import Nachricht
from katalog.models.fall import Eingang, Nachnutzung
from katalog.models.konten import Konto, Mitgliedschaft
from katalog.models.stellen import Kontakt, Stelle


@dataclass(frozen=True, slots=True)
class Fundstelle:
    """A case that a mail names or answers, and the body whose case it is."""

    id: int
    vorgangsnummer: str
    koordinierung_id: int | None
    stelle_id: int


def cases_of_mails(session: Session, message_ids: Collection[str]) -> list[Fundstelle]:
    """Of mails the portal sent or was sent before; their ids nobody can guess."""
    sent = select(col(Nachricht.nachnutzung_id)).where(col(Nachricht.message_id).in_(message_ids))
    came = select(col(Eingang.nachnutzung_id)).where(
        col(Eingang.message_id).in_(message_ids), col(Eingang.message_id) != ""
    )
    return _cases(session, col(Nachnutzung.id).in_(union(sent, came)))


def cases_by_number(session: Session, numbers: Collection[str]) -> list[Fundstelle]:
    return _cases(session, col(Nachnutzung.vorgangsnummer).in_(numbers))


def _cases(session: Session, condition: ColumnElement[bool]) -> list[Fundstelle]:
    statement = (
        select(
            col(Nachnutzung.id),
            col(Nachnutzung.vorgangsnummer),
            col(Landesangebot.koordinierung_id),
            col(Nachnutzung.zustaendige_stelle_id),
        )
        .outerjoin(Landesangebot, col(Landesangebot.id) == col(Nachnutzung.landesangebot_id))
        .where(condition)
        .order_by(col(Nachnutzung.id))
    )
    return [Fundstelle(*row) for row in session.execute(statement)]


def find_own_mail(session: Session, message_id: str) -> Nachricht | None:
    statement = select(Nachricht).where(col(Nachricht.message_id) == message_id)
    return session.execute(statement).scalar_one_or_none()


def bodies_writing_from(session: Session, address: str, *, whole_domain: bool = False) -> list[int]:
    """Bodies with this mailbox or an account of this address; or of its domain at all."""
    domain = f"@{address.rpartition('@')[2]}"
    boxes, accounts = func.lower(col(Kontakt.funktionspostfach)), func.lower(col(Konto.email))
    if whole_domain:
        of_box, of_account = (
            boxes.endswith(domain, autoescape=True),
            accounts.endswith(domain, autoescape=True),
        )
    else:
        of_box, of_account = boxes == address, accounts == address
    contacts = select(col(Kontakt.stelle_id)).where(of_box, col(Kontakt.stelle_id).is_not(None))
    members = (
        select(col(Mitgliedschaft.stelle_id))
        .join(Konto, col(Konto.id) == col(Mitgliedschaft.konto_id))
        .where(
            of_account,
            col(Mitgliedschaft.rolle) == Rolle.KOMMUNE,
            col(Mitgliedschaft.stelle_id).is_not(None),
            col(Mitgliedschaft.freigegeben_am).is_not(None),
            col(Mitgliedschaft.beendet_am).is_(None),
            col(Konto.gesperrt_am).is_(None),
        )
    )
    found = session.execute(union(contacts, members)).scalars()
    return sorted(number for number in found if number is not None)


def bodies_by_id(session: Session, numbers: Collection[int]) -> dict[int, str]:
    statement = select(col(Stelle.id), col(Stelle.name)).where(col(Stelle.id).in_(numbers))
    return {number: name for number, name in session.execute(statement) if number is not None}


def assistants(session: Session) -> dict[int, tuple[str, ...]]:
    """What they may be called in a mail."""
    statement = select(
        col(Onlinedienst.id),
        col(Onlinedienst.name),
        col(Onlinedienst.kurzname),
        col(Onlinedienst.kennung),
    ).where(col(Onlinedienst.entwurf).is_(False))
    return {
        number: tuple(filter(None, names))
        for number, *names in session.execute(statement)
        if number is not None
    }


def offered(session: Session, koordinierung: int) -> set[int]:
    statement = select(col(Landesangebot.onlinedienst_id)).where(
        col(Landesangebot.koordinierung_id) == koordinierung
    )
    return set(session.execute(statement).scalars())


def coordinating(session: Session) -> list[tuple[int, str, str]]:
    """Bodies that offer something: number, key and name."""
    statement = (
        select(col(Stelle.id), func.coalesce(col(Stelle.kennung), ""), col(Stelle.name))
        .where(
            col(Stelle.id).in_(select(col(Landesangebot.koordinierung_id))),
            col(Stelle.entfallen_am).is_(None),
        )
        .order_by(col(Stelle.id))
    )
    return [(number or 0, kennung, name) for number, kennung, name in session.execute(statement)]


def number_of(session: Session, case: int | None) -> str:
    statement = select(col(Nachnutzung.vorgangsnummer)).where(col(Nachnutzung.id) == case)
    return "" if case is None else str(session.execute(statement).scalar() or "")


def find_assistant(session: Session, text: str) -> int | None:
    """By its whole name or key, as somebody types it."""
    wanted = sort_key(text)
    statement = select(col(Onlinedienst.id)).where(
        or_(col(Onlinedienst.sortier) == wanted, col(Onlinedienst.kennung) == text.strip()),
        col(Onlinedienst.entwurf).is_(False),
    )
    found = list(session.execute(statement.limit(2)).scalars()) if wanted else []
    return found[0] if len(found) == 1 else None
