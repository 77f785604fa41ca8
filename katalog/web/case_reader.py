"""Whose case it is and who looks at it: what all pages of the reuse case begin with."""

from __future__ import annotations

from katalog.domain.errors import NichtGefunden
from katalog.web.page import View
from katalog.workflow import Akte, Akteur, read_case

_LARGEST_ID = 2**31 - 1
_HINT = "Ihre Vorgänge stehen in der Liste der Nachnutzungen."


def akteur_of(view: View) -> Akteur:
    return Akteur(view.viewer, view.today, view.portal.settings.basis_url.rstrip("/"))


def case_of(view: View) -> Akte:
    number = read_number(view.path["nummer"], "Der Vorgang", _HINT)
    return read_case(view.session, akteur_of(view), number)


def read_number(typed: str, what: str, hint: str) -> int:
    plain = typed.isascii() and typed.isdigit() and len(typed) < 11 and typed[0] != "0"
    number = int(typed) if plain else 0
    if not 0 < number <= _LARGEST_ID:
        raise NichtGefunden(what, typed, hint)
    return number


def shown_version(view: View) -> int:
    """Of the page that the form stood on; anything else counts as outdated."""
    typed = view.form.text("version")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
