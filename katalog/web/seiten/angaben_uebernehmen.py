"""Copying from a neighbour: choose a municipality, choose what of it, look, take over."""

from __future__ import annotations

from http import HTTPStatus

from katalog.domain.errors import NichtGefunden, UngueltigeEingabe
from katalog.domain.rollen import GAST
from katalog.domain.schluessel import strip_separators
from katalog.participation import uebernahme
from katalog.participation.uebernahme import ALS
from katalog.queries import kommunen, mitgliedschaften
from katalog.queries.kommunen import KommuneZeile
from katalog.web.address import Address
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View, page
from katalog.web.participants import PARTICIPANTS, list_of, own_body

_MOST_NEIGHBOURS = 12


@page("/kommunen/{ars:str}/angaben/uebernehmen", access=PARTICIPANTS)
def choose_neighbour(view: View) -> Page:
    kommune = own_body(view)
    if view.address.text("von"):
        return _choice(view, kommune)
    q = view.address.text("q")
    found = mitgliedschaften.search_bodies(view.session, q) if q else []
    values = {
        "kommune": kommune,
        "q": q,
        "gefunden": [each for each in found if each.ars and each.id != kommune.stelle_id],
        "nachbarn": _neighbours(view, kommune),
    }
    return Page("seiten/angaben_nachbar.html", values)


@page("/kommunen/{ars:str}/angaben/uebernehmen/pruefen", access=PARTICIPANTS)
def confirm_copy(view: View) -> Page:
    kommune, nachbar = own_body(view), _neighbour(view, view.address)
    offered = uebernahme.list_of_neighbour(
        view.session, view.viewer, kommune.stelle_id, nachbar.stelle_id, view.today
    )
    try:
        als = uebernahme.parse_als(view.address.text("als"))
        chosen = uebernahme.chosen_of(offered, view.address.all("dienst"))
    except UngueltigeEingabe as fault:
        return _choice(view, kommune, {fault.feld: fault.meldung})
    values = {"kommune": kommune, "nachbar": nachbar, "gewaehlt": chosen, "als": als}
    return Page("seiten/angaben_nachbar_pruefen.html", values | {"status": ALS[als]})


@action("/kommunen/{ars:str}/angaben/uebernehmen", access=PARTICIPANTS)
def copy_from_neighbour(view: View) -> Redirect:
    kommune, nachbar = own_body(view), _neighbour(view, view.form)
    uebernahme.copy(
        view.session,
        view.viewer,
        kommune.stelle_id,
        nachbar.stelle_id,
        view.form.all("dienst"),
        uebernahme.parse_als(view.form.text("als")),
        view.today,
    )
    return Redirect(f"{list_of(kommune)}?ok=uebernommen")


def _choice(view: View, kommune: KommuneZeile, faults: dict[str, str] | None = None) -> Page:
    nachbar = _neighbour(view, view.address)
    return Page(
        "seiten/angaben_nachbar_wahl.html",
        {
            "kommune": kommune,
            "nachbar": nachbar,
            "vorschlaege": uebernahme.list_of_neighbour(
                view.session, view.viewer, kommune.stelle_id, nachbar.stelle_id, view.today
            ),
            "gewaehlt": view.address.all("dienst"),
            "als": view.address.text("als"),
            "rollen": list(ALS),
            "fehler": faults or {},
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


def _neighbour(view: View, said: Address) -> KommuneZeile:
    typed = said.text("von")
    found = kommunen.find_kommune(view.session, strip_separators(typed))
    if found is None:
        raise NichtGefunden("Die Kommune", typed)
    return found


def _neighbours(view: View, kommune: KommuneZeile) -> list[tuple[KommuneZeile, int]]:
    """Those of the same Kreis that say most."""
    kreis = kommunen.find_kommune(view.session, kommune.kreis_ars) if kommune.kreis_ars else None
    if kreis is None or kreis.gebiet.id is None:
        return []
    towns = kommunen.members(view.session, kreis.gebiet.id, kreis.gebiet.ebene)
    counts = kommunen.count_statements(
        view.session, [town.stelle_id for town in towns], GAST, view.today
    )
    saying = [
        (town, counts[town.stelle_id])
        for town in towns
        if counts.get(town.stelle_id) and town.stelle_id != kommune.stelle_id
    ]
    return sorted(saying, key=lambda pair: -pair[1])[:_MOST_NEIGHBOURS]


PAGES = [choose_neighbour, confirm_copy, copy_from_neighbour]
