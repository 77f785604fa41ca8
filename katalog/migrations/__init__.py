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

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent


def upgrade(engine: Engine, revision: str = "head") -> None:
    from alembic import command

    with migrating(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    from alembic import command

    with migrating(engine) as connection:
        command.downgrade(_config(connection), revision)


def rebuild(connection: Connection, revision: str) -> None:
    """Empty tables of that revision, inside a transaction that is under way."""
    from alembic import command

    if current_revision(connection) is not None:
        command.downgrade(_config(connection), "base")
    command.upgrade(_config(connection), revision)


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
