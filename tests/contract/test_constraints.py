"""What the database itself refuses, so that no program can write it, on both kinds."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Connection, Enum, Table, insert, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from katalog.db import Engine
from katalog.models import metadata
from tests.builders import Schema, insert_row, make_row, read_schema
from tests.databases import State

pytestmark = pytest.mark.both_every_day

EARLY, LATE = date(2026, 3, 1), date(2026, 3, 31)
NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def connection(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Connection]:
    """None of these tests commits, so one filled database serves them all."""
    with shared_engine(kind, State.FILLED).connect() as connection:
        yield connection


@pytest.fixture
def schema(connection: Connection) -> Schema:
    return read_schema(connection)


def accepts(connection: Connection, schema: Schema, table: str, **values: Any) -> bool:
    """Whether a row with these values can be added; nothing stays of it."""
    attempt = connection.begin_nested()
    try:
        insert_row(connection, schema, table, **values)
    except (IntegrityError, DataError):  # PostgreSQL calls a long text an error of data.
        return False
    finally:
        attempt.rollback()
    return True


def can_run(connection: Connection, statement: str, **values: Any) -> bool:
    attempt = connection.begin_nested()
    try:
        connection.execute(text(statement), values)
    except DBAPIError as error:
        if "Ereignisse eines Vorgangs" in str(error) or "Das Protokoll" in str(error):
            return False
        raise
    finally:
        attempt.rollback()
    return True


# One open case ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "abgeschlossen_am", "counts"),
    [
        ("entwurf", None, True),
        ("interesse_bekundet", None, True),
        ("produktiv", None, True),
        ("gekuendigt", None, True),
        # The calendar ends a case: until somebody closes it, it keeps its place.
        ("beendet", None, True),
        ("beendet", NEW_YEAR, False),
        ("gekuendigt", NEW_YEAR, False),
        ("abgelehnt", None, False),
        ("zurueckgezogen", None, False),
    ],
)
def test_a_body_has_one_open_case_for_an_offer(
    connection: Connection,
    schema: Schema,
    status: str,
    abgeschlossen_am: date | None,
    counts: bool,
) -> None:
    pair = {"zustaendige_stelle_id": 2, "landesangebot_id": 1}
    insert_row(
        connection,
        schema,
        "nachnutzung",
        status=status,
        abgeschlossen_am=abgeschlossen_am,
        **pair,
    )
    another: dict[str, Any] = {"number": 4, "status": "entwurf", "abgeschlossen_am": None}
    assert accepts(connection, schema, "nachnutzung", **another, **pair) is not counts


def test_another_body_or_another_offer_is_another_case(
    connection: Connection, schema: Schema
) -> None:
    open_case: dict[str, Any] = {"status": "entwurf", "abgeschlossen_am": None}
    insert_row(
        connection,
        schema,
        "nachnutzung",
        zustaendige_stelle_id=2,
        landesangebot_id=1,
        **open_case,
    )
    # Body 1 asks for offer 2, body 2 for offer 2 (closed row 2 of the builder has it).
    connection.execute(text("UPDATE nachnutzung SET abgeschlossen_am = '2026-01-01' WHERE id = 2"))
    other_offer = {"number": 4, "zustaendige_stelle_id": 2, "landesangebot_id": 2, **open_case}
    other_body = {"number": 4, "zustaendige_stelle_id": 1, "landesangebot_id": 1, **open_case}
    assert accepts(connection, schema, "nachnutzung", **other_offer)
    assert accepts(connection, schema, "nachnutzung", **other_body)


def test_cases_without_an_offer_of_a_land_do_not_exclude_each_other(
    connection: Connection, schema: Schema
) -> None:
    municipal: dict[str, Any] = {
        "zustaendige_stelle_id": 2,
        "landesangebot_id": None,
        "status": "angefragt",
        "abgeschlossen_am": None,
    }
    insert_row(connection, schema, "nachnutzung", **municipal)
    assert accepts(connection, schema, "nachnutzung", number=4, **municipal)


def test_a_case_is_about_an_offer_or_an_assistant(connection: Connection, schema: Schema) -> None:
    assert not accepts(
        connection, schema, "nachnutzung", landesangebot_id=None, onlinedienst_id=None
    )


def test_a_case_is_suspended_once_at_a_time(connection: Connection, schema: Schema) -> None:
    suspension: dict[str, Any] = {"ab": EARLY, "geplant_bis": LATE, "nachnutzung_id": 2}
    insert_row(connection, schema, "aussetzung", **suspension, wiederaufgenommen_am=None)
    again: dict[str, Any] = {"number": 4, **suspension}
    assert not accepts(connection, schema, "aussetzung", **again, wiederaufgenommen_am=None)
    assert accepts(connection, schema, "aussetzung", **again, wiederaufgenommen_am=LATE)
    connection.execute(text("UPDATE aussetzung SET wiederaufgenommen_am = '2026-03-15'"))
    assert accepts(connection, schema, "aussetzung", **again, wiederaufgenommen_am=None)


# Columns that belong together -------------------------------------------------------------------


def test_a_survey_asks_one_kind_of_body(connection: Connection, schema: Schema) -> None:
    kinds = {"behoerdenart_id": 1, "leistung_id": 1, "ebene": "kreis"}
    none = dict.fromkeys(kinds)
    for column, value in kinds.items():
        assert accepts(connection, schema, "umfrage", **none | {column: value})
        others = kinds | {column: None}
        assert not accepts(connection, schema, "umfrage", **others)
    assert not accepts(connection, schema, "umfrage", **none)


def test_an_answer_says_how_a_body_takes_part(connection: Connection, schema: Schema) -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    row = {"umfrage_id": 1, "stelle_id": 2}
    possible = {
        (said, at): accepts(connection, schema, "antwort", **row, teilnahme=said, beantwortet_am=at)
        for said in (None, "nutzt")
        for at in (None, moment)
    }
    assert [said for said, accepted in possible.items() if accepted] == [
        (None, None),
        ("nutzt", moment),
    ]


def test_a_meeting_or_a_package_is_about_one_thing(connection: Connection, schema: Schema) -> None:
    for columns in (
        ("austauschtermin_id", "arbeitspaket_id"),
        ("ozg_leistung_id", "leistung_id", "onlinedienst_id"),
    ):
        none = dict.fromkeys(columns)
        assert not accepts(connection, schema, "bezug", **none)
        for column in columns:
            assert accepts(connection, schema, "bezug", **none | {column: 1}), column
            others = dict.fromkeys(columns, 1) | {column: None}
            assert accepts(connection, schema, "bezug", **others) is (len(columns) == 2), column
        assert not accepts(connection, schema, "bezug", **dict.fromkeys(columns, 1))


def test_a_meeting_is_for_a_kreis_or_for_users_of_one_assistant(
    connection: Connection, schema: Schema
) -> None:
    possible = {
        (kreis, dienst): accepts(
            connection, schema, "austauschtermin", kreis_id=kreis, nutzer_von_id=dienst
        )
        for kreis in (None, 1)
        for dienst in (None, 1)
    }
    assert [pair for pair, accepted in possible.items() if not accepted] == [(1, 1)]


def test_an_invitation_that_was_answered_says_when(connection: Connection, schema: Schema) -> None:
    row = {"termin_id": 1, "stelle_id": 2}
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    answers = {
        (said, at): accepts(
            connection, schema, "termineinladung", **row, zusage=said, geantwortet_am=at
        )
        for said in (None, "zugesagt")
        for at in (None, moment)
    }
    assert [said for said, accepted in answers.items() if accepted] == [
        (None, None),
        ("zugesagt", moment),
    ]


def test_exactly_one_of_two_references_is_set(connection: Connection, schema: Schema) -> None:
    for table, one, other in (
        ("zustaendigkeit", "stelle_id", "behoerdenart_id"),
        ("verweis", "onlinedienst_id", "landesangebot_id"),
    ):
        possible = {
            (a, b): accepts(connection, schema, table, **{one: a, other: b})
            for a in (None, 1)
            for b in (None, 1)
        }
        assert possible == {
            (None, None): False,
            (1, None): True,
            (None, 1): True,
            (1, 1): False,
        }, table


def test_a_maturity_level_comes_with_its_model(connection: Connection, schema: Schema) -> None:
    pairs = [
        (table.name, column.name, column.name.replace("_modell", "_stufe"))
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("reifegrad_modell")
    ]
    assert len(pairs) == 4
    for table, model, level in pairs:
        assert accepts(connection, schema, table, **{model: "OZG", level: 3}), table
        assert accepts(connection, schema, table, **{model: None, level: None}), table
        assert not accepts(connection, schema, table, **{model: "OZG", level: None}), table
        assert not accepts(connection, schema, table, **{model: None, level: 3}), table


def test_a_date_of_availability_says_how_exact_it_is(
    connection: Connection, schema: Schema
) -> None:
    for table in ("onlinedienst", "landesangebot"):
        pair = {"onlinedienst_id": 2, "koordinierung_id": 1} if table == "landesangebot" else {}
        both: dict[str, Any] = {"verfuegbar_ab": EARLY, "verfuegbar_ab_genau": "monat"}
        assert accepts(connection, schema, table, **pair, **both)
        for lacking in both:
            assert not accepts(connection, schema, table, **pair, **{**both, lacking: None})


def test_a_suspension_has_an_end_or_a_day_to_look_again(
    connection: Connection, schema: Schema
) -> None:
    ends: dict[str, Any] = {"geplant_bis": LATE, "wiedervorlage": LATE, "nachnutzung_id": 1}
    ends |= {"wiederaufgenommen_am": LATE, "ab": EARLY}
    for lacking in ({"geplant_bis": None}, {"wiedervorlage": None}):
        assert accepts(connection, schema, "aussetzung", **{**ends, **lacking})
    without = {**ends, "geplant_bis": None, "wiedervorlage": None}
    assert not accepts(connection, schema, "aussetzung", **without)


def test_nothing_follows_or_contains_itself(connection: Connection, schema: Schema) -> None:
    assert accepts(connection, schema, "mitglied", verbund_id=1, stelle_id=2)
    assert not accepts(connection, schema, "mitglied", verbund_id=1, stelle_id=1)
    assert accepts(connection, schema, "onlinedienst", id=9, nachfolger_id=1)
    assert not accepts(connection, schema, "onlinedienst", id=9, nachfolger_id=9)


# Values -----------------------------------------------------------------------------------------


def ordered_pairs() -> list[tuple[str, str, str]]:
    """(table, first, last) of every constraint made by `ordered_dates`."""
    return [
        (table.name, first, last)
        for table in metadata.sorted_tables
        for name in check_names(table)
        for last, middle, first in [name.partition("_nach_")]
        if middle
    ]


def check_names(table: Table) -> list[str]:
    return [
        str(rule.name).removeprefix(f"ck_{table.name}_")
        for rule in table.constraints
        if isinstance(rule, CheckConstraint)
    ]


def test_no_period_ends_before_it_begins(connection: Connection) -> None:
    pairs = ordered_pairs()
    assert len(pairs) > 10
    # A suspension has two ends; the one that is not tried out must not decide.
    connection.execute(text("UPDATE aussetzung SET wiederaufgenommen_am = NULL WHERE id = 2"))
    wrong = [
        (table, first, last, begin, end)
        for table, first, last in pairs
        for begin, end, possible in [(1, 30, True), (1, 1, True), (30, 1, False)]
        if _can_last(connection, table, {first: begin, last: end}) is not possible
    ]
    assert wrong == []


def _can_last(connection: Connection, table: str, days: dict[str, int]) -> bool:
    assignments = ", ".join(f"{column} = '2026-03-{day:02}'" for column, day in days.items())
    attempt = connection.begin_nested()
    try:
        if table == "aussetzung" and "wiederaufgenommen_am" in days:
            connection.execute(text("UPDATE aussetzung SET geplant_bis = NULL WHERE id = 2"))
        connection.execute(text(f"UPDATE {table} SET {assignments} WHERE id = 2"))  # noqa: S608
    except IntegrityError:
        return False
    finally:
        attempt.rollback()
    return True


@pytest.mark.parametrize(
    ("table", "column", "good", "bad"),
    [
        ("gebiet", "ars", ["055700052052"], ["05570005205", "0557000520522", ""]),
        ("gebiet", "ags", ["05", "055", "05570", "05570052", None], ["0557", "055700521", ""]),
        ("ozg_leistung", "ozg_id", ["10083"], ["1008", "100830", ""]),
        (
            "leistung",
            "leistungsschluessel",
            ["99107022012000", None],
            ["9910702201200", "991070220120000", ""],
        ),
        ("fallzahl", "anzahl", [0, 5], [-1]),
        ("nachnutzungsbedingungen", "kuendigung_n", [1, 3], [0, -3]),
        ("formular", "stufe", ["pdf", "onlineformular", "assistent"], ["papier", ""]),
    ],
)
def test_keys_have_their_length_and_numbers_their_sign(
    connection: Connection,
    schema: Schema,
    table: str,
    column: str,
    good: list[Any],
    bad: list[Any],
) -> None:
    assert [
        value for value in good if not accepts(connection, schema, table, **{column: value})
    ] == []
    assert [value for value in bad if accepts(connection, schema, table, **{column: value})] == []


def vocabularies(table: Table) -> set[str | None]:
    return {column.type.name for column in table.columns if isinstance(column.type, Enum)}


def test_every_check_of_the_models_is_tried_out_in_one_of_these_tests() -> None:
    """A new rule without a test of it is noticed here; vocabularies are tried out elsewhere."""
    tried = {
        "reifegrad_mit_modell",
        "ziel_reifegrad_mit_modell",
        "verfuegbar_ab_genau",
        "nicht_sich_selbst",
        "eines_von_beiden",
        "gefragte",
        "woran",
        "worauf",
        "eingeladene",
        "geantwortet",
        "beantwortet_mit_teilnahme",
        "stelle_oder_behoerdenart",
        "gegenstand",
        "ende",
        "anzahl_nicht_negativ",
        "kuendigung_n_positiv",
        "ars_laenge",
        "ags_laenge",
        "ozg_id_laenge",
        "leistungsschluessel_laenge",
        "stufe",
    }
    known = {
        name
        for table in metadata.sorted_tables
        for name in check_names(table)
        if name not in vocabularies(table) and "_nach_" not in name
    }
    assert known == tried


# Rows that are only ever added ------------------------------------------------------------------


def test_what_happened_to_a_case_cannot_be_changed_or_removed(connection: Connection) -> None:
    assert not can_run(connection, "UPDATE ereignis SET notiz = 'anders' WHERE id = 1")
    assert not can_run(connection, "UPDATE ereignis SET notiz = notiz")
    assert not can_run(connection, "DELETE FROM ereignis WHERE id = 2")


def test_something_more_can_happen_to_a_case(connection: Connection, schema: Schema) -> None:
    assert accepts(connection, schema, "ereignis")


@pytest.fixture
def open_entry(connection: Connection, schema: Schema) -> int:
    row = make_row(schema, schema.table("protokoll"), 7, siegel=None)
    connection.execute(insert(schema.table("protokoll")), row)
    return 7


SEAL = "UPDATE protokoll SET siegel = :siegel WHERE id = 7"
CHANGES = [
    "vorgang = 'anders'",
    "objekt = 'anders'",
    "objekt_id = 99",
    "objekt_id = NULL",
    "konto_id = 99",
    "konto_id = NULL",
    "am = '2020-01-01 00:00:00+00'",
    "angaben = '{}'",
    "id = 77",
]


def test_an_entry_is_sealed_once(connection: Connection, open_entry: int) -> None:
    assert can_run(connection, SEAL, siegel="a" * 64)
    connection.execute(text(SEAL), {"siegel": "a" * 64})
    assert not can_run(connection, SEAL, siegel="b" * 64)
    assert not can_run(connection, SEAL, siegel=None)


@pytest.mark.parametrize("change", CHANGES)
def test_an_entry_keeps_what_it_says_from_the_beginning(
    connection: Connection, open_entry: int, change: str
) -> None:
    statement = f"UPDATE protokoll SET {change} WHERE id = {open_entry}"  # noqa: S608
    assert not can_run(connection, statement)
    # Not in the shadow of the seal either, and not afterwards.
    assert not can_run(connection, statement.replace("SET", "SET siegel = 'abc',"))
    connection.execute(text(SEAL), {"siegel": "a" * 64})
    assert not can_run(connection, statement)


def test_only_sealed_entries_can_be_cut_off(connection: Connection, open_entry: int) -> None:
    delete = "DELETE FROM protokoll WHERE id = 7"
    assert not can_run(connection, delete)
    connection.execute(text(SEAL), {"siegel": "a" * 64})
    assert can_run(connection, delete)
