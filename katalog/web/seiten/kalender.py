"""The calendar somebody subscribes to, and its address: made, shown once, taken back."""

from __future__ import annotations

from datetime import UTC, datetime, time

from katalog.accounts import kalender
from katalog.domain.errors import NichtGefunden
from katalog.queries import austausch
from katalog.termine import Termin, Treffen, write_calendar
from katalog.web.case_calendar import list_termine
from katalog.web.forms import action
from katalog.web.meetings import entries
from katalog.web.page import Download, Page, Redirect, View, page
from katalog.web.viewer import SIGNED_IN
from katalog.workflow import Akteur, list_own_days

_ENDING = ".ics"
_FILE = "ozg-katalog.ics"
_NAME = "OZG-Katalog: Nachnutzungen und Austausch"
# The nearest ones. Writing a thousand takes about a second, and nobody looks at more.
_MOST = 1_000


@page("/kalender/{datei:str}", private=True)
def subscribe(view: View) -> Download:
    """For programs: they have no cookie, so the address alone says whose days these are."""
    name = view.path["datei"]
    reader = None
    if name.endswith(_ENDING):
        secret = name.removesuffix(_ENDING)
        reader = kalender.read_as(view.session, secret, view.today)
    if reader is None:
        # The secret stays out of the answer, which may be kept somewhere.
        raise NichtGefunden(
            "Der Kalender",
            _FILE,
            "Die Adresse gilt nicht mehr. Eine neue gibt es unter „Mein Konto“.",
        )
    basis_url = _basis(view)
    akteur = Akteur(reader, view.today, basis_url)
    # Of the day: a calendar in which nothing changed is the same file.
    moment = datetime.combine(view.today, time(), UTC)
    meetings = austausch.in_calendar(view.session, reader, moment)
    found: list[Termin | Treffen] = [
        termin
        for lage in list_own_days(view.session, akteur)
        for termin in list_termine(lage, basis_url)
    ]
    found += entries(view.session, meetings, basis_url)
    termine = sorted(found, key=lambda termin: termin.tag)
    body = write_calendar(_NAME, termine[:_MOST], moment)
    return Download(_FILE, "text/calendar", iter([body]))


@action("/konto/kalender")
def make_calendar(view: View) -> Page:
    secret = kalender.make_address(view.session, view.signed_in.konto_id, view.now)
    address = f"{_basis(view)}/kalender/{secret}{_ENDING}"
    # Calendar programs listen to this scheme, and ask with the one the portal has.
    subscription = f"webcal{address[address.index(':') :]}"
    return Page("seiten/konto_kalender.html", {"kalenderadresse": address, "abo": subscription})


@page("/konto/kalender", access=SIGNED_IN)
def forget_address(_view: View) -> Redirect:
    """Whoever comes back to the page finds no address on it: it is shown once."""
    return Redirect("/konto")


@action("/konto/kalender/loeschen")
def remove_calendar(view: View) -> Redirect:
    kalender.remove_address(view.session, view.signed_in.konto_id)
    return Redirect("/konto?ok=kalender")


def _basis(view: View) -> str:
    return view.portal.settings.basis_url.rstrip("/")


PAGES = [subscribe, make_calendar, forget_address, remove_calendar]
