"""Terms of reuse as rules to calculate with: whose they are, and which notice they ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from katalog.domain.fristregel import Kuendigungsregel
from katalog.domain.laender import Landeskuerzel, find_land
from katalog.models.fall import Nachnutzungsbedingungen
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from katalog.queries.provenance import Angabe, provenance, source_columns


@dataclass(frozen=True, slots=True)
class Regelwerk:
    """One version of the terms of a coordinating body; `land` is where notice is received."""

    id: int
    koordinierung: str
    koordinierung_id: int
    land: Landeskuerzel | None
    fassung: str
    gueltig_bis: date | None
    form: str
    regel: Kuendigungsregel
    quelle: Angabe | None


def rule_of(terms: Nachnutzungsbedingungen) -> Kuendigungsregel:
    return Kuendigungsregel(
        terms.kuendigung_n,
        terms.kuendigung_einheit,
        terms.kuendigung_anker,
        terms.mindestlaufzeit_monate or 0,
        f"Nachnutzungsbedingungen, Fassung {terms.fassung}",
    )


def terms_in_force(session: Session, today: date) -> list[Regelwerk]:
    statement = _terms().where(
        col(Nachnutzungsbedingungen.gueltig_ab) <= today,
        or_(
            col(Nachnutzungsbedingungen.gueltig_bis).is_(None),
            col(Nachnutzungsbedingungen.gueltig_bis) >= today,
        ),
    )
    return [_build(row) for row in session.execute(statement)]


def find_terms(session: Session, number: int) -> Regelwerk | None:
    """Also a version that has ended: who accepted it is bound by it."""
    found = session.execute(_terms().where(col(Nachnutzungsbedingungen.id) == number))
    row = found.one_or_none()
    return _build(row) if row else None


def _terms() -> Any:
    return (
        select(
            Nachnutzungsbedingungen,
            col(Stelle.name).label("koordinierung"),
            col(Gebiet.ars).label("ars"),
            *source_columns(),
        )
        .join(Stelle, col(Stelle.id) == col(Nachnutzungsbedingungen.koordinierung_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.land_id))
        .outerjoin(Quelle, col(Quelle.id) == col(Nachnutzungsbedingungen.quelle_id))
        .order_by(col(Stelle.sortier), col(Nachnutzungsbedingungen.gueltig_ab))
    )


def _build(row: Any) -> Regelwerk:
    terms = row.Nachnutzungsbedingungen
    return Regelwerk(
        id=terms.id,
        koordinierung=row.koordinierung,
        koordinierung_id=terms.koordinierung_id,
        land=find_land(row.ars) if row.ars else None,
        fassung=terms.fassung,
        gueltig_bis=terms.gueltig_bis,
        form=terms.kuendigung_form,
        regel=rule_of(terms),
        quelle=provenance(row, terms.stand),
    )
