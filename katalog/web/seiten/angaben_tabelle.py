"""A body's statements as a table to write into: many rows, one button, one answer for each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from katalog import discovery
from katalog.discovery import Auswahl
from katalog.domain.abgleich import Aenderung
from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus, Objektart
from katalog.domain.errors import UngueltigeEingabe
from katalog.participation import tabelle
from katalog.participation.tabelle import NEU, SPALTEN, Eingabe, Ergebnis
from katalog.queries import dienste, meldeliste
from katalog.queries.dienste import DienstZeile
from katalog.queries.kommunen import KommuneZeile
from katalog.queries.meldeliste import Meldezeile
from katalog.queries.paging import Seite
from katalog.web.address import Address
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View, page
from katalog.web.participants import PARTICIPANTS, own_body, statement_form

# As many as one looks through before saving; each is a dozen fields.
_ROWS = 50
_LARGEST_FORM = 256 * 1024
_HITS = 10
_BLANK = {"rolle": Einsatzrolle.NUTZT.value, "status": Einsatzstatus.PRODUKTIV.value}


@dataclass(frozen=True, slots=True)
class Reihe:
    """A row as the page shows it; `gezeigt` is sent back with it."""

    nummer: str
    dienst: str
    kennung: str
    entwurf: bool
    werte: Mapping[str, str]
    gezeigt: str
    inzwischen: tuple[Aenderung, ...] = ()
    bereit: bool = False
    gespeichert: bool = False


@page("/kommunen/{ars:str}/angaben/tabelle", access=PARTICIPANTS)
def show_table(view: View) -> Page:
    kommune = own_body(view)
    return _table(view, kommune, _running(view, kommune), view.address)


@action("/kommunen/{ars:str}/angaben/tabelle", access=PARTICIPANTS, largest=_LARGEST_FORM)
def save_table(view: View) -> Page | Redirect:
    kommune = own_body(view)
    rows = _running(view, kommune)
    typed = {name: value.replace("\n", " ").strip() for name, value in view.form.fields}
    here = Address(view.address.path).with_(
        themenfeld=typed.get("themenfeld", ""), seite=typed.get("seite", "")
    )
    sent = [_sent(number, rows, typed) for number in dict.fromkeys(view.form.all("nummer"))]
    faults = []
    try:
        sent += _sent_new(view, typed)
    except UngueltigeEingabe as fault:
        faults.append(fault)
    ergebnis = tabelle.save(
        view.session, view.viewer, kommune.gebiet.ars, rows, sent, view.today, faults
    )
    if ergebnis.fehler:
        return _table(view, kommune, rows, here, typed, ergebnis)
    saved = tuple(("gespeichert", str(number)) for number in ergebnis.gespeichert)
    done = saved or (("gespeichert", "0"),)
    return Redirect(str(Address(here.path, here.fields + done)))


@page("/kommunen/{ars:str}/angaben/tabelle/dienste", access=PARTICIPANTS)
def show_choices(view: View) -> Page:
    """A piece of HTML for the field of a new row: the assistants it may be about."""
    own_body(view)
    return Page(
        "teile/dienstwahl.html", {"dienste": _find(view, view.address.text(f"dienst-{NEU}"))}
    )


def _running(view: View, kommune: KommuneZeile) -> dict[str, Meldezeile]:
    own = meldeliste.list_own(view.session, [kommune.stelle_id])
    return {
        str(row.einsatz.id): row for row in own if row.einsatz.status is not Einsatzstatus.BEENDET
    }


def _sent(number: str, rows: Mapping[str, Meldezeile], typed: Mapping[str, str]) -> Eingabe:
    row = rows.get(number)
    texts = {name: typed.get(f"{name}-{number}", "") for name in SPALTEN}
    return Eingabe(number, row.kennung if row else "", texts, typed.get(f"gezeigt-{number}", ""))


def _sent_new(view: View, typed: Mapping[str, str]) -> list[Eingabe]:
    """The new row, if there is one: what it is about was chosen, or typed as a name or key."""
    name, chosen = typed.get(f"dienst-{NEU}", ""), typed.get(f"kennung-{NEU}", "")
    if not name:
        return []
    found = _find(view, name)
    exact = [each for each in found if name in {each.titel, each.dienst.name}]
    known = meldeliste.assistants_by_key(view.session, {chosen, name}, [])
    if chosen not in known or chosen not in {each.dienst.kennung for each in found}:
        chosen = name if name in known else exact[0].dienst.kennung if len(exact) == 1 else ""
    if not chosen:
        raise UngueltigeEingabe(
            f"kennung-{NEU}" if found else f"dienst-{NEU}",
            name,
            "Wählen Sie aus, welchen Onlinedienst Sie meinen."
            if found
            else "Diesen Onlinedienst gibt es im Katalog nicht. Prüfen Sie den Namen, oder geben "
            "Sie ihn unter „Angabe machen“ als neuen Onlinedienst an.",
        )
    texts = {column: typed.get(f"{column}-{NEU}", "") for column in SPALTEN}
    return [Eingabe(NEU, chosen, texts)]


def _find(view: View, typed: str) -> list[DienstZeile]:
    if not typed:
        return []
    auswahl = Auswahl(typ=Objektart.ONLINEDIENST, q=typed[:200])
    found = discovery.find(
        view.session, view.portal.suche, auswahl, view.today, limit=_HITS, facets=False
    )
    return dienste.by_ids(view.session, found.ids)


def _table(
    view: View,
    kommune: KommuneZeile,
    rows: Mapping[str, Meldezeile],
    address: Address,
    typed: Mapping[str, str] | None = None,
    ergebnis: Ergebnis | None = None,
) -> Page:
    fields = {row.themenfeld_slug: row.themenfeld for row in rows.values() if row.themenfeld_slug}
    chosen = address.text("themenfeld")
    of_field = [row for row in rows.values() if not chosen or row.themenfeld_slug == chosen]
    seite = _page_of(of_field, address.page())
    saved = set(address.all("gespeichert"))
    faults = ergebnis.fehler.by_field if ergebnis and ergebnis.fehler else {}
    typed = typed or {}
    name = typed.get(f"dienst-{NEU}", "")
    return Page(
        "seiten/angaben_tabelle.html",
        statement_form({}, faults)
        | {
            "kommune": kommune,
            "reihen": [_reihe(row, typed, ergebnis, saved) for row in seite.rows],
            "neu": _new_row(typed),
            "gemeint": _find(view, name) if f"kennung-{NEU}" in faults else [],
            "themenfelder": dict(sorted(fields.items(), key=lambda each: each[1] or "")),
            "themenfeld": chosen,
            "seite": seite,
            "adresse": address.without("gespeichert"),
            "gespeichert": len(saved - {"0"}) if saved else None,
            "ergebnis": ergebnis,
        },
        status=_status(ergebnis),
    )  # fmt: skip


def _new_row(typed: Mapping[str, str]) -> dict[str, str]:
    sent = {name: typed.get(f"{name}-{NEU}", "") for name in ("dienst", "kennung", *SPALTEN)}
    return sent if sent["dienst"] else sent | _BLANK


def _status(ergebnis: Ergebnis | None) -> HTTPStatus:
    if ergebnis is None:
        return HTTPStatus.OK
    faults = ergebnis.fehler.fehler if ergebnis.fehler else ()
    return HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.CONFLICT


def _page_of(rows: Sequence[Meldezeile], number: int) -> Seite[Meldezeile]:
    """The last one, if what was beyond it has been ended by saving."""
    number = min(number, max(1, -(-len(rows) // _ROWS)))
    return Seite(tuple(rows[(number - 1) * _ROWS : number * _ROWS]), len(rows), number, _ROWS)


def _reihe(
    row: Meldezeile, typed: Mapping[str, str], ergebnis: Ergebnis | None, saved: set[str]
) -> Reihe:
    number, now = str(row.einsatz.id), tabelle.texts_of(row)
    meanwhile = (ergebnis.inzwischen or {}).get(number, ()) if ergebnis else ()
    shown, mark = now, tabelle.mark_of(now)
    before = typed.get(f"gezeigt-{number}", "")
    sent = {name: typed.get(f"{name}-{number}", "") for name in SPALTEN}
    if before and tabelle.mark_of(sent) != before:
        # Whoever has seen what stands there now may write over it.
        shown, mark = sent, mark if meanwhile else before
    return Reihe(
        nummer=number,
        dienst=row.dienst,
        kennung=row.kennung,
        entwurf=row.entwurf,
        werte=shown,
        gezeigt=mark,
        inzwischen=meanwhile,
        bereit=ergebnis is not None and number in ergebnis.bereit,
        gespeichert=number in saved,
    )


PAGES = [show_table, save_table, show_choices]
