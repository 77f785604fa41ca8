"""What a guest gets from the API, on both databases: visibility, changes, what has been dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from katalog.api.calls import Answer, Ask, Call, Many, Moved, One
from katalog.api.mount import CALLS
from katalog.api.parameter import read_parameters
from katalog.atlas import Atlas
from katalog.db import Engine, Session, reading, writing
from katalog.discovery import Suche
from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus
from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import Sichtbarkeit
from katalog.models.angebot import Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet, Nachfolge, OzgLeistung
from katalog.models.stellen import Stelle
from search.embedded import EmbeddedEngine
from tests.databases import State

TODAY = date(2026, 11, 20)
WBS, WARENDORF = "wbs-sozialplattform", "055700052052"
# Words are then looked for in the database, which differs between the two; the index does not.
AWAY = Suche(EmbeddedEngine(Path("gibtesnicht")))
# What takes a token is in tests/integration/test_api_token.py.
OPEN = [call for call in CALLS if call.is_public]
BY_PATH = {call.path: call for call in OPEN}


def ask(session: Session, path: str, place: Mapping[str, str], *query: tuple[str, str]) -> Answer:
    call, atlas = BY_PATH[path], Atlas(session.get_bind().engine, str)
    values = read_parameters(call.parameters, place, query)
    return call.function(Ask(session, values, TODAY, "https://katalog.example", AWAY, atlas))


def rows(session: Session, path: str, *query: tuple[str, str], **place: str) -> list[Any]:
    found = ask(session, path, place, *query, ("limit", "200"))
    assert isinstance(found, Many)
    assert found.total == len(found.rows) < 200
    return list(found.rows)


@pytest.fixture
def seeded(kind: str, shared_engine: Callable[[str, State], Engine]) -> Engine:
    return shared_engine(kind, State.SEEDED)


@pytest.fixture
def own(seeded_database: str, open_database: Callable[[str], Engine]) -> Engine:
    return open_database(seeded_database)


@pytest.mark.parametrize("call", OPEN, ids=lambda call: call.name)
def test_every_call_answers_its_example_on_both_databases(seeded: Engine, call: Call) -> None:
    place = {p.name: call.examples[p.name] for p in call.parameters if p.in_path}
    query = [item for item in call.examples.items() if item[0] not in place]
    with reading(seeded) as session:
        found = ask(session, call.path, place, *query)
    match found:
        case Many():
            assert len(found.rows) == 1 <= found.total
        case One():
            assert found.content


def test_a_guest_gets_public_statements_only_in_every_role_and_status(own: Engine) -> None:
    """Role × visibility × status, for a service of today and for a draft."""
    with writing(own) as session:
        stelle = body_of(session, WARENDORF)
        used, draft = session.execute(
            select(col(Onlinedienst.id)).order_by(col(Onlinedienst.id)).limit(2)
        ).scalars()
        session.execute(
            update(Onlinedienst).where(col(Onlinedienst.id) == draft).values(entwurf=True)
        )
        made: dict[Sichtbarkeit, set[int]] = {level: set() for level in Sichtbarkeit}
        hidden: set[int] = set()
        for level, role, status in product(Sichtbarkeit, Einsatzrolle, Einsatzstatus):
            for dienst in (used, draft):
                row = Einsatz(
                    stelle_id=stelle, onlinedienst_id=dienst, rolle=role, status=status,
                    beleg=Beleg.EIGENANGABE, sichtbarkeit=level,
                )  # fmt: skip
                session.add(row)
                session.flush()
                assert row.id is not None
                made[level].add(row.id)
                if level is not Sichtbarkeit.OEFFENTLICH or dienst == draft:
                    hidden.add(row.id)
        kennung, draft_kennung = session.execute(
            select(col(Onlinedienst.kennung))
            .where(col(Onlinedienst.id).in_([used, draft]))
            .order_by(col(Onlinedienst.id))
        ).scalars()
    shown = made[Sichtbarkeit.OEFFENTLICH] - hidden
    assert len(shown) == len(Einsatzrolle) * len(Einsatzstatus)
    with reading(own) as session:
        answers = [
            rows(session, "/einsaetze", ("ars", WARENDORF)),
            rows(session, "/einsaetze", ("ars", WARENDORF), ("updated_since", "2000-01-01")),
            rows(session, "/kommunen/{ars}/einsaetze", ars=WARENDORF),
            rows(session, "/onlinedienste/{kennung}/einsaetze", kennung=kennung),
        ]
        for found in answers:
            ids = {row["id"] for row in found}
            assert not ids & hidden
            assert shown <= ids
        for role, status in product(Einsatzrolle, Einsatzstatus):
            narrowed = rows(
                session, "/einsaetze", ("ars", WARENDORF), ("rolle", role), ("status", status)
            )
            assert not {row["id"] for row in narrowed} & hidden
            assert {(row["rolle"], row["status"]) for row in narrowed} == {(role, status)}
        for path in ("/onlinedienste/{kennung}", "/onlinedienste/{kennung}/einsaetze"):
            with pytest.raises(NichtGefunden):
                ask(session, path, {"kennung": draft_kennung})
        listed = rows(session, "/onlinedienste", ("updated_since", "2000-01-01"))
        assert draft_kennung not in {row["kennung"] for row in listed}


def body_of(session: Session, ars: str) -> int:
    statement = (
        select(col(Stelle.id))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(col(Gebiet.ars) == ars)
    )
    number: int = session.execute(statement).scalar_one()
    return number


def test_what_changed_comes_in_the_order_of_change_with_what_was_dropped(own: Engine) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    moment = datetime(2026, 11, 10, 12, tzinfo=UTC)
    with writing(own) as session:
        session.execute(update(OzgLeistung).values(geaendert_am=long_ago))
        keys = session.execute(
            select(col(OzgLeistung.ozg_id)).order_by(col(OzgLeistung.ozg_id).desc()).limit(3)
        ).scalars()
        newest, dropped, older = keys
        for key, minutes in ((older, 0), (dropped, 1), (newest, 2)):
            session.execute(
                update(OzgLeistung)
                .where(col(OzgLeistung.ozg_id) == key)
                .values(geaendert_am=moment + timedelta(minutes=minutes))
            )
        session.execute(
            update(OzgLeistung)
            .where(col(OzgLeistung.ozg_id) == dropped)
            .values(entfallen_am=date(2026, 11, 10))
        )
    with reading(own) as session:

        def since(when: str) -> list[str]:
            return [r["ozg_id"] for r in rows(session, "/ozg-leistungen", ("updated_since", when))]

        assert since("2026-11-10") == [older, dropped, newest]
        assert since("2026-11-10T12:01:00Z") == [dropped, newest]
        assert since("2026-11-10T13:02:00+01:00") == [newest]
        # A plus that was not written as %2B.
        assert since("2026-11-10T13:02:00 01:00") == [newest]
        # Without a zone German time holds, which is an hour ahead in November.
        assert since("2026-11-10T13:02:00") == [newest]
        assert since("2026-11-11") == []
        assert since("9999-12-31T23:59:59-12:00") == []
        whole = ask(session, "/ozg-leistungen", {}, ("updated_since", "0001-01-01"))
        assert isinstance(whole, Many)
        assert whole.total > 200
        one = ask(session, "/ozg-leistungen/{ozg_id}", {"ozg_id": dropped})
        assert isinstance(one, One)
        assert one.content["entfallen_am"] == date(2026, 11, 10)


def test_a_vanished_municipality_leads_to_its_successor_or_names_several(own: Engine) -> None:
    gone, heirs = "055700052052", ("055700004004", "055700008008")
    with writing(own) as session:
        ids = [
            session.execute(select(col(Gebiet.id)).where(col(Gebiet.ars) == ars)).scalar_one()
            for ars in (gone, *heirs)
        ]
        session.execute(
            update(Gebiet).where(col(Gebiet.id) == ids[0]).values(gueltig_bis=date(2026, 1, 1))
        )
        session.add(Nachfolge(von_id=ids[0], nach_id=ids[1], datum=date(2026, 1, 1)))
    with reading(own) as session:
        for place in (gone, "05570052"):
            found = ask(session, "/kommunen/{ars}", {"ars": place})
            assert found == Moved(f"/kommunen/{heirs[0]}")
    with writing(own) as session:
        session.add(Nachfolge(von_id=ids[0], nach_id=ids[2], datum=date(2026, 1, 1)))
    with reading(own) as session:
        with pytest.raises(NichtGefunden) as refusal:
            ask(session, "/kommunen/{ars}/einsaetze", {"ars": gone})
        assert "seit 01.01.2026 nicht mehr" in refusal.value.meldung
        assert all(ars in refusal.value.meldung for ars in heirs)


def test_a_changed_row_has_another_version(own: Engine) -> None:
    def version(session: Session) -> int | None:
        found = ask(session, "/onlinedienste/{kennung}", {"kennung": WBS})
        assert isinstance(found, One)
        return found.version

    with reading(own) as session:
        before = version(session)
    with writing(own) as session:
        session.execute(
            update(Onlinedienst)
            .where(col(Onlinedienst.kennung) == WBS)
            .values(version=col(Onlinedienst.version) + 1)
        )
    with reading(own) as session:
        assert before is not None
        assert version(session) == before + 1
