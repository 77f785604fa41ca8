"""What both sides keep in a case beside its steps: checklist, notes, reminders, contact."""

from __future__ import annotations

from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.kalender import parse_datum
from katalog.web.case_reader import akteur_of, case_of, read_number, shown_version
from katalog.web.forms import action
from katalog.web.page import Redirect, View
from katalog.web.viewer import INVOLVED
from katalog.workflow import (
    Ansprechstelle,
    add_note,
    assign,
    close_reminder,
    set_contact,
    set_details,
    set_reminder,
    tick,
)

_AGAIN = "Laden Sie den Vorgang neu."


@action("/nachnutzungen/{nummer:str}/pruefpunkte", access=INVOLVED)
def tick_item(view: View) -> Redirect:
    """One item at a time: the button says which, and whether it is done or open again."""
    akte = case_of(view)
    wanted, _, number = view.form.text("punkt").partition("-")
    item = read_number(number or "x", "Der Prüfpunkt", _AGAIN)
    tick(view.session, akteur_of(view), akte.id, item, done=wanted == "erledigt")
    return Redirect(f"/nachnutzungen/{akte.id}#punkt-{item}")


@action("/nachnutzungen/{nummer:str}/notizen", access=INVOLVED)
def write_note(view: View) -> Redirect:
    akte = case_of(view)
    add_note(view.session, akteur_of(view), akte.id, view.form.lines("notiz"))
    return Redirect(f"/nachnutzungen/{akte.id}?ok=notiz#notizen")


@action("/nachnutzungen/{nummer:str}/wiedervorlagen", access=INVOLVED)
def remind(view: View) -> Redirect:
    akte, akteur = case_of(view), akteur_of(view)
    if done := view.form.text("erledigt"):
        number = read_number(done, "Die Wiedervorlage", _AGAIN)
        close_reminder(view.session, akteur, akte.id, number)
        return Redirect(f"/nachnutzungen/{akte.id}?ok=erledigt#notizen")
    day = parse_datum(view.form.text("faellig"), "faellig")
    set_reminder(view.session, akteur, akte.id, day, view.form.last("anlass"))
    return Redirect(f"/nachnutzungen/{akte.id}?ok=gespeichert#notizen")


@action("/nachnutzungen/{nummer:str}/angaben", access=INVOLVED)
def save_details(view: View) -> Redirect:
    """The two sides keep different things, each with its own button in the same form."""
    akte, akteur, version = case_of(view), akteur_of(view), shown_version(view)
    match view.form.text("was"):
        case "ansprechstelle":
            contact = Ansprechstelle(
                view.form.text("name"), view.form.text("email"), view.form.text("telefon")
            )
            set_contact(view.session, akteur, akte.id, version, contact)
        case "bearbeitung":
            typed = view.form.text("bearbeiter")
            person = read_number(typed, "Das Konto", _AGAIN) if typed else None
            assign(view.session, akteur, akte.id, version, person)
        case "akte":
            set_details(
                view.session,
                akteur,
                akte.id,
                version,
                aktenzeichen=view.form.text("aktenzeichen"),
                wartet_auf=view.form.last("wartet_auf"),
            )
        case other:
            raise UngueltigeEingabe("was", other, f"Was geändert werden soll, fehlt. {_AGAIN}")
    return Redirect(f"/nachnutzungen/{akte.id}?ok=gespeichert")


PAGES = [tick_item, write_note, remind, save_details]
