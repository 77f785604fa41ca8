"""Statements of use: who uses this, what does this town use, and what counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, case, func, inspect, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus, Gebietsebene
from katalog.domain.rollen import Betrachter, Sichtbarkeit, resolve_sicht
from katalog.models.angebot import Antragsstrecke, Onlinedienst
from katalog.models.betrieb import Linkpruefung
from katalog.models.nutzung import Einsatz, EinsatzAntragsstrecke
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet, Themenfeld
from katalog.models.stellen import Stelle
from katalog.queries.chunks import SIZE
from katalog.queries.paging import Seite, in_order, read_page
from katalog.queries.provenance import Angabe, name_source

Condition: TypeAlias = ColumnElement[bool]

# Roles in which a body has the assistant in use; planning and watching it is no use.
IN_USE = (
    Einsatzrolle.NUTZT,
    Einsatzrolle.PILOTIERT,
    Einsatzrolle.BETREIBT,
    Einsatzrolle.ERSTELLT,
)
# Productive first, ended last: the order of lists, not of the alphabet.
_STATUS_PLACES = {status: number for number, status in enumerate(Einsatzstatus)} | {
    Einsatzstatus.PRODUKTIV: -3,
    Einsatzstatus.VORUEBERGEHEND: -2,
    Einsatzstatus.IN_UMSETZUNG: -1,
}
_STATUS_ORDER = case(_STATUS_PLACES, value=col(Einsatz.status))


class Nutzung(NamedTuple):
    """One statement with both of its ends, as every list shows it.

    A tuple, since a page makes hundreds of them: a frozen dataclass takes several times as long.
    """

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
    nicht_erreichbar_am: date | None
    dienst_kennung: str
    dienst_name: str
    dienst_entwurf: bool
    themenfeld: str | None
    themenfeld_slug: str | None
    stelle_id: int
    stelle_name: str
    stelle_ars: str | None
    stelle_kreis: str | None
    stelle_land: str | None
    ags: str | None
    quelle: Angabe | None


# A page asks seven times, and SQLAlchemy takes longer to build it than SQLite to answer it.
@lru_cache(maxsize=200)
def visible(viewer: Betrachter) -> ColumnElement[bool]:
    """In the query, so that no template can forget it. Uses of a draft wait for the draft.

    CASE instead of OR: for each side of an OR, SQLite would look for an index of its own and
    read all public statements by it, whatever assistant or body the question is about.
    """
    drafts = select(col(Onlinedienst.id)).where(col(Onlinedienst.entwurf).is_(True))
    return and_(_seen(viewer), col(Einsatz.onlinedienst_id).not_in(drafts))


def _seen(viewer: Betrachter) -> ColumnElement[bool]:
    sicht = resolve_sicht(viewer)
    allowed = col(Einsatz.sichtbarkeit).in_(sicht.stufen)
    if not sicht.stellen:
        return allowed
    own = col(Einsatz.stelle_id).in_(sicht.stellen)
    seen: ColumnElement[bool] = case((allowed, True), else_=own)
    return seen


def stands(viewer: Betrachter, today: date) -> Condition:
    """A statement that this viewer sees and that nobody contradicted or ended."""
    return and_(
        visible(viewer),
        col(Einsatz.widersprochen_am).is_(None),
        or_(col(Einsatz.bis).is_(None), col(Einsatz.bis) >= today),
    )


def own_statements(viewer: Betrachter, today: date) -> Condition:
    return and_(stands(viewer, today), col(Einsatz.beleg) == Beleg.EIGENANGABE)


def counted(today: date) -> ColumnElement[bool]:
    """What numbers and maps count: productive, not contradicted, not over."""
    return and_(
        col(Einsatz.status) == Einsatzstatus.PRODUKTIV,
        col(Einsatz.rolle).in_(IN_USE),
        col(Einsatz.widersprochen_am).is_(None),
        or_(col(Einsatz.bis).is_(None), col(Einsatz.bis) >= today),
    )


def is_use(nutzung: Nutzung) -> bool:
    """`counted` for a statement that was read already, and that stands."""
    return nutzung.status is Einsatzstatus.PRODUKTIV and nutzung.rolle in IN_USE


def serves(leistung_id: int) -> ColumnElement[bool]:
    """The assistant has a path for the service, and the body uses that path or all of them.

    The assistants come first, so that their index leads to the few statements that can be meant.
    Each of those is asked for its own paths: as two EXISTS with OR between them, PostgreSQL would
    read the paths of all statements there are.
    """
    path = aliased(Antragsstrecke)
    offering = select(col(path.onlinedienst_id)).where(col(path.leistung_id) == leistung_id)
    listed = aliased(EinsatzAntragsstrecke)
    meant = and_(
        col(path.leistung_id) == leistung_id,
        col(path.onlinedienst_id) == col(Einsatz.onlinedienst_id),
    )
    # NULL where nothing is listed.
    one_is_meant = (
        select(func.max(case((meant, 1), else_=0)))
        .select_from(listed)
        .join(path, col(path.id) == col(listed.antragsstrecke_id))
        .where(col(listed.einsatz_id) == col(Einsatz.id))
        .scalar_subquery()
    )
    return and_(col(Einsatz.onlinedienst_id).in_(offering), func.coalesce(one_is_meant, 1) == 1)


def of_onlinedienst(
    session: Session, onlinedienst_id: int, viewer: Betrachter, number: int = 1, size: int = 25
) -> Seite[Nutzung]:
    return _page(session, uses(onlinedienst_id), viewer, number, size)


def of_leistung(
    session: Session, leistung_id: int, viewer: Betrachter, number: int = 1, size: int = 25
) -> Seite[Nutzung]:
    return _page(session, serves(leistung_id), viewer, number, size)


def of_any(
    session: Session,
    onlinedienst_ids: Sequence[int],
    viewer: Betrachter,
    number: int = 1,
    size: int = 25,
) -> Seite[Nutzung]:
    return _page(session, uses_any(onlinedienst_ids), viewer, number, size)


def of_stelle(session: Session, stelle_id: int, viewer: Betrachter) -> tuple[Nutzung, ...]:
    """All statements of one body, in the order of Themenfelder."""
    return _of_stelle(session, stelle_id, visible(viewer))


def with_drafts(session: Session, stelle_id: int, viewer: Betrachter) -> tuple[Nutzung, ...]:
    """The same for those who speak for the body: its uses of drafts, too."""
    whole = stelle_id in resolve_sicht(viewer).stellen
    return _of_stelle(session, stelle_id, _seen(viewer) if whole else visible(viewer))


def _of_stelle(session: Session, stelle_id: int, shown: Condition) -> tuple[Nutzung, ...]:
    statement = _NUTZUNG.where(col(Einsatz.stelle_id) == stelle_id, shown).order_by(
        col(Themenfeld.sortier), _STATUS_ORDER, col(Onlinedienst.sortier)
    )
    return tuple(_read(session, statement))


def uses(onlinedienst_id: int) -> ColumnElement[bool]:
    return col(Einsatz.onlinedienst_id) == onlinedienst_id


def any_of(conditions: Sequence[Condition]) -> Condition:
    return or_(*conditions)


def said_of(stelle_id: int) -> ColumnElement[bool]:
    return col(Einsatz.stelle_id) == stelle_id


def uses_any(onlinedienst_ids: Sequence[int]) -> ColumnElement[bool]:
    return col(Einsatz.onlinedienst_id).in_(onlinedienst_ids)


def users_in_kreis(
    session: Session,
    onlinedienst_ids: Sequence[int],
    kreis_id: int | None,
    viewer: Betrachter,
    today: date,
) -> dict[int, list[str]]:
    """Names of the municipalities of a Kreis that use each of these assistants, if there is one.

    The municipalities are the short list, at most a few hundred: by them the index finds what is
    used, not by all assistants that a search has found.
    """
    if kreis_id is None:
        return {}
    wanted = set(onlinedienst_ids)
    users = users_among(session, bodies_in_kreis(session, kreis_id), viewer, today)
    return {number: names for number, names in users.items() if number in wanted}


def bodies_in_kreis(
    session: Session, kreis_id: int, ebene: Gebietsebene | None = None
) -> dict[int, str]:
    """Names by id, in the order of the names; the Kreis itself is one of them."""
    statement = (
        select(col(Stelle.id), col(Stelle.name))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(col(Gebiet.kreis_id) == kreis_id)
        .order_by(col(Stelle.sortier), col(Stelle.id))
    )
    if ebene is not None:
        statement = statement.where(col(Gebiet.ebene) == ebene)
    return {number: name for number, name in session.execute(statement)}


def users_among(
    session: Session, bodies: Mapping[int, str], viewer: Betrachter, today: date, *only: Condition
) -> dict[int, list[str]]:
    """For each assistant that counts as used by any of the bodies: their names, in their order."""
    place = {number: n for n, number in enumerate(bodies)}
    statement = select(col(Einsatz.onlinedienst_id), col(Einsatz.stelle_id)).where(
        col(Einsatz.stelle_id).in_(bodies), visible(viewer), counted(today), *only
    )
    users: dict[int, set[int]] = {}
    for number, body in session.connection().execute(statement).all():
        users.setdefault(number, set()).add(body)
    return {
        number: list(dict.fromkeys(bodies[body] for body in sorted(found, key=place.__getitem__)))
        for number, found in users.items()
    }


def by_ids(session: Session, ids: Any, viewer: Betrachter) -> list[Nutzung]:
    """Statements by id, newest first."""
    statement = _NUTZUNG.where(col(Einsatz.id).in_(ids), visible(viewer)).order_by(
        col(Einsatz.stand).desc(), col(Einsatz.id).desc()
    )
    return _read(session, statement)


def matching(
    session: Session, viewer: Betrachter, *conditions: Condition, most: int | None = None
) -> list[Nutzung]:
    """Statements that a few conditions narrow down, in the order of the bodies' names."""
    statement = (
        _NUTZUNG.where(*conditions, visible(viewer))
        .order_by(col(Stelle.sortier), col(Einsatz.id))
        .limit(most)
    )
    return _read(session, statement)


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
        select(col(Gebiet.ags), _STATUS_ORDER)
        .select_from(Einsatz)
        .outerjoin(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
        .outerjoin(
            Gebiet,
            and_(
                col(Gebiet.id) == col(Stelle.gebiet_id),
                col(Gebiet.ebene) == Gebietsebene.GEMEINDE,
            ),
        )
        .where(condition, visible(viewer), col(Einsatz.widersprochen_am).is_(None))
    )
    # Joined, filtered or grouped by the area there, all areas would come before the statements.
    places: dict[str, int] = {}
    for ags, place in session.connection().execute(statement).all():
        if ags:
            places[ags] = min(place, places.get(ags, place))
    statuses = {place: status for status, place in _STATUS_PLACES.items()}
    return {ags: statuses[place] for ags, place in places.items()}


