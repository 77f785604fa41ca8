"""What the Länder offer for reuse, with terms, contacts and checklist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Kontaktebene
from katalog.domain.rollen import Betrachter, resolve_sicht
from katalog.models.angebot import Landesangebot, Pilotkommune, Pruefpunktvorlage
from katalog.models.fall import Nachnutzungsbedingungen
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet
from katalog.models.stellen import Behoerdenart, Kontakt, Kontaktrolle, Stelle
from katalog.queries.provenance import Angabe, provenance, source_columns


@dataclass(frozen=True, slots=True)
class Pilot:
    name: str
    ars: str | None


@dataclass(frozen=True, slots=True)
class Ansprechstelle:
    rolle: str
    rolle_kennung: str
    ebene: Kontaktebene | None
    bezeichnung: str
    funktionspostfach: str


@dataclass(frozen=True, slots=True)
class Angebot:
    angebot: Landesangebot
    koordinierung: str
    koordinierung_id: int
    koordinierung_website: str
    land: str | None
    behoerdenart: str | None
    bedingungen: Nachnutzungsbedingungen | None
    piloten: tuple[Pilot, ...]
    kontakte: tuple[Ansprechstelle, ...]
    pruefpunkte: tuple[Pruefpunktvorlage, ...]
    quelle: Angabe | None


def offers_of(
    session: Session, onlinedienst_id: int, viewer: Betrachter, today: date
) -> list[Angebot]:
    return offers_of_each(session, [onlinedienst_id], viewer, today)[onlinedienst_id]


def offers_of_each(
    session: Session, onlinedienst_ids: Sequence[int], viewer: Betrachter, today: date
) -> dict[int, list[Angebot]]:
    land = aliased(Gebiet)
    statement = (
        select(
            Landesangebot,
            col(Stelle.name).label("koordinierung"),
            col(Stelle.website).label("website"),
            col(land.name).label("land"),
            col(Behoerdenart.name).label("behoerdenart"),
            *source_columns(),
        )
        .join(Stelle, col(Stelle.id) == col(Landesangebot.koordinierung_id))
        .outerjoin(land, col(land.id) == col(Landesangebot.land_id))
        .outerjoin(Behoerdenart, col(Behoerdenart.id) == col(Landesangebot.behoerdenart_id))
        .outerjoin(Quelle, col(Quelle.id) == col(Landesangebot.quelle_id))
        .where(col(Landesangebot.onlinedienst_id).in_(onlinedienst_ids))
        .order_by(col(land.sortier), col(Landesangebot.id))
    )
    rows = session.execute(statement).all()
    ids = [row.Landesangebot.id for row in rows]
    piloten = _piloten(session, ids)
    kontakte = _kontakte(session, ids, viewer)
    checklists = _checklists(session, ids)
    terms = _terms(session, [row.Landesangebot.koordinierung_id for row in rows], today)
    offers: dict[int, list[Angebot]] = {number: [] for number in onlinedienst_ids}
    for row in rows:
        offers[row.Landesangebot.onlinedienst_id].append(
            Angebot(
                angebot=row.Landesangebot,
                koordinierung=row.koordinierung,
                koordinierung_id=row.Landesangebot.koordinierung_id,
                koordinierung_website=row.website,
                land=row.land,
                behoerdenart=row.behoerdenart,
                bedingungen=terms.get(row.Landesangebot.koordinierung_id),
                piloten=tuple(piloten.get(row.Landesangebot.id, ())),
                kontakte=tuple(kontakte.get(row.Landesangebot.id, ())),
                pruefpunkte=tuple(checklists.get(row.Landesangebot.id) or checklists.get(None, [])),
                quelle=provenance(row, row.Landesangebot.stand),
            )
        )
    return offers


def _piloten(session: Session, ids: Sequence[int]) -> dict[int, list[Pilot]]:
    statement = (
        select(col(Pilotkommune.landesangebot_id), col(Stelle.name), col(Gebiet.ars))
        .join(Stelle, col(Stelle.id) == col(Pilotkommune.stelle_id))
        .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(col(Pilotkommune.landesangebot_id).in_(ids))
        .order_by(col(Stelle.sortier))
    )
    found: dict[int, list[Pilot]] = {}
    for number, name, ars in session.execute(statement):
        found.setdefault(number, []).append(Pilot(name, ars))
    return found


def _kontakte(
    session: Session, ids: Sequence[int], viewer: Betrachter
) -> dict[int, list[Ansprechstelle]]:
    statement = (
        select(
            col(Kontakt.landesangebot_id),
            col(Kontaktrolle.name),
            col(Kontaktrolle.kennung),
            col(Kontakt.ebene),
            col(Kontakt.bezeichnung),
            col(Kontakt.funktionspostfach),
        )
        .join(Kontaktrolle, col(Kontaktrolle.id) == col(Kontakt.rolle_id))
        .where(
            col(Kontakt.landesangebot_id).in_(ids),
            col(Kontakt.sichtbarkeit).in_(resolve_sicht(viewer).stufen),
        )
        .order_by(col(Kontakt.id))
    )
    found: dict[int, list[Ansprechstelle]] = {}
    for number, *rest in session.execute(statement):
        found.setdefault(number, []).append(Ansprechstelle(*rest))
    return found


def _checklists(session: Session, ids: Sequence[int]) -> dict[int | None, list[Pruefpunktvorlage]]:
    statement = (
        select(Pruefpunktvorlage)
        .where(
            or_(
                col(Pruefpunktvorlage.landesangebot_id).in_(ids),
                col(Pruefpunktvorlage.landesangebot_id).is_(None),
            )
        )
        .order_by(col(Pruefpunktvorlage.position))
    )
    found: dict[int | None, list[Pruefpunktvorlage]] = {}
    for item in session.execute(statement).scalars():
        found.setdefault(item.landesangebot_id, []).append(item)
    return found


def _terms(
    session: Session, koordinierung_ids: Sequence[int], today: date
) -> dict[int, Nachnutzungsbedingungen]:
    """The version in force: the newest that has begun and not ended."""
    statement = (
        select(Nachnutzungsbedingungen)
        .where(
            col(Nachnutzungsbedingungen.koordinierung_id).in_(koordinierung_ids),
            col(Nachnutzungsbedingungen.gueltig_ab) <= today,
            or_(
                col(Nachnutzungsbedingungen.gueltig_bis).is_(None),
                col(Nachnutzungsbedingungen.gueltig_bis) >= today,
            ),
        )
        .order_by(col(Nachnutzungsbedingungen.gueltig_ab))
    )
    return {terms.koordinierung_id: terms for terms in session.execute(statement).scalars()}
