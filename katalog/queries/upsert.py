"""Writing many rows by their natural key: insert what is new, change what differs, touch no more.

Existing rows are read and compared here instead of in an ON CONFLICT clause: an import has to
say what would change before it changes it, an unchanged row must keep its version and date, and
both databases then run the same statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Table, and_, bindparam, delete, insert, select, update
from sqlmodel import Session, SQLModel

from katalog.models.grundlage import now

# Below the limit of bound parameters of either database.
_CHUNK = 500

T = TypeVar("T")
Row = dict[str, Any]
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
    """Ids in the order of `rows`, and what happened. All rows carry the same columns."""
    table = _table(model)
    known = _existing(session, table, rows, key)
    ids: list[int | None] = []
    fresh: dict[tuple[Any, ...], Row] = {}
    differing: list[Row] = []
    changes = Changes()
    for row in rows:
        identity = tuple(row[column] for column in key)
        found = known.get(identity)
        ids.append(found["id"] if found else None)
        if found is None:
            fresh[identity] = row
        elif any(found[column] != value for column, value in row.items()):
            differing.append(row | {"_id": found["id"]})
        else:
            changes.unchanged += 1
    created = _insert(session, model, list(fresh.values()))
    created_ids = dict(zip(fresh, created, strict=True))
    _update(session, table, differing)
    changes.new, changes.changed = len(fresh), len(differing)
    return [
        found if found is not None else created_ids[tuple(row[column] for column in key)]
        for found, row in zip(ids, rows, strict=True)
    ], changes


def replace_children(
    session: Session,
    model: Model,
    owner: str,
    wanted: dict[int, list[Row]],
    only: dict[str, Any] | None = None,
) -> Changes:
    """Make the rows belonging to each owner exactly the wanted ones.

    `only` narrows what is compared and removed, where an owner has rows of several kinds.
    """
    table = _table(model)
    changes = Changes()
    for owners in _chunks(list(wanted)):
        existing: dict[int, list[Row]] = defaultdict(list)
        statement = select(table).where(table.c[owner].in_(owners))
        for column, value in (only or {}).items():
            statement = statement.where(table.c[column] == value)
        for found in session.execute(statement).mappings():
            existing[found[owner]].append(dict(found))
        surplus: list[Row] = []
        missing: list[Row] = []
        for owner_id in owners:
            rows = [{owner: owner_id, **(only or {}), **row} for row in wanted[owner_id]]
            for row in rows:
                twin = next((e for e in existing[owner_id] if row.items() <= e.items()), None)
                if twin is None:
                    missing.append(row)
                else:
                    existing[owner_id].remove(twin)
                    changes.unchanged += 1
            surplus += existing[owner_id]
        for row in surplus:
            primary = and_(*(column == row[column.name] for column in table.primary_key))
            session.execute(delete(table).where(primary))
        if missing:
            session.execute(insert(table), _complete(model, missing))
        changes.removed += len(surplus)
        changes.new += len(missing)
    return changes


def _existing(
    session: Session, table: Table, rows: Sequence[Row], key: Sequence[str]
) -> dict[tuple[Any, ...], Row]:
    if not rows:
        return {}
    columns = [table.c["id"], *(table.c[name] for name in rows[0])]
    found: dict[tuple[Any, ...], Row] = {}
    for values in _chunks(sorted({row[key[0]] for row in rows})):
        for row in session.execute(select(*columns).where(table.c[key[0]].in_(values))).mappings():
            found[tuple(row[column] for column in key)] = dict(row)
    return found


def _complete(model: Model, rows: Sequence[Row]) -> list[Row]:
    """A statement on the table knows nothing of the model's defaults: add them."""
    missing = {
        name: field
        for name, field in model.model_fields.items()
        if rows and name not in rows[0] and name != "id" and not field.is_required()
    }
    return [
        row
        | {
            name: field.get_default(call_default_factory=True, validated_data={})
            for name, field in missing.items()
        }
        for row in rows
    ]


def _insert(session: Session, model: Model, rows: list[Row]) -> list[int]:
    table = _table(model)
    ids: list[int] = []
    for chunk in _chunks(_complete(model, rows)):
        statement = insert(table).returning(table.c["id"], sort_by_parameter_order=True)
        ids += session.execute(statement, chunk).scalars()
    return ids


def _update(session: Session, table: Table, rows: list[Row]) -> None:
    if not rows:
        return
    values: dict[str, Any] = {name: bindparam(f"_{name}") for name in rows[0] if name != "_id"}
    if "version" in table.c:
        values |= {"version": table.c["version"] + 1, "geaendert_am": now()}
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


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
