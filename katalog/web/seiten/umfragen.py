"""Surveys as the coordinating body sees them: asked, reminded of, counted, drawn, taken along."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus

from katalog.ausgabe.export import MEDIA_TYPES, Zusammenstellung, parse_format
from katalog.ausgabe.umfrageantworten import antworten_auf
from katalog.domain.begriffe import Ausgabeformat
from katalog.domain.errors import NichtGefunden, UngueltigeEingaben
from katalog.domain.umfrage import MOST_QUESTIONS, Frageart, Teilnahme, Wahl, count_answers, spread
from katalog.models.koordination import Umfrage
from katalog.queries import umfrageantworten, umfragen
from katalog.queries.paging import read_page
from katalog.queries.umfrageantworten import OFFEN
from katalog.surveys import fragen
from katalog.web.coordinators import COORDINATORS, chosen_office, own_offices
from katalog.web.exports import download, wants_file
from katalog.web.forms import action
from katalog.web.lists import check_page
from katalog.web.page import Download, Page, Redirect, View, page
from katalog.web.sketches import Antwortkarte, sketch_of_answers

_HERE = "/koordination/umfragen"
_LARGEST_ID = 2**31 - 1
_FILES = (Ausgabeformat.CSV, Ausgabeformat.XLSX, Ausgabeformat.JSON)
_NUMBERS = range(1, MOST_QUESTIONS + 1)
_FIELDS = (
    *("koordinierung", "wen", "leistung", "titel", "worum", "ende"),
    *(f"{name}{number}" for number in _NUMBERS for name in ("text", "art", "auswahl")),
)
_DONE = {
    "neu": "Der Entwurf ist gespeichert. Prüfen Sie, wer angeschrieben wird, und senden Sie ihn.",
    "gesendet": "Die Mails sind auf dem Weg.",
    "geschlossen": "Die Umfrage ist geschlossen. Antworten nimmt sie keine mehr an.",
    "verworfen": "Der Entwurf ist verworfen.",
}


@page(_HERE, access=COORDINATORS)
def list_surveys(view: View) -> Page:
    rows = umfragen.list_of(view.session, sorted(view.viewer.koordinierende_stellen))
    return Page(
        "seiten/umfragen.html",
        {
            "umfragen": rows,
            "offen": {row.umfrage.id for row in rows if fragen.is_open(row.umfrage, view.today)},
            "meldung": _DONE.get(view.address.text("ok"), ""),
        },
    )


@page(f"{_HERE}/neu", access=COORDINATORS)
def show_new_survey(view: View) -> Page:
    return _form(view, {})


@action(f"{_HERE}/neu", access=COORDINATORS)
def create_survey(view: View) -> Page | Redirect:
    typed = {name: " ".join(view.form.last(name).split()) for name in _FIELDS}
    try:
        office = chosen_office(view, typed["koordinierung"])
        number = fragen.create(view.session, view.viewer, office, typed, view.today)
    except UngueltigeEingaben as faults:
        return _form(view, typed, faults.by_field)
    return Redirect(f"{_HERE}/{number}?ok=neu")


@page(f"{_HERE}/{{nummer:str}}", access=COORDINATORS)
def show_survey(view: View) -> Page | Download:
    umfrage = fragen.find_own(view.session, view.viewer, number := _number(view))
    asked = umfragen.questions(view.session, number)
    antwort = view.address.text("antwort")
    if antwort not in {"", OFFEN, *Teilnahme}:
        antwort = ""
    if wants_file(view.address):
        return _file(view, umfrage, antwort)
    address = view.address.without("ok")
    seite = read_page(
        view.session,
        umfrageantworten.chosen(number, antwort),
        view.address.page(),
        partial(umfrageantworten.by_ids, view.session),
        order=umfrageantworten.in_order_of_names,
    )
    check_page(seite)
    return Page(
        "seiten/umfrage.html",
        {
            "umfrage": umfrage,
            "wer": umfragen.asked_kind(view.session, umfrage),
            "offen": fragen.is_open(umfrage, view.today),
            "fragen": asked,
            "rueckmeldung": count_answers(umfrageantworten.all_answers(view.session, number)),
            "alle_teilnahmen": list(Teilnahme),
            "karte": _sketch(view, number),
            "seite": seite,
            "antwort": antwort,
            "adresse": address,
            "dateien": [
                {"url": address.without("seite").with_(format=each), "format": each,
                 "media_type": MEDIA_TYPES[each]}
                for each in _FILES
            ],
            "meldung": _DONE.get(view.address.text("ok"), ""),
        },
    )  # fmt: skip


@page(f"{_HERE}/{{nummer:str}}/anschreiben", access=COORDINATORS)
def preview_mails(view: View) -> Page:
    vorschau = fragen.preview(
        view.session, view.viewer, _number(view), _basis_url(view), view.today
    )
    return Page("seiten/umfrage_anschreiben.html", {"vorschau": vorschau})


@action(f"{_HERE}/{{nummer:str}}/anschreiben", access=COORDINATORS)
def send_mails(view: View) -> Redirect:
    number = _number(view)
    fragen.write_to_all(view.session, view.viewer, number, _basis_url(view), view.today)
    return Redirect(f"{_HERE}/{number}?ok=gesendet")


@page(f"{_HERE}/{{nummer:str}}/schliessen", access=COORDINATORS)
def confirm_closing(view: View) -> Page:
    umfrage = fragen.find_own(view.session, view.viewer, _number(view))
    return Page("seiten/umfrage_schliessen.html", {"umfrage": umfrage})


@action(f"{_HERE}/{{nummer:str}}/schliessen", access=COORDINATORS)
def close_survey(view: View) -> Redirect:
    number = _number(view)
    if fragen.close(view.session, view.viewer, number, view.today):
        return Redirect(f"{_HERE}/{number}?ok=geschlossen")
    return Redirect(f"{_HERE}?ok=verworfen")


def _form(view: View, values: Mapping[str, str], faults: Mapping[str, str] | None = None) -> Page:
    return Page(
        "seiten/umfrage_neu.html",
        {
            "koordinierungen": own_offices(view),
            "gefragte": _choices(view),
            "arten": list(Frageart),
            "nummern": list(_NUMBERS),
            "werte": {name: values.get(name, "") for name in _FIELDS},
            "fehler": faults or {},
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


def _choices(view: View) -> list[Wahl]:
    kinds = {
        kennung: name
        for koordinierung in sorted(view.viewer.koordinierende_stellen)
        for kennung, name in umfragen.kinds_of_authority(view.session, koordinierung)
    }
    return [
        *(Wahl(f"art:{kennung}", name) for kennung, name in kinds.items()),
        *(Wahl(f"ebene:{ebene}", name) for ebene, name in umfragen.LEVELS.items()),
        Wahl(fragen.COMPETENT, "alle, die für eine Leistung zuständig sind"),
    ]


def _file(view: View, umfrage: Umfrage, antwort: str) -> Download:
    wanted, number = parse_format(view.address.text("format")), umfrage.id or 0
    if wanted not in _FILES:
        known = ", ".join(_FILES)
        raise NichtGefunden("Das Format", wanted, f"Umfragen gibt es als {known}.")
    asked = umfragen.questions(view.session, number)
    chosen = Teilnahme(antwort).label if antwort in set(Teilnahme) else antwort
    return download(
        view,
        Zusammenstellung(
            antworten_auf(number, umfrage.titel, asked),
            umfrage.titel,
            str(view.address.without("format", "seite", "ok")),
            partial(umfrageantworten.all_ids, umfrage_id=number, antwort=antwort),
            (chosen,) if chosen else (),
        ),
    )


def _sketch(view: View, number: int) -> Antwortkarte | None:
    answers = umfrageantworten.by_area(view.session, number)
    places = umfrageantworten.places_around(view.session, list(answers))
    said = spread(places, answers)
    return sketch_of_answers(view, {ags: teilnahme or OFFEN for ags, teilnahme in said.items()})


def _basis_url(view: View) -> str:
    return view.portal.settings.basis_url.rstrip("/")


def _number(view: View) -> int:
    typed = view.path["nummer"]
    plain = typed.isascii() and typed.isdigit() and len(typed) < 11 and typed[0] != "0"
    number = int(typed) if plain else 0
    if not 0 < number <= _LARGEST_ID:
        hint = "Ihre Umfragen stehen unter /koordination/umfragen."
        raise NichtGefunden("Die Umfrage", typed, hint)
    return number


PAGES = [
    list_surveys,
    show_new_survey,
    create_survey,
    show_survey,
    preview_mails,
    send_mails,
    confirm_closing,
    close_survey,
]
