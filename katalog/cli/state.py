"""Does the database have the tables this program expects? Asked before most commands."""

from __future__ import annotations

from katalog import migrations
from katalog.db import Engine, reading
from katalog.domain.errors import KatalogFehler


def revision_of(engine: Engine) -> str | None:
    # Only looked at, so that a long import in another process holds nobody up.
    with reading(engine) as session:
        return migrations.current_revision(session.connection())


def require_current(engine: Engine) -> None:
    if revision_of(engine) != migrations.newest_revision():
        raise KatalogFehler(
            "Die Tabellen der Datenbank passen nicht zu diesem Programm. "
            "Führen Sie zuerst `katalog migrate` aus."
        )
