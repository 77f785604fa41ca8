"""Kept searches: remembering the one that is shown, the list of them, ending their mails."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from katalog import saved_searches
from katalog.domain.errors import NichtGefunden, UngueltigeEingaben
from katalog.domain.suchabo import LONGEST_NAME, MOST_SEARCHES, Rhythmus
from katalog.queries import suchabos
from katalog.web.forms import action
from katalog.web.page import EVERYONE, Page, Redirect, View, page
from katalog.web.remembered import describe, find_in, read_place
from katalog.web.viewer import SIGNED_IN

_LARGEST_ID = 2**31 - 1
_DONE = {
    "gemerkt": "Die Suche ist gemerkt. Eine Mail kommt, wenn sich etwas ändert.",
    "geaendert": "Die Änderung ist gespeichert.",
    "geloescht": "Die Suche ist gelöscht.",
}


@page("/konto/suchen", access=SIGNED_IN)
def list_searches(view: View) -> Page:
    return Page(
        "seiten/suchen.html",
        {
            "abos": suchabos.of_account(view.session, view.signed_in.konto_id),
            "rhythmen": list(Rhythmus),
            "hoechstens": MOST_SEARCHES,
            "meldung": _DONE.get(view.address.text("ok"), ""),
        },
    )


@page("/konto/suchen/neu", access=SIGNED_IN)
def show_new_search(view: View) -> Page:
    address = read_place(view.address.last("adresse"))
    words = describe(view.session, view.portal.suche, address, view.today)
    known = suchabos.by_address(view.session, view.signed_in.konto_id, str(address))
    values = {"name": words[:LONGEST_NAME], "rhythmus": Rhythmus.WOECHENTLICH}
    return _form(view, str(address), values, {}, schon=known)


@action("/konto/suchen/neu")
def keep_search(view: View) -> Page | Redirect:
    address = str(read_place(view.form.last("adresse")))
    values = {name: view.form.last(name).strip() for name in ("name", "rhythmus")}
    found = find_in(view.portal.suche, view.session, address, view.today)
    try:
        saved_searches.remember(
            view.session,
            view.signed_in.konto_id,
            values["name"],
            address,
            values["rhythmus"],
            found,
            view.today,
            view.now,
        )
    except UngueltigeEingaben as faults:
        return _form(view, address, values, faults.by_field)
    return Redirect("/konto/suchen?ok=gemerkt")


def _form(
    view: View,
    address: str,
    values: Mapping[str, str],
    faults: Mapping[str, str],
    schon: object = None,
) -> Page:
    return Page(
        "seiten/suche_merken.html",
        {
            "adresse": address,
            "worte": describe(view.session, view.portal.suche, read_place(address), view.today),
            "werte": values,
            "fehler": faults,
            "rhythmen": list(Rhythmus),
            "laenge": LONGEST_NAME,
            "schon": schon,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


@action("/konto/suchen/{nummer:str}")
def change_search(view: View) -> Redirect:
    saved_searches.change(
        view.session,
        view.signed_in.konto_id,
        _number(view),
        view.form.last("name").strip(),
        view.form.text("rhythmus"),
    )
    return Redirect("/konto/suchen?ok=geaendert")


@action("/konto/suchen/{nummer:str}/loeschen")
def forget_search(view: View) -> Redirect:
    saved_searches.forget(view.session, view.signed_in.konto_id, _number(view))
    return Redirect("/konto/suchen?ok=geloescht")


@page("/abbestellen/{zeichen:str}", private=True)
def ask_to_unsubscribe(view: View) -> Page:
    """Scanners open the links in mails: to look at one ends nothing."""
    _, rhythmus = _read(view)
    return _ended(view, rhythmus, done=False)


@action("/abbestellen/{zeichen:str}", access=EVERYONE)
def unsubscribe(view: View) -> Page:
    """Sent by people, or by a mail program that was told to (RFC 8058); as often as they like."""
    konto_id, rhythmus = _read(view)
    saved_searches.unsubscribe(view.session, konto_id, rhythmus)
    return _ended(view, rhythmus, done=True)


def _ended(view: View, rhythmus: Rhythmus, *, done: bool) -> Page:
    values = {"rhythmus": rhythmus, "getan": done, "ziel": view.address.path}
    return Page("seiten/abbestellen.html", values)


def _read(view: View) -> tuple[int, Rhythmus]:
    return saved_searches.read_address(view.portal.settings.geheimnis, view.path["zeichen"])


def _number(view: View) -> int:
    typed = view.path["nummer"]
    plain = typed.isascii() and typed.isdigit() and len(typed) < 11 and typed[0] != "0"
    number = int(typed) if plain else 0
    if not 0 < number <= _LARGEST_ID:
        raise NichtGefunden("Die gemerkte Suche", typed, "Alle stehen unter „Mein Konto“.")
    return number


PAGES = [
    list_searches,
    show_new_search,
    keep_search,
    change_search,
    forget_search,
    ask_to_unsubscribe,
    unsubscribe,
]
