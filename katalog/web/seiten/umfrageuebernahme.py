"""Answers to a survey as statements of use: for which assistant, look at each, take over."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus

from katalog.domain.errors import NichtGefunden, UngueltigeEingabe
from katalog.domain.umfrage import Uebernahme
from katalog.models.koordination import Umfrage
from katalog.participation import umfrage as service
from katalog.queries import dienste
from katalog.queries.dienste import DienstZeile
from katalog.surveys import fragen
from katalog.web.address import Address
from katalog.web.case_reader import read_number
from katalog.web.coordinators import COORDINATORS
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View, page

_PATH = "/koordination/umfragen/{nummer:str}/uebernehmen"
_HINT = "Ihre Umfragen stehen unter /koordination/umfragen."


@page(_PATH, access=COORDINATORS)
def show_proposals(view: View) -> Page:
    umfrage = _own(view)
    try:
        dienst = _chosen(view, view.address) if view.address.text("dienst") else None
    except UngueltigeEingabe as fault:
        return _page(view, umfrage, None, fault)
    return _page(view, umfrage, dienst)


@action(_PATH, access=COORDINATORS)
def take_over(view: View) -> Page | Redirect:
    umfrage, dienst = _own(view), _chosen(view, view.form)
    assert dienst.dienst.id is not None
    typed = [t for t in view.form.all("antwort") if t.isascii() and t.isdigit() and len(t) < 11]
    try:
        done = service.take_over(
            view.session,
            view.viewer,
            umfrage,
            dienst.dienst.id,
            {int(t) for t in typed},
            view.today,
        )
    except UngueltigeEingabe as fault:
        return _page(view, umfrage, dienst, fault)
    here = Address(view.address.path).with_(dienst=dienst.dienst.kennung, ok=done)
    return Redirect(str(here))


def _page(
    view: View,
    umfrage: Umfrage,
    dienst: DienstZeile | None,
    fault: UngueltigeEingabe | None = None,
) -> Page:
    rows = []
    if dienst is not None and dienst.dienst.id is not None:
        rows = service.propose(view.session, view.viewer, umfrage, dienst.dienst.id, view.today)
    done = view.address.text("ok")
    return Page(
        "seiten/umfrage_uebernehmen.html",
        {
            "umfrage": umfrage,
            "dienst": dienst,
            "vorschlaege": _offered(view, umfrage),
            "zeilen": rows,
            "anzahl": Counter(row.was for row in rows),
            "neu": Uebernahme.NEU,
            "getippt": view.address.text("dienst"),
            "fehler": fault.by_field if fault else {},
            "uebernommen": int(done) if done.isascii() and done.isdigit() and len(done) < 6 else 0,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
    )


def _own(view: View) -> Umfrage:
    number = read_number(view.path["nummer"], "Die Umfrage", _HINT)
    umfrage = fragen.find_own(view.session, view.viewer, number)
    if umfrage.beginn is None:
        raise NichtGefunden("Die Umfrage", str(number), "Sie ist noch nicht versandt.")
    return umfrage


def _chosen(view: View, said: Address) -> DienstZeile:
    """A key, or the address of the page."""
    typed = said.text("dienst").strip().rstrip("/").rpartition("/")[2]
    found = dienste.find_dienst(view.session, typed)
    if found is None:
        text = "Diesen Onlinedienst gibt es nicht. Nehmen Sie den Namen aus seiner Adresse."
        raise UngueltigeEingabe("dienst", typed, text)
    return found


def _offered(view: View, umfrage: Umfrage) -> list[DienstZeile]:
    """Assistants for the service that was asked about, if it was about one."""
    if umfrage.leistung_id is None:
        return []
    return dienste.dienste_for_leistung(view.session, umfrage.leistung_id)


PAGES = [show_proposals, take_over]
