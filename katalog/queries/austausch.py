"""Exchange meetings: whom one is for, who may see it, who comes, what is to be talked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlmodel import Session, col

from katalog.domain.austausch import Vorschlagsstand, Zusage
from katalog.domain.begriffe import Stellenart
from katalog.domain.rollen import Betrachter, resolve_sicht
from katalog.models.angebot import Onlinedienst
from katalog.models.koordination import Austauschtermin, Termineinladung, Themenvorschlag
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet, Themenfeld
from katalog.models.stellen import Stelle, Wirkungsgebiet
from katalog.queries import bezuege, einsaetze
from katalog.queries.betrachter import in_the_areas_of
from katalog.queries.bezuege import Bezuege

_INVITED = (Stellenart.KOMMUNE, Stellenart.VERBAND, Stellenart.ZWECKVERBAND)


@dataclass(frozen=True, slots=True)
class Terminzeile:
    termin: Austauschtermin
    koordinierung: str
    themenfeld: str
    bezuege: Bezuege


@dataclass(frozen=True, slots=True)
class Einladungszeile:
    """An invited body; `pfad` is where the portal shows it."""

    id: int
    stelle_id: int
    stelle: str
    ars: str | None
    zusage: Zusage | None
    geantwortet_am: datetime | None

    @property
    def pfad(self) -> str:
        return f"/kommunen/{self.ars}" if self.ars else f"/stellen/{self.stelle_id}"


@dataclass(frozen=True, slots=True)
class Vorschlagszeile:
    vorschlag: Themenvorschlag
    stelle: str


# Whom to invite ---------------------------------------------------------------------------------


def bodies_for(session: Session, termin: Austauschtermin, today: date) -> list[tuple[int, str]]:
    """(id, name) of all a meeting is for, in the order of their names."""
    area = in_the_areas_of(session, [termin.koordinierung_id])
    statement = (
        select(col(Stelle.id), col(Stelle.name))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(
            col(Stelle.entfallen_am).is_(None),
            col(Stelle.art).in_(_INVITED),
            col(Gebiet.gueltig_bis).is_(None),
        )
        .order_by(col(Stelle.sortier), col(Stelle.id))
    )
    if termin.kreis_id is not None:
        statement = statement.where(
            or_(col(Gebiet.kreis_id) == termin.kreis_id, col(Gebiet.id) == termin.kreis_id)
        )
    if termin.nutzer_von_id is not None:
        using = select(col(Einsatz.stelle_id)).where(
            col(Einsatz.onlinedienst_id) == termin.nutzer_von_id, einsaetze.counted(today)
        )
        statement = statement.where(col(Stelle.id).in_(using))
    return [(number, name) for number, name in session.execute(statement) if number in area]


def kreise_of(session: Session, koordinierung_id: int) -> list[tuple[str, str]]:
    """(AGS, name) of the Kreise in which the bodies of its area lie."""
    working = (
        select(col(Wirkungsgebiet.gebiet_id))
        .where(col(Wirkungsgebiet.stelle_id) == koordinierung_id)
        .scalar_subquery()
    )
    inside = select(col(Gebiet.kreis_id)).where(
        or_(
            col(Gebiet.id).in_(working),
            col(Gebiet.kreis_id).in_(working),
            col(Gebiet.land_id).in_(working),
        ),
        col(Gebiet.kreis_id).is_not(None),
    )
    statement = (
        select(col(Gebiet.ags), col(Gebiet.name))
        .where(col(Gebiet.id).in_(inside), col(Gebiet.gueltig_bis).is_(None))
        .order_by(col(Gebiet.sortier))
    )
    return [(ags, name) for ags, name in session.execute(statement) if ags]


def find_kreis(session: Session, ags: str) -> int | None:
    statement = select(col(Gebiet.id)).where(
        col(Gebiet.ags) == ags,
        col(Gebiet.id) == col(Gebiet.kreis_id),
        col(Gebiet.gueltig_bis).is_(None),
    )
    return session.execute(statement).scalar()


def find_themenfeld(session: Session, slug: str) -> int | None:
    return session.execute(select(col(Themenfeld.id)).where(col(Themenfeld.slug) == slug)).scalar()


def chosen_keys(session: Session, termin: Austauschtermin) -> dict[str, str]:
    """Themenfeld, Kreis and assistant of a meeting by their public keys, as a form names them."""
    statement = select(
        select(col(Themenfeld.slug))
        .where(col(Themenfeld.id) == termin.themenfeld_id)
        .scalar_subquery(),
        select(col(Gebiet.ags)).where(col(Gebiet.id) == termin.kreis_id).scalar_subquery(),
        select(col(Onlinedienst.kennung))
        .where(col(Onlinedienst.id) == termin.nutzer_von_id)
        .scalar_subquery(),
    )
    found = session.execute(statement).one()
    names = ("themenfeld", "kreis", "nutzer_von")
    return {name: key or "" for name, key in zip(names, found, strict=True)}


# Meetings ---------------------------------------------------------------------------------------


def find(session: Session, number: int, *, lock: bool = False) -> Austauschtermin | None:
    statement = select(Austauschtermin).where(col(Austauschtermin.id) == number)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).first()


def seen_by(viewer: Betrachter) -> ColumnElement[bool]:
    """Announced, and open to such readers or to a body they act for; drafts are the office's."""
    own = col(Austauschtermin.koordinierung_id).in_(viewer.koordinierende_stellen)
    invited = select(col(Termineinladung.termin_id)).where(
        col(Termineinladung.stelle_id).in_(viewer.eigene_stellen)
    )
    announced = and_(
        col(Austauschtermin.angekuendigt_am).is_not(None),
        or_(
            col(Austauschtermin.sichtbarkeit).in_(resolve_sicht(viewer).stufen),
            col(Austauschtermin.id).in_(invited),
        ),
    )
    return or_(own, announced)


