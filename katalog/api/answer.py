"""From a call to an answer in bytes, in one worker thread like a page (see `web.page`).

Single objects get a strong ETag of their version and content, lists one of their content. Since
a strong tag stands for exact bytes, it names the encoding as well. What a program sends is one
transaction: all of it happens, with a line in the trail that says by which token, or nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from litestar import MediaType, Request, Response

from katalog.accounts import zugriffstoken
from katalog.accounts.zugriffstoken import Ausgewiesen
from katalog.api import PREFIX
from katalog.api.ausweis import admit, count_write
from katalog.api.body import read_body
from katalog.api.calls import Answer, Ask, Call, Made, Many, Moved, One
from katalog.api.parameter import read_parameters, read_query
from katalog.api.problem import MEDIA_TYPE, Abgewiesen, Problem, problem_of
from katalog.atlas import Atlas
from katalog.db import Engine, Session, reading, writing
from katalog.discovery import Suche
from katalog.domain.errors import KatalogFehler
from katalog.http.packing import choose_encoding, pack
from katalog.journal import record
from katalog.models.grundlage import now
from katalog.settings import Settings

_PUBLIC = {"cache-control": "no-cache", "vary": "Accept-Encoding"}
_PRIVATE = {"cache-control": "private, no-cache", "vary": "Accept-Encoding, Authorization"}
Pairs = Sequence[tuple[str, str]]
Respond = Callable[[Request[Any, Any, Any], bytes], Response[bytes]]


@dataclass(frozen=True, slots=True)
class Answering:
    """One call, and what it is answered with."""

    call: Call
    engine: Engine
    suche: Suche
    atlas: Atlas
    settings: Settings

    def __call__(self, request: Request[Any, Any, Any], body: bytes) -> Response[bytes]:
        path = request.scope["path"]
        try:
            return self._write(request, body) if self.call.writes else self._read(request)
        except KatalogFehler as error:
            return refuse(problem_of(error, path))
        except Abgewiesen as refusal:
            return refuse(refusal.problem(path), refusal.headers)

    def _read(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        moment = now()
        with reading(self.engine) as session:
            ask, pairs = self._hear(request, session, b"")
            found = self.call.function(ask)
        if ask.program is not None:
            zugriffstoken.note_use(self.engine, ask.program, moment)
        return _respond(request, self.call, found, ask, pairs)

    def _write(self, request: Request[Any, Any, Any], body: bytes) -> Response[bytes]:
        # Who may not write never holds what everybody who writes waits for.
        with reading(self.engine) as session:
            self._admit(request, session)
        with writing(self.engine) as session:
            count_write(request.headers.get("authorization", ""), session, now())
        with writing(self.engine) as session:
            ask, pairs = self._hear(request, session, body)
            found = self.call.function(ask)
            if ask.program is not None and isinstance(found, Made):
                record(
                    session, "ueber_schnittstelle", "zugriffstoken", ask.program.token_id,
                    {"aufruf": self.call.name, "was": found.path}, ask.program.konto_id,
                )  # fmt: skip
        return _respond(request, self.call, found, ask, pairs)

    def _admit(self, request: Request[Any, Any, Any], session: Session) -> Ausgewiesen | None:
        shown = request.headers.get("authorization", "")
        return admit(self.call, shown, session, now(), self.settings.today())

    def _hear(
        self, request: Request[Any, Any, Any], session: Session, body: bytes
    ) -> tuple[Ask, Pairs]:
        """Who asks comes first: whoever may not is told nothing else."""
        call, program = self.call, self._admit(request, session)
        pairs = read_query(request.scope["query_string"])
        values = read_parameters(call.parameters, request.path_params, pairs)
        kind = request.headers.get("content-type", "")
        return Ask(
            session,
            values,
            self.settings.today(),
            self.settings.basis_url.rstrip("/"),
            self.suche,
            self.atlas,
            program,
            read_body(call.fields, kind, body) if call.writes else {},
            request.headers.get("if-match", ""),
        ), pairs


def _respond(
    request: Request[Any, Any, Any],
    call: Call,
    found: Answer,
    ask: Ask,
    pairs: Pairs,
) -> Response[bytes]:
    headers = _PUBLIC if ask.program is None else _PRIVATE
    if call.open_too:
        headers = headers | {"vary": _PRIVATE["vary"]}
    values = ask.values
    match found:
        case Moved():
            query = f"?{urlencode(pairs)}" if pairs else ""
            return Response(
                b"",
                status_code=HTTPStatus.PERMANENT_REDIRECT,
                media_type=MediaType.TEXT,
                headers=headers | {"location": PREFIX + found.path + query},
            )
        case One():
            extra = {"content-location": PREFIX + found.canonical} if found.canonical else {}
            return send(request, encode(found.content), found.version, headers | extra)
        case Many():
            path = quote(request.scope["path"])
            links = page_links(path, pairs, found.total, values["limit"], values["offset"])
            return send(
                request,
                encode(body_of(found, values)),
                headers=headers | {"link": ", ".join(links)},
            )
        case Made():
            return send(
                request,
                encode(found.content),
                found.version,
                headers | {"location": PREFIX + found.path},
                HTTPStatus.CREATED if found.new else HTTPStatus.OK,
            )


def body_of(found: Many, values: Mapping[str, Any]) -> dict[str, Any]:
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
    version: int | None = None,
    headers: dict[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response[bytes]:
    encoding = choose_encoding(len(body), request.headers.get("accept-encoding", ""))
    digest = hashlib.blake2b(body, digest_size=12).hexdigest()
    beginning = "" if version is None else f"{version}-"
    tag = f'"{beginning}{digest}{"-" + encoding if encoding else ""}"'
    headers = (headers or _PUBLIC) | {"etag": tag}
    reads = request.method in {"GET", "HEAD"}
    if reads and _knows(request.headers.get("if-none-match", ""), tag):
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if encoding:
        headers["content-encoding"] = encoding
    return Response(
        pack(body, encoding), status_code=status, media_type=MediaType.JSON, headers=headers
    )


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
