"""Statements of use: who uses this, what does this town use, and what counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus, Gebietsebene
from katalog.domain.rollen import Betrachter, Sichtbarkeit, resolve_sicht
from katalog.models.angebot import Antragsstrecke, Onlinedienst
from katalog.models.nutzung import Einsatz, EinsatzAntragsstrecke
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet, Themenfeld
from katalog.models.stellen import Stelle
from katalog.queries.paging import Seite, read_page
from katalog.queries.provenance import Angabe, provenance, source_columns

Condition: TypeAlias = ColumnElement[bool]

# Roles in which a body has the assistant in use; planning and watching it is no use.
IN_USE = (
    Einsatzrolle.NUTZT,
    Einsatzrolle.PILOTIERT,
    Einsatzrolle.BETREIBT,
    Einsatzrolle.ERSTELLT,
)
# Productive first, ended last: the order of lists, not of the alphabet.
_STATUS_ORDER = case(
    {status: number for number, status in enumerate(Einsatzstatus)}
    | {
        Einsatzstatus.PRODUKTIV: -3,
        Einsatzstatus.VORUEBERGEHEND: -2,
        Einsatzstatus.IN_UMSETZUNG: -1,
    },
    value=col(Einsatz.status),
)


@dataclass(frozen=True, slots=True)
class Nutzung:
    """One statement with both of its ends, as every list shows it."""

    id: int
    rolle: Einsatzrolle
    status: Einsatzstatus
    ab: date | None
    bis: date | None
    ausgesetzt_bis: date | None
    url: str
    fachverfahren: str
    reifegrad_modell: str | None
    reifegrad_stufe: int | None
    beleg: Beleg
    bestaetigt_am: date | None
    widersprochen_am: date | None
    stand: date | None
    pruefung_faellig: date | None
    sichtbarkeit: Sichtbarkeit
    bemerkung: str
    dienst_kennung: str
    dienst_name: str
    themenfeld: str | None
    themenfeld_slug: str | None
    stelle_id: int
    stelle_name: str
    stelle_ars: str | None
    stelle_kreis: str | None
    stelle_land: str | None
    ags: str | None
    quelle: Angabe | None


def visible(viewer: Betrachter) -> ColumnElement[bool]:
    """In the query, so that no template can forget it."""
    sicht = resolve_sicht(viewer)
    allowed = col(Einsatz.sichtbarkeit).in_(sicht.stufen)
    return or_(allowed, col(Einsatz.stelle_id).in_(sicht.stellen)) if sicht.stellen else allowed


def stands(viewer: Betrachter, today: date) -> Condition:
    """A statement that this viewer sees and that nobody contradicted or ended."""
    return and_(
        visible(viewer),
        col(Einsatz.widersprochen_am).is_(None),
        or_(col(Einsatz.bis).is_(None), col(Einsatz.bis) >= today),
    )


def counted(today: date) -> ColumnElement[bool]:
    """What numbers and maps count: productive, not contradicted, not over."""
    return and_(
        col(Einsatz.status) == Einsatzstatus.PRODUKTIV,
        col(Einsatz.rolle).in_(IN_USE),
        col(Einsatz.widersprochen_am).is_(None),
        or_(col(Einsatz.bis).is_(None), col(Einsatz.bis) >= today),
    )


def serves(leistung_id: int) -> ColumnElement[bool]:
    """The assistant has a path for the service, and the body uses that path or all of them."""
    path = aliased(Antragsstrecke)
    listed = aliased(EinsatzAntragsstrecke)
    any_listed = exists().where(col(listed.einsatz_id) == col(Einsatz.id))
    this_listed = exists().where(
        col(listed.einsatz_id) == col(Einsatz.id), col(listed.antragsstrecke_id) == col(path.id)
    )
    return exists().where(
        col(path.onlinedienst_id) == col(Einsatz.onlinedienst_id),
        col(path.leistung_id) == leistung_id,
        or_(~any_listed, this_listed),
    )


def of_onlinedienst(
    session: Session, onlinedienst_id: int, viewer: Betrachter, number: int = 1, size: int = 25
) -> Seite[Nutzung]:
    return _page(session, uses(onlinedienst_id), viewer, number, size)


def of_leistung(
    session: Session, leistung_id: int, viewer: Betrachter, number: int = 1, size: int = 25
) -> Seite[Nutzung]:
    return _page(session, serves(leistung_id), viewer, number, size)


def of_stelle(session: Session, stelle_id: int, viewer: Betrachter) -> tuple[Nutzung, ...]:
    """All statements of one body, in the order of Themenfelder."""
    statement = _statement(col(Einsatz.stelle_id) == stelle_id, viewer).order_by(
        col(Themenfeld.sortier), _STATUS_ORDER, col(Onlinedienst.sortier)
    )
    return tuple(_build(session.execute(statement).all()))


def uses(onlinedienst_id: int) -> ColumnElement[bool]:
    return col(Einsatz.onlinedienst_id) == onlinedienst_id


def count_users_of_any(
    session: Session, onlinedienst_ids: Sequence[int], viewer: Betrachter, today: date
) -> int:
    """Bodies that use at least one of these assistants, each counted once."""
    statement = select(func.count(func.distinct(col(Einsatz.stelle_id)))).where(
        col(Einsatz.onlinedienst_id).in_(onlinedienst_ids), visible(viewer), counted(today)
    )
    return int(session.execute(statement).scalar_one())


def users_in_kreis(
    session: Session,
    onlinedienst_ids: Sequence[int],
    kreis_id: int,
    viewer: Betrachter,
    today: date,
) -> dict[int, list[str]]:
    """Names of the municipalities of a Kreis that use each of these assistants."""
    statement = (
        select(col(Einsatz.onlinedienst_id), col(Stelle.name))
        .join(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(
            col(Einsatz.onlinedienst_id).in_(onlinedienst_ids),
            col(Gebiet.kreis_id) == kreis_id,
            visible(viewer),
            counted(today),
        )
        .order_by(col(Stelle.sortier))
    )
    found: dict[int, list[str]] = {}
    for number, name in session.execute(statement):
        names = found.setdefault(number, [])
        if name not in names:
            names.append(name)
    return found


def by_ids(session: Session, ids: Any, viewer: Betrachter) -> list[Nutzung]:
    """Statements by id, newest first."""
    statement = _statement(col(Einsatz.id).in_(ids), viewer).order_by(
        col(Einsatz.stand).desc(), col(Einsatz.id).desc()
    )
    return _build(session.execute(statement).all())


def count_users(
    session: Session, onlinedienst_ids: Sequence[int], viewer: Betrachter, today: date
) -> dict[int, int]:
    """How many bodies use each of these assistants; one query for a whole list."""
    statement = (
        select(col(Einsatz.onlinedienst_id), func.count(func.distinct(col(Einsatz.stelle_id))))
        .where(col(Einsatz.onlinedienst_id).in_(onlinedienst_ids), visible(viewer), counted(today))
        .group_by(col(Einsatz.onlinedienst_id))
    )
    return {number: count for number, count in session.execute(statement)}


def status_by_ags(
    session: Session, condition: ColumnElement[bool], viewer: Betrachter
) -> dict[str, Einsatzstatus]:
    """The best status per area, for the small maps."""
    statement = (
        select(col(Gebiet.ags), col(Einsatz.status), col(Gebiet.ebene))
        .select_from(Einsatz)
        .join(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(
            condition,
            visible(viewer),
            col(Einsatz.widersprochen_am).is_(None),
            col(Gebiet.ebene) == Gebietsebene.GEMEINDE,
        )
        .order_by(_STATUS_ORDER.desc())
    )
    return {ags: status for ags, status, _ in session.execute(statement) if ags}


def _page(
    session: Session, condition: ColumnElement[bool], viewer: Betrachter, number: int, size: int
) -> Seite[Nutzung]:
    statement = _statement(condition, viewer).order_by(
        _STATUS_ORDER, col(Stelle.sortier), col(Einsatz.id)
    )
    return read_page(session, statement, number, _build, size)


def _statement(condition: ColumnElement[bool], viewer: Betrachter) -> Any:
    # The body carries the name that tells Kreis Warendorf from Warendorf.
    kreis_stelle = aliased(Stelle)
    land = aliased(Gebiet)
    statement: Any = (
        select(
            Einsatz,
            col(Onlinedienst.kennung).label("dienst_kennung"),
            col(Onlinedienst.name).label("dienst_name"),
            col(Themenfeld.name).label("themenfeld"),
            col(Themenfeld.slug).label("themenfeld_slug"),
            col(Stelle.name).label("stelle_name"),
            col(Gebiet.ars).label("stelle_ars"),
            col(Gebiet.ags).label("ags"),
            col(kreis_stelle.name).label("kreis_name"),
            col(land.name).label("land_name"),
            *source_columns(),
        )
        .select_from(Einsatz)
        .join(Onlinedienst, col(Onlinedienst.id) == col(Einsatz.onlinedienst_id))
        .join(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .outerjoin(kreis_stelle, col(kreis_stelle.gebiet_id) == col(Gebiet.kreis_id))
        .outerjoin(land, col(land.id) == col(Gebiet.land_id))
        .outerjoin(Themenfeld, col(Themenfeld.id) == col(Onlinedienst.themenfeld_id))
        .outerjoin(Quelle, col(Quelle.id) == col(Einsatz.quelle_id))
        .where(condition, visible(viewer))
    )
    return statement


def _build(rows: Sequence[Any]) -> list[Nutzung]:
    return [
        Nutzung(
            id=row.Einsatz.id,
            rolle=row.Einsatz.rolle,
            status=row.Einsatz.status,
            ab=row.Einsatz.ab,
            bis=row.Einsatz.bis,
            ausgesetzt_bis=row.Einsatz.ausgesetzt_bis,
            url=row.Einsatz.url,
            fachverfahren=row.Einsatz.fachverfahren,
            reifegrad_modell=row.Einsatz.reifegrad_modell,
            reifegrad_stufe=row.Einsatz.reifegrad_stufe,
            beleg=row.Einsatz.beleg,
            bestaetigt_am=row.Einsatz.bestaetigt_am,
            widersprochen_am=row.Einsatz.widersprochen_am,
            stand=row.Einsatz.stand,
            pruefung_faellig=row.Einsatz.pruefung_faellig,
            sichtbarkeit=row.Einsatz.sichtbarkeit,
            bemerkung=row.Einsatz.bemerkung,
            dienst_kennung=row.dienst_kennung,
            dienst_name=row.dienst_name,
            themenfeld=row.themenfeld,
            themenfeld_slug=row.themenfeld_slug,
            stelle_id=row.Einsatz.stelle_id,
            stelle_name=row.stelle_name,
            stelle_ars=row.stelle_ars,
            stelle_kreis=row.kreis_name,
            stelle_land=row.land_name,
            ags=row.ags,
            quelle=provenance(row, row.Einsatz.stand),
        )
        for row in rows
    ]
