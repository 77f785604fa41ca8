"""From rendered text to bytes: ETag, 304 and compression, in the worker thread."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Any, TypeVar

from litestar import Request, Response

from katalog.http.packing import choose_encoding, pack

R = TypeVar("R", bound=Response[Any])


class Finished:
    """A page as bytes, packed at most once for each way to unpack it."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        # The tag is weak, since the same page travels in three encodings.
        self.etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        self._packed = {"": body}

    @property
    def size(self) -> int:
        return sum(map(len, self._packed.values()))

    def packed(self, encoding: str) -> bytes:
        if encoding not in self._packed:
            self._packed[encoding] = pack(self.body, encoding)
        return self._packed[encoding]


def finish(
    request: Request[Any, Any, Any],
    page: Finished,
    *,
    status: int = HTTPStatus.OK,
    media_type: str = "text/html",
) -> Response[bytes]:
    headers = {"vary": "Accept-Encoding, Cookie", "cache-control": "no-cache"}
    if status == HTTPStatus.OK:
        headers["etag"] = page.etag
        if page.etag in request.headers.get("if-none-match", ""):
            return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    encoding = choose_encoding(len(page.body), request.headers.get("accept-encoding", ""))
    if encoding:
        headers["content-encoding"] = encoding
    return Response(
        page.packed(encoding), status_code=status, media_type=media_type, headers=headers
    )


def keep_private(response: R) -> R:
    """What not everybody may open stays out of caches and search engines, errors included."""
    response.headers.pop("etag", None)
    response.headers |= {"cache-control": "private, no-store", "x-robots-tag": "noindex"}
    return response
