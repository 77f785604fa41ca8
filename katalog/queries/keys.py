"""Public keys and the ids behind them, whole tables at once, for taking over many records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from katalog.domain.begriffe import Gebietsebene
from katalog.domain.laender import Landeskuerzel
from katalog.models.angebot import Onlinedienst
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet, Lage, Leistung, OzgLeistung, Themenfeld
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


READERS: dict[str, Callable[[Session], dict[str, int]]] = {
    "quelle": _by(Quelle, col(Quelle.kennung)),
    "themenfeld": _by(Themenfeld, col(Themenfeld.slug)),
    "lage": _by(Lage, col(Lage.name)),
    "ozg": _by(OzgLeistung, col(OzgLeistung.ozg_id)),
    "leistung": _by(Leistung, col(Leistung.leistungsschluessel)),
    "gebiet": _gebiete_by_ars,
    "land": _laender,
    "stelle": _by(Stelle, col(Stelle.kennung)),
    "stelle_ars": _stellen_by_ars,
    "plattform": _by(Plattform, col(Plattform.kennung)),
    "netzwerk": _by(Netzwerk, col(Netzwerk.kennung)),
    "kontaktrolle": _by(Kontaktrolle, col(Kontaktrolle.kennung)),
    "behoerdenart": _by(Behoerdenart, col(Behoerdenart.kennung)),
    "onlinedienst": _by(Onlinedienst, col(Onlinedienst.kennung)),
}
