"""Everything that the page of one case shows beside the case itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import defer
from sqlmodel import Session, col

from katalog.domain.begriffe import (
    Nachrichtenstatus,
    Pruefpunktgruppe,
    Vertretung,
)
from katalog.domain.eingang import Eingangsstatus
from katalog.domain.kalender import berlin_day
from katalog.domain.pruefpunkte import Pruefpunktstufe
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion, Status
from katalog.models.betrieb import Nachricht
from katalog.models.fall import (
    Dokument,
    Eingang,
    Ereignis,
    Geltungsgebiet,
    Kuendigung,
    Nachnutzungsbedingungen,
    Notiz,
    Pruefpunkt,
    Wiedervorlage,
    Zustimmung,
)
from katalog.models.konten import Konto, Mitgliedschaft
from katalog.models.koordination import Rundschreibenempfaenger
from katalog.models.register import Gebiet
from katalog.models.stellen import Kontakt, Stelle


@dataclass(frozen=True, slots=True)
class Ereigniszeile:
    id: int
    am: datetime
    aktion: Aktion
    von_status: Status | None
    nach_status: Status
    wer: str
    im_namen_von: str
    datum: date | None
    notiz: str


@dataclass(frozen=True, slots=True)
class Pruefpunktzeile:
    id: int
    position: int
    titel: str
    gruppe: Pruefpunktgruppe
    stufe: Pruefpunktstufe
    pflicht: bool
    erledigt_am: date | None
    erledigt_von: str
    notiz: str
    nachweis_id: int | None
    nachweis: str


@dataclass(frozen=True, slots=True)
class Nachrichtzeile:
    id: int
    erstellt_am: datetime
    vorlage: str
    empfaenger: str
    betreff: str
    text: str
    status: Nachrichtenstatus
    uebergeben_am: datetime | None

    @property
    def tag(self) -> date:
        return berlin_day(self.erstellt_am)


@dataclass(frozen=True, slots=True)
class Dokumentzeile:
    id: int
    name: str
    medientyp: str
    groesse: int
    hochgeladen_am: datetime
    hash: str
    eingang_id: int | None


@dataclass(frozen=True, slots=True)
class Eingangspost:
    """A mail that came and was filed to the case."""

    id: int
    tag: date
    von: str
    betreff: str
    text: str


@dataclass(frozen=True, slots=True)
class Notizzeile:
    id: int
    am: datetime
    wer: str
    text: str


@dataclass(frozen=True, slots=True)
class Wiedervorlagezeile:
    id: int
    faellig: date
    anlass: str
    wer: str


@dataclass(frozen=True, slots=True)
class Zustimmungszeile:
    fassung: str
    name: str
    funktion: str
    vertretung: Vertretung
    erklaert_am: datetime
    text_hash: str


@dataclass(frozen=True, slots=True)
class Kuendigungszeile:
    zugang: date
    wirksam_zum: date
    grund: str
    erfasst_am: datetime
    zurueckgenommen_am: date | None
    rechnung: str


_NAME = col(Konto.name)
_FILED = (Eingangsstatus.VORGANG, Eingangsstatus.ABGELEGT)


def find_contact(session: Session, number: int | None) -> tuple[str, str, str] | None:
    """Name, mailbox and telephone of the contact of a case."""
    found = None if number is None else session.get(Kontakt, number)
    if found is None:
        return None
    return found.person or found.bezeichnung, found.funktionspostfach, found.telefon


def areas_of(session: Session, case: int) -> list[str]:
    statement = (
        select(col(Gebiet.name))
        .join(Geltungsgebiet, col(Geltungsgebiet.gebiet_id) == col(Gebiet.id))
        .where(col(Geltungsgebiet.nachnutzung_id) == case)
        .order_by(col(Gebiet.sortier))
    )
    return list(session.execute(statement).scalars())


def area_names(session: Session, ids: Collection[int]) -> list[str]:
    statement = select(col(Gebiet.name)).where(col(Gebiet.id).in_(ids))
    return list(session.execute(statement.order_by(col(Gebiet.sortier))).scalars())


def events(session: Session, case: int) -> list[Ereigniszeile]:
    """Newest first; an account that was erased has no name any more."""
    statement = (
        select(Ereignis, _NAME, col(Stelle.name))
        .outerjoin(Konto, col(Konto.id) == col(Ereignis.konto_id))
        .outerjoin(Stelle, col(Stelle.id) == col(Ereignis.im_namen_von_id))
        .where(col(Ereignis.nachnutzung_id) == case)
        .order_by(col(Ereignis.id).desc())
    )
    return [
        Ereigniszeile(
            id=event.id,
            am=event.am,
            aktion=event.aktion,
            von_status=event.von_status,
            nach_status=event.nach_status,
            wer=name or "",
            im_namen_von=stelle or "",
            datum=event.datum,
            notiz=event.notiz,
        )
        for event, name, stelle in session.execute(statement).all()
    ]


def checklist(session: Session, case: int) -> list[Pruefpunktzeile]:
    statement = (
        select(Pruefpunkt, _NAME, col(Dokument.name))
        .outerjoin(Konto, col(Konto.id) == col(Pruefpunkt.erledigt_von_id))
        .outerjoin(Dokument, col(Dokument.id) == col(Pruefpunkt.nachweis_id))
        .where(col(Pruefpunkt.nachnutzung_id) == case)
        .order_by(col(Pruefpunkt.position))
    )
    return [
        Pruefpunktzeile(
            id=item.id,
            position=item.position,
            titel=item.titel,
            gruppe=item.gruppe,
            stufe=item.stufe,
            pflicht=item.pflicht,
            erledigt_am=item.erledigt_am,
            erledigt_von=name or "",
            notiz=item.notiz,
            nachweis_id=item.nachweis_id,
            nachweis=proof or "",
        )
        for item, name, proof in session.execute(statement).all()
    ]


def mails(session: Session, case: int) -> list[Nachrichtzeile]:
    """Of the case alone, and those to its body that were about several cases at once."""
    shared = select(col(Rundschreibenempfaenger.anlass)).where(
        col(Rundschreibenempfaenger.nachnutzung_id) == case,
        col(Rundschreibenempfaenger.anlass) != "",
    )
    about = or_(col(Nachricht.nachnutzung_id) == case, col(Nachricht.anlass).in_(shared))
    statement = (
        select(Nachricht)
        .where(about, col(Nachricht.vertraulich).is_(False))
        .order_by(col(Nachricht.id).desc())
    )
    return [
        Nachrichtzeile(
            id=mail.id or 0,
            erstellt_am=mail.erstellt_am,
            vorlage=mail.vorlage,
            empfaenger=mail.empfaenger,
            betreff=mail.betreff,
            text=mail.text,
            status=mail.status,
            uebergeben_am=mail.uebergeben_am,
        )
        for mail in session.execute(statement).scalars()
    ]


def incoming(session: Session, case: int) -> list[Eingangspost]:
    """What was filed, without the portal's own mails that came back by a mailbox."""
    statement = (
        select(Eingang)
        .where(col(Eingang.nachnutzung_id) == case, col(Eingang.status).in_(_FILED))
        .options(defer(Eingang.inhalt))  # type: ignore[arg-type]
        .order_by(col(Eingang.id).desc())
    )
    return [
        Eingangspost(
            id=mail.id or 0,
            tag=mail.eingegangen_am,
            von=mail.von or mail.von_name,
            betreff=mail.betreff,
            text=mail.text,
        )
        for mail in session.execute(statement).scalars()
    ]


