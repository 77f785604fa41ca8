"""Whom a survey asks: authorities of a kind, whoever is competent, all bodies of a level."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from katalog.db import Engine, Session
from katalog.domain.begriffe import Gebietsebene
from katalog.models.koordination import Umfrage
from katalog.models.register import Gebiet, Leistung
from katalog.models.stellen import Behoerde, Behoerdenart, Zustaendigkeit
from katalog.queries import umfragen
from katalog.queries.konten import find_stelle
from tests.databases import State
from tests.using import BECKUM, FAR, TELGTE, WARENDORF

TODAY = date(2026, 11, 20)


@pytest.fixture
def session(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Session]:
    """Never committed."""
    with Session(shared_engine(kind, State.SEEDED)) as session:
        yield session


def body(session: Session, key: str) -> int:
    number = find_stelle(session, key)
    assert number is not None
    return number


def asked(session: Session, **kind: Any) -> list[str]:
    umfrage = Umfrage(
        koordinierung_id=body(session, "koordinierung-muensterland-demo"),
        titel="", worum="", ende=TODAY, **kind,
    )  # fmt: skip
    return [each.name for each in umfragen.recipients(session, umfrage, TODAY)]


def make_kind(session: Session, *members: str) -> int:
    kind = Behoerdenart(kennung="bauaufsicht", name="untere Bauaufsichtsbehörden")
    session.add(kind)
    session.flush()
    assert kind.id is not None
    for ars in members:
        session.add(Behoerde(behoerdenart_id=kind.id, stelle_id=body(session, ars)))
    session.flush()
    return kind.id


def test_authorities_of_a_kind_are_asked_and_nobody_beyond_the_area(session: Session) -> None:
    kind = make_kind(session, WARENDORF, BECKUM, FAR)
    assert asked(session, behoerdenart_id=kind) == ["Beckum", "Warendorf"]
    office = body(session, "koordinierung-muensterland-demo")
    assert ("bauaufsicht", "untere Bauaufsichtsbehörden") in umfragen.kinds_of_authority(
        session, office
    )


def test_whoever_is_competent_is_asked_unless_an_exception_names_another(session: Session) -> None:
    kind = make_kind(session, WARENDORF, BECKUM, TELGTE)
    leistung = session.scalars(select(col(Leistung.id)).limit(1)).one()
    assert leistung is not None
    session.connection().execute(delete(Zustaendigkeit))

    def competent(ars: str, ausnahme: bool = False, **who: Any) -> None:
        area = session.scalars(select(col(Gebiet.id)).where(col(Gebiet.ars) == ars)).one()
        assert area is not None
        session.add(Zustaendigkeit(leistung_id=leistung, gebiet_id=area, ausnahme=ausnahme, **who))

    competent("050000000000", behoerdenart_id=kind)
    competent(TELGTE, ausnahme=True, stelle_id=body(session, WARENDORF))
    competent(FAR, stelle_id=body(session, FAR))
    assert asked(session, leistung_id=leistung) == ["Beckum", "Warendorf"]


def test_a_kreisfreie_stadt_is_asked_with_the_towns_and_with_the_kreise(session: Session) -> None:
    towns = set(asked(session, ebene=Gebietsebene.GEMEINDE))
    kreise = set(asked(session, ebene=Gebietsebene.KREIS))
    assert "Münster" in towns & kreise
    assert "Warendorf" in towns - kreise
    assert "Kreis Warendorf" in kreise - towns
