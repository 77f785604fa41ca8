"""Writing to those who use an assistant: a form, what would be sent and to whom, and sending it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from katalog.contacts import anschreiben as service
from katalog.contacts.anschreiben import LONGEST, OWN_LAND, Vorschau, Wer
from katalog.domain.errors import NichtGefunden, UngueltigeEingaben
from katalog.domain.rollen import Recht, Rolle, reach
from katalog.queries import anschreiben, dienste
from katalog.queries.dienste import DienstZeile
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View, page
from katalog.web.viewer import SIGNED_IN

ASKERS = SIGNED_IN & {Rolle.KOMMUNE, Rolle.KOORDINIERUNG}
_FIELDS = ("stelle", "raum", *LONGEST)
_HERE = "/onlinedienste/{kennung:str}/anschreiben"


@page(_HERE, access=ASKERS)
def show_form(view: View) -> Page:
    done = view.address.text("gesendet")
    count = int(done) if done.isascii() and done.isdigit() and len(done) < 5 else 0
    said = "Gesendet an eine Stelle." if count == 1 else f"Gesendet an {count} Stellen."
    return _form(view, {}, meldung=f"{said} Antworten gehen an Sie." if count else "")


@action(_HERE, access=ASKERS)
def preview_or_send(view: View) -> Page | Redirect:
    """The button says which; what was typed comes along with the preview, and can be changed."""
    typed = {name: view.form.lines(name) for name in _FIELDS}
    zeile = _dienst(view)
    wer = _asker(view)
    number = zeile.dienst.id or 0
    if view.form.text("schritt") == "aendern":
        return _form(view, typed)
    try:
        if view.form.text("schritt") == "senden":
            count = service.send(
                view.session, wer, number, zeile.titel, typed, view.today, view.now
            )
            return Redirect(f"{view.address.path}?gesendet={count}")
        seen = service.preview(view.session, wer, number, zeile.titel, typed, view.today)
    except UngueltigeEingaben as faults:
        return _form(view, typed, faults.by_field)
    return _preview(zeile, wer, typed, seen)


def _preview(zeile: DienstZeile, wer: Wer, typed: Mapping[str, str], seen: Vorschau) -> Page:
    return Page(
        "seiten/anschreiben_vorschau.html",
        {"zeile": zeile, "wer": wer, "werte": typed, "vorschau": seen},
    )


def _form(
    view: View,
    values: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
    meldung: str = "",
) -> Page:
    zeile = _dienst(view)
    absender = service.senders(view.session, view.viewer)
    stellen = reach(view.viewer, Recht.NUTZER_ANSCHREIBEN).stellen
    laender = sorted({each.land for each in absender if each.land})
    return Page(
        "seiten/anschreiben.html",
        {
            "zeile": zeile,
            "absender": {str(each.stelle_id): each.name for each in absender},
            "raeume": {OWN_LAND: f"nur in {' oder '.join(laender)}"} if laender else {},
            "werte": {name: values.get(name, "") for name in _FIELDS},
            "fehler": faults or {},
            "antwort_an": view.signed_in.email,
            "gesendet": anschreiben.sent_about(view.session, zeile.dienst.id or 0, stellen),
            "meldung": meldung,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


def _asker(view: View) -> Wer:
    konto = view.signed_in
    return Wer(konto.konto_id, konto.anzeige, konto.email, view.viewer)


def _dienst(view: View) -> DienstZeile:
    found = dienste.find_dienst(view.session, view.path["kennung"])
    if found is None:
        raise NichtGefunden("Der Onlinedienst", view.path["kennung"])
    return found


PAGES = [show_form, preview_or_send]
