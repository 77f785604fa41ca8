"""Who could use what a coordinating body offers, and who says to use it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import String, and_, exists, func, or_, select, type_coerce
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.abdeckung import IM_EINSATZ, Aussage
from katalog.domain.begriffe import Einsatzstatus, Gebietsebene, Quellenart, Stellenart
from katalog.domain.gebietsnetz import Zustaendigkeitsregel
from katalog.domain.rollen import Betrachter
from katalog.models.angebot import Antragsstrecke, Landesangebot, Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet, Nachfolge
from katalog.models.stellen import Stelle, Zustaendigkeit
from katalog.queries.betrachter import lies_in_areas_of
from katalog.queries.einsaetze import visible
from katalog.queries.zustaendigkeiten import valid

_UNINHABITED = "gemeindefrei"
PARENT = aliased(Gebiet)
# The level that administers itself, for areas joined to their `PARENT`; no area is in it twice.
IS_LOWEST: Any = or_(
    col(Gebiet.ebene) == Gebietsebene.VERBAND,
    and_(
        col(Gebiet.ebene) == Gebietsebene.GEMEINDE,
        func.coalesce(type_coerce(col(PARENT.ebene), String), "") != Gebietsebene.VERBAND.value,
        func.lower(col(Gebiet.bezeichnung)).not_like(f"%{_UNINHABITED}%"),
    ),
)
OF_AREAS = col(Stelle.art).in_([Stellenart.KOMMUNE, Stellenart.VERBAND])


@dataclass(frozen=True, slots=True)
class Angebotene:
    """An assistant that is offered, with the services it is for."""

    dienst_id: int
    kennung: str
    name: str
    koordinierung_id: int
    behoerdenart_id: int | None
    leistungen: frozenset[int]


@dataclass(frozen=True, slots=True)
class Bereich:
    """A body in the area of a coordinating one. `ebene_zaehlt`: of the lowest level that
    administers itself, so that no area is counted twice."""

    stelle_id: int
    name: str
    kreis: str
    kreis_name: str
    ebene_zaehlt: bool
    ab: date | None
    bis: date | None
    aufgegangen_in: str


def coordinating(session: Session, stellen: Collection[int]) -> list[tuple[str, bool]]:
    """Names, and whether somebody made the body up for a demonstration."""
    statement: Any = (
        select(col(Stelle.name), func.coalesce(col(Quelle.art) == Quellenart.DEMO, False))
        .outerjoin(Quelle, col(Quelle.id) == col(Stelle.quelle_id))
        .where(col(Stelle.id).in_(stellen))
        .order_by(col(Stelle.sortier), col(Stelle.id))
    )
    return [(name, bool(demo)) for name, demo in session.execute(statement)]


def offered(session: Session, koordinierungen: Collection[int], dienst: str) -> list[Angebotene]:
    services: dict[int, set[int]] = defaultdict(set)
    mine = select(col(Landesangebot.onlinedienst_id)).where(
        col(Landesangebot.koordinierung_id).in_(koordinierungen)
    )
    paths: Any = select(col(Antragsstrecke.onlinedienst_id), col(Antragsstrecke.leistung_id))
    for number, leistung in session.connection().execute(
        paths.where(
            col(Antragsstrecke.onlinedienst_id).in_(mine),
            col(Antragsstrecke.leistung_id).is_not(None),
        )
    ):
        services[number].add(leistung)
    statement = (
        select(
            col(Onlinedienst.id),
            col(Onlinedienst.kennung),
            func.coalesce(func.nullif(col(Onlinedienst.kurzname), ""), col(Onlinedienst.name)),
            col(Landesangebot.koordinierung_id),
            col(Landesangebot.behoerdenart_id),
        )
        .join(Landesangebot, col(Landesangebot.onlinedienst_id) == col(Onlinedienst.id))
        .where(col(Landesangebot.koordinierung_id).in_(koordinierungen))
        .order_by(col(Onlinedienst.sortier), col(Landesangebot.id))
    )
    if dienst:
        statement = statement.where(col(Onlinedienst.kennung) == dienst)
    rows: Any = session.connection().execute(statement).all()
    return [
        Angebotene(number, kennung, name, owner, kind, frozenset(services[number]))
        for number, kennung, name, owner, kind in rows
    ]


def bodies(session: Session, koordinierungen: Collection[int], kreis: str) -> list[Bereich]:
    """Those in the areas of the coordinating ones, in the order of their names; also where a merger
    has ended an area since."""
    around, successor = aliased(Gebiet), aliased(Gebiet)
    made_by_merger = exists().where(
        col(Nachfolge.nach_id) == col(Gebiet.id), col(Nachfolge.datum) == col(Gebiet.gueltig_ab)
    )
    into = (
        select(func.min(col(successor.name)))
        .join(Nachfolge, col(Nachfolge.nach_id) == col(successor.id))
        .where(col(Nachfolge.von_id) == col(Gebiet.id))
        .scalar_subquery()
    )
    statement = (
        select(
            col(Stelle.id),
            col(Stelle.name),
            func.coalesce(col(around.ars), ""),
            func.coalesce(col(around.name), ""),
            IS_LOWEST,
            made_by_merger,
            col(Gebiet.gueltig_ab),
            col(Gebiet.gueltig_bis),
            func.coalesce(into, ""),
        )
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .outerjoin(PARENT, col(PARENT.id) == col(Gebiet.parent_id))
        .outerjoin(around, col(around.id) == col(Gebiet.kreis_id))
        .where(
            OF_AREAS,
            lies_in_areas_of(koordinierungen),
        )
        .order_by(col(Stelle.sortier), col(Stelle.id))
    )
    if kreis:
        statement = statement.where(col(around.ars) == kreis)
    return [
        Bereich(stelle, name, ars, kreis_name, bool(low), ab if merged else None, bis, into_name)
        for stelle, name, ars, kreis_name, low, merged, ab, bis, into_name in (
            session.connection().execute(statement).all()
        )
    ]


def rules(session: Session, leistungen: Collection[int], tag: date) -> list[Zustaendigkeitsregel]:
    """All of them, also that a town is competent for itself, which a map takes for granted."""
    statement: Any = select(
        col(Zustaendigkeit.leistung_id),
        col(Zustaendigkeit.stelle_id),
        col(Zustaendigkeit.behoerdenart_id),
        col(Zustaendigkeit.gebiet_id),
        col(Zustaendigkeit.ausnahme),
    ).where(col(Zustaendigkeit.leistung_id).in_(leistungen), valid(tag))
    return [Zustaendigkeitsregel(*row) for row in session.connection().execute(statement).all()]


def statements(session: Session, dienste: Collection[int], viewer: Betrachter) -> list[Aussage]:
    """Of use, contradicted and ended ones too: they counted once."""
    statement = (
        select(
            col(Einsatz.stelle_id),
            col(Einsatz.onlinedienst_id),
            type_coerce(col(Einsatz.status), String),
            col(Einsatz.ab),
            col(Einsatz.bis),
            col(Einsatz.ausgesetzt_bis),
            col(Einsatz.stand),
            col(Einsatz.widersprochen_am),
            col(Einsatz.nachnutzung_id).is_not(None),
            col(Einsatz.urspruengliche_stelle_id),
        )
        .where(
            col(Einsatz.onlinedienst_id).in_(dienste),
            col(Einsatz.rolle).in_(IM_EINSATZ),
            visible(viewer),
        )
        .order_by(col(Einsatz.id))
    )
    words = {status.value: status for status in Einsatzstatus}
    return [
        Aussage(row[0], row[1], words[row[2]], *row[3:8], bool(row[8]), row[9])
        for row in session.connection().execute(statement).all()
    ]


def source_of_population(session: Session) -> str:
    """Whose numbers of inhabitants these are: the source of most of the areas that have one."""
    statement = (
        select(col(Quelle.titel))
        .join(Gebiet, col(Gebiet.quelle_id) == col(Quelle.id))
        .where(col(Gebiet.einwohner).is_not(None), col(Gebiet.gueltig_bis).is_(None))
        .group_by(col(Quelle.id), col(Quelle.titel))
        .order_by(func.count().desc(), col(Quelle.id))
        .limit(1)
    )
    return session.execute(statement).scalar() or ""
