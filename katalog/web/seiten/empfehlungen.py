"""What a municipality could take over next: the list with its reasons, and the same as a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from katalog import comparison
from katalog.ausgabe.empfehlungen import empfehlungen_fuer
from katalog.ausgabe.export import MEDIA_TYPES, Zusammenstellung, parse_format
from katalog.comparison import Schritt
from katalog.db import Session
from katalog.domain.begriffe import Ausgabeformat
from katalog.domain.empfehlung import (
    DOPPELT,
    MINDESTENS,
    PUNKTE,
    Empfehlung,
    Schwerpunkt,
    with_users,
)
from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import GAST, Betrachter, Recht, Rolle, may
from katalog.domain.schluessel import strip_separators
from katalog.queries import dienste, einsaetze, empfehlungen, kommunen, landesangebote, orte
from katalog.queries.dienste import DienstZeile
from katalog.queries.kommunen import MUNICIPAL, KommuneZeile
from katalog.queries.paging import PAGE_SIZE, Seite
from katalog.web.exports import download, wants_file
from katalog.web.forms import action
from katalog.web.lists import check_page, demo_note
from katalog.web.offers import Angebot
from katalog.web.page import Download, Page, Redirect, View, page
from map.fassungen import current

_WISHING = frozenset({Rolle.KOMMUNE})
_DONE = {
    "ausgeblendet": "Ausgeblendet. Unter der Liste lässt sich das zurücknehmen.",
    "angezeigt": "Der Onlinedienst wird wieder empfohlen.",
}
_FILES = (Ausgabeformat.CSV, Ausgabeformat.XLSX, Ausgabeformat.JSON)


@dataclass(frozen=True, slots=True)
class Eintrag:
    """One assistant with its place in the whole list, and what to do next about it."""

    platz: int
    empfehlung: Empfehlung
    zeile: DienstZeile
    nutzer: int
    schritt: Schritt


@page("/empfehlungen")
def choose_town(view: View) -> Page | Redirect:
    """From wherever the town of a reader is not known yet: asked for, then its own page."""
    typed = view.address.text("ort")
    found = orte.find_place(view.session, typed, MUNICIPAL) if typed else None
    if found:
        return Redirect(f"/kommunen/{found.gebiet.ars}/empfehlungen")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if typed else HTTPStatus.OK
    return Page("seiten/empfehlungen_ort.html", {"ort": typed}, status=status)


@page("/kommunen/{ars:str}/empfehlungen", keep=True)
def show_recommendations(view: View) -> Page | Redirect | Download:
    typed, kommune = view.path["ars"], _kommune(view)
    if typed != kommune.gebiet.ars:
        return Redirect(f"/kommunen/{kommune.gebiet.ars}/empfehlungen", status=301)
    important = [each for each in Schwerpunkt if each in view.address.all("wichtig")]
    if wants_file(view.address):
        return _file(view, kommune, important)
    own = may(view.viewer, Recht.WUNSCH_AEUSSERN, stelle=kommune.stelle_id)
    aside = empfehlungen.hidden(view.session, kommune.stelle_id) if own else []
    found = _advise(view, kommune, important, view.session, view.viewer, aside)
    seite = _page_of(view, kommune, found)
    address = view.address.without("seite", "ok")
    return Page(
        "seiten/empfehlungen.html",
        {
            "kommune": kommune,
            "seite": seite,
            "adresse": view.address,
            "schwerpunkte": [
                (each, address.toggled("wichtig", each), each in important) for each in Schwerpunkt
            ],
            "gewaehlt": important,
            "punkte": PUNKTE,
            "mindestens": MINDESTENS,
            "doppelt": DOPPELT,
            "dateien": [
                Angebot(each, MEDIA_TYPES[each], str(address.with_(format=each))) for each in _FILES
            ],
            "darf_ausblenden": own,
            "ausgeblendet": dienste.by_ids(view.session, aside) if aside else [],
            "meldung": _DONE.get(view.address.text("ok"), ""),
            "demo": demo_note(each.zeile for each in seite.rows),
        },
    )


def _advise(
    view: View,
    kommune: KommuneZeile,
    important: Sequence[Schwerpunkt],
    session: Session,
    viewer: Betrachter,
    aside: Collection[int] = (),
) -> list[Empfehlung]:
    outlines = current(Path(view.portal.settings.umrisse))
    return comparison.advise(session, kommune, outlines, viewer, view.today, important, aside)


def _kommune(view: View) -> KommuneZeile:
    typed = view.path["ars"]
    kommune = kommunen.find_kommune(view.session, strip_separators(typed))
    if kommune is None:
        raise NichtGefunden("Die Kommune", typed)
    return kommune


def _page_of(view: View, kommune: KommuneZeile, found: Sequence[Empfehlung]) -> Seite[Eintrag]:
    number = view.address.page()
    start = (number - 1) * PAGE_SIZE
    shown = found[start : start + PAGE_SIZE]
    ids = [each.kandidat.id for each in shown]
    users = einsaetze.count_users(view.session, ids, view.viewer, view.today)
    offers = landesangebote.offers_of_each(view.session, ids, view.viewer, view.today)
    rows = tuple(
        Eintrag(
            place,
            with_users(each, users.get(each.kandidat.id, 0)),
            zeile,
            users.get(each.kandidat.id, 0),
            comparison.next_step(zeile, offers[each.kandidat.id], kommune.gebiet.land_id),
        )
        for place, (each, zeile) in enumerate(
            zip(shown, dienste.by_ids(view.session, ids), strict=True), start + 1
        )
    )
    seite = Seite(rows, len(found), number)
    check_page(seite)
    return seite


def _file(view: View, kommune: KommuneZeile, important: Sequence[Schwerpunkt]) -> Download:
    """As everybody may see it: a file travels further than a page."""
    wanted = parse_format(view.address.text("format"))
    if wanted not in _FILES:
        raise NichtGefunden("Das Format", wanted, f"Empfehlungen gibt es als {', '.join(_FILES)}.")
    places: dict[int, tuple[int, Empfehlung]] = {}

    def ids(session: Session) -> Iterable[int]:
        found = _advise(view, kommune, important, session, GAST)
        places.update((each.kandidat.id, (n, each)) for n, each in enumerate(found, 1))
        return [each.kandidat.id for each in found]

    titel = f"Was {kommune.name} als Nächstes übernehmen könnte"
    return download(
        view,
        Zusammenstellung(
            empfehlungen_fuer(titel, places),
            titel,
            str(view.address.without("seite", "format", "ok")),
            ids,
            tuple(f"wichtig: {each.label}" for each in important),
        ),
    )


@action("/kommunen/{ars:str}/empfehlungen/{kennung:str}/ausblenden", access=_WISHING)
def hide_recommendation(view: View) -> Redirect:
    return _set_aside(view, aside=True)


@action("/kommunen/{ars:str}/empfehlungen/{kennung:str}/anzeigen", access=_WISHING)
def show_recommendation_again(view: View) -> Redirect:
    return _set_aside(view, aside=False)


def _set_aside(view: View, *, aside: bool) -> Redirect:
    kommune, key = _kommune(view), view.path["kennung"]
    comparison.set_aside(view.session, view.viewer, kommune.stelle_id, key, view.today, aside=aside)
    done = "ausgeblendet" if aside else "angezeigt"
    return Redirect(f"/kommunen/{kommune.gebiet.ars}/empfehlungen?ok={done}")


PAGES = [choose_town, show_recommendations, hide_recommendation, show_recommendation_again]
