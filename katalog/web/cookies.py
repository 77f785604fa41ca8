"""The cookies of signing in: secrets that mean something on the server only.

`__Host-` makes the browser see to it that no other name and no plain connection sets it. Browsers
take that from https and from this machine; under any other http address, for development only, the
cookie goes without.
"""

from __future__ import annotations

from collections.abc import Mapping

from litestar.datastructures import Cookie

from katalog.settings import Settings

_PLAIN = "sitzung"
_ERRAND = "anmeldedienst"
_ERRAND_SECONDS = 900


def session_name(settings: Settings) -> str:
    return f"__Host-{_PLAIN}" if settings.secure_cookies else _PLAIN


def session_secret(cookies: Mapping[str, str], settings: Settings) -> str:
    return cookies.get(session_name(settings), "")


def errand_name(settings: Settings) -> str:
    return f"__Host-{_ERRAND}" if settings.secure_cookies else _ERRAND


def errand_cookie(value: str, settings: Settings) -> Cookie:
    """What a browser keeps while it is at the provider of a sign-in, and no longer."""
    return _cookie(errand_name(settings), value, settings, _ERRAND_SECONDS)


def session_cookie(secret: str, settings: Settings) -> Cookie:
    """It ends with the browser; how long it is worth something is known to the server."""
    return _cookie(session_name(settings), secret, settings, None)


def _cookie(name: str, value: str, settings: Settings, max_age: int | None) -> Cookie:
    """Out of reach of scripts and of other sites' forms; without a value it is taken back."""
    return Cookie(
        key=name,
        value=value,
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
        max_age=max_age if value else 0,
    )
