"""Which OZG-Leistungen an assistant serves: each side that is asked says the same."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import col

from katalog.db import Engine, Session
from katalog.models.angebot import Antragsstrecke, OnlinedienstOzg
from katalog.models.register import OzgLeistung, OzgZuordnung
from katalog.queries import dienste, register, vergleich
from tests.databases import State

Pairs = set[tuple[int, int]]


@pytest.fixture
def session(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Session]:
    """On the starting set; never committed."""
    with Session(shared_engine(kind, State.SEEDED)) as session:
        yield session


def told(session: Session) -> list[Pairs]:
    """(assistant, OZG-Leistung) as the pages of each and the comparison say it."""
    rows = session.execute(select(col(OzgLeistung.id), col(OzgLeistung.ozg_id)))
    numbers = {ozg_id: number for number, ozg_id in rows}
    counts = dienste.count_dienste_per_ozg(session, list(numbers.values()))
    of_ozg = {
        (row.dienst.id or 0, ozg) for ozg in counts for row in dienste.dienste_for_ozg(session, ozg)
    }
    assert counts == Counter(ozg for _, ozg in of_ozg)
    found = sorted({dienst for dienst, _ in of_ozg})
    compared = vergleich.ozg_of(session, found)
    return [
        of_ozg,
        {
            (d, numbers[row.ozg_id])
            for d in found
            for row in register.ozg_of_onlinedienst(session, d)
        },
        {(d, numbers[ozg_id]) for d in found for ozg_id, _ in compared[d]},
    ]


def test_all_pages_say_the_same(session: Session) -> None:
    first, *others = told(session)
    assert len(first) > 50
    assert others == [first, first]


def test_a_bundle_that_was_dropped_counts_nowhere(session: Session) -> None:
    """The path stays; what it belonged to by way of the bundle does not."""
    leistung, ozg, dienst = session.execute(
        select(
            col(OzgZuordnung.leistung_id),
            col(OzgZuordnung.ozg_leistung_id),
            col(Antragsstrecke.onlinedienst_id),
        )
        .join(Antragsstrecke, col(Antragsstrecke.leistung_id) == col(OzgZuordnung.leistung_id))
        .limit(1)
    ).one()
    session.execute(
        delete(OnlinedienstOzg).where(
            col(OnlinedienstOzg.onlinedienst_id) == dienst,
            col(OnlinedienstOzg.ozg_leistung_id) == ozg,
        )
    )
    before, *_ = told(session)
    assert (dienst, ozg) in before
    session.execute(
        update(OzgZuordnung)
        .where(col(OzgZuordnung.leistung_id) == leistung, col(OzgZuordnung.ozg_leistung_id) == ozg)
        .values(entfallen_am=date(2026, 10, 1))
    )
    after, *others = told(session)
    assert others == [after, after]
    assert after < before