def find_seen(session: Session, viewer: Betrachter, number: int) -> Terminzeile | None:
    rows = _rows(session, and_(col(Austauschtermin.id) == number, seen_by(viewer)))
    return rows[0] if rows else None


def upcoming(session: Session, viewer: Betrachter, now: datetime) -> list[Terminzeile]:
    return _rows(session, and_(seen_by(viewer), _announced(), col(Austauschtermin.ende) >= now))


def past(session: Session, viewer: Betrachter, now: datetime, most: int = 50) -> list[Terminzeile]:
    """The last ones first; what was called off is nothing to look up."""
    when = and_(
        seen_by(viewer),
        _announced(),
        col(Austauschtermin.ende) < now,
        col(Austauschtermin.abgesagt_am).is_(None),
    )
    return _rows(session, when, newest_first=True)[:most]


def of_offices(session: Session, koordinierungen: Sequence[int]) -> list[Terminzeile]:
    return _rows(
        session, col(Austauschtermin.koordinierung_id).in_(koordinierungen), newest_first=True
    )


def in_calendar(session: Session, viewer: Betrachter, since: datetime) -> list[Terminzeile]:
    """Announced meetings of a reader: those of the own office, and those whose invitation no own
    body declined. What was called off stays, so that a calendar takes its entry away."""
    invited = select(col(Termineinladung.termin_id)).where(
        col(Termineinladung.stelle_id).in_(viewer.eigene_stellen),
        or_(
            col(Termineinladung.zusage).is_(None),
            col(Termineinladung.zusage) == Zusage.ZUGESAGT,
        ),
    )
    own = or_(
        col(Austauschtermin.koordinierung_id).in_(viewer.koordinierende_stellen),
        col(Austauschtermin.id).in_(invited),
    )
    return _rows(session, and_(own, _announced(), col(Austauschtermin.ende) >= since))


def _announced() -> ColumnElement[bool]:
    return col(Austauschtermin.angekuendigt_am).is_not(None)


def _rows(
    session: Session, when: ColumnElement[bool], *, newest_first: bool = False
) -> list[Terminzeile]:
    begin = col(Austauschtermin.beginn)
    found: Any = session.execute(
        select(Austauschtermin, col(Stelle.name), col(Themenfeld.name))
        .join(Stelle, col(Stelle.id) == col(Austauschtermin.koordinierung_id))
        .outerjoin(Themenfeld, col(Themenfeld.id) == col(Austauschtermin.themenfeld_id))
        .where(when)
        .order_by(begin.desc() if newest_first else begin, col(Austauschtermin.id))
    ).all()
    about = bezuege.of(session, Austauschtermin, [termin.id for termin, _, _ in found])
    return [
        Terminzeile(termin, office, subject or "", about[termin.id])
        for termin, office, subject in found
    ]


