"""Who acts for which body: asked for, granted, refused, ended; and who may decide about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Gebietsebene, Stellenart
from katalog.domain.mailadresse import domain_of
from katalog.domain.rollen import ROLLE_IN, Bereich, Rolle
from katalog.domain.sortierung import sort_key
from katalog.models.konten import Konto, Mitgliedschaft
from katalog.models.register import Gebiet
from katalog.models.stellen import Kontakt, Mitglied, Stelle, Wirkungsgebiet

_MOST_BODIES = 25


@dataclass(frozen=True, slots=True)
class Koerperschaft:
    """A body somebody can ask to act for."""

    id: int
    name: str
    art: Stellenart
    ars: str | None
    kreis: str | None

    @property
    def url(self) -> str:
        return f"/kommunen/{self.ars}" if self.ars else f"/stellen/{self.id}"


@dataclass(frozen=True, slots=True)
class Anfrage:
    """A membership with who and what for; `eigene_domain`: the address is one of the body's."""

    id: int
    konto_id: int
    email: str
    name: str
    stelle_id: int | None
    stelle: str
    ars: str | None
    rolle: Rolle
    aufgabe: str
    beantragt_am: datetime
    freigegeben_am: datetime | None
    eigene_domain: bool = False

    @property
    def url(self) -> str:
        return f"/kommunen/{self.ars}" if self.ars else f"/stellen/{self.stelle_id}"


def find_body(session: Session, number: int) -> Koerperschaft | None:
    found = _bodies(session, _body().where(col(Stelle.id) == number))
    return found[0] if found else None


def search_bodies(session: Session, text: str) -> list[Koerperschaft]:
    """By the beginning of the name, of a word in it, or the whole key; the best-known first."""
    words = sort_key(text)
    if not words:
        return []
    matches = or_(
        # Letters, digits and blanks only, so that nothing in it is a pattern.
        col(Stelle.sortier).startswith(words),
        col(Stelle.sortier).contains(f" {words}"),
        col(Gebiet.ars) == text.replace(" ", ""),
        col(Gebiet.ags) == text.replace(" ", ""),
    )
    statement = (
        _body()
        .where(matches, col(Stelle.art).in_(list(ROLLE_IN)))
        .order_by(
            col(Stelle.sortier) != words,
            func.coalesce(col(Gebiet.einwohner), 0).desc(),
            col(Stelle.sortier),
        )
        .limit(_MOST_BODIES)
    )
    return _bodies(session, statement)


def _body() -> Any:
    kreis = aliased(Gebiet)
    statement: Any = (
        select(col(Stelle.id), col(Stelle.name), col(Stelle.art), col(Gebiet.ars), col(kreis.name))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .outerjoin(
            kreis,
            (col(kreis.id) == col(Gebiet.kreis_id))
            & (col(kreis.ebene) == Gebietsebene.KREIS)
            & (col(kreis.id) != col(Gebiet.id)),
        )
        .where(
            col(Stelle.entfallen_am).is_(None),
            or_(col(Gebiet.id).is_(None), col(Gebiet.gueltig_bis).is_(None)),
        )
    )
    return statement


def _bodies(session: Session, statement: Any) -> list[Koerperschaft]:
    return [Koerperschaft(*row) for row in session.execute(statement)]


# One membership ---------------------------------------------------------------------------------


def ask(
    session: Session, konto_id: int, stelle_id: int, rolle: Rolle, aufgabe: str, now: datetime
) -> int | None:
    """None if there is one already, open or granted; what was refused or ended opens again."""
    found = session.scalars(
        select(Mitgliedschaft).where(
            col(Mitgliedschaft.konto_id) == konto_id,
            col(Mitgliedschaft.stelle_id) == stelle_id,
            col(Mitgliedschaft.rolle) == rolle,
        )
    ).first()
    if found is not None and found.beendet_am is None:
        return None
    if found is None:
        found = Mitgliedschaft(konto_id=konto_id, stelle_id=stelle_id, rolle=rolle)
        session.add(found)
    found.aufgabe, found.beantragt_am = aufgabe, now
    found.freigegeben_am = found.freigegeben_von_id = found.beendet_am = None
    session.flush()
    return found.id


def decide(session: Session, number: int, by: int, now: datetime, *, grant: bool) -> bool:
    """Of two who decide at once the first one does."""
    values: dict[str, Any] = {"freigegeben_von_id": by}
    values |= {"freigegeben_am": now} if grant else {"beendet_am": now}
    statement = (
        update(Mitgliedschaft).where(col(Mitgliedschaft.id) == number, *_open()).values(values)
    )
    return session.connection().execute(statement).rowcount > 0


def end(session: Session, number: int, now: datetime) -> bool:
    statement = (
        update(Mitgliedschaft)
        .where(col(Mitgliedschaft.id) == number, col(Mitgliedschaft.beendet_am).is_(None))
        .values(beendet_am=now)
    )
    return session.connection().execute(statement).rowcount > 0


def find(session: Session, number: int) -> Anfrage | None:
    found = _requests(
        session, col(Mitgliedschaft.id) == number, col(Mitgliedschaft.beendet_am).is_(None)
    )
    return found[0] if found else None


def _open() -> tuple[ColumnElement[bool], ...]:
    return (
        col(Mitgliedschaft.freigegeben_am).is_(None),
        col(Mitgliedschaft.beendet_am).is_(None),
    )


