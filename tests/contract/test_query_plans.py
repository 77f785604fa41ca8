"""How the database answers: by index for the big questions, and with as many queries for much
as for little.

The data is the benchmark's, on a small scale and with statistics, so that the planner decides as
it does in a portal in use. Only what must never happen is checked: that all statements of use are
read for an answer about one assistant or one town.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select
from sqlmodel import col

from importers.records import QuelleRecord
from katalog.db import Engine, Session, open_engine, reading, writing
from katalog.discovery import Auswahl, Suche, filter_names, find
from katalog.domain.begriffe import Einsatzstatus, Gebietsebene, Objektart
from katalog.domain.rollen import GAST, Betrachter, Rolle
from katalog.intake import take_over
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from katalog.queries import (
    aehnliche,
    dienste,
    einsaetze,
    kommunen,
    landesangebote,
    nachbarn,
    register,
    start,
    umfeld,
    umkreis,
    verbreitung,
    vergleich,
    zustaendigkeiten,
)
from search.embedded import EmbeddedEngine
from tests.bench import bulk
from tests.bench.measure import counted_queries
from tests.bench.register import ASKED, read_records
from tests.bench.size import Umfang
from tests.bench.stores import tidy_up
from tests.builders import insert_row, read_schema
from tests.conftest import POSTGRES, SQLITE
from tests.databases import Databases, State

KLEIN = Umfang("klein", "klein", 24, 120, 90, 200, 12_000, 150, 40)
TODAY = bulk.TODAY
# A folder without an index: the database answers.
AWAY = Suche(EmbeddedEngine(Path("gibtesnicht")))
WHO, WHAT, NEWEST = "ix_einsatz_wer_nutzt", "ix_einsatz_was_nutzt", "ix_einsatz_neueste"


@pytest.fixture(scope="module", params=[SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)])
def stocked(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Nobody writes to it."""
    name = "sqlite_databases" if request.param == SQLITE else "postgres_databases"
    databases: Databases = request.getfixturevalue(name)
    fresh = databases.fresh(State.MIGRATED)
    engine = open_engine(databases.url(fresh))
    with writing(engine) as session:
        assert (
            take_over(
                session,
                read_records(KLEIN),
                QuelleRecord("probe", "Probe", "import"),
                date(2026, 11, 20),
            ).faults
            == []
        )
        bulk.fill(session.connection(), KLEIN)
    tidy_up(engine)
    yield engine
    engine.dispose()
    databases.drop(fresh)


@pytest.fixture
def session(stocked: Engine) -> Iterator[Session]:
    with reading(stocked) as session:
        yield session


# Whom and what the queries are asked about ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subject:
    dienste: tuple[int, ...]
    stelle: int
    gebiet: Gebiet
    leistung: int
    viewer: Betrachter = GAST


def much(session: Session, viewer: Betrachter = GAST) -> Subject:
    """The most used assistants, the busiest town, the service that most of them serve."""
    stelle, ars = bulk.busiest_town(session.connection())
    gebiet = session.execute(
        select(Gebiet).where(col(Gebiet.ars) == ars, col(Gebiet.ebene) == Gebietsebene.GEMEINDE)
    ).scalar_one()
    leistung = register.find_leistung(session, ASKED)
    assert leistung is not None
    return Subject(tuple(range(1, 26)), stelle, gebiet, leistung.id, viewer)


def little(session: Session) -> Subject:
    """The least used assistant, a town with fewer statements, a service that few serve."""
    gebiet, stelle = session.execute(
        select(Gebiet, col(Stelle.id))
        .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .where(col(Gebiet.ebene) == Gebietsebene.GEMEINDE, col(Gebiet.kreisfrei).is_(False))
        .order_by(col(Gebiet.ars).desc())
        .limit(1)
    ).one()
    least = max(
        (row.dienst.id or 0 for row in dienste.dienste_for_ozg(session, 2)), default=KLEIN.dienste
    )
    return Subject((least,), stelle, gebiet, 2)


def member_of_a_town(session: Session) -> Betrachter:
    town = much(session).stelle
    return Betrachter(rollen=frozenset({Rolle.KOMMUNE}), eigene_stellen=frozenset({town}))


# Indexes ----------------------------------------------------------------------------------------

