"""What a form sends: read within limits, then one function in one transaction that writes.

That it comes from a page of the portal is checked twice: `security.py` looks at where the browser
says it comes from, and a form of somebody signed in carries a mark of that session.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from litestar import HttpMethod, Request, Response
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler

from katalog.accounts.sitzungen import Angemeldet
from katalog.db import reading, writing
from katalog.domain.errors import KatalogFehler, NichtErlaubt, UngueltigeEingabe
from katalog.domain.rollen import Rolle
from katalog.models.grundlage import now
from katalog.web.address import Address, printable, printable_lines
from katalog.web.answers import Download, Page, Redirect, respond
from katalog.web.errors import error_response
from katalog.web.fields import FIELD_NAMES
from katalog.web.page import View, check_path, view_of
from katalog.web.portal import Portal
from katalog.web.response import keep_private
from katalog.web.uploads import Files, Parts, is_multipart, read_parts, receive_parts
from katalog.web.viewer import SIGNED_IN, admit, recognise

_LARGEST = 64 * 1024
# A town confirms all its statements at once, and each is a field.
_MOST_FIELDS = 2_000
_KIND = "application/x-www-form-urlencoded"
_OUTDATED = (
    "Das Formular gehört zu einer Sitzung, die beendet ist. Es wurde nichts gespeichert. "
    "Laden Sie die Seite neu und füllen Sie es noch einmal aus."
)

ActionFunction: TypeAlias = Callable[[View], Page | Redirect | Download]


def action(
    path: str | list[str],
    *,
    access: frozenset[Rolle] = SIGNED_IN,
    largest: int = _LARGEST,
    writes: bool = True,
) -> Callable[[ActionFunction], HTTPRouteHandler]:
    """POST only. What the function raises undoes all of it; a page it returns does not.

    `largest` in bytes is more where a file is sent; without `writes` nobody waits for this one.
    """

    def register(function: ActionFunction) -> HTTPRouteHandler:
        async def handler(request: Request[Any, Any, Any]) -> Response[Any]:
            sent = await _receive(request)
            # One thread from the first statement to the commit, as for pages that are read.
            return await sync_to_thread(_answer, request, sent, function, access, writes=writes)

        handler.__name__ = function.__name__
        return HTTPRouteHandler(
            path,
            http_method=[HttpMethod.POST],
            include_in_schema=False,
            request_max_body_size=largest,
            status_code=HTTPStatus.OK,
            opt={"access": access},
        )(handler)

    return register


async def _receive(request: Request[Any, Any, Any]) -> bytes | Parts:
    """With files the framework takes the parts asunder while they arrive."""
    if is_multipart(request.headers.get("content-type", "")):
        return await receive_parts(request)
    return await request.body()


def _answer(
    request: Request[Any, Any, Any],
    sent: bytes | Parts,
    function: ActionFunction,
    access: frozenset[Rolle],
    *,
    writes: bool,
) -> Response[Any]:
    portal: Portal = request.app.state.portal
    try:
        response = _act(request, portal, sent, function, access, writes=writes)
    except KatalogFehler as error:
        response = error_response(request, portal, error)
    return keep_private(response)


def _act(
    request: Request[Any, Any, Any],
    portal: Portal,
    sent: bytes | Parts,
    function: ActionFunction,
    access: frozenset[Rolle],
    *,
    writes: bool,
) -> Response[Any]:
    check_path(request)
    kind = request.headers.get("content-type", "")
    form, files = read_parts(sent) if isinstance(sent, Parts) else (read_form(kind, sent), Files())
    moment = now()
    with (writing if writes else reading)(portal.engine) as session:
        konto = recognise(request, portal, session, moment)
        mark = form.text("formular")
        if konto is None and mark and Rolle.GAST not in access:
            return respond(request, portal, _typed_again(request, form, HTTPStatus.UNAUTHORIZED))
        admit(konto, access)
        if konto and not _belongs_to(konto, mark):
            if not mark:
                raise NichtErlaubt(_OUTDATED)
            return respond(request, portal, _typed_again(request, form, HTTPStatus.FORBIDDEN))
        address = Address(request.url.path)
        answer = function(view_of(request, session, address, moment, konto, form, files))
    return respond(request, portal, answer)


def _typed_again(request: Request[Any, Any, Any], form: Address, status: HTTPStatus) -> Page:
    """A form of a session that has ended while somebody typed: nothing of it is lost.

    It is sent again by hand and with the mark of the new session. That no other site makes
    anybody do so is seen to in `security.py`, as for every form.
    """
    fields = [(name, text) for name, text in form.fields if name != "formular"]
    values = {
        "ziel": request.url.path,
        "felder": fields,
        "getippt": [pair for pair in fields if pair[0] in FIELD_NAMES and pair[1].strip()],
        "abgelaufen": status is HTTPStatus.UNAUTHORIZED,
    }
    return Page("seiten/eingabe_behalten.html", values, status=status)


def _belongs_to(konto: Angemeldet, mark: str) -> bool:
    return secrets.compare_digest(mark.encode(), konto.formular.encode())


def read_form(kind: str, body: bytes) -> Address:
    """The fields in the same shape as those of an address, and with the same care."""
    if kind.partition(";")[0].strip().lower() != _KIND:
        raise UngueltigeEingabe(
            "Formular", "", "Das Formular ließ sich nicht lesen. Öffnen Sie die Seite noch einmal."
        )
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise UngueltigeEingabe("Formular", "", "Das Formular hat zu viele Felder.") from error
    return Address("", tuple((printable(name), printable_lines(value)) for name, value in pairs))
