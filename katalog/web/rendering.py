"""A page's values and the frame around them become bytes."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Request

from katalog.domain.rollen import Rolle
from katalog.web.address import Address
from katalog.web.language import translate
from katalog.web.offers import offer_files
from katalog.web.portal import Portal
from katalog.web.preferences import read_preferences
from katalog.web.viewer import INVOLVED, OPERATORS, recognised


def render(
    request: Request[Any, Any, Any], portal: Portal, template: str, values: dict[str, Any]
) -> bytes:
    preferences = read_preferences(request.cookies)
    path, query = request.url.path, request.url.query
    frame = {
        "t": partial(translate, language=preferences.language),
        "language": preferences.language,
        "theme": preferences.theme,
        "asset": portal.assets.url,
        "offer_files": offer_files,
        "betreiber": portal.settings.betreiber,
        "konto": (konto := recognised(request)),
        "betrieb": konto is not None and konto.betrachter.has(*OPERATORS),
        "nachnutzt": konto is not None and konto.betrachter.has(*INVOLVED),
        "koordiniert": konto is not None and konto.betrachter.has(Rolle.KOORDINIERUNG),
        "offiziell": portal.settings.offiziell_text if portal.settings.offiziell else "",
        "today": portal.settings.today(),
        "here": str(Address(path)) + (f"?{query}" if query else ""),
        "section": path.strip("/").split("/", 1)[0],
    }
    return portal.templates.render(template, frame | values).encode()
