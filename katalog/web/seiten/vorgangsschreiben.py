"""The letters of a case, issued on its page and kept among its documents; and its whole file."""

from __future__ import annotations

from katalog.domain.begriffe import Schreibenart
from katalog.domain.errors import UngueltigeEingabe
from katalog.web.assets import PRINT_FONTS
from katalog.web.case_reader import akteur_of, case_of
from katalog.web.exports import occasion
from katalog.web.forms import action
from katalog.web.page import Download, Redirect, View, page
from katalog.web.viewer import INVOLVED
from katalog.workflow import issue_letter, write_file


@action("/nachnutzungen/{nummer:str}/schreiben", access=INVOLVED)
def issue(view: View) -> Redirect:
    akte, wanted = case_of(view), view.form.text("art")
    if wanted not in set(Schreibenart):
        raise UngueltigeEingabe("art", wanted, "Welches Schreiben es sein soll, fehlt.")
    issue_letter(view.session, akteur_of(view), akte.id, Schreibenart(wanted), PRINT_FONTS)
    return Redirect(f"/nachnutzungen/{akte.id}?ok=schreiben#dokumente")


@page("/nachnutzungen/{nummer:str}/akte.pdf", access=INVOLVED)
def download_file(view: View) -> Download:
    akte = case_of(view)
    moment = occasion(view.portal.settings).erstellt
    pdf = write_file(view.session, akteur_of(view), akte.id, moment, PRINT_FONTS)
    name = f"akte-{akte.vorgangsnummer.lower()}-{view.today.isoformat()}.pdf"
    return Download(name, "application/pdf", iter([pdf]))


PAGES = [issue, download_file]
