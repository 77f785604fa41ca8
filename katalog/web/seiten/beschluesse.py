"""Council resolutions of a municipality: who may, writes them; reports go out as page and PDF."""

from __future__ import annotations

from http import HTTPStatus

from katalog.ausgabe.brief import Brief
from katalog.ausgabe.brief_pdf import write_pdf
from katalog.coordination import beschluesse as service
from katalog.domain.beschluss import parse_termin
from katalog.domain.errors import UngueltigeEingabe
from katalog.models.koordination import Beschluss
from katalog.queries import beschluesse
from katalog.web.assets import STATIC
from katalog.web.forms import action
from katalog.web.page import Download, Page, Redirect, View, page
from katalog.web.resolutions import (
    WRITERS,
    Ziel,
    find_ziel,
    own_beschluss,
    own_ziel,
    read_day,
    read_number,
    seen_beschluss,
)

_FONTS = STATIC / "vendor" / "druck"
_DRAFT = "entwurf"
_DONE = {
    "neu": "Der Beschluss ist angelegt. Tragen Sie jetzt seine Punkte ein.",
    "geaendert": "Die Änderung ist gespeichert.",
    "punkt": "Der Beschlusspunkt ist gespeichert.",
    "entfernt": "Der Beschlusspunkt ist entfernt.",
    "termin": "Der Berichtstermin ist vorgesehen.",
    "gestrichen": "Der Berichtstermin ist gestrichen.",
    "abgegeben": "Der Bericht ist abgegeben und bleibt, wie er ist.",
}


# Reading ------------------------------------------------------------------------------------


@page("/kommunen/{ars:str}/beschluesse")
def list_beschluesse(view: View) -> Page:
    ziel = find_ziel(view)
    return Page(
        "seiten/beschluesse.html",
        {
            "kommune": ziel.kommune,
            "basis": ziel.path(),
            "zeilen": beschluesse.of_stelle(view.session, ziel.stelle, view.viewer),
            "schreibt": service.may_write(view.viewer, ziel.stelle),
        },
    )


@page("/kommunen/{ars:str}/beschluesse/{nummer:str}")
def show_beschluss(view: View) -> Page:
    """Everybody who may see it finds its reports; the own body and its coordination all of it."""
    ziel = find_ziel(view)
    return _beschluss(view, ziel, seen_beschluss(view, ziel))


@page("/kommunen/{ars:str}/beschluesse/{nummer:str}/berichte/{datum:str}")
def show_bericht(view: View) -> Page:
    ziel = find_ziel(view)
    beschluss = seen_beschluss(view, ziel)
    brief = _report(view, ziel, beschluss)
    return Page(
        "seiten/beschlussbericht.html",
        {
            "kommune": ziel.kommune,
            "beschluss": beschluss,
            "hier_basis": ziel.path(beschluss.id),
            "brief": brief,
            "basis": ziel.ort.basis_url,
            "pdf": ziel.path(beschluss.id, "berichte", view.path["datum"], "pdf"),
            "odt": ziel.path(beschluss.id, "berichte", view.path["datum"], "odt"),
            "entwurf": view.path["datum"] == _DRAFT,
        },
    )


@page("/kommunen/{ars:str}/beschluesse/{nummer:str}/berichte/{datum:str}/pdf")
def download_bericht(view: View) -> Download:
    brief, name = _named_report(view)
    return Download(f"{name}.pdf", "application/pdf", iter([write_pdf(brief, _FONTS)]))


@page("/kommunen/{ars:str}/beschluesse/{nummer:str}/berichte/{datum:str}/odt")
def download_bericht_odt(view: View) -> Download:
    # Loading the library takes longer than writing a report.
    from katalog.ausgabe.brief_odt import MEDIA_TYPE, write_odt

    brief, name = _named_report(view)
    return Download(f"{name}.odt", MEDIA_TYPE, iter([write_odt(brief)]))