ABOUT_ASSISTANTS: dict[str, Callable[[Session, Subject], object]] = {
    "who uses it": lambda s, x: einsaetze.of_onlinedienst(s, x.dienste[0], x.viewer),
    "its users, second page": lambda s, x: einsaetze.of_onlinedienst(s, x.dienste[0], x.viewer, 2),
    "who uses a service": lambda s, x: einsaetze.of_leistung(s, x.leistung, x.viewer),
    "how many use each": lambda s, x: einsaetze.count_users(s, x.dienste, x.viewer, TODAY),
    "who uses any of several": lambda s, x: einsaetze.of_any(s, x.dienste, x.viewer),
    "how many in each Land": lambda s, x: verbreitung.users_by_land(
        s, einsaetze.uses(x.dienste[0]), x.viewer, TODAY
    ),
    "how many in each Land for a service": lambda s, x: verbreitung.users_by_land(
        s, einsaetze.serves(x.leistung), x.viewer, TODAY
    ),
    "who built or runs it": lambda s, x: verbreitung.makers(s, x.dienste[0], x.viewer, TODAY),
    "map of an assistant": lambda s, x: einsaetze.status_by_ags(
        s, einsaetze.uses(x.dienste[0]), x.viewer
    ),
    "map of a service": lambda s, x: einsaetze.status_by_ags(
        s, einsaetze.serves(x.leistung), x.viewer
    ),
}
ABOUT_TOWNS: dict[str, Callable[[Session, Subject], object]] = {
    "what it uses": lambda s, x: einsaetze.of_stelle(s, x.stelle, x.viewer),
    "how many statements": lambda s, x: kommunen.count_statements(s, [x.stelle], x.viewer, TODAY),
    "what its neighbours have": lambda s, x: nachbarn.compare_with_kreis(
        s, x.gebiet, x.stelle, x.viewer, TODAY
    ),
    "how many live": lambda s, x: nachbarn.count_by_body(s, [x.stelle], x.viewer, TODAY),
    "users in its Kreis": lambda s, x: einsaetze.users_in_kreis(
        s, x.dienste, x.gebiet.kreis_id or 0, x.viewer, TODAY
    ),
}
# Found by assistant or by town, whichever are fewer: either index will do.
ABOUT_BOTH: dict[str, Callable[[Session, Subject], object]] = {
    "who uses it nearby": lambda s, x: verbreitung.near(
        s, x.dienste[0], around(s, x).alle, x.viewer, TODAY
    ),
    "who uses several nearby": lambda s, x: verbreitung.users_among_these(
        s, x.dienste[:4], around(s, x).alle, x.viewer, TODAY
    ),
    "its share of what it is competent for": lambda s, x: zustaendigkeiten.share_of_competence(
        s, x.gebiet, x.stelle, x.viewer, TODAY
    ),
}
QUESTIONS = [
    *((name, call, WHO) for name, call in ABOUT_ASSISTANTS.items()),
    *((name, call, WHAT) for name, call in ABOUT_TOWNS.items()),
    *((name, call, "ix_einsatz_w") for name, call in ABOUT_BOTH.items()),
]


def around(session: Session, subject: Subject) -> umkreis.Umkreis:
    """The own Kreis and two others, as a map would name them."""
    kreis = subject.gebiet.kreis_id
    assert kreis is not None
    others = session.execute(
        select(col(Gebiet.ags)).where(col(Gebiet.ebene) == Gebietsebene.KREIS).limit(2)
    ).scalars()
    return umkreis.bodies_around(session, kreis, [ags for ags in others if ags])


