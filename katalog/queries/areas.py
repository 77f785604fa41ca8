"""Areas as such: found by keys of any time, closed and followed by others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlmodel import Session, col

from katalog.domain.begriffe import Gebietsebene, Laufstatus, Schluesselart
from katalog.models.quellen import Importlauf, Quelle
from katalog.models.register import Gebiet, Gebietsschluessel, Nachfolge
from katalog.queries.chunks import chunks

_GEBIET = Gebiet.__table__  # type: ignore[attr-defined]
_LISTS = ("gv", "gv100")


def point_to_themselves(session: Session) -> None:
    """A Land is its own Land, a Kreis and a kreisfreie Stadt their own Kreis."""
    gebiet = Gebiet
    session.connection().execute(
        update(gebiet)
        .where(col(gebiet.ebene) == Gebietsebene.LAND, col(gebiet.land_id).is_(None))
        .values(land_id=col(gebiet.id))
    )
    session.connection().execute(
        update(gebiet)
        .where(
            or_(col(gebiet.ebene) == Gebietsebene.KREIS, col(gebiet.kreisfrei).is_(True)),
            col(gebiet.kreis_id).is_(None),
        )
        .values(kreis_id=col(gebiet.id))
    )


def _inside(prefix: str) -> ColumnElement[bool]:
    """A range is found by index on both kinds of database, LIKE is not."""
    return col(Gebiet.ags).between(prefix, prefix.ljust(8, "9"))


def municipal_ags(session: Session, prefixes: Sequence[str]) -> list[str]:
    """Keys of the municipalities of today whose key begins with one of these."""
    statement = select(col(Gebiet.ags)).where(
        col(Gebiet.ebene) == Gebietsebene.GEMEINDE,
        col(Gebiet.gueltig_bis).is_(None),
        or_(*(_inside(prefix) for prefix in prefixes)),
    )
    return [ags for (ags,) in session.execute(statement) if ags]


def kommunen_per_kreis(session: Session, land: str) -> Counter[str]:
    """How many municipalities of today each Kreis of a Land has, by the key of the Kreis."""
    statement = (
        select(kreis := func.substr(col(Gebiet.ags), 1, 5), func.count())
        .where(
            col(Gebiet.ebene) == Gebietsebene.GEMEINDE,
            col(Gebiet.gueltig_bis).is_(None),
            _inside(land),
        )
        .group_by(kreis)
        .order_by(kreis)
    )
    return Counter({kreis: number for kreis, number in session.connection().execute(statement)})


def newest_list(session: Session) -> date | None:
    """The day of the newest official list that was taken over."""
    statement = (
        select(func.max(col(Quelle.stand)))
        .join(Importlauf, col(Importlauf.quelle_id) == col(Quelle.id))
        .where(
            col(Importlauf.format).in_(_LISTS),
            col(Importlauf.status) == Laufstatus.FERTIG,
        )
    )
    found = session.execute(statement).scalar()
    return found if isinstance(found, date) else None


def municipal_keys(session: Session) -> tuple[list[str], list[str]]:
    """AGS of the municipalities of today, and of vanished ones whose successor is known."""
    level = col(Gebiet.ebene) == Gebietsebene.GEMEINDE
    today = select(col(Gebiet.ags)).where(level, col(Gebiet.gueltig_bis).is_(None))
    followed = (
        select(col(Gebiet.ags))
        .join(Nachfolge, col(Nachfolge.von_id) == col(Gebiet.id))
        .where(level, col(Gebiet.gueltig_bis).is_not(None))
    )
    older = select(col(Gebietsschluessel.wert)).where(
        col(Gebietsschluessel.art) == Schluesselart.AGS
    )
    gone = [ags for part in (followed, older) for (ags,) in session.execute(part).all() if ags]
    return [ags for (ags,) in session.execute(today) if ags], gone


# Found by keys ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Eintrag:
    id: int
    row: dict[str, Any]

    @property
    def stand(self) -> date | None:
        stand = self.row["stand"] or self.row["gueltig_ab"]
        return stand if isinstance(stand, date) else None

    @property
    def besteht(self) -> bool:
        return self.row["gueltig_bis"] is None

    def is_newer_than(self, day: date) -> bool:
        return self.stand is not None and self.stand > day


@dataclass(frozen=True, slots=True)
class Eintraege:
    by_ars: dict[str, Eintrag]
    by_ags: dict[str, Eintrag]
    by_old_key: dict[tuple[str, str], Eintrag]

    def find(self, ars: str, ags: str | None) -> Eintrag | None:
        """By the AGS, which lasts; by the ARS where there is none; by a key it once had."""
        if ags:
            return self.by_ags.get(ags) or self.by_old_key.get((Schluesselart.AGS, ags))
        return self.by_ars.get(ars) or self.by_old_key.get((Schluesselart.ARS, ars))


def entries(
    session: Session, ebene: Gebietsebene, ars: Sequence[str], ags: Sequence[str]
) -> Eintraege:
    """Areas of a level that have or had one of these keys; of two the one that still exists."""
    by_ars: dict[str, Eintrag] = {}
    by_ags: dict[str, Eintrag] = {}
    for column, keys, found in (("ars", ars, by_ars), ("ags", ags, by_ags)):
        for part in chunks(sorted(set(keys))):
            statement = (
                select(_GEBIET)
                .where(_GEBIET.c.ebene == ebene, _GEBIET.c[column].in_(part))
                .order_by(_GEBIET.c.gueltig_bis.is_(None), _GEBIET.c.gueltig_ab)
            )
            for row in session.execute(statement).mappings():
                found[row[column]] = Eintrag(row["id"], dict(row))
    by_old_key: dict[tuple[str, str], Eintrag] = {}
    for art, keys, known in (
        (Schluesselart.ARS, ars, by_ars),
        (Schluesselart.AGS, ags, by_ags),
    ):
        missing = sorted(set(keys) - known.keys())
        for part in chunks(missing):
            older = (
                select(col(Gebietsschluessel.wert), _GEBIET)
                .join(Gebietsschluessel, col(Gebietsschluessel.gebiet_id) == _GEBIET.c.id)
                .where(
                    _GEBIET.c.ebene == ebene,
                    col(Gebietsschluessel.art) == art,
                    col(Gebietsschluessel.wert).in_(part),
                )
                .order_by(_GEBIET.c.gueltig_bis.is_(None))
            )
            for row in session.execute(older).mappings():
                by_old_key[art, row["wert"]] = Eintrag(row["id"], dict(row))
    return Eintraege(by_ars, by_ags, by_old_key)


def by_prefix(session: Session, prefix: str) -> Eintrag | None:
    """The one municipality of today whose ARS begins so."""
    statement = select(_GEBIET).where(
        _GEBIET.c.ebene == Gebietsebene.GEMEINDE,
        _GEBIET.c.ars.startswith(prefix),
        _GEBIET.c.gueltig_bis.is_(None),
    )
    found = session.execute(statement).mappings().all()
    return Eintrag(found[0]["id"], dict(found[0])) if len(found) == 1 else None


def current_keys(session: Session, until: date) -> list[tuple[str, str, str | None]]:
    """Level and keys of all areas that a list of this day should have."""
    stated = func.coalesce(_GEBIET.c.stand, _GEBIET.c.gueltig_ab)
    statement = select(_GEBIET.c.ebene, _GEBIET.c.ars, _GEBIET.c.ags).where(
        _GEBIET.c.gueltig_bis.is_(None), stated <= until
    )
    return [(row[0].value, row[1], row[2]) for row in session.execute(statement)]


def close(session: Session, schluessel: Sequence[str], day: date) -> None:
    """`schluessel`: "ebene/AGS", or "verband/ARS"."""
    for key in schluessel:
        ebene, _, number = key.partition("/")
        column = (
            _GEBIET.c.ars if ebene == Gebietsebene.VERBAND or len(number) > 8 else _GEBIET.c.ags
        )
        session.connection().execute(
            update(_GEBIET)
            .where(
                _GEBIET.c.ebene == Gebietsebene(ebene),
                column == number,
                _GEBIET.c.gueltig_bis.is_(None),
            )
            .values(gueltig_bis=day, stand=day, version=_GEBIET.c.version + 1)
        )


@dataclass(frozen=True, slots=True)
class Verschwunden:
    ebene: str
    ars: str
    ags: str | None
    name: str
    gueltig_bis: date


def without_successor(session: Session) -> list[Verschwunden]:
    """Vanished areas of which no source says what became of them."""
    followed = select(col(Nachfolge.von_id))
    statement = (
        select(Gebiet)
        .where(col(Gebiet.gueltig_bis).is_not(None), col(Gebiet.id).not_in(followed))
        .order_by(col(Gebiet.ars))
    )
    return [
        Verschwunden(g.ebene.value, g.ars, g.ags, g.name, g.gueltig_bis)
        for g in session.scalars(statement)
        if g.gueltig_bis is not None
    ]


def by_association_and_name(session: Session, ars: str, name: str) -> Gebiet | None:
    """A municipality whose key another list writes differently, but only within its association."""
    statement = select(Gebiet).where(
        and_(
            col(Gebiet.ebene) == Gebietsebene.GEMEINDE,
            col(Gebiet.ars).startswith(ars[:9]),
            col(Gebiet.name) == name,
            col(Gebiet.gueltig_bis).is_(None),
        )
    )
    found = session.scalars(statement).all()
    return found[0] if len(found) == 1 else None
