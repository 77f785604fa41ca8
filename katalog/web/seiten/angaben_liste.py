"""A body's statements as a list: downloaded, changed, uploaded, looked through, taken over."""

from __future__ import annotations

from http import HTTPStatus

from importers.teilnahme import read_lines
from katalog.ausgabe.export import MEDIA_TYPES, parse_format
from katalog.ausgabe.meldeliste import MELDELISTE, write_list
from katalog.domain.abgleich import Zeilenart
from katalog.domain.begriffe import Ausgabeformat
from katalog.domain.errors import UngueltigeEingabe, VeralteterStand
from katalog.domain.rollen import Recht, may
from katalog.participation import liste
from katalog.participation.liste import Abgleich
from katalog.queries import kommunen
from katalog.queries.kommunen import KommuneZeile
from katalog.web.exports import occasion, wants_file
from katalog.web.forms import action
from katalog.web.list_upload import (
    LARGEST_FORM,
    MOST_ROWS,
    NO_FILE,
    carried,
    read_upload,
    refused_file,
)
from katalog.web.page import Download, Page, Redirect, View, page
from katalog.web.participants import PARTICIPANTS, list_of, own_body
from katalog.web.uploads import Upload, pack


@page("/kommunen/{ars:str}/angaben/liste", access=PARTICIPANTS)
def show_list(view: View) -> Page | Download:
    kommune = own_body(view)
    if wants_file(view.address):
        return _download(view, kommune, parse_format(view.address.text("format")))
    return _start(kommune)


@action(
    "/kommunen/{ars:str}/angaben/liste", access=PARTICIPANTS, largest=LARGEST_FORM, writes=False
)
def check_list(view: View) -> Page:
    kommune = own_body(view)
    upload = view.files.get("datei")
    if upload is None:
        return _start(kommune, NO_FILE)
    try:
        zeilen = read_upload(upload, read_lines)
    except UngueltigeEingabe as fault:
        return _start(kommune, fault.meldung)
    return _report(
        view, kommune, upload, liste.compare(view.session, view.viewer, zeilen, view.today)
    )


@action("/kommunen/{ars:str}/angaben/liste/uebernahme", access=PARTICIPANTS, largest=LARGEST_FORM)
def take_over_list(view: View) -> Page | Redirect:
    kommune, upload = own_body(view), carried(view)
    zeilen = read_upload(upload, read_lines)
    shown = view.form.last("kennzeichen")
    try:
        liste.take_over(view.session, view.viewer, zeilen, shown, view.today)
    except VeralteterStand as outdated:
        abgleich = liste.compare(view.session, view.viewer, zeilen, view.today)
        return _report(view, kommune, upload, abgleich, outdated.meldung)
    return Redirect(f"{list_of(kommune)}?ok=liste")


@action(
    "/kommunen/{ars:str}/angaben/liste/fehler",
    access=PARTICIPANTS,
    largest=LARGEST_FORM,
    writes=False,
)
def download_refused(view: View) -> Download:
    own_body(view)
    abgleich = liste.compare(
        view.session, view.viewer, read_upload(carried(view), read_lines), view.today
    )
    refused = abgleich.of(Zeilenart.ABGELEHNT)
    return refused_file(MELDELISTE, ((each.zeile, each.fehler) for each in refused))


def _start(kommune: KommuneZeile, fault: str = "") -> Page:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    values = {
        "kommune": kommune,
        "fehler": {"datei": fault} if fault else {},
        "zeilen": MOST_ROWS,
        "felder": MELDELISTE.felder,
    }
    return Page("seiten/angaben_liste.html", values, status=status)


def _report(
    view: View, kommune: KommuneZeile, upload: Upload, abgleich: Abgleich, outdated: str = ""
) -> Page:
    return Page(
        "seiten/angaben_pruefen.html",
        {
            "kommune": kommune,
            "datei": upload.name,
            "gepackt": pack(upload),
            "abgleich": abgleich,
            "spalten": {feld.name: feld.titel for feld in MELDELISTE.felder},
            "veraltet": outdated,
        },
        status=HTTPStatus.CONFLICT if outdated else HTTPStatus.OK,
    )


def _download(view: View, kommune: KommuneZeile, ausgabeformat: Ausgabeformat) -> Download:
    anlass = occasion(view.portal.settings)
    # The list is short, and its page's session is closed before it is sent.
    pieces = list(
        write_list(
            view.session,
            _bodies(view, kommune),
            kommune.name,
            view.address.path,
            ausgabeformat,
            anlass,
        )
    )
    name = f"{MELDELISTE.datei}-{kommune.gebiet.ars}-{anlass.heute.isoformat()}.{ausgabeformat}"
    return Download(name, MEDIA_TYPES[ausgabeformat], iter(pieces))


def _bodies(view: View, kommune: KommuneZeile) -> list[int]:
    """A joint body gets its members' statements in the same list."""
    assert kommune.gebiet.id is not None
    inside = kommunen.members(view.session, kommune.gebiet.id, kommune.gebiet.ebene)
    members = [each.stelle_id for each in inside]
    return [kommune.stelle_id] + [
        number for number in members if may(view.viewer, Recht.EINSATZ_ANGEBEN, stelle=number)
    ]


PAGES = [show_list, check_list, take_over_list, download_refused]
