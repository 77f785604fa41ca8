"""From a call to an answer in bytes, in one worker thread like a page (see `web.page`).

Single objects get a strong ETag of their version and content, lists one of their content. Since
a strong tag stands for exact bytes, it names the encoding as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from litestar import HttpMethod, MediaType, Request, Response
from litestar.handlers import HTTPRouteHandler

from katalog.api import PREFIX
from katalog.api.calls import Answer, Ask, Call, Many, Moved, One
from katalog.api.parameter import read_parameters, read_query
from katalog.api.problem import MEDIA_TYPE, Problem, problem_of
from katalog.atlas import Atlas
from katalog.db import Engine, reading
from katalog.discovery import Suche
from katalog.domain.errors import KatalogFehler
from katalog.domain.rollen import Rolle
from katalog.http.packing import choose_encoding, pack
from katalog.settings import Settings

_EVERYONE = frozenset(Rolle)
_PUBLIC = {"cache-control": "no-cache", "vary": "Accept-Encoding"}
Pairs = Sequence[tuple[str, str]]


def readable(
    path: str, name: str, answer: Callable[[Request[Any, Any, Any]], Response[bytes]]
) -> HTTPRouteHandler:
    def handler(request: Request[Any, Any, Any]) -> Response[bytes]:
        return answer(request)

    handler.__name__ = name
    route = HTTPRouteHandler(
        PREFIX + "".join(_pattern(part) for part in path.split("/")[1:]),
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        sync_to_thread=True,
        include_in_schema=False,
        opt={"access": _EVERYONE},
    )
    return route(handler)


def _pattern(part: str) -> str:
    return f"/{part[:-1]}:str}}" if part.endswith("}") else f"/{part}"


def answer_call(
    call: Call, engine: Engine, suche: Suche, atlas: Atlas, settings: Settings
) -> Callable[[Request[Any, Any, Any]], Response[bytes]]:
    base = settings.basis_url.rstrip("/")

    def answer(request: Request[Any, Any, Any]) -> Response[bytes]:
        path = request.scope["path"]
        try:
            pairs = read_query(request.scope["query_string"])
            values = read_parameters(call.parameters, request.path_params, pairs)
            with reading(engine) as session:
                ask = Ask(session, values, settings.today(), base, suche, atlas)
                found = call.function(ask)
        except KatalogFehler as error:
            return refuse(problem_of(error, path))
        return _respond(request, found, values, pairs)

    return answer


def _respond(
    request: Request[Any, Any, Any], found: Answer, values: dict[str, Any], pairs: Pairs
) -> Response[bytes]:
    match found:
        case Moved():
            query = f"?{urlencode(pairs)}" if pairs else ""
            return Response(
                b"",
                status_code=HTTPStatus.PERMANENT_REDIRECT,
                media_type=MediaType.TEXT,
                headers=_PUBLIC | {"location": PREFIX + found.path + query},
            )
        case One():
            extra = {"content-location": PREFIX + found.canonical} if found.canonical else {}
            version = "" if found.version is None else f"{found.version}-"
            return send(request, encode(found.content), version, extra)
        case Many():
            path = quote(request.scope["path"])
            links = page_links(path, pairs, found.total, values["limit"], values["offset"])
            return send(request, encode(body_of(found, values)), "", {"link": ", ".join(links)})


def body_of(found: Many, values: dict[str, Any]) -> dict[str, Any]:
    where = {"gesamt": found.total, "limit": values["limit"], "offset": values["offset"]}
    return where | {found.name: found.rows} | dict(found.more)


def encode(content: Any) -> bytes:
    return msgspec.json.encode(content, enc_hook=_as_text)


def _as_text(value: Any) -> str:
    """Words with a label are texts to the reader of JSON; there is nothing else of our own."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(type(value).__name__)


def page_links(path: str, pairs: Pairs, total: int, limit: int, offset: int) -> Iterable[str]:
    """Relative to what was asked, since a portal behind a proxy does not know its every name."""
    kept = [(name, value) for name, value in pairs if name != "offset"]
    places = {"first": 0}
    if offset > 0:
        places["prev"] = max(0, offset - limit)
    if offset + limit < total:
        places["next"] = offset + limit
    places["last"] = max(0, total - 1) // limit * limit
    for rel, place in places.items():
        fields = [*kept, ("offset", str(place))] if place else kept
        query = f"?{urlencode(fields)}" if fields else ""
        yield f'<{path}{query}>; rel="{rel}"'


def send(
    request: Request[Any, Any, Any],
    body: bytes,
    version: str = "",
    extra: dict[str, str] | None = None,
    media_type: str = MediaType.JSON,
) -> Response[bytes]:
    encoding = choose_encoding(len(body), request.headers.get("accept-encoding", ""))
    digest = hashlib.blake2b(body, digest_size=12).hexdigest()
    tag = f'"{version}{digest}{"-" + encoding if encoding else ""}"'
    headers = _PUBLIC | {"etag": tag} | (extra or {})
    if _knows(request.headers.get("if-none-match", ""), tag):
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if encoding:
        headers["content-encoding"] = encoding
    return Response(pack(body, encoding), media_type=media_type, headers=headers)


def _knows(header: str, tag: str) -> bool:
    known = [part.strip().removeprefix("W/") for part in header.split(",")]
    return tag in known or "*" in known


def refuse(problem: Problem, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(
        problem.encode(),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={"cache-control": "no-store"} | (headers or {}),
    )
