"""Signing in and out. Opening a link uses nothing up: scanners of mails open every link."""

from __future__ import annotations

from http import HTTPStatus

from katalog.accounts import anmeldung, sitzungen
from katalog.accounts.anmeldung import Eingeloest
from katalog.domain.errors import UngueltigeEingabe
from katalog.web.address import Address
from katalog.web.cookies import session_cookie
from katalog.web.forms import action
from katalog.web.origin import place_of
from katalog.web.page import EVERYONE, Page, Redirect, View, page
from katalog.web.seiten.darstellung import own_path

_WRONG_CODE = (
    "Dieser Code stimmt nicht oder gilt nicht mehr. Prüfen Sie die Ziffern in der neuesten Mail, "
    "oder fordern Sie eine neue an. Nach fünf Versuchen gilt nur noch der Link in der Mail."
)


@page("/anmelden", private=True)
def show_sign_in(view: View) -> Page | Redirect:
    weiter = _target(view.address)
    if view.konto is not None:
        return Redirect(weiter or "/konto")
    return _sign_in_page(view, weiter)


@action("/anmelden", access=EVERYONE)
def send_link(view: View) -> Page | Redirect:
    settings = view.portal.settings
    email, weiter = view.form.text("email"), _target(view.form)
    try:
        vorgang = anmeldung.request_link(
            view.session,
            email,
            place_of(view.client, settings.geheimnis),
            weiter,
            settings.basis_url.rstrip("/"),
            view.now,
        )
    except UngueltigeEingabe as error:
        return _sign_in_page(view, weiter, email, error.meldung)
    return Redirect(str(Address("/anmelden/code").with_(vorgang=vorgang)))


@page("/anmelden/code", private=True)
def show_code(view: View) -> Page | Redirect:
    vorgang = view.address.text("vorgang")
    if not vorgang:
        return Redirect("/anmelden")
    return _code_page(view, vorgang)


@action("/anmelden/code", access=EVERYONE)
def redeem_code(view: View) -> Page | Redirect:
    vorgang = view.form.text("vorgang")
    found = anmeldung.redeem_code(view.session, vorgang, view.form.text("code"), view.now)
    return _enter(view, found) if found else _code_page(view, vorgang, _WRONG_CODE)


@page("/anmelden/link", private=True)
def show_link(view: View) -> Page:
    token = view.address.text("token")
    return _link_page(token, good=anmeldung.still_valid(view.session, token, view.now))


@action("/anmelden/link", access=EVERYONE)
def redeem_link(view: View) -> Page | Redirect:
    token = view.form.text("token")
    found = anmeldung.redeem_token(view.session, token, view.now)
    return _enter(view, found) if found else _link_page(token, good=False)


@action("/abmelden", access=EVERYONE)
def sign_out(view: View) -> Redirect:
    if view.konto is not None and view.form.text("ueberall"):
        sitzungen.end_all(view.session, view.konto, view.now)
    elif view.konto is not None:
        sitzungen.end(view.session, view.konto, view.now)
    return Redirect("/", cookies=(session_cookie("", view.portal.settings),))


def _enter(view: View, found: Eingeloest) -> Redirect:
    if view.konto is not None:
        sitzungen.end(view.session, view.konto, view.now)
    secret = sitzungen.begin(view.session, found.konto_id, view.now)
    cookie = session_cookie(secret, view.portal.settings)
    return Redirect(found.weiter or "/konto", cookies=(cookie,))


def _sign_in_page(view: View, weiter: str, email: str = "", fehler: str = "") -> Page:
    settings = view.portal.settings
    values = {
        "weiter": weiter,
        "email": email,
        "fehler": fehler,
        "dienst": settings.oidc_name if view.portal.anmeldedienst else "",
        "dienst_url": Address("/anmelden/dienst").with_(weiter=weiter),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fehler else HTTPStatus.OK
    return Page("seiten/anmelden.html", values, status=status)


def _code_page(view: View, vorgang: str, fehler: str = "") -> Page:
    settings = view.portal.settings
    values = {
        "vorgang": vorgang,
        "fehler": fehler,
        "als_datei": not settings.produktion and settings.mailserver is None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fehler else HTTPStatus.OK
    return Page("seiten/anmelden_code.html", values, status=status)


def _link_page(token: str, *, good: bool) -> Page:
    status = HTTPStatus.OK if good else HTTPStatus.GONE
    return Page("seiten/anmelden_link.html", {"token": token, "gueltig": good}, status=status)


def _target(fields: Address) -> str:
    """Where to go on, if that is a page of the portal; never out of it."""
    wanted = fields.last("weiter")
    path = own_path(wanted) if wanted else ""
    return path if path != "/" else ""


PAGES = [show_sign_in, send_link, show_code, redeem_code, show_link, redeem_link, sign_out]
