"""The history of many cases at once, in three questions however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import String, case, cast, func, or_, select, type_coerce
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Gebietsebene
from katalog.domain.rollen import Betrachter
from katalog.domain.vorgang import Status
from katalog.domain.vorgangsstatistik import NENNT_TAG, Pause, Verlauf, follow
from katalog.models.fall import Aussetzung, Ereignis, Kuendigung, Nachnutzung
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from katalog.queries.faelle_liste import Filter, select_cases

_BERLIN = ZoneInfo("Europe/Berlin")
_STATUS = {status.value: status for status in Status}
_KREIS = aliased(Gebiet)


def histories(
    session: Session, betrachter: Betrachter, wanted: Filter, today: date
) -> list[Verlauf]:
    """Of all cases that somebody sees, whatever became of them."""
    chosen = select_cases(betrachter, wanted, today, col(Nachnutzung.id))
    steps = _steps(session, chosen)
    notices = _ends(session, chosen)
    pauses = _pauses(session, chosen)
    found = []
    rows = _cases(session, betrachter, wanted, today)
    for number, stelle, dienst, kreis, begun, status, since in rows:
        # A draft has no event yet: it is what its row says.
        known = steps.get(number) or [(since, _STATUS[status])]
        stations = follow(known, notices.get(number))
        first = stations[0].tag
        found.append(
            Verlauf(
                number, stelle, dienst, kreis, min(begun or first, first), stations,
                tuple(pauses.get(number, ())),
            )
        )  # fmt: skip
    return found


def _cases(session: Session, betrachter: Betrachter, wanted: Filter, today: date) -> Any:
    statement = (
        select_cases(
            betrachter,
            wanted,
            today,
            col(Nachnutzung.id),
            col(Nachnutzung.zustaendige_stelle_id),
            col(Nachnutzung.onlinedienst_id),
            func.coalesce(col(_KREIS.ars), ""),
            col(Nachnutzung.interesse_am),
            type_coerce(col(Nachnutzung.status), String),
            col(Nachnutzung.status_seit),
            with_areas=True,
        )
        .outerjoin(
            _KREIS,
            (col(_KREIS.id) == func.coalesce(col(Gebiet.kreis_id), col(Gebiet.id)))
            & (or_(col(_KREIS.ebene) == Gebietsebene.KREIS, col(_KREIS.kreisfrei).is_(True))),
        )
        .order_by(col(Nachnutzung.id))
    )
    return session.connection().execute(statement).all()


def _steps(session: Session, chosen: Any) -> dict[int, list[tuple[date, Status]]]:
    """Texts in place of moments and words of a list: thousands of rows are read for one page."""
    of_that_day = col(Ereignis.aktion).in_(NENNT_TAG)
    statement = (
        select(
            col(Ereignis.nachnutzung_id),
            _hour(session),
            cast(case((of_that_day, col(Ereignis.datum))), String),
            type_coerce(col(Ereignis.nach_status), String),
        )
        .where(
            col(Ereignis.nachnutzung_id).in_(chosen),
            or_(
                col(Ereignis.von_status).is_(None),
                col(Ereignis.von_status) != col(Ereignis.nach_status),
            ),
        )
        .order_by(col(Ereignis.nachnutzung_id), col(Ereignis.id))
    )
    found: dict[int, list[tuple[date, Status]]] = defaultdict(list)
    hours, days = _Hours(), _Days()
    for number, hour, named, status in session.connection().execute(statement).all():
        recorded = hours[hour]
        day = min(days[named], recorded) if named else recorded
        found[number].append((day, _STATUS[status]))
    return found


def _hour(session: Session) -> Any:
    """Year to hour in UTC, as one text on both databases."""
    if session.get_bind().dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", col(Ereignis.am)), "YYYY-MM-DD HH24")
    return func.substr(type_coerce(col(Ereignis.am), String), 1, 13)


class _Hours(dict[str, date]):
    """The day in Germany that an hour in UTC lies in: each of them is reckoned once."""

    def __missing__(self, hour: str) -> date:
        moment = datetime.fromisoformat(f"{hour}:00+00:00")
        self[hour] = day = moment.astimezone(_BERLIN).date()
        return day


class _Days(dict[str, date]):
    def __missing__(self, written: str) -> date:
        self[written] = day = date.fromisoformat(written)
        return day


def _ends(session: Session, chosen: Any) -> dict[int, date]:
    """Of the newest notice that nobody took back."""
    statement = (
        select(col(Kuendigung.nachnutzung_id), col(Kuendigung.wirksam_zum))
        .where(
            col(Kuendigung.nachnutzung_id).in_(chosen), col(Kuendigung.zurueckgenommen_am).is_(None)
        )
        .order_by(col(Kuendigung.id))
    )
    rows: Any = session.connection().execute(statement).all()
    return {number: day for number, day in rows}


def _pauses(session: Session, chosen: Any) -> dict[int, list[Pause]]:
    found: dict[int, list[Pause]] = defaultdict(list)
    statement = (
        select(
            col(Aussetzung.nachnutzung_id), col(Aussetzung.ab), col(Aussetzung.wiederaufgenommen_am)
        )
        .where(col(Aussetzung.nachnutzung_id).in_(chosen))
        .order_by(col(Aussetzung.id))
    )
    for number, begin, end in session.connection().execute(statement).all():
        found[number].append(Pause(begin, end))
    return found


def body_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    statement = select(col(Stelle.id), col(Stelle.name)).where(col(Stelle.id).in_(ids))
    rows: Any = session.connection().execute(statement).all()
    return {number: name for number, name in rows}
