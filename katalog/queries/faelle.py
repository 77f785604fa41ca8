"""Cases as values to decide with: rows put together to the `Fall` of the domain, many at once.

What the domain's `Fall` says is partly derived: which version of the terms rules, whether a newer
one waits, what a notice amounts to. Only the rows are stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.fristen import wirksam_zum
from katalog.domain.pruefpunkte import Pruefpunktstufe
from katalog.domain.rechnung import Rechnung, say_spaeteres_ende
from katalog.domain.rollen import Betrachter, Recht, reach
from katalog.domain.vorgang import Bedingungen, Fall, Status, Weg
from katalog.models.angebot import Landesangebot, Onlinedienst
from katalog.models.fall import (
    Aussetzung,
    Entkopplung,
    Kuendigung,
    Nachnutzung,
    Nachnutzungsbedingungen,
    Pruefpunkt,
    Zustimmung,
)
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from katalog.queries.bedingungen import rule_of
from katalog.queries.paging import in_order


@dataclass(frozen=True, slots=True)
class Vorgang:
    """A case with its rows. `gegenueber` is the coordinating body or, on the short path, the
    Traeger. `geltend` is the version that rules (or is to be accepted first), `neu` one that
    waits to be accepted besides."""

    row: Nachnutzung
    fall: Fall
    dienst: Onlinedienst
    stelle: Stelle
    stelle_ars: str | None
    angebot: Landesangebot | None
    gegenueber_id: int | None
    gegenueber: str
    geltend: Nachnutzungsbedingungen | None
    neu: Nachnutzungsbedingungen | None
    aussetzung: Aussetzung | None
    kuendigung: Kuendigung | None
    entkopplung: Entkopplung | None

    @property
    def id(self) -> int:
        assert self.row.id is not None
        return self.row.id

    @property
    def koordinierung_id(self) -> int | None:
        return None if self.angebot is None else self.angebot.koordinierung_id

    @property
    def traeger_id(self) -> int | None:
        return None if self.angebot is not None else self.dienst.traeger_id

    @property
    def anzunehmen(self) -> Nachnutzungsbedingungen | None:
        return self.geltend if self.fall.bedingungen_offen else self.neu


def visible(betrachter: Betrachter) -> ColumnElement[bool]:
    """In the query, so that nothing can forget it. The domain says the same of one case with
    `may_see_vorgang`; a draft nobody but its body has seen. Needs `Onlinedienst` and
    `Landesangebot` joined."""
    seeing = reach(betrachter, Recht.VORGANG_SEHEN)
    own = betrachter.eigene_stellen & seeing.stellen
    others = seeing.stellen - own
    coordinating = reach(betrachter, Recht.KOORDINIEREN).stellen
    giving = reach(betrachter, Recht.ONLINEDIENST_PFLEGEN).traeger
    stelle = col(Nachnutzung.zustaendige_stelle_id)
    sent = col(Nachnutzung.status) != Status.ENTWURF
    conditions: list[ColumnElement[bool]] = [false()]
    if own:
        conditions.append(stelle.in_(own))
    if others:
        conditions.append(and_(sent, stelle.in_(others)))
    if coordinating:
        conditions.append(and_(sent, col(Landesangebot.koordinierung_id).in_(coordinating)))
    if giving:
        short = col(Nachnutzung.landesangebot_id).is_(None)
        conditions.append(and_(sent, short, col(Onlinedienst.traeger_id).in_(giving)))
    return or_(*conditions)


def joined(*columns: Any) -> Any:
    """Cases with what `visible` looks at."""
    return (
        select(*columns)
        .select_from(Nachnutzung)
        .join(Onlinedienst, col(Onlinedienst.id) == col(Nachnutzung.onlinedienst_id))
        .outerjoin(Landesangebot, col(Landesangebot.id) == col(Nachnutzung.landesangebot_id))
    )


_GIVING, _TRAEGER = aliased(Stelle), aliased(Stelle)
# Put together once: aliases made anew each time take longer than the database does.
_CASES = (
    joined(Nachnutzung, Onlinedienst, Stelle, Landesangebot, _GIVING, _TRAEGER, col(Gebiet.ars))
    .join(Stelle, col(Stelle.id) == col(Nachnutzung.zustaendige_stelle_id))
    .outerjoin(_GIVING, col(_GIVING.id) == col(Landesangebot.koordinierung_id))
    .outerjoin(_TRAEGER, col(_TRAEGER.id) == col(Onlinedienst.traeger_id))
    .outerjoin(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
)


def find(
    session: Session, betrachter: Betrachter, number: int, today: date, *, lock: bool = False
) -> Vorgang | None:
    """With `lock` as it is now, and nobody else decides in it before this transaction ends."""
    statement = joined(col(Nachnutzung.id)).where(
        col(Nachnutzung.id) == number, visible(betrachter)
    )
    if session.execute(statement).first() is None:
        return None
    if lock:
        lock_rows(session, [number])
    return next(iter(load(session, [number], today)), None)


def lock_rows(session: Session, ids: Collection[int]) -> None:
    """Without keeping others from writing rows that refer to these."""
    session.execute(
        select(Nachnutzung)
        .where(col(Nachnutzung.id).in_(ids))
        .order_by(col(Nachnutzung.id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def open_of_offer(session: Session, offer: int) -> list[int]:
    """Also those whose notice has run out: only the domain says that these are over."""
    statement = (
        select(col(Nachnutzung.id))
        .where(
            col(Nachnutzung.landesangebot_id) == offer,
            col(Nachnutzung.status).not_in([Status.ABGELEHNT, Status.ZURUECKGEZOGEN]),
            col(Nachnutzung.abgeschlossen_am).is_(None),
        )
        .order_by(col(Nachnutzung.id))
    )
    return [number for number in session.execute(statement).scalars() if number is not None]


def load(session: Session, ids: Sequence[int], today: date) -> list[Vorgang]:
    """In the order of the ids, in as many queries for a hundred as for one."""
    rows = session.execute(_CASES.where(col(Nachnutzung.id).in_(ids))).all()
    versions = _versions(session, {row[3].koordinierung_id for row in rows if row[3]})
    accepted = _accepted(session, ids)
    items = _open_items(session, ids)
    pauses = _one_each(session, Aussetzung, ids, col(Aussetzung.wiederaufgenommen_am).is_(None))
    notices = _one_each(session, Kuendigung, ids, col(Kuendigung.zurueckgenommen_am).is_(None))
    partings = _one_each(session, Entkopplung, ids)
    found = []
    for row, dienst, stelle, angebot, koordinierung, owner, ars in rows:
        number, notice = row.id, notices.get(row.id)
        offered = versions.get(angebot.koordinierung_id, []) if angebot else []
        geltend, neu = choose_terms(offered, accepted[number], row, today)
        bound = next((t for t in offered if notice and t.id == notice.bedingungen_id), None)
        gegenueber = koordinierung if angebot is not None else owner
        found.append(
            Vorgang(
                row=row,
                fall=_build(
                    row, geltend, neu, bound, items, pauses.get(number), notice,
                    partings.get(number), angebot,
                ),
                dienst=dienst,
                stelle=stelle,
                stelle_ars=ars,
                angebot=angebot,
                gegenueber_id=None if gegenueber is None else gegenueber.id,
                gegenueber="" if gegenueber is None else gegenueber.name,
                geltend=geltend,
                neu=neu,
                aussetzung=pauses.get(number),
                kuendigung=notice,
                entkopplung=partings.get(number),
            )
        )  # fmt: skip
    return in_order(ids, found, lambda vorgang: vorgang.id)


def in_force(versions: Iterable[Nachnutzungsbedingungen], day: date) -> Any:
    """The newest that has begun and not ended; `versions` come oldest first."""
    begun = [
        terms
        for terms in versions
        if terms.gueltig_ab <= day and (terms.gueltig_bis is None or terms.gueltig_bis >= day)
    ]
    return begun[-1] if begun else None


def choose_terms(
    versions: Sequence[Nachnutzungsbedingungen],
    accepted: Collection[int],
    row: Nachnutzung,
    today: date,
) -> tuple[Nachnutzungsbedingungen | None, Nachnutzungsbedingungen | None]:
    """The version that rules, and a newer one nobody has accepted yet.

    A version accepted early rules from its own first day. A case taken over from a list has
    accepted terms without saying when: it gets those of its first day.
    """
    if row.bedingungen_offen:
        return in_force(versions, today), None
    known = [terms for terms in versions if terms.id in accepted]
    begun = [terms for terms in known if terms.gueltig_ab <= today]
    ruling = (
        begun[-1] if begun
        else known[0] if known
        else in_force(versions, row.interesse_am or today) or in_force(versions, today)
    )  # fmt: skip
    newer = [
        terms
        for terms in versions
        if ruling is not None
        and terms.gueltig_ab > ruling.gueltig_ab
        and (terms.gueltig_bis is None or terms.gueltig_bis >= today)
    ]
    newest = newer[-1] if newer else None
    return ruling, None if newest is None or newest.id in accepted else newest


def describe_terms(terms: Nachnutzungsbedingungen | None) -> Bedingungen | None:
    if terms is None:
        return None
    return Bedingungen(terms.fassung, terms.gueltig_ab, terms.vertragsschluss, rule_of(terms))


def versions_of(session: Session, koordinierung: int) -> list[Nachnutzungsbedingungen]:
    return _versions(session, {koordinierung}).get(koordinierung, [])


def _build(
    row: Nachnutzung,
    geltend: Nachnutzungsbedingungen | None,
    neu: Nachnutzungsbedingungen | None,
    bound: Nachnutzungsbedingungen | None,
    items: dict[tuple[int | None, Pruefpunktstufe], list[str]],
    pause: Aussetzung | None,
    notice: Kuendigung | None,
    parting: Entkopplung | None,
    angebot: Landesangebot | None,
) -> Fall:
    later, rechnung = _read_notice(row, notice, bound)
    return Fall(
        weg=Weg.KOMMUNAL if angebot is None else Weg.LANDESANGEBOT,
        status=row.status,
        status_seit=row.status_seit,
        bedingungen=describe_terms(geltend),
        bedingungen_offen=row.bedingungen_offen,
        neue_bedingungen=describe_terms(neu),
        wunschtermin=row.wunschtermin,
        interesse_am=row.interesse_am,
        bestaetigt_am=row.bestaetigt_am,
        vertrag_am=row.vertrag_am,
        pflichtpunkte_offen=tuple(items.get((row.id, Pruefpunktstufe.VOR_TEST), ())),
        testpunkte_offen=tuple(items.get((row.id, Pruefpunktstufe.IM_TEST), ())),
        golive_gemeldet_zum=row.golive_gemeldet_zum,
        produktiv_ab=row.produktiv_ab,
        ausgesetzt_ab=pause.ab if pause else None,
        ausgesetzt_bis=pause.geplant_bis if pause else None,
        status_vor_kuendigung=row.status_vor_kuendigung,
        kuendigungsregel=rule_of(bound) if bound else None,
        zugang=notice.zugang if notice else None,
        gewuenschtes_ende=later,
        wirksam_zum=notice.wirksam_zum if notice else None,
        rechnung=rechnung,
        entkopplung_vereinbart_fuer=parting.vereinbart_fuer if parting else None,
        entkoppelt_am=parting.erfolgt_am if parting else None,
        eingestellt_zum=angebot.eingestellt_zum if angebot else None,
    )


def _read_notice(
    row: Nachnutzung, notice: Kuendigung | None, bound: Nachnutzungsbedingungen | None
) -> tuple[date | None, Rechnung]:
    """A later end than the earliest was wished for: the law gives no other. A notice taken over
    from a list may name an earlier one, which then is what somebody agreed on."""
    if notice is None or bound is None:
        return None, ()
    regel = rule_of(bound)
    earliest = wirksam_zum(regel, notice.zugang, row.vertrag_am)
    if notice.wirksam_zum == earliest.wirksam_zum:
        return None, earliest.rechnung
    if notice.wirksam_zum < earliest.wirksam_zum:
        return None, ()
    said = say_spaeteres_ende(regel, notice.wirksam_zum)
    return notice.wirksam_zum, (*earliest.rechnung, said)


def _versions(
    session: Session, koordinierungen: Collection[int]
) -> dict[int, list[Nachnutzungsbedingungen]]:
    found: dict[int, list[Nachnutzungsbedingungen]] = defaultdict(list)
    statement = (
        select(Nachnutzungsbedingungen)
        .where(col(Nachnutzungsbedingungen.koordinierung_id).in_(koordinierungen))
        .order_by(col(Nachnutzungsbedingungen.gueltig_ab), col(Nachnutzungsbedingungen.id))
    )
    for terms in session.execute(statement).scalars() if koordinierungen else ():
        found[terms.koordinierung_id].append(terms)
    return found


def _accepted(session: Session, ids: Collection[int]) -> dict[int | None, set[int]]:
    found: dict[int | None, set[int]] = defaultdict(set)
    statement = select(col(Zustimmung.nachnutzung_id), col(Zustimmung.bedingungen_id)).where(
        col(Zustimmung.nachnutzung_id).in_(ids)
    )
    for number, terms in session.execute(statement):
        found[number].add(terms)
    return found


def _open_items(
    session: Session, ids: Collection[int]
) -> dict[tuple[int | None, Pruefpunktstufe], list[str]]:
    found: dict[tuple[int | None, Pruefpunktstufe], list[str]] = defaultdict(list)
    statement = (
        select(Pruefpunkt)
        .where(
            col(Pruefpunkt.nachnutzung_id).in_(ids),
            col(Pruefpunkt.pflicht).is_(True),
            col(Pruefpunkt.erledigt_am).is_(None),
        )
        .order_by(col(Pruefpunkt.position))
    )
    for item in session.execute(statement).scalars():
        found[item.nachnutzung_id, item.stufe].append(item.titel)
    return found


def _one_each(
    session: Session, model: Any, ids: Collection[int], *conditions: ColumnElement[bool]
) -> dict[int | None, Any]:
    """The newest of each case: a corrected notice is a new row."""
    statement = (
        select(model)
        .where(col(model.nachnutzung_id).in_(ids), *conditions)
        .order_by(col(model.id))
        .execution_options(populate_existing=True)
    )
    return {row.nachnutzung_id: row for row in session.execute(statement).scalars()}
