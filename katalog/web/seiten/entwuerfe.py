"""Assistants that the catalogue does not know: named by a body, decided by its coordination."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from katalog import discovery
from katalog.discovery import Auswahl
from katalog.domain.begriffe import Dienstart, Einsatzrolle, Einsatzstatus, Objektart
from katalog.domain.einsatz import parse_einsatz
from katalog.domain.errors import NichtGefunden, UngueltigeEingaben
from katalog.domain.rollen import Recht, Rolle, reach
from katalog.participation import entwuerfe
from katalog.participation.entwuerfe import parse_entwurf
from katalog.queries import dienste
from katalog.queries import entwuerfe as drafts
from katalog.queries.kommunen import KommuneZeile
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View, page
from katalog.web.participants import (
    PARTICIPANTS,
    list_of,
    own_body,
    statement_form,
    typed_statement,
)

DECIDERS = frozenset({Rolle.KOORDINIERUNG, Rolle.ADMINISTRATION})
_HITS = 5
_FIELDS = ("name", "art", "kurzbeschreibung")
_DONE = {
    "aufgenommen": "Aufgenommen. Der Onlinedienst steht jetzt im Katalog.",
    "zusammengefuehrt": "Zusammengeführt. Die Angaben stehen jetzt beim vorhandenen Onlinedienst.",
}


@page("/kommunen/{ars:str}/angaben/entwurf", access=PARTICIPANTS)
def show_draft_form(view: View) -> Page:
    typed = {"name": view.address.text("name"), "art": Dienstart.KOMMUNAL}
    blank = {"rolle": Einsatzrolle.NUTZT, "status": Einsatzstatus.PRODUKTIV}
    return _form(own_body(view), typed | blank)


@action("/kommunen/{ars:str}/angaben/entwurf", access=PARTICIPANTS)
def add_draft(view: View) -> Page | Redirect:
    kommune = own_body(view)
    typed = typed_statement(view) | _typed(view)
    faults: dict[str, str] = {}
    try:
        entwurf = parse_entwurf(typed)
    except UngueltigeEingaben as wrong:
        faults |= wrong.by_field
    try:
        angaben = parse_einsatz(typed, view.today)
    except UngueltigeEingaben as wrong:
        faults |= wrong.by_field
    if faults:
        return _form(kommune, typed, faults)
    entwuerfe.state_with_draft(
        view.session, view.viewer, kommune.stelle_id, entwurf, angaben, view.today
    )
    return Redirect(f"{list_of(kommune)}?ok=entwurf")


@page("/entwuerfe", access=DECIDERS)
def list_drafts(view: View) -> Page:
    found = drafts.within(view.session, reach(view.viewer, Recht.ENTWURF_ENTSCHEIDEN))
    meldung = _DONE.get(view.address.text("ok"), "")
    return Page("seiten/entwuerfe.html", {"entwuerfe": found, "meldung": meldung})


@page("/entwuerfe/{kennung:str}", access=DECIDERS)
def show_draft(view: View) -> Page:
    return _draft(view)


@action("/entwuerfe/{kennung:str}/annahme", access=DECIDERS)
def accept_draft(view: View) -> Page | Redirect:
    try:
        angaben = parse_entwurf(_typed(view))
    except UngueltigeEingaben as wrong:
        return _draft(view, _typed(view), wrong.by_field)
    entwuerfe.accept(view.session, view.viewer, view.path["kennung"], angaben)
    return Redirect("/entwuerfe?ok=aufgenommen")


@page("/entwuerfe/{kennung:str}/zusammenfuehrung/{ziel:str}", access=DECIDERS)
def confirm_merge(view: View) -> Page:
    entwurf = entwuerfe.find_to_decide(view.session, view.viewer, view.path["kennung"])
    values = {"entwurf": entwurf, "ziel": _target(view)}
    return Page("seiten/entwurf_zusammenfuehren.html", values)


@action("/entwuerfe/{kennung:str}/zusammenfuehrung/{ziel:str}", access=DECIDERS)
def merge_draft(view: View) -> Redirect:
    ziel = _target(view).dienst
    entwuerfe.merge(view.session, view.viewer, view.path["kennung"], ziel, view.today)
    return Redirect("/entwuerfe?ok=zusammengefuehrt")


def _form(
    kommune: KommuneZeile, typed: Mapping[str, str], faults: Mapping[str, str] | None = None
) -> Page:
    return Page(
        "seiten/angabe_entwurf.html",
        {
            "kommune": kommune,
            "entwurf": {name: typed.get(name, "") for name in _FIELDS},
            "arten": list(Dienstart),
            **statement_form(typed, faults or {}),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


def _draft(
    view: View, typed: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None
) -> Page:
    entwurf = entwuerfe.find_to_decide(view.session, view.viewer, view.path["kennung"])
    q = view.address.text("q") or entwurf.dienst.name
    auswahl = Auswahl(typ=Objektart.ONLINEDIENST, q=q)
    found = discovery.find(
        view.session, view.portal.suche, auswahl, view.today, limit=_HITS, facets=False
    )
    written = {name: str(getattr(entwurf.dienst, name)) for name in _FIELDS}
    return Page(
        "seiten/entwurf.html",
        {
            "entwurf": entwurf,
            "q": q,
            "dienste": dienste.by_ids(view.session, found.ids),
            "werte": typed or written,
            "fehler": faults or {},
            "arten": list(Dienstart),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


def _typed(view: View) -> dict[str, str]:
    return {name: view.form.last(name).strip() for name in _FIELDS}


def _target(view: View) -> dienste.DienstZeile:
    ziel = dienste.find_dienst(view.session, view.path["ziel"])
    if ziel is None or ziel.dienst.entfallen_am is not None:
        raise NichtGefunden("Der Onlinedienst", view.path["ziel"])
    return ziel


PAGES = [
    show_draft_form,
    add_draft,
    list_drafts,
    show_draft,
    accept_draft,
    confirm_merge,
    merge_draft,
]
