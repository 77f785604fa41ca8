"""What is done with many cases at once: a step taken in all of them, or a mailing to their bodies.

One mechanism for every such step: its mails are shown first, then it is taken in all of the cases
or in none. What a step asks for is asked once, for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from katalog.domain.angaben import Angaben
from katalog.domain.errors import (
    Konflikt,
    NichtErlaubt,
    UngueltigeEingabe,
    UngueltigeEingaben,
)
from katalog.domain.kalender import format_datum
from katalog.domain.nachnutzung import STEPS
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion
from katalog.web.address import Address
from katalog.web.case_fields import Eingaben, Feld, fields_of, read_angaben, typed
from katalog.web.case_reader import akteur_of, read_number
from katalog.web.case_words import SAMMELSCHRITTE, WORTE
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View
from katalog.workflow import Akte, Vorschau, preview, read_case, take

# More at once nobody reads through.
_MOST = 50
_HINT = "Wählen Sie ihn neu aus."
_TABLE = "/koordination?ansicht=tabelle"
_MAILING = "/koordination/rundschreiben/neu"
_LETTERS = {"anschreiben": "", "erinnern": "erinnerung"}


@dataclass(frozen=True, slots=True)
class Posten:
    """One case of the selection: what would happen, or why it cannot."""

    akte: Akte
    vorschau: Vorschau | None
    hindernis: str


@action("/koordination/auswahl", access=frozenset({Rolle.KOORDINIERUNG}))
def act_on_many(view: View) -> Page | Redirect:
    chosen = [typed_value.partition("-") for typed_value in view.form.all("vorgang")[:_MOST]]
    wanted = view.form.text("aktion")
    if not chosen:
        return Redirect(_TABLE)
    if wanted in _LETTERS:
        fields = tuple(("vorgang", number) for number, _, _ in chosen)
        return Redirect(str(Address(_MAILING, fields).with_(anlass=_LETTERS[wanted])))
    aktion = next((aktion for aktion in SAMMELSCHRITTE if aktion.value == wanted), None)
    if aktion is None:
        raise UngueltigeEingabe("aktion", wanted, "Wählen Sie, was geschehen soll.")
    felder = _fields(aktion)
    werte = _typed(view, felder)
    try:
        angaben = read_angaben(Eingaben(werte))
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _confirm(view, aktion, chosen, werte, faults.by_field)
    shown = {feld.name: view.form.last(f"gezeigt_{feld.name}") for feld in felder}
    if view.form.text("phase") != "ausfuehren" or shown != werte:
        return _confirm(view, aktion, chosen, werte, angaben=angaben)
    for number, _, version in chosen:
        case = read_number(number, "Der Vorgang", _HINT)
        known = int(version) if version.isascii() and version.isdigit() else 0
        take(view.session, akteur_of(view), case, known, aktion, angaben,
             rolle=Rolle.KOORDINIERUNG)  # fmt: skip
    return Redirect(f"/koordination?ok={aktion.value}")


def _fields(aktion: Aktion) -> tuple[Feld, ...]:
    step = next(step for step in STEPS if step.aktion is aktion)
    return fields_of(step, Rolle.KOORDINIERUNG)


def _typed(view: View, felder: tuple[Feld, ...]) -> dict[str, str]:
    """Nothing typed yet is today, which the page then shows."""
    today = {"datum": format_datum(view.today)}
    return {name: value or today.get(name, "") for name, value in typed(felder, view.form).items()}


def _confirm(
    view: View,
    aktion: Aktion,
    chosen: list[tuple[str, str, str]],
    werte: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
    angaben: Angaben | None = None,
) -> Page:
    posten = [_look_at(view, number, aktion, angaben or Angaben()) for number, _, _ in chosen]
    return Page(
        "seiten/koordination_sammelschritt.html",
        {
            "aktion": aktion,
            "worte": WORTE[aktion],
            "felder": _fields(aktion),
            "werte": werte,
            "fehler": faults or {},
            # With a mistake in what is asked for all, no case can be looked at.
            "moeglich": [] if faults else [p for p in posten if p.vorschau is not None],
            "hindernisse": [] if faults else [p for p in posten if p.vorschau is None],
            "posten": posten,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


def _look_at(view: View, number: str, aktion: Aktion, angaben: Angaben) -> Posten:
    akteur = akteur_of(view)
    case = read_number(number, "Der Vorgang", _HINT)
    akte = read_case(view.session, akteur, case)
    try:
        vorschau = preview(view.session, akteur, case, aktion, angaben, rolle=Rolle.KOORDINIERUNG)
    except (Konflikt, NichtErlaubt) as obstacle:
        return Posten(akte, None, obstacle.meldung)
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return Posten(akte, None, " ".join(faults.by_field.values()))
    return Posten(akte, vorschau, "")


PAGES = [act_on_many]
