"""Writing many rows by their natural key: insert what is new, change what differs, touch no more.

Existing rows are read and compared here instead of in an ON CONFLICT clause: an import has to
say what would change before it changes it, an unchanged row must keep its version and date, and
both databases then run the same statements.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Table, and_, bindparam, delete, func, select, update
from sqlmodel import Session, SQLModel

from katalog.models.grundlage import now
from katalog.queries.bulk import insert_many
from katalog.queries.chunks import chunks

_LARGEST_INTEGER = 2**31 - 1
# Neither database stores half of a surrogate pair, PostgreSQL no NUL.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Row = dict[str, Any]
Content: TypeAlias = tuple[Any, ...]
Model: TypeAlias = type[SQLModel]


@dataclass(slots=True)
class Changes:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def __iadd__(self, other: Changes) -> Changes:
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.removed += other.removed
        return self


def upsert(
    session: Session, model: Model, rows: Sequence[Row], key: Sequence[str]
) -> tuple[list[int], Changes]:
    """Ids in the order of `rows`, and what happened.

    A column that a row does not carry is left as it is. Of several rows with one key the last
    one counts: taking each in turn would change the row back and forth with every import.
    """
    identities = [_content(row, key) for row in rows]
    alike: dict[frozenset[str], dict[Content, Row]] = defaultdict(dict)
    for identity, row in dict(zip(identities, rows, strict=True)).items():
        alike[frozenset(row)][identity] = row
    ids: dict[Content, int] = {}
    changes = Changes()
    for wanted in alike.values():
        changes += _upsert_alike(session, model, wanted, key, ids)
    return [ids[identity] for identity in identities], changes


def _upsert_alike(
    session: Session,
    model: Model,
    wanted: dict[Content, Row],
    key: Sequence[str],
    ids: dict[Content, int],
) -> Changes:
    """Rows of the same columns; the ids are added to `ids`."""
    table = _table(model)
    known = _existing(session, table, list(wanted.values()), key)
    fresh: dict[Content, Row] = {}
    differing: list[Row] = []
    changes = Changes()
    for identity, row in wanted.items():
        found = known.get(identity)
        if found is None:
            fresh[identity] = row
        elif any(found[column] != value for column, value in row.items()):
            differing.append(row | {"_id": found["id"]})
        else:
            changes.unchanged += 1
    ids |= {identity: found["id"] for identity, found in known.items()}
    ids |= dict(zip(fresh, insert_rows(session, model, list(fresh.values())), strict=True))
    update_rows(session, model, differing)
    changes.new, changes.changed = len(fresh), len(differing)
    return changes


def replace_children(
    session: Session,
    model: Model,
    owner: str,
    wanted: dict[int, list[Row]],
    only: dict[str, Any] | None = None,
) -> Changes:
    """Make the rows belonging to each owner exactly the wanted ones; what is named twice is one.

    `only` narrows what is compared and removed, where an owner has rows of several kinds.
    """
    table = _table(model)
    changes = Changes()
    for owners in chunks(list(wanted)):
        existing: dict[int, list[Row]] = defaultdict(list)
        statement = select(table).where(table.c[owner].in_(owners))
        for column, value in (only or {}).items():
            statement = statement.where(table.c[column] == value)
        for found in session.execute(statement).mappings():
            existing[found[owner]].append(dict(found))
        surplus: list[Row] = []
        missing: list[Row] = []
        for owner_id in owners:
            rows = {
                _content(row, row): {owner: owner_id, **(only or {}), **row}
                for row in wanted[owner_id]
            }
            if owner_id not in existing:
                missing += rows.values()
                continue
            columns = next(iter(wanted[owner_id]), {})
            present: dict[Content, Row] = {}
            for row in existing[owner_id]:
                content = _content(row, columns)
                if content in rows and content not in present:
                    present[content] = row
                else:
                    surplus.append(row)
            missing += [row for content, row in rows.items() if content not in present]
            changes.unchanged += len(present)
        # Before what is missing, which may take the place of a removed row.
        for row in surplus:
            primary = and_(*(column == row[column.name] for column in table.primary_key))
            session.execute(delete(table).where(primary))
        if missing:
            insert_many(session, table, _complete(model, missing))
        changes.removed += len(surplus)
        changes.new += len(missing)
    return changes


def fitted(model: Model, row: Row) -> Row:
    """The row as its columns can hold it, or a ValueError that says why they cannot.

    Asked beforehand: PostgreSQL would refuse the whole batch, SQLite would store it unseen.
    """
    lengths = _lengths(model)
    for name, value in row.items():
        if isinstance(value, str):
            longest = lengths[name]
            if longest is not None and len(value) > longest:
                if name != "sortier":
                    raise ValueError(f"{name} hat {len(value)} Zeichen, möglich sind {longest}")
                # A sort key may be longer than its name; its beginning sorts as well.
                row = row | {name: value[:longest]}
            if not value.isascii() or "\x00" in value:
                _check_storable(name, value)
        elif isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
            raise ValueError(f"{name} ist zu groß: {value}")
    return row


def _check_storable(name: str, value: str) -> None:
    if _UNSTORABLE.search(value):
        raise ValueError(f"{name} enthält Zeichen, die in keinen Text gehören")


@cache
def _lengths(model: Model) -> dict[str, int | None]:
    return {column.name: getattr(column.type, "length", None) for column in _table(model).columns}


def _content(row: Row, columns: Iterable[str]) -> Content:
    """Comparable whether a vocabulary is given as member or as text: their hashes differ."""
    values = (row[column] for column in columns)
    return tuple(str(value) if isinstance(value, str) else value for value in values)


def _existing(
    session: Session, table: Table, rows: Sequence[Row], key: Sequence[str]
) -> dict[Content, Row]:
    if not rows:
        return {}
    columns = [table.c["id"], *(table.c[name] for name in rows[0])]
    found: dict[Content, Row] = {}
    for values in chunks(sorted({row[key[0]] for row in rows})):
        for row in session.execute(select(*columns).where(table.c[key[0]].in_(values))).mappings():
            found[_content(dict(row), key)] = dict(row)
    return found


def _complete(model: Model, rows: Sequence[Row]) -> list[Row]:
    """A statement on the table knows nothing of the model's defaults: add them."""
    if not rows:
        return []
    missing = {
        name: field.get_default(call_default_factory=True, validated_data={})
        for name, field in model.model_fields.items()
        if name not in rows[0] and name != "id" and not field.is_required()
    }
    return [missing | row for row in rows]


