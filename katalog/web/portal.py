"""What lives as long as the process; built once by `app.create_app`."""

from __future__ import annotations

from dataclasses import dataclass

from katalog.db import Engine
from katalog.settings import Settings
from katalog.web.assets import Assets
from katalog.web.templating import Templates


@dataclass(frozen=True, slots=True)
class Portal:
    settings: Settings
    engine: Engine
    assets: Assets
    templates: Templates
