"""The letters of a case, issued on its page and kept among its documents."""

from __future__ import annotations

from katalog.domain.begriffe import Schreibenart
from katalog.domain.errors import UngueltigeEingabe
from katalog.web.assets import PRINT_FONTS
from katalog.web.case_reader import akteur_of, case_of
from katalog.web.forms import action
from katalog.web.page import Redirect, View
from katalog.web.viewer import INVOLVED
from katalog.workflow import issue_letter


@action("/nachnutzungen/{nummer:str}/schreiben", access=INVOLVED)
def issue(view: View) -> Redirect:
    akte, wanted = case_of(view), view.form.text("art")
    if wanted not in set(Schreibenart):
        raise UngueltigeEingabe("art", wanted, "Welches Schreiben es sein soll, fehlt.")
    issue_letter(view.session, akteur_of(view), akte.id, Schreibenart(wanted), PRINT_FONTS)
    return Redirect(f"/nachnutzungen/{akte.id}?ok=schreiben#dokumente")


PAGES = [issue]
