"""Headers of every answer, and refusal of what another site sends in a reader's name."""

from __future__ import annotations

from http import HTTPStatus

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

# KERN's icons are data: masks; nothing else needs more than the portal itself.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HSTS = "max-age=31536000; includeSubDomains"
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def security_middleware(*, https: bool, own_origin: str) -> type:
    """Built per portal: HSTS is promised only where the public address is https."""

    class SecurityMiddleware:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await self.app(scope, receive, send)
                return

            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    headers = MutableScopeHeaders.from_message(message)
                    for name, value in _HEADERS.items():
                        headers.setdefault(name, value)
                    if https:
                        headers.setdefault("strict-transport-security", _HSTS)
                await send(message)

            refusal = _refusal(scope, own_origin)
            if refusal:
                await _plain(send_with_headers, *refusal)
            else:
                await self.app(scope, receive, send_with_headers)

    return SecurityMiddleware


def _refusal(scope: HTTPScope, own_origin: str) -> tuple[int, str] | None:
    if scope["method"] in _SAFE_METHODS:
        return None
    headers = {name.decode("latin-1").lower(): value for name, value in scope["headers"]}
    site = headers.get("sec-fetch-site", b"").decode("latin-1")
    origin = headers.get("origin", b"").decode("latin-1")
    host = headers.get("host", b"").decode("latin-1")
    same_host = origin in {own_origin, f"http://{host}", f"https://{host}"}
    if site in {"", "same-origin", "none"} and (not origin or same_host):
        return None
    return HTTPStatus.FORBIDDEN, (
        "Die Anfrage kam von einer fremden Seite und wurde nicht ausgeführt. "
        "Öffnen Sie das Portal direkt und wiederholen Sie den Schritt dort."
    )


async def _plain(send: Send, status: int, text: str) -> None:
    body = text.encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
