"""Addresses that were stated, whether they answer, and whom to ask about those that do not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, union, update
from sqlmodel import Session, col

from katalog.domain.begriffe import Einsatzstatus
from katalog.domain.linkpruefung import Besuch, Linkbefund, Verlauf
from katalog.models.angebot import Onlinedienst, Verweis
from katalog.models.betrieb import Linkpruefung
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from katalog.queries.chunks import chunks


@dataclass(frozen=True, slots=True)
class Adresse:
    id: int
    url: str
    host: str
    verlauf: Verlauf


@dataclass(frozen=True, slots=True)
class Frage:
    """An address that counts as gone, and the body that is to look after it."""

    id: int
    url: str
    am: date
    meldung: str
    dienst: str
    stelle_id: int
    ars: str | None


def note_addresses(
    session: Session, host_of: Callable[[str], str], today: date, now: datetime
) -> None:
    """What is stated now is looked after from now on, and what no longer is, no more."""
    stated: Any = union(
        select(col(Einsatz.url)).where(col(Einsatz.url) != "", _stands(today)),
        select(col(Verweis.url)).where(col(Verweis.onlinedienst_id).is_not(None)),
    )
    wanted = set(session.execute(stated).scalars())
    known = set(session.execute(select(col(Linkpruefung.url))).scalars())
    rows = [
        {"url": url, "host": host, "befund": Linkbefund.OFFEN, "naechste_am": now,
         "meldung": "", "fehlversuche": 0}
        for url in sorted(wanted - known)
        if (host := host_of(url))
    ]  # fmt: skip
    if rows:
        session.connection().execute(insert(Linkpruefung), rows)
    for gone in chunks(sorted(known - wanted)):
        session.connection().execute(delete(Linkpruefung).where(col(Linkpruefung.url).in_(gone)))


def _stands(today: date) -> Any:
    return and_(
        col(Einsatz.widersprochen_am).is_(None),
        col(Einsatz.status) != Einsatzstatus.BEENDET,
        or_(col(Einsatz.bis).is_(None), col(Einsatz.bis) >= today),
    )


def due(session: Session, now: datetime, most: int) -> list[Adresse]:
    """Those that wait longest, one of each host: no server is asked twice in a round."""
    return _one_per_host(session, most, col(Linkpruefung.naechste_am) <= now)


def known_to_answer(session: Session, besides: Collection[str], most: int) -> list[Adresse]:
    """To find out whether we are heard at all."""
    return _one_per_host(
        session,
        most,
        col(Linkpruefung.befund) == Linkbefund.ERREICHBAR,
        col(Linkpruefung.host).not_in(sorted(besides)),
    )


def _one_per_host(session: Session, most: int, *conditions: Any) -> list[Adresse]:
    firsts = (
        select(func.min(col(Linkpruefung.id)))
        .where(*conditions)
        .group_by(col(Linkpruefung.host))
        .order_by(func.min(col(Linkpruefung.naechste_am)), func.min(col(Linkpruefung.id)))
        .limit(most)
    )
    rows = session.scalars(
        select(Linkpruefung)
        .where(col(Linkpruefung.id).in_(firsts))
        .order_by(col(Linkpruefung.naechste_am), col(Linkpruefung.id))
    )
    return [
        Adresse(
            row.id or 0,
            row.url,
            row.host,
            Verlauf(row.fehlversuche, row.seit, row.nicht_erreichbar_am),
        )
        for row in rows
    ]


def count_since(session: Session, moment: datetime) -> int:
    statement = (
        select(func.count())
        .select_from(Linkpruefung)
        .where(col(Linkpruefung.geprueft_am) >= moment)
    )
    return int(session.execute(statement).scalar_one())


def write(
    session: Session, number: int, besuch: Besuch, verlauf: Verlauf, now: datetime, again: datetime
) -> None:
    values: dict[str, Any] = {
        "befund": besuch.befund,
        "meldung": besuch.meldung,
        "geprueft_am": now,
        "naechste_am": again,
        "fehlversuche": verlauf.fehlversuche,
        "seit": verlauf.seit,
        "nicht_erreichbar_am": verlauf.nicht_erreichbar_am,
    }
    if verlauf.nicht_erreichbar_am is None:
        # Should it be gone once more some day, that is another question.
        values["nachgefragt_am"] = None
    session.connection().execute(
        update(Linkpruefung).where(col(Linkpruefung.id) == number).values(values)
    )


def to_ask_about(session: Session, today: date) -> list[Frage]:
    """Bodies that stated an address that is gone, and those that carry an assistant with one.

    Found gone on an earlier day: what one day brings is then complete, and fits into one mail.
    """
    gone = and_(
        col(Linkpruefung.nicht_erreichbar_am) < today,
        col(Linkpruefung.nachgefragt_am).is_(None),
    )
    of_users = (
        _question(col(Einsatz.stelle_id))
        .join(Einsatz, col(Einsatz.url) == col(Linkpruefung.url))
        .join(Onlinedienst, col(Onlinedienst.id) == col(Einsatz.onlinedienst_id))
        .join(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(gone, _stands(today))
    )
    of_carriers = (
        _question(col(Onlinedienst.traeger_id))
        .join(Verweis, col(Verweis.url) == col(Linkpruefung.url))
        .join(Onlinedienst, col(Onlinedienst.id) == col(Verweis.onlinedienst_id))
        .join(Stelle, col(Stelle.id) == col(Onlinedienst.traeger_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(gone)
    )
    rows: set[Any] = {*session.execute(of_users).all(), *session.execute(of_carriers).all()}
    found = [Frage(*row) for row in rows]
    return sorted(found, key=lambda each: (each.stelle_id, each.dienst, each.url))


def _question(stelle: Any) -> Any:
    return select(
        col(Linkpruefung.id),
        col(Linkpruefung.url),
        col(Linkpruefung.nicht_erreichbar_am),
        col(Linkpruefung.meldung),
        col(Onlinedienst.name),
        stelle,
        col(Gebiet.ars),
    ).select_from(Linkpruefung)


def note_question(session: Session, numbers: Sequence[int], today: date) -> None:
    session.connection().execute(
        update(Linkpruefung).where(col(Linkpruefung.id).in_(numbers)).values(nachgefragt_am=today)
    )
