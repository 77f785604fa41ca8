"""The one place where an error becomes a German page, or an object where a program asked."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from katalog.api import is_call
from katalog.api.answer import refuse
from katalog.api.problem import problem_of_defect, problem_of_routing
from katalog.domain import errors
from katalog.http.status import status_of
from katalog.web.portal import Portal
from katalog.web.rendering import render
from katalog.web.response import Finished, finish

_log = logging.getLogger("katalog.fehler")

_ROUTING = {
    HTTPStatus.NOT_FOUND: (
        "Diese Seite gibt es nicht",
        "Vielleicht ist der Link veraltet oder ein Zeichen fehlt. "
        "Suchen Sie nach dem, was Sie brauchen.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "So lässt sich diese Seite nicht aufrufen",
        "Öffnen Sie die Seite über einen Link des Portals.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "Das ist zu groß",
        "Es wurde nichts gespeichert. Gehen Sie zurück, und senden Sie eine kleinere Datei oder "
        "einen kürzeren Text.",
    ),
}


def error_response(
    request: Request[Any, Any, Any], portal: Portal, error: errors.KatalogFehler
) -> Response[bytes]:
    return _error_page(request, portal, status_of(error), error.titel, error.meldung)


def answer_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the framework itself refuses; malformed input is 422 here as everywhere."""
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.BAD_REQUEST:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    if is_call(request.scope["path"]):
        return refuse(problem_of_routing(status, request.scope["path"]), error.headers)
    title, text = _ROUTING.get(
        status,
        (
            "Die Anfrage ließ sich nicht lesen",
            "Prüfen Sie die Adresse oder beginnen Sie auf der Startseite.",
        ),
    )
    response = _error_page(request, request.app.state.portal, status, title, text)
    response.headers.update(error.headers or {})
    return response


def answer_anything(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    number = request.scope.get("state", {}).get("request_id", "")
    _log.error("Unerwarteter Fehler", exc_info=error, extra={"angaben": {"nr": number}})
    if is_call(request.scope["path"]):
        return refuse(problem_of_defect(request.scope["path"], number))
    return _error_page(
        request,
        request.app.state.portal,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Im Portal ist ein Fehler aufgetreten",
        "Ihre Eingabe wurde nicht übernommen. Versuchen Sie es in einigen Minuten noch einmal. "
        f"Bleibt der Fehler, nennen Sie bei der Meldung bitte die Nummer {number}.",
    )


def _error_page(
    request: Request[Any, Any, Any], portal: Portal, status: HTTPStatus, title: str, text: str
) -> Response[bytes]:
    values = {"title": title, "text": text, "status": int(status)}
    page = Finished(render(request, portal, "fehler.html", values))
    return finish(request, page, status=status)
