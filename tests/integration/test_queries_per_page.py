"""A page asks the database a fixed number of questions, however many rows it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlmodel import col

from importers.records import (
    AntragsstreckeRecord,
    EinsatzRecord,
    OnlinedienstRecord,
    QuelleRecord,
    Record,
    ReleaseRecord,
    VerweisRecord,
)
from katalog.db import open_engine, writing
from katalog.intake import take_over
from katalog.models.register import Gebiet, OzgLeistung
from katalog.models.stellen import Stelle
from tests.databases import copy_with_index, index_keeps_up
from tests.portal import ask, build_settings, running_portal, session_of

DEMO = "demo-bestand"
WBS, KEY, OZG = "wbs-sozialplattform", "99107022012000", "10083"
WARENDORF = "055700052052"

# More questions than this need a reason. An assistant seen from a town asks 27: everything that
# somebody weighs who wants to take it over stands on its page.
MOST = 27

PAGES = [
    "/", "/suche?q=Wohnberechtigung", "/suche?q=Wohnberechtigung&ort=Warendorf",
    "/onlinedienste", "/onlinedienste?q=Wohnberechtigung", f"/onlinedienste/{WBS}",
    f"/onlinedienste/{WBS}/informationsschreiben",
    f"/onlinedienste/{WBS}/informationsschreiben.pdf",
    "/fristen", "/fristen?bedingungen=1&zugang=30.11.2026",
    f"/onlinedienste/{WBS}?ort=Warendorf",
    f"/onlinedienste/vergleich?id={WBS}&id=hundesteuer-online-demo&ort=Warendorf",
    "/ozg", f"/ozg?q={OZG}", f"/ozg/{OZG}", "/leistungen", f"/leistungen/{KEY}",
    "/kommunen", "/kommunen?kreis=055700000000", f"/kommunen/{WARENDORF}",
    "/kommunen/055700000000", f"/kommunen/{WARENDORF}/empfehlungen", "/quellen", "/impressum",
    "/top100",
]  # fmt: skip


class Count:
    """The statements one request sends, transactions and settings of the connection left out."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def note(self, _conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK")):
            self.statements.append(statement)


@contextmanager
def counting(database: str) -> Iterator[tuple[str, Count]]:
    engine = open_engine(database)
    count = Count()
    event.listen(engine, "before_cursor_execute", count.note)
    with running_portal(build_settings(database), engine=engine) as url:
        yield url, count


def statements_of(portal: str, count: Count, path: str) -> list[str]:
    """On the second visit: what a page remembers for a while is read on the first."""
    ask(portal, path)
    count.statements.clear()
    answer = ask(portal, path)
    assert answer.status == 200, path
    return list(count.statements)


def many_records(towns: list[str]) -> Iterator[Record]:
    """Forty assistants for one service, each with parts, and 400 municipalities that use them."""
    for number in range(40):
        kennung = f"viele-{number}"
        yield OnlinedienstRecord(
            quelle=DEMO,
            kennung=kennung,
            name=f"Wohnberechtigung {number}",
            art="efa",
            status="verfuegbar",
            ozg_ids=(OZG,),
            antragsstrecken=(AntragsstreckeRecord("Antrag", KEY),),
            verweise=(VerweisRecord("infoseite", "Seite", f"https://land.example/{number}"),),
            releases=(ReleaseRecord("1.0"),),
        )
        yield _use(WARENDORF, kennung)
    yield from (_use(ars, WBS) for ars in towns)
    yield from (_use(ars, "viele-1") for ars in towns)


def _use(ars: str, kennung: str) -> EinsatzRecord:
    return EinsatzRecord(DEMO, ars, kennung, "nutzt", "produktiv", "eigenangabe")


@pytest.fixture(scope="module")
def larger(seeded_sqlite: Path, planted: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = copy_with_index(seeded_sqlite, tmp_path_factory.mktemp("viele") / "katalog.db")
    with session_of(planted) as session:
        towns = session.execute(
            select(col(Gebiet.ars))
            .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
            .where(col(Gebiet.ars).startswith("05"), col(Gebiet.ebene) == "gemeinde")
        ).scalars()
        towns_of_nrw = [ars for ars in towns if ars != WARENDORF]
    engine = open_engine(url)
    with writing(engine) as session:
        report = take_over(
            session,
            many_records(towns_of_nrw),
            QuelleRecord("probe", "Probe", "import"),
            date(2026, 11, 20),
        )
    engine.dispose()
    assert report.faults == []
    assert report.total.neu > 800
    index_keeps_up(url)
    return url


@pytest.fixture(scope="module")
def smaller_portal(planted: str) -> Iterator[tuple[str, Count]]:
    with counting(planted) as portal:
        yield portal


@pytest.fixture(scope="module")
def larger_portal(larger: str) -> Iterator[tuple[str, Count]]:
    with counting(larger) as portal:
        yield portal


@pytest.mark.parametrize("path", PAGES)
def test_more_rows_do_not_mean_more_questions_to_the_database(
    smaller_portal: tuple[str, Count], larger_portal: tuple[str, Count], path: str
) -> None:
    few = statements_of(*smaller_portal, path)
    many = statements_of(*larger_portal, path)
    assert len(many) == len(few), sorted({*many} ^ {*few})
    assert len(few) <= MOST


@pytest.mark.parametrize("path", PAGES)
def test_no_page_asks_the_same_question_again(larger_portal: tuple[str, Count], path: str) -> None:
    """The same statement twice is a loop over rows, even while there are only two of them."""
    assert repeated(statements_of(*larger_portal, path)) == []


def repeated(statements: list[str]) -> list[str]:
    return sorted({s for s in statements if statements.count(s) > 1})


def test_a_page_without_data_of_its_own_asks_nothing(smaller_portal: tuple[str, Count]) -> None:
    for path in ("/impressum", "/datenschutz", "/hilfe", "/barrierefreiheit", "/suche"):
        assert statements_of(*smaller_portal, path) == [], path


def test_long_lists_ask_no_more_than_short_ones(smaller_portal: tuple[str, Count]) -> None:
    for short, long in (
        ("/ozg?q=wohnraum", "/ozg"),
        ("/onlinedienste?q=Wohngeld", "/onlinedienste"),
        ("/kommunen?q=warendorf", "/kommunen"),
        ("/leistungen?q=hund", "/leistungen"),
    ):
        few, many = (statements_of(*smaller_portal, path) for path in (short, long))
        assert len(many) == len(few), (short, long)


def test_a_question_per_row_would_be_noticed(larger: str) -> None:
    """The counter is the yardstick of this file, so it is checked against a loop."""
    engine = open_engine(larger)
    count = Count()
    event.listen(engine, "before_cursor_execute", count.note)
    with engine.connect() as connection:
        for number in range(5):
            connection.execute(select(col(OzgLeistung.id)).where(col(OzgLeistung.id) == number))
    engine.dispose()
    assert len(count.statements) == 5
    assert len(repeated(count.statements)) == 1
