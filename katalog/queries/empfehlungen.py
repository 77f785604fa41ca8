"""What the catalogue knows of all assistants a body might take over: few questions, lean rows.

None of them names the assistants it is about, since that would be thousands: each reads what all
have, and `comparison` brings it together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select
from sqlmodel import Session, col

from katalog.domain.begriffe import (
    Angebotsstatus,
    Arbeitsstatus,
    Dienstart,
    Dienstmerkmalart,
    Dienststatus,
    Einsatzstatus,
    Gebietsebene,
    Kostenmodell,
    Top100,
)
from katalog.domain.rollen import Betrachter, resolve_sicht
from katalog.models.angebot import Antragsstrecke, Dienstmerkmal, Landesangebot, Onlinedienst
from katalog.models.koordination import Beschluss, Beschlusspunkt, BeschlusspunktOzg
from katalog.models.nutzung import Ausblendung, Einsatz
from katalog.models.register import Gebiet, OzgLeistung
from katalog.models.stellen import Absichtserklaerung, Fallzahl, Plattform, Stelle
from katalog.queries.dienste import public
from katalog.queries.einsaetze import IN_USE, stands
from katalog.queries.merkmale import dienst_ozg

_ENDING = (Dienststatus.ABGEKUENDIGT, Dienststatus.EINGESTELLT)


class Dienst(NamedTuple):
    id: int
    name: str
    sortier: str
    art: Dienstart
    status: Dienststatus | None
    kosten: Kostenmodell | None
    reifegrad_modell: str | None
    reifegrad_stufe: int | None
    plattform_id: int | None
    plattform: str | None
    land_id: int | None
    land: str | None


class Angabe(NamedTuple):
    """What the body itself has, runs or plans."""

    dienst_id: int
    dienst: str
    plattform_id: int | None
    fachverfahren: str


class Koerper(NamedTuple):
    """A body of the same kind as the one that asks."""

    stelle_id: int
    name: str
    ags: str | None
    kreis_id: int | None
    land_id: int | None
    bezeichnung: str
    einwohner: int | None
    lat: float | None
    lon: float | None


class Landeszeile(NamedTuple):
    dienst_id: int
    status: Angebotsstatus
    ab: date | None
    kosten: Kostenmodell | None
    koordinierung: str


def dienste(session: Session) -> list[Dienst]:
    """All that somebody may still begin with."""
    statement: Any = (
        select(
            col(Onlinedienst.id),
            col(Onlinedienst.name),
            col(Onlinedienst.sortier),
            col(Onlinedienst.art),
            col(Onlinedienst.status),
            col(Onlinedienst.kosten_modell),
            col(Onlinedienst.reifegrad_modell),
            col(Onlinedienst.reifegrad_stufe),
            col(Onlinedienst.plattform_id),
            col(Plattform.name),
            col(Onlinedienst.betreibendes_land_id),
            col(Gebiet.name),
        )
        .outerjoin(Plattform, col(Plattform.id) == col(Onlinedienst.plattform_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Onlinedienst.betreibendes_land_id))
        .where(
            public(),
            col(Onlinedienst.art) != Dienstart.KONZEPT,
            or_(col(Onlinedienst.status).is_(None), col(Onlinedienst.status).not_in(_ENDING)),
        )
    )
    return [Dienst._make(row) for row in session.connection().execute(statement)]


def own(session: Session, stelle_id: int, viewer: Betrachter, today: date) -> list[Angabe]:
    statement = (
        select(
            col(Einsatz.onlinedienst_id),
            col(Onlinedienst.name),
            col(Onlinedienst.plattform_id),
            col(Einsatz.fachverfahren),
        )
        .join(Onlinedienst, col(Onlinedienst.id) == col(Einsatz.onlinedienst_id))
        .where(
            col(Einsatz.stelle_id) == stelle_id,
            stands(viewer, today),
            col(Einsatz.status) != Einsatzstatus.BEENDET,
        )
        .order_by(col(Einsatz.id))
    )
    return [Angabe._make(row) for row in session.execute(statement)]


def alike(session: Session, gebiet: Gebiet) -> list[Koerper]:
    """Bodies of the same kind: of the own Land, but Kreise and kreisfreie Städte of all Länder."""
    kreise = or_(col(Gebiet.ebene) == Gebietsebene.KREIS, col(Gebiet.kreisfrei).is_(True))
    same: ColumnElement[bool] = (
        kreise
        if gebiet.kreisfrei or gebiet.ebene is Gebietsebene.KREIS
        else and_(
            col(Gebiet.ebene) == gebiet.ebene,
            col(Gebiet.kreisfrei).is_(False),
            col(Gebiet.land_id) == gebiet.land_id,
        )
    )
    statement = (
        select(
            col(Stelle.id),
            col(Stelle.name),
            col(Gebiet.ags),
            col(Gebiet.kreis_id),
            col(Gebiet.land_id),
            col(Gebiet.bezeichnung),
            col(Gebiet.einwohner),
            col(Gebiet.lat),
            col(Gebiet.lon),
        )
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(same, col(Gebiet.gueltig_bis).is_(None), col(Gebiet.id) != gebiet.id)
        .order_by(col(Stelle.sortier), col(Stelle.id))
    )
    return [Koerper._make(row) for row in session.connection().execute(statement)]


def used_by(
    session: Session, stellen: Collection[int], viewer: Betrachter, today: date
) -> dict[int, dict[int, bool]]:
    """Assistant → body → whether it is paused there, for what these bodies use or have paused."""
    paused = col(Einsatz.status) == Einsatzstatus.VORUEBERGEHEND
    statement = (
        select(
            col(Einsatz.onlinedienst_id),
            col(Einsatz.stelle_id),
            func.min(case((paused, 1), else_=0)),
        )
        .where(
            col(Einsatz.stelle_id).in_(stellen),
            col(Einsatz.status).in_((Einsatzstatus.PRODUKTIV, Einsatzstatus.VORUEBERGEHEND)),
            col(Einsatz.rolle).in_(IN_USE),
            stands(viewer, today),
        )
        .group_by(col(Einsatz.onlinedienst_id), col(Einsatz.stelle_id))
    )
    found: dict[int, dict[int, bool]] = defaultdict(dict)
    for dienst, stelle, only_paused in session.connection().execute(statement):
        found[dienst][stelle] = bool(only_paused)
    return found


def offered(session: Session, land_id: int | None) -> dict[int, Landeszeile]:
    """What the own Land offers; of several offers of one assistant the one furthest on."""
    statement = (
        select(
            col(Landesangebot.onlinedienst_id),
            col(Landesangebot.status),
            col(Landesangebot.verfuegbar_ab),
            col(Landesangebot.kosten_modell),
            col(Stelle.name),
        )
        .join(Stelle, col(Stelle.id) == col(Landesangebot.koordinierung_id))
        .where(col(Landesangebot.land_id) == land_id)
        .order_by(col(Landesangebot.id))
    )
    rows = [Landeszeile._make(row) for row in session.execute(statement)]
    order = [*Angebotsstatus]
    order.insert(0, order.pop(order.index(Angebotsstatus.ANGEBOTEN)))
    ranked = sorted(rows, key=lambda row: order.index(row.status), reverse=True)
    return {row.dienst_id: row for row in ranked}


def ozg_of_all(session: Session) -> tuple[dict[int, set[int]], dict[int, Top100]]:
    """Which OZG services each assistant serves, and which of those belong to the TOP 100."""
    pairs = dienst_ozg()
    statement = select(pairs.c.dienst, pairs.c.ozg, col(OzgLeistung.top100)).join(
        OzgLeistung, col(OzgLeistung.id) == pairs.c.ozg
    )
    served: dict[int, set[int]] = defaultdict(set)
    top: dict[int, Top100] = {}
    for dienst, ozg, top100 in session.connection().execute(statement):
        served[dienst].add(ozg)
        if top100 is not None:
            top[ozg] = top100
    return served, top


def fachverfahren_of_all(session: Session) -> dict[int, set[str]]:
    statement = select(col(Dienstmerkmal.onlinedienst_id), col(Dienstmerkmal.wert)).where(
        col(Dienstmerkmal.art) == Dienstmerkmalart.FACHVERFAHREN
    )
    found: dict[int, set[str]] = defaultdict(set)
    for dienst, wert in session.execute(statement):
        found[dienst].add(wert)
    return found


def volumes(session: Session, areas: Collection[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """(assistant, area) → applications of the latest year that is known, and that year.

    The figures of its services are added up, each service counted once.
    """
    served = (
        select(col(Antragsstrecke.onlinedienst_id), col(Antragsstrecke.leistung_id))
        .where(col(Antragsstrecke.leistung_id).is_not(None))
        .distinct()
        .subquery()
    )
    statement = (
        select(
            served.c.onlinedienst_id,
            col(Fallzahl.gebiet_id),
            col(Fallzahl.jahr),
            func.sum(col(Fallzahl.anzahl)),
        )
        .join(served, served.c.leistung_id == col(Fallzahl.leistung_id))
        .where(col(Fallzahl.gebiet_id).in_(areas))
        .group_by(served.c.onlinedienst_id, col(Fallzahl.gebiet_id), col(Fallzahl.jahr))
        .order_by(col(Fallzahl.jahr))
    )
    return {
        (dienst, area): (int(number), year)
        for dienst, area, year, number in session.execute(statement)
    }


def intended_platforms(session: Session, land_id: int | None) -> set[int]:
    """Platforms for which the Land gave a letter of intent."""
    statement = select(col(Absichtserklaerung.plattform_id)).where(
        col(Absichtserklaerung.land_id) == land_id
    )
    return set(session.execute(statement).scalars())


def mandates(
    session: Session, stelle_id: int, viewer: Betrachter
) -> dict[int, tuple[str, date | None]]:
    """OZG service → resolution and day of the open point about it that is due first.

    Only for those who see what the body has not reported yet.
    """
    if stelle_id not in resolve_sicht(viewer).stellen:
        return {}
    statement = (
        select(
            col(BeschlusspunktOzg.ozg_leistung_id),
            col(Beschluss.vorlage),
            col(Beschlusspunkt.faellig),
        )
        .join(Beschlusspunkt, col(Beschlusspunkt.id) == col(BeschlusspunktOzg.beschlusspunkt_id))
        .join(Beschluss, col(Beschluss.id) == col(Beschlusspunkt.beschluss_id))
        .where(
            col(Beschluss.stelle_id) == stelle_id,
            col(Beschlusspunkt.status).in_((Arbeitsstatus.OFFEN, Arbeitsstatus.IN_ARBEIT)),
        )
    )
    rows = sorted(
        session.execute(statement), key=lambda row: (row.faellig or date.max, row.vorlage)
    )
    return {ozg: (vorlage, faellig) for ozg, vorlage, faellig in reversed(rows)}


# What a body does not want to be told of -------------------------------------------------------


def hidden(session: Session, stelle_id: int) -> list[int]:
    """The latest first."""
    statement = (
        select(col(Ausblendung.onlinedienst_id))
        .where(col(Ausblendung.stelle_id) == stelle_id)
        .order_by(col(Ausblendung.am).desc(), col(Ausblendung.onlinedienst_id))
    )
    return list(session.execute(statement).scalars())


def hide(session: Session, stelle_id: int, onlinedienst_id: int, today: date) -> bool:
    """False if it is hidden already."""
    key = (stelle_id, onlinedienst_id)
    if session.get(Ausblendung, key) is not None:
        return False
    session.add(Ausblendung(stelle_id=stelle_id, onlinedienst_id=onlinedienst_id, am=today))
    session.flush()
    return True


def show_again(session: Session, stelle_id: int, onlinedienst_id: int) -> bool:
    statement = delete(Ausblendung).where(
        col(Ausblendung.stelle_id) == stelle_id,
        col(Ausblendung.onlinedienst_id) == onlinedienst_id,
    )
    return session.connection().execute(statement).rowcount > 0
