"""What a coordinating body offers, and how an offer is discontinued for all its cases at once."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from katalog.domain.errors import NichtGefunden, UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.rollen import Rolle
from katalog.web.case_fields import Eingaben, Feld, Feldart, typed
from katalog.web.case_reader import akteur_of, read_number
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View, page
from katalog.web.rechner import say_distance
from katalog.workflow import Angebotszeile, count_open, discontinue, list_offers

COORDINATORS = frozenset({Rolle.KOORDINIERUNG})

_LONGEST_TEXT = 2_000
_FELDER = (
    Feld("termin", "Zu welchem Tag?", Feldart.TAG, "Zum Beispiel 31.12.2027."),
    Feld(
        "nachfolger",
        "Was tritt an seine Stelle?",
        hinweis="Name oder Adresse des Nachfolgers.",
        optional=True,
    ),
    Feld("grund", "Grund", Feldart.TEXT, "Steht in der Mail an die Kommunen.", optional=True),
)


@page("/koordination/angebote", access=COORDINATORS)
def list_own_offers(view: View) -> Page:
    offers = list_offers(view.session, akteur_of(view))
    done = "Die Einstellung ist angekündigt, die Mails gehen ab." if view.address.text("ok") else ""
    return Page("seiten/koordination_angebote.html", {"angebote": offers, "meldung": done})


@page("/koordination/angebote/{nummer:str}/einstellen", access=COORDINATORS)
def show_ending(view: View) -> Page:
    return _form(view, _offer(view), {})


@action("/koordination/angebote/{nummer:str}/einstellen", access=COORDINATORS)
def end_offer(view: View) -> Page | Redirect:
    offer = _offer(view)
    werte = typed(_FELDER, view.form)
    try:
        eingaben = Eingaben(werte)
        termin = eingaben.day("termin")
        nachfolger, grund = eingaben.text("nachfolger"), eingaben.text("grund", _LONGEST_TEXT)
        if not werte["termin"]:
            eingaben.add(UngueltigeEingabe("termin", "", "Der Tag fehlt. Geben Sie ihn an."))
        elif termin is not None and termin < view.today:
            text = "Der Tag liegt in der Vergangenheit. Wählen Sie einen späteren."
            eingaben.add(UngueltigeEingabe("termin", werte["termin"], text))
        eingaben.done()
    except UngueltigeEingaben as faults:
        return _form(view, offer, werte, faults.by_field)
    assert termin is not None
    if view.form.text("phase") != "ausfuehren":
        more = {"werte": werte, "termin": termin, "abstand": say_distance(termin, view.today)}
        return Page("seiten/koordination_einstellen_ansehen.html", _frame(view, offer) | more)
    discontinue(view.session, akteur_of(view), offer.angebot_id, termin, nachfolger, grund)
    return Redirect("/koordination/angebote?ok=eingestellt")


def _offer(view: View) -> Angebotszeile:
    typed_number = view.path["nummer"]
    number = read_number(typed_number, "Das Angebot", "Wählen Sie es aus der Liste.")
    for offer in list_offers(view.session, akteur_of(view)):
        if offer.angebot_id == number:
            return offer
    raise NichtGefunden("Das Angebot", typed_number, "Wählen Sie es aus der Liste.")


def _frame(view: View, offer: Angebotszeile) -> dict[str, Any]:
    return {
        "angebot": offer,
        "betroffen": count_open(view.session, akteur_of(view), offer.angebot_id),
        "ziel": f"/koordination/angebote/{offer.angebot_id}/einstellen",
    }


def _form(
    view: View,
    offer: Angebotszeile,
    werte: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
) -> Page:
    values = {"felder": _FELDER, "werte": werte, "fehler": faults or {}}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return Page("seiten/koordination_einstellen.html", _frame(view, offer) | values, status)


PAGES = [list_own_offers, show_ending, end_offer]