def insert_rows(session: Session, model: Model, rows: list[Row]) -> list[int]:
    """The numbers of the new rows, in their order.

    They are asked for beforehand: to get each back from its own insert costs more than the insert.
    """
    if not rows:
        return []
    table = _table(model)
    numbers = _next_numbers(session, table, len(rows))
    complete = _complete(model, rows)
    for row, number in zip(complete, numbers, strict=True):
        row["id"] = number
    insert_many(session, table, complete)
    return numbers


def _next_numbers(session: Session, table: Table, count: int) -> list[int]:
    if session.connection().dialect.name == "sqlite":
        # Nobody else writes until this transaction ends.
        highest = session.execute(select(func.max(table.c["id"]))).scalar() or 0
        return list(range(highest + 1, highest + 1 + count))
    sequence = func.pg_get_serial_sequence(table.name, "id")
    series = func.generate_series(1, count).table_valued()
    return sorted(session.scalars(select(func.nextval(sequence)).select_from(series)))


def update_rows(session: Session, model: Model, rows: list[Row]) -> None:
    """Rows of the same columns, each with its number as `_id`."""
    if not rows:
        return
    table = _table(model)
    values: dict[str, Any] = {name: bindparam(f"_{name}") for name in rows[0] if name != "_id"}
    if "version" in table.c:
        values["version"] = table.c["version"] + 1
    if "geaendert_am" in table.c:
        values["geaendert_am"] = now()
    parameters = [
        {("_id" if name == "_id" else f"_{name}"): value for name, value in row.items()}
        for row in rows
    ]
    session.connection().execute(
        update(table).where(table.c["id"] == bindparam("_id")).values(values), parameters
    )


def _table(model: Model) -> Table:
    table = getattr(model, "__table__")  # noqa: B009 — declared on table models only
    assert isinstance(table, Table)
    return table
