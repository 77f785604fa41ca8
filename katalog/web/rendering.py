"""Templates: Jinja with escaping always on, undefined names refused, and German formats."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request

from katalog.web import formats
from katalog.web.address import Address
from katalog.web.language import translate
from katalog.web.preferences import read_preferences

if TYPE_CHECKING:
    from katalog.web.portal import Portal

TEMPLATES = Path(__file__).parent / "templates"


class Templates:
    """A thin shell, so that the rest of `web` knows nothing of Jinja."""

    def __init__(self, reload: bool = False) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=reload,
            extensions=["jinja2.ext.do"],
        )
        self._environment.filters.update(formats.FILTERS)
        self._environment.tests.update(formats.TESTS)

    def render(self, name: str, values: dict[str, Any]) -> str:
        return self._environment.get_template(name).render(values)

    def names(self) -> list[str]:
        return self._environment.list_templates()


def render(
    request: Request[Any, Any, Any], portal: Portal, template: str, values: dict[str, Any]
) -> bytes:
    preferences = read_preferences(request.cookies)
    query = request.url.query
    frame = {
        "t": partial(translate, language=preferences.language),
        "language": preferences.language,
        "theme": preferences.theme,
        "asset": portal.assets.url,
        "betreiber": portal.settings.betreiber,
        "offiziell": portal.settings.offiziell_text if portal.settings.offiziell else "",
        "today": portal.settings.today(),
        "here": str(Address(request.url.path)) + (f"?{query}" if query else ""),
        "section": _section(request.url.path),
    }
    return portal.templates.render(template, frame | values).encode()


def _section(path: str) -> str:
    return path.strip("/").split("/", 1)[0]
