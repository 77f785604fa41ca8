"""Many rows with one statement, past most of what SQLAlchemy does for each row.

An ordinary executemany works every row out anew, name by name and type by type; with a hundred
thousand rows that takes longer than the database. Here the statement and what each type does to
its values are found once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect, Insert, Table, insert
from sqlmodel import Session

_Made = tuple[str, list[tuple[str, Callable[[Any], Any] | None]], bool]
_made: dict[tuple[str, str, tuple[str, ...]], _Made] = {}


def insert_many(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """All rows have the same columns."""
    execute_many(session, f"insert {table.name}", table, lambda: insert(table), rows)


def execute_many(
    session: Session,
    name: str,
    table: Table,
    make: Callable[[], Insert],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """`name` stands for the statement that `make` makes: two of one name must be the same one."""
    if not rows:
        return
    connection = session.connection()
    columns = tuple(rows[0])
    key = (connection.dialect.name, name, columns)
    if key not in _made:
        _made[key] = _prepare(connection.dialect, table, make(), columns)
    text, values, positional = _made[key]
    parameters: list[Any]
    if positional:
        parameters = [
            tuple([row[n] if change is None else change(row[n]) for n, change in values])
            for row in rows
        ]
    else:
        parameters = [
            {n: row[n] if change is None else change(row[n]) for n, change in values}
            for row in rows
        ]
    connection.exec_driver_sql(text, parameters)


def _prepare(dialect: Dialect, table: Table, statement: Insert, columns: Sequence[str]) -> _Made:
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    positional = compiled.positiontup is not None
    order = list(compiled.positiontup or columns)
    return (
        str(compiled),
        [(name, _change_of(dialect, table, name)) for name in order],
        positional,
    )


def _change_of(dialect: Dialect, table: Table, name: str) -> Callable[[Any], Any] | None:
    """What the column's type does to a value on its way into the database, if anything."""
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
