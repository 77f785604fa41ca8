"""The history of the schema, walked with rows in every table, on both kinds of database."""

from collections.abc import Callable
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Enum, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from katalog import migrations
from katalog.db import Engine
from katalog.models import metadata
from tests.builders import (
    VERSION_TABLE,
    Rows,
    Schema,
    differing_tables,
    fill_every_table,
    insert_row,
    read_every_row,
    read_schema,
)


@pytest.fixture
def empty(empty_database: str, open_database: Callable[[str], Engine]) -> Engine:
    return open_database(empty_database)


def describe(engine: Engine) -> dict[str, Any]:
    """All that a database says of its tables, in a form that can be compared."""
    with engine.connect() as connection:
        inspector = inspect(connection)
        return {
            "columns": _listed(inspector.get_multi_columns()),
            "keys": {
                table: str(key)
                for (_, table), key in inspector.get_multi_pk_constraint().items()
                if table != VERSION_TABLE
            },
            "references": _listed(inspector.get_multi_foreign_keys()),
            "unique": _listed(inspector.get_multi_unique_constraints()),
            "checks": _listed(inspector.get_multi_check_constraints()),
            "indexes": _listed(inspector.get_multi_indexes()),
            "triggers": _triggers(connection),
        }


def _listed(found: Any) -> dict[str, list[dict[str, str]]]:
    return {
        table: sorted(
            (
                {
                    name: repr({k: str(v) for k, v in value.items()})
                    if isinstance(value, dict)
                    else str(value)
                    for name, value in item.items()
                    if name != "comment"
                }
                for item in items
            ),
            key=lambda item: item["name"],
        )
        for (_, table), items in found.items()
        if table != VERSION_TABLE
    }


def _triggers(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY sql"
    else:
        query = (
            "SELECT pg_get_triggerdef(t.oid) || pg_get_functiondef(t.tgfoid) FROM pg_trigger t "
            "WHERE NOT tgisinternal ORDER BY 1"
        )
    return list(connection.execute(text(query)).scalars())


def rows_of(engine: Engine) -> Rows:
    with engine.connect() as connection:
        return read_every_row(connection)


def test_the_history_has_one_beginning_and_one_end() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations._FOLDER))
    script = ScriptDirectory.from_config(config)
    assert len(script.get_bases()) == len(script.get_heads()) == 1
    steps = migrations.revisions()
    assert (steps[0], steps[-1]) == (script.get_bases()[0], migrations.newest_revision())
    assert [step.revision for step in script.walk_revisions()][::-1] == steps
    assert len(steps) == len(list((migrations._FOLDER / "versions").glob("*.py")))


def test_nothing_is_left_for_autogenerate_to_write(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.both_every_day
def test_the_steps_lead_to_what_the_models_say_with_every_check_and_partial_index(
    empty: Engine, engine: Engine
) -> None:
    """Autogenerate overlooks changed CHECKs and conditions of indexes; this does not."""
    metadata.create_all(empty)
    by_models, by_steps = describe(empty), describe(engine)
    by_models["triggers"] = by_steps["triggers"]
    for part, expected in by_models.items():
        assert by_steps[part] == expected, part


# Tables that a step makes anew because nothing could have written them before it.
_MADE_ANEW = {
    "0010_import": {"importlauf", "pruefergebnis", "quellsatz"},
    "0011_suche": {"indexauftrag"},
    "0013_anmeldung": {"anmeldelink"},
    "0020_umfragen": {"antwort", "umfrage"},
    "0025_austausch": {"arbeitspaket", "austauschtermin"},
}
# Not kept by any step: what is noted for the search index while rows come and go.
_NOTES = {"indexauftrag"}


@pytest.mark.full_run
def test_every_step_up_and_down_keeps_the_rows_of_all_other_tables(empty: Engine) -> None:
    steps = migrations.revisions()
    rows: Rows = {}
    for step in steps:
        migrations.upgrade(empty, step)
        with empty.begin() as connection:
            schema = read_schema(connection)
            after = read_every_row(connection, schema)
            assert rows.keys() <= after.keys(), step
            assert set(differing_tables(rows, after)) <= _MADE_ANEW.get(step, set()) | _NOTES, step
            fill_every_table(connection, schema)
            rows = read_every_row(connection, schema)
        assert [name for name in rows if not rows[name]] == [], step
    assert rows.keys() == metadata.tables.keys()
    whole = describe(empty)

    left = steps[-1]
    for step in [*steps[-2::-1], "base"]:
        migrations.downgrade(empty, step)
        after = rows_of(empty)
        assert after.keys() <= rows.keys(), step
        assert set(differing_tables(rows, after)) <= _MADE_ANEW.get(left, set()) | _NOTES, step
        left = step
        rows = after
    assert rows == {}

    migrations.upgrade(empty)
    assert describe(empty) == whole
    assert not any(rows_of(empty).values())


@pytest.mark.full_run
def test_upgrading_a_current_database_changes_nothing(filled: Engine) -> None:
    before, described = rows_of(filled), describe(filled)
    migrations.upgrade(filled)
    assert rows_of(filled) == before
    assert describe(filled) == described


@pytest.mark.full_run
def test_a_step_that_fails_leaves_the_database_where_it_was(empty: Engine) -> None:
    first, *_, newest = migrations.revisions()
    migrations.upgrade(empty, first)
    with empty.begin() as connection:
        fill_every_table(connection)
        # A table of a later step is already there: that step fails after others went well.
        connection.execute(text("CREATE TABLE protokoll (id INTEGER PRIMARY KEY)"))
    before = describe(empty)
    with pytest.raises(DBAPIError, match="protokoll"):
        migrations.upgrade(empty, newest)
    assert describe(empty) == before
    with empty.connect() as connection:
        assert migrations.current_revision(connection) == first


@pytest.mark.full_run
def test_rebuilding_gives_empty_tables_of_the_revision_that_was_asked_for(filled: Engine) -> None:
    described = describe(filled)
    with filled.begin() as connection:
        migrations.rebuild(connection, migrations.newest_revision())
    assert describe(filled) == described
    assert not any(rows_of(filled).values())


# Vocabularies -----------------------------------------------------------------------------------


def vocabularies() -> list[tuple[str, str, list[str]]]:
    return [
        (table.name, column.name, list(column.type.enums))
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Enum)
    ]


def test_the_database_knows_exactly_the_members_of_each_vocabulary(engine: Engine) -> None:
    with engine.connect() as connection:
        known = read_schema(connection).allowed
    expected = {(table, column): members for table, column, members in vocabularies()}
    assert len(expected) > 30
    assert {place: list(known.get(place, ())) for place in expected} == expected


def test_every_member_is_accepted_and_any_other_value_is_refused(filled: Engine) -> None:
    with filled.connect() as connection:
        schema = read_schema(connection)
        wrong = [
            (table, column, value)
            for table, column, members in vocabularies()
            for value in [*members, "gibt-es-nicht", members[0].upper(), ""]
            if _accepts(connection, schema, table, column, value) != (value in members)
        ]
    assert wrong == []


def _accepts(connection: Connection, schema: Schema, table: str, column: str, value: str) -> bool:
    """The text is written past the models, as another program would."""
    attempt = connection.begin_nested()
    try:
        if table == "ereignis":  # Its rows cannot be changed, so another one is added.
            insert_row(connection, schema, table, 3, **{column: value})
        else:
            where = "WHERE id = 2" if "id" in metadata.tables[table].c else ""
            connection.execute(text(f"UPDATE {table} SET {column} = :v {where}"), {"v": value})  # noqa: S608
    except IntegrityError:
        return False
    finally:
        attempt.rollback()
    return True
