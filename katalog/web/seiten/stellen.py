"""Bodies without an area of their own: coordinating bodies, ministries, providers."""

from __future__ import annotations

from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import Recht, may
from katalog.queries import kontakte, stellen
from katalog.web.page import Page, Redirect, View, page

_LARGEST_ID = 2**31 - 1


@page("/stellen/{nummer:str}")
def show_stelle(view: View) -> Page | Redirect:
    typed = view.path["nummer"]
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 11 else 0
    stelle = stellen.find_stelle(view.session, number) if 0 < number <= _LARGEST_ID else None
    if stelle is None:
        raise NichtGefunden("Die Stelle", typed)
    if stelle.ars is not None:
        return Redirect(f"/kommunen/{stelle.ars}", status=301)
    return Page(
        "seiten/stelle.html",
        {
            "stelle": stelle,
            "wirkungsgebiet": stellen.working_area(view.session, number),
            "angebote": stellen.offers(view.session, number),
            "betreibt": stellen.provides(view.session, number),
            "bedingungen": stellen.terms(view.session, number, view.today),
            "kontakte": kontakte.of_body(view.session, number, view.viewer),
            "darf_pflegen": may(view.viewer, Recht.STELLE_PFLEGEN, stelle=number),
        },
    )


PAGES = [show_stelle]
