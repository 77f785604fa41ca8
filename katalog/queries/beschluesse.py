"""Council resolutions of a body: their points, their report dates, the evidence for a point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Beleg, Einsatzstatus, Nachweisumfang
from katalog.domain.beschluss import Beschlussangaben, Punktangaben
from katalog.domain.rollen import Betrachter, Rolle, resolve_sicht
from katalog.models.koordination import (
    Berichtstermin,
    Beschluss,
    Beschlusspunkt,
    BeschlusspunktOzg,
)
from katalog.models.nutzung import Abhaengigkeit, Einsatz
from katalog.models.register import OzgLeistung
from katalog.queries import einsaetze
from katalog.queries.einsaetze import Nutzung
from katalog.queries.merkmale import dienst_ozg
from katalog.queries.upsert import Row, replace_children

# How far what is evidence is, the furthest first; what has ended is none.
NACHWEIS_ORDER = (
    Einsatzstatus.PRODUKTIV,
    Einsatzstatus.VORUEBERGEHEND,
    Einsatzstatus.IN_UMSETZUNG,
    Einsatzstatus.GEPLANT,
)
_HEAD = tuple(field.name for field in fields(Beschlussangaben))
_POINT = tuple(field.name for field in fields(Punktangaben) if field.name != "ozg_ids")


@dataclass(frozen=True, slots=True)
class Punkt:
    """`ozg` are pairs of OZG-ID and title."""

    punkt: Beschlusspunkt
    ozg: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BeschlussZeile:
    """`naechster` is the next report that is due, `letzter` the last one handed in."""

    beschluss: Beschluss
    naechster: date | None
    letzter: date | None


@dataclass(frozen=True, slots=True)
class Nachweis:
    """`wartet_auf` are pairs of what a planned use still needs, and until when."""

    nutzung: Nutzung
    wartet_auf: tuple[tuple[str, date | None], ...]


# Reading ------------------------------------------------------------------------------------


def has_any(session: Session, stelle: int, viewer: Betrachter) -> bool:
    statement = select(col(Beschluss.id)).where(_visible(stelle, viewer)).limit(1)
    return session.execute(statement).first() is not None


def of_stelle(session: Session, stelle: int, viewer: Betrachter) -> list[BeschlussZeile]:
    """Those this viewer may see, the one that is due next first."""
    statement = select(Beschluss).where(_visible(stelle, viewer)).order_by(col(Beschluss.vorlage))
    found = session.execute(statement).scalars().all()
    dates = _dates(session, [each.id for each in found if each.id is not None])
    rows = [_row(beschluss, dates[beschluss.id or 0]) for beschluss in found]
    return sorted(rows, key=lambda row: row.naechster or date.max)


def _visible(stelle: int, viewer: Betrachter) -> ColumnElement[bool]:
    sicht = resolve_sicht(viewer)
    of_it = col(Beschluss.stelle_id) == stelle
    if stelle in sicht.stellen:
        return of_it
    return and_(of_it, col(Beschluss.sichtbarkeit).in_(sicht.stufen))


def find(session: Session, stelle: int, number: int, *, lock: bool = False) -> Beschluss | None:
    """With `lock` nobody else changes it, or anything of it, until the transaction ends."""
    statement = select(Beschluss).where(
        col(Beschluss.id) == number, col(Beschluss.stelle_id) == stelle
    )
    if lock:
        statement = statement.with_for_update()
    return session.execute(statement).scalar_one_or_none()


def punkte(session: Session, beschluss: int) -> list[Punkt]:
    statement = (
        select(Beschlusspunkt)
        .where(col(Beschlusspunkt.beschluss_id) == beschluss)
        .order_by(col(Beschlusspunkt.nummer))
    )
    found = session.execute(statement).scalars().all()
    services: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, ozg_id, titel in session.execute(
        select(
            col(BeschlusspunktOzg.beschlusspunkt_id),
            col(OzgLeistung.ozg_id),
            col(OzgLeistung.titel),
        )
        .join(OzgLeistung, col(OzgLeistung.id) == col(BeschlusspunktOzg.ozg_leistung_id))
        .where(col(BeschlusspunktOzg.beschlusspunkt_id).in_([punkt.id for punkt in found]))
        .order_by(col(OzgLeistung.ozg_id))
    ):
        services[number].append((ozg_id, titel))
    return [Punkt(punkt, tuple(services[punkt.id or 0])) for punkt in found]


def termine(session: Session, beschluss: int) -> list[Berichtstermin]:
    return _dates(session, [beschluss])[beschluss]


def _dates(session: Session, beschluesse: Sequence[int]) -> dict[int, list[Berichtstermin]]:
    statement = (
        select(Berichtstermin)
        .where(col(Berichtstermin.beschluss_id).in_(beschluesse))
        .order_by(col(Berichtstermin.datum))
    )
    found: dict[int, list[Berichtstermin]] = defaultdict(list)
    for termin in session.execute(statement).scalars():
        found[termin.beschluss_id].append(termin)
    return found


def _row(beschluss: Beschluss, dates: Sequence[Berichtstermin]) -> BeschlussZeile:
    return BeschlussZeile(
        beschluss,
        naechster=min((t.datum for t in dates if t.erledigt_am is None), default=None),
        letzter=max((t.erledigt_am for t in dates if t.erledigt_am), default=None),
    )


def nachweise(
    session: Session, stelle: int, points: Sequence[Punkt], today: date
) -> dict[int, list[Nachweis]]:
    """For each point that wants any, by its id: what the body has, is doing and plans today, in
    this order.

    Read as the body itself sees it, whoever asks: a report is its own, and the same for all.
    """
    if all(point.punkt.nachweis is Nachweisumfang.KEINER for point in points):
        return {}
    own = Betrachter(rollen=frozenset({Rolle.KOMMUNE}), eigene_stellen=frozenset({stelle}))
    running = _one_each(
        row
        for row in einsaetze.of_stelle(session, stelle, own)
        if row.widersprochen_am is None
        and row.status is not Einsatzstatus.BEENDET
        and (row.bis is None or row.bis >= today)
    )
    waiting = _dependencies(session, [row.id for row in running])
    about = _ozg_of(session, [row.id for row in running])
    found = {}
    for point in points:
        wanted = {ozg_id for ozg_id, _ in point.ozg}
        rows = [
            row
            for row in running
            if point.punkt.nachweis is Nachweisumfang.ALLE or about[row.id] & wanted
        ]
        if point.punkt.nachweis is not Nachweisumfang.KEINER:
            found[point.punkt.id or 0] = [Nachweis(row, tuple(waiting[row.id])) for row in rows]
    return found


def _one_each(rows: Iterable[Nutzung]) -> list[Nutzung]:
    """An assistant counts once: by what the body says itself, and by how far it is."""
    first = sorted(
        rows,
        key=lambda row: (row.beleg is not Beleg.EIGENANGABE, NACHWEIS_ORDER.index(row.status)),
    )
    found: dict[str, Nutzung] = {}
    for row in first:
        found.setdefault(row.dienst_kennung, row)
    return sorted(
        found.values(), key=lambda row: (NACHWEIS_ORDER.index(row.status), row.dienst_name)
    )


def _ozg_of(session: Session, statements: Sequence[int]) -> Mapping[int, set[str]]:
    dienste = select(col(Einsatz.onlinedienst_id)).where(col(Einsatz.id).in_(statements))
    served = dienst_ozg(lambda dienst, _: dienst.in_(dienste))
    statement = (
        select(col(Einsatz.id), col(OzgLeistung.ozg_id))
        .join(served, served.c.dienst == col(Einsatz.onlinedienst_id))
        .join(OzgLeistung, col(OzgLeistung.id) == served.c.ozg)
        .where(col(Einsatz.id).in_(statements))
    )
    found: dict[int, set[str]] = defaultdict(set)
    for number, ozg_id in session.execute(statement):
        found[number].add(ozg_id)
    return found


def _dependencies(
    session: Session, statements: Sequence[int]
) -> Mapping[int, list[tuple[str, date | None]]]:
    statement = (
        select(col(Abhaengigkeit.einsatz_id), col(Abhaengigkeit.was), col(Abhaengigkeit.bis))
        .where(
            col(Abhaengigkeit.einsatz_id).in_(statements), col(Abhaengigkeit.erledigt_am).is_(None)
        )
        .order_by(col(Abhaengigkeit.bis), col(Abhaengigkeit.id))
    )
    found: dict[int, list[tuple[str, date | None]]] = defaultdict(list)
    for number, was, bis in session.execute(statement):
        found[number].append((was, bis))
    return found


# Writing ------------------------------------------------------------------------------------


def taken(session: Session, stelle: int, vorlage: str, except_for: int | None) -> bool:
    statement = select(col(Beschluss.id)).where(
        col(Beschluss.stelle_id) == stelle, col(Beschluss.vorlage) == vorlage
    )
    return any(number != except_for for number in session.execute(statement).scalars())


def add(session: Session, stelle: int, angaben: Beschlussangaben) -> int:
    beschluss = Beschluss(stelle_id=stelle, **{name: getattr(angaben, name) for name in _HEAD})
    session.add(beschluss)
    session.flush()
    assert beschluss.id is not None
    return beschluss.id


def change(session: Session, beschluss: Beschluss, angaben: Beschlussangaben) -> None:
    for name in _HEAD:
        setattr(beschluss, name, getattr(angaben, name))
    beschluss.version += 1
    session.flush()


def ozg_numbers(session: Session, ozg_ids: Sequence[str]) -> dict[str, int]:
    """Of those there are."""
    statement = select(col(OzgLeistung.ozg_id), col(OzgLeistung.id)).where(
        col(OzgLeistung.ozg_id).in_(ozg_ids)
    )
    return {ozg_id: number for ozg_id, number in session.execute(statement) if number is not None}


def write_punkt(
    session: Session, punkt: Beschlusspunkt, angaben: Punktangaben, ozg: Sequence[int]
) -> None:
    for name in _POINT:
        setattr(punkt, name, getattr(angaben, name))
    if punkt.id is not None:
        punkt.version += 1
    session.add(punkt)
    session.flush()
    assert punkt.id is not None
    rows: list[Row] = [{"ozg_leistung_id": number} for number in ozg]
    replace_children(session, BeschlusspunktOzg, "beschlusspunkt_id", {punkt.id: rows})


def remove_punkt(session: Session, punkt: Beschlusspunkt) -> None:
    assert punkt.id is not None
    replace_children(session, BeschlusspunktOzg, "beschlusspunkt_id", {punkt.id: []})
    session.delete(punkt)
    session.flush()


def add_termin(session: Session, beschluss: int, datum: date) -> Berichtstermin:
    termin = Berichtstermin(beschluss_id=beschluss, datum=datum)
    session.add(termin)
    session.flush()
    return termin


def remove_termin(session: Session, termin: Berichtstermin) -> None:
    session.delete(termin)
    session.flush()


def hand_in(session: Session, termin: Berichtstermin, bericht: str, today: date) -> None:
    termin.bericht, termin.erledigt_am = bericht, today
    session.flush()
