"""A thin shell around folium: it starts Leaflet with our own files and nothing else.

Left to itself folium loads scripts of four foreign hosts, writes tiles of OpenStreetMap and a whole
page around it, and puts all outlines into the HTML. Here it writes one element and one script,
into a page that is not its own; what is drawn there, `static/js/karte.js` fetches.

Importing folium takes half a second: whoever needs a map imports this module when it is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import Figure, MacroElement
from folium.template import Template

ELEMENT = "karte"
_MITTE, _ZOOM, _KLEINSTER_ZOOM, _GROESSTER_ZOOM = (51.2, 10.4), 6, 5, 13


@dataclass(frozen=True, slots=True)
class Kartenteile:
    """`html` stands where the map is to be, `skript` belongs into a script with a nonce."""

    html: str
    skript: str


class _Karte(folium.Map):
    # Own files only; the page that the parts go into names them.
    default_js = []  # noqa: RUF012 - an instance variable to folium's types
    default_css = []  # noqa: RUF012

    def get_name(self) -> str:
        """Always the same, for styles, scripts and tests."""
        return ELEMENT


class _Flaechen(MacroElement):
    """Hands over to our own script. As JSON no text can end the script or become code."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "katalogKarte.zeigen({{ this._parent.get_name() }}, {{ this.optionen|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, optionen: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Flaechen"
        self.optionen = dict(optionen)


def render(optionen: Mapping[str, Any], kacheln: str = "", nachweis: str = "") -> Kartenteile:
    """`optionen` are what `katalogKarte.zeigen` takes; `kacheln` the address of tiles, if any."""
    karte = _Karte(
        location=_MITTE,
        zoom_start=_ZOOM,
        tiles=None,
        prefer_canvas=True,
        # Both get German words from the script.
        zoom_control=False,
        attribution_control=False,
    )
    # folium hands these to tiles only, and without tiles Leaflet would zoom without end.
    karte.options |= {"min_zoom": _KLEINSTER_ZOOM, "max_zoom": _GROESSTER_ZOOM}
    if kacheln:
        folium.TileLayer(tiles=kacheln, attr=nachweis).add_to(karte)
    _Flaechen(optionen).add_to(karte)
    figure = karte.get_root()
    assert isinstance(figure, Figure)
    figure.render()
    return Kartenteile(figure.html.render(), figure.script.render())
