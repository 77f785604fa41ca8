"""What lives as long as the process; built once by `app.create_app`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from katalog.atlas import Atlas
from katalog.db import Engine
from katalog.discovery import Suche
from katalog.indexing import Index
from katalog.settings import Settings, Suchmaschine
from katalog.web.assets import Assets
from katalog.web.kept import KeptPages
from katalog.web.templating import Templates

if TYPE_CHECKING:
    from katalog.oidc.provider import Provider


@dataclass(frozen=True, slots=True)
class Portal:
    settings: Settings
    engine: Engine
    suche: Suche
    atlas: Atlas
    kept: KeptPages
    assets: Assets
    templates: Templates
    # None where people sign in by mail only.
    anmeldedienst: Provider | None


def open_provider(settings: Settings) -> Provider | None:
    """Nothing is asked of it yet."""
    if not settings.oidc_aussteller:
        return None
    from katalog.oidc.provider import Provider

    return Provider(settings.oidc_aussteller, settings.oidc_klient, settings.oidc_geheimnis)


def open_index(settings: Settings) -> Index:
    """The search index of these settings; nothing is asked of it yet. Imported only when used."""
    if settings.suche is Suchmaschine.MEILISEARCH:
        from search.meili import open_engine

        name = settings.suchindex or "katalog"
        engine = open_engine(settings.meili_url, settings.meili_key, name)
        return Index(f"meilisearch {name}", engine)
    from search.embedded import EmbeddedEngine

    return Index(f"eingebettet {settings.index_folder}", EmbeddedEngine(settings.index_folder))
