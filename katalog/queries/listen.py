"""Which rows a list of the API has: their number and the ids of one part, by filters and date.

What the rows show is loaded by their ids (`katalog.ausgabe`). The database answers, not the search
engine, which may lag behind: whoever keeps a copy must not miss a row. With `seit` a list says
what has changed since then, in that order, and includes what has been dropped, since a copy has to
learn of that as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlmodel import Session, col

from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus, Objektart
from katalog.domain.rollen import Betrachter
from katalog.models.angebot import Antragsstrecke, Onlinedienst
from katalog.models.fall import Nachnutzung
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet, Leistung, OzgLeistung, OzgZuordnung
from katalog.models.stellen import Stelle
from katalog.queries import einsaetze, faelle_liste
from katalog.queries.facets import Chosen
from katalog.queries.faelle_liste import Filter
from katalog.queries.findbar import FINDBAR
from katalog.queries.merkmale import DIENST_OZG
from katalog.queries.suche import with_value

Condition: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Zeilen:
    gesamt: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ausschnitt:
    """Which part of the rows, and since when they must have changed."""

    limit: int
    offset: int
    seit: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """A row behind a public key, with the version that its ETag names."""

    id: int
    version: int


@dataclass(frozen=True, slots=True)
class Frage:
    """Values of one field are alternatives, fields narrow each other.

    `gefunden` are the rows that a search has found, in case words were asked for as well.
    """

    typ: Objektart
    gefunden: Sequence[int] | None = None
    filter: Chosen = field(default_factory=dict)
    ozg_id: Sequence[str] = ()
    leistungsschluessel: Sequence[str] = ()


_MODELS: Mapping[Objektart, Any] = {
    Objektart.OZG_LEISTUNG: OzgLeistung,
    Objektart.LEISTUNG: Leistung,
    Objektart.ONLINEDIENST: Onlinedienst,
    Objektart.KOMMUNE: Gebiet,
}
# What has ever been in a list. An area that is no more stays behind its key only: its successors
# are other areas.
_EVER: Mapping[Objektart, Select[Any]] = {
    **FINDBAR,
    Objektart.OZG_LEISTUNG: select(col(OzgLeistung.id)),
    Objektart.LEISTUNG: select(col(Leistung.id)),
    Objektart.ONLINEDIENST: select(col(Onlinedienst.id)).where(
        col(Onlinedienst.entwurf).is_(False)
    ),
}


def list_rows(session: Session, frage: Frage, part: Ausschnitt, today: date) -> Zeilen:
    model = _MODELS[frage.typ]
    listed = FINDBAR if part.seit is None else _EVER
    ids = listed[frage.typ].where(*_conditions(frage))
    return _cut(session, _arrange(ids, model, col(model.sortier), part), part, today)


def _conditions(frage: Frage) -> Iterator[Condition]:
    number = col(_MODELS[frage.typ].id)
    if frage.gefunden is not None:
        yield number.in_(frage.gefunden)
    for name, values in frage.filter.items():
        yield number.in_(with_value(frage.typ, name, values))
    if frage.ozg_id:
        served = {
            Objektart.LEISTUNG: _leistungen_of_ozg,
            Objektart.ONLINEDIENST: _dienste_of_ozg,
        }[frage.typ]
        yield number.in_(served(frage.ozg_id))
    if frage.leistungsschluessel:
        yield number.in_(_dienste_of_leistungen(frage.leistungsschluessel))


def _arrange(ids: Select[Any], model: Any, order: Any, part: Ausschnitt) -> Select[Any]:
    if part.seit is None:
        return ids.order_by(order, col(model.id))
    changed = col(model.geaendert_am)
    return ids.where(changed >= part.seit).order_by(changed, col(model.id))


def _cut(session: Session, ids: Select[Any], part: Ausschnitt, today: date) -> Zeilen:
    connection, parameters = session.connection(), {"heute": today}
    counted = ids.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    total = connection.execute(counted, parameters).scalar_one()
    shown = ids.limit(part.limit).offset(part.offset)
    return Zeilen(total, tuple(connection.execute(shown, parameters).scalars()))


# Statements of use ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Einsatzfilter:
    """Values of one field are alternatives, fields narrow each other."""

    ars: Sequence[str] = ()
    stellen: Sequence[int] = ()
    kennung: Sequence[str] = ()
    leistungsschluessel: Sequence[str] = ()
    ozg_id: Sequence[str] = ()
    status: Sequence[Einsatzstatus] = ()
    rolle: Sequence[Einsatzrolle] = ()

    def without_status(self) -> Einsatzfilter:
        return replace(self, status=())


def list_einsaetze(
    session: Session, wanted: Einsatzfilter, viewer: Betrachter, part: Ausschnitt, today: date
) -> Zeilen:
    """The latest row comes last, so that pages stay where they are when statements come in."""
    ids = select(col(Einsatz.id)).where(einsaetze.visible(viewer), *narrow(session, wanted))
    return _cut(session, _arrange(ids, Einsatz, col(Einsatz.id), part), part, today)


def find_einsatz(session: Session, number: int, viewer: Betrachter) -> Stand | None:
    return _find(session, Einsatz, col(Einsatz.id) == number, einsaetze.visible(viewer))


def narrow(session: Session, wanted: Einsatzfilter) -> Iterator[Condition]:
    """What lists of statements and the map have in common."""
    if wanted.stellen:
        yield col(Einsatz.stelle_id).in_(wanted.stellen)
    if wanted.ars:
        yield col(Einsatz.stelle_id).in_(_stellen_of(wanted.ars))
    if wanted.kennung:
        named = select(col(Onlinedienst.id)).where(col(Onlinedienst.kennung).in_(wanted.kennung))
        yield col(Einsatz.onlinedienst_id).in_(named)
    if wanted.leistungsschluessel:
        meant = session.execute(
            select(col(Leistung.id)).where(_has_key(wanted.leistungsschluessel))
        ).scalars()
        yield or_(false(), *(einsaetze.serves(number) for number in meant))
    if wanted.ozg_id:
        yield col(Einsatz.onlinedienst_id).in_(_dienste_of_ozg(wanted.ozg_id))
    if wanted.status:
        yield col(Einsatz.status).in_(wanted.status)
    if wanted.rolle:
        yield col(Einsatz.rolle).in_(wanted.rolle)


# Cases ------------------------------------------------------------------------------------------


def list_faelle(
    session: Session, betrachter: Betrachter, wanted: Filter, part: Ausschnitt, today: date
) -> Zeilen:
    ids = faelle_liste.select_ids(betrachter, wanted, today)
    return _cut(session, _arrange(ids, Nachnutzung, col(Nachnutzung.id), part), part, today)


# Behind keys ----------------------------------------------------------------------------------


def find_ozg(session: Session, ozg_id: str) -> Stand | None:
    return _find(session, OzgLeistung, col(OzgLeistung.ozg_id) == ozg_id)


def find_leistung(session: Session, schluessel: str) -> Stand | None:
    return _find(session, Leistung, _has_key([schluessel]))


def find_dienst(session: Session, kennung: str) -> Stand | None:
    """Also one that has been dropped since, but never a draft."""
    published = col(Onlinedienst.entwurf).is_(False)
    return _find(session, Onlinedienst, col(Onlinedienst.kennung) == kennung, published)


def _find(session: Session, model: Any, *where: Condition) -> Stand | None:
    row = session.execute(select(col(model.id), col(model.version)).where(*where)).one_or_none()
    return None if row is None else Stand(*row)


def _has_key(schluessel: Sequence[str]) -> Condition:
    return or_(
        col(Leistung.leistungsschluessel).in_(schluessel),
        col(Leistung.ersatzschluessel).in_(schluessel),
    )


def _leistungen_of_ozg(ozg_ids: Sequence[str]) -> Any:
    return (
        select(col(OzgZuordnung.leistung_id))
        .join(OzgLeistung, col(OzgLeistung.id) == col(OzgZuordnung.ozg_leistung_id))
        .where(col(OzgLeistung.ozg_id).in_(ozg_ids), col(OzgZuordnung.entfallen_am).is_(None))
    )


def _dienste_of_ozg(ozg_ids: Sequence[str]) -> Any:
    return (
        select(DIENST_OZG.c.dienst)
        .join(OzgLeistung, col(OzgLeistung.id) == DIENST_OZG.c.ozg)
        .where(col(OzgLeistung.ozg_id).in_(ozg_ids))
    )


def _dienste_of_leistungen(schluessel: Sequence[str]) -> Any:
    return (
        select(col(Antragsstrecke.onlinedienst_id))
        .join(Leistung, col(Leistung.id) == col(Antragsstrecke.leistung_id))
        .where(_has_key(schluessel))
    )


def _stellen_of(keys: Sequence[str]) -> Any:
    return (
        select(col(Stelle.id))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(
            or_(col(Gebiet.ars).in_(keys), col(Gebiet.ags).in_(keys)),
            col(Gebiet.gueltig_bis).is_(None),
        )
    )
