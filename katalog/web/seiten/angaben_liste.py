"""A body's statements as a list: downloaded, changed, uploaded, looked through, taken over."""

from __future__ import annotations

from http import HTTPStatus

from importers.records import Unlesbar
from importers.teilnahme import Zeile, read_lines
from katalog.ausgabe.export import MEDIA_TYPES, parse_format
from katalog.ausgabe.meldeliste import MELDELISTE, write_list, write_refused
from katalog.domain.begriffe import Ausgabeformat
from katalog.domain.einsatz import Zeilenart
from katalog.domain.errors import UngueltigeEingabe, VeralteterStand
from katalog.domain.rollen import Recht, may
from katalog.participation import liste
from katalog.participation.liste import Abgleich
from katalog.queries import kommunen
from katalog.queries.kommunen import KommuneZeile
from katalog.web.exports import occasion, wants_file
from katalog.web.forms import action
from katalog.web.page import Download, Page, Redirect, View, page
from katalog.web.participants import PARTICIPANTS, list_of, own_body
from katalog.web.uploads import Upload, pack, unpack

_LARGEST_FILE = 1024 * 1024
# The file, packed again, and what goes around it.
_LARGEST_FORM = 2 * _LARGEST_FILE
_MOST_ROWS = 1_000
_NO_FILE = "Wählen Sie zuerst eine Datei aus."


@page("/kommunen/{ars:str}/angaben/liste", access=PARTICIPANTS)
def show_list(view: View) -> Page | Download:
    kommune = own_body(view)
    if wants_file(view.address):
        return _download(view, kommune, parse_format(view.address.text("format")))
    return _start(kommune)


@action(
    "/kommunen/{ars:str}/angaben/liste", access=PARTICIPANTS, largest=_LARGEST_FORM, writes=False
)
def check_list(view: View) -> Page:
    kommune = own_body(view)
    upload = view.files.get("datei")
    if upload is None or not upload.name:
        return _start(kommune, _NO_FILE)
    try:
        zeilen = _read(upload)
    except UngueltigeEingabe as fault:
        return _start(kommune, fault.meldung)
    return _report(
        view, kommune, upload, liste.compare(view.session, view.viewer, zeilen, view.today)
    )


@action("/kommunen/{ars:str}/angaben/liste/uebernahme", access=PARTICIPANTS, largest=_LARGEST_FORM)
def take_over_list(view: View) -> Page | Redirect:
    kommune, upload = own_body(view), _carried(view)
    zeilen = _read(upload)
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
    largest=_LARGEST_FORM,
    writes=False,
)
def download_refused(view: View) -> Download:
    own_body(view)
    abgleich = liste.compare(view.session, view.viewer, _read(_carried(view)), view.today)
    rows = [
        (each.zeile.nummer, each.zeile.werte, "; ".join(map(liste.describe, each.fehler)))
        for each in abgleich.of(Zeilenart.ABGELEHNT)
    ]
    return Download("angaben-fehler.csv", "text/csv", write_refused(rows))


def _start(kommune: KommuneZeile, fault: str = "") -> Page:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    values = {
        "kommune": kommune,
        "fehler": {"datei": fault} if fault else {},
        "zeilen": _MOST_ROWS,
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


def _carried(view: View) -> Upload:
    return unpack(view.form.last("name"), view.form.last("datei"), _LARGEST_FILE)


def _read(upload: Upload) -> list[Zeile]:
    if len(upload.data) > _LARGEST_FILE:
        raise UngueltigeEingabe(
            "datei",
            upload.name,
            f"Die Datei ist größer als {_LARGEST_FILE // 1024 // 1024} MB. "
            "Teilen Sie die Liste auf.",
        )
    try:
        zeilen, _ = read_lines(upload.name, upload.data, _MOST_ROWS)
    except Unlesbar as error:
        raise UngueltigeEingabe("datei", upload.name, str(error)) from error
    if not zeilen:
        raise UngueltigeEingabe(
            "datei", upload.name, f"„{upload.name}“ hat eine Kopfzeile, aber keine Angabe darunter."
        )
    return zeilen


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