def plans_of(session: Session, ask: Callable[[], object]) -> list[str]:
    """The plan of each query about statements of use that is asked."""
    connection = session.connection()
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, _many: bool) -> None:
        asked.append((statement, parameters))

    event.listen(connection.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(connection.engine, "before_cursor_execute", note)
    return [
        explain(connection, statement, parameters)
        for statement, parameters in asked
        if re.search(r"\b(FROM|JOIN) einsatz\b", statement)
    ]


def explain(connection: Connection, statement: str, parameters: Any) -> str:
    prefix = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    rows = connection.exec_driver_sql(prefix + statement, parameters)
    return "\n".join(str(row[-1]) for row in rows)


def reads_all_statements(plan: str) -> bool:
    """The table from end to end, or an index of it, which a "SCAN … USING INDEX" is as well.

    PostgreSQL names what it looks up in an index on the line below.
    """
    lines = [line.strip() for line in plan.splitlines()]
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if re.match(r"SCAN einsatz(_\d+)?( |$)", line) or "Seq Scan on einsatz " in line:
            return True
        by_index = re.search(r"Index (Only )?Scan .*on einsatz ", line)
        if (by_index or "Bitmap Index Scan on ix_einsatz" in line) and "Index Cond" not in below:
            return True
    return False


@pytest.mark.full_run
def test_the_plans_of_a_full_read_are_told_from_those_of_a_look_up(session: Session) -> None:
    connection = session.connection()
    for condition in ("", "WHERE bemerkung = 'x'", "WHERE rolle = 'nutzt' AND bis IS NULL"):
        plan = explain(connection, f"SELECT count(*) FROM einsatz {condition}", ())  # noqa: S608
        assert reads_all_statements(plan), plan
    plan = explain(connection, "SELECT * FROM einsatz WHERE onlinedienst_id = 90", ())
    assert not reads_all_statements(plan), plan


@pytest.mark.parametrize("signed_in", [False, True], ids=["guest", "member of a town"])
@pytest.mark.parametrize(
    ("call", "index"), [q[1:] for q in QUESTIONS], ids=[q[0] for q in QUESTIONS]
)
def test_an_answer_about_one_assistant_or_town_is_found_by_index(
    session: Session, call: Callable[[Session, Subject], object], index: str, signed_in: bool
) -> None:
    subject = much(session, member_of_a_town(session) if signed_in else GAST)
    plans = plans_of(session, lambda: call(session, subject))
    assert plans
    assert [plan for plan in plans if reads_all_statements(plan)] == []
    assert any(index in plan for plan in plans), plans


@pytest.mark.parametrize("name", ["who uses it", "how many use each", "map of an assistant"])
@pytest.mark.full_run
def test_users_are_counted_sorted_and_drawn_from_the_index_alone(
    session: Session, name: str
) -> None:
    """Only the statements of the page shown are fetched from the table, by their numbers."""
    subject = much(session)
    plans = plans_of(session, lambda: ABOUT_ASSISTANTS[name](session, subject))
    by_number = "SEARCH einsatz USING INTEGER PRIMARY KEY", "using pk_einsatz on einsatz"
    narrow = [plan for plan in plans if not any(words in plan for words in by_number)]
    assert len(plans) - len(narrow) == (1 if name == "who uses it" else 0)
    index_alone = f"USING COVERING INDEX {WHO}", f"Index Only Scan using {WHO} on einsatz"
    for plan in narrow:
        assert any(words in plan for words in index_alone), plan


def test_the_latest_changes_are_read_from_the_end_of_an_index(session: Session) -> None:
    plans = plans_of(session, lambda: start.latest_changes(session, GAST))
    assert NEWEST in plans[0], plans[0]
    assert "USE TEMP B-TREE" not in plans[0]
    assert "Sort" not in plans[0]


# The number of queries --------------------------------------------------------------------------

PAGES: dict[str, Callable[[Session, Subject], object]] = {
    **ABOUT_ASSISTANTS,
    **ABOUT_TOWNS,
    **ABOUT_BOTH,
    "assistants of a service": lambda s, x: dienste.dienste_for_leistung(s, x.leistung),
    "assistants by id": lambda s, x: dienste.by_ids(s, x.dienste),
    "statements by id": lambda s, x: einsaetze.by_ids(s, list(x.dienste), GAST),
    "what several have": lambda s, x: (
        vergleich.merkmale_of(s, x.dienste),
        vergleich.ozg_of(s, x.dienste),
        vergleich.strecken_of(s, x.dienste),
    ),
    "what the Länder offer": lambda s, x: landesangebote.offers_of_each(
        s, x.dienste, x.viewer, TODAY
    ),
    "what could stand in": lambda s, x: aehnliche.related(s, x.dienste[0], 1),
    "who is competent": lambda s, x: zustaendigkeiten.competent_for(
        s, [x.leistung], x.dienste, TODAY
    ),
    "services around": lambda s, x: umfeld.siblings(s, x.leistung),
    "assistants of services": lambda s, x: umfeld.count_dienste(s, [x.leistung]),
}


@pytest.mark.parametrize("call", PAGES.values(), ids=PAGES.keys())
def test_much_takes_as_many_queries_as_little(
    stocked: Engine, session: Session, call: Callable[[Session, Subject], object]
) -> None:
    numbers = []
    for subject in (much(session), little(session)):
        with counted_queries(stocked) as asked:
            call(session, subject)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]
    assert 1 <= numbers[0] <= 5


@pytest.mark.parametrize("typ", [*Objektart, None])
@pytest.mark.full_run
def test_a_list_without_the_engine_takes_two_queries_and_two_for_each_facet(
    stocked: Engine, session: Session, typ: Objektart | None
) -> None:
    """The facet itself and the names of its values; of mixed types only the types are counted."""
    chosen = filter_names(typ)
    for q, some in (("", True), ("gibtesnicht", False)):
        with counted_queries(stocked) as asked:
            found = find(session, AWAY, Auswahl(typ, q), TODAY, limit=25)
        assert bool(found.treffer) == bool(found.gesamt) == some
        assert found.aus_datenbank
        assert len(asked) <= 2 + 2 * (len(chosen) if typ else 1)


# Answers that two steps give together -----------------------------------------------------------