def documents(session: Session, case: int) -> list[Dokumentzeile]:
    """Without their content, which may be large."""
    statement = (
        select(
            col(Dokument.id),
            col(Dokument.name),
            col(Dokument.medientyp),
            col(Dokument.groesse),
            col(Dokument.hochgeladen_am),
            col(Dokument.hash),
            col(Dokument.eingang_id),
        )
        .where(col(Dokument.nachnutzung_id) == case)
        .order_by(col(Dokument.id))
    )
    return [Dokumentzeile(*row) for row in session.execute(statement)]


def document(session: Session, case: int, number: int) -> Dokument | None:
    statement = select(Dokument).where(
        col(Dokument.nachnutzung_id) == case, col(Dokument.id) == number
    )
    return session.execute(statement).scalar_one_or_none()


def notes(session: Session, case: int, stellen: Collection[int]) -> list[Notizzeile]:
    """Newest first, and only those of one's own side."""
    statement = (
        select(Notiz, _NAME)
        .outerjoin(Konto, col(Konto.id) == col(Notiz.konto_id))
        .where(col(Notiz.nachnutzung_id) == case, col(Notiz.stelle_id).in_(stellen))
        .order_by(col(Notiz.id).desc())
    )
    return [
        Notizzeile(note.id, note.am, name or "", note.text)
        for note, name in session.execute(statement).all()
    ]


