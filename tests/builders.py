"""Rows for every table, made from what a database says of itself.

Types, references, CHECKs and NOT NULL are read from the database, not from the models: a
migration is tested on the tables of *its* time, and the models have moved on since.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
)

Row = dict[str, Any]
Rows = dict[str, list[Row]]

VERSION_TABLE = "alembic_version"

# Columns that a CHECK ties together cannot be guessed from one column. The full row of such a
# table leaves these empty, the sparse row fills those.
_LEFT_EMPTY = {
    "austauschtermin": {"nutzer_von_id"},
    "bezug": {"arbeitspaket_id", "leistung_id", "onlinedienst_id"},
    "umfrage": {"behoerdenart_id", "leistung_id"},
    "verweis": {"landesangebot_id"},
    "zustaendigkeit": {"behoerdenart_id"},
}
_ALSO_FILLED = {
    "austauschtermin": {"nutzer_von_id"},
    "aussetzung": {"wiedervorlage"},
    "bezug": {"arbeitspaket_id", "onlinedienst_id"},
    "nachnutzung": {"onlinedienst_id"},
    "umfrage": {"behoerdenart_id"},
    "verweis": {"landesangebot_id"},
    "zustaendigkeit": {"behoerdenart_id"},
}

_LENGTH_RULE = re.compile(r"length\(\(?(\w+)\D+(\d+)")
_LIST_RULE = re.compile(r"^\W*(\w+)\)?(?:::\w+)? (?:IN|=) .*'")
_QUOTED = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True)
class Schema:
    """Tables in the order in which rows can be written, and what CHECKs demand of texts."""

    tables: tuple[Table, ...]
    allowed: Mapping[tuple[str, str], tuple[str, ...]]
    lengths: Mapping[tuple[str, str], int]

    def table(self, name: str) -> Table:
        return next(table for table in self.tables if table.name == name)


# Reading a schema takes longer than most tests. Tables of one revision are alike everywhere.
_read: dict[tuple[str, str, frozenset[str]], Schema] = {}


def read_schema(connection: Connection) -> Schema:
    names = frozenset(inspect(connection).get_table_names())
    revision = ""
    if VERSION_TABLE in names:
        revision = str(
            connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608
        )
    place = (connection.dialect.name, revision, names)
    if not revision or place not in _read:
        _read[place] = _read_schema(connection)
    return _read[place]


def _read_schema(connection: Connection) -> Schema:
    metadata = MetaData()
    metadata.reflect(connection)
    tables = tuple(table for table in metadata.sorted_tables if table.name != VERSION_TABLE)
    allowed: dict[tuple[str, str], tuple[str, ...]] = {}
    lengths: dict[tuple[str, str], int] = {}
    for table in tables:
        for rule in table.constraints:
            if not isinstance(rule, CheckConstraint):
                continue
            text = str(rule.sqltext)
            if found := _LIST_RULE.match(text):
                allowed[table.name, found[1]] = tuple(_QUOTED.findall(text))
            for column, length in _LENGTH_RULE.findall(text):
                lengths[table.name, column] = int(length)
    return Schema(tables, allowed, lengths)


def fill_every_table(connection: Connection, schema: Schema | None = None) -> None:
    """Two rows in each table that is still empty: one with only what is required, one with all."""
    schema = schema or read_schema(connection)
    for table in schema.tables:
        if connection.execute(select(func.count()).select_from(table)).scalar_one() == 0:
            for number, full in ((1, False), (2, True)):
                connection.execute(insert(table), make_row(schema, table, number, full=full))
            if connection.dialect.name == "postgresql" and "id" in table.columns:
                # Rows with given numbers do not move the sequence that gives the next ones.
                sequence = func.pg_get_serial_sequence(table.name, "id")
                connection.execute(select(func.setval(sequence, 2)))


def make_row(
    schema: Schema, table: Table, number: int, *, full: bool = True, **changes: Any
) -> Row:
    """A valid row. `number` tells it from others of its table; references go to rows 1 and 2."""
    left_empty = _LEFT_EMPTY.get(table.name, set()) if full else set[str]()
    also_filled = _ALSO_FILLED.get(table.name, set())
    row: Row = {}
    references: dict[str, int] = defaultdict(int)
    for column in table.columns:
        if column.name in left_empty or (
            column.nullable and not full and column.name not in also_filled
        ):
            row[column.name] = None
        elif column.foreign_keys:
            target = next(iter(column.foreign_keys)).column.table.name
            row[column.name] = _reference(table.name, target, number, references[target])
            references[target] += 1
        else:
            row[column.name] = _value(schema, table, column, number)
    return row | changes


def insert_row(
    connection: Connection, schema: Schema, name: str, number: int = 3, **changes: Any
) -> None:
    table = schema.table(name)
    connection.execute(insert(table), make_row(schema, table, number, **changes))


def read_every_row(connection: Connection, schema: Schema | None = None) -> Rows:
    schema = schema or read_schema(connection)
    return {
        table.name: [
            dict(row)
            for row in connection.execute(
                select(table).order_by(*table.primary_key.columns)
            ).mappings()
        ]
        for table in schema.tables
    }


def differing_tables(before: Rows, after: Rows) -> list[str]:
    """Tables of both whose rows differ in a column of both."""
    return [
        name
        for name in before.keys() & after.keys()
        if _narrowed(before[name], after[name]) != _narrowed(after[name], before[name])
    ]


def _narrowed(rows: list[Row], other: list[Row]) -> list[Row]:
    columns = other[0].keys() if other else set[str]()
    return [{name: value for name, value in row.items() if name in columns} for row in rows]


def _reference(table: str, target: str, number: int, earlier: int) -> int:
    """Two references to one table differ, and a row never refers to itself."""
    if table == target:
        return 1
    first = 2 - number % 2
    return first if earlier % 2 == 0 else 3 - first


def _value(schema: Schema, table: Table, column: Column[Any], number: int) -> Any:
    match column.type:
        case String():
            return _text(schema, table.name, column.name, column.type.length, number)
        case Boolean():
            return number % 2 == 0
        case Integer():
            return number
        case Float():
            return number + 0.25
        case DateTime():
            return datetime(2026, 1, number, 12, 30, 15, 250_000, tzinfo=UTC)
        case Date():
            return date(2026, 1, number)
        case JSON():
            return {"zahl": number, "text": "Grüße"}
        case LargeBinary():
            return bytes(range(256)) + bytes([number])
        case _:
            raise NotImplementedError(f"{table.name}.{column.name}: {column.type!r}")


def _text(schema: Schema, table: str, column: str, longest: int | None, number: int) -> str:
    place = (table, column)
    if place in schema.allowed:
        allowed = schema.allowed[place]
        return allowed[number % len(allowed)]
    if place in schema.lengths:
        return str(number).zfill(schema.lengths[place])
    return f"{number} {column} Größe"[: longest or 40]
