"""One mechanism for every step of a case: its form, what it would do, and the step itself.

What a step asks for stands in the table of steps; there is no page per step. A step is taken from
the page that showed its effects, and only on the state of the case that this page knew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from katalog.domain.angaben import Angabe, Angaben
from katalog.domain.errors import (
    FalscherZustand,
    NichtErlaubt,
    NichtGefunden,
    UngueltigeEingabe,
    UngueltigeEingaben,
    VeralteterStand,
    VoraussetzungFehlt,
)
from katalog.domain.kalender import format_datum, parse_datum
from katalog.domain.nachnutzung import EREIGNISSE, STEPS_BY_WEG
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Step
from katalog.domain.vorgang import Aktion
from katalog.web.case_fields import (
    Eingaben,
    Feld,
    fields_of,
    read_angaben,
    read_form,
    typed,
)
from katalog.web.case_reader import akteur_of, case_of, shown_version
from katalog.web.case_words import WORTE
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View, page
from katalog.web.rechner import say_distance
from katalog.web.viewer import INVOLVED
from katalog.workflow import Akte, Kuendigungsvorschau, preview, preview_notice, take

# These begin a case; a draft is completed where it was begun.
_BEGINNING = frozenset({Aktion.INTERESSE_BEKUNDEN, Aktion.ANFRAGEN})
_NOTICE = frozenset({Aktion.KUENDIGEN, Aktion.ZUGANG_BERICHTIGEN})


@dataclass(frozen=True, slots=True)
class Vorhaben:
    """A step that somebody is about to take, and what it asks of them."""

    akte: Akte
    step: Step
    rolle: Rolle
    felder: tuple[Feld, ...]

    @property
    def aktion(self) -> Aktion:
        return self.step.aktion

    @property
    def address(self) -> str:
        return f"/nachnutzungen/{self.akte.id}/{self.aktion.value}"

    @property
    def asks_terms(self) -> bool:
        return Angabe.ZUSTIMMUNG in self.step.gefragt(self.rolle)


@page("/nachnutzungen/{nummer:str}/{aktion:str}", access=INVOLVED)
def show_step(view: View) -> Page | Redirect:
    akte, aktion = case_of(view), _aktion(view)
    if aktion in _BEGINNING:
        return Redirect(f"/onlinedienste/{akte.dienst_kennung}/nachnutzen?stelle={akte.stelle_id}")
    vorhaben = _intend(akte, aktion, view.address.text("rolle"))
    if not vorhaben.felder:
        return _confirm(view, vorhaben, {}, Angaben())
    return _form(view, vorhaben, {"ende": view.address.text("ende")})


@action("/nachnutzungen/{nummer:str}/{aktion:str}", access=INVOLVED)
def take_step(view: View) -> Page | Redirect:
    akte, aktion = case_of(view), _aktion(view)
    if akte.version != shown_version(view):
        return _outdated(view, akte, aktion)
    vorhaben = _intend(akte, aktion, view.form.text("rolle"))
    werte = _typed(view, vorhaben)
    try:
        eingaben = Eingaben(werte)
        angaben = read_angaben(eingaben)
        if view.form.text("phase") != "ausfuehren":
            return _confirm(view, vorhaben, werte, angaben)
        done = take(
            view.session,
            akteur_of(view),
            akte.id,
            akte.version,
            aktion,
            angaben,
            rolle=vorhaben.rolle,
            form=read_form(eingaben),
        )
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _form(view, vorhaben, werte, faults.by_field)
    except VeralteterStand:
        return _outdated(view, case_of(view), aktion)
    return Redirect(f"/nachnutzungen/{done.id}?ok={aktion.value}")


def _aktion(view: View) -> Aktion:
    typed_value = view.path["aktion"]
    found = next((aktion for aktion in WORTE if aktion.value == typed_value), None)
    if found is None:
        raise NichtGefunden("Der Schritt", typed_value, "Öffnen Sie den Vorgang neu.")
    return found


def _intend(akte: Akte, aktion: Aktion, wanted: str) -> Vorhaben:
    """The row of the table that holds here and now, for whoever looks."""
    if not akte.rollen:
        raise NichtErlaubt(
            "Sie können diesen Vorgang lesen, aber nicht in ihm handeln. Das können die zuständige "
            f"Stelle und {akte.gegenueber or 'ihr Gegenüber'}."
        )
    offered = next(
        (m for m in akte.aussichten if m.aktion is aktion and wanted in {"", m.rolle.value}), None
    )
    if offered is None:
        raise FalscherZustand(
            f"„{aktion.label}“ ist für Sie im Schritt „{akte.status.label}“ nicht möglich. Was "
            "möglich ist, steht auf der Seite des Vorgangs."
        )
    if offered.fehlt:
        raise VoraussetzungFehlt(
            f"„{aktion.label}“ ist noch nicht möglich. {'. '.join(offered.fehlt)}.", offered.fehlt
        )
    step = next(
        step
        for step in STEPS_BY_WEG[akte.weg]
        if step.aktion is aktion and akte.status in step.von and offered.rolle in step.rollen
    )
    return Vorhaben(akte, step, offered.rolle, fields_of(step, offered.rolle))


def _typed(view: View, vorhaben: Vorhaben) -> dict[str, str]:
    extra = {"fassung": view.form.last("fassung")} if vorhaben.asks_terms else {}
    return typed(vorhaben.felder, view.form) | extra


# Pages ------------------------------------------------------------------------------------------


def _frame(vorhaben: Vorhaben) -> dict[str, Any]:
    akte = vorhaben.akte
    return {
        "akte": akte,
        "aktion": vorhaben.aktion,
        "worte": WORTE[vorhaben.aktion],
        "rolle": vorhaben.rolle,
        "ziel": vorhaben.address,
        "fassung": _fassung(vorhaben),
    }


def _fassung(vorhaben: Vorhaben) -> object | None:
    """The version to accept: the first one, or a newer one that waits."""
    if not vorhaben.asks_terms:
        return None
    akte = vorhaben.akte
    return akte.bedingungen if akte.fall.bedingungen_offen else akte.neue_bedingungen


def _form(
    view: View,
    vorhaben: Vorhaben,
    werte: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
) -> Page:
    return Page(
        "seiten/nachnutzung_schritt.html",
        _frame(vorhaben)
        | {
            "felder": vorhaben.felder,
            "werte": werte,
            "fehler": faults or {},
            "kuendigung": _notice(view, vorhaben, _day(werte.get("zugang", ""))),
            "abstand": lambda day: say_distance(day, view.today),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


def _confirm(view: View, vorhaben: Vorhaben, werte: Mapping[str, str], angaben: Angaben) -> Page:
    """Checked like the step itself. Whoever named no end of a contract gets the earliest."""
    notice = _notice(view, vorhaben, angaben)
    if vorhaben.aktion is Aktion.KUENDIGEN and notice and angaben.ende is None:
        angaben = replace(angaben, ende=notice.wirksam_zum)
        werte = {**werte, "ende": format_datum(notice.wirksam_zum)}
    vorschau = preview(
        view.session,
        akteur_of(view),
        vorhaben.akte.id,
        vorhaben.aktion,
        angaben,
        rolle=vorhaben.rolle,
    )
    return Page(
        "seiten/nachnutzung_bestaetigen.html",
        _frame(vorhaben)
        | {
            "vorschau": vorschau,
            "gezeigt": _shown(vorhaben.felder, werte),
            "werte": {name: value for name, value in werte.items() if value},
            "kuendigung": notice,
            "abstand": lambda day: say_distance(day, view.today),
        },
    )


def _notice(view: View, vorhaben: Vorhaben, angaben: Angaben) -> Kuendigungsvorschau | None:
    """Before somebody recording a letter has said when it came, there is nothing to compute."""
    if vorhaben.aktion not in _NOTICE:
        return None
    if vorhaben.rolle is not Rolle.KOMMUNE and angaben.zugang is None:
        return None
    if angaben.zugang is not None and angaben.zugang > view.today:
        return None
    return preview_notice(
        view.session,
        akteur_of(view),
        vorhaben.akte.id,
        zugang=angaben.zugang,
        ende=angaben.ende,
        rolle=vorhaben.rolle,
    )


def _day(text: str) -> Angaben:
    """For a form that is shown again: what is no day there has its own message."""
    try:
        return Angaben(zugang=parse_datum(text, "zugang") if text else None)
    except UngueltigeEingabe:
        return Angaben()


def _shown(felder: Sequence[Feld], werte: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was typed, as people read it back."""
    shown = []
    for feld in felder:
        value = werte.get(feld.name, "")
        label = next((word.label for word in feld.werte if word.value == value), value)
        if value:
            shown.append((feld.titel, label))
    return shown


def _outdated(view: View, akte: Akte, aktion: Aktion) -> Page:
    """Nothing is lost: what was typed is shown, beside what happened in the meantime."""
    seen = view.form.text("gesehen")
    last = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 11 else 0
    own = {"formular", "version", "rolle", "phase", "gesehen", "fassung"}
    return Page(
        "seiten/nachnutzung_veraltet.html",
        {
            "akte": akte,
            "aktion": aktion,
            "neues": [event for event in akte.ereignisse if event.id > last],
            "ereignisse": EREIGNISSE,
            "getippt": [value for name, value in view.form.fields if name not in own and value],
            "moeglich": any(m.aktion is aktion and not m.fehlt for m in akte.aussichten),
        },
        status=HTTPStatus.CONFLICT,
    )


PAGES = [show_step, take_step]