def reminders(session: Session, case: int) -> list[Wiedervorlagezeile]:
    statement = (
        select(Wiedervorlage, _NAME)
        .outerjoin(Konto, col(Konto.id) == col(Wiedervorlage.konto_id))
        .where(col(Wiedervorlage.nachnutzung_id) == case, col(Wiedervorlage.erledigt_am).is_(None))
        .order_by(col(Wiedervorlage.faellig), col(Wiedervorlage.id))
    )
    return [
        Wiedervorlagezeile(row.id, row.faellig, row.anlass, name or "")
        for row, name in session.execute(statement).all()
    ]


def acceptances(session: Session, case: int) -> list[Zustimmungszeile]:
    statement = (
        select(Zustimmung, col(Nachnutzungsbedingungen.fassung))
        .join(
            Nachnutzungsbedingungen,
            col(Nachnutzungsbedingungen.id) == col(Zustimmung.bedingungen_id),
        )
        .where(col(Zustimmung.nachnutzung_id) == case)
        .order_by(col(Zustimmung.id))
    )
    return [
        Zustimmungszeile(
            fassung, row.name, row.funktion, row.vertretung, row.erklaert_am, row.text_hash
        )
        for row, fassung in session.execute(statement).all()
    ]


def notices(session: Session, case: int) -> list[Kuendigungszeile]:
    """Every notice and every correction of one, oldest first."""
    statement = select(Kuendigung).where(col(Kuendigung.nachnutzung_id) == case)
    return [
        Kuendigungszeile(
            row.zugang,
            row.wirksam_zum,
            row.grund,
            row.erfasst_am,
            row.zurueckgenommen_am,
            row.rechnung,
        )
        for row in session.execute(statement.order_by(col(Kuendigung.id))).scalars()
    ]


def account_name(session: Session, number: int | None) -> str:
    found = None if number is None else session.get(Konto, number)
    return "" if found is None else found.name or found.email


def colleagues(session: Session, stelle: int, rolle: Rolle) -> list[tuple[int, str]]:
    """Who acts for a body: a case may be given to one of them."""
    statement: Any = (
        select(col(Konto.id), col(Konto.name), col(Konto.email))
        .join(Mitgliedschaft, col(Mitgliedschaft.konto_id) == col(Konto.id))
        .where(
            col(Mitgliedschaft.stelle_id) == stelle,
            col(Mitgliedschaft.rolle) == rolle,
            col(Mitgliedschaft.freigegeben_am).is_not(None),
            col(Mitgliedschaft.beendet_am).is_(None),
            col(Konto.gesperrt_am).is_(None),
        )
        .order_by(col(Konto.name), col(Konto.email))
    )
    return [(number, name or email) for number, name, email in session.execute(statement)]
