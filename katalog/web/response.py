"""From rendered text to bytes: ETag, 304 and compression, in the worker thread."""

from __future__ import annotations

import gzip
import hashlib
from http import HTTPStatus
from typing import Any, TypeVar

import brotli
from litestar import Request, Response

_WORTH_COMPRESSING = 1024

R = TypeVar("R", bound=Response[Any])


def accepted_encodings(request: Request[Any, Any, Any]) -> set[str]:
    """Without those that the client rules out: "br;q=0" means anything but br."""
    offers = (part.split(";") for part in request.headers.get("accept-encoding", "").split(","))
    return {
        name.strip().lower()
        for name, *weight in offers
        if not any(w.strip().replace(" ", "").rstrip("0").rstrip(".") == "q=" for w in weight)
    }


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
    accepted = accepted_encodings(request)
    if len(body) >= _WORTH_COMPRESSING:
        if "br" in accepted:
            body, headers["content-encoding"] = brotli.compress(body, quality=4), "br"
        elif "gzip" in accepted:
            body, headers["content-encoding"] = gzip.compress(body, 5), "gzip"
    return Response(body, status_code=status, media_type=media_type, headers=headers)


def keep_private(response: R) -> R:
    """What not everybody may open stays out of caches and search engines, errors included."""
    response.headers.pop("etag", None)
    response.headers |= {"cache-control": "private, no-store", "x-robots-tag": "noindex"}
    return response
