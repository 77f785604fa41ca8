"""Answers of bodies to a survey: links by which they come, what they say, and their list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, delete, insert, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Gebietsebene
from katalog.domain.umfrage import Antwortangaben, Ort, Teilnahme
from katalog.models.koordination import Antwort, Umfrage, Umfrageangabe, Umfragelink
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from katalog.queries.chunks import chunks
from katalog.queries.umfragen import to_write

OFFEN = "offen"


@dataclass(frozen=True, slots=True)
class Einladung:
    """What a link leads to: the answer of `stelle` to the survey of `wer`."""

    antwort: Antwort
    umfrage: Umfrage
    stelle: str
    wer: str


@dataclass(frozen=True, slots=True)
class Antwortzeile:
    id: int
    stelle_id: int
    stelle: str
    ars: str | None
    kreis: str | None
    angeschrieben_am: date | None
    beantwortet_am: datetime | None
    teilnahme: Teilnahme | None
    geplant_bis: date | None
    bemerkung: str
    angaben: Mapping[int, str]

    @property
    def pfad(self) -> str:
        return f"/kommunen/{self.ars}" if self.ars else f"/stellen/{self.stelle_id}"


# Asking -----------------------------------------------------------------------------------------


def add_bodies(session: Session, umfrage_id: int, stellen: Iterable[int]) -> None:
    rows = [{"umfrage_id": umfrage_id, "stelle_id": stelle, "bemerkung": ""} for stelle in stellen]
    for part in chunks(rows):
        session.connection().execute(insert(Antwort), list(part))


def claim(session: Session, umfrage_id: int, stellen: Sequence[int], today: date) -> dict[int, int]:
    """Those of the bodies that are to be written to, with the row of each: body → answer.

    Marked by the statement that finds them, so that of two who write at once one does.
    """
    found: dict[int, int] = {}
    for part in chunks(stellen):
        statement = (
            update(Antwort)
            .where(*to_write(umfrage_id, today), col(Antwort.stelle_id).in_(part))
            .values(angeschrieben_am=today)
            .returning(col(Antwort.stelle_id), col(Antwort.id))
        )
        found |= {stelle: number for stelle, number in session.execute(statement)}
    return found


def add_link(session: Session, antwort_id: int, token_hash: str, code_hash: str) -> None:
    session.add(Umfragelink(antwort_id=antwort_id, token_hash=token_hash, code_hash=code_hash))


# Answering --------------------------------------------------------------------------------------


def find_by_link(session: Session, token_hash: str) -> Einladung | None:
    asking = aliased(Stelle)
    statement = (
        select(Antwort, Umfrage, col(Stelle.name), col(asking.name))
        .join(Umfragelink, col(Umfragelink.antwort_id) == col(Antwort.id))
        .join(Umfrage, col(Umfrage.id) == col(Antwort.umfrage_id))
        .join(Stelle, col(Stelle.id) == col(Antwort.stelle_id))
        .join(asking, col(asking.id) == col(Umfrage.koordinierung_id))
        .where(col(Umfragelink.token_hash) == token_hash)
    )
    row: Any = session.execute(statement).first()
    return Einladung(*row) if row else None


def try_code(
    session: Session, token_hash: str, most: int, now: datetime, again: datetime
) -> str | None:
    """The hash to compare with. The try counts before anybody looks at it; None when there were
    too many and the last is not yet before `again`."""
    rested = or_(col(Umfragelink.versucht_am).is_(None), col(Umfragelink.versucht_am) < again)
    statement = (
        update(Umfragelink)
        .where(
            col(Umfragelink.token_hash) == token_hash,
            or_(col(Umfragelink.versuche) < most, rested),
        )
        .values(versuche=case((rested, 1), else_=col(Umfragelink.versuche) + 1), versucht_am=now)
        .returning(col(Umfragelink.code_hash))
    )
    return session.execute(statement).scalar()


def forget_tries(session: Session, token_hash: str) -> None:
    session.connection().execute(
        update(Umfragelink).where(col(Umfragelink.token_hash) == token_hash).values(versuche=0)
    )


def said_before(session: Session, antwort_id: int) -> dict[int, str]:
    return _further(session, [antwort_id]).get(antwort_id, {})


def answer(session: Session, antwort_id: int, angaben: Antwortangaben, now: datetime) -> None:
    """Replaces what was said before."""
    connection = session.connection()
    connection.execute(
        update(Antwort)
        .where(col(Antwort.id) == antwort_id)
        .values(
            teilnahme=angaben.teilnahme,
            geplant_bis=angaben.geplant_bis,
            bemerkung=angaben.bemerkung,
            beantwortet_am=now,
        )
    )
    connection.execute(delete(Umfrageangabe).where(col(Umfrageangabe.antwort_id) == antwort_id))
    rows = [
        {"antwort_id": antwort_id, "frage_id": frage, "wert": wert}
        for frage, wert in angaben.angaben.items()
    ]
    if rows:
        connection.execute(insert(Umfrageangabe), rows)


# Evaluating -------------------------------------------------------------------------------------


def all_answers(session: Session, umfrage_id: int) -> list[Teilnahme | None]:
    statement = select(col(Antwort.teilnahme)).where(col(Antwort.umfrage_id) == umfrage_id)
    return list(session.execute(statement).scalars())


def chosen(umfrage_id: int, antwort: str) -> Select[Any]:
    """Ids of the rows with this answer; of all for an empty text, of those without for OFFEN."""
    statement = select(col(Antwort.id)).where(col(Antwort.umfrage_id) == umfrage_id)
    if antwort == OFFEN:
        return statement.where(col(Antwort.teilnahme).is_(None))
    return statement.where(col(Antwort.teilnahme) == antwort) if antwort else statement


def in_order_of_names(ids: Select[Any]) -> Select[Any]:
    return ids.join(Stelle, col(Stelle.id) == col(Antwort.stelle_id)).order_by(
        col(Stelle.sortier), col(Stelle.id)
    )


def all_ids(session: Session, umfrage_id: int, antwort: str) -> list[int]:
    return list(session.execute(in_order_of_names(chosen(umfrage_id, antwort))).scalars())


def by_ids(session: Session, ids: Sequence[int]) -> list[Antwortzeile]:
    """In the order of the ids."""
    kreis = aliased(Stelle)
    further = _further(session, ids)
    statement = (
        select(Antwort, col(Stelle.name), col(Gebiet.ars), col(kreis.name))
        .join(Stelle, col(Stelle.id) == col(Antwort.stelle_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .outerjoin(
            kreis,
            and_(col(kreis.gebiet_id) == col(Gebiet.kreis_id), col(kreis.id) != col(Stelle.id)),
        )
        .where(col(Antwort.id).in_(ids))
    )
    found = {
        antwort.id: Antwortzeile(
            antwort.id or 0,
            antwort.stelle_id,
            stelle,
            ars,
            within,
            antwort.angeschrieben_am,
            antwort.beantwortet_am,
            antwort.teilnahme,
            antwort.geplant_bis,
            antwort.bemerkung,
            further.get(antwort.id or 0, {}),
        )
        for antwort, stelle, ars, within in session.execute(statement)
    }
    return [found[number] for number in ids]


def _further(session: Session, ids: Sequence[int]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    statement = select(Umfrageangabe).where(col(Umfrageangabe.antwort_id).in_(ids))
    for angabe in session.scalars(statement):
        found[angabe.antwort_id][angabe.frage_id] = angabe.wert
    return found


def by_area(session: Session, umfrage_id: int) -> dict[int, Teilnahme | None]:
    """The answer of each body that was asked, by its area."""
    statement = (
        select(col(Stelle.gebiet_id), col(Antwort.teilnahme))
        .join(Stelle, col(Stelle.id) == col(Antwort.stelle_id))
        .where(col(Antwort.umfrage_id) == umfrage_id, col(Stelle.gebiet_id).is_not(None))
    )
    return {area: teilnahme for area, teilnahme in session.execute(statement)}


def places_around(session: Session, areas: Sequence[int]) -> list[Ort]:
    """The municipalities of today in the Kreise in which these areas lie."""
    kreise = select(col(Gebiet.kreis_id)).where(
        col(Gebiet.id).in_(areas), col(Gebiet.kreis_id).is_not(None)
    )
    statement = select(
        col(Gebiet.ags), col(Gebiet.id), col(Gebiet.parent_id), col(Gebiet.kreis_id)
    ).where(
        col(Gebiet.ebene) == Gebietsebene.GEMEINDE,
        col(Gebiet.gueltig_bis).is_(None),
        col(Gebiet.kreis_id).in_(kreise),
    )
    return [Ort(*row) for row in session.execute(statement) if row[0]]


# Taken over as statements of use ----------------------------------------------------------------


def answered(session: Session, umfrage_id: int) -> list[Antwortzeile]:
    """In the order of names."""
    statement = in_order_of_names(
        select(col(Antwort.id)).where(
            col(Antwort.umfrage_id) == umfrage_id, col(Antwort.teilnahme).is_not(None)
        )
    )
    return by_ids(session, list(session.execute(statement).scalars()))


def taken_over(session: Session, umfrage_id: int) -> set[int]:
    statement = select(col(Antwort.id)).where(
        col(Antwort.umfrage_id) == umfrage_id, col(Antwort.einsatz_id).is_not(None)
    )
    return {number for number in session.execute(statement).scalars() if number is not None}


def lock(session: Session, umfrage_id: int) -> None:
    """Nobody else takes answers of this survey over until the transaction ends."""
    session.execute(select(col(Umfrage.id)).where(col(Umfrage.id) == umfrage_id).with_for_update())


def mark_taken_over(session: Session, antwort_id: int, einsatz_id: int) -> None:
    session.connection().execute(
        update(Antwort).where(col(Antwort.id) == antwort_id).values(einsatz_id=einsatz_id)
    )
