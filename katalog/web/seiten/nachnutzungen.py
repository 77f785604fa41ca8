"""The cases of reuse somebody has to do with: the list, one of them in full, its calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from functools import partial
from http import HTTPStatus

from katalog.domain.errors import FalscherZustand, SchonVorhanden, UngueltigeEingabe
from katalog.domain.nachnutzung import EREIGNISSE
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion, Status
from katalog.termine import write_calendar
from katalog.web.case_calendar import list_termine
from katalog.web.case_files import DOKUMENTARTEN, LARGEST_FORM
from katalog.web.case_filter import chips_of, read_filter, sort_links
from katalog.web.case_reader import akteur_of, case_of, read_number
from katalog.web.case_words import WORTE
from katalog.web.forms import action
from katalog.web.lists import check_page
from katalog.web.page import Download, Page, Redirect, View, page
from katalog.web.rechner import say_distance
from katalog.web.viewer import INVOLVED
from katalog.workflow import (
    Akte,
    Anhang,
    Moeglich,
    add_document,
    count_by_status,
    list_cases,
    list_letters,
    read_document,
)

# The steps that lead on; the others leave the way or come back to it.
_FORWARD = frozenset(
    {
        Aktion.INTERESSE_BEKUNDEN,
        Aktion.ANFRAGEN,
        Aktion.BEDINGUNGEN_ANNEHMEN,
        Aktion.BESTAETIGEN,
        Aktion.ANBINDUNG_BEGINNEN,
        Aktion.TEST_BEGINNEN,
        Aktion.GOLIVE_MELDEN,
        Aktion.PRODUKTIV_SETZEN,
        Aktion.WIEDERAUFNEHMEN,
        Aktion.ENTKOPPLUNG_VEREINBAREN,
        Aktion.ENTKOPPLUNG_BESTAETIGEN,
        Aktion.UEBERGEBEN,
        Aktion.PRODUKTIV_MELDEN,
    }
)
# Where it helps to say why a step does not work yet; of the others nobody is waiting for one.
_EXPLAINED = frozenset(
    {Aktion.BESTAETIGEN, Aktion.TEST_BEGINNEN, Aktion.GOLIVE_MELDEN, Aktion.PRODUKTIV_SETZEN}
)

_DONE = {
    "begonnen": "Gesendet. Sie bekommen eine Kopie der Mail.",
    "entwurf": "Der Entwurf ist gespeichert. Gesendet ist noch nichts.",
    "erfasst": "Das Interesse ist erfasst.",
    "gespeichert": "Gespeichert.",
    "notiz": "Die Notiz ist gespeichert. Die andere Seite sieht sie nicht.",
    "erledigt": "Erledigt.",
    "schreiben": "Das Schreiben liegt bei den Dokumenten.",
    "dokument": "Das Dokument liegt am Vorgang.",
    "mail": "Die Mail liegt beim Schriftverkehr dieses Vorgangs.",
}


@page("/nachnutzungen", access=INVOLVED)
def list_reuse(view: View) -> Page:
    akteur, wanted = akteur_of(view), read_filter(view.address)
    found = list_cases(view.session, akteur, wanted, view.address.page())
    check_page(found)
    return Page(
        "seiten/nachnutzungen.html",
        {
            "seite": found,
            "anzahl": count_by_status(view.session, akteur),
            "alle_status": list(Status),
            "gewaehlt": wanted,
            "adresse": view.address.without("ok"),
            "chips": chips_of(view.address, {}),
            "sortierungen": sort_links(view.address),
            "ist_koordinierung": view.viewer.has(Rolle.KOORDINIERUNG),
            "meldung": _DONE.get(view.address.text("ok"), ""),
        },
    )


@page("/nachnutzungen/{nummer:str}", access=INVOLVED)
def show_case(view: View) -> Page:
    return _case(view, case_of(view))


@action("/nachnutzungen/{nummer:str}/dokumente", access=INVOLVED, largest=LARGEST_FORM)
def upload_document(view: View) -> Page | Redirect:
    """Refused before anything is written, so that the page can say so at the field."""
    akte, upload = case_of(view), view.files.get("datei")
    if upload is None:
        return _case(view, akte, {"datei": "Wählen Sie zuerst eine Datei aus."})
    item = view.form.text("punkt")
    proves = read_number(item, "Der Prüfpunkt", "Laden Sie den Vorgang neu.") if item else None
    # What kind of file it is, its content says.
    anhang = Anhang(upload.name, "", upload.data)
    try:
        add_document(view.session, akteur_of(view), akte.id, anhang, proves)
    except (UngueltigeEingabe, SchonVorhanden, FalscherZustand) as refused:
        return _case(view, akte, {"datei": refused.meldung})
    return Redirect(f"/nachnutzungen/{akte.id}?ok=dokument#dokumente")


def _case(view: View, akte: Akte, faults: Mapping[str, str] | None = None) -> Page:
    done = view.address.text("ok")
    taken = next((WORTE[aktion].getan for aktion in WORTE if aktion.value == done), "")
    return Page(
        "seiten/nachnutzung.html",
        {
            "akte": akte,
            "schritte": [m for m in akte.aussichten if m.aktion in _FORWARD and not m.fehlt],
            "gesperrt": [m for m in akte.aussichten if m.aktion in _EXPLAINED and m.fehlt],
            "weitere": [m for m in akte.aussichten if m.aktion not in _FORWARD and not m.fehlt],
            "worte": WORTE,
            "ereignisse": EREIGNISSE,
            "link": partial(_step_link, akte),
            "wer": partial(_name_side, akte),
            "abstand": _distance(view),
            "ist_koordinierung": Rolle.KOORDINIERUNG in akte.rollen,
            "hat_kalender": bool(list_termine(akte, akteur_of(view).basis_url)),
            "schreiben": list_letters(akte),
            "dokumentarten": DOKUMENTARTEN,
            "meldung": taken or _DONE.get(done, ""),
            "fehler": faults or {},
            "punkt": view.form.text("punkt"),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


@page("/nachnutzungen/{nummer:str}/fristen.ics", access=INVOLVED)
def download_days(view: View) -> Download:
    akte = case_of(view)
    termine = list_termine(akte, akteur_of(view).basis_url)
    moment = datetime.combine(view.today, time(), UTC)
    body = write_calendar(f"Nachnutzung {akte.vorgangsnummer}", termine, moment)
    return Download(f"nachnutzung-{akte.id}.ics", "text/calendar", iter([body]))


@page("/nachnutzungen/{nummer:str}/dokumente/{dokument:str}", access=INVOLVED)
def download_document(view: View) -> Download:
    """Under a name of ours: what somebody called a file belongs into no header."""
    akte = case_of(view)
    number = read_number(view.path["dokument"], "Das Dokument", "Öffnen Sie den Vorgang neu.")
    found = read_document(view.session, akteur_of(view), akte.id, number)
    name = f"dokument-{number}{_suffix(found.name)}"
    return Download(name, "application/octet-stream", iter([found.inhalt]))


def _suffix(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    return f".{ending}" if ending.isascii() and ending.isalnum() and len(ending) <= 5 else ""


def _step_link(akte: Akte, moeglich: Moeglich) -> str:
    """The role only where somebody has two of them."""
    address = f"/nachnutzungen/{akte.id}/{moeglich.aktion.value}"
    return f"{address}?rolle={moeglich.rolle.value}" if len(akte.rollen) > 1 else address


def _name_side(akte: Akte, rolle: Rolle) -> str:
    return akte.stelle_name if rolle is Rolle.KOMMUNE else akte.gegenueber or rolle.label


def _distance(view: View) -> Callable[..., str]:
    return lambda day: say_distance(day, view.today)


PAGES = [list_reuse, show_case, upload_document, download_days, download_document]
