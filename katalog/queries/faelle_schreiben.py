"""What a step in a case writes, row by row; which rows those are, `katalog.workflow` says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import defer
from sqlmodel import Session, col

from katalog.domain.rollen import Sichtbarkeit
from katalog.domain.vorgang import Status
from katalog.models.angebot import Pruefpunktvorlage
from katalog.models.fall import (
    Aussetzung,
    Dokument,
    Entkopplung,
    Ereignis,
    Geltungsgebiet,
    Kuendigung,
    Nachnutzung,
    Notiz,
    Pruefpunkt,
    Wiedervorlage,
    Zustimmung,
)
from katalog.models.grundlage import now
from katalog.models.stellen import Kontakt, Kontaktrolle, Stelle

_CONTACT = "ansprechstelle-anbindung"
_CONTACT_NAME = "Ansprechstelle für die Anbindung"


# The case itself ------------------------------------------------------------------------------


def lock_bodies(session: Session, stellen: Sequence[int]) -> None:
    """Two who begin a case for the same body do so one after the other."""
    session.execute(
        select(col(Stelle.id))
        .where(col(Stelle.id).in_(stellen))
        .order_by(col(Stelle.id))
        .with_for_update(key_share=True)
    ).all()


def add_case(session: Session, row: Nachnutzung) -> None:
    session.add(row)
    session.flush()


def set_areas(session: Session, case: int, gebiete: Sequence[int]) -> None:
    connection = session.connection()
    connection.execute(delete(Geltungsgebiet).where(col(Geltungsgebiet.nachnutzung_id) == case))
    session.add_all(Geltungsgebiet(nachnutzung_id=case, gebiet_id=number) for number in gebiete)
    session.flush()


def change_case(session: Session, row: Nachnutzung, values: Mapping[str, Any]) -> None:
    """Whoever looked at the case before sees from the version that it is another now."""
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.geaendert_am = now()
    session.flush()


def find_open(
    session: Session, dienst: int, stellen: Sequence[int], *, lock: bool = False
) -> dict[tuple[int, int | None], Nachnutzung]:
    """Cases of these bodies that nothing has closed, by body and offer; on the short path there
    is no offer, and the assistant alone tells cases apart.

    With `lock` nobody sends a draft while it is being sent by another form.
    """
    statement = select(Nachnutzung).where(
        col(Nachnutzung.zustaendige_stelle_id).in_(stellen),
        col(Nachnutzung.onlinedienst_id) == dienst,
        col(Nachnutzung.status).not_in([Status.ABGELEHNT, Status.ZURUECKGEZOGEN]),
        col(Nachnutzung.abgeschlossen_am).is_(None),
    )
    if lock:
        statement = statement.with_for_update(key_share=True).execution_options(
            populate_existing=True
        )
    return {
        (row.zustaendige_stelle_id, row.landesangebot_id): row
        for row in session.execute(statement).scalars()
    }


def add_event(session: Session, event: Ereignis) -> int:
    session.add(event)
    session.flush()
    assert event.id is not None
    return event.id


def first_account(session: Session, case: int) -> int | None:
    """Who began the case."""
    statement = (
        select(col(Ereignis.konto_id))
        .where(col(Ereignis.nachnutzung_id) == case)
        .order_by(col(Ereignis.id))
        .limit(1)
    )
    return session.execute(statement).scalar()


# Beside the case ------------------------------------------------------------------------------


def ensure_contact(session: Session, stelle: int, name: str, email: str, telefon: str) -> int:
    """The contact of a body for a connection; seen by its own people and its coordination."""
    rolle = session.execute(
        select(col(Kontaktrolle.id)).where(col(Kontaktrolle.kennung) == _CONTACT)
    ).scalar()
    if rolle is None:
        added = Kontaktrolle(kennung=_CONTACT, name=_CONTACT_NAME)
        session.add(added)
        session.flush()
        rolle = added.id
    known = session.execute(
        select(Kontakt)
        .where(
            col(Kontakt.stelle_id) == stelle,
            col(Kontakt.rolle_id) == rolle,
            col(Kontakt.funktionspostfach) == email,
            col(Kontakt.person) == name,
            col(Kontakt.telefon) == telefon,
        )
        .limit(1)
    ).scalar_one_or_none()
    if known is None:
        assert rolle is not None
        known = Kontakt(
            stelle_id=stelle,
            rolle_id=rolle,
            funktionspostfach=email,
            person=name,
            telefon=telefon,
            sichtbarkeit=Sichtbarkeit.EIGENE,
        )
        session.add(known)
        session.flush()
    assert known.id is not None
    return known.id


def find_document(session: Session, content_hash: str) -> str | None:
    """The number of a case that this very file was filed to."""
    statement = (
        select(col(Nachnutzung.vorgangsnummer))
        .join(Dokument, col(Dokument.nachnutzung_id) == col(Nachnutzung.id))
        .where(col(Dokument.hash) == content_hash)
        .limit(1)
    )
    return session.execute(statement).scalar()


def count_documents(session: Session, case: int) -> int:
    statement = select(func.count()).where(col(Dokument.nachnutzung_id) == case)
    return int(session.execute(statement).scalar_one())


def find_in_case(session: Session, case: int, content_hash: str) -> Dokument | None:
    """The same file, without its content being read again."""
    statement = (
        select(Dokument)
        .where(col(Dokument.nachnutzung_id) == case, col(Dokument.hash) == content_hash)
        .options(defer(Dokument.inhalt))  # type: ignore[arg-type]
        .limit(1)
    )
    return session.execute(statement).scalar_one_or_none()


def documents_of_mail(session: Session, case: int, eingang: int) -> list[Dokument]:
    """The mail itself and what came with it, as they lie in the case."""
    statement = select(Dokument).where(
        col(Dokument.nachnutzung_id) == case, col(Dokument.eingang_id) == eingang
    )
    return list(session.execute(statement.order_by(col(Dokument.id))).scalars())


def proves_a_declaration(session: Session, documents: Collection[int]) -> bool:
    """Whether somebody's acceptance of terms or notice rests on one of them."""
    return any(
        session.execute(select(proof).where(proof.in_(documents)).limit(1)).first()
        for proof in (col(Zustimmung.nachweis_id), col(Kuendigung.nachweis_id))
    )


