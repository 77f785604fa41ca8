"""Days of many cases at once: what is open, what was taken back, what has been brought to mind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from katalog.domain.erinnerung import Erinnerung as Gesagt
from katalog.domain.rollen import Betrachter
from katalog.domain.vorgang import Status
from katalog.models.fall import Erinnerung, Kuendigung, Nachnutzung, Wiedervorlage
from katalog.models.konten import Konto
from katalog.queries.chunks import chunks
from katalog.queries.faelle import Vorgang, joined, load, visible


@dataclass(frozen=True, slots=True)
class Wiedervorlagetermin:
    """`konto_id` and `email`: whoever asked for it, if the account is still in use."""

    id: int
    faellig: date
    anlass: str
    konto_id: int | None
    email: str


def load_running(
    session: Session, today: date, betrachter: Betrachter | None = None
) -> list[Vorgang]:
    """All cases that may still have a day ahead, of everybody or as far as somebody sees them.
    Those whose notice has run out are among them: decoupling may come after the end."""
    conditions: list[ColumnElement[bool]] = [
        col(Nachnutzung.status).not_in([Status.ENTWURF, Status.ABGELEHNT, Status.ZURUECKGEZOGEN]),
        col(Nachnutzung.abgeschlossen_am).is_(None),
    ]
    if betrachter is not None:
        conditions.append(visible(betrachter))
    ids = joined(col(Nachnutzung.id)).where(*conditions).order_by(col(Nachnutzung.id))
    numbers = list(session.execute(ids).scalars())
    return [vorgang for part in chunks(numbers) for vorgang in load(session, part, today)]


def open_reminders(
    session: Session, cases: Sequence[int]
) -> dict[int, tuple[Wiedervorlagetermin, ...]]:
    found: dict[int, list[Wiedervorlagetermin]] = defaultdict(list)
    for part in chunks(cases):
        statement = (
            select(Wiedervorlage, col(Konto.id), col(Konto.email))
            .outerjoin(
                Konto,
                (col(Konto.id) == col(Wiedervorlage.konto_id)) & col(Konto.gesperrt_am).is_(None),
            )
            .where(
                col(Wiedervorlage.nachnutzung_id).in_(part),
                col(Wiedervorlage.erledigt_am).is_(None),
            )
            .order_by(col(Wiedervorlage.faellig), col(Wiedervorlage.id))
        )
        for row, konto, email in session.execute(statement):
            termin = Wiedervorlagetermin(row.id, row.faellig, row.anlass, konto, email or "")
            found[row.nachnutzung_id].append(termin)
    return {case: tuple(termine) for case, termine in found.items()}


def ends_taken_back(session: Session, cases: Sequence[int]) -> dict[int, date]:
    """Of each case the end by its newest notice, if that was taken back."""
    found: dict[int, date] = {}
    for part in chunks(cases):
        statement = (
            select(Kuendigung)
            .where(col(Kuendigung.nachnutzung_id).in_(part))
            .order_by(col(Kuendigung.id))
        )
        for notice in session.execute(statement).scalars():
            if notice.zurueckgenommen_am is None:
                found.pop(notice.nachnutzung_id, None)
            else:
                found[notice.nachnutzung_id] = notice.wirksam_zum
    return found


def said_of(session: Session, cases: Sequence[int]) -> dict[int, set[tuple[str, date, int]]]:
    found: dict[int, set[tuple[str, date, int]]] = defaultdict(set)
    for part in chunks(cases):
        statement = select(Erinnerung).where(col(Erinnerung.nachnutzung_id).in_(part))
        for row in session.execute(statement).scalars():
            found[row.nachnutzung_id].add((row.schluessel, row.am, row.stufe))
    return found


def said_on(session: Session, day: date) -> bool:
    statement = select(col(Erinnerung.id)).where(col(Erinnerung.erinnert_am) == day).limit(1)
    return session.execute(statement).first() is not None


def note_said(session: Session, said: Iterable[tuple[int, Gesagt]], day: date) -> None:
    """Case and what was brought to mind of it."""
    for case, each in said:
        schluessel, am, stufe = each.marke
        session.add(
            Erinnerung(
                nachnutzung_id=case, schluessel=schluessel, am=am, stufe=stufe, erinnert_am=day
            )
        )
    session.flush()
