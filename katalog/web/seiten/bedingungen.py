"""The terms of a coordinating body: its versions, and a new one, read through before it counts."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from katalog.domain.begriffe import Vertragsschluss
from katalog.domain.errors import (
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
    UngueltigeEingaben,
)
from katalog.domain.fristen import wirksam_zum
from katalog.domain.fristregel import Anker, Einheit, Kuendigungsregel, parse_n
from katalog.domain.rollen import Rolle
from katalog.queries.faelle_wege import names_of
from katalog.web.case_fields import Eingaben, Feld, Feldart, typed
from katalog.web.case_reader import akteur_of, read_number
from katalog.web.forms import action
from katalog.web.page import Page, Redirect, View, page
from katalog.workflow import NeueFassung, list_terms, publish_terms

COORDINATORS = frozenset({Rolle.KOORDINIERUNG})
_LONGEST_TERMS = 50_000

_FELDER = (
    Feld("fassung", "Bezeichnung der Fassung", hinweis="Kurz, zum Beispiel 2.0."),
    Feld(
        "text",
        "Voller Wortlaut",
        Feldart.TEXT,
        "So, wie Kommunen ihn annehmen.",
        laenge=_LONGEST_TERMS,
    ),
    Feld("gueltig_ab", "Gültig ab", Feldart.TAG, "Frühestens heute. Zum Beispiel 01.04.2027."),
    Feld(
        "annahmefrist",
        "Anzunehmen bis",
        Feldart.TAG,
        "Für Kommunen, die den Onlinedienst schon nutzen. Bis dahin gilt ihre Fassung weiter.",
        optional=True,
    ),
    Feld(
        "vertragsschluss",
        "Wann ist der Vertrag geschlossen?",
        Feldart.WAHL,
        werte=tuple(Vertragsschluss),
        leer="bitte wählen",
    ),
    Feld("n", "Kündigungsfrist: Anzahl", hinweis="Zum Beispiel 3."),
    Feld("einheit", "Einheit", Feldart.WAHL, werte=tuple(Einheit), leer="bitte wählen"),
    Feld("anker", "Gekündigt wird zum", Feldart.WAHL, werte=tuple(Anker), leer="bitte wählen"),
    Feld("form", "Form der Kündigung", hinweis="Zum Beispiel: in Textform.", optional=True),
    Feld("klausel", "Wortlaut der Klausel zur Kündigung", optional=True),
)


@page("/koordination/bedingungen", access=COORDINATORS)
def list_versions(view: View) -> Page:
    done = "Die neue Fassung ist veröffentlicht." if view.address.text("ok") else ""
    return Page("seiten/koordination_bedingungen.html", _frame(view) | {"meldung": done})


@page("/koordination/bedingungen/neu", access=COORDINATORS)
def show_new_version(view: View) -> Page:
    return _form(view, {})


@action("/koordination/bedingungen/neu", access=COORDINATORS)
def publish_version(view: View) -> Page | Redirect:
    owner, werte = _stelle(view), typed(_FELDER, view.form)
    try:
        new = _read(view, werte)
        if view.form.text("phase") != "ausfuehren":
            return _look(view, werte, new)
        publish_terms(view.session, akteur_of(view), owner, new)
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _form(view, werte, faults.by_field)
    except SchonVorhanden as conflict:
        return _form(view, werte, {"fassung": conflict.meldung})
    return Redirect("/koordination/bedingungen?ok=neu")


def _stelle(view: View) -> int:
    typed_number, what = view.form.text("stelle"), "Die Koordinierende Stelle"
    number = read_number(typed_number or "x", what, "Wählen Sie sie neu aus.")
    if number not in view.viewer.koordinierende_stellen:
        raise NichtGefunden(what, typed_number, "Wählen Sie sie neu aus.")
    return number


def _read(view: View, werte: Mapping[str, str]) -> NeueFassung:
    eingaben = Eingaben(werte)
    fassung = eingaben.text("fassung", 40, missing="Die Fassung braucht eine kurze Bezeichnung.")
    text = eingaben.text("text", _LONGEST_TERMS, missing="Der Wortlaut fehlt.")
    gueltig_ab, annahmefrist = eingaben.day("gueltig_ab"), eingaben.day("annahmefrist")
    if not werte["gueltig_ab"]:
        eingaben.add(UngueltigeEingabe("gueltig_ab", "", "Der Tag fehlt. Geben Sie ihn an."))
    elif gueltig_ab is not None and gueltig_ab < view.today:
        early = "Eine neue Fassung gilt frühestens ab heute."
        eingaben.add(UngueltigeEingabe("gueltig_ab", werte["gueltig_ab"], early))
    vertragsschluss = eingaben.one_of("vertragsschluss", tuple(Vertragsschluss))
    einheit = eingaben.one_of("einheit", tuple(Einheit))
    anker = eingaben.one_of("anker", tuple(Anker))
    try:
        n = parse_n(werte["n"])
    except UngueltigeEingabe as fault:
        eingaben.add(fault)
    form, klausel = eingaben.text("form"), eingaben.text("klausel")
    eingaben.done()
    assert gueltig_ab is not None
    assert vertragsschluss is not None
    assert einheit is not None
    assert anker is not None
    return NeueFassung(
        fassung=fassung,
        text=text,
        gueltig_ab=gueltig_ab,
        vertragsschluss=vertragsschluss,
        n=n,
        einheit=einheit,
        anker=anker,
        annahmefrist=annahmefrist,
        form=form,
        klausel=klausel,
    )


def _frame(view: View) -> dict[str, Any]:
    own = sorted(view.viewer.koordinierende_stellen)
    names = names_of(view.session, own)
    return {
        "stellen": [(number, names[number], list_terms(view.session, number)) for number in own],
        "ziel": "/koordination/bedingungen/neu",
    }


def _form(view: View, werte: Mapping[str, str], faults: Mapping[str, str] | None = None) -> Page:
    values = {"felder": _FELDER, "werte": werte, "fehler": faults or {}}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    values["stelle"] = view.form.text("stelle")
    return Page("seiten/koordination_fassung.html", _frame(view) | values, status)


def _look(view: View, werte: Mapping[str, str], new: NeueFassung) -> Page:
    """With an example: nobody sees from a rule alone what it means for a notice given today."""
    rule = Kuendigungsregel(new.n, new.einheit, new.anker)
    values = {
        "neu": new,
        "regel": rule.satz,
        "beispiel": wirksam_zum(rule, view.today),
        "werte": werte,
        "stelle": view.form.text("stelle"),
    }
    return Page("seiten/koordination_fassung_ansehen.html", _frame(view) | values)


PAGES = [list_versions, show_new_version, publish_version]
