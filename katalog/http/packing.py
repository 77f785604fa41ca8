"""Bodies packed as the reader offers to unpack them."""

from __future__ import annotations

import gzip

import brotli

_WORTH_COMPRESSING = 1024


def read_offers(header: str) -> set[str]:
    """Without those that the client rules out: "br;q=0" means anything but br."""
    offers = (part.split(";") for part in header.split(","))
    return {
        name.strip().lower()
        for name, *weight in offers
        if not any(w.strip().replace(" ", "").rstrip("0").rstrip(".") == "q=" for w in weight)
    }


def choose_encoding(size: int, header: str) -> str:
    """`br`, `gzip`, or nothing for a body that stays as it is."""
    if size < _WORTH_COMPRESSING:
        return ""
    offers = read_offers(header)
    return next((name for name in ("br", "gzip") if name in offers), "")


def pack(body: bytes, encoding: str) -> bytes:
    match encoding:
        case "br":
            packed: bytes = brotli.compress(body, quality=4)
            return packed
        case "gzip":
            # Without the time in its header the same body stays the same bytes.
            return gzip.compress(body, 5, mtime=0)
        case _:
            return body
