"""What a provider says about those who use its assistant, and what they say to that."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus
from katalog.domain.errors import Konflikt, NichtGefunden, UngueltigeEingaben
from katalog.domain.rollen import Rolle
from katalog.domain.schluessel import strip_separators
from katalog.participation import anbieter
from katalog.participation.anbieter import ROLLEN, STATUS
from katalog.queries import dienste, einsaetze, kommunen, mitgliedschaften
from katalog.queries.dienste import DienstZeile
from katalog.queries.kommunen import KommuneZeile
from katalog.web.forms import action
from katalog.web.lists import check_page
from katalog.web.page import Page, Redirect, View, page
from katalog.web.participants import number_of, statement_form, typed_statement

PROVIDERS = frozenset({Rolle.ANBIETER})
_DONE = {
    "neu": "Gespeichert. Die Kommune wird gefragt, ob es stimmt.",
    "widersprochen": "Widersprochen. Die Angabe zählt nicht mehr; die Kommune sieht das.",
}


@page("/onlinedienste/{kennung:str}/angaben", access=PROVIDERS)
def list_users(view: View) -> Page:
    zeile = _own(view)
    assert zeile.dienst.id is not None
    rows = einsaetze.of_onlinedienst(
        view.session, zeile.dienst.id, view.viewer, view.address.page()
    )
    check_page(rows)
    values = {
        "zeile": zeile,
        "angaben": rows,
        "adresse": view.address,
        "meldung": _DONE.get(view.address.text("ok"), ""),
    }
    return Page("seiten/angaben_anbieter.html", values)


@page("/onlinedienste/{kennung:str}/angaben/neu", access=PROVIDERS)
def choose_user(view: View) -> Page:
    q = view.address.text("q")
    found = mitgliedschaften.search_bodies(view.session, q) if q else []
    values = {"zeile": _own(view), "q": q, "gefunden": [each for each in found if each.ars]}
    return Page("seiten/angabe_anbieter_wahl.html", values)


@page("/onlinedienste/{kennung:str}/angaben/neu/{ars:str}", access=PROVIDERS)
def show_statement_form(view: View) -> Page:
    blank = {"rolle": Einsatzrolle.NUTZT, "status": Einsatzstatus.PRODUKTIV}
    return _form(view, _own(view), _user(view), blank)


@action("/onlinedienste/{kennung:str}/angaben/neu/{ars:str}", access=PROVIDERS)
def state_user(view: View) -> Page | Redirect:
    zeile, kommune, typed = _own(view), _user(view), typed_statement(view)
    try:
        angaben = anbieter.parse_by_provider(typed, view.today)
    except UngueltigeEingaben as faults:
        return _form(view, zeile, kommune, typed, faults.by_field)
    try:
        anbieter.state_as_provider(
            view.session, view.viewer, zeile.dienst, kommune.stelle_id, angaben, view.today
        )
    except Konflikt as conflict:
        return _form(view, zeile, kommune, typed, {"rolle": conflict.meldung})
    return Redirect(f"/onlinedienste/{zeile.dienst.kennung}/angaben?ok=neu")


@action("/onlinedienste/{kennung:str}/angaben/widersprueche", access=PROVIDERS)
def contradict_user(view: View) -> Redirect:
    dienst = _own(view).dienst
    number = number_of(view.form.text("nummer"))
    anbieter.contradict_as_provider(view.session, view.viewer, dienst, number, view.today)
    return Redirect(f"/onlinedienste/{dienst.kennung}/angaben?ok=widersprochen")


def _own(view: View) -> DienstZeile:
    zeile = dienste.find_dienst(view.session, view.path["kennung"])
    if zeile is None:
        raise NichtGefunden("Der Onlinedienst", view.path["kennung"])
    anbieter.require_own(view.viewer, zeile.dienst)
    return zeile


def _user(view: View) -> KommuneZeile:
    kommune = kommunen.find_kommune(view.session, strip_separators(view.path["ars"]))
    if kommune is None:
        raise NichtGefunden("Die Kommune", view.path["ars"])
    return kommune


def _form(
    view: View,
    zeile: DienstZeile,
    kommune: KommuneZeile,
    typed: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
) -> Page:
    form = statement_form(typed, faults or {})
    return Page(
        "seiten/angabe_anbieter.html",
        form | {"zeile": zeile, "kommune": kommune, "rollen": ROLLEN, "alle_status": STATUS},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


PAGES = [list_users, choose_user, show_statement_form, state_user, contradict_user]