def _named_report(view: View) -> tuple[Brief, str]:
    """With the name of its file, without the ending."""
    ziel = find_ziel(view)
    beschluss = seen_beschluss(view, ziel)
    brief = _report(view, ziel, beschluss)
    draft = f"-{_DRAFT}" if view.path["datum"] == _DRAFT else ""
    return brief, f"beschlusskontrolle-{beschluss.id}{draft}-{brief.stand}-{brief.fassung}"


def _report(view: View, ziel: Ziel, beschluss: Beschluss) -> Brief:
    typed = view.path["datum"]
    if typed == _DRAFT and service.may_see_draft(view.viewer, ziel.stelle):
        return service.draft(view.session, ziel.ort, beschluss, view.today).brief
    return service.handed_in(view.session, beschluss, read_day(typed))


def _beschluss(
    view: View, ziel: Ziel, beschluss: Beschluss, fault: UngueltigeEingabe | None = None
) -> Page:
    assert beschluss.id is not None
    dates = beschluesse.termine(view.session, beschluss.id)
    inside = service.may_see_draft(view.viewer, ziel.stelle)
    return Page(
        "seiten/beschluss.html",
        {
            "kommune": ziel.kommune,
            "beschluss": beschluss,
            "basis": ziel.path(beschluss.id),
            "punkte": beschluesse.punkte(view.session, beschluss.id) if inside else [],
            "innen": inside,
            "schreibt": service.may_write(view.viewer, ziel.stelle),
            "offen": [termin for termin in dates if termin.erledigt_am is None],
            "abgegeben": [termin for termin in reversed(dates) if termin.erledigt_am],
            "datum": fault.wert if fault else "",
            "fehler": {"datum": fault.meldung} if fault else {},
            "meldung": _DONE.get(view.address.text("ok"), ""),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
    )


# Reports ------------------------------------------------------------------------------------


@action("/kommunen/{ars:str}/beschluesse/{nummer:str}/termine", access=WRITERS)
def plan_report(view: View) -> Page | Redirect:
    ziel, beschluss = own_ziel(view), own_beschluss(view)
    assert beschluss.id is not None
    try:
        day = parse_termin(view.form.last("datum"), view.today)
    except UngueltigeEingabe as fault:
        return _beschluss(view, ziel, beschluss, fault)
    service.plan_report(view.session, view.viewer, ziel.stelle, beschluss.id, day)
    return Redirect(f"{ziel.path(beschluss.id)}?ok=termin")


@action("/kommunen/{ars:str}/beschluesse/{nummer:str}/termine/streichen", access=WRITERS)
def drop_report(view: View) -> Redirect:
    ziel, number = own_ziel(view), read_number(view.path["nummer"])
    day = read_day(view.form.last("datum"))
    service.drop_report(view.session, view.viewer, ziel.stelle, number, day)
    return Redirect(f"{ziel.path(number)}?ok=gestrichen")


@page("/kommunen/{ars:str}/beschluesse/{nummer:str}/abgeben", access=WRITERS)
def show_hand_in(view: View) -> Page:
    ziel, beschluss = own_ziel(view), own_beschluss(view)
    return Page(
        "seiten/beschluss_abgeben.html",
        {
            "kommune": ziel.kommune,
            "beschluss": beschluss,
            "hier_basis": ziel.path(beschluss.id),
            "basis": ziel.ort.basis_url,
            "entwurf": service.draft(view.session, ziel.ort, beschluss, view.today),
        },
    )


@action("/kommunen/{ars:str}/beschluesse/{nummer:str}/abgeben", access=WRITERS)
def hand_in(view: View) -> Redirect:
    ziel, number = own_ziel(view), read_number(view.path["nummer"])
    shown = view.form.last("gesehen")
    service.hand_in(view.session, view.viewer, ziel.ort, number, shown, view.today)
    return Redirect(f"{ziel.path(number)}?ok=abgegeben")


PAGES = [
    list_beschluesse,
    show_beschluss,
    show_bericht,
    download_bericht,
    download_bericht_odt,
    plan_report,
    drop_report,
    show_hand_in,
    hand_in,
]
