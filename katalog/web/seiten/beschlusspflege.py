"""Forms for a council resolution and its points."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from katalog.coordination import beschluesse as service
from katalog.domain.begriffe import Arbeitsstatus, Nachweisumfang
from katalog.domain.beschluss import LONGEST, parse_beschluss, parse_punkt
from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.kalender import format_datum
from katalog.domain.rollen import Sichtbarkeit
from katalog.models.koordination import Beschluss
from katalog.queries import beschluesse
from katalog.queries.beschluesse import Punkt
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View, page
from katalog.web.resolutions import (
    WRITERS,
    Ziel,
    own_beschluss,
    own_ziel,
    read_number,
)

_HEAD = (
    "vorlage", "titel", "sitzung", "geschaeftszeichen", "gremium", "ersetzt", "beschlossen_am",
    "sichtbarkeit",
)  # fmt: skip
_POINT = (
    "nummer", "auftrag", "faellig", "status", "begruendung", "zeitplan", "nachweis", "ozg",
)  # fmt: skip


# The resolution -----------------------------------------------------------------------------


@page("/kommunen/{ars:str}/beschluesse/neu", access=WRITERS)
def show_new(view: View) -> Page:
    ziel = own_ziel(view)
    return _head_form(ziel, None, {"sichtbarkeit": Sichtbarkeit.EIGENE})


@action("/kommunen/{ars:str}/beschluesse/neu", access=WRITERS)
def add_beschluss(view: View) -> Page | Redirect:
    ziel, typed = own_ziel(view), _typed(view, _HEAD)
    try:
        angaben = parse_beschluss(typed, view.today)
        number = service.add(view.session, view.viewer, ziel.stelle, angaben)
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _head_form(ziel, None, typed, faults.by_field)
    return Redirect(f"{ziel.path(number)}?ok=neu")


@page("/kommunen/{ars:str}/beschluesse/{nummer:str}/aendern", access=WRITERS)
def show_head(view: View) -> Page:
    ziel, beschluss = own_ziel(view), own_beschluss(view)
    return _head_form(ziel, beschluss, _written(beschluss, _HEAD))


@action("/kommunen/{ars:str}/beschluesse/{nummer:str}/aendern", access=WRITERS)
def change_beschluss(view: View) -> Page | Redirect:
    ziel, beschluss, typed = own_ziel(view), own_beschluss(view), _typed(view, _HEAD)
    assert beschluss.id is not None
    try:
        service.change(
            view.session, view.viewer, ziel.stelle, beschluss.id, _version(view),
            parse_beschluss(typed, view.today),
        )  # fmt: skip
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _head_form(ziel, beschluss, typed, faults.by_field)
    return Redirect(f"{ziel.path(beschluss.id)}?ok=geaendert")


def _head_form(
    ziel: Ziel,
    beschluss: Beschluss | None,
    values: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
) -> Page:
    shown: dict[str, Any] = {
        "kommune": ziel.kommune,
        "beschluss": beschluss,
        "ziel": ziel.path(beschluss.id, "aendern") if beschluss else ziel.path("neu"),
        "zurueck": ziel.path(beschluss.id) if beschluss else ziel.path(),
        "sichtbarkeiten": list(Sichtbarkeit),
    }
    return _form("seiten/beschluss_angaben.html", shown, values, _HEAD, faults)


# Its points ---------------------------------------------------------------------------------


@page("/kommunen/{ars:str}/beschluesse/{nummer:str}/punkte/neu", access=WRITERS)
def show_new_punkt(view: View) -> Page:
    ziel, beschluss = own_ziel(view), own_beschluss(view)
    assert beschluss.id is not None
    known = [each.punkt.nummer for each in beschluesse.punkte(view.session, beschluss.id)]
    return _point_form(
        ziel, beschluss, None,
        {"nummer": str(max(known, default=0) + 1), "status": Arbeitsstatus.OFFEN,
         "nachweis": Nachweisumfang.AUSGEWAEHLT},
    )  # fmt: skip


@action("/kommunen/{ars:str}/beschluesse/{nummer:str}/punkte/neu", access=WRITERS)
def add_punkt(view: View) -> Page | Redirect:
    return _save_punkt(view, None)


@page("/kommunen/{ars:str}/beschluesse/{nummer:str}/punkte/{punkt:str}", access=WRITERS)
def show_punkt(view: View) -> Page:
    ziel, beschluss = own_ziel(view), own_beschluss(view)
    found = service.find_punkt(view.session, beschluss, read_number(view.path["punkt"]))
    values = _written(found.punkt, _POINT) | {"ozg": ", ".join(key for key, _ in found.ozg)}
    return _point_form(ziel, beschluss, found, values)


@action("/kommunen/{ars:str}/beschluesse/{nummer:str}/punkte/{punkt:str}", access=WRITERS)
def change_punkt(view: View) -> Page | Redirect:
    found = service.find_punkt(view.session, own_beschluss(view), read_number(view.path["punkt"]))
    return _save_punkt(view, found)


@action("/kommunen/{ars:str}/beschluesse/{nummer:str}/punkte/{punkt:str}/entfernen", access=WRITERS)
def remove_punkt(view: View) -> Redirect:
    ziel, number = own_ziel(view), read_number(view.path["nummer"])
    punkt = read_number(view.path["punkt"])
    service.remove_punkt(view.session, view.viewer, ziel.stelle, number, punkt)
    return Redirect(f"{ziel.path(number)}?ok=entfernt")


def _save_punkt(view: View, punkt: Punkt | None) -> Page | Redirect:
    ziel, beschluss, typed = own_ziel(view), own_beschluss(view), _typed(view, _POINT)
    assert beschluss.id is not None
    changed = (punkt.punkt.id or 0, _version(view)) if punkt else None
    try:
        angaben = parse_punkt(typed)
        service.write_punkt(view.session, view.viewer, ziel.stelle, beschluss.id, changed, angaben)
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _point_form(ziel, beschluss, punkt, typed, faults.by_field)
    return Redirect(f"{ziel.path(beschluss.id)}?ok=punkt")


def _point_form(
    ziel: Ziel,
    beschluss: Beschluss,
    punkt: Punkt | None,
    values: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
) -> Page:
    shown: dict[str, Any] = {
        "kommune": ziel.kommune,
        "beschluss": beschluss,
        "punkt": punkt.punkt if punkt else None,
        "ziel": ziel.path(beschluss.id, "punkte", punkt.punkt.id if punkt else "neu"),
        "zurueck": ziel.path(beschluss.id),
        "alle_status": list(Arbeitsstatus),
        "nachweise": list(Nachweisumfang),
    }
    return _form("seiten/beschlusspunkt.html", shown, values, _POINT, faults)


def _form(
    template: str,
    shown: dict[str, Any],
    values: Mapping[str, str],
    names: tuple[str, ...],
    faults: Mapping[str, str] | None,
) -> Page:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    typed = {name: values.get(name, "") for name in names}
    return Page(
        template,
        shown | {"werte": typed, "fehler": faults or {}, "laengen": LONGEST},
        status=status,
    )


def _typed(view: View, names: tuple[str, ...]) -> dict[str, str]:
    return {name: view.form.last(name).strip() for name in names}


def _written(row: object, names: tuple[str, ...]) -> dict[str, str]:
    found = {name: getattr(row, name, "") for name in names}
    return {
        name: format_datum(value) if isinstance(value, date) else str(value or "")
        for name, value in found.items()
    }


def _version(view: View) -> int:
    shown = view.form.text("version")
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 11 else 0


PAGES = [
    show_new,
    add_beschluss,
    show_head,
    change_beschluss,
    show_new_punkt,
    add_punkt,
    show_punkt,
    change_punkt,
    remove_punkt,
]
