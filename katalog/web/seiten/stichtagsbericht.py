"""The report of a key date, as a page and as a PDF: the state of that day beside an earlier one."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from katalog.ausgabe.brief import Brief
from katalog.ausgabe.brief_pdf import write_pdf
from katalog.ausgabe.stichtagsbericht import Berichtsstoff, Stichtag, write_stichtagsbericht
from katalog.coordination.statistik import Lage, read_lage
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.kalender import day_in_month, format_datum, parse_datum
from katalog.domain.rollen import Rolle
from katalog.domain.vorgangsstatistik import compare, count_paused, measure_steps
from katalog.web.assets import PRINT_FONTS
from katalog.web.case_filter import chips_of, read_filter
from katalog.web.case_reader import akteur_of
from katalog.web.page import Download, Page, View, page
from katalog.workflow import list_choices

COORDINATORS = frozenset({Rolle.KOORDINIERUNG})
_TEMPLATE = "seiten/stichtagsbericht.html"
_HERE = "/koordination/bericht"
_MONTHS_BACK = 3
_CHOICE = ("dienst", "kreis", "q", "wartet", "ausgesetzt", "neue_bedingungen")


@page(_HERE, access=COORDINATORS)
def show_bericht(view: View) -> Page:
    typed = {name: view.address.text(name) for name in ("stichtag", "vergleich")}
    shown = {
        "versteckt": _kept(view),
        "statistik": view.address.without("stichtag", "vergleich").under("/koordination/statistik"),
    }
    try:
        then, now = _days(view)
    except UngueltigeEingabe as fault:
        values = {"werte": typed, "fehler": fault, "brief": None}
        return Page(_TEMPLATE, shown | values, HTTPStatus.UNPROCESSABLE_ENTITY)
    letter = _write(view, then, now)
    address = view.address.with_(stichtag=now.isoformat(), vergleich=then.isoformat())
    return Page(
        _TEMPLATE,
        shown
        | {
            "werte": {"stichtag": format_datum(now), "vergleich": format_datum(then)},
            "fehler": None,
            "brief": letter,
            "basis": _basis(view),
            "pdf": address.under(f"{_HERE}.pdf"),
        },
    )


@page(f"{_HERE}.pdf", access=COORDINATORS)
def download_bericht(view: View) -> Download:
    letter = _write(view, *_days(view))
    name = f"stichtagsbericht-{letter.stand}-{letter.fassung}.pdf"
    return Download(name, "application/pdf", iter([write_pdf(letter, PRINT_FONTS)]))


def _days(view: View) -> tuple[date, date]:
    """The earlier one, and the key date. A day to come has no state yet."""
    now = _day(view, "stichtag") or view.today
    then = _day(view, "vergleich") or day_in_month(now, -_MONTHS_BACK, now.day)
    if now > view.today:
        raise UngueltigeEingabe(
            "stichtag",
            view.address.text("stichtag"),
            "Der Stichtag liegt in der Zukunft. Wählen Sie heute oder einen früheren Tag.",
        )
    if then >= now:
        raise UngueltigeEingabe(
            "vergleich",
            view.address.text("vergleich"),
            "Der Tag zum Vergleich muss vor dem Stichtag liegen.",
        )
    return then, now


def _day(view: View, name: str) -> date | None:
    typed = view.address.text(name)
    return parse_datum(typed, name) if typed else None


def _write(view: View, then: date, now: date) -> Brief:
    wanted = read_filter(view.address)
    lage = read_lage(view.session, view.viewer, wanted, view.portal.atlas.netz(), view.today)
    choices = list_choices(view.session, akteur_of(view))
    names = {("dienst", key): name for key, name in choices.dienste}
    names |= {("kreis", key): name for key, name in choices.kreise}
    address = view.address.with_(stichtag=now.isoformat(), vergleich=then.isoformat())
    return write_stichtagsbericht(
        Berichtsstoff(
            absender=", ".join(lage.absender),
            auswahl=[chip.text for chip in chips_of(view.address, names)],
            frueher=_on(lage, then),
            jetzt=_on(lage, now),
            bewegung=compare(lage.verlaeufe, then, now),
            dauern=measure_steps(lage.verlaeufe, now),
            rueckgaenge=lage.departures(then, now),
            quelle_einwohner=lage.quelle_einwohner,
            url=f"{_basis(view)}{address.under(_HERE)}",
            demo=lage.demo,
        )
    )


def _on(lage: Lage, tag: date) -> Stichtag:
    covered = lage.cover(tag)
    return Stichtag(
        tag,
        sum(verlauf.nutzt_am(tag) for verlauf in lage.verlaeufe),
        count_paused(lage.verlaeufe, tag),
        covered,
        lage.by_kreis(covered),
    )


def _kept(view: View) -> list[tuple[str, str]]:
    return [(name, value) for name, value in view.address.fields if name in _CHOICE]


def _basis(view: View) -> str:
    return view.portal.settings.basis_url.rstrip("/")


PAGES = [show_bericht, download_bericht]
