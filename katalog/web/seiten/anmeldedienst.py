"""Signing in with the account of one's own office: off to its provider, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from katalog import oidc
from katalog.accounts import anmeldung, sitzungen
from katalog.db import writing
from katalog.domain.errors import NichtErlaubt, NichtGefunden
from katalog.oidc import Vorhaben
from katalog.web.cookies import errand_cookie, errand_name, session_cookie
from katalog.web.page import Redirect, View, page
from katalog.web.seiten.darstellung import own_path

if TYPE_CHECKING:
    from katalog.oidc.provider import Provider

_BACK = "/anmelden/dienst/zurueck"


@page("/anmelden/dienst", private=True)
def leave(view: View) -> Redirect:
    """A link, since no form of the portal may lead to another host."""
    vorhaben = oidc.begin()
    cookie = errand_cookie(
        f"{vorhaben.secret}.{quote(own_path(view.address.last('weiter')), safe='')}",
        view.portal.settings,
    )
    return Redirect(_provider(view).address(vorhaben, _back(view)), cookies=(cookie,))


@page(_BACK, private=True)
def come_back(view: View) -> Redirect:
    """The one page that is read and writes: the provider sends the browser here with a GET, and
    the cookie shows that it was sent there from here."""
    settings = view.portal.settings
    secret, _, weiter = view.cookies.get(errand_name(settings), "").partition(".")
    vorhaben = Vorhaben(secret)
    if not vorhaben.answers(view.address.last("state")):
        raise NichtErlaubt(
            "Diese Antwort des Anmeldedienstes gehört zu keiner Anmeldung in diesem Browser. "
            "Beginnen Sie noch einmal unter /anmelden."
        )
    if not view.address.last("code"):
        raise NichtErlaubt(
            "Sie haben die Anmeldung beim Anmeldedienst abgebrochen. Melden Sie sich mit einer "
            "Mail an, oder beginnen Sie noch einmal unter /anmelden."
        )
    ausweis = _provider(view).redeem(vorhaben, view.address.last("code"), _back(view))
    with writing(view.portal.engine) as session:
        number = anmeldung.enter_with(session, ausweis)
        if view.konto is not None:
            sitzungen.end(session, view.konto, view.now)
        session_secret = sitzungen.begin(session, number, view.now)
    target = own_path(unquote(weiter))
    cookies = (session_cookie(session_secret, settings), errand_cookie("", settings))
    return Redirect(target if target != "/" else "/konto", cookies=cookies)


def _provider(view: View) -> Provider:
    if view.portal.anmeldedienst is None:
        raise NichtGefunden(
            "Die Seite", "Anmeldedienst", "Melden Sie sich unter /anmelden mit einer Mail an."
        )
    return view.portal.anmeldedienst


def _back(view: View) -> str:
    return view.portal.settings.basis_url.rstrip("/") + _BACK


PAGES = [leave, come_back]
