"""Search: one field for everything, results grouped by what they are."""

from __future__ import annotations

from katalog import discovery
from katalog.web.lists import demo_note
from katalog.web.page import Page, View, page


@page("/suche")
def show_search(view: View) -> Page:
    q = view.address.text("q")
    ort = view.address.text("ort")
    result = discovery.find(view.session, q, ort, view.viewer, view.today) if q else None
    return Page(
        "seiten/suche.html",
        {
            "q": q,
            "ort": ort,
            "ergebnis": result,
            "demo": demo_note(result.dienste) if result else "",
        },
    )


PAGES = [show_search]
