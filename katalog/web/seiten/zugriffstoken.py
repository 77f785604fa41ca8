"""Tokens for programs that use the API in one's name: made, shown once, revoked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from katalog.accounts import zugriffstoken
from katalog.api import PREFIX
from katalog.domain.errors import NichtGefunden, UngueltigeEingaben
from katalog.domain.zugriff import DAUERN, Zugriff
from katalog.queries import mitgliedschaften
from katalog.queries import zugriffstoken as rows
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View, page
from katalog.web.viewer import SIGNED_IN

_DONE = {"widerrufen": "Widerrufen. Wer das Token benutzt, wird ab jetzt abgewiesen."}
_LARGEST_ID = 2**31 - 1


@page("/konto/zugriffstoken", access=SIGNED_IN)
def list_tokens(view: View) -> Page:
    return _list(view)


@action("/konto/zugriffstoken")
def make_token(view: View) -> Page:
    stelle, tage = _number(view.form.text("stelle")), _number(view.form.text("tage"))
    wanted = view.form.all("zugriff")
    zugriff = [each for each in Zugriff if each.value in wanted]
    try:
        token = zugriffstoken.issue(
            view.session, view.signed_in, view.form.text("name"), stelle, zugriff, tage, view.now
        )
    except UngueltigeEingaben as faults:
        return replace(_list(view, faults.by_field), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    basis = view.portal.settings.basis_url.rstrip("/") + PREFIX
    path = "/nachnutzungen" if Zugriff.VORGAENGE_LESEN in zugriff else "/einsaetze"
    return Page(
        "seiten/konto_zugriffstoken_neu.html", {"zugriffstoken": token, "probe": basis + path}
    )


@action("/konto/zugriffstoken/{nummer:str}/widerrufen")
def revoke_token(view: View) -> Redirect:
    number = _number(view.path["nummer"])
    if number is None:
        raise NichtGefunden(
            "Das Zugriffstoken", view.path["nummer"], "Ihre stehen unter „Mein Konto“."
        )
    zugriffstoken.revoke(view.session, view.signed_in, number)
    return Redirect("/konto/zugriffstoken?ok=widerrufen")


def _list(view: View, faults: Mapping[str, str] | None = None) -> Page:
    konto_id = view.signed_in.konto_id
    own = mitgliedschaften.of_account(view.session, konto_id)
    return Page(
        "seiten/konto_zugriffstoken.html",
        {
            "token": rows.of_account(view.session, konto_id),
            "stellen": {
                str(each.stelle_id): each.stelle
                for each in own
                if each.freigegeben_am is not None and each.stelle_id is not None
            },
            "zugriffe": tuple(Zugriff),
            "dauern": {str(tage): f"{tage} Tage" for tage in DAUERN},
            "werte": {name: view.form.text(name) for name in ("name", "stelle", "tage")},
            "gewaehlt": view.form.all("zugriff"),
            "fehler": faults or {},
            "meldung": _DONE.get(view.address.text("ok"), ""),
            "jetzt": view.now,
        },
    )


def _number(typed: str) -> int | None:
    plain = typed.isascii() and typed.isdigit() and len(typed) < 11
    return int(typed) if plain and 0 < int(typed) <= _LARGEST_ID else None


PAGES = [list_tokens, make_token, revoke_token]
