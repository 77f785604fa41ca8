"""What can be found at all: the ids of each type that lists, search and exports may show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Objektart
from katalog.models.angebot import Onlinedienst
from katalog.models.register import Gebiet, Leistung, OzgLeistung
from katalog.models.stellen import Stelle
from katalog.queries.chunks import chunks
from katalog.queries.dienste import public
from katalog.queries.kommunen import MUNICIPAL

# No draft, nothing that its source dropped, no area that is no more.
FINDBAR: Mapping[Objektart, Select[Any]] = {
    Objektart.OZG_LEISTUNG: select(col(OzgLeistung.id)).where(
        col(OzgLeistung.entfallen_am).is_(None)
    ),
    Objektart.LEISTUNG: select(col(Leistung.id)).where(col(Leistung.entfallen_am).is_(None)),
    Objektart.ONLINEDIENST: select(col(Onlinedienst.id)).where(public()),
    Objektart.KOMMUNE: select(col(Gebiet.id))
    .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
    .where(col(Gebiet.gueltig_bis).is_(None), col(Gebiet.ebene).in_(MUNICIPAL)),
}


def still_findable(session: Session, typ: Objektart, ids: Sequence[int]) -> Iterator[int]:
    """In their order. A search index may lag behind: what has been hidden since is left out."""
    statement = FINDBAR[typ]
    (key,) = statement.selected_columns
    for part in chunks(ids):
        found = set(session.connection().execute(statement.where(key.in_(part))).scalars())
        yield from (number for number in part if number in found)
