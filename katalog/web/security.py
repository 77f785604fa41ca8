"""Headers of every answer, and refusal of what another site sends in a reader's name."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from katalog.api import is_call
from katalog.api.problem import MEDIA_TYPE, problem
from katalog.http.host import names_a_host


def content_security_policy(
    *, nonce: str = "", images: Sequence[str] = (), ancestors: Sequence[str] = ("'none'",)
) -> str:
    """KERN's icons are data: masks; nothing else needs more than the portal itself.

    `nonce` is for the one script that stands in a page with a map, `images` for its tiles,
    `ancestors` for pages that others may show in a frame.
    """
    script = ["'self'", *([f"'nonce-{nonce}'"] if nonce else [])]
    shown = ["'self'", "data:", *images]
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(script)}",
            "style-src 'self'",
            "font-src 'self'",
            f"img-src {' '.join(shown)}",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            f"frame-ancestors {' '.join(ancestors)}",
        )
    )


CONTENT_SECURITY_POLICY = content_security_policy()
_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_NO_FRAME = "frame-ancestors 'none'"
_HSTS = "max-age=31536000; includeSubDomains"
_NO_HOST = "Die Kopfzeile Host nennt keinen Rechner. Rufen Sie das Portal unter seiner Adresse auf."
_FOREIGN = (
    "Die Anfrage kam von einer fremden Seite und wurde nicht ausgeführt. "
    "Öffnen Sie das Portal direkt und wiederholen Sie den Schritt dort."
)
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
                    if _NO_FRAME in headers["content-security-policy"]:
                        # For browsers that know no frame-ancestors; it cannot name anybody.
                        headers.setdefault("x-frame-options", "DENY")
                    if https:
                        headers.setdefault("strict-transport-security", _HSTS)
                await send(message)

            if not names_a_host(scope["headers"]):
                # Whatever comes later builds addresses of it.
                await _refuse(scope, send_with_headers, HTTPStatus.BAD_REQUEST, _NO_HOST)
            elif _is_foreign(scope, own_origin):
                await _refuse(scope, send_with_headers, HTTPStatus.FORBIDDEN, _FOREIGN)
            else:
                await self.app(scope, receive, send_with_headers)

    return SecurityMiddleware


def _is_foreign(scope: HTTPScope, own_origin: str) -> bool:
    """Whether another site sends this in a reader's name. Calls of the API are in nobody's."""
    if scope["method"] in _SAFE_METHODS or is_call(scope["path"]):
        return False
    headers = {name.decode("latin-1").lower(): value for name, value in scope["headers"]}
    site = headers.get("sec-fetch-site", b"").decode("latin-1")
    origin = headers.get("origin", b"").decode("latin-1")
    host = headers.get("host", b"").decode("latin-1")
    same_host = origin in {own_origin, f"http://{host}", f"https://{host}"}
    return not (site in {"", "same-origin", "none"} and (not origin or same_host))


async def _refuse(scope: HTTPScope, send: Send, status: HTTPStatus, text: str) -> None:
    """Before there is a request from which a page could be made."""
    if is_call(scope["path"]):
        kind = MEDIA_TYPE
        body = problem(status, "Die Anfrage wurde abgelehnt", text, scope["path"]).encode()
    else:
        kind, body = "text/plain; charset=utf-8", text.encode()
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
