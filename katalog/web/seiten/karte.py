"""The map: who has a solution, and how much there is, with the same numbers as a table."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response

from katalog.domain.begriffe import Gebietsebene
from katalog.domain.errors import NichtGefunden
from katalog.domain.gebietsnetz import KARTENEBENEN
from katalog.domain.kartenbild import Kartenbild, Wert
from katalog.domain.sortierung import sort_key
from katalog.http.packing import read_offers
from katalog.queries.paging import PAGE_SIZE, Seite
from katalog.web.errors import error_response
from katalog.web.lists import check_page
from katalog.web.maps import (
    choose_ebene,
    list_address,
    read_ebene,
    read_frage,
    status_address,
)
from katalog.web.page import Page, View, page, readable
from katalog.web.portal import Portal
from katalog.web.response import Finished, finish
from katalog.web.security import content_security_policy
from map.ebenen import MEDIA_TYPE, ausschnitt, quellen
from map.ebenen import read_ebene as read_level
from map.fassungen import find_fassung

_LEVELS = "/karte/ebenen"
_NAMES = "/karte/namen"
_ONE_YEAR = "public, max-age=31536000, immutable"


@page("/karte")
def show_map(view: View) -> Page:
    return _map(view, "seiten/karte.html", ancestors=("'none'",))


def _map(view: View, template: str, ancestors: Sequence[str]) -> Page:
    from map.karte import render

    frage = read_frage(view.address, view.today)
    atlas, suche = view.portal.atlas, view.portal.suche
    _, within = atlas.staende(suche, frage, view.viewer, view.today)
    asked = read_ebene(view.address)
    ebene = choose_ebene(asked, None if within is None else len(within))
    bild = atlas.bild(suche, frage, ebene, view.viewer, view.today)
    fassung = find_fassung(Path(view.portal.settings.umrisse))
    nonce = secrets.token_urlsafe(16)
    status = status_address(view.address, ebene)
    optionen = {
        "ebenen": {
            level: {"url": q.url, "objekt": q.objekt, "namen": f"{_NAMES}/{level}.json"}
            for level, q in quellen(fassung, _LEVELS).items()
        },
        "ebene": asked or "automatisch",
        "ansicht": frage.gezeigt,
        "ausschnitt": None
        if within is None
        else ausschnitt(ebene, _shown(view, ebene, within), fassung.ordner),
        "nachweis": fassung.vermerk,
        "kacheln": None,
        "klein": False,
    }
    teile = render(optionen)
    return Page(
        template,
        {
            "adresse": view.address,
            "frage": frage,
            "bild": bild,
            "zahlen": bild.count_klassen(),
            "ebene": ebene,
            "ebenen": KARTENEBENEN,
            "status": str(status),
            "karte": teile,
            "nonce": nonce,
            "seite": _table(view, bild),
            "liste": list_address(view.address, frage.auswahl.typ),
            "quelle": f"{fassung.vermerk}, Gebietsstand {fassung.stand:%d.%m.%Y}",
        },
        {"content-security-policy": content_security_policy(nonce=nonce, ancestors=ancestors)},
    )


def _shown(view: View, ebene: Gebietsebene, within: frozenset[int]) -> list[str]:
    areas = view.portal.atlas.netz().ebenen[ebene].values()
    return [flaeche.id for flaeche in areas if flaeche.gemeinden & within]


def _table(view: View, bild: Kartenbild) -> Seite[Wert]:
    rows = sorted(bild.werte.values(), key=lambda wert: sort_key(wert.flaeche.name))
    number = view.address.page()
    seite = Seite(tuple(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]), len(rows), number)
    check_page(seite)
    return seite


@readable(_LEVELS + "/{ebene:str}/{datei:str}", in_thread=True)
def level_file(request: Request[Any, Any, Any]) -> Response[bytes]:
    portal: Portal = request.app.state.portal
    name = request.path_params["datei"]
    accepted = read_offers(request.headers.get("accept-encoding", ""))
    found = read_level(Path(portal.settings.umrisse), request.path_params["ebene"], name, accepted)
    if found is None:
        return error_response(request, portal, NichtGefunden("Die Ebene der Karte", name))
    headers = {"cache-control": _ONE_YEAR, "vary": "Accept-Encoding"}
    if found.encoding:
        headers["content-encoding"] = found.encoding
    return Response(found.body, media_type=MEDIA_TYPE, headers=headers)


@readable(_NAMES + "/{datei:str}", in_thread=True)
def level_names(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the areas of a level are called: outlines have keys only."""
    portal: Portal = request.app.state.portal
    name = request.path_params["datei"]
    levels = {f"{ebene}.json": ebene for ebene in KARTENEBENEN}
    if name not in levels:
        return error_response(request, portal, NichtGefunden("Die Ebene der Karte", name))
    state, key = portal.kept.state(), (_NAMES, name)
    made = portal.kept.get(state, key)
    if made is None:
        areas = portal.atlas.netz().ebenen[levels[name]].values()
        made = Finished(msgspec.json.encode({area.id: area.name for area in areas}))
        portal.kept.put(state, key, made)
    return finish(request, made, media_type=MEDIA_TYPE)


PAGES = [show_map, level_file, level_names]
