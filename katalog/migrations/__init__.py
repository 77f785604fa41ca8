"""The history of the schema: the same steps on SQLite and PostgreSQL.

`upgrade` and `downgrade` run in one transaction each; new steps are written with
`uv run alembic revision --autogenerate -m "…"` and then read by a person. Alembic is imported
only where a step runs: asking for the revision is part of every start.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from katalog.db import Engine, migrating
from katalog.domain.errors import Konflikt

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent


def upgrade(engine: Engine, revision: str = "head") -> None:
    from alembic import command

    with migrating(engine) as connection:
        _refuse_unknown(connection)
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    from alembic import command

    with migrating(engine) as connection:
        command.downgrade(_config(connection), revision)


def rebuild(connection: Connection, revision: str) -> None:
    """Empty tables of that revision, inside a transaction that is under way."""
    from alembic import command

    _refuse_unknown(connection)
    if current_revision(connection) is not None:
        _empty(connection)
        command.downgrade(_config(connection), "base")
    command.upgrade(_config(connection), revision)


def _empty(connection: Connection) -> None:
    """SQLite changes a table by making it anew, and refuses that while rows point to the old one.

    Tables whose rows nobody may delete stay full, and go as they are.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        kept = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(%'"
        guarded = {*connection.exec_driver_sql(kept).scalars()}
        for table in set(inspect(connection).get_table_names()) - guarded - {"alembic_version"}:
            connection.exec_driver_sql(f'DELETE FROM "{table}"')  # noqa: S608 - own names


def _refuse_unknown(connection: Connection) -> None:
    """After a step back to an older program nothing here knows how to take its tables apart."""
    revision = current_revision(connection)
    if revision is not None and revision not in revisions():
        raise Konflikt(
            f"Die Datenbank hat den Stand {revision}, den dieses Programm nicht kennt. Sie gehört "
            "zu einer neueren Fassung: Aktualisieren Sie das Programm."
        )


def current_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def revisions() -> list[str]:
    """From the first step to the newest: files are named by their number, and steps by files."""
    return sorted(path.stem for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def newest_revision() -> str:
    return revisions()[-1]


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config
