"""The work split: who builds what until when, where two build the same, and what nobody builds;
kept by the office, and how far a package is said by whoever builds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from itertools import groupby

from katalog.ausgabe.arbeitspakete import ARBEITSPAKETE
from katalog.ausgabe.export import MEDIA_TYPES, Zusammenstellung, parse_format
from katalog.coordination import arbeitspakete as service
from katalog.domain.arbeitspaket import LAUFEND, LONGEST, find_overlaps
from katalog.domain.begriffe import Arbeitsstatus, Ausgabeformat
from katalog.domain.errors import NichtGefunden, UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.kalender import format_datum
from katalog.domain.rollen import Recht, Rolle, Sichtbarkeit, reach
from katalog.models.koordination import Arbeitspaket
from katalog.queries import arbeitspakete, bezuege, register
from katalog.queries.arbeitspakete import Auswahl, Paketzeile
from katalog.web.case_reader import read_number, shown_version
from katalog.web.coordinators import COORDINATORS, chosen_office, own_offices
from katalog.web.exports import download, wants_file
from katalog.web.forms import action
from katalog.web.page import Download, Page, Redirect, View, page

_HERE = "/arbeitsteilung"
_KEEP = "/koordination/arbeitsteilung"
_FILES = (Ausgabeformat.CSV, Ausgabeformat.XLSX, Ausgabeformat.JSON)
_FIELDS = ("koordinierung", *LONGEST, "status", "bis", "sichtbarkeit")
_STAND = ("status", "bis", "ergebnis")
_BUILDERS = frozenset({Rolle.KOMMUNE, Rolle.ANBIETER})
_DONE = {
    "neu": "Das Arbeitspaket ist angelegt.",
    "geaendert": "Die Änderung ist gespeichert.",
    "gemeldet": "Der Stand ist gemeldet.",
    "entfernt": "Das Arbeitspaket ist entfernt.",
}


@page(_HERE)
def show_work_split(view: View) -> Page | Download:
    fields = dict(register.themenfelder(view.session))
    slug = view.address.text("themenfeld")
    slug = slug if slug in fields else ""
    typed = view.address.text("status")
    status = Arbeitsstatus(typed) if typed in set(Arbeitsstatus) else None
    everything = arbeitspakete.list_pakete(view.session, view.viewer)
    auswahl = Auswahl(fields.get(slug, ""), status)
    rows = arbeitspakete.list_pakete(view.session, view.viewer, auswahl)
    if wants_file(view.address):
        return _file(view, rows, [fields[slug]] if slug else [], status)
    gaps = [
        gap
        for gap in arbeitspakete.without_anybody(view.session, everything)
        if not slug or gap.themenfeld == fields[slug]
    ]
    by_id = {row.paket.id or 0: row for row in everything}
    running = [row for row in everything if row.paket.status in LAUFEND]
    address = view.address.without("ok", "format")
    return Page(
        "seiten/arbeitsteilung.html",
        {
            "gruppen": _by_field(rows),
            "anzahl": len(rows),
            "alle": len(everything),
            "doppelt": {
                number: [by_id[other] for other in others]
                for number, others in find_overlaps([r.umfang for r in running]).items()
            },
            "efa": arbeitspakete.announced_efa(
                view.session, {o.id for row in running for o in row.ozg}
            ),
            "luecken": gaps,
            "luecken_je_feld": Counter(gap.themenfeld or "Ohne Themenfeld" for gap in gaps),
            "slugs": {name: key for key, name in fields.items()},
            "themenfelder": fields,
            "themenfeld": slug,
            "alle_status": list(Arbeitsstatus),
            "status": status,
            "pflegt": reach(view.viewer, Recht.KOORDINIEREN).stellen,
            "meldet": reach(view.viewer, Recht.ARBEITSSTAND_MELDEN).stellen,
            "koordiniert": view.viewer.has(Rolle.KOORDINIERUNG),
            "dateien": [
                {"url": address.with_(format=each), "format": each,
                 "media_type": MEDIA_TYPES[each]}
                for each in _FILES
            ],
            "meldung": _DONE.get(view.address.text("ok"), ""),
        },
    )  # fmt: skip


def _by_field(rows: list[Paketzeile]) -> list[tuple[str, list[Paketzeile]]]:
    in_order = sorted(rows, key=lambda row: row.themenfeld or "~")
    return [
        (name or "Ohne Themenfeld", list(group))
        for name, group in groupby(in_order, key=lambda row: row.themenfeld)
    ]


def _file(
    view: View, rows: list[Paketzeile], chosen: list[str], status: Arbeitsstatus | None
) -> Download:
    wanted = parse_format(view.address.text("format"))
    if wanted not in _FILES:
        raise NichtGefunden("Das Format", wanted, f"Möglich sind: {', '.join(_FILES)}.")
    ids = [row.paket.id or 0 for row in rows]
    return download(
        view,
        Zusammenstellung(
            ARBEITSPAKETE,
            ARBEITSPAKETE.titel,
            str(view.address.without("format", "ok")),
            lambda _session: ids,
            (*chosen, *([status.label] if status else [])),
        ),
    )


# Saying how far it is -----------------------------------------------------------------------------


@page(f"{_HERE}/{{nummer:str}}/stand", access=_BUILDERS)
def show_progress_form(view: View) -> Page:
    paket = service.find_responsible(view.session, view.viewer, _number(view))
    return _progress(view, paket, _written(view, paket))


@action(f"{_HERE}/{{nummer:str}}/stand", access=_BUILDERS)
def report_progress(view: View) -> Page | Redirect:
    typed = _typed(view)
    paket = service.find_responsible(view.session, view.viewer, number := _number(view))
    try:
        service.report(view.session, view.viewer, number, shown_version(view), typed)
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _progress(view, paket, typed, faults.by_field)
    return Redirect(f"{_HERE}?ok=gemeldet")


def _progress(
    view: View,
    paket: Arbeitspaket,
    values: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
) -> Page:
    (row,) = arbeitspakete.by_ids(view.session, [paket.id])
    return Page(
        "seiten/arbeitsstand.html",
        {
            "zeile": row,
            "ziel": f"{_HERE}/{paket.id}/stand",
            "alle_status": list(Arbeitsstatus),
            "werte": {name: values.get(name, "") for name in _STAND},
            "fehler": faults or {},
            "laengen": LONGEST,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


# Keeping it -------------------------------------------------------------------------------------


@page(f"{_KEEP}/neu", access=COORDINATORS)
def show_new_package(view: View) -> Page:
    values = {
        "status": Arbeitsstatus.OFFEN,
        "sichtbarkeit": Sichtbarkeit.VERWALTUNG,
        "bezug": view.address.text("ozg"),
    }
    return _form(view, None, values)


@action(f"{_KEEP}/neu", access=COORDINATORS)
def add_package(view: View) -> Page | Redirect:
    typed = _typed(view)
    try:
        office = chosen_office(view, typed["koordinierung"])
        service.add(view.session, view.viewer, office, typed)
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _form(view, None, typed, faults.by_field)
    return Redirect(f"{_HERE}?ok=neu")


@page(f"{_KEEP}/{{nummer:str}}", access=COORDINATORS)
def show_package(view: View) -> Page:
    paket = service.find_own(view.session, view.viewer, _number(view))
    return _form(view, paket, _written(view, paket))


@action(f"{_KEEP}/{{nummer:str}}", access=COORDINATORS)
def change_package(view: View) -> Page | Redirect:
    typed = _typed(view)
    paket = service.find_own(view.session, view.viewer, number := _number(view))
    try:
        service.change(view.session, view.viewer, number, shown_version(view), typed)
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _form(view, paket, typed, faults.by_field)
    return Redirect(f"{_HERE}?ok=geaendert")


@action(f"{_KEEP}/{{nummer:str}}/entfernen", access=COORDINATORS)
def remove_package(view: View) -> Redirect:
    service.remove(view.session, view.viewer, _number(view))
    return Redirect(f"{_HERE}?ok=entfernt")


def _number(view: View) -> int:
    return read_number(
        view.path["nummer"], "Das Arbeitspaket", "Alle stehen unter /arbeitsteilung."
    )


def _typed(view: View) -> dict[str, str]:
    return {name: view.form.last(name).strip() for name in _FIELDS}


def _written(view: View, paket: Arbeitspaket) -> dict[str, str]:
    (row,) = arbeitspakete.by_ids(view.session, [paket.id])
    return {
        "titel": paket.titel,
        "stelle": row.verantwortlich.ars or row.verantwortlich.name,
        "beteiligte": "; ".join(each.ars or each.name for each in row.beteiligte),
        "bezug": bezuege.write(row.bezuege.thema),
        "ergebnis": bezuege.write(row.bezuege.ergebnis),
        "bemerkung": paket.bemerkung,
        "status": paket.status,
        "bis": format_datum(paket.bis) if paket.bis else "",
        "sichtbarkeit": paket.sichtbarkeit,
    }


def _form(
    view: View,
    paket: Arbeitspaket | None,
    values: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
) -> Page:
    return Page(
        "seiten/arbeitspaket.html",
        {
            "paket": paket,
            "ziel": f"{_KEEP}/{paket.id}" if paket else f"{_KEEP}/neu",
            "koordinierungen": own_offices(view),
            "alle_status": list(Arbeitsstatus),
            "sichtbarkeiten": list(Sichtbarkeit),
            "werte": {name: values.get(name, "") for name in _FIELDS},
            "fehler": faults or {},
            "laengen": LONGEST,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


PAGES = [
    show_work_split,
    show_progress_form,
    report_progress,
    show_new_package,
    add_package,
    show_package,
    change_package,
    remove_package,
]
