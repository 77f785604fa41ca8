"""Local rules of a place on a day and over time, places side by side, a form to lay one down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus

from katalog import local_rules
from katalog.ausgabe.export import Zusammenstellung
from katalog.ausgabe.festlegungen import FESTLEGUNGEN
from katalog.domain.errors import NichtGefunden, UngueltigeEingaben
from katalog.domain.festlegung import LONGEST, write_werte
from katalog.domain.kalender import format_datum, parse_datum
from katalog.domain.rollen import Recht, Rolle, may, require
from katalog.domain.schluessel import strip_separators
from katalog.queries import kommunen, register
from katalog.queries.festlegungen import Festlegung
from katalog.queries.kommunen import KommuneZeile
from katalog.web.exports import download, wants_file
from katalog.web.forms import action
from katalog.web.page import Download, Page, Redirect, View, page
from katalog.web.viewer import SIGNED_IN

KEEPERS = SIGNED_IN & {Rolle.KOMMUNE}
_LARGEST_ID = 2**31 - 1
_DAYS = ("gueltig_ab", "gueltig_bis", "naechste_pruefung")
_FIELDS = (*LONGEST, *_DAYS, "rueckwirkend", "ozg_ids", "werte")
_DONE = {"gespeichert": "Die Festlegung ist gespeichert."}


@page("/kommunen/{ars:str}/festlegungen", keep=True)
def show_rules(view: View) -> Page:
    kommune = _kommune(view)
    am = _day(view)
    return Page(
        "seiten/festlegungen.html",
        {
            "kommune": kommune,
            "am": am,
            "regeln": local_rules.rules_of(view.session, kommune.gebiet.id or 0, am),
            "darf_pflegen": may(view.viewer, Recht.FESTLEGUNG_PFLEGEN, stelle=kommune.stelle_id),
            "meldung": _DONE.get(view.address.text("ok"), ""),
        },
    )


@page("/ozg/{ozg_id:str}/festlegungen", keep=True)
def compare_rules(view: View) -> Page | Download:
    key = view.path["ozg_id"]
    ozg = register.find_ozg(view.session, key)
    if ozg is None:
        raise NichtGefunden("Die OZG-Leistung", key)
    am = _day(view)
    if wants_file(view.address):
        bestand = Zusammenstellung(
            FESTLEGUNGEN,
            f"Örtliche Festlegungen zu {ozg.titel}",
            str(view.address.without("format")),
            lambda session: local_rules.in_force(session, ozg.id, am),
            (f"gültig am {format_datum(am)}",),
        )
        return download(view, bestand)
    return Page(
        "seiten/festlegungen_vergleich.html",
        {
            "ozg": ozg,
            "am": am,
            "adresse": view.address,
            "gruppen": local_rules.compare_places(view.session, ozg.id, am),
        },
    )


@page("/kommunen/{ars:str}/festlegungen/neu", access=KEEPERS)
def show_new_rule(view: View) -> Page:
    """From an existing one, most of it stays the same: only the days and the values are new."""
    kommune = _own(view)
    template = view.address.text("nach")
    values: dict[str, str] = {}
    for rule in local_rules.rules_of(view.session, kommune.gebiet.id or 0, view.today):
        if rule.name == template:
            values = _written(rule.fassungen[0])
            values |= dict.fromkeys((*_DAYS, "beschluss", "bemerkung", "rueckwirkend"), "")
            values["ersetzt"] = rule.fassungen[0].festlegung.beschluss
    return _form(view, kommune, values)


@action("/kommunen/{ars:str}/festlegungen/neu", access=KEEPERS)
def add_rule(view: View) -> Page | Redirect:
    return _save(view, _own(view), None)


@page("/kommunen/{ars:str}/festlegungen/{nummer:str}", access=KEEPERS)
def show_rule(view: View) -> Page:
    kommune = _own(view)
    rule = local_rules.find_own(view.session, kommune.gebiet.id or 0, _number(view))
    return _form(view, kommune, _written(rule), rule=rule)


@action("/kommunen/{ars:str}/festlegungen/{nummer:str}", access=KEEPERS)
def change_rule(view: View) -> Page | Redirect:
    kommune = _own(view)
    rule = local_rules.find_own(view.session, kommune.gebiet.id or 0, _number(view))
    return _save(view, kommune, rule)


def _save(view: View, kommune: KommuneZeile, rule: Festlegung | None) -> Page | Redirect:
    typed = {name: view.form.lines(name) for name in _FIELDS}
    shown = view.form.text("version")
    try:
        local_rules.save(
            view.session,
            view.viewer,
            kommune.stelle_id,
            kommune.gebiet.id or 0,
            rule.festlegung.id if rule else None,
            int(shown) if shown.isascii() and shown.isdigit() else 0,
            typed,
            view.today,
        )
    except UngueltigeEingaben as faults:
        return _form(view, kommune, typed, faults.by_field, rule)
    return Redirect(f"/kommunen/{kommune.gebiet.ars}/festlegungen?ok=gespeichert")


def _form(
    view: View,
    kommune: KommuneZeile,
    values: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
    rule: Festlegung | None = None,
) -> Page:
    return Page(
        "seiten/festlegung.html",
        {
            "kommune": kommune,
            "fassung": rule.festlegung if rule else None,
            "werte": {name: values.get(name, "") for name in _FIELDS},
            "fehler": faults or {},
            "ziel": view.address.path,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


def _written(rule: Festlegung) -> dict[str, str]:
    row = rule.festlegung
    days = {name: getattr(row, name) for name in _DAYS}
    return {
        **{name: getattr(row, name) for name in LONGEST},
        **{name: format_datum(day) if day else "" for name, day in days.items()},
        "rueckwirkend": "ja" if row.rueckwirkend else "",
        "ozg_ids": " ".join(ozg_id for ozg_id, _ in rule.ozg),
        "werte": write_werte(rule.paare),
    }


def _day(view: View) -> date:
    text = view.address.text("am")
    return parse_datum(text, "am") if text else view.today


def _kommune(view: View) -> KommuneZeile:
    typed = view.path["ars"]
    kommune = kommunen.find_kommune(view.session, strip_separators(typed))
    if kommune is None:
        raise NichtGefunden("Die Kommune", typed)
    return kommune


def _own(view: View) -> KommuneZeile:
    kommune = _kommune(view)
    require(view.viewer, Recht.FESTLEGUNG_PFLEGEN, stelle=kommune.stelle_id)
    return kommune


def _number(view: View) -> int:
    typed = view.path["nummer"]
    plain = typed.isascii() and typed.isdigit() and len(typed) < 11 and typed[0] != "0"
    number = int(typed) if plain else 0
    if not 0 < number <= _LARGEST_ID:
        raise NichtGefunden("Die Festlegung", typed, "Alle Festlegungen stehen in der Liste.")
    return number


PAGES = [show_rules, compare_rules, show_new_rule, add_rule, show_rule, change_rule]
