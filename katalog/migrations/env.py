"""Run by Alembic: with the connection it was handed, or for a developer with the settings'."""

from __future__ import annotations

import os
from typing import Any

from alembic import context
from sqlalchemy import Connection

from katalog.db import migrating, open_engine
from katalog.migrations.rendering import render_item
from katalog.models import metadata
from katalog.settings import load_settings


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
        transactional_ddl=False,  # The caller's transaction holds the whole migration.
    )
    context.run_migrations()


given: Any = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with migrating(open_engine(load_settings(os.environ).db)) as own:
        run(own)
