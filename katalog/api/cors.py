"""Public reads are open to pages of other sites, errors included; tokens are for programs alone.

Never with credentials: the API reads no cookies, so a page that sends them gains nothing. A page
that held a token would give it to everybody who reads its script, so that browsers are not told
they may send one (docs/entscheidungen: Zugriffstoken).
"""

from __future__ import annotations

from http import HTTPStatus

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from katalog.api import is_call

_METHODS = "GET, HEAD, OPTIONS"
_HEADERS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Link, Content-Location, X-Anfrage",
    "cross-origin-resource-policy": "cross-origin",
}
_PREFLIGHT = {
    "access-control-allow-methods": _METHODS,
    "access-control-allow-headers": "Accept, Content-Type, If-None-Match",
    "access-control-max-age": "86400",
    "allow": _METHODS,
}


class OpenToOtherSites:
    """Around the framework, since that answers unknown addresses by itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not is_call(scope["path"]) or _shows_token(scope):
            await self.app(scope, receive, send)
            return

        async def send_open(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        if scope["method"] == "OPTIONS":
            await _answer_preflight(send_open)
        else:
            await self.app(scope, receive, send_open)


def _shows_token(scope: HTTPScope) -> bool:
    return any(name.lower() == b"authorization" for name, _ in scope["headers"])


async def _answer_preflight(send: Send) -> None:
    headers = [(name.encode(), value.encode()) for name, value in _PREFLIGHT.items()]
    await send({"type": "http.response.start", "status": HTTPStatus.NO_CONTENT, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
