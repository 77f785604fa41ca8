"""Surveys of a coordinating body: whom one would ask, drafts, and what is under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Gebietsebene, Stellenart
from katalog.domain.umfrage import Entwurf, Frage
from katalog.models.koordination import Antwort, Umfrage, Umfragefrage
from katalog.models.register import Gebiet, Leistung
from katalog.models.stellen import Behoerde, Behoerdenart, Kontakt, Stelle, Zustaendigkeit
from katalog.queries.betrachter import in_the_areas_of
from katalog.queries.zustaendigkeiten import valid

_BETWEEN = ";"


@dataclass(frozen=True, slots=True)
class Empfaenger:
    """A body to ask; `adresse` is its function mailbox, empty where none is known."""

    stelle_id: int
    name: str
    adresse: str


@dataclass(frozen=True, slots=True)
class Umfragezeile:
    umfrage: Umfrage
    gefragt: int
    geantwortet: int


# Whom to ask ------------------------------------------------------------------------------------


def kinds_of_authority(session: Session, koordinierung_id: int) -> list[tuple[str, str]]:
    """(kennung, name) of those of which the body coordinates any."""
    area = in_the_areas_of(session, [koordinierung_id])
    statement = (
        select(col(Behoerdenart.kennung), col(Behoerdenart.name), col(Behoerde.stelle_id))
        .join(Behoerde, col(Behoerde.behoerdenart_id) == col(Behoerdenart.id))
        .order_by(col(Behoerdenart.name))
    )
    found = [(key, name) for key, name, stelle in session.execute(statement) if stelle in area]
    return list(dict.fromkeys(found))


def find_behoerdenart(session: Session, kennung: str) -> int | None:
    statement = select(col(Behoerdenart.id)).where(col(Behoerdenart.kennung) == kennung)
    return session.execute(statement).scalar()


def recipients(session: Session, umfrage: Umfrage, today: date) -> list[Empfaenger]:
    """All bodies of the kind in the area of the coordinating body, in the order of their names."""
    area = in_the_areas_of(session, [umfrage.koordinierung_id])
    statement = (
        _empfaenger()
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(
            col(Stelle.entfallen_am).is_(None),
            col(Gebiet.gueltig_bis).is_(None),
            _of_the_kind(umfrage, today),
        )
    )
    return [Empfaenger(*row) for row in session.execute(statement) if row[0] in area]


def still_asked(session: Session, umfrage_id: int, today: date) -> list[Empfaenger]:
    """Bodies that owe an answer and were not written to today."""
    statement = (
        _empfaenger()
        .join(Antwort, col(Antwort.stelle_id) == col(Stelle.id))
        .where(*to_write(umfrage_id, today))
    )
    return [Empfaenger(*row) for row in session.execute(statement)]


def to_write(umfrage_id: int, today: date) -> tuple[ColumnElement[bool], ...]:
    """Nobody gets two mails on one day, and nobody one after the answer."""
    return (
        col(Antwort.umfrage_id) == umfrage_id,
        col(Antwort.beantwortet_am).is_(None),
        or_(col(Antwort.angeschrieben_am).is_(None), col(Antwort.angeschrieben_am) < today),
    )


def _empfaenger() -> Select[Any]:
    return select(col(Stelle.id), col(Stelle.name), _mailbox()).order_by(
        col(Stelle.sortier), col(Stelle.id)
    )


def reply_address(session: Session, koordinierung_id: int) -> str:
    statement = select(_mailbox()).where(col(Stelle.id) == koordinierung_id)
    return session.execute(statement).scalar() or ""


def _mailbox() -> Any:
    """The mailbox that was entered first, as a text; empty if the body has none."""
    first = (
        select(col(Kontakt.funktionspostfach))
        .where(col(Kontakt.stelle_id) == col(Stelle.id), col(Kontakt.funktionspostfach) != "")
        .order_by(col(Kontakt.id))
        .limit(1)
        .correlate(Stelle)
        .scalar_subquery()
    )
    return func.coalesce(first, "")


def _of_the_kind(umfrage: Umfrage, today: date) -> ColumnElement[bool]:
    if umfrage.behoerdenart_id is not None:
        return _is_authority(umfrage.behoerdenart_id)
    if umfrage.leistung_id is not None:
        return _is_competent(umfrage.leistung_id, today)
    level = col(Gebiet.ebene) == umfrage.ebene
    if umfrage.ebene is Gebietsebene.KREIS:
        # A kreisfreie Stadt does what a Kreis does.
        level = or_(level, col(Gebiet.kreisfrei).is_(True))
    return and_(level, col(Stelle.art).in_([Stellenart.KOMMUNE, Stellenart.VERBAND]))


def _is_authority(kind: Any) -> ColumnElement[bool]:
    of_the_kind = exists().where(
        col(Behoerde.stelle_id) == col(Stelle.id), col(Behoerde.behoerdenart_id) == kind
    )
    return of_the_kind.correlate(Stelle, Zustaendigkeit)


def _is_competent(leistung_id: int, today: date) -> ColumnElement[bool]:
    """Named itself, or as one of a kind of authority in its area, unless an exception names
    another body there.

    Inside two brackets SQLAlchemy does not see by itself which body is meant: `correlate` says so.
    """
    other = aliased(Zustaendigkeit)
    taken = exists().where(
        col(other.leistung_id) == leistung_id,
        col(other.gebiet_id) == col(Gebiet.id),
        col(other.ausnahme).is_(True),
        col(other.stelle_id) != col(Stelle.id),
    )
    around = [col(Gebiet.id), col(Gebiet.kreis_id), col(Gebiet.land_id)]
    as_one_of_a_kind = and_(
        or_(*(col(Zustaendigkeit.gebiet_id) == each for each in around)),
        _is_authority(col(Zustaendigkeit.behoerdenart_id)),
        ~taken.correlate(Stelle, Gebiet),
    )
    named = exists().where(
        col(Zustaendigkeit.leistung_id) == leistung_id,
        valid(today),
        or_(col(Zustaendigkeit.stelle_id) == col(Stelle.id), as_one_of_a_kind),
    )
    return named.correlate(Stelle, Gebiet)


# Surveys ----------------------------------------------------------------------------------------


def add(session: Session, umfrage: Umfrage, entwurf: Entwurf) -> int:
    session.add(umfrage)
    session.flush()
    assert umfrage.id is not None
    for number, frage in enumerate(entwurf.fragen, 1):
        session.add(
            Umfragefrage(
                umfrage_id=umfrage.id,
                nummer=number,
                text=frage.text,
                art=frage.art,
                moeglichkeiten=_BETWEEN.join(frage.moeglichkeiten),
            )
        )
    session.flush()
    return umfrage.id


def find(session: Session, number: int) -> Umfrage | None:
    statement = select(Umfrage).where(col(Umfrage.id) == number)
    return session.scalars(statement).first()


def list_of(session: Session, koordinierungen: Sequence[int]) -> list[Umfragezeile]:
    """The newest first; drafts have asked nobody yet."""
    counts: Any = session.execute(
        select(
            col(Antwort.umfrage_id),
            func.count(),
            func.count(col(Antwort.beantwortet_am)),
        )
        .join(Umfrage, col(Umfrage.id) == col(Antwort.umfrage_id))
        .where(col(Umfrage.koordinierung_id).in_(koordinierungen))
        .group_by(col(Antwort.umfrage_id))
    )
    asked = {number: (gefragt, geantwortet) for number, gefragt, geantwortet in counts}
    statement = (
        select(Umfrage)
        .where(col(Umfrage.koordinierung_id).in_(koordinierungen))
        .order_by(col(Umfrage.id).desc())
    )
    return [Umfragezeile(each, *asked.get(each.id, (0, 0))) for each in session.scalars(statement)]


def questions(session: Session, umfrage_id: int) -> tuple[Frage, ...]:
    statement = (
        select(Umfragefrage)
        .where(col(Umfragefrage.umfrage_id) == umfrage_id)
        .order_by(col(Umfragefrage.nummer))
    )
    return tuple(
        Frage(
            frage.text,
            frage.art,
            tuple(filter(None, frage.moeglichkeiten.split(_BETWEEN))),
            frage.id or 0,
        )
        for frage in session.scalars(statement)
    )


def asked_kind(session: Session, umfrage: Umfrage) -> str:
    """In words: "untere Bauaufsichtsbehörden", or for what they are competent."""
    if umfrage.behoerdenart_id is not None:
        statement = select(col(Behoerdenart.name)).where(
            col(Behoerdenart.id) == umfrage.behoerdenart_id
        )
        return str(session.execute(statement).scalar_one())
    if umfrage.leistung_id is not None:
        statement = select(col(Leistung.bezeichnung)).where(col(Leistung.id) == umfrage.leistung_id)
        return f"zuständig für „{session.execute(statement).scalar_one()}“"
    assert umfrage.ebene is not None
    return LEVELS[umfrage.ebene]


LEVELS = {
    Gebietsebene.KREIS: "Kreise und kreisfreie Städte",
    Gebietsebene.GEMEINDE: "Städte und Gemeinden",
    Gebietsebene.VERBAND: "Ämter und andere Gemeindeverbände",
}


def begin(session: Session, number: int, today: date) -> bool:
    """One statement: of two who send at once, one does."""
    return _mark(session, number, col(Umfrage.beginn).is_(None), beginn=today)


def close(session: Session, number: int, today: date) -> bool:
    under_way = col(Umfrage.beginn).is_not(None) & col(Umfrage.geschlossen_am).is_(None)
    return _mark(session, number, under_way, geschlossen_am=today)


def _mark(session: Session, number: int, when: ColumnElement[bool], **values: date) -> bool:
    statement = update(Umfrage).where(col(Umfrage.id) == number, when).values(**values)
    return session.execute(statement.returning(col(Umfrage.id))).first() is not None


def delete_draft(session: Session, number: int) -> bool:
    draft = select(col(Umfrage.id)).where(col(Umfrage.id) == number, col(Umfrage.beginn).is_(None))
    if session.execute(draft.with_for_update()).first() is None:
        return False
    for model, column in ((Umfragefrage, col(Umfragefrage.umfrage_id)), (Umfrage, col(Umfrage.id))):
        session.connection().execute(delete(model).where(column == number))
    return True
