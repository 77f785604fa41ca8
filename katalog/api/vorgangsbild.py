"""A case as programs read it: its fields, what may be decided in it now, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from katalog.api.calls import Ask
from katalog.api.schema import Form, form_of_kind, form_of_type
from katalog.api.zuordnung import akteur_of
from katalog.ausgabe.felder import Feld, Gegenstand, Pfad
from katalog.domain.angaben import Angabe
from katalog.domain.fristen import format_rechnung
from katalog.domain.nachnutzung import EREIGNISSE, STEPS_BY_WEG
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Step
from katalog.domain.vorgang import Aktion, Bedingungen, Status, Weg, effective_status
from katalog.models.fall import Nachnutzung
from katalog.queries import faelle
from katalog.queries.faelle import Vorgang
from katalog.queries.faelle_lesen import Ereigniszeile
from katalog.workflow import Akte, Datum, Moeglich, read_case

_ZUSTIMMUNG = ("zustimmung", "zustimmung_name", "zustimmung_funktion", "vertretung")
# What a step asks for, by the names under which a decision is sent.
_FIELDS: Mapping[Angabe, tuple[str, ...]] = {
    Angabe.ZUSTIMMUNG: _ZUSTIMMUNG,
    Angabe.ZUSTIMMUNG_FALLS_ERKLAERT: _ZUSTIMMUNG,
    Angabe.DAUER: ("ab", "geplant_bis", "wiedervorlage"),
    Angabe.ZUGANG_DER_ERKLAERUNG: ("zugang", "form"),
    # What began the case holds these already.
    Angabe.WUNSCHTERMIN: (),
    Angabe.ANSPRECHSTELLE: (),
}


class Termin(msgspec.Struct, frozen=True):
    """`offen`: something is still to happen on this day."""

    bezeichnung: str
    am: date
    offen: bool
    ueberfaellig: bool


class Entscheidungsweg(msgspec.Struct, frozen=True):
    """What may be decided now; `fehlt` says what has to be done before it works."""

    aktion: Aktion
    rolle: Rolle
    angaben: tuple[str, ...]
    fehlt: tuple[str, ...]


class Entscheidung(msgspec.Struct, frozen=True):
    """What happened in a case, in the order of their numbers."""

    id: int
    aktion: Aktion
    ereignis: str
    am: datetime
    von_status: Status | None
    nach_status: Status
    datum: date | None
    notiz: str | None


def _terms(terms: Bedingungen | None) -> str:
    return terms.fassung if terms else ""


VORGAENGE: Gegenstand[tuple[Vorgang, date]] = Gegenstand(
    "vorgang",
    "Vorgänge der Nachnutzung",
    "nachnutzungen",
    Nachnutzung,
    (
        Feld("id", "Nummer", "Zahl", lambda v: v[0].id),
        Feld("version", "Version", "Zahl; mit ihr beginnt der ETag", lambda v: v[0].row.version),
        Feld("vorgangsnummer", "Vorgangsnummer", "Text", lambda v: v[0].row.vorgangsnummer),
        Feld("weg", "Weg", "Wort", lambda v: v[0].fall.weg, Weg),
        Feld("status", "Status", "Wort", lambda v: effective_status(v[0].fall, v[1]), Status),
        Feld("status_seit", "Status seit", "Tag", lambda v: v[0].row.status_seit),
        Feld("kennung", "Kennung des Onlinedienstes", "Text", lambda v: v[0].dienst.kennung),
        Feld(
            "onlinedienst",
            "Onlinedienst",
            "Text",
            lambda v: v[0].dienst.kurzname or v[0].dienst.name,
        ),
        Feld("ars", "Regionalschlüssel", "zwölf Ziffern", lambda v: v[0].stelle_ars),
        Feld("stelle", "Stelle", "Text", lambda v: v[0].stelle.name),
        Feld("gegenueber", "Koordinierende Stelle oder Träger", "Text", lambda v: v[0].gegenueber),
        Feld("aktenzeichen", "Aktenzeichen", "Text", lambda v: v[0].row.aktenzeichen),
        Feld("wartet_auf", "Wartet auf", "Text", lambda v: v[0].row.wartet_auf),
        Feld("wunschtermin", "Wunschtermin", "Tag", lambda v: v[0].fall.wunschtermin),
        Feld("interesse_am", "Interesse bekundet am", "Tag", lambda v: v[0].fall.interesse_am),
        Feld("bestaetigt_am", "Bestätigt am", "Tag", lambda v: v[0].fall.bestaetigt_am),
        Feld("produktiv_ab", "Produktiv ab", "Tag", lambda v: v[0].fall.produktiv_ab),
        Feld("ausgesetzt_ab", "Ausgesetzt ab", "Tag", lambda v: v[0].fall.ausgesetzt_ab),
        Feld("ausgesetzt_bis", "Ausgesetzt bis", "Tag", lambda v: v[0].fall.ausgesetzt_bis),
        Feld("zugang", "Zugang der Kündigung", "Tag", lambda v: v[0].fall.zugang),
        Feld("wirksam_zum", "Ende der Nutzung", "Tag", lambda v: v[0].fall.wirksam_zum),
        Feld(
            "rechnung",
            "Wie das Ende berechnet ist",
            "Text",
            lambda v: format_rechnung(v[0].fall.rechnung),
        ),
        Feld(
            "bedingungen",
            "Geltende Nachnutzungsbedingungen",
            "Text, ihre Fassung",
            lambda v: _terms(v[0].fall.bedingungen),
        ),
        Feld(
            "neue_bedingungen",
            "Anzunehmende neue Nachnutzungsbedingungen",
            "Text, ihre Fassung",
            lambda v: _terms(v[0].fall.neue_bedingungen),
        ),
        Feld("url", "Seite im Katalog", "Adresse", lambda v: Pfad(f"/nachnutzungen/{v[0].id}")),
        Feld(
            "geaendert_am", "Im Katalog geändert am", "Zeitpunkt", lambda v: v[0].row.geaendert_am
        ),
    ),
    # Who may see a case is asked where its number is found.
    lambda session, ids, _viewer, today: [(v, today) for v in faelle.load(session, ids, today)],
    schluessel=lambda v: v[0].row.vorgangsnummer,
    bezeichnung=lambda v: v[0].row.vorgangsnummer,
    kurz=("status", "wirksam_zum"),
)

ZEILE = form_of_kind("Vorgang", VORGAENGE)
ENTSCHEIDUNG = form_of_type(Entscheidung)


def _with_ways() -> Form:
    ways, days = form_of_type(Entscheidungsweg), form_of_type(Termin)
    more = {
        "entscheidungen": {"type": "array", "items": ways.ref},
        "termine": {"type": "array", "items": days.ref},
    }
    schema = ZEILE.schema | {
        "properties": ZEILE.schema["properties"] | more,
        "required": [*ZEILE.schema["required"], *more],
    }
    return Form("VorgangMitEntscheidungen", schema, (ways, *ways.needs, days, *days.needs))


VORGANG = _with_ways()


def describe(ask: Ask, akte: Akte) -> dict[str, Any]:
    """The fields of the list, then what follows from the state the case is in."""
    rows = VORGAENGE.load(ask.session, [akte.id], ask.viewer, ask.today)
    return VORGAENGE.satz(rows[0], ask.basis_url) | {
        "entscheidungen": [_describe_way(akte, each) for each in akte.aussichten],
        "termine": [_describe_day(each) for each in akte.termine],
    }


def read(ask: Ask, number: int) -> Akte:
    return read_case(ask.session, akteur_of(ask), number)


def describe_event(event: Ereigniszeile) -> Entscheidung:
    return Entscheidung(
        id=event.id,
        aktion=event.aktion,
        ereignis=EREIGNISSE[event.aktion],
        am=event.am,
        von_status=event.von_status,
        nach_status=event.nach_status,
        datum=event.datum,
        notiz=event.notiz or None,
    )


def fields_for(step: Step, rolle: Rolle) -> tuple[str, ...]:
    asked = step.gefragt(rolle)
    names = [name for angabe in asked for name in _FIELDS.get(angabe, (angabe.feld,))]
    return tuple(dict.fromkeys(names))


def _describe_way(akte: Akte, way: Moeglich) -> Entscheidungsweg:
    step = next(
        step
        for step in STEPS_BY_WEG[akte.weg]
        if step.aktion is way.aktion and akte.fall.status in step.von and way.rolle in step.rollen
    )
    return Entscheidungsweg(way.aktion, way.rolle, fields_for(step, way.rolle), way.fehlt)


def _describe_day(day: Datum) -> Termin:
    return Termin(day.bezeichnung, day.am, day.offen, day.ueberfaellig)
