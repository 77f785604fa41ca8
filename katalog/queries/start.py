"""The numbers and changes of the start page, and what the sources are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Beleg, Kostenmodell, Quellenart
from katalog.domain.rollen import Betrachter
from katalog.models.nutzung import Einsatz
from katalog.models.quellen import Quelle
from katalog.queries import einsaetze
from katalog.queries.dienste import costs, public

_CHANGES = 6
_LOOKED_AT = 200


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
    dienste = [public()]
    angaben = [einsaetze.stands(viewer, today)]
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
    """The newest statements, one per body and assistant, so that no busy one fills the list."""
    newest = (
        select(col(Einsatz.id))
        .where(einsaetze.visible(viewer), col(Einsatz.stand).is_not(None))
        .order_by(col(Einsatz.stand).desc(), col(Einsatz.id).desc())
        .limit(_LOOKED_AT)
    )
    shown: list[einsaetze.Nutzung] = []
    seen: set[int | str] = set()
    for statement in einsaetze.by_ids(session, newest, viewer):
        if seen.isdisjoint({statement.stelle_id, statement.dienst_kennung}):
            shown.append(statement)
            seen |= {statement.stelle_id, statement.dienst_kennung}
    return shown[:_CHANGES]


def has_demo(session: Session) -> bool:
    statement = select(col(Quelle.id)).where(col(Quelle.art) == Quellenart.DEMO).limit(1)
    return session.execute(statement).first() is not None


def sources(session: Session) -> list[Quelle]:
    statement = select(Quelle).order_by(col(Quelle.art), col(Quelle.titel))
    return list(session.execute(statement).scalars())
