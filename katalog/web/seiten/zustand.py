"""For machines: is the process alive, is the database ready, whom to tell of a weakness."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from litestar import MediaType, Request, Response

from katalog.db import reading
from katalog.migrations import current_revision, newest_revision
from katalog.models.grundlage import now
from katalog.web.page import readable
from katalog.web.portal import Portal

_GOOD_FOR = timedelta(days=90)


@readable("/healthz", in_thread=False)
def show_alive() -> Response[str]:
    return Response("ok\n", media_type=MediaType.TEXT, headers={"cache-control": "no-store"})


@readable("/readyz", in_thread=True)
def show_ready(request: Request[Any, Any, Any]) -> Response[str]:
    portal: Portal = request.app.state.portal
    try:
        with reading(portal.engine) as session:
            ready = current_revision(session.connection()) == newest_revision()
    except Exception:
        ready = False
    return Response(
        "bereit\n" if ready else "nicht bereit\n",
        status_code=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE,
        media_type=MediaType.TEXT,
        headers={"cache-control": "no-store"},
    )


@readable("/.well-known/security.txt", in_thread=False)
def show_security_contact(request: Request[Any, Any, Any]) -> Response[str]:
    """RFC 9116; made anew each time, so that it never expires while somebody runs the portal."""
    portal: Portal = request.app.state.portal
    contact = portal.settings.betreiber.email
    if not contact:
        return Response(
            "Kein Kontakt eingetragen.\n",
            status_code=HTTPStatus.NOT_FOUND,
            media_type=MediaType.TEXT,
        )
    expires = now() + _GOOD_FOR
    own = portal.settings.basis_url.rstrip("/")
    lines = (
        f"Contact: mailto:{contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: de, en",
        f"Canonical: {own}/.well-known/security.txt",
    )
    return Response("\n".join(lines) + "\n", media_type=MediaType.TEXT)


PAGES = [show_alive, show_ready, show_security_contact]
