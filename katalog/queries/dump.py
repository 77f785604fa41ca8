"""All rows of all tables as JSON values, and back."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    Connection,
    LargeBinary,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import Date, TypeEngine
from sqlmodel import Session

from katalog.models import metadata
from katalog.models.grundlage import Zeitpunkt

OF_THE_INDEX = {"indexauftrag", "indexstand"}
_CHUNK = 1000
# Enough of a stream to keep memory flat with a million rows.
_FETCH = 5000


def table_names() -> list[str]:
    """In the order in which rows can be written without a missing reference.

    Without those that only say how far the search index is: it is built anew.
    """
    return [table.name for table in metadata.sorted_tables if table.name not in OF_THE_INDEX]


def read_rows(session: Session, name: str) -> Iterator[dict[str, Any]]:
    table = metadata.tables[name]
    order = [*table.primary_key.columns]
    statement = select(table).order_by(*order).execution_options(yield_per=_FETCH)
    for row in session.execute(statement).mappings():
        yield {column: _to_json(value) for column, value in row.items()}


def write_rows(connection: Connection, name: str, rows: Iterable[dict[str, Any]]) -> None:
    """References inside one table are set last, when every row is there.

    Rows that the table refuses are a ValueError, like values that cannot be read.
    """
    try:
        _write_rows(connection, metadata.tables[name], rows)
    except SQLAlchemyError as error:
        raise ValueError(f"Zeilen der Tabelle {name} passen nicht: {error}") from error


def _write_rows(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    kinds = {column.name: column.type for column in table.columns}
    inward = {key.parent.name for key in table.foreign_keys if key.column.table.name == table.name}
    later: list[dict[str, Any]] = []
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        values = [
            {column: _from_json(value, kinds[column]) for column, value in row.items()}
            for row in chunk
        ]
        for row in values if inward else ():
            held = {column: row[column] for column in inward if row[column] is not None}
            if held:
                later.append({"row_id": row["id"]} | held)
                row.update(dict.fromkeys(held))
        connection.execute(insert(table), values)
    for row in later:
        number = row.pop("row_id")
        connection.execute(update(table).where(table.c.id == number).values(row))


def has_rows(connection: Connection) -> bool:
    present = set(inspect(connection).get_table_names())
    return any(
        connection.execute(select(1).select_from(table).limit(1)).first() is not None
        for table in metadata.sorted_tables
        if table.name in present
    )


def continue_numbering(connection: Connection) -> None:
    """PostgreSQL counts on from where its sequence stands, not from the highest id."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        if "id" in table.c:
            highest = connection.execute(select(func.max(table.c.id))).scalar()
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :next, false)"),
                {"table": table.name, "next": (highest or 0) + 1},
            )


def _to_json(value: Any) -> Any:
    match value:
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case datetime() | date():
            return value.isoformat()
        case _:
            return value


def _from_json(value: Any, kind: TypeEngine[Any]) -> Any:
    if value is None:
        return None
    match kind:
        case LargeBinary():
            return base64.b64decode(value)
        case Zeitpunkt():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
        case _:
            return value
