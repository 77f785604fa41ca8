"""Language and theme: a form sends the choice, a cookie keeps it, the reader stays in place."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from litestar import MediaType, Request, Response, post
from litestar.datastructures import Cookie

from katalog.web.language import Language
from katalog.web.page import EVERYONE
from katalog.web.portal import Portal
from katalog.web.preferences import LANGUAGE_COOKIE, THEME_COOKIE, Theme

_ONE_YEAR = 365 * 24 * 3600
_LONGEST_PATH = 2000


@post("/darstellung", include_in_schema=False, opt={"access": EVERYONE})
async def choose_appearance(request: Request[Any, Any, Any]) -> Response[bytes]:
    portal: Portal = request.app.state.portal
    form = await request.form()
    chosen: dict[str, str] = {}
    if form.get("sprache") in set(Language):
        chosen[LANGUAGE_COOKIE] = str(form["sprache"])
    if form.get("thema") in set(Theme):
        chosen[THEME_COOKIE] = str(form["thema"])
    cookies = [
        Cookie(
            key=key,
            value=value,
            max_age=_ONE_YEAR,
            secure=portal.settings.secure_cookies,
            httponly=True,
            samesite="lax",
        )
        for key, value in chosen.items()
    ]
    return Response(
        b"",
        status_code=HTTPStatus.SEE_OTHER,
        media_type=MediaType.TEXT,
        headers={"location": own_path(str(form.get("weiter", "/")))},
        cookies=cookies,
    )


def own_path(target: str) -> str:
    """Only a path of this portal: "//host" and "/\\host" would lead elsewhere."""
    plain = target.isprintable() and target.isascii() and "\\" not in target
    own = target.startswith("/") and not target.startswith("//")
    return target if plain and own and len(target) <= _LONGEST_PATH else "/"


PAGES = [choose_appearance]
