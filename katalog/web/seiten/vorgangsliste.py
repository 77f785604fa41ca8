"""The cases of the cockpit as a list: downloaded, edited, uploaded, looked through, taken over."""

from __future__ import annotations

from http import HTTPStatus

from importers.vorgangsliste import read_lines
from katalog.ausgabe.arbeitsliste import write_worklist
from katalog.ausgabe.export import MEDIA_TYPES, parse_format
from katalog.ausgabe.vorgangsliste import VORGANGSLISTE
from katalog.domain.abgleich import Zeilenart
from katalog.domain.begriffe import Ausgabeformat
from katalog.domain.errors import UngueltigeEingabe, VeralteterStand
from katalog.domain.rollen import Rolle
from katalog.queries import faelle_liste, vorgangsliste
from katalog.web.address import Address
from katalog.web.case_filter import read_filter, say_choice
from katalog.web.case_reader import akteur_of
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
from katalog.web.uploads import Upload, pack
from katalog.workflow import compare_list, list_choices, take_over_list
from katalog.workflow.vorgangsliste import Abgleich

_ACCESS = frozenset({Rolle.KOORDINIERUNG})
_HERE = "/koordination/liste"


@page(_HERE, access=_ACCESS)
def show_list(view: View) -> Page | Download:
    if wants_file(view.address):
        return _download(view, parse_format(view.address.text("format")))
    return _start(view)


@action(_HERE, access=_ACCESS, largest=LARGEST_FORM, writes=False)
def check_list(view: View) -> Page:
    upload = view.files.get("datei")
    if upload is None:
        return _start(view, NO_FILE)
    try:
        zeilen = read_upload(upload, read_lines)
    except UngueltigeEingabe as fault:
        return _start(view, fault.meldung)
    return _report(upload, compare_list(view.session, akteur_of(view), zeilen))


@action(f"{_HERE}/uebernahme", access=_ACCESS, largest=LARGEST_FORM)
def take_over(view: View) -> Page | Redirect:
    upload, akteur = carried(view), akteur_of(view)
    zeilen = read_upload(upload, read_lines)
    try:
        take_over_list(view.session, akteur, zeilen, view.form.last("kennzeichen"))
    except VeralteterStand as outdated:
        found = compare_list(view.session, akteur, zeilen)
        return _report(upload, found, outdated.meldung)
    return Redirect("/koordination?ansicht=tabelle&ok=liste")


@action(f"{_HERE}/fehler", access=_ACCESS, largest=LARGEST_FORM, writes=False)
def download_refused(view: View) -> Download:
    zeilen = read_upload(carried(view), read_lines)
    refused = compare_list(view.session, akteur_of(view), zeilen).of(Zeilenart.ABGELEHNT)
    return refused_file(VORGANGSLISTE, ((each.zeile, each.fehler) for each in refused))


def _start(view: View, fault: str = "") -> Page:
    choice = _choice(view)
    return Page(
        "seiten/vorgangsliste.html",
        {
            "fehler": {"datei": fault} if fault else {},
            "zeilen": MOST_ROWS,
            "felder": VORGANGSLISTE.felder,
            "auswahl_worte": _say(view, choice),
            "xlsx": choice.with_(format="xlsx"),
            "csv": choice.with_(format="csv"),
            "zurueck": choice.under("/koordination"),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
    )


def _report(upload: Upload, abgleich: Abgleich, outdated: str = "") -> Page:
    return Page(
        "seiten/vorgangsliste_pruefen.html",
        {
            "datei": upload.name,
            "gepackt": pack(upload),
            "abgleich": abgleich,
            "spalten": {feld.name: feld.titel for feld in VORGANGSLISTE.felder},
            "veraltet": outdated,
        },
        status=HTTPStatus.CONFLICT if outdated else HTTPStatus.OK,
    )


def _download(view: View, ausgabeformat: Ausgabeformat) -> Download:
    anlass, choice = occasion(view.portal.settings), _choice(view)
    wanted = read_filter(choice)
    ids = faelle_liste.find_ids(view.session, view.viewer, wanted, view.today, MOST_ROWS)
    mine = view.viewer.koordinierende_stellen
    rows = [
        row
        for row in vorgangsliste.list_rows(view.session, ids, view.today)
        if row.vorgang.koordinierung_id in mine
    ]
    said = (_say(view, choice),)
    # The list is short, and its page's session is closed before it is sent.
    pieces = list(
        write_worklist(
            VORGANGSLISTE, rows, VORGANGSLISTE.titel, said, str(choice), ausgabeformat, anlass
        )
    )
    name = f"{VORGANGSLISTE.datei}-{anlass.heute.isoformat()}.{ausgabeformat}"
    return Download(name, MEDIA_TYPES[ausgabeformat], iter(pieces))


def _choice(view: View) -> Address:
    return view.address.without("format", "ok", "seite", "ansicht", "sortierung").under(_HERE)


def _say(view: View, choice: Address) -> str:
    choices = list_choices(view.session, akteur_of(view))
    names = {("dienst", key): name for key, name in choices.dienste}
    return say_choice(choice, names | {("kreis", key): name for key, name in choices.kreise})


PAGES = [show_list, check_list, take_over, download_refused]
