"""Bodies without an area of their own: coordinating bodies, ministries, providers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import GAST, Recht, may
from katalog.participation import anbieter
from katalog.queries import einsaetze, kontakte, stellen
from katalog.web.page import Page, Redirect, View, page

_LARGEST_ID = 2**31 - 1
# Named on the page, of all its assistants together.
_USERS = 200


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
            "betreibt": _provided(view, number),
            "bedingungen": stellen.terms(view.session, number, view.today),
            "kontakte": kontakte.of_body(view.session, number, view.viewer),
            "darf_pflegen": may(view.viewer, Recht.STELLE_PFLEGEN, stelle=number),
        },
    )


def _provided(view: View, number: int) -> list[dict[str, Any]]:
    """Its assistants, each with those who use it as everybody may know, whoever looks.

    Of one that many use the first are named; its own page has them all.
    """
    found = stellen.provides(view.session, number)
    ids = [dienst.id for dienst in found if dienst.id is not None]
    counts = einsaetze.count_users(view.session, ids, GAST, view.today)
    return [
        {
            "dienst": dienst,
            "als": [
                name
                for name, body in (
                    ("Träger", dienst.traeger_id),
                    ("IT-Dienstleister", dienst.dienstleister_id),
                )
                if body == number
            ],
            "anzahl": counts.get(dienst.id or 0, 0),
            "nutzung": users.get(dienst.kennung, []),
            "darf_angeben": anbieter.speaks_for(view.viewer, dienst) is not None,
        }
        for users in [_users(view, ids)]
        for dienst in found
    ]


def _users(view: View, ids: Sequence[int]) -> dict[str, list[einsaetze.Nutzung]]:
    users: dict[str, list[einsaetze.Nutzung]] = {}
    for row in einsaetze.matching(
        view.session, GAST, einsaetze.uses_any(ids), einsaetze.counted(view.today), most=_USERS
    ):
        users.setdefault(row.dienst_kennung, []).append(row)
    return users


PAGES = [show_stelle]
