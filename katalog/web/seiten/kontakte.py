"""The contacts of a body: listed for whoever keeps them, and a form for one of them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from katalog.contacts import register
from katalog.domain.errors import NichtGefunden, UngueltigeEingaben
from katalog.domain.kontakt import HAUPTROLLE, LONGEST
from katalog.domain.rollen import Recht, Rolle, require
from katalog.domain.schluessel import strip_separators
from katalog.queries import kommunen, kontakte, mitgliedschaften
from katalog.queries.kontakte import Kontaktzeile
from katalog.queries.mitgliedschaften import Koerperschaft
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View, page
from katalog.web.viewer import SIGNED_IN

KEEPERS = SIGNED_IN & {Rolle.KOMMUNE, Rolle.ANBIETER, Rolle.KOORDINIERUNG, Rolle.ADMINISTRATION}
_BODY = ("/kommunen/{ars:str}/kontakte", "/stellen/{nummer:str}/kontakte")
_LARGEST_ID = 2**31 - 1
_FIELDS = ("rolle", "vertritt", *LONGEST)
_DONE = {
    "gespeichert": "Der Kontakt ist gespeichert.",
    "geloescht": "Der Kontakt ist gelöscht.",
}


@page([*_BODY], access=KEEPERS)
def list_contacts(view: View) -> Page:
    stelle = _own(view)
    rows = kontakte.of_body(view.session, stelle.id, view.viewer)
    acting = mitgliedschaften.colleagues(view.session, {stelle.id}).get(stelle.id, [])
    return Page(
        "seiten/kontakte.html",
        {
            "stelle": stelle,
            "kontakte": rows,
            "ohne_haupt": all(row.rolle_kennung != HAUPTROLLE for row in rows),
            "handelnde": len({each.konto_id for each in acting}),
            "meldung": _DONE.get(view.address.text("ok"), ""),
        },
    )


@page([f"{path}/neu" for path in _BODY], access=KEEPERS)
def show_new_contact(view: View) -> Page:
    stelle = _own(view)
    rows = kontakte.of_body(view.session, stelle.id, view.viewer)
    main = next((row for row in rows if row.rolle_kennung == HAUPTROLLE), None)
    # The first one is whom everybody looks for; the second stands in for the first.
    return _form(view, stelle, {"rolle": HAUPTROLLE, "vertritt": str(main.id) if main else ""})


@action([f"{path}/neu" for path in _BODY], access=KEEPERS)
def add_contact(view: View) -> Page | Redirect:
    return _save(view, _own(view), None)


@page([f"{path}/{{kontakt:str}}" for path in _BODY], access=KEEPERS)
def show_contact(view: View) -> Page:
    stelle = _own(view)
    row = _row(view, stelle)
    written = {name: getattr(row, name) for name in LONGEST}
    more = {"rolle": row.rolle_kennung, "vertritt": str(row.vertritt_id or "")}
    return _form(view, stelle, written | more, kontakt=row)


@action([f"{path}/{{kontakt:str}}" for path in _BODY], access=KEEPERS)
def change_contact(view: View) -> Page | Redirect:
    stelle = _own(view)
    return _save(view, stelle, _row(view, stelle))


@action([f"{path}/{{kontakt:str}}/loeschen" for path in _BODY], access=KEEPERS)
def remove_contact(view: View) -> Redirect:
    stelle = _own(view)
    register.remove(view.session, view.viewer, stelle.id, _row(view, stelle).id)
    return Redirect(f"{stelle.url}/kontakte?ok=geloescht")


def _save(view: View, stelle: Koerperschaft, row: Kontaktzeile | None) -> Page | Redirect:
    typed = {name: view.form.last(name) for name in _FIELDS}
    number = row.id if row else None
    try:
        register.save(view.session, view.viewer, stelle.id, number, typed, view.today)
    except UngueltigeEingaben as faults:
        return _form(view, stelle, typed, faults.by_field, row)
    return Redirect(f"{stelle.url}/kontakte?ok=gespeichert")


def _form(
    view: View,
    stelle: Koerperschaft,
    values: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
    kontakt: Kontaktzeile | None = None,
) -> Page:
    others = [
        row
        for row in kontakte.of_body(view.session, stelle.id, view.viewer)
        if row.vertritt_id is None and (kontakt is None or row.id != kontakt.id)
    ]
    return Page(
        "seiten/kontakt.html",
        {
            "stelle": stelle,
            "kontakt": kontakt,
            "werte": {name: values.get(name, "") for name in _FIELDS},
            "fehler": faults or {},
            "rollen": kontakte.rollen(view.session),
            "andere": {str(row.id): f"{row.rolle}: {row.anzeige}" for row in others},
            "ziel": view.address.path,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


def _own(view: View) -> Koerperschaft:
    """The body of the address, if this account may look after it."""
    typed = view.path.get("ars") or view.path["nummer"]
    if "ars" in view.path:
        kommune = kommunen.find_kommune(view.session, strip_separators(typed))
        number = kommune.stelle_id if kommune else None
    else:
        number = _number(typed)
    stelle = mitgliedschaften.find_body(view.session, number) if number else None
    if stelle is None:
        raise NichtGefunden("Die Stelle", typed)
    require(view.viewer, Recht.STELLE_PFLEGEN, stelle=stelle.id)
    return stelle


def _row(view: View, stelle: Koerperschaft) -> Kontaktzeile:
    number = _number(view.path["kontakt"])
    for row in kontakte.of_body(view.session, stelle.id, view.viewer):
        if row.id == number:
            return row
    raise NichtGefunden("Der Kontakt", view.path["kontakt"], "Alle Kontakte stehen in der Liste.")


def _number(typed: str) -> int | None:
    plain = typed.isascii() and typed.isdigit() and len(typed) < 11 and typed[0] != "0"
    number = int(typed) if plain else 0
    return number if 0 < number <= _LARGEST_ID else None


PAGES = [
    list_contacts,
    show_new_contact,
    add_contact,
    show_contact,
    change_contact,
    remove_contact,
]
