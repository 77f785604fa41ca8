"""What the catalogue does not know: a draft, seen by few, then accepted or found to be another.

On both databases, with the starting set and what a test adds; nothing is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import col

from katalog.db import Engine, Session
from katalog.domain.begriffe import Dienstart, Einsatzstatus
from katalog.domain.einsatz import parse_einsatz
from katalog.domain.errors import NichtErlaubt, NichtGefunden, UngueltigeEingaben
from katalog.domain.rollen import GAST, Betrachter, Recht, Rolle, reach
from katalog.models.angebot import Onlinedienst
from katalog.models.betrieb import Indexauftrag, Protokoll
from katalog.models.nutzung import Einsatz, EinsatzAenderung
from katalog.participation import entwuerfe
from katalog.participation.entwuerfe import Entwurfsangaben, parse_entwurf
from katalog.queries import dienste, einsaetze
from katalog.queries import entwuerfe as drafts
from tests.databases import State
from tests.using import BECKUM, WARENDORF, new_dienst, town, use

TODAY = date(2026, 11, 20)
HUND = Entwurfsangaben("Hund ahoi", "von der Beispiel GmbH", Dienstart.MARKT)


@dataclass
class Office:
    session: Session
    stelle: int
    own: Betrachter
    coordination: Betrachter
    others: Betrachter

    def draft(self, **texts: str) -> Onlinedienst:
        angaben = parse_einsatz({"rolle": "nutzt", "status": "produktiv"} | texts, TODAY)
        number = entwuerfe.state_with_draft(
            self.session, self.own, self.stelle, HUND, angaben, TODAY
        )
        einsatz = self.session.get_one(Einsatz, number)
        return self.session.get_one(Onlinedienst, einsatz.onlinedienst_id)

    def uses(self, dienst: int | None) -> list[Einsatz]:
        statement = select(Einsatz).where(
            col(Einsatz.stelle_id) == self.stelle, col(Einsatz.onlinedienst_id) == dienst
        )
        found = self.session.scalars(statement.execution_options(populate_existing=True))
        return sorted(found, key=lambda einsatz: einsatz.id or 0)

    def seen(self, viewer: Betrachter) -> set[str]:
        rows = einsaetze.with_drafts(self.session, self.stelle, viewer)
        return {row.dienst_name for row in rows if row.dienst_entwurf}


@pytest.fixture
def office(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Office]:
    with Session(shared_engine(kind, State.SEEDED)) as session:
        stelle = town(session, WARENDORF).stelle_id
        other = town(session, BECKUM).stelle_id
        coordinating = frozenset({Rolle.KOORDINIERUNG})
        yield Office(
            session,
            stelle,
            Betrachter(frozenset({Rolle.KOMMUNE}), eigene_stellen=frozenset({stelle})),
            Betrachter(coordinating, koordinierte_stellen=frozenset({stelle})),
            Betrachter(coordinating, koordinierte_stellen=frozenset({other})),
        )


def test_a_draft_is_seen_by_its_body_and_its_coordination_alone(office: Office) -> None:
    dienst = office.draft()
    assert dienst.entwurf
    assert dienst.kennung == "hund-ahoi"
    assert office.seen(office.own) == office.seen(office.coordination) == {"Hund ahoi"}
    for viewer in (office.others, GAST, Betrachter(frozenset({Rolle.ADMINISTRATION}))):
        assert office.seen(viewer) == set()
    assert dienste.find_dienst(office.session, dienst.kennung) is None
    rows = einsaetze.of_stelle(office.session, office.stelle, office.own)
    assert not any(row.dienst_entwurf for row in rows)
    assert office.draft().kennung == "hund-ahoi-2"


def test_only_its_coordination_decides(office: Office) -> None:
    kennung = office.draft().kennung
    for viewer in (office.own, office.others, GAST):
        with pytest.raises(NichtGefunden):
            entwuerfe.accept(office.session, viewer, kennung, HUND)
        assert drafts.within(office.session, reach(viewer, Recht.ENTWURF_ENTSCHEIDEN)) == []
    everything = Betrachter(frozenset({Rolle.ADMINISTRATION}))
    for viewer in (office.coordination, everything):
        [found] = drafts.within(office.session, reach(viewer, Recht.ENTWURF_ENTSCHEIDEN))
        assert [use.stelle for use in found.nennungen] == ["Warendorf"]
    with pytest.raises(NichtErlaubt):
        entwuerfe.state_with_draft(
            office.session, office.others, office.stelle, HUND,
            parse_einsatz({"rolle": "nutzt", "status": "produktiv"}, TODAY), TODAY,
        )  # fmt: skip


def test_an_accepted_draft_is_an_assistant_like_any_other(office: Office) -> None:
    kennung = office.draft().kennung
    better = Entwurfsangaben("Hundesteuer ahoi", "", Dienstart.KOMMUNAL)
    entwuerfe.accept(office.session, office.coordination, kennung, better)
    found = dienste.find_dienst(office.session, kennung)
    assert found is not None
    assert (found.dienst.name, found.dienst.art) == ("Hundesteuer ahoi", Dienstart.KOMMUNAL)
    public = einsaetze.of_stelle(office.session, office.stelle, GAST)
    assert "Hundesteuer ahoi" in {row.dienst_name for row in public}
    with pytest.raises(NichtGefunden):
        entwuerfe.accept(office.session, office.coordination, kennung, better)


def test_merged_statements_move_with_their_history_and_the_search_hears_of_it(
    office: Office,
) -> None:
    entwurf = office.draft(url="https://ort.example/hund")
    target = office.session.get_one(Onlinedienst, new_dienst(office.session, "schon-da"))
    before = {job.id for job in office.session.scalars(select(Indexauftrag))}
    assert entwuerfe.merge(
        office.session, office.coordination, entwurf.kennung, target, TODAY
    ) == 1  # fmt: skip
    [moved] = office.uses(target.id)
    assert (moved.url, moved.status) == ("https://ort.example/hund", Einsatzstatus.PRODUKTIV)
    [line] = office.session.scalars(
        select(EinsatzAenderung).where(col(EinsatzAenderung.einsatz_id) == moved.id)
    )
    assert (line.feld, line.alt, line.neu, line.grund) == (
        "onlinedienst", "Hund ahoi", "schon-da", "Entwurf zusammengeführt",
    )  # fmt: skip
    trail = office.session.scalars(select(col(Protokoll.vorgang)).order_by(col(Protokoll.id)))
    assert [*trail][-2:] == ["einsatz_umgezogen", "entwurf_zusammengefuehrt"]
    assert (
        drafts.within(office.session, reach(office.coordination, Recht.ENTWURF_ENTSCHEIDEN)) == []
    )
    jobs = office.session.scalars(select(Indexauftrag))
    noted = {(job.gegenstand, job.gegenstand_id) for job in jobs if job.id not in before}
    assert ("onlinedienst", target.id) in noted


@pytest.mark.parametrize("ab", ["", "2027-04-01"])
def test_what_the_body_has_stated_of_it_already_stands(office: Office, ab: str) -> None:
    target = office.session.get_one(Onlinedienst, new_dienst(office.session, "schon-da"))
    assert target.id is not None
    use(office.session, office.stelle, target.id)
    entwurf = office.draft(status="geplant", ab=ab)
    entwuerfe.merge(office.session, office.coordination, entwurf.kennung, target, TODAY)
    standing, ended = office.uses(target.id)
    assert standing.status is Einsatzstatus.PRODUKTIV
    assert ended.status is Einsatzstatus.BEENDET
    assert ended.bis == (date.fromisoformat(ab) if ab else TODAY)


def test_a_draft_needs_a_name_and_a_kind() -> None:
    for texts in ({}, {"name": " \n", "art": "markt"}, {"name": "???", "art": "markt"},
                  {"name": "Hund", "art": "x"}, {"name": "x" * 201, "art": "markt"}):  # fmt: skip
        with pytest.raises(UngueltigeEingaben):
            parse_entwurf(texts)
    assert parse_entwurf({"name": " Hund  ahoi ", "art": "markt"}).name == "Hund ahoi"
