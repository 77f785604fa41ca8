"""What the list of cases shows and compares beside the cases themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from katalog.domain.rollen import Betrachter, Rolle
from katalog.models.fall import Nachnutzung, Notiz, Wiedervorlage
from katalog.models.konten import Konto, Mitgliedschaft
from katalog.queries.chunks import chunks
from katalog.queries.faelle import Vorgang, joined, load, visible


@dataclass(frozen=True, slots=True)
class Naechste:
    """The next open reminder of a case."""

    id: int
    faellig: date
    anlass: str


@dataclass(frozen=True, slots=True)
class Listenzeile:
    vorgang: Vorgang
    bearbeitung: str
    wiedervorlage: Naechste | None

    @property
    def faellig(self) -> date | None:
        return self.wiedervorlage.faellig if self.wiedervorlage else None

    @property
    def anlass(self) -> str:
        return self.wiedervorlage.anlass if self.wiedervorlage else ""


def list_rows(session: Session, ids: Sequence[int], today: date) -> list[Listenzeile]:
    found = load(session, ids, today)
    addresses = _addresses(session, {v.row.bearbeiter_id for v in found if v.row.bearbeiter_id})
    reminders = _next_reminders(session, [v.id for v in found])
    return [
        Listenzeile(v, addresses.get(v.row.bearbeiter_id or 0, ""), reminders.get(v.id))
        for v in found
    ]


def ids_by_number(
    session: Session, betrachter: Betrachter, numbers: Collection[str]
) -> dict[str, int]:
    """Only what the reader may see."""
    found: dict[str, int] = {}
    for part in chunks(sorted(numbers)):
        statement = joined(col(Nachnutzung.vorgangsnummer), col(Nachnutzung.id)).where(
            visible(betrachter), col(Nachnutzung.vorgangsnummer).in_(part)
        )
        found |= {number: case for number, case in session.execute(statement)}
    return found


def colleagues(session: Session, stellen: Collection[int]) -> dict[tuple[int, str], int]:
    """Who acts for a coordinating body: accounts by body and address."""
    statement = (
        select(col(Mitgliedschaft.stelle_id), col(Konto.email), col(Konto.id))
        .join(Konto, col(Konto.id) == col(Mitgliedschaft.konto_id))
        .where(
            col(Mitgliedschaft.stelle_id).in_(stellen),
            col(Mitgliedschaft.rolle) == Rolle.KOORDINIERUNG,
            col(Mitgliedschaft.freigegeben_am).is_not(None),
            col(Mitgliedschaft.beendet_am).is_(None),
            col(Konto.gesperrt_am).is_(None),
        )
    )
    return {
        (stelle or 0, email.lower()): number or 0
        for stelle, email, number in session.execute(statement)
    }


def last_notes(session: Session, cases: Collection[int], stelle: int) -> dict[int, str]:
    """Of one side: what is handed in twice is not written down twice."""
    found: dict[int, str] = {}
    for part in chunks(sorted(cases)):
        statement = (
            select(col(Notiz.nachnutzung_id), col(Notiz.text))
            .where(col(Notiz.nachnutzung_id).in_(part), col(Notiz.stelle_id) == stelle)
            .order_by(col(Notiz.id))
        )
        found |= {case: text for case, text in session.execute(statement)}
    return found


def _addresses(session: Session, konten: Collection[int]) -> dict[int, str]:
    statement = select(col(Konto.id), col(Konto.email)).where(col(Konto.id).in_(konten))
    return {number or 0: email for number, email in session.execute(statement)}


def _next_reminders(session: Session, cases: Sequence[int]) -> dict[int, Naechste]:
    found: dict[int, Naechste] = {}
    for part in chunks(sorted(cases)):
        statement = (
            select(Wiedervorlage)
            .where(
                col(Wiedervorlage.nachnutzung_id).in_(part),
                col(Wiedervorlage.erledigt_am).is_(None),
            )
            .order_by(col(Wiedervorlage.faellig), col(Wiedervorlage.id))
        )
        for row in session.scalars(statement):
            found.setdefault(row.nachnutzung_id, Naechste(row.id or 0, row.faellig, row.anlass))
    return found
