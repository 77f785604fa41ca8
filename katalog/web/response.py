"""From rendered text to bytes: ETag, 304 and compression, in the worker thread."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Any, TypeVar

from litestar import Request, Response

from katalog.http.packing import choose_encoding, pack

R = TypeVar("R", bound=Response[Any])


def finish(
    request: Request[Any, Any, Any],
    body: bytes,
    *,
    status: int = HTTPStatus.OK,
    media_type: str = "text/html",
) -> Response[bytes]:
    headers = {"vary": "Accept-Encoding, Cookie", "cache-control": "no-cache"}
    if status == HTTPStatus.OK:
        # The tag is weak, since the same page travels in three encodings.
        headers["etag"] = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    encoding = choose_encoding(len(body), request.headers.get("accept-encoding", ""))
    if encoding:
        body, headers["content-encoding"] = pack(body, encoding), encoding
    return Response(body, status_code=status, media_type=media_type, headers=headers)


def keep_private(response: R) -> R:
    """What not everybody may open stays out of caches and search engines, errors included."""
    response.headers.pop("etag", None)
    response.headers |= {"cache-control": "private, no-store", "x-robots-tag": "noindex"}
    return response
