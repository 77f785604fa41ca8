"""Cases as an import finds and begins them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, insert, select, text
from sqlmodel import Session, col

from katalog.domain.begriffe import Vertragsschluss
from katalog.domain.vorgang import Aktion, Status
from katalog.models.angebot import Landesangebot
from katalog.models.fall import Ereignis, Nachnutzung, Nachnutzungsbedingungen
from katalog.models.grundlage import now
from katalog.models.stellen import Stelle

# Any number but those of `katalog.db`, as long as every replica uses the same one.
_NUMBERING = 8_020_100
_EREIGNIS = Ereignis.__table__  # type: ignore[attr-defined]


def offer_for(session: Session, dienst: int, stelle: int) -> int | None:
    """The offer of the body's own Land, or the only one there is."""
    land = session.execute(select(col(Stelle.land_id)).where(col(Stelle.id) == stelle)).scalar()
    statement = select(col(Landesangebot.id), col(Landesangebot.land_id)).where(
        col(Landesangebot.onlinedienst_id) == dienst
    )
    offers = session.execute(statement).all()
    own = [number for number, of_land in offers if of_land == land]
    if own:
        return int(own[0])
    return int(offers[0][0]) if len(offers) == 1 and offers[0][1] is None else None


def terms(session: Session, offer: int, fassung: str) -> int | None:
    """The named version of the coordinating body, else its newest."""
    coordination = (
        select(col(Landesangebot.koordinierung_id))
        .where(col(Landesangebot.id) == offer)
        .scalar_subquery()
    )
    statement = (
        select(col(Nachnutzungsbedingungen.id))
        .where(col(Nachnutzungsbedingungen.koordinierung_id) == coordination)
        .order_by(col(Nachnutzungsbedingungen.gueltig_ab).desc())
    )
    if fassung:
        statement = statement.where(col(Nachnutzungsbedingungen.fassung) == fassung)
    found = session.execute(statement.limit(1)).scalar()
    return None if found is None else int(found)


def concludes(session: Session, terms: int | None) -> Vertragsschluss | None:
    """With what a contract under these terms comes about."""
    found = None if terms is None else session.get(Nachnutzungsbedingungen, terms)
    return None if found is None else found.vertragsschluss


def find(
    session: Session, stelle: int, offer: int | None, dienst: int, eingang: date | None
) -> tuple[str, Status] | None:
    """Number and state of the case that a row of a list means."""
    statement = select(col(Nachnutzung.vorgangsnummer), col(Nachnutzung.status)).where(
        col(Nachnutzung.zustaendige_stelle_id) == stelle,
        col(Nachnutzung.onlinedienst_id) == dienst,
    )
    if offer is not None:
        statement = statement.where(col(Nachnutzung.landesangebot_id) == offer)
    open_case = statement.where(
        col(Nachnutzung.status).not_in([Status.ABGELEHNT, Status.ZURUECKGEZOGEN]),
        col(Nachnutzung.abgeschlossen_am).is_(None),
    )
    if eingang is not None:
        statement = statement.where(col(Nachnutzung.interesse_am) == eingang)
    # There is one open case at most: with another day of receipt it is still the same one.
    for asked in (statement, open_case):
        found = session.execute(asked.limit(1)).first()
        if found is not None:
            return found[0], found[1]
    return None


def is_led_here(session: Session, vorgangsnummer: str) -> bool:
    """Somebody has taken a step in it in the portal."""
    statement = (
        select(col(Ereignis.id))
        .join(Nachnutzung, col(Nachnutzung.id) == col(Ereignis.nachnutzung_id))
        .where(
            col(Nachnutzung.vorgangsnummer) == vorgangsnummer, col(Ereignis.konto_id).is_not(None)
        )
        .limit(1)
    )
    return session.execute(statement).first() is not None


def next_number(session: Session, today: date) -> str:
    """One number at a time until the transaction ends; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_NUMBERING})"))
    prefix = f"NN-{today.year}-"
    statement = select(func.max(col(Nachnutzung.vorgangsnummer))).where(
        col(Nachnutzung.vorgangsnummer).startswith(prefix)
    )
    last = session.execute(statement).scalar()
    return f"{prefix}{int(str(last).removeprefix(prefix)) + 1 if last else 1:05}"


def add_event(
    session: Session, case: int, aktion: Aktion, status: Status, day: date, note: str
) -> None:
    session.execute(
        insert(_EREIGNIS),
        [
            {
                "nachnutzung_id": case,
                "am": now(),
                "aktion": aktion,
                "nach_status": status,
                "datum": day,
                "notiz": note,
            }
        ],
    )
