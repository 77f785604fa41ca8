"""Several assistants at once: what each of them has, in as many queries for four as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Angebotsstatus, Dienstmerkmalart, Kostenmodell
from katalog.models.angebot import (
    Antragsstrecke,
    Dienstmerkmal,
    Landesangebot,
    Onlinedienst,
)
from katalog.models.register import Gebiet, Leistung, OzgLeistung
from katalog.queries.dienste import DienstZeile, Strecke, by_ids
from katalog.queries.merkmale import dienst_ozg


@dataclass(frozen=True, slots=True)
class Kosten:
    """What municipalities pay, as their Land says it; no Land where the assistant says it."""

    land_id: int | None
    land: str | None
    modell: Kostenmodell


def by_kennung(session: Session, kennungen: Sequence[str]) -> list[DienstZeile]:
    """In the order asked for; also dropped ones, which say so, but no drafts."""
    statement = select(col(Onlinedienst.id), col(Onlinedienst.kennung)).where(
        col(Onlinedienst.kennung).in_(kennungen), col(Onlinedienst.entwurf).is_(False)
    )
    numbers = {kennung: number for number, kennung in session.execute(statement)}
    return by_ids(session, [numbers[kennung] for kennung in kennungen if kennung in numbers])


def merkmale_of(
    session: Session, ids: Sequence[int]
) -> dict[int, dict[Dienstmerkmalart, list[str]]]:
    statement = (
        select(col(Dienstmerkmal.onlinedienst_id), col(Dienstmerkmal.art), col(Dienstmerkmal.wert))
        .where(col(Dienstmerkmal.onlinedienst_id).in_(ids))
        .order_by(col(Dienstmerkmal.wert))
    )
    found: dict[int, dict[Dienstmerkmalart, list[str]]] = defaultdict(lambda: defaultdict(list))
    for number, art, wert in session.execute(statement):
        found[number][art].append(wert)
    return found


def ozg_of(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """(OZG-ID, title) of the services that each serves, said of it or known by its paths."""
    pairs = dienst_ozg(lambda dienst, _: dienst.in_(ids))
    statement = (
        select(pairs.c.dienst, col(OzgLeistung.ozg_id), col(OzgLeistung.titel))
        .select_from(pairs)
        .join(OzgLeistung, col(OzgLeistung.id) == pairs.c.ozg)
        .order_by(col(OzgLeistung.ozg_id))
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, ozg_id, titel in session.execute(statement):
        found[number].append((ozg_id, titel))
    return found


def strecken_of(session: Session, ids: Sequence[int]) -> dict[int, list[Strecke]]:
    statement = (
        select(
            col(Antragsstrecke.onlinedienst_id),
            col(Antragsstrecke.name),
            col(Leistung.leistungsschluessel),
            col(Leistung.bezeichnung),
            col(Antragsstrecke.reifegrad_modell),
            col(Antragsstrecke.reifegrad_stufe),
        )
        .outerjoin(Leistung, col(Leistung.id) == col(Antragsstrecke.leistung_id))
        .where(col(Antragsstrecke.onlinedienst_id).in_(ids))
        .order_by(col(Leistung.leistungsschluessel), col(Antragsstrecke.id))
    )
    found: dict[int, list[Strecke]] = defaultdict(list)
    for number, *rest in session.execute(statement):
        found[number].append(Strecke(*rest))
    return found


def costs_of(session: Session, zeilen: Sequence[DienstZeile]) -> dict[int, list[Kosten]]:
    """What the assistants say of themselves first, then what the Länder offer them for."""
    land = aliased(Gebiet)
    numbers = [zeile.dienst.id for zeile in zeilen]
    statement = (
        select(
            col(Landesangebot.onlinedienst_id),
            col(land.id),
            col(land.name),
            col(Landesangebot.kosten_modell),
        )
        .outerjoin(land, col(land.id) == col(Landesangebot.land_id))
        .where(
            col(Landesangebot.onlinedienst_id).in_(numbers),
            col(Landesangebot.status) == Angebotsstatus.ANGEBOTEN,
            col(Landesangebot.kosten_modell).is_not(None),
        )
        .order_by(col(land.sortier), col(Landesangebot.id))
    )
    found: dict[int, list[Kosten]] = defaultdict(list)
    for zeile in zeilen:
        if zeile.dienst.id is not None and zeile.dienst.kosten_modell:
            found[zeile.dienst.id].append(Kosten(None, None, zeile.dienst.kosten_modell))
    for number, *cost in session.execute(statement):
        found[number].append(Kosten(*cost))
    return found
