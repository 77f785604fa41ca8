"""OZG and LeiKa services: lists with facets, and everything one page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Leistungsmerkmalart, Top100
from katalog.models.quellen import Quelle
from katalog.models.register import (
    Lage,
    Leistung,
    Leistungsmerkmal,
    OzgLeistung,
    OzgZuordnung,
    Themenfeld,
)
from katalog.queries.merkmale import dienst_ozg
from katalog.queries.paging import in_order
from katalog.queries.provenance import Angabe, provenance, source_columns


@dataclass(frozen=True, slots=True)
class OzgZeile:
    id: int
    ozg_id: str
    titel: str
    beschreibung: str
    themenfeld: str | None
    themenfeld_slug: str | None
    lage: str | None
    top100: Top100 | None
    prioritaet: str
    federfuehrung: str
    entfallen_am: date | None
    geaendert_am: datetime
    quelle: Angabe | None


@dataclass(frozen=True, slots=True)
class LeistungZeile:
    id: int
    schluessel: str | None
    bezeichnung: str
    bezeichnung_buerger: str
    kurztext: str
    rechtsgrundlage: str
    gueltig_ab: date | None
    gueltig_bis: date | None
    entfallen_am: date | None
    ersatzschluessel: str | None
    geaendert_am: datetime
    quelle: Angabe | None

    @property
    def name(self) -> str:
        return self.bezeichnung_buerger or self.bezeichnung


def themenfelder(session: Session) -> list[tuple[str, str]]:
    """(slug, name) of all Themenfelder in their order."""
    statement = select(col(Themenfeld.slug), col(Themenfeld.name)).order_by(col(Themenfeld.sortier))
    return [(slug, name) for slug, name in session.execute(statement)]


def ozg_by_ids(session: Session, ids: Sequence[int]) -> list[OzgZeile]:
    """In the order of `ids`."""
    rows = session.execute(_ozg().where(col(OzgLeistung.id).in_(ids))).all()
    return in_order(ids, _build_ozg(rows), lambda row: row.id)


def find_ozg(session: Session, ozg_id: str) -> OzgZeile | None:
    row = session.execute(_ozg().where(col(OzgLeistung.ozg_id) == ozg_id)).one_or_none()
    return _build_ozg([row])[0] if row else None


def ozg_of_leistung(session: Session, leistung_id: int) -> list[OzgZeile]:
    statement = (
        _ozg()
        .join(OzgZuordnung, col(OzgZuordnung.ozg_leistung_id) == col(OzgLeistung.id))
        .where(
            col(OzgZuordnung.leistung_id) == leistung_id,
            col(OzgZuordnung.entfallen_am).is_(None),
        )
        .order_by(col(OzgLeistung.ozg_id))
    )
    return _build_ozg(session.execute(statement).all())


def ozg_of_onlinedienst(session: Session, onlinedienst_id: int) -> list[OzgZeile]:
    served = select(dienst_ozg(lambda dienst, _: dienst == onlinedienst_id).c.ozg)
    statement = _ozg().where(col(OzgLeistung.id).in_(served)).order_by(col(OzgLeistung.ozg_id))
    return _build_ozg(session.execute(statement).all())


def leistungen_by_ids(session: Session, ids: Sequence[int]) -> list[LeistungZeile]:
    """In the order of `ids`."""
    rows = session.execute(_leistung().where(col(Leistung.id).in_(ids))).all()
    return in_order(ids, _build_leistung(rows), lambda row: row.id)


def find_leistung(session: Session, schluessel: str) -> LeistungZeile | None:
    row = session.execute(
        _leistung().where(col(Leistung.leistungsschluessel) == schluessel)
    ).one_or_none()
    return _build_leistung([row])[0] if row else None


def find_leistung_by_id(session: Session, number: int) -> LeistungZeile | None:
    row = session.execute(_leistung().where(col(Leistung.id) == number)).one_or_none()
    return _build_leistung([row])[0] if row else None


def leistungen_of_ozg(session: Session, ozg_leistung_id: int) -> list[LeistungZeile]:
    statement = (
        _leistung()
        .join(OzgZuordnung, col(OzgZuordnung.leistung_id) == col(Leistung.id))
        .where(
            col(OzgZuordnung.ozg_leistung_id) == ozg_leistung_id,
            col(OzgZuordnung.entfallen_am).is_(None),
        )
        .order_by(col(Leistung.leistungsschluessel).is_(None), col(Leistung.leistungsschluessel))
    )
    return _build_leistung(session.execute(statement).all())


def merkmale(session: Session, leistung_id: int) -> dict[Leistungsmerkmalart, list[str]]:
    statement = (
        select(col(Leistungsmerkmal.art), col(Leistungsmerkmal.wert))
        .where(col(Leistungsmerkmal.leistung_id) == leistung_id)
        .order_by(col(Leistungsmerkmal.wert))
    )
    found: dict[Leistungsmerkmalart, list[str]] = {art: [] for art in Leistungsmerkmalart}
    for art, wert in session.execute(statement):
        found[art].append(wert)
    return found


def count_leistungen(session: Session, ozg_ids: Sequence[int]) -> dict[int, int]:
    statement = (
        select(col(OzgZuordnung.ozg_leistung_id), func.count())
        .where(
            col(OzgZuordnung.ozg_leistung_id).in_(ozg_ids),
            col(OzgZuordnung.entfallen_am).is_(None),
        )
        .group_by(col(OzgZuordnung.ozg_leistung_id))
    )
    return {number: count for number, count in session.execute(statement)}


@cache
def _ozg() -> Any:
    return (
        select(
            OzgLeistung,
            col(Themenfeld.name).label("themenfeld"),
            col(Themenfeld.slug).label("themenfeld_slug"),
            col(Lage.name).label("lage"),
            *source_columns(),
        )
        .outerjoin(Themenfeld, col(Themenfeld.id) == col(OzgLeistung.themenfeld_id))
        .outerjoin(Lage, col(Lage.id) == col(OzgLeistung.lage_id))
        .outerjoin(Quelle, col(Quelle.id) == col(OzgLeistung.quelle_id))
    )


def _build_ozg(rows: Sequence[Any]) -> list[OzgZeile]:
    return [
        OzgZeile(
            id=row.OzgLeistung.id,
            ozg_id=row.OzgLeistung.ozg_id,
            titel=row.OzgLeistung.titel,
            beschreibung=row.OzgLeistung.beschreibung,
            themenfeld=row.themenfeld,
            themenfeld_slug=row.themenfeld_slug,
            lage=row.lage,
            top100=row.OzgLeistung.top100,
            prioritaet=row.OzgLeistung.prioritaet,
            federfuehrung=row.OzgLeistung.federfuehrung,
            entfallen_am=row.OzgLeistung.entfallen_am,
            geaendert_am=row.OzgLeistung.geaendert_am,
            quelle=provenance(row, row.OzgLeistung.stand),
        )
        for row in rows
    ]


@cache
def _leistung() -> Any:
    return select(Leistung, *source_columns()).outerjoin(
        Quelle, col(Quelle.id) == col(Leistung.quelle_id)
    )


def _build_leistung(rows: Sequence[Any]) -> list[LeistungZeile]:
    return [
        LeistungZeile(
            id=row.Leistung.id,
            schluessel=row.Leistung.leistungsschluessel,
            bezeichnung=row.Leistung.bezeichnung,
            bezeichnung_buerger=row.Leistung.bezeichnung_buerger,
            kurztext=row.Leistung.kurztext,
            rechtsgrundlage=row.Leistung.rechtsgrundlage,
            gueltig_ab=row.Leistung.gueltig_ab,
            gueltig_bis=row.Leistung.gueltig_bis,
            entfallen_am=row.Leistung.entfallen_am,
            ersatzschluessel=row.Leistung.ersatzschluessel,
            geaendert_am=row.Leistung.geaendert_am,
            quelle=provenance(row, row.Leistung.stand),
        )
        for row in rows
    ]
