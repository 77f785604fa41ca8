"""Many rows with one statement, past most of what SQLAlchemy does for each row.

An ordinary executemany works every row out anew, name by name and type by type; with a hundred
thousand rows that takes longer than the database. Here the statement and what each type does to
its values are found once. PostgreSQL takes new rows as a stream (COPY), which it likes best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Insert, Table, insert
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

Change = Callable[[Any], Any] | None


class _Made(NamedTuple):
    text: str
    values: list[tuple[str, Change]]
    positional: bool


_made: dict[tuple[str, str, tuple[str, ...]], _Made] = {}


def insert_many(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """All rows have the same columns."""
    if rows and session.connection().dialect.name == "postgresql":
        _copy(session, table, rows)
    else:
        execute_many(session, f"insert {table.name}", table, lambda: insert(table), rows)


def _copy(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    connection = session.connection()
    dialect = connection.dialect
    columns = tuple(rows[0])
    key = (dialect.name, f"copy {table.name}", columns)
    if key not in _made:
        quote = dialect.identifier_preparer.quote
        text = f"COPY {quote(table.name)} ({', '.join(map(quote, columns))}) FROM STDIN"
        _made[key] = _Made(text, [(n, _change_of(dialect, table, n)) for n in columns], True)
    made = _made[key]
    driver: Any = connection.connection
    driver_error = dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(made.text) as copy:
            for values in _in_order(made, rows):
                copy.write_row(values)
    except driver_error as error:
        # The driver was asked past SQLAlchemy, whose errors everybody else knows.
        raise DBAPIError.instance(
            made.text, None, error, driver_error, hide_parameters=True, dialect=dialect
        ) from error


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
    made = _made[key]
    parameters: list[Any] = _in_order(made, rows)
    if not made.positional:
        names = [name for name, _ in made.values]
        parameters = [dict(zip(names, values, strict=True)) for values in parameters]
    connection.exec_driver_sql(made.text, parameters)


def _in_order(made: _Made, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        tuple([row[n] if change is None else change(row[n]) for n, change in made.values])
        for row in rows
    ]


def _prepare(dialect: Dialect, table: Table, statement: Insert, columns: Sequence[str]) -> _Made:
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    positional = compiled.positiontup is not None
    order = list(compiled.positiontup or columns)
    return _Made(
        str(compiled),
        [(name, _change_of(dialect, table, name)) for name in order],
        positional,
    )


def _change_of(dialect: Dialect, table: Table, name: str) -> Change:
    """What the column's type does to a value on its way into the database, if anything."""
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
