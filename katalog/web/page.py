"""One way to write a page: a plain function from a `View` to a `Page`, `Redirect` or `Download`.

The decorator opens the session, calls the function, renders, commits and closes in *one* worker
thread. A session handed in as a framework dependency deadlocks at about twenty simultaneous
requests: handlers that wait for a connection occupy the threads its clean-up would need.

What a form sends goes through `action` in `forms.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from litestar import HttpMethod, Request, Response
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler

from katalog.accounts import sitzungen
from katalog.accounts.sitzungen import Angemeldet
from katalog.db import Session, reading
from katalog.domain.errors import KatalogFehler, NichtAngemeldet, NichtGefunden
from katalog.domain.rollen import GAST, Betrachter, Rolle
from katalog.models.grundlage import now
from katalog.web.address import Address, read_address
from katalog.web.answers import Answer, Download, Page, Redirect, respond
from katalog.web.cookies import session_secret
from katalog.web.errors import error_response
from katalog.web.portal import Portal
from katalog.web.preferences import read_preferences
from katalog.web.response import finish, keep_private
from katalog.web.uploads import Files
from katalog.web.viewer import EVERYONE, admit, recognise, recognised
from map.fassungen import current

__all__ = ["EVERYONE", "Download", "Page", "Redirect", "View", "page", "readable"]


_NO_FORM = Address("")
_NO_FILES = Files()


@dataclass(frozen=True, slots=True)
class View:
    """What a page is told about the request. `form` and `files` are what was sent, if anything."""

    portal: Portal
    session: Session
    address: Address
    path: dict[str, str]
    today: date
    # Of the request; unlike `today` it is never set by hand.
    now: datetime
    # The address in the net it came from, as far as proxies are believed.
    client: str
    cookies: Mapping[str, str]
    konto: Angemeldet | None = None
    form: Address = _NO_FORM
    files: Files = _NO_FILES

    @property
    def viewer(self) -> Betrachter:
        return self.konto.betrachter if self.konto else GAST

    @property
    def signed_in(self) -> Angemeldet:
        if self.konto is None:
            raise NichtAngemeldet
        return self.konto


PageFunction: TypeAlias = Callable[[View], Answer]


def page(
    path: str | list[str],
    *,
    access: frozenset[Rolle] = EVERYONE,
    keep: bool = False,
    private: bool = False,
) -> Callable[[PageFunction], HTTPRouteHandler]:
    """A page that is read: GET and HEAD, on a transaction that cannot write.

    `keep` is for one that shows nothing but the database, today's date and the outlines of areas;
    `private` for one that everybody may open and that belongs into no cache.
    """

    def register(function: PageFunction) -> HTTPRouteHandler:
        # Not `sync_to_thread` of the route: where a form is sent to the same address, Litestar
        # registers both twice and would wrap this one in a thread within a thread.
        async def handler(request: Request[Any, Any, Any]) -> Response[Any]:
            response = await sync_to_thread(_answer, request, function, access, keep=keep)
            return keep_private(response) if private else response

        handler.__name__ = function.__name__
        return readable(path, access=access)(handler)

    return register


def readable(
    path: str | list[str], *, access: frozenset[Rolle] = EVERYONE, in_thread: bool | None = None
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
    except NichtAngemeldet:
        # What is missing can be made up for, and then readers are where they wanted to go.
        sign_in = Address("/anmelden").with_(weiter=_own_address(request))
        response = respond(request, portal, Redirect(str(sign_in)))
    except KatalogFehler as error:
        response = error_response(request, portal, error)
    shared = access == EVERYONE and recognised(request) is None
    return response if shared else keep_private(response)


def _ask(
    request: Request[Any, Any, Any],
    portal: Portal,
    function: PageFunction,
    access: frozenset[Rolle],
    *,
    keep: bool,
) -> Response[Any]:
    check_path(request)
    address = read_address(request.url.path, request.scope["query_string"])
    # What somebody signed in sees is theirs alone: neither kept nor taken from what is kept.
    keep = keep and not session_secret(request.cookies, portal.settings)
    state, key = (portal.kept.state(), _key_of(request, portal)) if keep else ("", ())
    if keep and (kept := portal.kept.get(state, key)):
        return finish(request, kept)
    moment = now()
    with reading(portal.engine) as session:
        konto = recognise(request, portal, session, moment)
        admit(konto, access)
        answer = function(view_of(request, session, address, moment, konto))
        if keep:
            response = respond(request, portal, answer, partial(portal.kept.put, state, key))
        else:
            response = respond(request, portal, answer)
    if konto is not None:
        sitzungen.note_visit(portal.engine, konto, moment)
    return response


def check_path(request: Request[Any, Any, Any]) -> None:
    if any(unicodedata.category(c) == "Cc" for c in request.url.path):
        raise NichtGefunden("Die Seite", request.url.path)


def view_of(
    request: Request[Any, Any, Any],
    session: Session,
    address: Address,
    moment: datetime,
    konto: Angemeldet | None,
    form: Address = _NO_FORM,
    files: Files = _NO_FILES,
) -> View:
    portal: Portal = request.app.state.portal
    return View(
        portal=portal,
        session=session,
        address=address,
        path=request.path_params,
        today=portal.settings.today(),
        now=moment,
        client=request.client.host if request.client else "",
        cookies=request.cookies,
        konto=konto,
        form=form,
        files=files,
    )


def _own_address(request: Request[Any, Any, Any]) -> str:
    query = request.url.query
    return str(Address(request.url.path)) + (f"?{query}" if query else "")


def _key_of(request: Request[Any, Any, Any], portal: Portal) -> tuple[object, ...]:
    """All that a kept page depends on besides the database."""
    return (
        request.url.path,
        request.scope["query_string"],
        read_preferences(request.cookies),
        portal.settings.today(),
        current(Path(portal.settings.umrisse)),
    )
