"""Statements of use as a map asks for them: who says what of which assistant on which day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import (
    Date,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlmodel import Session, col

from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus, Quellenart
from katalog.domain.kartenbild import Aussage
from katalog.domain.rollen import Betrachter
from katalog.models.angebot import Antragsstrecke
from katalog.models.nutzung import Einsatz, EinsatzAntragsstrecke
from katalog.models.quellen import Quelle
from katalog.models.register import Leistung, OzgLeistung, OzgZuordnung
from katalog.models.stellen import Stelle, Zustaendigkeit
from katalog.queries.einsaetze import Condition, visible
from katalog.queries.listen import Einsatzfilter, narrow
from katalog.queries.merkmale import DIENST_OZG

# More of them, and most statements are meant anyway.
_FEW = 50
_TAG: Any = bindparam("tag", type_=Date())
# Not begun yet: what is known of it is known since somebody said so.
_AHEAD = (Einsatzstatus.GEPLANT, Einsatzstatus.IN_UMSETZUNG)


@dataclass(frozen=True, slots=True)
class Aussagenfrage:
    """`dienste`, `leistungen`, `ozg` and `gebiete` (of bodies) are ids; None narrows nothing."""

    filter: Einsatzfilter = field(default_factory=Einsatzfilter)
    dienste: Sequence[int] | None = None
    leistungen: Sequence[int] | None = None
    ozg: Sequence[int] | None = None
    gebiete: Sequence[int] | None = None

    @property
    def narrow(self) -> bool:
        """Whether it is about a few assistants, so that their index leads to the statements."""
        keys = self.filter.kennung, self.filter.leistungsschluessel, self.filter.ozg_id
        some = self.dienste, self.leistungen, self.ozg
        return any(keys) or any(ids is not None and len(ids) <= _FEW for ids in some)


def _word(status: Einsatzstatus) -> Any:
    return literal(str(status), String)


_STATUS: Any = type_coerce(col(Einsatz.status), String)
_OVER = and_(col(Einsatz.bis).is_not(None), col(Einsatz.bis) < _TAG)
# A plan is no use, whatever status somebody gave it.
_ONLY_PLANNED = and_(
    col(Einsatz.rolle) == Einsatzrolle.PLANT, col(Einsatz.status) == Einsatzstatus.PRODUKTIV
)
_STANDING = and_(
    col(Einsatz.widersprochen_am).is_(None), col(Einsatz.rolle) != Einsatzrolle.BEOBACHTET
)


def _one_by_one(status: Any) -> Any:
    return select(
        col(Einsatz.stelle_id),
        status.label("zustand"),
        col(Einsatz.onlinedienst_id),
        col(Einsatz.id),
    ).where(_STANDING)


_TODAY = _one_by_one(
    case(
        (_OVER, _word(Einsatzstatus.BEENDET)),
        (_ONLY_PLANNED, _word(Einsatzstatus.GEPLANT)),
        else_=_STATUS,
    )
)

# Looking back, the dates of use say what was: something that has ended since ran then, and so did
# what has been interrupted since. Without a first day, a statement holds from the day it was made.
_SAID = func.coalesce(col(Einsatz.ab), col(Einsatz.stand))
_EARLIER = _one_by_one(
    case(
        (_OVER, _word(Einsatzstatus.BEENDET)),
        (_ONLY_PLANNED, _word(Einsatzstatus.GEPLANT)),
        (
            and_(col(Einsatz.status) == Einsatzstatus.BEENDET, col(Einsatz.bis).is_not(None)),
            _word(Einsatzstatus.PRODUKTIV),
        ),
        (
            and_(col(Einsatz.status) == Einsatzstatus.VORUEBERGEHEND, col(Einsatz.stand) > _TAG),
            _word(Einsatzstatus.PRODUKTIV),
        ),
        else_=_STATUS,
    )
).where(
    case((col(Einsatz.status).in_(_AHEAD), col(Einsatz.stand)), else_=_SAID) <= _TAG,
)


def aussagen(
    session: Session, frage: Aussagenfrage, viewer: Betrachter, tag: date, today: date
) -> list[Aussage]:
    """All that stand on this day; `status` in the filter is the one of that day."""
    stelle, dienst = col(Einsatz.stelle_id), col(Einsatz.onlinedienst_id)
    statement = _standing(session, frage, viewer, tag, today)
    status = statement.selected_columns.zustand
    if frage.narrow:
        found = statement.with_only_columns(stelle, status, dienst)
        rows = _read(session, found, frage, tag, today)
        alone = {dienst: frozenset({dienst}) for dienst in {row[2] for row in rows}}
        return [(stelle, status, alone[dienst]) for stelle, status, dienst in rows]
    # Of everything there may be a million: the database puts together what one body says.
    together = func.aggregate_strings(cast(dienst, String), ",")
    found = statement.with_only_columns(stelle, status, together)
    rows = _read(session, found.group_by(stelle, literal_column("zustand")), frage, tag, today)
    return [
        (stelle, status, frozenset(map(int, dienste.split(","))))
        for stelle, status, dienste in rows
    ]


def einzelne(
    session: Session,
    frage: Aussagenfrage,
    stellen: Collection[int],
    viewer: Betrachter,
    tag: date,
    today: date,
) -> list[tuple[int, int, int]]:
    """Statements of these bodies one by one: (id, body, assistant)."""
    statement = _standing(session, frage, viewer, tag, today).where(
        col(Einsatz.stelle_id).in_(stellen)
    )
    found = _read(session, statement, frage, tag, today)
    return [(number, stelle, dienst) for stelle, _, dienst, number in found]


def _standing(
    session: Session, frage: Aussagenfrage, viewer: Betrachter, tag: date, today: date
) -> Any:
    base = _TODAY if tag >= today else _EARLIER
    return base.where(visible(viewer), *_conditions(session, frage))


def _read(
    session: Session, statement: Any, frage: Aussagenfrage, tag: date, today: date
) -> Sequence[Any]:
    rows = session.connection().execute(statement, {"tag": tag, "heute": today}).all()
    wanted = frage.filter.status
    return [row for row in rows if row[1] in wanted] if wanted else rows


def first_day(session: Session, frage: Aussagenfrage, viewer: Betrachter) -> date | None:
    """Of any use that is meant: before it there is nothing to look back on."""
    statement = select(func.min(col(Einsatz.ab))).where(
        _STANDING, visible(viewer), *_conditions(session, frage)
    )
    found: date | None = session.connection().execute(statement).scalar_one()
    return found


def has_demo(session: Session) -> bool:
    """Whether any statement is invented, which every map then says."""
    demo = select(col(Quelle.id)).where(col(Quelle.art) == Quellenart.DEMO)
    statement = select(col(Einsatz.id)).where(col(Einsatz.quelle_id).in_(demo)).limit(1)
    return session.connection().execute(statement).first() is not None


def _conditions(session: Session, frage: Aussagenfrage) -> Iterator[Condition]:
    # Whoever asks for a status means the one of the day asked about.
    yield from narrow(session, frage.filter.without_status())
    if frage.dienste is not None:
        yield col(Einsatz.onlinedienst_id).in_(frage.dienste)
    if frage.leistungen is not None:
        yield _serves_any(frage.leistungen)
    if frage.ozg is not None:
        served = select(DIENST_OZG.c.dienst).where(DIENST_OZG.c.ozg.in_(frage.ozg))
        yield col(Einsatz.onlinedienst_id).in_(served)
    if frage.gebiete is not None:
        bodies = select(col(Stelle.id)).where(col(Stelle.gebiet_id).in_(frage.gebiete))
        yield col(Einsatz.stelle_id).in_(bodies)


def _serves_any(leistungen: Sequence[int]) -> Condition:
    """As `einsaetze.serves`, of many services: one of the paths in use, or all of the assistant's
    if the statement lists none.
    """
    meant = select(col(Antragsstrecke.id)).where(col(Antragsstrecke.leistung_id).in_(leistungen))
    offering = meant.with_only_columns(col(Antragsstrecke.onlinedienst_id))
    listed = select(col(EinsatzAntragsstrecke.einsatz_id))
    return and_(
        col(Einsatz.onlinedienst_id).in_(offering),
        or_(
            col(Einsatz.id).not_in(listed),
            col(Einsatz.id).in_(
                listed.where(col(EinsatzAntragsstrecke.antragsstrecke_id).in_(meant))
            ),
        ),
    )


# For which services ───────────────────────────────────────────────────────────────────────────


def ruled_leistungen(session: Session, frage: Aussagenfrage) -> dict[int, frozenset[int]]:
    """Per assistant the services of the question for which a rule says something unusual."""
    statement: Any = select(
        col(Antragsstrecke.onlinedienst_id), col(Antragsstrecke.leistung_id)
    ).where(
        col(Antragsstrecke.leistung_id).in_(select(col(Zustaendigkeit.leistung_id))),
        *_meant(frage),
    )
    found: dict[int, set[int]] = {}
    for dienst, leistung in session.connection().execute(statement).all():
        found.setdefault(dienst, set()).add(leistung)
    return {dienst: frozenset(leistungen) for dienst, leistungen in found.items()}


def _meant(frage: Aussagenfrage) -> Iterator[Condition]:
    leistung = col(Antragsstrecke.leistung_id)
    if keys := frage.filter.leistungsschluessel:
        yield leistung.in_(
            select(col(Leistung.id)).where(
                or_(
                    col(Leistung.leistungsschluessel).in_(keys),
                    col(Leistung.ersatzschluessel).in_(keys),
                )
            )
        )
    if ids := frage.filter.ozg_id:
        yield leistung.in_(_bundled().where(col(OzgLeistung.ozg_id).in_(ids)))
    if frage.leistungen is not None:
        yield leistung.in_(frage.leistungen)
    if frage.ozg is not None:
        yield leistung.in_(_bundled().where(col(OzgLeistung.id).in_(frage.ozg)))


def _bundled() -> Any:
    return (
        select(col(OzgZuordnung.leistung_id))
        .join(OzgLeistung, col(OzgLeistung.id) == col(OzgZuordnung.ozg_leistung_id))
        .where(col(OzgZuordnung.entfallen_am).is_(None))
    )
