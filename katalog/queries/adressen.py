"""Where things have their page: by the key that people know, never by the number of a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Objektart
from katalog.models.angebot import Onlinedienst
from katalog.models.register import Gebiet, Leistung, OzgLeistung
from katalog.queries.chunks import chunks

# The column of the id, the column of the key, and the path before the key.
_KEYS: Mapping[Objektart, tuple[Any, Any, str]] = {
    Objektart.OZG_LEISTUNG: (col(OzgLeistung.id), col(OzgLeistung.ozg_id), "/ozg/"),
    Objektart.LEISTUNG: (
        col(Leistung.id),
        func.coalesce(col(Leistung.leistungsschluessel), col(Leistung.ersatzschluessel)),
        "/leistungen/",
    ),
    Objektart.ONLINEDIENST: (
        col(Onlinedienst.id), col(Onlinedienst.kennung), "/onlinedienste/",
    ),
    Objektart.KOMMUNE: (col(Gebiet.id), col(Gebiet.ars), "/kommunen/"),
}  # fmt: skip


def paths(session: Session, typ: Objektart, ids: Sequence[int]) -> dict[int, str]:
    number, key, prefix = _KEYS[typ]
    found: dict[int, str] = {}
    for some in chunks(ids):
        rows = session.connection().execute(select(number, key).where(number.in_(some)))
        found |= {number: f"{prefix}{key}" for number, key in rows if key}
    return found
