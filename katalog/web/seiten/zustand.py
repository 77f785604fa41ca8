"""For machines: is the process alive, and is the database ready for requests?"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from litestar import MediaType, Request, Response

from katalog.db import reading
from katalog.migrations import current_revision, newest_revision
from katalog.web.page import readable
from katalog.web.portal import Portal


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


PAGES = [show_alive, show_ready]
