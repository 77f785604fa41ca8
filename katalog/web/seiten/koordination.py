"""The coordinating body's view of its cases: a board by step, the same as a table, and what came by
mail or letter."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from katalog.domain.errors import (
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
    UngueltigeEingaben,
    VoraussetzungFehlt,
)
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Status
from katalog.web.case_filter import chips_of, read_filter, sort_links
from katalog.web.case_reader import akteur_of
from katalog.web.case_words import SAMMELSCHRITTE, WORTE
from katalog.web.forms import action
from katalog.web.interest_form import (
    find_offer,
    form_values,
    read_interest_form,
    search_own_bodies,
    typed_fields,
)
from katalog.web.lists import check_page
from katalog.web.page import Page, Redirect, View, page
from katalog.workflow import (
    count_by_status,
    count_inbox,
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
        "im_eingang": count_inbox(view.session, akteur),
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
    offer = find_offer(view, view.form.text("dienst"))
    if offer is None:
        raise NichtGefunden("Das Angebot", view.form.text("dienst"), "Wählen Sie es neu aus.")
    werte = typed_fields(view)
    try:
        read = read_interest_form(view, offer, werte)
        begun = record_interest(
            view.session, akteur_of(view), read.interesse, eingang=read.eingang, beleg=read.beleg
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
    offer = find_offer(view, kennung)
    return Page(
        "seiten/koordination_erfassen.html",
        form_values(offer, q, search_own_bodies(view, q), view.form.all("stellen"), werte, faults)
        | {"angebote": list_offers(view.session, akteur_of(view))},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


PAGES = [show_cockpit, show_intake, take_in]
