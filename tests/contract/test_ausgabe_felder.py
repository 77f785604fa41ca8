"""Fields: the same facts as on the pages, named for machines, loaded in bulk, for a viewer."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlmodel import col

from katalog.ausgabe.einsaetze import EINSAETZE
from katalog.ausgabe.felder import Gegenstand, Satz, Wort
from katalog.ausgabe.kommunen import KOMMUNEN
from katalog.ausgabe.leistungen import LEISTUNGEN, OZG_LEISTUNGEN
from katalog.ausgabe.onlinedienste import ONLINEDIENSTE
from katalog.db import Engine, Session
from katalog.domain.begriffe import Beleg, Dienstart, Einsatzstatus, Gebietsebene
from katalog.domain.rollen import GAST, Sichtbarkeit
from katalog.models.angebot import Antragsstrecke, Onlinedienst
from katalog.models.nutzung import Einsatz, EinsatzAntragsstrecke
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet, Leistung, OzgLeistung
from katalog.models.stellen import Stelle
from tests.databases import State

TODAY = date(2026, 11, 20)
BASE = "https://katalog.example"
WBS, WARENDORF = "wbs-sozialplattform", "055700052052"

KINDS: list[tuple[Gegenstand[Any], Any]] = [
    (OZG_LEISTUNGEN, OzgLeistung),
    (LEISTUNGEN, Leistung),
    (ONLINEDIENSTE, Onlinedienst),
    (KOMMUNEN, Gebiet),
    (EINSAETZE, Einsatz),
]
every_kind = pytest.mark.parametrize(
    ("gegenstand", "model"), KINDS, ids=[gegenstand.name for gegenstand, _ in KINDS]
)


@pytest.fixture
def session(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Session]:
    """On the starting set; never committed, so that the next test finds it as it was."""
    with Session(shared_engine(kind, State.SEEDED)) as session:
        yield session


def some_ids(session: Session, model: Any, most: int) -> list[int]:
    statement = select(col(model.id)).order_by(col(model.id).desc()).limit(most)
    if model is Gebiet:
        statement = statement.where(col(Gebiet.ebene) == Gebietsebene.GEMEINDE)
    if model is Einsatz:
        statement = statement.where(col(Einsatz.sichtbarkeit) == Sichtbarkeit.OEFFENTLICH)
    return list(session.execute(statement).scalars())


def load(session: Session, gegenstand: Gegenstand[Any], ids: list[int]) -> list[Satz]:
    rows = gegenstand.load(session, ids, GAST, TODAY)
    return [gegenstand.satz(row, BASE) for row in rows]


def load_one(session: Session, gegenstand: Gegenstand[Any], model: Any, key: Any) -> Satz:
    number = session.execute(select(col(model.id)).where(key)).scalars().one()
    (satz,) = load(session, gegenstand, [number])
    return satz


@every_kind
def test_rows_come_in_the_order_of_their_ids(
    session: Session, gegenstand: Gegenstand[Any], model: Any
) -> None:
    ids = some_ids(session, model, 7)
    forward, backward = load(session, gegenstand, ids), load(session, gegenstand, ids[::-1])
    assert len(forward) == len(ids) > 1
    assert backward == forward[::-1]


@every_kind
def test_the_number_of_statements_does_not_grow_with_the_rows(
    session: Session, gegenstand: Gegenstand[Any], model: Any
) -> None:
    asked: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *a: asked.append(a[2]))
    counts = []
    for most in (1, 60):
        ids = some_ids(session, model, most)
        asked.clear()
        load(session, gegenstand, ids)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 6


@every_kind
def test_every_thing_has_its_address_its_source_and_the_licence(
    session: Session, gegenstand: Gegenstand[Any], model: Any
) -> None:
    found = load(session, gegenstand, some_ids(session, model, 50))
    known = session.execute(select(col(Quelle.titel), col(Quelle.lizenz))).all()
    licences = {titel: lizenz or None for titel, lizenz in known}
    assert [*found[0]][-5:] == ["url", "quelle", "stand", "lizenz", "geaendert_am"]
    for satz in found:
        assert str(satz["url"]).startswith(f"{BASE}/")
        assert satz["lizenz"] == licences[str(satz["quelle"])]


@every_kind
def test_names_are_for_machines_and_titles_for_people(
    gegenstand: Gegenstand[Any], model: Any
) -> None:
    names = [feld.name for feld in gegenstand.felder]
    titles = [feld.titel for feld in gegenstand.felder]
    assert len(set(names)) == len(names)
    assert len(set(titles)) == len(titles)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert all(feld.inhalt for feld in gegenstand.felder)


def test_what_is_not_stated_is_nothing_instead_of_an_empty_text(session: Session) -> None:
    for gegenstand, model in KINDS:
        for satz in load(session, gegenstand, some_ids(session, model, 50)):
            assert "" not in satz.values(), satz


def test_an_assistant_carries_what_it_has_several_of(session: Session) -> None:
    satz = load_one(session, ONLINEDIENSTE, Onlinedienst, col(Onlinedienst.kennung) == WBS)
    assert satz["art"] is Dienstart.EFA
    assert satz["verfuegbar_ab"] == "2024-08"
    assert satz["ozg_ids"] == ("10083",)
    assert satz["leistungsschluessel"] == ("99107022012000",)
    transport = satz["transportweg"]
    assert transport == ("osci-xta",)
    assert isinstance(transport, tuple)
    assert [wort.label for wort in transport if isinstance(wort, Wort)] == ["OSCI/XTA"]
    assert isinstance(satz["genutzt_von"], int)
    assert satz["genutzt_von"] > 0
    assert satz["url"] == f"{BASE}/onlinedienste/{WBS}"


def test_a_service_without_a_key_leads_to_its_page(session: Session) -> None:
    session.execute(
        update(Leistung)
        .where(col(Leistung.leistungsschluessel) == "99107022012000")
        .values(leistungsschluessel=None, ersatzschluessel="ohne-0123456789abcdef-1")
    )
    condition = col(Leistung.ersatzschluessel) == "ohne-0123456789abcdef-1"
    satz = load_one(session, LEISTUNGEN, Leistung, condition)
    assert satz["leistungsschluessel"] is None
    assert satz["url"] == f"{BASE}/leistungen/ohne-0123456789abcdef-1"
    assert satz["ozg_ids"] == ("10083",)
    themenfelder = satz["themenfelder"]
    assert isinstance(themenfelder, tuple)
    assert [(wort, wort.label) for wort in themenfelder if isinstance(wort, Wort)] == [
        ("arbeit_ruhestand", "Arbeit & Ruhestand")
    ]


def test_a_municipality_says_where_it_lies(session: Session) -> None:
    number = (
        session.execute(select(col(Gebiet.id)).where(col(Gebiet.ars) == WARENDORF)).scalars().one()
    )
    (row,) = KOMMUNEN.load(session, [number], GAST, TODAY)
    satz = KOMMUNEN.satz(row, BASE)
    assert KOMMUNEN.punkt is not None
    assert KOMMUNEN.punkt(row) == (satz["lon"], satz["lat"])
    assert (satz["name"], satz["ags"], satz["kreis"]) == (
        "Warendorf",
        "05570052",
        "Kreis Warendorf",
    )
    assert isinstance(satz["angaben"], int)
    assert satz["angaben"] > 0


def test_a_statement_names_both_ends_and_who_says_it(session: Session) -> None:
    body = select(col(Stelle.id)).join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
    towns = body.where(col(Gebiet.ars) == WARENDORF)
    ids = (
        session.execute(
            select(col(Einsatz.id)).where(
                col(Einsatz.stelle_id).in_(towns),
                col(Einsatz.sichtbarkeit) == Sichtbarkeit.OEFFENTLICH,
            )
        )
        .scalars()
        .all()
    )
    found = load(session, EINSAETZE, list(ids))
    assert len(found) == len(ids) > 3
    assert {satz["ars"] for satz in found} == {WARENDORF}
    assert {satz["url"] for satz in found} == {f"{BASE}/kommunen/{WARENDORF}"}
    assert all(isinstance(satz["beleg"], Beleg) for satz in found)
    assert all(isinstance(satz["status"], Einsatzstatus) for satz in found)
    assert all(satz["kennung"] and satz["onlinedienst"] for satz in found)


def test_a_statement_names_the_services_it_is_about(session: Session) -> None:
    number, path = session.execute(
        select(col(Einsatz.id), col(Antragsstrecke.id))
        .join(Antragsstrecke, col(Antragsstrecke.onlinedienst_id) == col(Einsatz.onlinedienst_id))
        .join(Leistung, col(Leistung.id) == col(Antragsstrecke.leistung_id))
        .where(
            col(Leistung.leistungsschluessel) == "99107022012000",
            col(Einsatz.sichtbarkeit) == Sichtbarkeit.OEFFENTLICH,
        )
        .limit(1)
    ).one()
    session.add(EinsatzAntragsstrecke(einsatz_id=number, antragsstrecke_id=path))
    satz = load_one(session, EINSAETZE, Einsatz, col(Einsatz.id) == number)
    assert satz["leistungsschluessel"] == ("99107022012000",)


def test_a_guest_is_not_given_what_is_for_administrations(session: Session) -> None:
    ids = some_ids(session, Einsatz, 5)
    session.execute(
        update(Einsatz)
        .where(col(Einsatz.id) == ids[2])
        .values(sichtbarkeit=Sichtbarkeit.VERWALTUNG)
    )
    found = load(session, EINSAETZE, ids)
    assert [satz["id"] for satz in found] == [*ids[:2], *ids[3:]]
