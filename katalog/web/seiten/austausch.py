"""Exchange meetings as the bodies see them: what comes, what came of it, coming or not."""

from __future__ import annotations

from http import HTTPStatus

from katalog.coordination import teilnehmen
from katalog.domain.austausch import LONGEST, Zusage, format_zeit
from katalog.domain.errors import NichtGefunden, UngueltigeEingaben
from katalog.domain.rollen import Recht, Rolle, may
from katalog.queries import austausch
from katalog.queries.austausch import Einladungszeile, Terminzeile
from katalog.web.forms import action
from katalog.web.meetings import basis_url, calendar_file, number_of
from katalog.web.page import EVERYONE, Download, Page, Redirect, View, page

_INVITED = frozenset({Rolle.KOMMUNE})
_DONE = {
    Zusage.ZUGESAGT.value: "Sie sind angemeldet. Eine Bestätigung ist auf dem Weg.",
    Zusage.ABGESAGT.value: "Sie haben abgesagt. Eine Bestätigung ist auf dem Weg.",
    "vorschlag": "Der Vorschlag ist bei der Stelle, die eingeladen hat.",
}


@page("/austausch")
def list_meetings(view: View) -> Page:
    coming = austausch.upcoming(view.session, view.viewer, view.now)
    return Page(
        "seiten/austausch.html",
        {
            "kommende": coming,
            "vergangene": austausch.past(view.session, view.viewer, view.now),
            "zusagen": austausch.coming(view.session, [z.termin.id or 0 for z in coming]),
            "zeit": format_zeit,
            "koordiniert": view.viewer.has(Rolle.KOORDINIERUNG),
        },
    )


@page("/austausch/{nummer:str}")
def show_meeting(view: View) -> Page:
    return _show(view, teilnehmen.see(view.session, view.viewer, number_of(view)))


@page("/austausch/{nummer:str}/termin.ics", private=True)
def download_meeting(view: View) -> Download:
    zeile = teilnehmen.see(view.session, view.viewer, number_of(view))
    return calendar_file(view, zeile, inside=_is_inside(view, zeile))


@action("/austausch/{nummer:str}/zusage", access=_INVITED)
def answer(view: View) -> Redirect:
    zeile = teilnehmen.see(view.session, view.viewer, number_of(view))
    said = teilnehmen.answer(
        view.session, _own_invitation(view, zeile), zeile, view.form.text("zusage"),
        basis_url(view), view.now, view.viewer,
    )  # fmt: skip
    return Redirect(f"/austausch/{zeile.termin.id}?ok={said}")


@action("/austausch/{nummer:str}/vorschlag", access=_INVITED)
def propose(view: View) -> Page | Redirect:
    zeile = teilnehmen.see(view.session, view.viewer, number_of(view))
    invitation = _own_invitation(view, zeile)
    try:
        teilnehmen.propose(
            view.session, invitation, zeile.termin, view.form.text("vorschlag"), view.now,
            view.today, view.viewer,
        )  # fmt: skip
    except UngueltigeEingaben as faults:
        return _show(view, zeile, faults)
    return Redirect(f"/austausch/{zeile.termin.id}?ok=vorschlag")


def _show(view: View, zeile: Terminzeile, faults: UngueltigeEingaben | None = None) -> Page:
    number = zeile.termin.id or 0
    own = austausch.invitations_of(view.session, view.viewer, number)
    return _page(view, zeile, own, f"/austausch/{number}", faults, inside=_is_inside(view, zeile))


def _is_inside(view: View, zeile: Terminzeile) -> bool:
    office = may(view.viewer, Recht.KOORDINIEREN, stelle=zeile.termin.koordinierung_id)
    number = zeile.termin.id or 0
    return office or bool(austausch.invitations_of(view.session, view.viewer, number))


def _own_invitation(view: View, zeile: Terminzeile) -> Einladungszeile:
    """Somebody who acts for several invited bodies says for which."""
    own = austausch.invitations_of(view.session, view.viewer, zeile.termin.id or 0)
    wanted = view.form.text("stelle")
    for each in own:
        if wanted == str(each.stelle_id):
            return each
    raise NichtGefunden("Die Einladung", wanted, "Eingeladen sind nur bestimmte Stellen.")


# By the link of a mail --------------------------------------------------------------------------


@page("/austausch/einladung/{geheimnis:str}", private=True)
def show_invitation(view: View) -> Page:
    zeile, invitation = teilnehmen.open_link(view.session, view.path["geheimnis"])
    return _by_link(view, zeile, invitation)


@page("/austausch/einladung/{geheimnis:str}/termin.ics", private=True)
def download_invited(view: View) -> Download:
    zeile, _ = teilnehmen.open_link(view.session, view.path["geheimnis"])
    return calendar_file(view, zeile, inside=True)


@action("/austausch/einladung/{geheimnis:str}/zusage", access=EVERYONE)
def answer_by_link(view: View) -> Redirect:
    zeile, invitation = teilnehmen.open_link(view.session, view.path["geheimnis"])
    said = teilnehmen.answer(
        view.session, invitation, zeile, view.form.text("zusage"), basis_url(view), view.now
    )
    return Redirect(f"{_link_of(view)}?ok={said}")


@action("/austausch/einladung/{geheimnis:str}/vorschlag", access=EVERYONE)
def propose_by_link(view: View) -> Page | Redirect:
    zeile, invitation = teilnehmen.open_link(view.session, view.path["geheimnis"])
    try:
        teilnehmen.propose(
            view.session, invitation, zeile.termin, view.form.text("vorschlag"), view.now,
            view.today,
        )  # fmt: skip
    except UngueltigeEingaben as faults:
        return _by_link(view, zeile, invitation, faults)
    return Redirect(f"{_link_of(view)}?ok=vorschlag")


def _by_link(
    view: View,
    zeile: Terminzeile,
    invitation: Einladungszeile,
    faults: UngueltigeEingaben | None = None,
) -> Page:
    return _page(view, zeile, [invitation], _link_of(view), faults, inside=True)


def _link_of(view: View) -> str:
    return f"/austausch/einladung/{view.path['geheimnis']}"


def _page(
    view: View,
    zeile: Terminzeile,
    own: list[Einladungszeile],
    here: str,
    faults: UngueltigeEingaben | None,
    *,
    inside: bool,
) -> Page:
    number = zeile.termin.id or 0
    proposals = [row for row in austausch.vorschlaege(view.session, number) if inside]
    wanted = view.form.text("vorschlag") if faults else ""
    return Page(
        "seiten/austauschtermin.html",
        {
            "zeile": zeile,
            "zeit": format_zeit(zeile.termin.beginn, zeile.termin.ende),
            "hier_pfad": here,
            "eigene": own,
            "innen": inside,
            "offen": teilnehmen.is_open(zeile.termin, view.now),
            "vorschlaege": proposals,
            "zusagen": austausch.coming(view.session, [number]).get(number, 0),
            "laengen": LONGEST,
            "getippt": wanted,
            "fehler": faults.by_field if faults else {},
            "pflegt": may(view.viewer, Recht.KOORDINIEREN, stelle=zeile.termin.koordinierung_id),
            "meldung": _DONE.get(view.address.text("ok"), ""),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


PAGES = [
    list_meetings,
    show_meeting,
    download_meeting,
    answer,
    propose,
    show_invitation,
    download_invited,
    answer_by_link,
    propose_by_link,
]
