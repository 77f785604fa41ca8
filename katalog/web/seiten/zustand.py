"""For machines: is the process alive, and is the database ready for requests?"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from litestar import HttpMethod, MediaType, Request, Response
from litestar.handlers import HTTPRouteHandler

from katalog.db import reading
from katalog.migrations import current_revision, newest_revision
from katalog.web.page import EVERYONE
from katalog.web.portal import Portal


@HTTPRouteHandler(
    "/healthz",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    sync_to_thread=False,
    include_in_schema=False,
    opt={"access": EVERYONE},
)
def show_alive() -> Response[str]:
    return Response("ok\n", media_type=MediaType.TEXT, headers={"cache-control": "no-store"})


@HTTPRouteHandler(
    "/readyz",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    sync_to_thread=True,
    include_in_schema=False,
    opt={"access": EVERYONE},
)
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
