"""The composition root: settings become an engine, assets, templates and an ASGI application."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from katalog.api.cors import OpenToOtherSites
from katalog.api.mount import api_routes
from katalog.atlas import Atlas
from katalog.db import Engine, open_engine
from katalog.discovery import Suche
from katalog.domain.errors import NichtGefunden
from katalog.http.packing import read_offers
from katalog.settings import Settings, load_settings, with_secret
from katalog.web.assets import read_assets
from katalog.web.errors import answer_anything, answer_http, error_response
from katalog.web.kept import KeptPages
from katalog.web.logs import RequestLog, configure_logs
from katalog.web.page import readable
from katalog.web.portal import Portal, open_index, open_provider
from katalog.web.security import security_middleware
from katalog.web.seiten import PAGES
from katalog.web.templating import Templates

_ONE_YEAR = "public, max-age=31536000, immutable"


@readable("/static/{version:str}/{name:path}", in_thread=False)
def static_file(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Another version's address still answers, so that a page open during an update works."""
    portal: Portal = request.app.state.portal
    version, name = request.path_params["version"], str(request.path_params["name"]).lstrip("/")
    asset = portal.assets.files.get(name)
    if asset is None:
        return error_response(request, portal, NichtGefunden("Die Datei", name))
    current = version == portal.assets.version
    headers = {"cache-control": _ONE_YEAR if current else "no-cache", "vary": "Accept-Encoding"}
    accepted = read_offers(request.headers.get("accept-encoding", ""))
    body = asset.plain
    if asset.brotli and "br" in accepted:
        body, headers["content-encoding"] = asset.brotli, "br"
    elif asset.gzip and "gzip" in accepted:
        body, headers["content-encoding"] = asset.gzip, "gzip"
    return Response(body, media_type=asset.media_type, headers=headers)


def create_app(settings: Settings, engine: Engine | None = None) -> Litestar:
    engine = engine or open_engine(settings.db)
    kept = KeptPages(engine)
    portal = Portal(
        settings=settings,
        engine=engine,
        kept=kept,
        suche=Suche(open_index(settings).engine),
        atlas=Atlas(engine, kept.state),
        assets=read_assets(),
        templates=Templates(reload=not settings.produktion),
        anmeldedienst=open_provider(settings),
    )
    return Litestar(
        route_handlers=[
            static_file,
            *PAGES,
            *api_routes(portal.engine, portal.suche, portal.atlas, settings),
        ],
        state=State({"portal": portal}),
        openapi_config=None,
        exception_handlers={HTTPException: answer_http, Exception: answer_anything},
        on_shutdown=[portal.engine.dispose],
        logging_config=None,
    )


def wrap(app: Litestar, settings: Settings) -> ASGIApp:
    """Around the framework, since its own middleware never sees an address without a route."""
    url = urlsplit(settings.basis_url)
    security = security_middleware(
        https=url.scheme == "https", own_origin=f"{url.scheme}://{url.netloc}"
    )
    wrapped: ASGIApp = RequestLog(security(OpenToOtherSites(app)))
    return wrapped


def from_environment() -> ASGIApp:
    """What a worker process of the web server starts."""
    configure_logs()
    settings = with_secret(load_settings(os.environ))
    return wrap(create_app(settings), settings)
