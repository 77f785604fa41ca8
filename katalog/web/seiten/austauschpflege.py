"""Exchange meetings as the coordinating body keeps them: drafted, announced, reported on."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from katalog.coordination import austausch as service
from katalog.domain.austausch import BERLIN, LONGEST, Eingeladen, Zusage, format_zeit
from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.kalender import format_datum
from katalog.domain.rollen import Sichtbarkeit
from katalog.models.koordination import Austauschtermin
from katalog.queries import austausch, bezuege, register
from katalog.web.case_reader import read_number
from katalog.web.coordinators import COORDINATORS, chosen_office, own_offices
from katalog.web.forms import action
from katalog.web.meetings import basis_url, number_of
from katalog.web.page import Page, Redirect, View, page

_HERE = "/koordination/austausch"
_FIELDS = (
    "koordinierung", "titel", "tag", "von", "bis", "ort", "videolink", "tagesordnung",
    "themenfeld", "eingeladen", "kreis", "nutzer_von", "bezug", "sichtbarkeit",
)  # fmt: skip
_DONE = {
    "neu": "Der Entwurf ist gespeichert. Eingeladen ist noch niemand.",
    "geaendert": "Die Änderung ist gespeichert.",
    "mitgeteilt": "Die Änderung ist gespeichert. Wer eingeladen ist, bekommt eine Mail.",
    "angekuendigt": "Der Termin ist angekündigt. Die Einladungen sind auf dem Weg.",
    "abgesagt": "Der Termin ist abgesagt. Wer eingeladen war, bekommt eine Mail.",
    "ergebnis": "Das Ergebnis ist gespeichert.",
    "vorschlag": "Über den Vorschlag ist entschieden.",
}


@page(_HERE, access=COORDINATORS)
def list_own_meetings(view: View) -> Page:
    rows = austausch.of_offices(view.session, sorted(view.viewer.koordinierende_stellen))
    return Page(
        "seiten/austauschpflege.html",
        {
            "zeilen": rows,
            "zeit": format_zeit,
            "jetzt": view.now,
            "zusagen": austausch.coming(view.session, [row.termin.id or 0 for row in rows]),
        },
    )


@page(f"{_HERE}/neu", access=COORDINATORS)
def show_new_meeting(view: View) -> Page:
    values = {"eingeladen": Eingeladen.ALLE, "sichtbarkeit": Sichtbarkeit.VERWALTUNG}
    return _form(view, None, values)


@action(f"{_HERE}/neu", access=COORDINATORS)
def create_meeting(view: View) -> Page | Redirect:
    typed = _typed(view)
    try:
        number = service.create(
            view.session, view.viewer, chosen_office(view, typed["koordinierung"]), typed, view.now
        )
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _form(view, None, typed, faults.by_field)
    return Redirect(f"{_HERE}/{number}?ok=neu")


@page(f"{_HERE}/{{nummer:str}}", access=COORDINATORS)
def show_own_meeting(view: View) -> Page:
    termin = service.find_own(view.session, view.viewer, number := number_of(view))
    rows = austausch.invited(view.session, number)
    return Page(
        "seiten/austauschpflege_termin.html",
        {
            "termin": termin,
            "bezuege": bezuege.of(view.session, Austauschtermin, [number])[number],
            "zeit": format_zeit(termin.beginn, termin.ende),
            "begonnen": termin.beginn <= view.now,
            "eingeladene": rows,
            "zusagen": [row for row in rows if row.zusage is Zusage.ZUGESAGT],
            "absagen": [row for row in rows if row.zusage is Zusage.ABGESAGT],
            "vorschlaege": austausch.vorschlaege(view.session, number),
            "meldung": _DONE.get(view.address.text("ok"), ""),
        },
    )


@page(f"{_HERE}/{{nummer:str}}/aendern", access=COORDINATORS)
def show_meeting_form(view: View) -> Page:
    termin = service.find_own(view.session, view.viewer, number_of(view))
    return _form(view, termin, _written(view, termin))


@action(f"{_HERE}/{{nummer:str}}/aendern", access=COORDINATORS)
def change_meeting(view: View) -> Page | Redirect:
    termin, typed = service.find_own(view.session, view.viewer, number_of(view)), _typed(view)
    folge = view.form.text("folge")
    try:
        mails = service.change(
            view.session,
            view.viewer,
            termin.id or 0,
            int(folge) if folge.isascii() and folge.isdigit() and len(folge) < 10 else -1,
            typed,
            basis_url(view),
            view.now,
            view.today,
        )
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _form(view, termin, typed, faults.by_field)
    return Redirect(f"{_HERE}/{termin.id}?ok={'mitgeteilt' if mails else 'geaendert'}")


@page(f"{_HERE}/{{nummer:str}}/ankuendigen", access=COORDINATORS)
def preview_invitations(view: View) -> Page:
    vorschau = service.preview(
        view.session, view.viewer, number_of(view), basis_url(view), view.now, view.today
    )
    return Page("seiten/austausch_ankuendigen.html", {"vorschau": vorschau})


@action(f"{_HERE}/{{nummer:str}}/ankuendigen", access=COORDINATORS)
def announce_meeting(view: View) -> Redirect:
    number = number_of(view)
    service.announce(view.session, view.viewer, number, basis_url(view), view.now, view.today)
    return Redirect(f"{_HERE}/{number}?ok=angekuendigt")


@page(f"{_HERE}/{{nummer:str}}/absagen", access=COORDINATORS)
def confirm_calling_off(view: View) -> Page:
    termin = service.find_own(view.session, view.viewer, number_of(view))
    return Page("seiten/austausch_absagen.html", {"termin": termin})


@action(f"{_HERE}/{{nummer:str}}/absagen", access=COORDINATORS)
def call_off_meeting(view: View) -> Redirect:
    number = number_of(view)
    service.call_off(view.session, view.viewer, number, basis_url(view), view.now, view.today)
    return Redirect(f"{_HERE}/{number}?ok=abgesagt")


@page(f"{_HERE}/{{nummer:str}}/ergebnis", access=COORDINATORS)
def show_result_form(view: View) -> Page:
    termin = service.find_own(view.session, view.viewer, number := number_of(view))
    about = bezuege.of(view.session, Austauschtermin, [number])[number]
    return _result_form(
        termin, {"ergebnis": termin.ergebnis, "bezug": bezuege.write(about.ergebnis)}
    )


@action(f"{_HERE}/{{nummer:str}}/ergebnis", access=COORDINATORS)
def save_result(view: View) -> Page | Redirect:
    typed = {name: view.form.last(name).strip() for name in ("ergebnis", "bezug")}
    termin = service.find_own(view.session, view.viewer, number := number_of(view))
    try:
        service.report(view.session, view.viewer, number, typed, view.now, view.today)
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _result_form(termin, typed, faults.by_field)
    return Redirect(f"{_HERE}/{number}?ok=ergebnis")


@action(f"{_HERE}/{{nummer:str}}/vorschlaege/{{vorschlag:str}}", access=COORDINATORS)
def decide_proposal(view: View) -> Redirect:
    number = number_of(view)
    proposal = read_number(view.path["vorschlag"], "Der Vorschlag", "Alle stehen beim Termin.")
    accept = view.form.text("entscheidung") == "aufnehmen"
    service.decide(view.session, view.viewer, number, proposal, accept=accept)
    return Redirect(f"{_HERE}/{number}?ok=vorschlag")


# Forms ------------------------------------------------------------------------------------------


def _typed(view: View) -> dict[str, str]:
    return {name: view.form.last(name).strip() for name in _FIELDS}


def _written(view: View, termin: Austauschtermin) -> dict[str, str]:
    begin, end = (moment.astimezone(BERLIN) for moment in (termin.beginn, termin.ende))
    about = bezuege.of(view.session, Austauschtermin, [termin.id or 0])[termin.id or 0]
    invited = Eingeladen.ALLE
    if termin.kreis_id is not None:
        invited = Eingeladen.KREIS
    if termin.nutzer_von_id is not None:
        invited = Eingeladen.NUTZER
    chosen = austausch.chosen_keys(view.session, termin)
    return {
        "titel": termin.titel,
        "tag": format_datum(begin.date()),
        "von": f"{begin:%H:%M}",
        "bis": f"{end:%H:%M}",
        "ort": termin.ort,
        "videolink": termin.videolink,
        "tagesordnung": termin.tagesordnung,
        "eingeladen": invited,
        "bezug": bezuege.write(about.thema),
        "sichtbarkeit": termin.sichtbarkeit,
    } | chosen


def _form(
    view: View,
    termin: Austauschtermin | None,
    values: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
) -> Page:
    offices = own_offices(view)
    kreise: dict[str, str] = {}
    for office in offices:
        kreise |= dict(austausch.kreise_of(view.session, int(office.value)))
    shown: dict[str, Any] = {
        "termin": termin,
        "ziel": f"{_HERE}/{termin.id}/aendern" if termin else f"{_HERE}/neu",
        "zurueck": f"{_HERE}/{termin.id}" if termin else _HERE,
        "koordinierungen": offices,
        "themenfelder": dict(register.themenfelder(view.session)),
        "kreise": kreise,
        "alle_eingeladen": list(Eingeladen),
        "sichtbarkeiten": list(Sichtbarkeit),
    }
    return _answer("seiten/austausch_angaben.html", shown, values, _FIELDS, faults)


def _result_form(
    termin: Austauschtermin, values: Mapping[str, str], faults: Mapping[str, str] | None = None
) -> Page:
    return _answer(
        "seiten/austausch_ergebnis.html", {"termin": termin}, values, ("ergebnis", "bezug"), faults
    )


def _answer(
    template: str,
    shown: dict[str, Any],
    values: Mapping[str, str],
    names: tuple[str, ...],
    faults: Mapping[str, str] | None,
) -> Page:
    return Page(
        template,
        shown
        | {
            "werte": {name: values.get(name, "") for name in names},
            "fehler": faults or {},
            "laengen": LONGEST,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


PAGES = [
    list_own_meetings,
    show_new_meeting,
    create_meeting,
    show_own_meeting,
    show_meeting_form,
    change_meeting,
    preview_invitations,
    announce_meeting,
    confirm_calling_off,
    call_off_meeting,
    show_result_form,
    save_result,
    decide_proposal,
]
