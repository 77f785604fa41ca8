"""What a page answers, and how that becomes an HTTP response; the pages know nothing of HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias

from litestar import MediaType, Request, Response
from litestar.background_tasks import BackgroundTask
from litestar.datastructures import Cookie
from litestar.response import Stream

from katalog.web.portal import Portal
from katalog.web.rendering import render
from katalog.web.response import Finished, finish


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
    cookies: tuple[Cookie, ...] = ()


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


def respond(
    request: Request[Any, Any, Any],
    portal: Portal,
    answer: Answer,
    keep: Callable[[Finished], None] = lambda _page: None,
) -> Response[Any]:
    match answer:
        case Redirect():
            return Response(
                b"",
                status_code=answer.status,
                media_type=MediaType.TEXT,
                headers={"location": answer.url},
                cookies=answer.cookies,
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
            # What is kept is answered as found; a form with faults is one reader's alone.
            if answer.status == HTTPStatus.OK:
                keep(made)
            response = finish(request, made, status=answer.status)
            response.headers |= answer.headers
            return response
