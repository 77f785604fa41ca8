"""The coordinating body's view of its cases: a board by step, the same as a table, and what came by
mail or letter."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from katalog.domain.begriffe import Handlungsweise
from katalog.domain.errors import (
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
    UngueltigeEingaben,
    VoraussetzungFehlt,
)
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Status
from katalog.queries import mitgliedschaften
from katalog.web.case_fields import ZUSTIMMUNG_DER_STELLE, Eingaben, read_zustimmung
from katalog.web.case_filter import chips_of, read_filter, sort_links
from katalog.web.case_reader import akteur_of
from katalog.web.case_words import SAMMELSCHRITTE, WORTE
from katalog.web.forms import action
from katalog.web.lists import check_page
from katalog.web.page import Page, Redirect, View, page
from katalog.workflow import (
    Angebotszeile,
    Ansprechstelle,
    Interesse,
    count_by_status,
    list_board,
    list_cases,
    list_choices,
    list_offers,
    record_interest,
)

COORDINATORS = frozenset({Rolle.KOORDINIERUNG})

COLUMNS = (
    Status.INTERESSE_BEKUNDET,
    Status.BESTAETIGT,
    Status.IN_ANBINDUNG,
    Status.IM_TEST,
)
_CARDS = 6
_TABLE = "tabelle"

_PLAIN = ("eingang", "beleg", "wunschtermin", "name", "email", "telefon")
_FIELDS = (*_PLAIN, *(feld.name for feld in ZUSTIMMUNG_DER_STELLE), "fassung")
_DONE = {
    "liste": "Die Liste ist übernommen.",
    "erfasst": "Das Interesse ist erfasst.",
    "bestaetigen": "Bestätigt, die Mails gehen ab.",
    "anbindung_beginnen": "In allen ausgewählten Vorgängen hat die Anbindung begonnen.",
    "test_beginnen": "In allen ausgewählten Vorgängen hat der Test begonnen.",
    "produktiv_setzen": "Alle ausgewählten Vorgänge sind produktiv, die Mails gehen ab.",
}


@page("/koordination", access=COORDINATORS)
def show_cockpit(view: View) -> Page:
    akteur, wanted = akteur_of(view), read_filter(view.address)
    choices = list_choices(view.session, akteur)
    counts = count_by_status(view.session, akteur, wanted)
    values = {
        "adresse": view.address.without("ok"),
        "gewaehlt": wanted,
        "sammelschritte": {aktion.value: WORTE[aktion].knopf for aktion in SAMMELSCHRITTE},
        "auswahl": choices,
        "anzahl": counts,
        "laufende": sum(counts.get(status, 0) for status in COLUMNS),
        "spalten": COLUMNS,
        "chips": chips_of(
            view.address,
            {("dienst", key): name for key, name in choices.dienste}
            | {("kreis", key): name for key, name in choices.kreise},
        ),
        "meldung": _DONE.get(view.address.text("ok"), ""),
    }
    if view.address.text("ansicht") == _TABLE:
        found = list_cases(view.session, akteur, wanted, view.address.page())
        check_page(found)
        values |= {"seite": found, "sortierungen": sort_links(view.address)}
        return Page("seiten/koordination_tabelle.html", values)
    board = list_board(view.session, akteur, wanted, _CARDS)
    return Page("seiten/koordination.html", values | {"brett": board})


@page("/koordination/erfassen", access=COORDINATORS)
def show_intake(view: View) -> Page:
    return _intake(view, view.address.text("dienst"), view.address.text("q"))


@action("/koordination/erfassen", access=COORDINATORS)
def take_in(view: View) -> Page | Redirect:
    """A mail or letter that came directly; its terms may still be open."""
    offer = _offer(view, view.form.text("dienst"))
    if offer is None:
        raise NichtGefunden("Das Angebot", view.form.text("dienst"), "Wählen Sie es neu aus.")
    werte = {name: view.form.last(name).strip() for name in _FIELDS}
    try:
        eingaben = Eingaben(werte)
        eingang, wunschtermin = eingaben.day("eingang"), eingaben.day("wunschtermin")
        beleg, zustimmung = eingaben.text("beleg"), read_zustimmung(eingaben)
        stellen = _stellen(view, eingaben)
        eingaben.done()
        interesse = Interesse(
            dienst_id=offer.dienst_id,
            stellen=stellen,
            wunschtermin=wunschtermin,
            ansprechstelle=Ansprechstelle(werte["name"], werte["email"], werte["telefon"]),
            zustimmung=zustimmung,
            handelt=Handlungsweise.SELBST if len(stellen) == 1 else Handlungsweise.IM_NAMEN,
        )
        begun = record_interest(
            view.session, akteur_of(view), interesse, eingang=eingang, beleg=beleg
        )
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _intake(view, offer.kennung, view.form.text("q"), werte, faults.by_field)
    except (SchonVorhanden, VoraussetzungFehlt) as conflict:
        obstacle = {"stellen": conflict.meldung}
        return _intake(view, offer.kennung, view.form.text("q"), werte, obstacle)
    if len(begun) == 1:
        return Redirect(f"/nachnutzungen/{begun[0].id}?ok=erfasst")
    return Redirect("/koordination?ok=erfasst")


def _intake(
    view: View,
    kennung: str,
    q: str,
    werte: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> Page:
    """First the offer and the body, then what the letter says."""
    offers = list_offers(view.session, akteur_of(view))
    mine = view.viewer.koordinierte_stellen
    found = mitgliedschaften.search_bodies(view.session, q) if q else []
    return Page(
        "seiten/koordination_erfassen.html",
        {
            "angebote": offers,
            "angebot": next((offer for offer in offers if offer.kennung == kennung), None),
            "q": q,
            "stellen": [body for body in found if body.id in mine],
            "gewaehlt": view.form.all("stellen"),
            "werte": werte or dict.fromkeys(_FIELDS, ""),
            "zustimmungsfelder": ZUSTIMMUNG_DER_STELLE,
            "fehler": faults or {},
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


def _offer(view: View, kennung: str) -> Angebotszeile | None:
    offers = list_offers(view.session, akteur_of(view))
    return next((offer for offer in offers if offer.kennung == kennung), None)


def _stellen(view: View, eingaben: Eingaben) -> tuple[int, ...]:
    """Only bodies of the own area; any other number is no choice at all."""
    mine = {str(number): number for number in view.viewer.koordinierte_stellen}
    found = tuple(mine[typed] for typed in view.form.all("stellen") if typed in mine)
    if not found:
        text = "Wählen Sie mindestens eine Stelle aus der Liste."
        eingaben.add(UngueltigeEingabe("stellen", "", text))
    return found


PAGES = [show_cockpit, show_intake, take_in]
