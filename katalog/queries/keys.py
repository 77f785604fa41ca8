"""Public keys and the ids behind them, whole tables at once, for taking over many records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from katalog.domain.begriffe import Gebietsebene
from katalog.domain.laender import Landeskuerzel
from katalog.models.angebot import Onlinedienst
from katalog.models.quellen import Quelle
from katalog.models.register import (
    Gebiet,
    Gebietsschluessel,
    Lage,
    Leistung,
    Nachfolge,
    OzgLeistung,
    Themenfeld,
)
from katalog.models.stellen import Behoerdenart, Kontaktrolle, Netzwerk, Plattform, Stelle


def _by(model: type[SQLModel], key: Any) -> Callable[[Session], dict[str, int]]:
    def read(session: Session) -> dict[str, int]:
        statement = select(key, getattr(model, "id")).where(key.is_not(None))  # noqa: B009
        return {name: number for name, number in session.execute(statement)}

    return read


def gebiete(session: Session, ebene: Gebietsebene) -> dict[str, int]:
    """Current areas of one level by ARS; padded keys repeat across levels."""
    statement = select(col(Gebiet.ars), col(Gebiet.id)).where(
        col(Gebiet.ebene) == ebene, col(Gebiet.gueltig_bis).is_(None)
    )
    return {ars: number for ars, number in session.execute(statement)}


def _laender(session: Session) -> dict[str, int]:
    areas = gebiete(session, Gebietsebene.LAND)
    return {
        land.value: areas[land.schluessel + "0" * 10]
        for land in Landeskuerzel
        if land.schluessel + "0" * 10 in areas
    }


def _stellen_by_ars(session: Session) -> dict[str, int]:
    """Where a padded key stands on several levels, the most local body is meant."""
    order = [
        Gebietsebene.LAND,
        Gebietsebene.REGIERUNGSBEZIRK,
        Gebietsebene.KREIS,
        Gebietsebene.VERBAND,
        Gebietsebene.GEMEINDE,
    ]
    statement = (
        select(col(Gebiet.ebene), col(Gebiet.ars), col(Stelle.id))
        .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .where(col(Gebiet.gueltig_bis).is_(None))
    )
    rows = sorted(session.execute(statement), key=lambda row: order.index(row[0]))
    return {ars: number for _, ars, number in rows}


def _gebiete_by_ars(session: Session) -> dict[str, int]:
    result: dict[str, int] = {}
    for ebene in Gebietsebene:
        result |= gebiete(session, ebene)
    return result


def _stellen_by_ags(session: Session) -> dict[str, int]:
    statement = (
        select(col(Gebiet.ags), col(Stelle.id))
        .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .where(col(Gebiet.ags).is_not(None), col(Gebiet.gueltig_bis).is_(None))
    )
    return {ags: number for ags, number in session.execute(statement) if ags}


def _follow(
    session: Session, target: dict[int, int], start: Iterable[tuple[str, int]]
) -> dict[str, int]:
    """From vanished areas along what they became, as long as that is one area and not several."""
    onward: dict[int, set[int]] = defaultdict(set)
    for von, nach in session.execute(select(col(Nachfolge.von_id), col(Nachfolge.nach_id))):
        onward[von].add(nach)
    found: dict[str, int] = {}
    for key, first in start:
        area, seen = first, {first}
        while area not in target and len(onward[area]) == 1:
            (area,) = onward[area]
            if area in seen:
                break
            seen.add(area)
        if area in target:
            found[key] = target[area]
    return found


def _former(session: Session) -> list[tuple[str, int]]:
    """ARS and AGS of vanished areas, and the ones that areas of today had before."""
    gone = col(Gebiet.gueltig_bis).is_not(None)
    vanished = [
        select(key, col(Gebiet.id)).where(gone) for key in (col(Gebiet.ars), col(Gebiet.ags))
    ]
    older = select(col(Gebietsschluessel.wert), col(Gebietsschluessel.gebiet_id))
    return [
        (key, number)
        for part in (*vanished, older)
        for key, number in session.execute(part).all()
        if key
    ]


def _gebiete_by_former_ars(session: Session) -> dict[str, int]:
    statement = select(col(Gebiet.id)).where(col(Gebiet.gueltig_bis).is_(None))
    current = {number: number for (number,) in session.execute(statement)}
    return _follow(session, current, _former(session))


def _stellen_by_former_ars(session: Session) -> dict[str, int]:
    statement = (
        select(col(Stelle.gebiet_id), col(Stelle.id))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(col(Gebiet.gueltig_bis).is_(None))
    )
    current = {gebiet: number for gebiet, number in session.execute(statement) if gebiet}
    return _follow(session, current, _former(session))


def _stellen_of_vanished(session: Session) -> dict[str, int]:
    """The bodies that vanished areas had, to remember from whom a statement came."""
    statement = (
        select(col(Gebiet.ars), col(Gebiet.ags), col(Stelle.id))
        .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .where(col(Gebiet.gueltig_bis).is_not(None))
    )
    return {
        key: number for ars, ags, number in session.execute(statement) for key in (ars, ags) if key
    }


READERS: dict[str, Callable[[Session], dict[str, int]]] = {
    "quelle": _by(Quelle, col(Quelle.kennung)),
    "themenfeld": _by(Themenfeld, col(Themenfeld.slug)),
    "lage": _by(Lage, col(Lage.name)),
    "ozg": _by(OzgLeistung, col(OzgLeistung.ozg_id)),
    "leistung": _by(Leistung, col(Leistung.leistungsschluessel)),
    "leistung_ohne": _by(Leistung, col(Leistung.ersatzschluessel)),
    "gebiet": _gebiete_by_ars,
    "gebiet_frueher": _gebiete_by_former_ars,
    **{f"gebiet_{ebene}": partial(gebiete, ebene=ebene) for ebene in Gebietsebene},
    "land": _laender,
    "stelle": _by(Stelle, col(Stelle.kennung)),
    "stelle_ars": _stellen_by_ars,
    "stelle_ags": _stellen_by_ags,
    "stelle_frueher": _stellen_by_former_ars,
    "stelle_vergangen": _stellen_of_vanished,
    "plattform": _by(Plattform, col(Plattform.kennung)),
    "netzwerk": _by(Netzwerk, col(Netzwerk.kennung)),
    "kontaktrolle": _by(Kontaktrolle, col(Kontaktrolle.kennung)),
    "behoerdenart": _by(Behoerdenart, col(Behoerdenart.kennung)),
    "onlinedienst": _by(Onlinedienst, col(Onlinedienst.kennung)),
}
