"""One way to write a page: a plain function from a `View` to a `Page`, `Redirect` or `Download`.

The decorator opens the session, calls the function, renders, commits and closes in *one* worker
thread. A session handed in as a framework dependency deadlocks at about twenty simultaneous
requests: handlers that wait for a connection occupy the threads its clean-up would need.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeAlias

from litestar import HttpMethod, MediaType, Request, Response
from litestar.background_tasks import BackgroundTask
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from katalog.db import Session, reading
from katalog.domain.errors import KatalogFehler, NichtErlaubt, NichtGefunden
from katalog.domain.rollen import GAST, Betrachter, Rolle
from katalog.web.address import Address, read_address
from katalog.web.errors import error_response
from katalog.web.portal import Portal
from katalog.web.preferences import read_preferences
from katalog.web.rendering import render
from katalog.web.response import Finished, finish, keep_private
from katalog.web.viewer import OPERATORS, REFUSAL, may_open
from map.fassungen import current

# Who may open a page is said where the page is defined; a test fails for one that does not.
EVERYONE = frozenset(Rolle)


@dataclass(frozen=True, slots=True)
class View:
    """What a page is told about the request."""

    portal: Portal
    session: Session
    address: Address
    path: dict[str, str]
    today: date
    viewer: Betrachter = GAST


@dataclass(frozen=True, slots=True)
class Page:
    """`status` is another one for a form that is shown again with what is wrong in it."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    status: int = HTTPStatus.OK
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str
    status: int = HTTPStatus.SEE_OTHER


@dataclass(frozen=True, slots=True)
class Download:
    """A file in pieces, made while it is sent: by then the session of the page is closed.

    `close` is called afterwards, also if nobody waited for the end or only the head was wanted.
    """

    name: str
    media_type: str
    pieces: Iterator[bytes]
    close: Callable[[], None] | None = None


Answer: TypeAlias = Page | Redirect | Download
PageFunction: TypeAlias = Callable[[View], Answer]


def page(
    path: str | list[str], *, access: frozenset[Rolle] = EVERYONE, keep: bool = False
) -> Callable[[PageFunction], HTTPRouteHandler]:
    """A page that is read: GET and HEAD, on a transaction that cannot write.

    `keep` is for one that shows nothing but the database, today's date and the outlines of areas.
    """

    def register(function: PageFunction) -> HTTPRouteHandler:
        def handler(request: Request[Any, Any, Any]) -> Response[Any]:
            return _answer(request, function, access, keep=keep)

        handler.__name__ = function.__name__
        return readable(path, access=access, in_thread=True)(handler)

    return register


def readable(
    path: str | list[str], *, access: frozenset[Rolle] = EVERYONE, in_thread: bool
) -> HTTPRouteHandler:
    """A route for GET and HEAD that says who may use it; pages and machine addresses alike."""
    return HTTPRouteHandler(
        path,
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        sync_to_thread=in_thread,
        include_in_schema=False,
        opt={"access": access},
    )


def _answer(
    request: Request[Any, Any, Any],
    function: PageFunction,
    access: frozenset[Rolle],
    *,
    keep: bool,
) -> Response[Any]:
    portal: Portal = request.app.state.portal
    try:
        response = _ask(request, portal, function, access, keep=keep and access == EVERYONE)
    except KatalogFehler as error:
        response = error_response(request, portal, error)
    return response if access == EVERYONE else keep_private(response)


def _ask(
    request: Request[Any, Any, Any],
    portal: Portal,
    function: PageFunction,
    access: frozenset[Rolle],
    *,
    keep: bool,
) -> Response[Any]:
    if any(unicodedata.category(c) == "Cc" for c in request.url.path):
        raise NichtGefunden("Die Seite", request.url.path)
    if not may_open(request.scope, portal.settings, access):
        raise NichtErlaubt(REFUSAL)
    address = read_address(request.url.path, request.scope["query_string"])
    state, key = (portal.kept.state(), _key_of(request, portal)) if keep else ("", ())
    if keep and (kept := portal.kept.get(state, key)):
        return finish(request, kept)
    with reading(portal.engine) as session:
        view = View(portal, session, address, request.path_params, portal.settings.today())
        answer = function(view)
        match answer:
            case Redirect():
                return Response(
                    b"",
                    status_code=answer.status,
                    media_type=MediaType.TEXT,
                    headers={"location": answer.url},
                )
            case Download():
                disposition = f'attachment; filename="{answer.name}"'
                headers = {"content-disposition": disposition, "cache-control": "no-cache"}
                return Stream(
                    answer.pieces,
                    media_type=answer.media_type,
                    headers=headers,
                    background=BackgroundTask(answer.close) if answer.close else None,
                )
            case Page():
                made = Finished(render(request, portal, answer.template, answer.values))
                # What others than guests see is theirs alone.
                if keep and view.viewer == GAST:
                    portal.kept.put(state, key, made)
                response = finish(request, made, status=answer.status)
                response.headers |= answer.headers
                return response


def _key_of(request: Request[Any, Any, Any], portal: Portal) -> tuple[object, ...]:
    """All that a kept page depends on besides the database."""
    return (
        request.url.path,
        request.scope["query_string"],
        read_preferences(request.cookies),
        may_open(request.scope, portal.settings, OPERATORS),
        portal.settings.today(),
        current(Path(portal.settings.umrisse)),
    )
