"""Online assistants: lists with facets, and everything one page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import (
    Dienstmerkmalart,
    Verweisart,
)
from katalog.models.angebot import (
    Antragsstrecke,
    Dienstmerkmal,
    Onlinedienst,
    OnlinedienstOzg,
    Release,
    Verweis,
)
from katalog.models.betrieb import Linkpruefung
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet, Leistung, OzgZuordnung, Themenfeld
from katalog.models.stellen import Plattform, Stelle
from katalog.queries.merkmale import dienst_ozg
from katalog.queries.paging import in_order
from katalog.queries.provenance import Angabe, provenance, source_columns

_traeger = aliased(Stelle)
_dienstleister = aliased(Stelle)
_nachfolger = aliased(Onlinedienst)


@dataclass(frozen=True, slots=True)
class DienstZeile:
    """The assistant itself (`dienst`) with the names of what it points to."""

    dienst: Onlinedienst
    themenfeld: str | None
    themenfeld_slug: str | None
    plattform: str | None
    plattform_url: str | None
    traeger: str | None
    dienstleister: str | None
    land: str | None
    land_ars: str | None
    nachfolger_kennung: str | None
    nachfolger_name: str | None
    quelle: Angabe | None

    @property
    def titel(self) -> str:
        return self.dienst.kurzname or self.dienst.name


@dataclass(frozen=True, slots=True)
class Strecke:
    name: str
    schluessel: str | None
    bezeichnung: str | None
    reifegrad_modell: str | None
    reifegrad_stufe: int | None


@dataclass(frozen=True, slots=True)
class Link:
    art: Verweisart
    titel: str
    url: str
    nicht_erreichbar_am: date | None


def public() -> ColumnElement[bool]:
    """What lists, counts and links show: no draft, nothing that its source dropped."""
    return and_(col(Onlinedienst.entfallen_am).is_(None), col(Onlinedienst.entwurf).is_(False))


def find_dienst(session: Session, kennung: str) -> DienstZeile | None:
    """Also one that has been dropped since: its address stays, and says so."""
    statement = _dienst().where(
        col(Onlinedienst.kennung) == kennung, col(Onlinedienst.entwurf).is_(False)
    )
    row = session.execute(statement).one_or_none()
    return _build([row])[0] if row else None


def dienste_for_leistung(session: Session, leistung_id: int) -> list[DienstZeile]:
    """Assistants with a path for the service come first, then those for its OZG services."""
    path = select(col(Antragsstrecke.onlinedienst_id)).where(
        col(Antragsstrecke.leistung_id) == leistung_id
    )
    bundle = (
        select(col(OnlinedienstOzg.onlinedienst_id))
        .join(
            OzgZuordnung,
            col(OzgZuordnung.ozg_leistung_id) == col(OnlinedienstOzg.ozg_leistung_id),
        )
        .where(col(OzgZuordnung.leistung_id) == leistung_id)
    )
    ids = (
        select(col(Onlinedienst.id))
        .where(col(Onlinedienst.id).in_(path.union(bundle)), public())
        .order_by(col(Onlinedienst.id).not_in(path), col(Onlinedienst.sortier))
    )
    return by_ids(session, session.execute(ids).scalars().all())


def dienste_for_ozg(session: Session, ozg_leistung_id: int) -> list[DienstZeile]:
    serving = select(dienst_ozg(lambda _, ozg: ozg == ozg_leistung_id).c.dienst)
    ids = (
        select(col(Onlinedienst.id))
        .where(col(Onlinedienst.id).in_(serving), public())
        .order_by(col(Onlinedienst.sortier))
    )
    return by_ids(session, session.execute(ids).scalars().all())


def by_ids(session: Session, ids: Sequence[int]) -> list[DienstZeile]:
    """In the order of `ids`."""
    rows = _build(session.execute(_dienst().where(col(Onlinedienst.id).in_(ids))).all())
    return in_order(ids, rows, lambda row: row.dienst.id)


def count_dienste_per_ozg(session: Session, ozg_ids: Sequence[int]) -> dict[int, int]:
    pairs = dienst_ozg(lambda _, ozg: ozg.in_(ozg_ids))
    statement = (
        select(pairs.c.ozg, func.count())
        .join(Onlinedienst, col(Onlinedienst.id) == pairs.c.dienst)
        .where(public())
        .group_by(pairs.c.ozg)
    )
    return {number: count for number, count in session.execute(statement)}


def strecken(session: Session, onlinedienst_id: int) -> list[Strecke]:
    statement = (
        select(
            col(Antragsstrecke.name),
            col(Leistung.leistungsschluessel),
            col(Leistung.bezeichnung),
            col(Antragsstrecke.reifegrad_modell),
            col(Antragsstrecke.reifegrad_stufe),
        )
        .outerjoin(Leistung, col(Leistung.id) == col(Antragsstrecke.leistung_id))
        .where(col(Antragsstrecke.onlinedienst_id) == onlinedienst_id)
        .order_by(col(Antragsstrecke.id))
    )
    return [Strecke(*row) for row in session.execute(statement)]


def dienst_merkmale(session: Session, onlinedienst_id: int) -> dict[Dienstmerkmalart, list[str]]:
    statement = (
        select(col(Dienstmerkmal.art), col(Dienstmerkmal.wert))
        .where(col(Dienstmerkmal.onlinedienst_id) == onlinedienst_id)
        .order_by(col(Dienstmerkmal.wert))
    )
    found: dict[Dienstmerkmalart, list[str]] = {art: [] for art in Dienstmerkmalart}
    for art, wert in session.execute(statement):
        found[art].append(wert)
    return found


def links(session: Session, onlinedienst_id: int, landesangebot_ids: Sequence[int]) -> list[Link]:
    statement = (
        select(
            col(Verweis.art),
            col(Verweis.titel),
            col(Verweis.url),
            col(Linkpruefung.nicht_erreichbar_am),
        )
        .outerjoin(Linkpruefung, col(Linkpruefung.url) == col(Verweis.url))
        .where(
            or_(
                col(Verweis.onlinedienst_id) == onlinedienst_id,
                col(Verweis.landesangebot_id).in_(landesangebot_ids),
            )
        )
        .order_by(col(Verweis.id))
    )
    found: dict[str, Link] = {}
    for link in session.execute(statement):
        found.setdefault(link.url, Link(*link))
    return list(found.values())


def releases(session: Session, onlinedienst_id: int) -> list[Release]:
    statement = (
        select(Release)
        .where(col(Release.onlinedienst_id) == onlinedienst_id)
        .order_by(col(Release.datum).desc(), col(Release.id).desc())
    )
    return list(session.execute(statement).scalars())


def count_per_themenfeld(session: Session) -> list[tuple[str, str, int]]:
    """(slug, name, assistants) of every Themenfeld, those without any included."""
    statement = (
        select(
            col(Themenfeld.slug),
            func.coalesce(func.nullif(col(Themenfeld.name_alt), ""), col(Themenfeld.name)),
            func.count(col(Onlinedienst.id)),
        )
        .outerjoin(
            Onlinedienst,
            (col(Onlinedienst.themenfeld_id) == col(Themenfeld.id)) & public(),
        )
        .group_by(col(Themenfeld.id))
        .order_by(col(Themenfeld.sortier))
    )
    return [(slug, name, count) for slug, name, count in session.execute(statement)]


@cache
def _dienst() -> Any:
    return (
        select(
            Onlinedienst,
            col(Themenfeld.name).label("themenfeld"),
            col(Themenfeld.slug).label("themenfeld_slug"),
            col(Plattform.name).label("plattform"),
            col(Plattform.url).label("plattform_url"),
            col(_traeger.name).label("traeger"),
            col(_dienstleister.name).label("dienstleister"),
            col(Gebiet.name).label("land"),
            col(Gebiet.ars).label("land_ars"),
            col(_nachfolger.kennung).label("nachfolger_kennung"),
            col(_nachfolger.name).label("nachfolger_name"),
            *source_columns(),
        )
        .outerjoin(Themenfeld, col(Themenfeld.id) == col(Onlinedienst.themenfeld_id))
        .outerjoin(Plattform, col(Plattform.id) == col(Onlinedienst.plattform_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Onlinedienst.betreibendes_land_id))
        .outerjoin(_traeger, col(_traeger.id) == col(Onlinedienst.traeger_id))
        .outerjoin(_dienstleister, col(_dienstleister.id) == col(Onlinedienst.dienstleister_id))
        .outerjoin(_nachfolger, col(_nachfolger.id) == col(Onlinedienst.nachfolger_id))
        .outerjoin(Quelle, col(Quelle.id) == col(Onlinedienst.quelle_id))
    )


def _build(rows: Sequence[Any]) -> list[DienstZeile]:
    return [
        DienstZeile(
            dienst=row.Onlinedienst,
            themenfeld=row.themenfeld,
            themenfeld_slug=row.themenfeld_slug,
            plattform=row.plattform,
            plattform_url=row.plattform_url,
            traeger=row.traeger,
            dienstleister=row.dienstleister,
            land=row.land,
            land_ars=row.land_ars,
            nachfolger_kennung=row.nachfolger_kennung,
            nachfolger_name=row.nachfolger_name,
            quelle=provenance(row, row.Onlinedienst.stand),
        )
        for row in rows
    ]
