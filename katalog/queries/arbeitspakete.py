"""Work packages: who may see them, what they are about, and which services nobody builds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlmodel import Session, col

from katalog.domain.arbeitspaket import LAUFEND, Umfang
from katalog.domain.begriffe import Arbeitsstatus, Dienstart, Dienststatus
from katalog.domain.bezug import Bezugsart
from katalog.domain.rollen import Betrachter, resolve_sicht
from katalog.models.angebot import Onlinedienst
from katalog.models.koordination import Arbeitspaket, ArbeitspaketBeteiligung, Bezug
from katalog.models.register import Gebiet, OzgLeistung, OzgZuordnung, Themenfeld
from katalog.models.stellen import Stelle
from katalog.queries import bezuege
from katalog.queries.betrachter import in_the_areas_of
from katalog.queries.bezuege import Bezuege
from katalog.queries.dienste import public
from katalog.queries.merkmale import dienst_ozg

_ANNOUNCED = (Dienststatus.GEPLANT, Dienststatus.IN_ENTWICKLUNG, Dienststatus.PILOT)


@dataclass(frozen=True, slots=True)
class Partner:
    stelle_id: int
    name: str
    ars: str | None

    @property
    def pfad(self) -> str:
        return f"/kommunen/{self.ars}" if self.ars else f"/stellen/{self.stelle_id}"


@dataclass(frozen=True, slots=True)
class Ozg:
    id: int
    ozg_id: str
    titel: str
    themenfeld: str


@dataclass(frozen=True, slots=True)
class Paketzeile:
    """`ozg` are the OZG services it is about, itself or by way of single services."""

    paket: Arbeitspaket
    verantwortlich: Partner
    koordinierung: str
    beteiligte: tuple[Partner, ...]
    bezuege: Bezuege
    ozg: tuple[Ozg, ...]
    umfang: Umfang

    @property
    def themenfeld(self) -> str:
        return self.ozg[0].themenfeld if self.ozg else ""


@dataclass(frozen=True, slots=True)
class Auswahl:
    """What a reader wants to see; empty means all. `stelle` is responsible or takes part."""

    themenfeld: str = ""
    status: Arbeitsstatus | None = None
    stelle: int | None = None
    ozg: frozenset[int] | None = None
    leistung: int | None = None


# Reading ----------------------------------------------------------------------------------------


def list_pakete(
    session: Session, viewer: Betrachter, auswahl: Auswahl = Auswahl()
) -> list[Paketzeile]:
    """Those this viewer may see, by their day, what is open longest last."""
    statement = select(col(Arbeitspaket.id)).where(_seen_by(viewer), *_chosen(auswahl))
    rows = by_ids(session, list(session.execute(statement).scalars()))
    return [
        row
        for row in rows
        if not auswahl.themenfeld or any(o.themenfeld == auswahl.themenfeld for o in row.ozg)
    ]


def _seen_by(viewer: Betrachter) -> ColumnElement[bool]:
    sicht = resolve_sicht(viewer)
    takes_part = select(col(ArbeitspaketBeteiligung.arbeitspaket_id)).where(
        col(ArbeitspaketBeteiligung.stelle_id).in_(sicht.stellen)
    )
    return or_(
        col(Arbeitspaket.sichtbarkeit).in_(sicht.stufen),
        col(Arbeitspaket.koordinierung_id).in_(viewer.koordinierende_stellen),
        col(Arbeitspaket.stelle_id).in_(sicht.stellen),
        col(Arbeitspaket.id).in_(takes_part),
    )


def _chosen(auswahl: Auswahl) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if auswahl.status is not None:
        found.append(col(Arbeitspaket.status) == auswahl.status)
    if auswahl.stelle is not None:
        part = select(col(ArbeitspaketBeteiligung.arbeitspaket_id)).where(
            col(ArbeitspaketBeteiligung.stelle_id) == auswahl.stelle
        )
        found.append(
            or_(col(Arbeitspaket.stelle_id) == auswahl.stelle, col(Arbeitspaket.id).in_(part))
        )
    if auswahl.ozg is not None:
        about: list[ColumnElement[bool]] = [col(Bezug.ozg_leistung_id).in_(auswahl.ozg)]
        if auswahl.leistung is not None:
            about.append(col(Bezug.leistung_id) == auswahl.leistung)
        else:
            inside = select(col(OzgZuordnung.leistung_id)).where(
                col(OzgZuordnung.ozg_leistung_id).in_(auswahl.ozg),
                col(OzgZuordnung.entfallen_am).is_(None),
            )
            about.append(col(Bezug.leistung_id).in_(inside))
        named = select(col(Bezug.arbeitspaket_id)).where(
            col(Bezug.ergebnis).is_(False), col(Bezug.arbeitspaket_id).is_not(None), or_(*about)
        )
        found.append(col(Arbeitspaket.id).in_(named))
    return found


def by_ids(session: Session, ids: Sequence[int | None]) -> list[Paketzeile]:
    """In the order of their days."""
    if not ids:
        return []
    found: Any = session.execute(
        select(Arbeitspaket, col(Stelle.name))
        .join(Stelle, col(Stelle.id) == col(Arbeitspaket.koordinierung_id))
        .where(col(Arbeitspaket.id).in_(ids))
        .order_by(col(Arbeitspaket.bis).is_(None), col(Arbeitspaket.bis), col(Arbeitspaket.titel))
    ).all()
    about = bezuege.of(session, Arbeitspaket, [paket.id for paket, _ in found])
    partners = _partners(session, ids, {paket.stelle_id for paket, _ in found})
    services = _ozg_of(session, ids)
    return [
        Paketzeile(
            paket,
            partners[0, paket.stelle_id][0],
            office,
            tuple(partners[paket.id, 0]),
            about[paket.id],
            tuple(services[paket.id].values()),
            _umfang(paket, about[paket.id], services[paket.id]),
        )
        for paket, office in found
    ]


def _umfang(paket: Arbeitspaket, about: Bezuege, services: dict[int, Ozg]) -> Umfang:
    whole = frozenset(each.id for each in about.thema if each.art is Bezugsart.OZG)
    single = frozenset(each.id for each in about.thema if each.art is Bezugsart.LEISTUNG)
    by_single = frozenset(services) - whole if single else frozenset()
    return Umfang(paket.id or 0, paket.stelle_id, whole, single, frozenset(by_single))


def _partners(
    session: Session, ids: Sequence[int | None], responsible: Collection[int]
) -> dict[tuple[int, int], list[Partner]]:
    """Who takes part, by (package, 0), and who is responsible, by (0, body)."""
    found: dict[tuple[int, int], list[Partner]] = defaultdict(list)
    columns = (col(Stelle.id), col(Stelle.name), col(Gebiet.ars))
    alone = (
        select(*columns)
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(col(Stelle.id).in_(responsible))
    )
    for row in session.execute(alone):
        found[0, row[0]].append(Partner(*row))
    beside = (
        select(col(ArbeitspaketBeteiligung.arbeitspaket_id), *columns)
        .join(Stelle, col(Stelle.id) == col(ArbeitspaketBeteiligung.stelle_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(col(ArbeitspaketBeteiligung.arbeitspaket_id).in_(ids))
        .order_by(col(Stelle.sortier))
    )
    for paket, *rest in session.execute(beside):
        found[paket, 0].append(Partner(*rest))
    return found


def _ozg_of(session: Session, ids: Sequence[int | None]) -> dict[int, dict[int, Ozg]]:
    """Of each package its OZG services: those named, and those its single services belong to."""
    named: Any = select(
        col(Bezug.arbeitspaket_id).label("paket"), col(Bezug.ozg_leistung_id).label("ozg")
    ).where(
        col(Bezug.arbeitspaket_id).in_(ids),
        col(Bezug.ozg_leistung_id).is_not(None),
        col(Bezug.ergebnis).is_(False),
    )
    by_service: Any = (
        select(col(Bezug.arbeitspaket_id), col(OzgZuordnung.ozg_leistung_id))
        .join(OzgZuordnung, col(OzgZuordnung.leistung_id) == col(Bezug.leistung_id))
        .where(
            col(Bezug.arbeitspaket_id).in_(ids),
            col(Bezug.ergebnis).is_(False),
            col(OzgZuordnung.entfallen_am).is_(None),
        )
    )
    pairs = named.union(by_service).subquery()
    statement = (
        select(pairs.c.paket, *_ozg_columns())
        .join(OzgLeistung, col(OzgLeistung.id) == pairs.c.ozg)
        .outerjoin(Themenfeld, col(Themenfeld.id) == col(OzgLeistung.themenfeld_id))
        .order_by(col(OzgLeistung.ozg_id))
    )
    found: dict[int, dict[int, Ozg]] = defaultdict(dict)
    for paket, number, ozg_id, titel, themenfeld in session.execute(statement):
        found[paket][number] = Ozg(number, ozg_id, titel, themenfeld or "")
    return found


def _ozg_columns() -> tuple[Any, ...]:
    return (
        col(OzgLeistung.id),
        col(OzgLeistung.ozg_id),
        col(OzgLeistung.titel),
        col(Themenfeld.name),
    )


# Gaps -------------------------------------------------------------------------------------------


def without_anybody(session: Session, pakete: Sequence[Paketzeile]) -> list[Ozg]:
    """OZG services for which there is no assistant and none of these packages is under way."""
    taken = {o.id for row in pakete if row.paket.status in LAUFEND for o in row.ozg}
    serving = dienst_ozg()
    served = select(serving.c.ozg).join(
        Onlinedienst, (col(Onlinedienst.id) == serving.c.dienst) & public()
    )
    statement = (
        select(*_ozg_columns())
        .outerjoin(Themenfeld, col(Themenfeld.id) == col(OzgLeistung.themenfeld_id))
        .where(col(OzgLeistung.entfallen_am).is_(None), col(OzgLeistung.id).not_in(served))
        .order_by(col(Themenfeld.sortier), col(OzgLeistung.sortier))
    )
    found = [
        Ozg(number, ozg_id, titel, themenfeld or "")
        for number, ozg_id, titel, themenfeld in session.execute(statement)
    ]
    return [each for each in found if each.id not in taken]


def announced_efa(session: Session, ozg: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """(kennung, name) of EfA services that are only coming, by OZG service."""
    serving = dienst_ozg(lambda _, number: number.in_(ozg))
    statement = (
        select(serving.c.ozg, col(Onlinedienst.kennung), col(Onlinedienst.name))
        .join(Onlinedienst, col(Onlinedienst.id) == serving.c.dienst)
        .where(
            public(),
            col(Onlinedienst.art) == Dienstart.EFA,
            col(Onlinedienst.status).in_(_ANNOUNCED),
        )
        .order_by(col(Onlinedienst.sortier))
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, kennung, name in session.execute(statement) if ozg else ():
        found[number].append((kennung, name))
    return found


# Writing ----------------------------------------------------------------------------------------


def find(session: Session, number: int, *, lock: bool = False) -> Arbeitspaket | None:
    statement = select(Arbeitspaket).where(col(Arbeitspaket.id) == number)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).first()


def bodies_named(session: Session, koordinierung_id: int, text: str) -> list[Partner]:
    """Bodies of the area with this name or ARS; the coordinating body itself may build, too."""
    area = in_the_areas_of(session, [koordinierung_id]) | {koordinierung_id}
    statement = (
        select(col(Stelle.id), col(Stelle.name), col(Gebiet.ars))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(
            or_(
                col(Stelle.name) == text,
                and_(col(Gebiet.ars) == text, col(Gebiet.gueltig_bis).is_(None)),
            ),
            col(Stelle.entfallen_am).is_(None),
        )
    )
    return [Partner(*row) for row in session.execute(statement) if row[0] in area]


def replace_partners(session: Session, number: int, stellen: Sequence[int]) -> None:
    session.connection().execute(
        delete(ArbeitspaketBeteiligung).where(
            col(ArbeitspaketBeteiligung.arbeitspaket_id) == number
        )
    )
    session.add_all(
        ArbeitspaketBeteiligung(arbeitspaket_id=number, stelle_id=stelle) for stelle in stellen
    )
    session.flush()


def remove(session: Session, paket: Arbeitspaket) -> None:
    assert paket.id is not None
    connection = session.connection()
    connection.execute(delete(Bezug).where(col(Bezug.arbeitspaket_id) == paket.id))
    replace_partners(session, paket.id, [])
    session.delete(paket)
    session.flush()