def remove_documents(session: Session, documents: Collection[int]) -> None:
    """An item of the checklist that one of them proved is without proof then."""
    proof = col(Pruefpunkt.nachweis_id)
    session.execute(update(Pruefpunkt).where(proof.in_(documents)).values(nachweis_id=None))
    session.execute(delete(Dokument).where(col(Dokument.id).in_(documents)))


def add_document(session: Session, document: Dokument) -> int:
    session.add(document)
    session.flush()
    assert document.id is not None
    return document.id


def copy_checklist(session: Session, case: int, offer: int | None) -> None:
    """Of the offer, or else the default one. A case that has one keeps it."""
    has_one = select(col(Pruefpunkt.id)).where(col(Pruefpunkt.nachnutzung_id) == case).limit(1)
    if session.execute(has_one).first() is not None:
        return
    statement = (
        select(Pruefpunktvorlage)
        .where(
            or_(
                col(Pruefpunktvorlage.landesangebot_id) == offer,
                col(Pruefpunktvorlage.landesangebot_id).is_(None),
            )
        )
        .order_by(col(Pruefpunktvorlage.position))
    )
    found = list(session.execute(statement).scalars())
    own = [item for item in found if item.landesangebot_id is not None]
    session.add_all(
        Pruefpunkt(
            nachnutzung_id=case,
            position=item.position,
            titel=item.titel,
            gruppe=item.gruppe,
            stufe=item.stufe,
            pflicht=item.pflicht,
        )
        for item in own or found
    )
    session.flush()


def close_suspension(session: Session, case: int, today: date) -> None:
    """One that was announced and never began ends on the day it would have begun."""
    row = session.execute(
        select(Aussetzung).where(
            col(Aussetzung.nachnutzung_id) == case, col(Aussetzung.wiederaufgenommen_am).is_(None)
        )
    ).scalar_one()
    row.wiederaufgenommen_am = max(today, row.ab)
    session.flush()


def take_back_notice(session: Session, case: int, today: date) -> None:
    """With its corrections; what was to be disconnected stays connected."""
    session.connection().execute(
        update(Kuendigung)
        .where(col(Kuendigung.nachnutzung_id) == case, col(Kuendigung.zurueckgenommen_am).is_(None))
        .values(zurueckgenommen_am=today)
    )
    session.connection().execute(delete(Entkopplung).where(col(Entkopplung.nachnutzung_id) == case))


def set_decoupling(session: Session, case: int, **values: Any) -> None:
    row = session.execute(
        select(Entkopplung).where(col(Entkopplung.nachnutzung_id) == case)
    ).scalar_one_or_none()
    if row is None:
        row = Entkopplung(nachnutzung_id=case)
        session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()


# Kept by people -------------------------------------------------------------------------------


def tick_item(
    session: Session,
    case: int,
    number: int,
    day: date | None,
    konto_id: int | None,
    notiz: str | None,
) -> bool:
    item = session.execute(
        select(Pruefpunkt).where(
            col(Pruefpunkt.nachnutzung_id) == case, col(Pruefpunkt.id) == number
        )
    ).scalar_one_or_none()
    if item is None:
        return False
    item.erledigt_am, item.erledigt_von_id = day, konto_id if day else None
    if notiz is not None:
        item.notiz = notiz
    session.flush()
    return True


def prove_item(session: Session, case: int, number: int, document: int) -> bool:
    statement = (
        update(Pruefpunkt)
        .where(col(Pruefpunkt.nachnutzung_id) == case, col(Pruefpunkt.id) == number)
        .values(nachweis_id=document)
    )
    return session.connection().execute(statement).rowcount > 0


def add_note(session: Session, case: int, stelle: int, konto_id: int | None, text: str) -> int:
    note = Notiz(nachnutzung_id=case, stelle_id=stelle, konto_id=konto_id, text=text)
    session.add(note)
    session.flush()
    assert note.id is not None
    return note.id


def add_reminder(session: Session, case: int, day: date, anlass: str, konto_id: int | None) -> int:
    reminder = Wiedervorlage(nachnutzung_id=case, faellig=day, anlass=anlass, konto_id=konto_id)
    session.add(reminder)
    session.flush()
    assert reminder.id is not None
    return reminder.id


def close_reminder(session: Session, case: int, number: int, today: date) -> bool:
    statement = (
        update(Wiedervorlage)
        .where(
            col(Wiedervorlage.id) == number,
            col(Wiedervorlage.nachnutzung_id) == case,
            col(Wiedervorlage.erledigt_am).is_(None),
        )
        .values(erledigt_am=today)
    )
    return session.connection().execute(statement).rowcount > 0