def _page(
    session: Session, condition: Condition, viewer: Betrachter, number: int, size: int
) -> Seite[Nutzung]:
    """The order needs the bodies' names and nothing else: only the page's rows join the rest."""
    ids = select(col(Einsatz.id)).where(condition, visible(viewer))

    def load(found: Sequence[int]) -> list[Nutzung]:
        statement = _NUTZUNG.where(col(Einsatz.id).in_(found), visible(viewer))
        return in_order(found, _read(session, statement), lambda row: row.id)

    return read_page(session, ids, number, load, size, _by_body)


def _by_body(ids: Select[Any]) -> Select[Any]:
    return ids.outerjoin(Stelle, col(Stelle.id) == col(Einsatz.stelle_id)).order_by(
        _STATUS_ORDER, col(Stelle.sortier), col(Einsatz.id)
    )


def all_ids(session: Session, viewer: Betrachter, *conditions: Condition) -> Iterator[int]:
    """Of however many statements, in the order of `of_onlinedienst` and `of_leistung`."""
    ids = _by_body(select(col(Einsatz.id)).where(visible(viewer), *conditions))
    yield from session.connection().execute(ids.execution_options(yield_per=SIZE)).scalars()


_einsatz, _dienst, _stelle, _gebiet, _themenfeld, _quelle, _link = (
    inspect(model).local_table
    for model in (Einsatz, Onlinedienst, Stelle, Gebiet, Themenfeld, Quelle, Linkpruefung)
)
# The body carries the name that tells Kreis Warendorf from Warendorf.
_kreis_stelle = _stelle.alias()
_land = _gebiet.alias()
# Columns in the order of `Nutzung`, its source at the end. Made once and of tables instead of
# models: putting a statement of this size together and matching its columns to attributes takes
# longer than the database needs to answer it.
_NUTZUNG: Select[Any] = select(
    _einsatz.c.id,
    _einsatz.c.rolle,
    _einsatz.c.status,
    _einsatz.c.ab,
    _einsatz.c.bis,
    _einsatz.c.ausgesetzt_bis,
    _einsatz.c.url,
    _einsatz.c.fachverfahren,
    _einsatz.c.reifegrad_modell,
    _einsatz.c.reifegrad_stufe,
    _einsatz.c.beleg,
    _einsatz.c.bestaetigt_am,
    _einsatz.c.widersprochen_am,
    _einsatz.c.stand,
    _einsatz.c.pruefung_faellig,
    _einsatz.c.sichtbarkeit,
    _einsatz.c.bemerkung,
    _link.c.nicht_erreichbar_am,
    _dienst.c.kennung,
    _dienst.c.name,
    _dienst.c.entwurf,
    _themenfeld.c.name,
    _themenfeld.c.slug,
    _stelle.c.id,
    _stelle.c.name,
    _gebiet.c.ars,
    _kreis_stelle.c.name,
    _land.c.name,
    _gebiet.c.ags,
    _quelle.c.titel,
    _quelle.c.stand,
    _quelle.c.stand_text,
    _quelle.c.art,
    _quelle.c.lizenz,
).select_from(
    _einsatz.join(_dienst, _dienst.c.id == _einsatz.c.onlinedienst_id)
    .join(_stelle, _stelle.c.id == _einsatz.c.stelle_id)
    .outerjoin(_gebiet, _gebiet.c.id == _stelle.c.gebiet_id)
    .outerjoin(_kreis_stelle, _kreis_stelle.c.gebiet_id == _gebiet.c.kreis_id)
    .outerjoin(_land, _land.c.id == _gebiet.c.land_id)
    .outerjoin(_themenfeld, _themenfeld.c.id == _dienst.c.themenfeld_id)
    .outerjoin(_quelle, _quelle.c.id == _einsatz.c.quelle_id)
    .outerjoin(_link, _link.c.url == _einsatz.c.url)
)
_STAND = Nutzung._fields.index("stand")


def _read(session: Session, statement: Select[Any]) -> list[Nutzung]:
    """Past the session, which has nothing to do with rows that are no objects of models."""
    return [
        Nutzung._make((*own, name_source(titel, stand, text, art, lizenz, own[_STAND])))
        for *own, titel, stand, text, art, lizenz in session.connection().execute(statement).all()
    ]