def begin(session: Session, number: int, today: date) -> bool:
    """One statement: of two who announce at once, one does."""
    statement = (
        update(Austauschtermin)
        .where(col(Austauschtermin.id) == number, col(Austauschtermin.angekuendigt_am).is_(None))
        .values(angekuendigt_am=today)
    )
    return session.execute(statement.returning(col(Austauschtermin.id))).first() is not None


# Who comes --------------------------------------------------------------------------------------


def invited(session: Session, termin_id: int) -> list[Einladungszeile]:
    return _invitations(session, col(Termineinladung.termin_id) == termin_id)


def invitations_of(session: Session, viewer: Betrachter, termin_id: int) -> list[Einladungszeile]:
    """Of the bodies this reader acts for."""
    return _invitations(
        session,
        and_(
            col(Termineinladung.termin_id) == termin_id,
            col(Termineinladung.stelle_id).in_(viewer.eigene_stellen),
        ),
    )


def find_by_link(session: Session, token_hash: str) -> tuple[int, Einladungszeile] | None:
    """The meeting and the invitation behind a link."""
    statement = select(col(Termineinladung.termin_id)).where(
        col(Termineinladung.token_hash) == token_hash
    )
    termin_id = session.execute(statement).scalar()
    if termin_id is None:
        return None
    (row,) = _invitations(session, col(Termineinladung.token_hash) == token_hash)
    return termin_id, row


def _invitations(session: Session, when: ColumnElement[bool]) -> list[Einladungszeile]:
    statement = (
        select(
            col(Termineinladung.id),
            col(Stelle.id),
            col(Stelle.name),
            col(Gebiet.ars),
            col(Termineinladung.zusage),
            col(Termineinladung.geantwortet_am),
        )
        .join(Stelle, col(Stelle.id) == col(Termineinladung.stelle_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(when)
        .order_by(col(Stelle.sortier), col(Stelle.id))
    )
    return [Einladungszeile(*row) for row in session.execute(statement)]


def add_invitations(session: Session, termin_id: int, bodies: dict[int, str | None]) -> None:
    """`bodies` with the hash of the link each of them gets, if a mail reaches it."""
    for stelle, token_hash in bodies.items():
        session.add(Termineinladung(termin_id=termin_id, stelle_id=stelle, token_hash=token_hash))
    session.flush()


def answer(session: Session, einladung_id: int, zusage: Zusage, now: datetime) -> None:
    session.connection().execute(
        update(Termineinladung)
        .where(col(Termineinladung.id) == einladung_id)
        .values(zusage=zusage, geantwortet_am=now)
    )


def coming(session: Session, termine: Sequence[int]) -> dict[int, int]:
    """How many bodies come, by meeting."""
    statement = (
        select(col(Termineinladung.termin_id), func.count())
        .where(
            col(Termineinladung.termin_id).in_(termine),
            col(Termineinladung.zusage) == Zusage.ZUGESAGT,
        )
        .group_by(col(Termineinladung.termin_id))
    )
    return {number: count for number, count in session.execute(statement)}


# What to talk about -----------------------------------------------------------------------------


def vorschlaege(session: Session, termin_id: int) -> list[Vorschlagszeile]:
    statement = (
        select(Themenvorschlag, col(Stelle.name))
        .join(Stelle, col(Stelle.id) == col(Themenvorschlag.stelle_id))
        .where(col(Themenvorschlag.termin_id) == termin_id)
        .order_by(col(Themenvorschlag.id))
    )
    return [Vorschlagszeile(*row) for row in session.execute(statement)]


def find_vorschlag(session: Session, termin_id: int, number: int) -> Vorschlagszeile | None:
    found = [row for row in vorschlaege(session, termin_id) if row.vorschlag.id == number]
    return found[0] if found else None


def count_vorschlaege(session: Session, termin_id: int, stelle_id: int) -> int:
    statement = (
        select(func.count())
        .select_from(Themenvorschlag)
        .where(
            col(Themenvorschlag.termin_id) == termin_id,
            col(Themenvorschlag.stelle_id) == stelle_id,
            col(Themenvorschlag.stand) == Vorschlagsstand.OFFEN,
        )
    )
    return int(session.execute(statement).scalar_one())
