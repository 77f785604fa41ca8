"""A mailing to the bodies of the cases that the cockpit shows: written, seen mail by mail, sent,
and followed."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from katalog.domain.begriffe import Rundschreibenumfang
from katalog.domain.errors import UngueltigeEingaben, VeralteterStand, VoraussetzungFehlt
from katalog.domain.rollen import Rolle
from katalog.domain.serienbrief import LONGEST, Platzhalter
from katalog.web.address import Address, read_address
from katalog.web.case_filter import read_filter, say_choice
from katalog.web.case_reader import akteur_of, read_number
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View, page
from katalog.workflow import (
    Entwurf,
    Filter,
    Versandvorschau,
    choose_cases,
    list_choices,
    list_mailings,
    preview_mailing,
    read_mailing,
    resend_mail,
    send_mailing,
)

_ACCESS = frozenset({Rolle.KOORDINIERUNG})
_HERE = "/koordination/rundschreiben"
_HINT = "Ihre Rundschreiben stehen unter /koordination/rundschreiben."
_FIELDS = (*LONGEST, "umfang", "auswahl")
# What may be begun with; all of it can be changed.
_DRAFTS = {
    "erinnerung": {
        "betreff": "Erinnerung: {Onlinedienst} für {Stelle}",
        "text": "Guten Tag,\n\n"
        "Ihr Vorgang {Vorgangsnummer} zum Onlinedienst „{Onlinedienst}“ steht im Schritt "
        "„{Schritt}“. Nächster Termin: {Termin}.\n\n"
        "Wie geht es bei Ihnen weiter, und wo können wir helfen? Über eine kurze Antwort freuen "
        "wir uns.\n\n"
        "Mit freundlichen Grüßen",
    }
}
_DONE = {
    "gesendet": "Das Rundschreiben ist unterwegs. Hier steht, was aus jeder Mail wird.",
    "schon": "Dieses Rundschreiben ist heute schon hinausgegangen und wurde nicht noch einmal "
    "gesendet.",
    "nochmal": "Die Mail wird noch einmal versucht.",
}


@page(_HERE, access=_ACCESS)
def show_mailings(view: View) -> Page:
    mailings = list_mailings(view.session, akteur_of(view))
    return Page("seiten/rundschreiben_liste.html", {"rundschreiben": mailings})


@page(f"{_HERE}/neu", access=_ACCESS)
def show_new_mailing(view: View) -> Page:
    choice = view.address.without("ansicht", "seite", "sortierung", "ok")
    typed = {"auswahl": str(choice.without("anlass")).partition("?")[2]}
    return _form(view, typed | _DRAFTS.get(choice.text("anlass"), {}))


@action(f"{_HERE}/neu", access=_ACCESS)
def preview_or_send(view: View) -> Page | Redirect:
    """The button says which; what was typed comes along with the preview, and can be changed."""
    typed = {name: view.form.lines(name) for name in _FIELDS}
    wanted, draft, akteur = _wanted(typed), _draft(view, typed), akteur_of(view)
    step = view.form.text("schritt")
    if step == "aendern":
        return _form(view, typed)
    try:
        if step == "senden":
            mark = view.form.last("kennzeichen")
            number, new = send_mailing(view.session, akteur, wanted, draft, mark, view.now)
            return Redirect(f"{_HERE}/{number}?ok={'gesendet' if new else 'schon'}")
        seen = preview_mailing(view.session, akteur, wanted, draft)
    except UngueltigeEingaben as faults:
        return _form(view, typed, faults.by_field)
    except VeralteterStand as outdated:
        seen = preview_mailing(view.session, akteur, wanted, draft)
        return _preview(view, typed, draft, seen, outdated.meldung)
    return _preview(view, typed, draft, seen)


@page(f"{_HERE}/{{nummer:str}}", access=_ACCESS)
def show_mailing(view: View) -> Page:
    number = read_number(view.path["nummer"], "Das Rundschreiben", _HINT)
    versand = read_mailing(view.session, akteur_of(view), number)
    meldung = _DONE.get(view.address.text("ok"), "")
    return Page("seiten/rundschreiben.html", {"versand": versand, "meldung": meldung})


@action(f"{_HERE}/{{nummer:str}}", access=_ACCESS)
def send_again(view: View) -> Redirect:
    number = read_number(view.path["nummer"], "Das Rundschreiben", _HINT)
    mail = read_number(view.form.text("mail") or "x", "Die Mail", "Laden Sie die Seite neu.")
    resend_mail(view.session, akteur_of(view), number, mail, view.now)
    return Redirect(f"{_HERE}/{number}?ok=nochmal")


def _form(view: View, typed: Mapping[str, str], faults: Mapping[str, str] | None = None) -> Page:
    obstacle, kreis = "", None
    try:
        kreis = choose_cases(view.session, akteur_of(view), _wanted(typed))
    except VoraussetzungFehlt as missing:
        obstacle = missing.meldung
    return Page(
        "seiten/rundschreiben_neu.html",
        {
            "kreis": kreis,
            "hindernis": obstacle,
            "auswahl_worte": _say(view, typed),
            "zurueck": _address(typed),
            "platzhalter": list(Platzhalter),
            "umfaenge": list(Rundschreibenumfang),
            "werte": {name: typed.get(name, "") for name in _FIELDS},
            "fehler": faults or {},
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


def _preview(
    view: View, typed: Mapping[str, str], draft: Entwurf, seen: Versandvorschau, outdated: str = ""
) -> Page:
    """One mail at a time; which one, the buttons say."""
    asked = view.form.text("mail")
    place = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return Page(
        "seiten/rundschreiben_vorschau.html",
        {
            "werte": typed,
            "entwurf": draft,
            "vorschau": seen,
            "stelle": max(1, min(place, len(seen.sendungen))),
            "veraltet": outdated,
        },
        status=HTTPStatus.CONFLICT if outdated else HTTPStatus.OK,
    )


def _draft(view: View, typed: Mapping[str, str]) -> Entwurf:
    umfang = typed["umfang"]
    return Entwurf(
        betreff=" ".join(typed["betreff"].split()),
        text="\n".join(line.rstrip() for line in typed["text"].splitlines()),
        umfang=Rundschreibenumfang(umfang)
        if umfang in set(Rundschreibenumfang)
        else Rundschreibenumfang.STELLE,
        auswahl=_say(view, typed),
        email=view.signed_in.email,
    )


def _wanted(typed: Mapping[str, str]) -> Filter:
    return read_filter(_address(typed))


def _address(typed: Mapping[str, str]) -> Address:
    """The cockpit with the choice that the form carries."""
    return read_address("/koordination", typed.get("auswahl", "").encode())


def _say(view: View, typed: Mapping[str, str]) -> str:
    choices = list_choices(view.session, akteur_of(view))
    names = {("dienst", key): name for key, name in choices.dienste}
    names |= {("kreis", key): name for key, name in choices.kreise}
    return say_choice(_address(typed), names)


PAGES = [show_mailings, show_new_mailing, preview_or_send, show_mailing, send_again]
