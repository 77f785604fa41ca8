"""What lives as long as the process; built once by `app.create_app`."""

from __future__ import annotations

from dataclasses import dataclass

from katalog.atlas import Atlas
from katalog.db import Engine
from katalog.discovery import Suche
from katalog.indexing import Index
from katalog.settings import Settings, Suchmaschine
from katalog.web.assets import Assets
from katalog.web.kept import KeptPages
from katalog.web.templating import Templates


@dataclass(frozen=True, slots=True)
class Portal:
    settings: Settings
    engine: Engine
    suche: Suche
    atlas: Atlas
    kept: KeptPages
    assets: Assets
    templates: Templates


def open_index(settings: Settings) -> Index:
    """The search index of these settings; nothing is asked of it yet. Imported only when used."""
    if settings.suche is Suchmaschine.MEILISEARCH:
        from search.meili import open_engine

        name = settings.suchindex or "katalog"
        engine = open_engine(settings.meili_url, settings.meili_key, name)
        return Index(f"meilisearch {name}", engine)
    from search.embedded import EmbeddedEngine

    return Index(f"eingebettet {settings.index_folder}", EmbeddedEngine(settings.index_folder))
