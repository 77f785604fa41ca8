"""Rows that may only ever be added: the database itself refuses the rest, on both kinds."""

from __future__ import annotations

from alembic import op


def refuse(table: str, event: str, message: str, when: str = "") -> None:
    """`event` is UPDATE or DELETE; `when` narrows it, in SQL that both databases read."""
    name = f"{table}_{event.lower()}_verboten"
    condition = f"WHEN ({when})" if when else ""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {condition} "
        f"EXECUTE FUNCTION {name}()"
    )


def allow(table: str, event: str) -> None:
    name = f"{table}_{event.lower()}_verboten"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}()")