def _granted() -> tuple[ColumnElement[bool], ...]:
    return (
        col(Mitgliedschaft.freigegeben_am).is_not(None),
        col(Mitgliedschaft.beendet_am).is_(None),
    )


# Lists ------------------------------------------------------------------------------------------


def of_account(session: Session, konto_id: int) -> list[Anfrage]:
    return _requests(
        session, col(Mitgliedschaft.konto_id) == konto_id, col(Mitgliedschaft.beendet_am).is_(None)
    )


def count_open(session: Session, konto_id: int) -> int:
    statement = (
        select(func.count())
        .select_from(Mitgliedschaft)
        .where(col(Mitgliedschaft.konto_id) == konto_id, *_open())
    )
    return int(session.execute(statement).scalar_one())


def to_decide(session: Session, bereich: Bereich, konto_id: int, *, alle: bool) -> list[Anfrage]:
    """Open requests within reach, without one's own; `alle` also those for other roles."""
    conditions = [*_open(), col(Mitgliedschaft.konto_id) != konto_id]
    if not bereich.alle:
        conditions.append(col(Mitgliedschaft.stelle_id).in_(sorted(bereich.stellen)))
    if not alle:
        conditions.append(col(Mitgliedschaft.rolle) == Rolle.KOMMUNE)
    return _with_domains(session, _requests(session, *conditions))


def colleagues(session: Session, stellen: Collection[int]) -> dict[int, list[Anfrage]]:
    """Everybody who acts for these bodies."""
    found: dict[int, list[Anfrage]] = defaultdict(list)
    for each in _requests(session, col(Mitgliedschaft.stelle_id).in_(sorted(stellen)), *_granted()):
        if each.stelle_id is not None:
            found[each.stelle_id].append(each)
    return found


def _requests(session: Session, *conditions: ColumnElement[bool]) -> list[Anfrage]:
    rows: Any = session.execute(
        select(
            col(Mitgliedschaft.id),
            col(Konto.id),
            col(Konto.email),
            col(Konto.name),
            col(Mitgliedschaft.stelle_id),
            func.coalesce(col(Stelle.name), ""),
            col(Gebiet.ars),
            col(Mitgliedschaft.rolle),
            col(Mitgliedschaft.aufgabe),
            col(Mitgliedschaft.beantragt_am),
            col(Mitgliedschaft.freigegeben_am),
        )
        .join(Konto, col(Konto.id) == col(Mitgliedschaft.konto_id))
        .outerjoin(Stelle, col(Stelle.id) == col(Mitgliedschaft.stelle_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(col(Konto.gesperrt_am).is_(None), *conditions)
        .order_by(col(Mitgliedschaft.beantragt_am), col(Mitgliedschaft.id))
    )
    return [Anfrage(*row) for row in rows]


def _with_domains(session: Session, anfragen: Sequence[Anfrage]) -> list[Anfrage]:
    stellen = {each.stelle_id for each in anfragen if each.stelle_id is not None}
    known: dict[int, set[str]] = defaultdict(set)
    for stelle, address in session.execute(
        select(col(Kontakt.stelle_id), col(Kontakt.funktionspostfach)).where(
            col(Kontakt.stelle_id).in_(sorted(stellen)), col(Kontakt.funktionspostfach) != ""
        )
    ):
        known[stelle].add(domain_of(address))
    return [
        replace(each, eigene_domain=domain_of(each.email) in known.get(each.stelle_id or 0, ()))
        for each in anfragen
    ]


def deciders(session: Session, stelle_id: int, rolle: Rolle, asking: int) -> list[str]:
    """Whom to tell of a request: colleagues and coordination, or else the administration."""
    near = [_acting_for(stelle_id), _coordinating(stelle_id)] if rolle is Rolle.KOMMUNE else []
    for conditions in (near, [col(Mitgliedschaft.rolle) == Rolle.ADMINISTRATION]):
        statement = (
            select(col(Konto.email))
            .join(Mitgliedschaft, col(Mitgliedschaft.konto_id) == col(Konto.id))
            .where(
                or_(false(), *conditions),
                *_granted(),
                col(Konto.gesperrt_am).is_(None),
                col(Konto.id) != asking,
            )
            .distinct()
        )
        if found := sorted(session.execute(statement).scalars()):
            return found
    return []


def _acting_for(stelle_id: int) -> ColumnElement[bool]:
    joint = select(col(Mitglied.verbund_id)).where(
        col(Mitglied.stelle_id) == stelle_id, col(Mitglied.bis).is_(None)
    )
    return (col(Mitgliedschaft.rolle) == Rolle.KOMMUNE) & or_(
        col(Mitgliedschaft.stelle_id) == stelle_id, col(Mitgliedschaft.stelle_id).in_(joint)
    )


def _coordinating(stelle_id: int) -> ColumnElement[bool]:
    around = [
        select(column)
        .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .where(col(Stelle.id) == stelle_id)
        for column in (col(Gebiet.id), col(Gebiet.parent_id), col(Gebiet.kreis_id),
                       col(Gebiet.land_id))
    ]  # fmt: skip
    coordinating = select(col(Wirkungsgebiet.stelle_id)).where(
        or_(*(col(Wirkungsgebiet.gebiet_id).in_(each) for each in around))
    )
    return (col(Mitgliedschaft.rolle) == Rolle.KOORDINIERUNG) & col(Mitgliedschaft.stelle_id).in_(
        coordinating
    )
