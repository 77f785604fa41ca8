"""What a body says it uses: the list to confirm, a form for one statement, the way to a new one."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from katalog import discovery, participation
from katalog.discovery import Auswahl
from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus, Objektart
from katalog.domain.einsatz import parse_einsatz, type_einsatz
from katalog.domain.errors import NichtGefunden, SchonVorhanden, UngueltigeEingaben
from katalog.domain.rollen import Recht, may
from katalog.models.nutzung import Einsatz
from katalog.queries import dienste, einsaetze, verlauf
from katalog.queries.kommunen import KommuneZeile
from katalog.queries.teilnahme import stated
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View, page
from katalog.web.participants import (
    PARTICIPANTS,
    list_of,
    number_of,
    own_body,
    statement_form,
    typed_statement,
)

_HITS = 10
_DONE = {
    "neu": "Die Angabe ist gespeichert und gilt sofort.",
    "geaendert": "Die Änderung ist gespeichert.",
    "bestaetigt": "Bestätigt. Danke, die nächste Prüfung ist in zwölf Monaten fällig.",
    "entwurf": "Die Angabe ist gespeichert. Ihre Koordinierende Stelle prüft den Onlinedienst.",
    "liste": "Die Liste ist übernommen. Alle Angaben daraus gelten sofort.",
    "uebernommen": "Übernommen. Ergänzen Sie bei jeder Angabe, seit oder ab wann und wo.",
    "widersprochen": "Widersprochen. Die Angabe zählt nicht mehr und steht unter „Verlauf“.",
}

_VORGAENGE = {
    "einsatz_angegeben": "Angegeben",
    "einsatz_bestaetigt": "Bestätigt",
    "einsatz_widersprochen": "Widersprochen; zählt seitdem nicht mehr",
}
_SEITEN = {
    "kommune": "durch die Kommune",
    "koordinierung": "durch die Koordinierende Stelle",
    "anbieter": "durch den Anbieter",
}


@page("/kommunen/{ars:str}/angaben", access=PARTICIPANTS)
def list_statements(view: View) -> Page:
    kommune = own_body(view)
    rows = einsaetze.with_drafts(view.session, kommune.stelle_id, view.viewer)
    standing = [
        row
        for row in rows
        if row.widersprochen_am is None
        and row.status is not Einsatzstatus.BEENDET
        and (row.bis is None or row.bis >= view.today)
    ]
    return Page(
        "seiten/angaben.html",
        {
            "kommune": kommune,
            "angaben": standing,
            "vergangen": [row for row in rows if row not in standing],
            "faellig": sum(
                1 for row in standing if row.pruefung_faellig and row.pruefung_faellig <= view.today
            ),
            "darf_bestaetigen": may(
                view.viewer, Recht.EINSATZ_BESTAETIGEN, stelle=kommune.stelle_id
            ),
            "meldung": _DONE.get(view.address.text("ok"), ""),
        },
    )


@page("/kommunen/{ars:str}/angaben/neu", access=PARTICIPANTS)
def choose_assistant(view: View) -> Page:
    kommune, q = own_body(view), view.address.text("q")
    rows = []
    if q:
        auswahl = Auswahl(typ=Objektart.ONLINEDIENST, q=q)
        found = discovery.find(
            view.session, view.portal.suche, auswahl, view.today, limit=_HITS, facets=False
        )
        rows = dienste.by_ids(view.session, found.ids)
    return Page("seiten/angabe_waehlen.html", {"kommune": kommune, "q": q, "dienste": rows})


@page("/kommunen/{ars:str}/angaben/neu/{kennung:str}", access=PARTICIPANTS)
def show_new(view: View) -> Page:
    kommune = own_body(view)
    blank = {"rolle": Einsatzrolle.NUTZT, "status": Einsatzstatus.PRODUKTIV}
    return _form(view, kommune, _dienst(view), blank)


@action("/kommunen/{ars:str}/angaben/neu/{kennung:str}", access=PARTICIPANTS)
def add_statement(view: View) -> Page | Redirect:
    kommune, dienst = own_body(view), _dienst(view)
    try:
        angaben = parse_einsatz(typed_statement(view), view.today)
    except UngueltigeEingaben as faults:
        return _form(view, kommune, dienst, typed_statement(view), faults.by_field)
    assert dienst.dienst.id is not None
    try:
        participation.state_use(
            view.session, view.viewer, kommune.stelle_id, dienst.dienst.id, angaben, view.today
        )
    except SchonVorhanden as conflict:
        return _form(view, kommune, dienst, typed_statement(view), {"rolle": conflict.meldung})
    return Redirect(f"{list_of(kommune)}?ok=neu")


@page("/kommunen/{ars:str}/angaben/{nummer:str}", access=PARTICIPANTS)
def show_statement(view: View) -> Page:
    kommune = own_body(view)
    einsatz = participation.find_own(
        view.session, view.viewer, kommune.stelle_id, number_of(view.path["nummer"])
    )
    return _form(
        view, kommune, _dienst_of(view, einsatz), type_einsatz(stated(einsatz)), einsatz=einsatz
    )


@page("/kommunen/{ars:str}/angaben/{nummer:str}/verlauf", access=PARTICIPANTS)
def show_history(view: View) -> Page:
    kommune, number = own_body(view), number_of(view.path["nummer"])
    rows = einsaetze.with_drafts(view.session, kommune.stelle_id, view.viewer)
    angabe = next((row for row in rows if row.id == number), None)
    if angabe is None:
        raise NichtGefunden("Die Angabe", str(number), "Alle Angaben stehen in der Liste.")
    return Page(
        "seiten/angabe_verlauf.html",
        {
            "kommune": kommune,
            "angabe": angabe,
            "verlauf": verlauf.of_statement(view.session, number),
            "vorgaenge": _VORGAENGE,
            "seiten": _SEITEN,
        },
    )


@action("/kommunen/{ars:str}/angaben/{nummer:str}", access=PARTICIPANTS)
def change_statement(view: View) -> Page | Redirect:
    kommune, number = own_body(view), number_of(view.path["nummer"])
    einsatz = participation.find_own(view.session, view.viewer, kommune.stelle_id, number)
    try:
        angaben = parse_einsatz(typed_statement(view), view.today)
    except UngueltigeEingaben as faults:
        dienst = _dienst_of(view, einsatz)
        return _form(view, kommune, dienst, typed_statement(view), faults.by_field, einsatz)
    shown = view.form.text("version")
    participation.change_use(
        view.session,
        view.viewer,
        kommune.stelle_id,
        number,
        int(shown) if shown.isascii() and shown.isdigit() else 0,
        angaben,
        view.today,
    )
    return Redirect(f"{list_of(kommune)}?ok=geaendert")


@action("/kommunen/{ars:str}/angaben/bestaetigungen", access=PARTICIPANTS)
def confirm_statements(view: View) -> Redirect:
    kommune = own_body(view)
    numbers = [number_of(typed) for typed in view.form.all("nummer")]
    participation.confirm(view.session, view.viewer, kommune.stelle_id, numbers, view.today)
    return Redirect(f"{list_of(kommune)}?ok=bestaetigt")


@action("/kommunen/{ars:str}/angaben/widersprueche", access=PARTICIPANTS)
def contradict_statement(view: View) -> Redirect:
    kommune, number = own_body(view), number_of(view.form.text("nummer"))
    participation.contradict(view.session, view.viewer, kommune.stelle_id, number, view.today)
    return Redirect(f"{list_of(kommune)}?ok=widersprochen")


def _dienst(view: View) -> dienste.DienstZeile:
    found = dienste.find_dienst(view.session, view.path["kennung"])
    if found is None:
        raise NichtGefunden("Der Onlinedienst", view.path["kennung"])
    return found


def _dienst_of(view: View, einsatz: Einsatz) -> dienste.DienstZeile:
    return dienste.by_ids(view.session, [einsatz.onlinedienst_id])[0]


def _form(
    view: View,
    kommune: KommuneZeile,
    dienst: dienste.DienstZeile,
    values: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
    einsatz: Einsatz | None = None,
) -> Page:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return Page(
        "seiten/angabe.html",
        {
            "kommune": kommune,
            "dienst": dienst,
            "einsatz": einsatz,
            "ziel": view.address.path,
            **statement_form(values, faults or {}),
        },
        status=status,
    )


PAGES = [
    list_statements,
    choose_assistant,
    show_new,
    add_statement,
    show_statement,
    show_history,
    change_statement,
    confirm_statements,
    contradict_statement,
]
