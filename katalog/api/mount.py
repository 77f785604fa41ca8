"""All calls as routes of the application."""

from __future__ import annotations

from typing import Any

from litestar import HttpMethod, Request, Response
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler

from katalog.api import (
    PREFIX,
    einsaetze,
    entscheidungen,
    fristen,
    karte,
    kommunen,
    leistungen,
    onlinedienste,
    suche,
    vorgaenge,
)
from katalog.api.answer import Answering, Respond, encode, send
from katalog.api.body import LARGEST
from katalog.api.calls import Call
from katalog.api.openapi import describe
from katalog.atlas import Atlas
from katalog.db import Engine
from katalog.discovery import Suche
from katalog.domain.rollen import Rolle
from katalog.settings import Settings

CALLS: tuple[Call, ...] = (
    *suche.CALLS,
    *leistungen.CALLS,
    *onlinedienste.CALLS,
    *kommunen.CALLS,
    *einsaetze.CALLS,
    *vorgaenge.CALLS,
    *entscheidungen.CALLS,
    *karte.CALLS,
    *fristen.CALLS,
)

DOCUMENT = describe(CALLS)
EVERYONE = frozenset(Rolle)
# Being signed in lets nobody in here, in whatever role.
BY_TOKEN: frozenset[Rolle] = frozenset()


def api_routes(
    engine: Engine, search: Suche, atlas: Atlas, settings: Settings
) -> list[HTTPRouteHandler]:
    document = encode(DOCUMENT)

    def show_document(request: Request[Any, Any, Any], _body: bytes) -> Response[bytes]:
        return send(request, document)

    return [
        *(_route(call, Answering(call, engine, search, atlas, settings)) for call in CALLS),
        _handle("/openapi.json", "show_openapi", show_document),
    ]


def _route(call: Call, answer: Respond) -> HTTPRouteHandler:
    access = EVERYONE if call.is_public else BY_TOKEN
    return _handle(call.path, call.name, answer, writes=call.writes, access=access)


def _handle(
    path: str,
    name: str,
    answer: Respond,
    *,
    writes: bool = False,
    access: frozenset[Rolle] = EVERYONE,
) -> HTTPRouteHandler:
    # Not `sync_to_thread` of the route, for the reason that `web.page` gives.
    async def handler(request: Request[Any, Any, Any]) -> Response[bytes]:
        body = await request.body() if writes else b""
        return await sync_to_thread(answer, request, body)

    handler.__name__ = name
    return HTTPRouteHandler(
        PREFIX + "".join(_pattern(part) for part in path.split("/")[1:]),
        http_method=[HttpMethod.POST] if writes else [HttpMethod.GET, HttpMethod.HEAD],
        status_code=200,
        request_max_body_size=LARGEST,
        include_in_schema=False,
        opt={"access": access},
    )(handler)


def _pattern(part: str) -> str:
    return f"/{part[:-1]}:str}}" if part.endswith("}") else f"/{part}"
