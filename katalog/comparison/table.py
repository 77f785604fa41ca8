"""Two to four assistants side by side, as a table that knows where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from katalog.comparison.nearby import Naehe
from katalog.comparison.next_step import Schritt, next_step
from katalog.comparison.rows import GROUPS, NEARBY, Eintrag, Spalte, Zelle
from katalog.db import Session
from katalog.domain.rollen import Betrachter
from katalog.domain.vergleich import Abweichung, compare
from katalog.queries import einsaetze, landesangebote, verbreitung, vergleich
from katalog.queries.dienste import DienstZeile

MOST = 4


@dataclass(frozen=True, slots=True)
class Merkmal:
    """One row: what each assistant says to it, and whether that differs."""

    name: str
    zellen: tuple[tuple[Eintrag, ...], ...]
    abweichung: Abweichung


@dataclass(frozen=True, slots=True)
class Gruppe:
    name: str
    merkmale: tuple[Merkmal, ...]


@dataclass(frozen=True, slots=True)
class Vergleich:
    """`unbekannt` names what no source says of any of them: a row of that would say nothing."""

    spalten: tuple[DienstZeile, ...]
    gruppen: tuple[Gruppe, ...]
    unbekannt: tuple[str, ...]
    schritte: tuple[Schritt, ...]

    @property
    def anzahl(self) -> int:
        return sum(len(gruppe.merkmale) for gruppe in self.gruppen)

    @property
    def unterschiede(self) -> int:
        return self._count(Abweichung.UNTERSCHIEDLICH)

    @property
    def luecken(self) -> int:
        return self._count(Abweichung.LUECKENHAFT)

    def _count(self, abweichung: Abweichung) -> int:
        return sum(m.abweichung is abweichung for g in self.gruppen for m in g.merkmale)

    def groups(self, *, only_differences: bool) -> tuple[Gruppe, ...]:
        if not only_differences:
            return self.gruppen
        return _without_empty(
            Gruppe(g.name, tuple(m for m in g.merkmale if m.abweichung.trennt))
            for g in self.gruppen
        )


def set_side_by_side(
    session: Session,
    zeilen: Sequence[DienstZeile],
    naehe: Naehe | None,
    viewer: Betrachter,
    today: date,
    word_of: Callable[[str], str],
) -> Vergleich:
    """`word_of` writes stored values of open lists as people know them.

    With a place, offers of other Länder are left out: nobody there can take them up.
    """
    columns = _load(session, zeilen, naehe, viewer, today, word_of)
    rows = [
        Gruppe(name, tuple(_row(title, cell, columns) for title, cell in cells))
        for name, cells in GROUPS
    ]
    unknown = Abweichung.UNBEKANNT
    return Vergleich(
        spalten=tuple(zeilen),
        gruppen=_without_empty(
            Gruppe(g.name, tuple(m for m in g.merkmale if m.abweichung is not unknown))
            for g in rows
        ),
        unbekannt=tuple(
            m.name for g in rows for m in g.merkmale if m.abweichung is unknown and m.name != NEARBY
        ),
        schritte=tuple(
            next_step(column.zeile, column.angebote, naehe.land_id if naehe else None)
            for column in columns
        ),
    )


def _load(
    session: Session,
    zeilen: Sequence[DienstZeile],
    naehe: Naehe | None,
    viewer: Betrachter,
    today: date,
    word_of: Callable[[str], str],
) -> list[Spalte]:
    ids = [zeile.dienst.id for zeile in zeilen if zeile.dienst.id is not None]
    merkmale = vergleich.merkmale_of(session, ids)
    ozg = vergleich.ozg_of(session, ids)
    strecken = vergleich.strecken_of(session, ids)
    kosten = vergleich.costs_of(session, zeilen)
    angebote = landesangebote.offers_of_each(session, ids, viewer, today)
    nutzer = einsaetze.count_users(session, ids, viewer, today)
    near: dict[int, list[str]] | None = None
    if naehe and naehe.ort:
        near = verbreitung.users_among_these(session, ids, naehe.umkreis.alle, viewer, today)
    return [
        Spalte(
            zeile=zeile,
            merkmale={art: [word_of(w) for w in werte] for art, werte in merkmale[number].items()},
            ozg=ozg[number],
            strecken=strecken[number],
            kosten=[cost for cost in kosten[number] if _counts(cost.land_id, naehe)],
            angebote=[o for o in angebote[number] if _counts(o.angebot.land_id, naehe)],
            nutzer=nutzer.get(number, 0),
            naehe=None if near is None else near.get(number, []),
        )
        for number, zeile in zip(ids, zeilen, strict=True)
    ]


def _counts(land_id: int | None, naehe: Naehe | None) -> bool:
    return land_id is None or naehe is None or naehe.land_id in {None, land_id}


def _row(title: str, cell: Zelle, columns: Sequence[Spalte]) -> Merkmal:
    cells = tuple(tuple(cell(column)) for column in columns)
    said = [tuple(sorted(entry.text for entry in entries)) for entries in cells]
    return Merkmal(title, cells, compare(said))


def _without_empty(groups: Iterable[Gruppe]) -> tuple[Gruppe, ...]:
    return tuple(group for group in groups if group.merkmale)
