"""Interest of many bodies confirmed in one step: the mails first, then all of them or none."""

from __future__ import annotations

from dataclasses import dataclass

from katalog.domain.angaben import Angaben
from katalog.domain.errors import Konflikt, NichtErlaubt
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion
from katalog.web.case_reader import akteur_of, read_number
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View
from katalog.workflow import Akte, Vorschau, preview, read_case, take

# More at once nobody reads through.
_MOST = 50


@dataclass(frozen=True, slots=True)
class Posten:
    """One case of the selection: what would happen, or why it cannot."""

    akte: Akte
    vorschau: Vorschau | None
    hindernis: str


@action("/koordination/bestaetigen", access=frozenset({Rolle.KOORDINIERUNG}))
def confirm_many(view: View) -> Page | Redirect:
    chosen = [typed.partition("-") for typed in view.form.all("vorgang")[:_MOST]]
    if not chosen:
        return Redirect("/koordination?ansicht=tabelle&status=interesse_bekundet")
    akteur = akteur_of(view)
    if view.form.text("phase") == "ausfuehren":
        for number, _, version in chosen:
            case = read_number(number, "Der Vorgang", "Wählen Sie ihn neu aus.")
            known = int(version) if version.isascii() and version.isdigit() else 0
            take(view.session, akteur, case, known, Aktion.BESTAETIGEN, Angaben())
        return Redirect("/koordination?ok=bestaetigt")
    posten = [_look_at(view, number) for number, _, _ in chosen]
    return Page(
        "seiten/koordination_bestaetigen.html",
        {
            "moeglich": [p for p in posten if p.vorschau is not None],
            "hindernisse": [p for p in posten if p.vorschau is None],
        },
    )


def _look_at(view: View, number: str) -> Posten:
    akteur = akteur_of(view)
    case = read_number(number, "Der Vorgang", "Wählen Sie ihn neu aus.")
    akte = read_case(view.session, akteur, case)
    try:
        vorschau = preview(view.session, akteur, case, Aktion.BESTAETIGEN, Angaben())
    except (Konflikt, NichtErlaubt) as obstacle:
        return Posten(akte, None, obstacle.meldung)
    return Posten(akte, vorschau, "")


PAGES = [confirm_many]
