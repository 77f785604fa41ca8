"""Writing many rows by their key: compared with what a dictionary would hold."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlmodel import col

from katalog.db import DatabaseRefusal, Engine, Session
from katalog.domain.begriffe import Gebietsebene, Stellenart, Top100
from katalog.models.angebot import Dienstmerkmal, Onlinedienst, Release
from katalog.models.register import Gebiet, OzgLeistung
from katalog.models.stellen import Behoerdenart, Netzwerk, Netzwerkpartner, Stelle
from katalog.queries.upsert import Changes, Row, fitted, insert_rows, replace_children, upsert
from tests.databases import State

pytestmark = pytest.mark.both_every_day

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
KEY = ("ozg_id",)


@pytest.fixture
def session(scratch: Session) -> Session:
    return scratch


def service(ozg_id: str, titel: str, **more: Any) -> Row:
    return {"ozg_id": ozg_id, "titel": titel, "sortier": titel.lower(), **more}


def counts(changes: Changes) -> tuple[int, int, int, int]:
    return changes.new, changes.changed, changes.unchanged, changes.removed


def stored(session: Session, ozg_id: str) -> OzgLeistung:
    statement = select(OzgLeistung).where(col(OzgLeistung.ozg_id) == ozg_id)
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def put_back_the_clock(session: Session) -> None:
    session.connection().execute(update(OzgLeistung).values(geaendert_am=LONG_AGO))


def test_new_changed_and_unchanged_rows_are_counted(session: Session) -> None:
    _, changes = upsert(
        session, OzgLeistung, [service("10001", "Hund"), service("10002", "Wohnung")], KEY
    )
    assert counts(changes) == (2, 0, 0, 0)
    rows = [service("10002", "Wohngeld"), service("10001", "Hund"), service("10003", "Bauantrag")]
    _, changes = upsert(session, OzgLeistung, rows, KEY)
    assert counts(changes) == (1, 1, 1, 0)
    assert stored(session, "10002").titel == "Wohngeld"


def test_ids_come_in_the_order_of_the_rows(session: Session) -> None:
    first, _ = upsert(session, OzgLeistung, [service(f"1000{n}", "x") for n in (5, 1, 3)], KEY)
    again = [service(f"1000{n}", "x") for n in (2, 3, 5, 4, 1)]
    ids, _ = upsert(session, OzgLeistung, again, KEY)
    assert [ids[2], ids[4], ids[1]] == first
    assert ids == [stored(session, f"1000{n}").id for n in (2, 3, 5, 4, 1)]


def test_only_a_changed_row_gets_a_new_version_and_date(session: Session) -> None:
    upsert(session, OzgLeistung, [service("10001", "Hund"), service("10002", "Wohnung")], KEY)
    put_back_the_clock(session)
    upsert(session, OzgLeistung, [service("10001", "Hund"), service("10002", "Wohngeld")], KEY)
    same, changed = stored(session, "10001"), stored(session, "10002")
    assert (same.version, same.geaendert_am) == (1, LONG_AGO)
    assert changed.version == 2
    assert changed.geaendert_am > LONG_AGO


def test_a_new_row_gets_the_defaults_of_its_model(session: Session) -> None:
    upsert(session, OzgLeistung, [service("10001", "Hund")], KEY)
    row = stored(session, "10001")
    assert (row.version, row.beschreibung, row.top100, row.entfallen_am) == (1, "", None, None)
    assert row.geaendert_am > LONG_AGO


def test_columns_that_a_row_does_not_carry_stay_as_they_were(session: Session) -> None:
    upsert(session, OzgLeistung, [service("10001", "Hund", beschreibung="Anmelden")], KEY)
    upsert(session, OzgLeistung, [service("10001", "Hunde")], KEY)
    assert stored(session, "10001").beschreibung == "Anmelden"


def test_rows_of_one_batch_may_carry_different_columns(session: Session) -> None:
    rows = [
        service("10001", "Hund"),
        service("10002", "Wohnung", beschreibung="Beantragen"),
        service("10003", "Bauantrag"),
    ]
    ids, changes = upsert(session, OzgLeistung, rows, KEY)
    assert counts(changes) == (3, 0, 0, 0)
    assert ids == [stored(session, f"1000{n}").id for n in (1, 2, 3)]
    assert stored(session, "10002").beschreibung == "Beantragen"
    _, changes = upsert(session, OzgLeistung, rows, KEY)
    assert counts(changes) == (0, 0, 3, 0)


def test_a_value_can_be_taken_away(session: Session) -> None:
    gone = date(2026, 1, 1)
    upsert(session, OzgLeistung, [service("10001", "Hund", entfallen_am=gone)], KEY)
    _, changes = upsert(session, OzgLeistung, [service("10001", "Hund", entfallen_am=None)], KEY)
    assert counts(changes) == (0, 1, 0, 0)
    assert stored(session, "10001").entfallen_am is None


def test_a_vocabulary_given_as_text_or_as_member_is_the_same(session: Session) -> None:
    member = service("10001", "Hund", top100=Top100.BUERGER)
    upsert(session, OzgLeistung, [member], KEY)
    _, changes = upsert(session, OzgLeistung, [member | {"top100": "buerger"}], KEY)
    assert counts(changes) == (0, 0, 1, 0)


@pytest.mark.parametrize("times", [1, 2])
def test_of_two_rows_with_one_key_the_last_one_counts_every_time(
    session: Session, times: int
) -> None:
    rows = [service("10001", "Hund", beschreibung="Anmelden"), service("10001", "Hunde")]
    for _ in range(times):
        ids, changes = upsert(session, OzgLeistung, rows, KEY)
    assert counts(changes) == ((1, 0, 0, 0) if times == 1 else (0, 0, 1, 0))
    assert ids[0] == ids[1]
    assert stored(session, "10001").titel == "Hunde"


def test_a_key_of_several_columns_may_contain_nothing(session: Session) -> None:
    """NULL is never equal to NULL in SQL, yet it is the same key here."""
    rows = [{"gebiet_id": None, "kennung": None, "art": "sonstige", "name": "A", "sortier": "a"}]
    for expected in ((1, 0, 0, 0), (0, 0, 1, 0)):
        _, changes = upsert(session, Stelle, rows, ("name", "kennung"))
        assert counts(changes) == expected


def test_a_key_of_several_columns_tells_levels_apart(session: Session) -> None:
    rows: list[Row] = [
        {
            "ebene": ebene,
            "ars": "051170000000",
            "name": "Mülheim",
            "sortier": "mulheim",
            "gueltig_ab": date(2026, 1, 1),
        }
        for ebene in (Gebietsebene.KREIS, Gebietsebene.GEMEINDE)
    ]
    key = ("ars", "ebene", "gueltig_ab")
    ids, changes = upsert(session, Gebiet, rows, key)
    assert counts(changes) == (2, 0, 0, 0)
    again, changes = upsert(session, Gebiet, rows[::-1], key)
    assert counts(changes) == (0, 0, 2, 0)
    assert again == ids[::-1]


def test_more_rows_than_a_statement_takes_parameters(session: Session) -> None:
    rows = [service(f"{10000 + n}", "x") for n in range(2_345)]
    ids, changes = upsert(session, OzgLeistung, rows, KEY)
    assert counts(changes) == (2_345, 0, 0, 0)
    assert len(set(ids)) == 2_345
    again, changes = upsert(session, OzgLeistung, rows[::-1], KEY)
    assert counts(changes) == (0, 0, 2_345, 0)
    assert again == ids[::-1]


def test_nothing_to_write_is_no_error(session: Session) -> None:
    ids, changes = upsert(session, OzgLeistung, [], KEY)
    assert (ids, counts(changes)) == ([], (0, 0, 0, 0))


# What fits --------------------------------------------------------------------------------------


def test_what_fits_its_columns_is_left_as_it_is() -> None:
    row = service("10001", "ä" * 500, themenfeld_id=2**31 - 1, entfallen_am=None)
    assert fitted(OzgLeistung, row) == row


def test_a_sort_key_is_cut_where_its_column_ends() -> None:
    assert len(fitted(OzgLeistung, service("10001", "ß"))["sortier"]) <= 2
    long = service("10001", "x") | {"sortier": "y" * 600}
    assert fitted(OzgLeistung, long)["sortier"] == "y" * 500


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"titel": "x" * 501}, "501 Zeichen, möglich sind 500"),
        ({"titel": "Hun\x00d"}, "Zeichen"),
        ({"beschreibung": "halbes \ud83d Zeichen"}, "Zeichen"),
        ({"themenfeld_id": 2**31}, "zu groß"),
    ],
)
def test_what_does_not_fit_is_refused_on_every_database_alike(change: Row, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        fitted(OzgLeistung, service("10001", "Hund") | change)


# Children ---------------------------------------------------------------------------------------


@pytest.fixture
def bodies(session: Session) -> list[int]:
    rows: list[Row] = [
        {"kennung": f"stelle-{n}", "art": "sonstige", "name": f"S{n}", "sortier": f"s{n}"}
        for n in range(6)
    ]
    return upsert(session, Stelle, rows, ("kennung",))[0]


@pytest.fixture
def networks(session: Session) -> list[int]:
    rows: list[Row] = [{"kennung": f"netz-{n}", "name": f"N{n}"} for n in range(3)]
    return upsert(session, Netzwerk, rows, ("kennung",))[0]


def partners(session: Session) -> set[tuple[int, int]]:
    statement = select(col(Netzwerkpartner.netzwerk_id), col(Netzwerkpartner.stelle_id))
    return {(network, body) for network, body in session.execute(statement)}


def test_children_become_exactly_the_wanted_ones(
    session: Session, bodies: list[int], networks: list[int]
) -> None:
    def make(network: int, *wanted: int) -> tuple[int, int, int, int]:
        rows: list[Row] = [{"stelle_id": bodies[n]} for n in wanted]
        return counts(
            replace_children(session, Netzwerkpartner, "netzwerk_id", {networks[network]: rows})
        )

    assert make(0, 0, 1, 2) == (3, 0, 0, 0)
    assert make(1, 1) == (1, 0, 0, 0)
    assert make(0, 2, 3) == (1, 0, 1, 2)
    assert partners(session) == {
        (networks[0], bodies[2]),
        (networks[0], bodies[3]),
        (networks[1], bodies[1]),
    }
    assert make(0) == (0, 0, 0, 2)
    assert partners(session) == {(networks[1], bodies[1])}


def test_a_child_that_is_named_twice_is_one_child(
    session: Session, bodies: list[int], networks: list[int]
) -> None:
    twice: list[Row] = [{"stelle_id": bodies[0]}, {"stelle_id": bodies[0]}]
    for expected in ((1, 0, 0, 0), (0, 0, 1, 0)):
        changes = replace_children(session, Netzwerkpartner, "netzwerk_id", {networks[0]: twice})
        assert counts(changes) == expected


def test_an_unchanged_child_stays_the_same_row(session: Session) -> None:
    dienst: Row = {"kennung": "wbs", "name": "WBS", "sortier": "wbs", "art": "efa"}
    [number], _ = upsert(session, Onlinedienst, [dienst], ("kennung",))
    releases: list[Row] = [{"version": v, "text": f"Neu in {v}"} for v in ("1.0", "1.1")]
    replace_children(session, Release, "onlinedienst_id", {number: releases})
    ids = {row.version: row.id for row in session.scalars(select(Release))}
    releases[1]["text"] = "Berichtigt"
    releases.append({"version": "1.2", "text": ""})
    changes = replace_children(session, Release, "onlinedienst_id", {number: releases})
    assert counts(changes) == (2, 0, 1, 1)
    fresh = select(Release).execution_options(populate_existing=True)
    after = {row.version: row for row in session.scalars(fresh)}
    assert after["1.0"].id == ids["1.0"]
    assert after["1.1"].text == "Berichtigt"


def test_only_rows_of_one_kind_are_compared_and_removed(session: Session) -> None:
    dienst: Row = {"kennung": "wbs", "name": "WBS", "sortier": "wbs", "art": "efa"}
    [number], _ = upsert(session, Onlinedienst, [dienst], ("kennung",))

    def make(art: str, *values: str) -> None:
        wanted: dict[int, list[Row]] = {number: [{"wert": value} for value in values]}
        replace_children(session, Dienstmerkmal, "onlinedienst_id", wanted, only={"art": art})

    make("transportweg", "osci-xta")
    make("authentifizierung", "bundid", "elster")
    make("authentifizierung")
    assert [row.wert for row in session.scalars(select(Dienstmerkmal))] == ["osci-xta"]


# Against a dictionary ---------------------------------------------------------------------------

ids = st.sampled_from(["10001", "10002", "10003", "10004"])
titles = st.sampled_from(["Hund", "Wohnung", "Ärzte", ""])
days = st.none() | st.just(date(2026, 1, 1))
batches = st.lists(st.lists(st.tuples(ids, titles, days), max_size=6), max_size=4)
moderate = settings(
    max_examples=40,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def sqlite_engine(shared_engine: Callable[[str, State], Engine]) -> Engine:
    return shared_engine("sqlite", State.MIGRATED)


@given(batches)
@moderate
def test_upserts_do_what_a_dictionary_does(
    sqlite_engine: Engine, history: list[list[tuple[str, str, date | None]]]
) -> None:
    expected: dict[str, tuple[str, date | None]] = {}
    versions: dict[str, int] = {}
    with Session(sqlite_engine) as session:  # Never committed: every example begins empty.
        for batch in history:
            before = dict(expected)
            expected |= {key: (titel, day) for key, titel, day in batch}
            touched = {key for key, _, _ in batch}
            changed = {key for key in touched & before.keys() if before[key] != expected[key]}
            for key in touched:
                versions[key] = versions.get(key, 0) + (key not in before or key in changed)
            rows = [service(key, titel, entfallen_am=day) for key, titel, day in batch]
            found, changes = upsert(session, OzgLeistung, rows, KEY)
            assert counts(changes) == (
                len(touched - before.keys()),
                len(changed),
                len((touched & before.keys()) - changed),
                0,
            )
            assert found == [stored(session, key).id for key, _, _ in batch]
        rows_now = session.scalars(
            select(OzgLeistung).execution_options(populate_existing=True)
        ).all()
        assert {r.ozg_id: (r.titel, r.entfallen_am) for r in rows_now} == expected
        assert {r.ozg_id: r.version for r in rows_now} == versions


@given(st.lists(st.dictionaries(st.integers(0, 2), st.lists(st.integers(0, 5), max_size=8))))
@moderate
def test_children_are_what_a_dictionary_of_sets_holds(
    sqlite_engine: Engine, history: list[dict[int, list[int]]]
) -> None:
    expected: dict[int, set[int]] = {}
    with Session(sqlite_engine) as session:
        session.add_all(
            Stelle(id=n, art=Stellenart.SONSTIGE, name=f"S{n}", sortier=f"s{n}") for n in range(6)
        )
        session.add_all(Netzwerk(id=n, kennung=f"netz-{n}", name=f"N{n}") for n in range(3))
        session.flush()
        for wanted in history:
            rows: dict[int, list[Row]] = {
                owner: [{"stelle_id": n} for n in members] for owner, members in wanted.items()
            }
            changes = replace_children(session, Netzwerkpartner, "netzwerk_id", rows)
            now = {owner: set(members) for owner, members in wanted.items()}
            before = {owner: expected.get(owner, set()) for owner in now}
            assert counts(changes) == (
                sum(len(now[owner] - before[owner]) for owner in now),
                0,
                sum(len(now[owner] & before[owner]) for owner in now),
                sum(len(before[owner] - now[owner]) for owner in now),
            )
            expected |= now
        assert partners(session) == {(o, n) for o, members in expected.items() for n in members}


def test_a_row_that_the_database_refuses_takes_all_new_rows_with_it(session: Session) -> None:
    rows: list[Row] = [{"kennung": "amt", "name": "Amt"} for _ in range(2)]
    with pytest.raises(DatabaseRefusal), session.begin_nested():
        insert_rows(session, Behoerdenart, rows)
    assert session.scalars(select(col(Behoerdenart.kennung))).all() == []


def test_numbers_of_new_rows_come_in_their_order_and_are_given_once(session: Session) -> None:
    numbers = insert_rows(session, Behoerdenart, [{"kennung": k, "name": "B"} for k in "ba"])
    session.add(Behoerdenart(kennung="c", name="B"))
    session.flush()
    numbers += insert_rows(session, Behoerdenart, [{"kennung": "d", "name": "B"}])
    found = dict(session.execute(select(col(Behoerdenart.kennung), col(Behoerdenart.id))).all())
    assert [found[kennung] for kennung in "bad"] == numbers
    assert len(set(found.values())) == 4
