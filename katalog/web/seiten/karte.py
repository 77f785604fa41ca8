"""The map: who has a solution, and how much there is, with the same numbers as a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response

from katalog.ausgabe.export import MEDIA_TYPES, parse_format
from katalog.domain.begriffe import Ausgabeformat
from katalog.domain.errors import NichtGefunden, UngueltigeEingabe
from katalog.domain.gebietsnetz import KARTENEBENEN
from katalog.domain.kartenbild import Wert
from katalog.http.packing import read_offers
from katalog.web.errors import error_response
from katalog.web.exports import wants_file
from katalog.web.map_page import LEVELS, NAMES, Karte, map_page, open_map
from katalog.web.page import Download, Page, View, page, readable
from katalog.web.portal import Portal
from katalog.web.response import Finished, finish
from map.ebenen import MEDIA_TYPE, read_ebene
from map.geojson import to_geometrie
from map.geometrie import load_topologie, umriss

_ONE_YEAR = "public, max-age=31536000, immutable"


@page("/karte")
def show_map(view: View) -> Page | Download:
    if wants_file(view.address):
        return _download(view)
    return map_page(view, "seiten/karte.html")


@page("/embed/karte")
def show_framed_map(view: View) -> Page:
    """The only page that others may show inside theirs; it neither reads nor sets anything."""
    rahmen = view.portal.settings.rahmen
    return map_page(view, "seiten/karte_im_rahmen.html", ancestors=rahmen)


# To take along ────────────────────────────────────────────────────────────────────────────────


def _download(view: View) -> Download:
    """The list beside it gives everything else; only a map knows the shape of areas."""
    if parse_format(view.address.text("format")) is not Ausgabeformat.GEOJSON:
        raise UngueltigeEingabe(
            "format",
            view.address.text("format"),
            "Die Karte gibt es als GeoJSON. Andere Dateien gibt es bei der Liste.",
        )
    karte = open_map(view)
    name = f"karte-{karte.ebene}-{karte.frage.tag.isoformat()}.geojson"
    return Download(name, MEDIA_TYPES[Ausgabeformat.GEOJSON], _geojson(view, karte))


def _geojson(view: View, karte: Karte) -> Iterator[bytes]:
    """Areas of which something is said. One without an outline comes along without a shape."""
    ordner = karte.fassung.ordner
    known = load_topologie(karte.ebene, ordner).flaechen
    head = {
        "stand": karte.frage.tag,
        "quelle": view.portal.settings.basis_url.rstrip("/") + str(view.address.without("format")),
        "umrisse": f"{karte.fassung.vermerk}, Gebietsstand {karte.fassung.stand:%d.%m.%Y}",
    }
    yield b'{"type":"FeatureCollection",' + msgspec.json.encode(head)[1:-1] + b',"features":['
    for number, (key, wert) in enumerate(karte.bild.werte.items()):
        shape = to_geometrie(umriss(karte.ebene, key, ordner)) if key in known else None
        feature = {"type": "Feature", "id": key, "properties": _describe(wert), "geometry": shape}
        yield (b"," if number else b"") + b"\n" + msgspec.json.encode(feature)
    yield b"\n]}\n"


def _describe(wert: Wert) -> dict[str, Any]:
    return {
        "name": wert.flaeche.name,
        "ars": wert.flaeche.ars,
        "status": str(wert.status),
        "onlinedienste": wert.anzahl,
        "mit": wert.mit,
        "von": wert.von,
        "einwohner_mit": wert.einwohner_mit,
        "einwohner_von": wert.einwohner_von,
    }


# For the browser ──────────────────────────────────────────────────────────────────────────────


@readable(LEVELS + "/{ebene:str}/{datei:str}", in_thread=True)
def level_file(request: Request[Any, Any, Any]) -> Response[bytes]:
    portal: Portal = request.app.state.portal
    ebene, name = request.path_params["ebene"], request.path_params["datei"]
    accepted = read_offers(request.headers.get("accept-encoding", ""))
    found = read_ebene(Path(portal.settings.umrisse), ebene, name, accepted)
    if found is None:
        return error_response(request, portal, NichtGefunden("Die Ebene der Karte", name))
    headers = {"cache-control": _ONE_YEAR, "vary": "Accept-Encoding"}
    if found.encoding:
        headers["content-encoding"] = found.encoding
    return Response(found.body, media_type=MEDIA_TYPE, headers=headers)


@readable(NAMES + "/{datei:str}", in_thread=True)
def level_names(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the areas of a level are called: outlines have keys only."""
    portal: Portal = request.app.state.portal
    name = request.path_params["datei"]
    levels = {f"{ebene}.json": ebene for ebene in KARTENEBENEN}
    if name not in levels:
        return error_response(request, portal, NichtGefunden("Die Ebene der Karte", name))
    state, key = portal.kept.state(), (NAMES, name)
    made = portal.kept.get(state, key)
    if made is None:
        areas = portal.atlas.netz().ebenen[levels[name]].values()
        made = Finished(msgspec.json.encode({area.id: area.name for area in areas}))
        portal.kept.put(state, key, made)
    return finish(request, made, media_type=MEDIA_TYPE)


PAGES = [show_map, show_framed_map, level_file, level_names]
