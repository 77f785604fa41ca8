"""The services of the TOP 100: who is competent for them, and what there is to take over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from katalog.domain.abdeckung import Grundlage
from katalog.domain.begriffe import Angebotsstatus, Dienstart, Dienststatus, Gebietsebene, Top100
from katalog.domain.fortschritt import Fortschritt
from katalog.models.angebot import Landesangebot, Onlinedienst
from katalog.models.register import Gebiet, OzgLeistung, OzgZuordnung, Themenfeld
from katalog.models.stellen import Stelle, Zustaendigkeit
from katalog.queries.abdeckung import IS_LOWEST, OF_AREAS, PARENT
from katalog.queries.arbeitspakete import Paketzeile
from katalog.queries.dienste import public
from katalog.queries.merkmale import dienst_ozg
from katalog.queries.zustaendigkeiten import valid


@dataclass(frozen=True, slots=True)
class Markierte:
    """An OZG service that a list marks as one of the TOP 100."""

    id: int
    ozg_id: str
    titel: str
    sortier: str
    top100: Top100
    themenfeld: str


@dataclass(frozen=True, slots=True)
class Nachnutzbar:
    """An assistant that can be taken over; `im_land` the Land of the question offers or runs it."""

    kennung: str
    name: str
    art: Dienstart
    im_land: bool


@dataclass(frozen=True, slots=True)
class Leistungsstand:
    """One service. `angekuendigt` are EfA services still to come, as (kennung, name)."""

    leistung: Markierte
    grundlage: Grundlage
    heute: Fortschritt
    damals: Fortschritt | None
    dienste: Sequence[Nachnutzbar]
    angekuendigt: Sequence[tuple[str, str]]
    pakete: Sequence[Paketzeile]

    @property
    def veraenderung(self) -> int | None:
        """In bodies that have it; both days are measured by those competent today."""
        return self.heute.produktiv - self.damals.produktiv if self.damals else None


def marked(session: Session, themenfeld: str = "", liste: Top100 | None = None) -> list[Markierte]:
    statement: Any = (
        select(
            col(OzgLeistung.id),
            col(OzgLeistung.ozg_id),
            col(OzgLeistung.titel),
            col(OzgLeistung.sortier),
            col(OzgLeistung.top100),
            func.coalesce(col(Themenfeld.name), ""),
        )
        .outerjoin(Themenfeld, col(Themenfeld.id) == col(OzgLeistung.themenfeld_id))
        .where(col(OzgLeistung.top100).is_not(None), col(OzgLeistung.entfallen_am).is_(None))
        .order_by(col(OzgLeistung.sortier), col(OzgLeistung.id))
    )
    if themenfeld:
        statement = statement.where(col(Themenfeld.slug) == themenfeld)
    if liste:
        statement = statement.where(col(OzgLeistung.top100) == liste)
    return [Markierte(*row) for row in session.connection().execute(statement)]


def find_land(session: Session, schluessel: str) -> int | None:
    statement = select(col(Gebiet.id)).where(
        col(Gebiet.ebene) == Gebietsebene.LAND,
        col(Gebiet.ags) == schluessel,
        col(Gebiet.gueltig_bis).is_(None),
    )
    return session.execute(statement).scalar()


def assistants_of(session: Session, ozg: Collection[int]) -> dict[int, set[int]]:
    """Which of these services each assistant serves."""
    serving = dienst_ozg(lambda _, number: number.in_(ozg))
    found: dict[int, set[int]] = defaultdict(set)
    for dienst, number in session.connection().execute(select(serving.c.dienst, serving.c.ozg)):
        found[dienst].add(number)
    return found


def lowest_bodies(session: Session) -> list[int]:
    """Associations, and municipalities outside of any: the level that administers itself."""
    statement: Any = (
        select(col(Stelle.id))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .outerjoin(PARENT, col(PARENT.id) == col(Gebiet.parent_id))
        .where(IS_LOWEST, col(Gebiet.gueltig_bis).is_(None), OF_AREAS)
    )
    return list(session.connection().execute(statement).scalars())


def leistungen_of(session: Session, ozg: Collection[int]) -> dict[int, set[int]]:
    statement = select(col(OzgZuordnung.ozg_leistung_id), col(OzgZuordnung.leistung_id)).where(
        col(OzgZuordnung.ozg_leistung_id).in_(ozg), col(OzgZuordnung.entfallen_am).is_(None)
    )
    found: dict[int, set[int]] = defaultdict(set)
    for number, leistung in session.connection().execute(statement):
        found[number].add(leistung)
    return found


def named_bodies(session: Session, leistungen: Collection[int], today: date) -> dict[int, set[int]]:
    """Bodies that the register names for a service, themselves and not as one of a kind."""
    statement: Any = select(col(Zustaendigkeit.leistung_id), col(Zustaendigkeit.stelle_id)).where(
        col(Zustaendigkeit.leistung_id).in_(leistungen),
        col(Zustaendigkeit.stelle_id).is_not(None),
        valid(today),
    )
    found: dict[int, set[int]] = defaultdict(set)
    for leistung, stelle in session.connection().execute(statement):
        found[leistung].add(stelle)
    return found


def offered(
    session: Session, served: Mapping[int, Collection[int]], land_id: int | None
) -> dict[int, list[Nachnutzbar]]:
    """By service: available EfA services, and what a Land offers or runs; with one, only its own
    beside EfA."""
    offering = select(col(Landesangebot.onlinedienst_id)).where(
        col(Landesangebot.status) == Angebotsstatus.ANGEBOTEN
    )
    own: Any = col(Onlinedienst.id).in_(offering)
    if land_id is not None:
        own = or_(
            col(Onlinedienst.id).in_(offering.where(col(Landesangebot.land_id) == land_id)),
            and_(
                col(Onlinedienst.art) == Dienstart.LANDESLOESUNG,
                col(Onlinedienst.betreibendes_land_id) == land_id,
            ),
        )
    statement: Any = (
        select(
            col(Onlinedienst.id),
            col(Onlinedienst.kennung),
            func.coalesce(func.nullif(col(Onlinedienst.kurzname), ""), col(Onlinedienst.name)),
            col(Onlinedienst.art),
            own,
        )
        .where(
            public(),
            col(Onlinedienst.status) == Dienststatus.VERFUEGBAR,
            or_(own, col(Onlinedienst.art) == Dienstart.EFA),
        )
        .order_by(col(Onlinedienst.sortier), col(Onlinedienst.id))
    )
    found: dict[int, list[Nachnutzbar]] = defaultdict(list)
    for number, kennung, name, art, here in session.connection().execute(statement):
        for ozg in served.get(number, ()):
            found[ozg].append(Nachnutzbar(kennung, name, art, bool(here)))
    return found
