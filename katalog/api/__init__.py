"""The portal as JSON: public reads under /api/v1, described by themselves (OpenAPI 3.1).

A call is a function from an `Ask` to an answer, declared with its parameters and the form of what
it answers (`calls`). The declaration is used four times: to read and refuse what arrives
(`parameter`), to answer (`answer`), to describe the API (`openapi`), and for the page /api.
"""

from __future__ import annotations

PREFIX = "/api/v1"


def is_call(path: str) -> bool:
    """Whether a program asks: the page /api itself is for people."""
    return path.startswith("/api/")
