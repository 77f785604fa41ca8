"""Facts that come in lists, for many rows at once: one statement each, however many the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from katalog.domain.begriffe import Dienstmerkmalart, Leistungsmerkmalart
from katalog.models.angebot import Antragsstrecke, Dienstmerkmal, OnlinedienstOzg
from katalog.models.nutzung import Einsatz, EinsatzAntragsstrecke
from katalog.models.register import (
    Gebiet,
    Leistung,
    Leistungsmerkmal,
    OzgLeistung,
    OzgZuordnung,
    Themenfeld,
)
from katalog.models.stellen import Stelle


@dataclass(frozen=True, slots=True)
class Ort:
    """Where the body of a statement is, and when the statement was last touched."""

    lat: float | None
    lon: float | None
    geaendert_am: datetime


def schluessel_of_ozg(session: Session, ozg_ids: Sequence[int]) -> dict[int, list[str]]:
    statement = (
        select(col(OzgZuordnung.ozg_leistung_id), col(Leistung.leistungsschluessel))
        .join(Leistung, col(Leistung.id) == col(OzgZuordnung.leistung_id))
        .where(
            col(OzgZuordnung.ozg_leistung_id).in_(ozg_ids),
            col(OzgZuordnung.entfallen_am).is_(None),
            col(Leistung.entfallen_am).is_(None),
            col(Leistung.leistungsschluessel).is_not(None),
        )
        .order_by(col(Leistung.leistungsschluessel))
    )
    return _grouped(session, statement)


def ozg_of_leistungen(session: Session, leistung_ids: Sequence[int]) -> dict[int, list[str]]:
    statement = (
        select(col(OzgZuordnung.leistung_id), col(OzgLeistung.ozg_id))
        .join(OzgLeistung, col(OzgLeistung.id) == col(OzgZuordnung.ozg_leistung_id))
        .where(
            col(OzgZuordnung.leistung_id).in_(leistung_ids),
            col(OzgZuordnung.entfallen_am).is_(None),
        )
        .order_by(col(OzgLeistung.ozg_id))
    )
    return _grouped(session, statement)


def themenfelder_of_leistungen(
    session: Session, leistung_ids: Sequence[int]
) -> dict[int, list[tuple[str, str]]]:
    """(slug, name) of the Themenfelder of the OZG services that a service belongs to."""
    statement = (
        select(col(OzgZuordnung.leistung_id), col(Themenfeld.slug), col(Themenfeld.name))
        .join(OzgLeistung, col(OzgLeistung.id) == col(OzgZuordnung.ozg_leistung_id))
        .join(Themenfeld, col(Themenfeld.id) == col(OzgLeistung.themenfeld_id))
        .where(
            col(OzgZuordnung.leistung_id).in_(leistung_ids),
            col(OzgZuordnung.entfallen_am).is_(None),
        )
        .distinct()
        .order_by(col(Themenfeld.slug))
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for number, slug, name in session.execute(statement):
        found.setdefault(number, []).append((slug, name))
    return found


def merkmale_of_leistungen(
    session: Session, leistung_ids: Sequence[int], art: Leistungsmerkmalart
) -> dict[int, list[str]]:
    statement = (
        select(col(Leistungsmerkmal.leistung_id), col(Leistungsmerkmal.wert))
        .where(
            col(Leistungsmerkmal.leistung_id).in_(leistung_ids), col(Leistungsmerkmal.art) == art
        )
        .order_by(col(Leistungsmerkmal.wert))
    )
    return _grouped(session, statement)


def ozg_of_dienste(session: Session, dienst_ids: Sequence[int]) -> dict[int, list[str]]:
    """Named by the assistant itself, or by way of the services it has paths for."""
    named: Any = select(
        col(OnlinedienstOzg.onlinedienst_id).label("dienst"),
        col(OnlinedienstOzg.ozg_leistung_id).label("ozg"),
    ).where(col(OnlinedienstOzg.onlinedienst_id).in_(dienst_ids))
    by_path = (
        select(col(Antragsstrecke.onlinedienst_id), col(OzgZuordnung.ozg_leistung_id))
        .join(OzgZuordnung, col(OzgZuordnung.leistung_id) == col(Antragsstrecke.leistung_id))
        .where(
            col(Antragsstrecke.onlinedienst_id).in_(dienst_ids),
            col(OzgZuordnung.entfallen_am).is_(None),
        )
    )
    both: Any = named.union(by_path).subquery()
    statement = (
        select(both.c.dienst, col(OzgLeistung.ozg_id))
        .join(OzgLeistung, col(OzgLeistung.id) == both.c.ozg)
        .order_by(col(OzgLeistung.ozg_id))
    )
    return _grouped(session, statement)


def schluessel_of_dienste(session: Session, dienst_ids: Sequence[int]) -> dict[int, list[str]]:
    statement = (
        select(col(Antragsstrecke.onlinedienst_id), col(Leistung.leistungsschluessel))
        .join(Leistung, col(Leistung.id) == col(Antragsstrecke.leistung_id))
        .where(
            col(Antragsstrecke.onlinedienst_id).in_(dienst_ids),
            col(Leistung.leistungsschluessel).is_not(None),
        )
        .distinct()
        .order_by(col(Leistung.leistungsschluessel))
    )
    return _grouped(session, statement)


def merkmale_of_dienste(
    session: Session, dienst_ids: Sequence[int]
) -> dict[int, dict[Dienstmerkmalart, list[str]]]:
    statement = (
        select(col(Dienstmerkmal.onlinedienst_id), col(Dienstmerkmal.art), col(Dienstmerkmal.wert))
        .where(col(Dienstmerkmal.onlinedienst_id).in_(dienst_ids))
        .order_by(col(Dienstmerkmal.wert))
    )
    found: dict[int, dict[Dienstmerkmalart, list[str]]] = {}
    for number, art, wert in session.execute(statement):
        found.setdefault(number, {}).setdefault(art, []).append(wert)
    return found


def schluessel_of_einsaetze(session: Session, einsatz_ids: Sequence[int]) -> dict[int, list[str]]:
    """For which services an assistant is used; a statement that names none means all of them."""
    statement = (
        select(col(EinsatzAntragsstrecke.einsatz_id), col(Leistung.leistungsschluessel))
        .join(
            Antragsstrecke,
            col(Antragsstrecke.id) == col(EinsatzAntragsstrecke.antragsstrecke_id),
        )
        .join(Leistung, col(Leistung.id) == col(Antragsstrecke.leistung_id))
        .where(
            col(EinsatzAntragsstrecke.einsatz_id).in_(einsatz_ids),
            col(Leistung.leistungsschluessel).is_not(None),
        )
        .distinct()
        .order_by(col(Leistung.leistungsschluessel))
    )
    return _grouped(session, statement)


def orte_of_einsaetze(session: Session, einsatz_ids: Sequence[int]) -> dict[int, Ort]:
    statement = (
        select(col(Einsatz.id), col(Gebiet.lat), col(Gebiet.lon), col(Einsatz.geaendert_am))
        .join(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(col(Einsatz.id).in_(einsatz_ids))
    )
    return {
        number: Ort(lat, lon, moment) for number, lat, lon, moment in session.execute(statement)
    }


def _grouped(session: Session, statement: Any) -> dict[int, list[str]]:
    """(id, text) rows by id, in the order of the statement."""
    found: dict[int, list[str]] = {}
    for number, text in session.connection().execute(statement):
        found.setdefault(number, []).append(text)
    return found
