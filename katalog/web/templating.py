"""Jinja with escaping always on, undefined names refused, and German formats."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from katalog.web import formats

TEMPLATES = Path(__file__).parent / "templates"


class Templates:
    """A thin shell, so that the rest of `web` knows nothing of Jinja."""

    def __init__(self, reload: bool = False) -> None:
        self._environment = _environment(reload)

    def render(self, name: str, values: dict[str, Any]) -> str:
        return self._environment.get_template(name).render(values)


@cache
def _environment(reload: bool) -> Environment:
    """One for all portals of a process: translating a template takes as long as rendering pages."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=reload,
    )
    environment.filters.update(formats.FILTERS)
    return environment
