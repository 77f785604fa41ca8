"""Statements of use as a map asks for them: who says what of which assistant on which day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import (
    Date,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlmodel import Session, col

from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus
from katalog.domain.kartenbild import Aussage
from katalog.domain.rollen import Betrachter
from katalog.models.angebot import Antragsstrecke
from katalog.models.nutzung import Einsatz, EinsatzAntragsstrecke
from katalog.models.register import Leistung, OzgLeistung, OzgZuordnung
from katalog.models.stellen import Stelle, Zustaendigkeit
from katalog.queries.einsaetze import Condition, visible
from katalog.queries.listen import Einsatzfilter, narrow
from katalog.queries.merkmale import DIENST_OZG

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
_TODAY: Select[Any] = select(
    col(Einsatz.stelle_id),
    col(Einsatz.onlinedienst_id),
    case(
        (_OVER, _word(Einsatzstatus.BEENDET)),
        (_ONLY_PLANNED, _word(Einsatzstatus.GEPLANT)),
        else_=_STATUS,
    ),
).where(_STANDING)

# Looking back, the dates of use say what was: something that has ended since ran then, and so did
# what has been interrupted since. Without a first day, a statement holds from the day it was made.
_SAID = func.coalesce(col(Einsatz.ab), col(Einsatz.stand))
_EARLIER: Select[Any] = select(
    col(Einsatz.stelle_id),
    col(Einsatz.onlinedienst_id),
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
    ),
).where(
    _STANDING,
    case((col(Einsatz.status).in_(_AHEAD), col(Einsatz.stand)), else_=_SAID) <= _TAG,
)


def aussagen(
    session: Session, frage: Aussagenfrage, viewer: Betrachter, tag: date, today: date
) -> list[Aussage]:
    """All that stand on this day; `status` in the filter is the one of that day."""
    base = _TODAY if tag >= today else _EARLIER
    wanted = set(frage.filter.status)
    statement = base.where(visible(viewer), *_conditions(session, frage))
    rows = session.connection().execute(statement, {"tag": tag, "heute": today}).all()
    return [Aussage._make(row) for row in rows if not wanted or row[2] in wanted]


def days_of_use(session: Session, frage: Aussagenfrage, viewer: Betrachter) -> list[date]:
    """First and last days, for a look back that offers only days on which something changed."""
    statement = select(func.min(col(Einsatz.ab)), func.max(col(Einsatz.ab))).where(
        _STANDING, visible(viewer), *_conditions(session, frage)
    )
    return [day for day in session.connection().execute(statement).one() if day is not None]


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


def ruled_leistungen(session: Session, frage: Aussagenfrage) -> dict[int, set[int]]:
    """Per assistant the services of the question for which a rule says something unusual."""
    statement = select(col(Antragsstrecke.onlinedienst_id), col(Antragsstrecke.leistung_id)).where(
        col(Antragsstrecke.leistung_id).in_(select(col(Zustaendigkeit.leistung_id))),
        *_meant(frage),
    )
    found: dict[int, set[int]] = {}
    for dienst, leistung in session.connection().execute(statement).all():
        found.setdefault(dienst, set()).add(leistung)
    return found


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