@pytest.mark.parametrize("signed_in", [False, True], ids=["guest", "member of a town"])
@pytest.mark.full_run
def test_the_pages_of_users_hold_each_visible_statement_once_productive_ones_first(
    session: Session, signed_in: bool
) -> None:
    viewer = member_of_a_town(session) if signed_in else GAST
    number = 2
    expected = (
        session.execute(
            select(col(Einsatz.id)).where(einsaetze.uses(number), einsaetze.visible(viewer))
        )
        .scalars()
        .all()
    )
    pages = [einsaetze.of_onlinedienst(session, number, viewer, page, 40) for page in range(1, 9)]
    shown = [row for page in pages for row in page.rows]
    assert {page.total for page in pages} == {len(expected)} == {len(shown)}
    assert {row.id for row in shown} == set(expected)
    order = ["produktiv", "voruebergehend_nicht_verfuegbar", "in_umsetzung", "geplant", "beendet"]
    assert set(order) == set(Einsatzstatus)
    names = sort_keys(session)
    keys = [(order.index(row.status), names[row.stelle_id], row.id) for row in shown]
    assert keys == sorted(keys)


def sort_keys(session: Session) -> dict[int, str]:
    statement: Any = select(col(Stelle.id), col(Stelle.sortier))
    return {number: key for number, key in session.execute(statement)}


def test_a_service_is_used_by_those_who_use_its_path_or_all_paths(session: Session) -> None:
    """Against a plain reading of the rows, one by one."""
    connection = session.connection()
    leistung = much(session).leistung
    paths: dict[int, set[int]] = {}
    for served, number, path in connection.exec_driver_sql(
        "SELECT leistung_id, onlinedienst_id, id FROM antragsstrecke"
    ):
        if served == leistung:
            paths.setdefault(number, set()).add(path)
    listed: dict[int, set[int]] = {}
    for number, path in connection.exec_driver_sql(
        "SELECT einsatz_id, antragsstrecke_id FROM einsatz_antragsstrecke"
    ):
        listed.setdefault(number, set()).add(path)
    expected = {
        number
        for number, dienst in connection.exec_driver_sql(
            "SELECT id, onlinedienst_id FROM einsatz WHERE sichtbarkeit = 'oeffentlich'"
        )
        if dienst in paths and (number not in listed or listed[number] & paths[dienst])
    }
    without_path = [n for n in listed if n not in expected]
    assert len(without_path) > 10
    page = einsaetze.of_leistung(session, leistung, GAST, 1, 100_000)
    assert {row.id for row in page.rows} == expected
    assert page.total == len(expected)


@pytest.mark.parametrize("typ", [*Objektart])
@pytest.mark.full_run
def test_the_number_beside_a_facet_is_what_choosing_it_lists(
    session: Session, typ: Objektart
) -> None:
    """Also for services with several types, or twice in a Themenfeld by two OZG services."""
    facets = find(session, AWAY, Auswahl(typ), TODAY, limit=1).facetten
    values = [(facet.name, value) for facet in facets for value in facet.values]
    assert values
    for name, value in values:
        chosen = Auswahl(typ, filter={name: (value.value,)})
        listed = find(session, AWAY, chosen, TODAY, limit=1, facets=False)
        assert listed.gesamt == value.count, f"{name}={value.value}"


# Figures that look at everything ----------------------------------------------------------------


def test_the_figures_of_the_start_page_read_all_statements_only_after_one_has_changed(
    filled: Engine,
) -> None:
    with reading(filled) as session:
        before = start.figures(session, GAST, TODAY)
        with counted_queries(filled) as asked:
            assert start.figures(session, GAST, TODAY) == before
    assert [statement for statement in asked if "count(distinct" in statement.lower()] == []

    with filled.begin() as connection:
        insert_row(
            connection,
            read_schema(connection),
            "einsatz",
            3,
            sichtbarkeit="oeffentlich",
            widersprochen_am=None,
            bis=None,
            geaendert_am=datetime(2026, 11, 19, tzinfo=UTC),
        )
    with reading(filled) as session:
        after = start.figures(session, GAST, TODAY)
        counted = session.execute(
            select(func.count()).where(einsaetze.stands(GAST, TODAY))
        ).scalar_one()
    assert after.angaben == counted == before.angaben + 1


def test_the_figures_of_another_day_or_viewer_are_their_own(filled: Engine) -> None:
    member = Betrachter(rollen=frozenset({Rolle.KOMMUNE}), eigene_stellen=frozenset({1, 2}))
    with reading(filled) as session:
        for viewer in (GAST, member):
            for day in (TODAY, date(1990, 1, 1)):
                expected = session.execute(
                    select(func.count()).where(einsaetze.stands(viewer, day))
                ).scalar_one()
                assert start.figures(session, viewer, day).angaben == expected
