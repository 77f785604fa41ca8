"""Local rules with their values: of an area, for an OZG service, and as bodies write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select
from sqlmodel import Session, col

from katalog.domain.festlegung import Festlegungsangaben
from katalog.models.grundlage import now
from katalog.models.nutzung import FestlegungOzg, OertlicheFestlegung, OertlicherWert
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet, OzgLeistung
from katalog.models.stellen import Stelle
from katalog.queries.paging import in_order
from katalog.queries.provenance import Angabe, provenance, source_columns

_COLUMNS = tuple(
    field.name for field in fields(Festlegungsangaben) if field.name not in {"ozg_ids", "werte"}
)


@dataclass(frozen=True, slots=True)
class Festlegung:
    festlegung: OertlicheFestlegung
    werte: tuple[OertlicherWert, ...]
    ozg: tuple[tuple[str, str], ...]
    quelle: Angabe | None
    ort: str
    ars: str

    @property
    def gueltig_ab(self) -> date:
        return self.festlegung.gueltig_ab

    @property
    def gueltig_bis(self) -> date | None:
        return self.festlegung.gueltig_bis

    @property
    def paare(self) -> tuple[tuple[str, str], ...]:
        return tuple((wert.merkmal, wert.wert) for wert in self.werte)


def of_area(session: Session, gebiet_id: int) -> list[Festlegung]:
    """All versions, by name, the latest first."""
    return _load(session, col(OertlicheFestlegung.gebiet_id) == gebiet_id)


def of_ozg(session: Session, ozg_id: int) -> list[Festlegung]:
    """All versions of all places that hold for this service."""
    meant = select(col(FestlegungOzg.festlegung_id)).where(
        col(FestlegungOzg.ozg_leistung_id) == ozg_id
    )
    return _load(session, col(OertlicheFestlegung.id).in_(meant))


def by_ids(session: Session, ids: Sequence[int]) -> list[Festlegung]:
    rows = _load(session, col(OertlicheFestlegung.id).in_(ids))
    return in_order(ids, rows, lambda row: row.festlegung.id)


def find(session: Session, gebiet_id: int, number: int) -> Festlegung | None:
    found = _load(
        session,
        col(OertlicheFestlegung.id) == number,
        col(OertlicheFestlegung.gebiet_id) == gebiet_id,
    )
    return found[0] if found else None


def _load(session: Session, *conditions: ColumnElement[bool]) -> list[Festlegung]:
    rows = session.execute(
        select(
            OertlicheFestlegung,
            col(Stelle.name).label("ort"),
            col(Gebiet.ars).label("ars"),
            *source_columns(),
        )
        .join(Gebiet, col(Gebiet.id) == col(OertlicheFestlegung.gebiet_id))
        .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .outerjoin(Quelle, col(Quelle.id) == col(OertlicheFestlegung.quelle_id))
        .where(*conditions)
        .order_by(
            col(Stelle.sortier),
            col(OertlicheFestlegung.name),
            col(OertlicheFestlegung.gueltig_ab).desc(),
        )
    ).all()
    ids = [row.OertlicheFestlegung.id for row in rows]
    values: dict[int, list[OertlicherWert]] = {}
    for value in session.execute(
        select(OertlicherWert)
        .where(col(OertlicherWert.festlegung_id).in_(ids))
        .order_by(col(OertlicherWert.position))
    ).scalars():
        values.setdefault(value.festlegung_id, []).append(value)
    services: dict[int, list[tuple[str, str]]] = {}
    for number, ozg_id, titel in session.execute(
        select(col(FestlegungOzg.festlegung_id), col(OzgLeistung.ozg_id), col(OzgLeistung.titel))
        .join(OzgLeistung, col(OzgLeistung.id) == col(FestlegungOzg.ozg_leistung_id))
        .where(col(FestlegungOzg.festlegung_id).in_(ids))
        .order_by(col(OzgLeistung.ozg_id))
    ):
        services.setdefault(number, []).append((ozg_id, titel))
    return [
        Festlegung(
            row.OertlicheFestlegung,
            tuple(values.get(row.OertlicheFestlegung.id, ())),
            tuple(services.get(row.OertlicheFestlegung.id, ())),
            provenance(row, row.OertlicheFestlegung.stand),
            row.ort,
            row.ars,
        )
        for row in rows
    ]


# Writing ----------------------------------------------------------------------------------------


def known_ozg_ids(session: Session) -> set[str]:
    return set(session.execute(select(col(OzgLeistung.ozg_id))).scalars())


def write(
    session: Session,
    gebiet_id: int,
    rule: OertlicheFestlegung | None,
    angaben: Festlegungsangaben,
    today: date,
) -> int:
    """A new version, or this one anew. `DatabaseRefusal` if another one begins on that day."""
    if rule is None:
        rule = OertlicheFestlegung(
            gebiet_id=gebiet_id, name=angaben.name, gueltig_ab=angaben.gueltig_ab
        )
        session.add(rule)
    else:
        rule.version, rule.geaendert_am = rule.version + 1, now()
    for name in _COLUMNS:
        setattr(rule, name, getattr(angaben, name))
    rule.stand = today
    session.flush()
    assert rule.id is not None
    _replace_parts(session, rule.id, angaben)
    _link_versions(session, gebiet_id, angaben.name)
    return rule.id


def _replace_parts(session: Session, number: int, angaben: Festlegungsangaben) -> None:
    for model in (OertlicherWert, FestlegungOzg):
        session.connection().execute(delete(model).where(col(model.festlegung_id) == number))
    session.connection().execute(
        insert(OertlicherWert),
        [
            {"festlegung_id": number, "position": position, "merkmal": merkmal, "wert": wert}
            for position, (merkmal, wert) in enumerate(angaben.werte, start=1)
        ],
    )
    services = select(col(OzgLeistung.id)).where(col(OzgLeistung.ozg_id).in_(angaben.ozg_ids))
    session.connection().execute(
        insert(FestlegungOzg),
        [
            {"festlegung_id": number, "ozg_leistung_id": service}
            for service in session.execute(services).scalars()
        ],
    )


def _link_versions(session: Session, gebiet_id: int, name: str) -> None:
    """Each to the one before it: a version may have been put in between two others."""
    before: int | None = None
    versions: Any = session.scalars(
        select(OertlicheFestlegung)
        .where(
            col(OertlicheFestlegung.gebiet_id) == gebiet_id, col(OertlicheFestlegung.name) == name
        )
        .order_by(col(OertlicheFestlegung.gueltig_ab))
    )
    for version in versions:
        version.vorgaenger_id, before = before, version.id
    session.flush()


def has_version(
    session: Session, gebiet_id: int, name: str, gueltig_ab: date, besides: int | None
) -> bool:
    statement = select(col(OertlicheFestlegung.id)).where(
        col(OertlicheFestlegung.gebiet_id) == gebiet_id,
        col(OertlicheFestlegung.name) == name,
        col(OertlicheFestlegung.gueltig_ab) == gueltig_ab,
    )
    return any(number != besides for number in session.execute(statement).scalars())
