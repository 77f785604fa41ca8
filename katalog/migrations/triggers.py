"""What the database itself sees to, on both kinds: rows that stay as they are, changes noted."""

from __future__ import annotations

from collections.abc import Mapping

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


def note_changes(table: str, parts: Mapping[str, str]) -> None:
    """Each change of a row is a row in `indexauftrag`, written by the same transaction.

    `parts` says what the row is part of, and in which of its columns that stands. As a trigger
    it sees bulk statements as well, and nobody who writes can forget it. A migration that
    rebuilds the table on SQLite has to call this again.
    """

    def insert(row: str) -> str:
        return " ".join(
            "INSERT INTO indexauftrag (gegenstand, gegenstand_id) "
            f"SELECT '{kind}', {row}.{column} WHERE {row}.{column} IS NOT NULL;"
            for kind, column in parts.items()
        )

    if op.get_bind().dialect.name == "sqlite":
        for event, rows in _ROWS.items():
            inserts = " ".join(insert(row) for row in rows)
            op.execute(
                f"CREATE TRIGGER {table}_{event.lower()}_vorgemerkt AFTER {event} ON {table} "
                f"BEGIN {inserts} END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_vorgemerkt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'DELETE' THEN {insert('NEW')} END IF; "
        f"IF TG_OP <> 'INSERT' THEN {insert('OLD')} END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_vorgemerkt AFTER INSERT OR UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_vorgemerkt()"
    )


# A row that moved from one thing to another changed both.
_ROWS = {"INSERT": ("NEW",), "UPDATE": ("NEW", "OLD"), "DELETE": ("OLD",)}


def stop_noting(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in _ROWS:
            op.execute(f"DROP TRIGGER {table}_{event.lower()}_vorgemerkt")
        return
    op.execute(f"DROP TRIGGER {table}_vorgemerkt ON {table}")
    op.execute(f"DROP FUNCTION {table}_vorgemerkt()")
