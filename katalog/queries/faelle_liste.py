"""Lists of cases: what somebody may see of them, narrowed down, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Gebietsebene
from katalog.domain.rollen import Betrachter
from katalog.domain.vorgang import ABGESCHLOSSEN, Status
from katalog.models.angebot import Landesangebot, Onlinedienst
from katalog.models.fall import (
    Aussetzung,
    Kuendigung,
    Nachnutzung,
    Nachnutzungsbedingungen,
    Wiedervorlage,
    Zustimmung,
)
from katalog.models.konten import Konto
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from katalog.queries.faelle import Vorgang, joined, load, visible
from katalog.queries.paging import PAGE_SIZE, Seite, read_page

Order = Literal["neueste", "aelteste", "stelle"]
_LONGEST_QUESTION = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """`status` may name BEENDET, which is no state that is stored. `aelteste` comes first by how
    long a case has been in its step."""

    q: str = ""
    status: tuple[Status, ...] = ()
    dienst: str = ""
    kreis: str = ""
    stelle_id: int | None = None
    bearbeiter_id: int | None = None
    nur_offene: bool = False
    ausgesetzt: bool = False
    neue_bedingungen: bool = False
    wartet: bool = False
    # Only these, if any are named.
    nummern: tuple[int, ...] = ()
    order: Order = "neueste"


def list_cases(
    session: Session,
    betrachter: Betrachter,
    wanted: Filter,
    today: date,
    number: int,
    size: int = PAGE_SIZE,
) -> Seite[Vorgang]:
    def find(ids: Sequence[int]) -> list[Vorgang]:
        return load(session, ids, today)

    return read_page(
        session,
        select_ids(betrachter, wanted, today),
        number,
        find,
        size,
        _ordered(wanted.order),
    )


def select_ids(betrachter: Betrachter, wanted: Filter, today: date) -> Select[Any]:
    return select_cases(betrachter, wanted, today, col(Nachnutzung.id))


def find_ids(
    session: Session, betrachter: Betrachter, wanted: Filter, today: date, most: int
) -> list[int]:
    """All pages at once, by the names of the bodies; no more than `most`."""
    ids = _ordered("stelle")(select_cases(betrachter, wanted, today, col(Nachnutzung.id)))
    return list(session.execute(ids.limit(most)).scalars())


def count_by_status(
    session: Session, betrachter: Betrachter, wanted: Filter, today: date
) -> dict[Status, int]:
    """By the state in law: a notice that has run out counts as ended."""
    state = case((_ended(today), Status.BEENDET.value), else_=col(Nachnutzung.status))
    statement = select_cases(betrachter, wanted, today, state, func.count()).group_by(state)
    return {Status(status): count for status, count in session.execute(statement)}


def list_board(
    session: Session, betrachter: Betrachter, wanted: Filter, today: date, most: int
) -> list[Vorgang]:
    """Of each step those that have been in it longest, in one query for all steps."""
    place = func.row_number().over(
        partition_by=col(Nachnutzung.status),
        order_by=(col(Nachnutzung.status_seit), col(Nachnutzung.id)),
    )
    ranked = select_cases(
        betrachter, wanted, today, col(Nachnutzung.id).label("id"), place.label("place")
    ).subquery()
    ids = select(ranked.c.id).where(ranked.c.place <= most).order_by(ranked.c.place, ranked.c.id)
    return load(session, list(session.execute(ids).scalars()), today)


def next_reminders(session: Session, ids: Sequence[int]) -> dict[int, date]:
    statement = (
        select(col(Wiedervorlage.nachnutzung_id), func.min(col(Wiedervorlage.faellig)))
        .where(col(Wiedervorlage.nachnutzung_id).in_(ids), col(Wiedervorlage.erledigt_am).is_(None))
        .group_by(col(Wiedervorlage.nachnutzung_id))
    )
    return {number: day for number, day in session.execute(statement)}


def used_dienste(session: Session, betrachter: Betrachter) -> list[tuple[str, str]]:
    """Assistants that somebody sees cases of: key and name, to narrow a list down."""
    name = case((col(Onlinedienst.kurzname) != "", col(Onlinedienst.kurzname)),
                else_=col(Onlinedienst.name))  # fmt: skip
    statement = (
        joined(col(Onlinedienst.kennung), name, col(Onlinedienst.sortier))
        .where(visible(betrachter))
        .distinct()
        .order_by(col(Onlinedienst.sortier))
    )
    return [(kennung, found) for kennung, found, _ in session.execute(statement)]


def used_kreise(session: Session, betrachter: Betrachter) -> list[tuple[str, str]]:
    """The same of Kreise: ARS and name."""
    kreis = aliased(Gebiet)
    statement = (
        joined(col(kreis.ars), col(kreis.name), col(kreis.sortier))
        .join(Stelle, col(Stelle.id) == col(Nachnutzung.zustaendige_stelle_id))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .join(kreis, col(kreis.id) == func.coalesce(col(Gebiet.kreis_id), col(Gebiet.id)))
        .where(visible(betrachter), col(kreis.ebene) == Gebietsebene.KREIS)
        .distinct()
        .order_by(col(kreis.sortier))
    )
    return [(ars, name) for ars, name, _ in session.execute(statement)]


def editors(session: Session, ids: Sequence[int]) -> dict[int, str]:
    statement = select(col(Konto.id), col(Konto.name), col(Konto.email)).where(
        col(Konto.id).in_(ids)
    )
    return {number or 0: name or email for number, name, email in session.execute(statement)}


def select_cases(
    betrachter: Betrachter, wanted: Filter, today: date, *columns: Any, with_areas: bool = False
) -> Select[Any]:
    conditions = [visible(betrachter), *_conditions(wanted, today)]
    statement: Select[Any] = joined(*columns).where(*conditions)
    if wanted.q or wanted.kreis or with_areas:
        statement = statement.join(
            Stelle, col(Stelle.id) == col(Nachnutzung.zustaendige_stelle_id)
        ).outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
    return statement


def _conditions(wanted: Filter, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.q:
        found.append(_asks_for(wanted.q[:_LONGEST_QUESTION].strip()))
    if wanted.status:
        found.append(or_(*(_in_state(status, today) for status in wanted.status)))
    if wanted.dienst:
        found.append(col(Onlinedienst.kennung) == wanted.dienst)
    if wanted.kreis:
        kreis = select(col(Gebiet.id)).where(col(Gebiet.ars) == wanted.kreis)
        found.append(or_(col(Gebiet.kreis_id).in_(kreis), col(Gebiet.id).in_(kreis)))
    if wanted.stelle_id is not None:
        found.append(col(Nachnutzung.zustaendige_stelle_id) == wanted.stelle_id)
    if wanted.bearbeiter_id is not None:
        found.append(col(Nachnutzung.bearbeiter_id) == wanted.bearbeiter_id)
    if wanted.nur_offene:
        found += [col(Nachnutzung.status).not_in(ABGESCHLOSSEN), ~_ended(today)]
    if wanted.ausgesetzt:
        paused = select(col(Aussetzung.nachnutzung_id)).where(
            col(Aussetzung.wiederaufgenommen_am).is_(None)
        )
        found.append(col(Nachnutzung.id).in_(paused))
    if wanted.neue_bedingungen:
        found.append(_has_new_terms(today))
    if wanted.wartet:
        found.append(col(Nachnutzung.wartet_auf) != "")
    if wanted.nummern:
        found.append(col(Nachnutzung.id).in_(wanted.nummern))
    return found


def _asks_for(question: str) -> ColumnElement[bool]:
    return or_(
        *(
            column.icontains(question, autoescape=True)
            for column in (
                col(Nachnutzung.vorgangsnummer),
                col(Nachnutzung.aktenzeichen),
                col(Stelle.name),
                col(Onlinedienst.name),
                col(Onlinedienst.kurzname),
            )
        )
    )


def _in_state(status: Status, today: date) -> ColumnElement[bool]:
    if status is Status.BEENDET:
        return _ended(today)
    stored = col(Nachnutzung.status) == status
    return and_(stored, ~_ended(today)) if status is Status.GEKUENDIGT else stored


def _ended(today: date) -> ColumnElement[bool]:
    """Under notice, and the newest end there is lies in the past."""
    end = (
        select(col(Kuendigung.wirksam_zum))
        .where(
            col(Kuendigung.nachnutzung_id) == col(Nachnutzung.id),
            col(Kuendigung.zurueckgenommen_am).is_(None),
        )
        .order_by(col(Kuendigung.id).desc())
        .limit(1)
        .correlate(Nachnutzung)
        .scalar_subquery()
    )
    return and_(col(Nachnutzung.status) == Status.GEKUENDIGT, func.coalesce(end, today) < today)


def _has_new_terms(today: date) -> ColumnElement[bool]:
    """Derived from the versions: the newest one of the coordinating body is not accepted, and the
    case has accepted an older one."""
    terms = Nachnutzungsbedingungen
    newest = (
        select(func.max(col(terms.gueltig_ab)))
        .where(
            col(terms.koordinierung_id) == col(Landesangebot.koordinierung_id),
            or_(col(terms.gueltig_bis).is_(None), col(terms.gueltig_bis) >= today),
        )
        .correlate(Landesangebot)
        .scalar_subquery()
    )
    accepted = (
        select(func.max(col(terms.gueltig_ab)))
        .join(Zustimmung, col(Zustimmung.bedingungen_id) == col(terms.id))
        .where(col(Zustimmung.nachnutzung_id) == col(Nachnutzung.id))
        .correlate(Nachnutzung)
        .scalar_subquery()
    )
    return and_(
        col(Nachnutzung.bedingungen_offen).is_(False),
        col(Nachnutzung.status).not_in(ABGESCHLOSSEN),
        newest > accepted,
    )


def _ordered(order: Order) -> Any:
    def by_name(ids: Select[Any]) -> Select[Any]:
        # A search has joined the bodies already, which must not become this one.
        named = (
            select(col(Stelle.sortier))
            .where(col(Stelle.id) == col(Nachnutzung.zustaendige_stelle_id))
            .correlate(Nachnutzung)
        )
        return ids.order_by(named.scalar_subquery(), col(Nachnutzung.id))

    def by_age(ids: Select[Any]) -> Select[Any]:
        return ids.order_by(col(Nachnutzung.status_seit), col(Nachnutzung.id))

    def by_newest(ids: Select[Any]) -> Select[Any]:
        return ids.order_by(col(Nachnutzung.id).desc())

    return {"stelle": by_name, "aelteste": by_age, "neueste": by_newest}[order]
