"""Runs of import as people read them: what came from where, what became of it, what to mend.

`importe` writes what is read here. What imports leave behind on public pages stands at the end:
services without a LeiKa key, and areas that no list names any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, literal_column, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Befundart, Laufstatus
from katalog.models.quellen import Importlauf, Importsatz, Pruefergebnis, Quelle, Quellsatz
from katalog.models.register import Gebiet, Leistung, Nachfolge
from katalog.models.stellen import Stelle
from katalog.queries.facets import Chosen, Facet, FacetCounts, conditions, count_facets
from katalog.queries.paging import Seite, in_order, read_page
from katalog.queries.provenance import Angabe, provenance, source_columns

FINDINGS_PER_PAGE = 50
_MAX_WORDS = 8
# What somebody has to look at comes before what merely happened.
_ORDER = (
    Befundart.ABGELEHNT,
    Befundart.WIDERSPRUCH,
    Befundart.HINWEIS,
    Befundart.GEAENDERT,
    Befundart.ENTFALLEN,
    Befundart.NEU,
)


@dataclass(frozen=True, slots=True)
class Artzahlen:
    """What became of the records of one kind."""

    art: str
    neu: int = 0
    geaendert: int = 0
    unveraendert: int = 0
    doppelt: int = 0
    abgelehnt: int = 0
    entfallen: int = 0

    @property
    def gelesen(self) -> int:
        """Each record that was read is in one of these; what is gone was just not there."""
        return self.neu + self.geaendert + self.unveraendert + self.doppelt + self.abgelehnt


_COUNTS = tuple(field.name for field in fields(Artzahlen) if field.name != "art")


@dataclass(frozen=True, slots=True)
class Lauf:
    """`quelle` is None as long as, or because, nothing could be read."""

    id: int
    format: str
    quelle: Angabe | None
    url: str
    dateien: tuple[str, ...]
    vollstaendig: bool
    status: Laufstatus
    begonnen_am: datetime
    gelesen_am: datetime | None
    beendet_am: datetime | None
    arten: tuple[Artzahlen, ...]
    meldung: str

    @property
    def titel(self) -> str:
        """As long as the source is not known, the file is."""
        return self.quelle.titel if self.quelle else self.datei or "Import"

    @property
    def datei(self) -> str:
        """The first file without its folders, whichever way their slashes lean."""
        first = self.dateien[0] if self.dateien else ""
        return first.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]

    @property
    def liest(self) -> bool:
        """Until everything is read nothing in the catalogue changes."""
        return self.status is Laufstatus.LAEUFT and self.gelesen_am is None

    @property
    def dauer(self) -> timedelta | None:
        return self.beendet_am - self.begonnen_am if self.beendet_am else None

    @property
    def summe(self) -> Artzahlen:
        sums = {name: sum(getattr(zeile, name) for zeile in self.arten) for name in _COUNTS}
        return Artzahlen("Summe", **sums)


@dataclass(frozen=True, slots=True)
class Befund:
    id: int
    art: Befundart
    objekt: str
    zeile: int | None
    stelle: str
    wert: str
    alt: str
    ursache: str
    abhilfe: str


def list_runs(session: Session, number: int) -> Seite[Lauf]:
    newest = select(col(Importlauf.id)).order_by(
        col(Importlauf.begonnen_am).desc(), col(Importlauf.id).desc()
    )
    return read_page(session, newest, number, partial(_runs, session))


def latest_runs(session: Session, most: int) -> list[Lauf]:
    newest = select(col(Importlauf.id)).order_by(
        col(Importlauf.begonnen_am).desc(), col(Importlauf.id).desc()
    )
    return _runs(session, session.execute(newest.limit(most)).scalars().all())


def find_run(session: Session, number: int) -> Lauf | None:
    found = _runs(session, [number])
    return found[0] if found else None


def _runs(session: Session, ids: Sequence[int]) -> list[Lauf]:
    statement = (
        select(Importlauf, col(Quelle.url).label("url"), *source_columns())
        .outerjoin(Quelle, col(Quelle.id) == col(Importlauf.quelle_id))
        .where(col(Importlauf.id).in_(ids))
    )
    return in_order(ids, (_run(row) for row in session.execute(statement)), lambda run: run.id)


def _run(row: Any) -> Lauf:
    lauf: Importlauf = row.Importlauf
    assert lauf.id is not None
    return Lauf(
        id=lauf.id,
        format=lauf.format,
        quelle=provenance(row),
        url=row.url or "",
        dateien=tuple(lauf.dateien),
        vollstaendig=lauf.vollstaendig,
        status=lauf.status,
        begonnen_am=lauf.begonnen_am,
        gelesen_am=lauf.gelesen_am,
        beendet_am=lauf.beendet_am,
        arten=tuple(_counts(art, zahlen) for art, zahlen in lauf.zahlen.items()),
        meldung=lauf.meldung,
    )


def _counts(art: str, zahlen: Mapping[str, int]) -> Artzahlen:
    """A run of an older programme may have counted other things as well."""
    return Artzahlen(art, **{name: int(zahlen.get(name, 0)) for name in _COUNTS})


def count_left(session: Session, lauf: int) -> int:
    """Records that a run has read and not yet taken over."""
    statement = select(func.count()).where(col(Importsatz.importlauf_id) == lauf)
    return int(session.execute(statement).scalar_one())


def count_waiting(session: Session) -> int:
    """Records of all runs that wait for something no import has brought so far."""
    statement = select(func.count()).where(
        # Written out, since SQLite would not take the partial index for a parameter.
        col(Quellsatz.hash) == literal_column("''"),
        col(Quellsatz.entfallen_am).is_(None),
    )
    return int(session.execute(statement).scalar_one())


# Findings -----------------------------------------------------------------------------------


def finding_facets() -> tuple[Facet, ...]:
    return (Facet("art", "Art", col(Pruefergebnis.art), _urgency()),)


def list_findings(
    session: Session, lauf: int, q: str, chosen: Chosen, number: int
) -> tuple[Seite[Befund], tuple[FacetCounts, ...]]:
    facets = finding_facets()
    ids = select(col(Pruefergebnis.id)).where(col(Pruefergebnis.importlauf_id) == lauf)
    if q:
        ids = ids.where(_mentions(q))
    wanted = ids.where(*conditions(facets, chosen)).order_by(_urgency(), col(Pruefergebnis.id))

    def load(found: Sequence[int]) -> list[Befund]:
        statement = select(Pruefergebnis).where(col(Pruefergebnis.id).in_(found))
        return in_order(found, map(_finding, session.scalars(statement)), lambda row: row.id)

    page = read_page(session, wanted, number, load, FINDINGS_PER_PAGE)
    return page, count_facets(session, ids, facets, chosen)


def count_refused(session: Session, lauf: int) -> int:
    """How many refused rows are kept, which may be fewer than there were."""
    statement = select(func.count()).where(
        col(Pruefergebnis.importlauf_id) == lauf, col(Pruefergebnis.art) == Befundart.ABGELEHNT
    )
    return int(session.execute(statement).scalar_one())


def refused_after(session: Session, lauf: int, last: int, most: int) -> list[Befund]:
    """Refused rows in the order of the run, from the one after `last`; for a file of them all."""
    statement = (
        select(Pruefergebnis)
        .where(
            col(Pruefergebnis.importlauf_id) == lauf,
            col(Pruefergebnis.art) == Befundart.ABGELEHNT,
            col(Pruefergebnis.id) > last,
        )
        .order_by(col(Pruefergebnis.id))
        .limit(most)
    )
    return [_finding(row) for row in session.scalars(statement)]


def _finding(row: Pruefergebnis) -> Befund:
    assert row.id is not None
    return Befund(
        row.id, row.art, row.objekt, row.zeile, row.stelle, row.wert, row.alt, row.ursache,
        row.abhilfe,
    )  # fmt: skip


def _urgency() -> ColumnElement[int]:
    return case({art: place for place, art in enumerate(_ORDER)}, value=col(Pruefergebnis.art))


def _mentions(q: str) -> ColumnElement[bool]:
    """Every word stands somewhere in the finding, each perhaps in another part of it."""
    parts = (
        Pruefergebnis.objekt, Pruefergebnis.stelle, Pruefergebnis.wert, Pruefergebnis.alt,
        Pruefergebnis.ursache,
    )  # fmt: skip
    whole: ColumnElement[str] = literal("")
    for part in parts:
        # With the end of a line between them, which nobody searches for.
        whole = whole + "\n" + col(part)
    text = func.lower(whole)
    return and_(
        *(
            or_(*(text.contains(spelling, autoescape=True) for spelling in _spellings(word)))
            for word in q.split()[:_MAX_WORDS]
        )
    )


def _spellings(word: str) -> list[str]:
    """SQLite lowers A to Z only and leaves Ä as it is: "ämter" must find "Ämter" and "ÄMTER"."""
    lower = word.lower()
    first = lower[:1] if lower[:1].isascii() else lower[:1].upper()
    capitals = "".join(c if c.isascii() else c.upper() for c in lower)
    return list(dict.fromkeys((lower, first + lower[1:], capitals)))


# What imports leave behind on public pages ------------------------------------------------------


def leistung_without_key(session: Session, ersatzschluessel: str) -> int | None:
    """The number of a service that has no LeiKa key."""
    statement = select(col(Leistung.id)).where(col(Leistung.ersatzschluessel) == ersatzschluessel)
    return session.execute(statement).scalar_one_or_none()


def substitute_keys(session: Session, leistung_ids: Sequence[int]) -> dict[int, str]:
    """By which key a page without a LeiKa key is addressed."""
    statement = select(col(Leistung.id), col(Leistung.ersatzschluessel)).where(
        col(Leistung.id).in_(leistung_ids), col(Leistung.ersatzschluessel).is_not(None)
    )
    return {number: key for number, key in session.execute(statement)}


@dataclass(frozen=True, slots=True)
class Nachfolger:
    name: str
    ars: str
    datum: date
    besteht: bool
    quelle: Angabe | None


@dataclass(frozen=True, slots=True)
class Verschwunden:
    """An area that is no more, and what became of it: nothing known, one area or several."""

    gebiet: Gebiet
    name: str
    land: str | None
    quelle: Angabe | None
    nachfolger: tuple[Nachfolger, ...]


def vanished_area(session: Session, key: str) -> Verschwunden | None:
    """By ARS or AGS, unless an area of today has it; of several the one that lasted longest."""
    today, land = aliased(Gebiet), aliased(Gebiet)
    taken = select(col(today.id)).where(
        col(today.gueltig_bis).is_(None), or_(col(today.ars) == key, col(today.ags) == key)
    )
    statement = (
        select(
            Gebiet,
            func.coalesce(col(Stelle.name), col(Gebiet.name)).label("stelle_name"),
            col(land.name).label("land"),
            *source_columns(),
        )
        .outerjoin(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .outerjoin(land, col(land.id) == col(Gebiet.land_id))
        .outerjoin(Quelle, col(Quelle.id) == col(Gebiet.quelle_id))
        .where(
            or_(col(Gebiet.ars) == key, col(Gebiet.ags) == key),
            col(Gebiet.gueltig_bis).is_not(None),
            ~taken.exists(),
        )
        .order_by(col(Gebiet.gueltig_bis).desc(), col(Gebiet.ebene), col(Gebiet.id))
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    return Verschwunden(
        row.Gebiet, row.stelle_name, row.land, provenance(row), _successors(session, row.Gebiet.id)
    )


def _successors(session: Session, gebiet_id: int) -> tuple[Nachfolger, ...]:
    statement = (
        select(
            func.coalesce(col(Stelle.name), col(Gebiet.name)).label("name"),
            col(Gebiet.ars),
            col(Nachfolge.datum),
            col(Gebiet.gueltig_bis),
            *source_columns(),
        )
        .join(Gebiet, col(Gebiet.id) == col(Nachfolge.nach_id))
        .outerjoin(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .outerjoin(Quelle, col(Quelle.id) == col(Nachfolge.quelle_id))
        .where(col(Nachfolge.von_id) == gebiet_id)
        .order_by(col(Nachfolge.datum), col(Gebiet.sortier), col(Gebiet.id))
    )
    return tuple(
        Nachfolger(row.name, row.ars, row.datum, row.gueltig_bis is None, provenance(row))
        for row in session.execute(statement)
    )
