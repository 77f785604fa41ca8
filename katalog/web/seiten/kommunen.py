"""Municipalities: the list, and what one of them has, says and shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from katalog import local_rules
from katalog.domain.begriffe import Einsatzstatus, Gebietsebene, Objektart
from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import Recht, may
from katalog.domain.schluessel import is_digits, strip_separators
from katalog.intake.areas import write_key
from katalog.queries import (
    arbeitspakete,
    beschluesse,
    einsaetze,
    geschichte,
    importberichte,
    kommunen,
    kontakte,
    nachbarn,
    quellsaetze,
    zustaendigkeiten,
)
from katalog.queries.arbeitspakete import Auswahl
from katalog.queries.einsaetze import Nutzung
from katalog.queries.register import themenfelder
from katalog.web.exports import wants_file
from katalog.web.list_files import download_list
from katalog.web.lists import demo_note, list_values, open_list
from katalog.web.page import Download, Page, Redirect, View, page
from map.fassungen import find_fassung
from map.skizze import skizze

_YEAR = 365


@dataclass(frozen=True, slots=True)
class Themenbestand:
    """What a body has in one Themenfeld; `nr` is the place of its rows on the page."""

    nr: int
    name: str
    zeilen: tuple[Nutzung, ...]

    @property
    def produktiv(self) -> int:
        return sum(n.status is Einsatzstatus.PRODUKTIV for n in self.zeilen)


@page("/kommunen")
def list_kommunen(view: View) -> Page | Download:
    if wants_file(view.address):
        return download_list(view, Objektart.KOMMUNE)
    liste = open_list(view, Objektart.KOMMUNE)
    rows = kommunen.by_ids(view.session, liste.ids)
    return Page(
        "seiten/kommunen_liste.html",
        list_values(view, liste, rows)
        | {
            "angaben": kommunen.count_statements(
                view.session, [row.stelle_id for row in rows], view.viewer, view.today
            ),
        },
    )


@page("/kommunen/{ars:str}", keep=True)
def show_kommune(view: View) -> Page | Redirect:
    """Older keys, an AGS, and keys with blanks lead to the one address of an area.

    An area that is no more keeps its own: its page says what became of it.
    """
    typed = view.path["ars"]
    key = strip_separators(typed)
    if not is_digits(key) or len(key) > 12:
        raise NichtGefunden("Die Kommune", typed)
    kommune = kommunen.find_kommune(view.session, key)
    if kommune is None and (gone := importberichte.vanished_area(view.session, key)) is not None:
        return _vanished(view, gone)
    if kommune is None:
        today = kommunen.find_today(view.session, key)
        if today is None:
            raise NichtGefunden("Die Kommune", typed)
        return Redirect(f"/kommunen/{today}", status=301)
    if key != typed:
        return Redirect(f"/kommunen/{key}", status=301)
    return Page("seiten/kommune.html", _details(view, kommune))


def _vanished(view: View, gone: importberichte.Verschwunden) -> Page | Redirect:
    gebiet = gone.gebiet
    if view.path["ars"] != gebiet.ars:
        return Redirect(f"/kommunen/{gebiet.ars}", status=301)
    key = write_key(gebiet.ebene, gebiet.ars, gebiet.ags)
    return Page(
        "seiten/kommune_entfallen.html",
        {
            "entfallen": gone,
            "geschichte": geschichte.of_area(view.session, gebiet.id or 0),
            "herkunft": quellsaetze.provenance_of(view.session, "gebiet", key),
        },
    )


def _details(view: View, kommune: kommunen.KommuneZeile) -> dict[str, object]:
    gebiet = kommune.gebiet
    assert gebiet.id is not None
    statements = einsaetze.of_stelle(view.session, kommune.stelle_id, view.viewer)
    current = [
        n
        for n in statements
        if n.widersprochen_am is None
        and n.status is not Einsatzstatus.BEENDET
        and (n.bis is None or n.bis >= view.today)
    ]
    past = [n for n in statements if n not in current]
    counts = {
        status: sum(n.status is status for n in current)
        for status in (
            Einsatzstatus.PRODUKTIV,
            Einsatzstatus.IN_UMSETZUNG,
            Einsatzstatus.GEPLANT,
            Einsatzstatus.VORUEBERGEHEND,
        )
    }
    confirmed = [n.bestaetigt_am for n in current if n.bestaetigt_am]
    inside = (
        kommunen.members(view.session, gebiet.id, gebiet.ebene)
        if gebiet.ebene in {Gebietsebene.KREIS, Gebietsebene.VERBAND}
        else []
    )
    siblings = _siblings(view, kommune)
    outlines = find_fassung(Path(view.portal.settings.umrisse)).ordner
    stock = nachbarn.count_by_body(
        view.session, [row.stelle_id for row in inside], view.viewer, view.today
    )
    by_field = _by_themenfeld(current)
    return {
        "kommune": kommune,
        "gebiet": gebiet,
        "adresse": view.address,
        "angaben": by_field,
        "meiste": max((len(field.zeilen) for field in by_field), default=0),
        "anteil": zustaendigkeiten.share_of_competence(
            view.session, gebiet, kommune.stelle_id, view.viewer, view.today
        ),
        "vergangen": past,
        "zahlen": counts,
        "anzahl": len(current),
        "bestaetigt": sum((view.today - day).days <= _YEAR for day in confirmed),
        "zuletzt": max(confirmed, default=None),
        "naechste_pruefung": min(
            (n.pruefung_faellig for n in current if n.pruefung_faellig), default=None
        ),
        "ohne_angabe": [
            name
            for _, name in themenfelder(view.session)
            if name not in {n.themenfeld for n in current}
        ],
        "darf_angeben": may(view.viewer, Recht.EINSATZ_ANGEBEN, stelle=kommune.stelle_id),
        "zeigt_beschluesse": may(view.viewer, Recht.BESCHLUSS_PFLEGEN, stelle=kommune.stelle_id)
        or beschluesse.has_any(view.session, kommune.stelle_id, view.viewer),
        "demo": demo_note(statements),
        "kontakte": kontakte.of_body(view.session, kommune.stelle_id, view.viewer),
        "darf_pflegen": may(view.viewer, Recht.STELLE_PFLEGEN, stelle=kommune.stelle_id),
        "darf_festlegen": may(view.viewer, Recht.FESTLEGUNG_PFLEGEN, stelle=kommune.stelle_id),
        "netzwerke": kommunen.networks(view.session, gebiet, kommune.stelle_id),
        "koordinierung": kommunen.coordinators(view.session, gebiet),
        "arbeitspakete": arbeitspakete.list_pakete(
            view.session, view.viewer, Auswahl(stelle=kommune.stelle_id)
        ),
        "mitglieder": inside,
        "mitglieder_bestand": stock,
        "mitglieder_produktiv": [b.produktiv for b in stock.values() if b.produktiv],
        "festlegungen": local_rules.rules_of(view.session, gebiet.id, view.today),
        "geschichte": geschichte.of_area(view.session, gebiet.id),
        "nachbarn": nachbarn.compare_with_kreis(
            view.session, gebiet, kommune.stelle_id, view.viewer, view.today
        ),
        "herkunft": quellsaetze.provenance_of(
            view.session, "gebiet", write_key(gebiet.ebene, gebiet.ars, gebiet.ags)
        ),
        "lage": (
            skizze("gemeinde", siblings, breite=300, hoehe=170, ordner=outlines)
            if len(siblings) > 1
            else None
        ),
    }


def _by_themenfeld(current: Sequence[Nutzung]) -> list[Themenbestand]:
    groups = groupby(current, key=lambda n: n.themenfeld or "Ohne Themenfeld")
    return [Themenbestand(nr, name, tuple(rows)) for nr, (name, rows) in enumerate(groups, start=1)]


def _siblings(view: View, kommune: kommunen.KommuneZeile) -> list[str]:
    """Keys of all municipalities of the Kreis, this one included; none where there is no Kreis."""
    gebiet = kommune.gebiet
    if gebiet.ebene is not Gebietsebene.GEMEINDE or not gebiet.ags or gebiet.kreisfrei:
        return []
    return kommunen.ags_of_kreis(view.session, gebiet.kreis_id)


PAGES = [list_kommunen, show_kommune]
