"""The portal as JSON under /api/v1, described by itself (OpenAPI 3.1).

A call is a function from an `Ask` to an answer, declared with its parameters and the form of what
it answers (`calls`). The declaration is used four times: to read and refuse what arrives
(`parameter`, `body`), to answer (`answer`), to describe the API (`openapi`), and for the page /api.
Whoever shows a token (`ausweis`) acts for a body, by the services that the pages use.
"""

from __future__ import annotations

PREFIX = "/api/v1"


def is_call(path: str) -> bool:
    """Whether a program asks: the page /api itself is for people."""
    return path.startswith("/api/")
