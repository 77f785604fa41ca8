"""All calls as routes of the application."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from katalog.api import einsaetze, fristen, karte, kommunen, leistungen, onlinedienste, suche
from katalog.api.answer import answer_call, encode, readable, send
from katalog.api.calls import Call
from katalog.api.openapi import describe
from katalog.atlas import Atlas
from katalog.db import Engine
from katalog.discovery import Suche
from katalog.settings import Settings

CALLS: tuple[Call, ...] = (
    *suche.CALLS,
    *leistungen.CALLS,
    *onlinedienste.CALLS,
    *kommunen.CALLS,
    *einsaetze.CALLS,
    *karte.CALLS,
    *fristen.CALLS,
)

DOCUMENT = describe(CALLS)


def api_routes(
    engine: Engine, search: Suche, atlas: Atlas, settings: Settings
) -> list[HTTPRouteHandler]:
    document = encode(DOCUMENT)

    def show_document(request: Request[Any, Any, Any]) -> Response[bytes]:
        return send(request, document)

    return [
        *(
            readable(call.path, call.name, answer_call(call, engine, search, atlas, settings))
            for call in CALLS
        ),
        readable("/openapi.json", "show_openapi", show_document),
    ]
