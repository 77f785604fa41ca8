"""The numbers and changes of the start page, and what the sources are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Beleg, Kostenmodell, Quellenart
from katalog.domain.rollen import Betrachter
from katalog.models.angebot import Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.models.quellen import Quelle
from katalog.queries import einsaetze
from katalog.queries.dienste import costs

_CHANGES = 6


@dataclass(frozen=True, slots=True)
class Zahlen:
    onlinedienste: int
    kostenneutral: int
    kommunen: int
    angaben: int
    bestaetigt: int

    @property
    def anteil(self) -> int:
        """Whole percent, rounded down: 99.9 % is not "all"."""
        return 100 * self.bestaetigt // self.angaben if self.angaben else 0


def figures(session: Session, viewer: Betrachter, today: date) -> Zahlen:
    dienste: list[ColumnElement[bool]] = [
        col(Onlinedienst.entfallen_am).is_(None),
        col(Onlinedienst.entwurf).is_(False),
    ]
    angaben = [
        einsaetze.visible(viewer),
        col(Einsatz.widersprochen_am).is_(None),
        or_(col(Einsatz.bis).is_(None), col(Einsatz.bis) >= today),
    ]
    year_ago = today - timedelta(days=365)

    def count(what: ColumnElement[int], *where: ColumnElement[bool]) -> int:
        return int(session.execute(select(what).where(*where)).scalar_one())

    number = func.count()
    return Zahlen(
        onlinedienste=count(number, *dienste),
        kostenneutral=count(number, *dienste, costs(Kostenmodell.KOSTENNEUTRAL)),
        kommunen=count(
            func.count(func.distinct(col(Einsatz.stelle_id))),
            *angaben,
            col(Einsatz.beleg) == Beleg.EIGENANGABE,
        ),
        angaben=count(number, *angaben),
        bestaetigt=count(number, *angaben, col(Einsatz.bestaetigt_am) >= year_ago),
    )


def latest_changes(session: Session, viewer: Betrachter) -> list[einsaetze.Nutzung]:
    """The newest statements, one per body, so that one busy town does not fill the list."""
    newest = (
        select(func.max(col(Einsatz.id)))
        .where(einsaetze.visible(viewer), col(Einsatz.stand).is_not(None))
        .group_by(col(Einsatz.stelle_id))
        .order_by(func.max(col(Einsatz.stand)).desc())
        .limit(_CHANGES)
    )
    return einsaetze.by_ids(session, newest, viewer)


def has_demo(session: Session) -> bool:
    statement = select(col(Quelle.id)).where(col(Quelle.art) == Quellenart.DEMO).limit(1)
    return session.execute(statement).first() is not None


def sources(session: Session) -> list[Quelle]:
    statement = select(Quelle).order_by(col(Quelle.art), col(Quelle.titel))
    return list(session.execute(statement).scalars())
