"""The areas of today as a map counts them, and which of them a body serves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import String, bindparam, or_, select, type_coerce
from sqlmodel import Session, col

from katalog.domain.begriffe import Gebietsebene, Stellenart
from katalog.domain.gebietsnetz import (
    KARTENEBENEN,
    NIRGENDS,
    Flaeche,
    Gebietsnetz,
    Gemeinden,
    Raum,
    Zustaendigkeitsregel,
)
from katalog.models.register import Gebiet
from katalog.models.stellen import Behoerde, Stelle, Wirkungsgebiet, Zustaendigkeit
from katalog.queries.chunks import chunks
from katalog.queries.zustaendigkeiten import valid

# Areas without inhabitants have nobody to serve (VG250: "Gemeindefreies Gebiet").
_FREI = "gemeindefrei"
# These act for others: they serve an area only where somebody says that they are competent.
_FOR_OTHERS = (
    Stellenart.LAND,
    Stellenart.KOORDINIERUNG,
    Stellenart.DIENSTLEISTER,
    Stellenart.MINISTERIUM,
)

_GEBIETE: Any = (
    select(
        col(Gebiet.id),
        type_coerce(col(Gebiet.ebene), String),
        col(Gebiet.ars),
        col(Gebiet.ags),
        col(Gebiet.name),
        col(Gebiet.bezeichnung),
        col(Gebiet.einwohner),
        col(Gebiet.parent_id),
        col(Gebiet.kreis_id),
        col(Gebiet.land_id),
    )
    .where(col(Gebiet.gueltig_bis).is_(None))
    .order_by(col(Gebiet.ags), col(Gebiet.ars))
)
_STELLEN: Any = select(col(Stelle.id), col(Stelle.gebiet_id)).where(
    col(Stelle.art).not_in(_FOR_OTHERS), col(Stelle.gebiet_id).is_not(None)
)
_WIRKUNGSGEBIETE: Any = select(
    col(Stelle.id),
    col(Stelle.kennung),
    col(Stelle.name),
    col(Stelle.art),
    col(Wirkungsgebiet.gebiet_id),
).join(Stelle, col(Stelle.id) == col(Wirkungsgebiet.stelle_id))
# Most rules say that a town is competent for itself, which is what a map takes for granted.
_REGELN = (
    select(
        col(Zustaendigkeit.leistung_id),
        col(Zustaendigkeit.stelle_id),
        col(Zustaendigkeit.behoerdenart_id),
        col(Zustaendigkeit.gebiet_id),
        col(Zustaendigkeit.ausnahme),
    )
    .outerjoin(Stelle, col(Stelle.id) == col(Zustaendigkeit.stelle_id))
    .where(
        or_(
            col(Zustaendigkeit.ausnahme).is_(True),
            col(Zustaendigkeit.stelle_id).is_(None),
            col(Stelle.gebiet_id).is_(None),
            col(Stelle.gebiet_id) != col(Zustaendigkeit.gebiet_id),
            col(Stelle.art).in_(_FOR_OTHERS),
            col(Stelle.id).in_(select(col(Wirkungsgebiet.stelle_id))),
        )
    )
)
_LEISTUNGEN: Any = bindparam("leistungen", expanding=True)


@dataclass(slots=True)
class _Gruppe:
    """An area above the municipalities while these are being read."""

    ars: str
    ags: str | None
    name: str
    bezeichnung: str
    gemeinden: set[int] = field(default_factory=set)
    einwohner: int | None = 0


def load_netz(session: Session) -> Gebietsnetz:
    rows = session.connection().execute(_GEBIETE).all()
    above = {
        row[0]: _Gruppe(row[2], row[3], row[4], row[5])
        for row in rows
        if row[1] != Gebietsebene.GEMEINDE
    }
    levels = {row[0]: row[1] for row in rows if row[1] != Gebietsebene.GEMEINDE}
    areas: dict[Gebietsebene, dict[str, Flaeche]] = {ebene: {} for ebene in KARTENEBENEN}
    gebiete: dict[int, Gemeinden] = {}
    number = 0
    for gid, ebene, ars, ags, name, kind, people, parent, kreis, land in rows:
        if ebene != Gebietsebene.GEMEINDE or not ags:
            continue
        inhabited = _FREI not in kind.lower()
        own = frozenset({number}) if inhabited else NIRGENDS
        kreis_name = above[kreis].name if kreis in above else ""
        flaeche = Flaeche(ags, ars, name, kreis_name, people, own)
        areas[Gebietsebene.GEMEINDE][ags] = flaeche
        gebiete[gid] = own
        if levels.get(parent) != Gebietsebene.VERBAND:
            # On the level of associations it stands for itself.
            areas[Gebietsebene.VERBAND][ags] = flaeche
        if kreis == gid:
            areas[Gebietsebene.KREIS][ags[:5]] = flaeche._replace(id=ags[:5], zusatz=kind)
        if inhabited:
            for group in (above.get(n) for n in {parent, kreis, land} if n is not None):
                if group:
                    group.gemeinden.add(number)
                    group.einwohner = _add(group.einwohner, people)
            number += 1
    for gid, group in above.items():
        gebiete[gid] = frozenset(group.gemeinden)
        level = Gebietsebene(levels[gid])
        if level in areas and (key := _key_of(level, group)):
            areas[level][key] = Flaeche(
                key, group.ars, group.name, group.bezeichnung, group.einwohner, gebiete[gid]
            )
    stellen, raeume = _bodies(session, gebiete)
    return Gebietsnetz(areas, gebiete, stellen, _behoerden(session), raeume)


def _add(total: int | None, people: int | None) -> int | None:
    return None if total is None or people is None else total + people


def _key_of(level: Gebietsebene, group: _Gruppe) -> str:
    """Of its outline: an association has no AGS and goes by the first nine digits of its ARS."""
    return group.ars[:9] if level is Gebietsebene.VERBAND else group.ags or ""


def _bodies(
    session: Session, gebiete: Mapping[int, Gemeinden]
) -> tuple[dict[int, Gemeinden], dict[str, Raum]]:
    """The areas that a joint body works for come before the one that it has itself."""
    connection = session.connection()
    own = {
        stelle: gebiete.get(gebiet, NIRGENDS)
        for stelle, gebiet in connection.execute(_STELLEN).all()
    }
    served: dict[int, set[int]] = defaultdict(set)
    rooms: dict[str, tuple[str, set[int]]] = {}
    for stelle, kennung, name, art, gebiet in connection.execute(_WIRKUNGSGEBIETE).all():
        area = gebiete.get(gebiet, NIRGENDS)
        if art not in _FOR_OTHERS:
            served[stelle] |= area
        if kennung:
            rooms.setdefault(kennung, (name, set()))[1].update(area)
    return (
        own | {stelle: frozenset(area) for stelle, area in served.items()},
        {key: Raum(name, frozenset(area)) for key, (name, area) in rooms.items()},
    )


def _behoerden(session: Session) -> dict[int, frozenset[int]]:
    kinds: dict[int, set[int]] = defaultdict(set)
    statement = select(col(Behoerde.behoerdenart_id), col(Behoerde.stelle_id))
    for kind, stelle in session.connection().execute(statement).all():
        kinds[kind].add(stelle)
    return {kind: frozenset(bodies) for kind, bodies in kinds.items()}


def load_regeln(
    session: Session, leistungen: Iterable[int], today: date
) -> list[Zustaendigkeitsregel]:
    statement = _REGELN.where(col(Zustaendigkeit.leistung_id).in_(_LEISTUNGEN), valid(today))
    return [
        Zustaendigkeitsregel(*row)
        for part in chunks(sorted(leistungen))
        for row in session.connection().execute(statement, {"leistungen": part}).all()
    ]
