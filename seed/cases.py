"""Demo cases, led through their steps by the rules of the portal on days that have passed.

Days count back from the day the starting set is loaded, so that a first look always finds cases
that have just begun, wait, run out. Rules, events, deadlines and statements are those of any case;
only mails there are none, since nobody is there to get them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from katalog.db import Session
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Handlungsweise, Vertretung
from katalog.domain.fristen import wirksam_zum
from katalog.domain.nachnutzung import STEPS, advance
from katalog.domain.rollen import Betrachter
from katalog.domain.vorgang import Aktion, Fall, Status, Zustimmung
from katalog.models.fall import Nachnutzung, Wiedervorlage
from katalog.queries import cases, demo, faelle, faelle_schreiben
from katalog.queries.faelle import Vorgang
from katalog.workflow import Akteur
from katalog.workflow.vollzug import write_step
from katalog.workflow.wirkungen import Schritt, Vollzug
from seed.files import toml
from seed.offers import DEMO

_NAME = "OZG-Ansprechstelle (Demo)"
_PERSON = "Beispielperson (Demo)"
# Far enough for nobody to be reminded of a made-up day as soon as the starting set is loaded.
_AHEAD = timedelta(days=50)
_GRUND = "Beispiel: Das Fachverfahren wird umgestellt (Demo)."


def plant_cases(session: Session, today: date) -> int:
    """How many were planted: all of them, or none where there are any already."""
    if demo.has_cases(session):
        return 0
    entries = toml(DEMO / "vorgaenge.toml")["vorgang"]
    numbers = demo.numbers(session)
    # The oldest comes first, as its number says.
    for entry in sorted(entries, key=lambda each: -each["schritte"][0][1]):
        _plant(session, entry, numbers, today)
    return len(entries)


def _plant(session: Session, entry: Mapping[str, Any], numbers: demo.Nummern, today: date) -> None:
    steps = [(Aktion(name), today - timedelta(days=ago)) for name, ago in entry["schritte"]]
    vorgang = _begin(session, entry, numbers, steps[0][1])
    if steps[0][0] is Aktion.INTERESSE_ERFASSEN:
        # What came by letter has never been a draft.
        vorgang = replace(vorgang, fall=replace(vorgang.fall, status=None, status_seit=None))
    for aktion, day in steps:
        vorgang = _take(session, vorgang, aktion, day)
    vorgang.row.wartet_auf = entry.get("wartet_auf", "")
    if "wiedervorlage" in entry:
        day = today + timedelta(days=entry["wiedervorlage"])
        session.add(
            Wiedervorlage(nachnutzung_id=vorgang.id, faellig=day, anlass="Stand erfragen (Demo)")
        )
    session.flush()
    days = dict(steps)
    demo.settle(session, vorgang.id, days.get(Aktion.TEST_BEGINNEN), days.get(Aktion.GOLIVE_MELDEN))


def _begin(session: Session, entry: Mapping[str, Any], numbers: demo.Nummern, day: date) -> Vorgang:
    stelle = numbers.stellen[entry["stelle"]]
    offer, dienst = numbers.angebote[entry["onlinedienst"]]
    row = Nachnutzung(
        vorgangsnummer=cases.next_number(session, day),
        landesangebot_id=offer,
        onlinedienst_id=dienst,
        zustaendige_stelle_id=stelle,
        handelt=Handlungsweise.SELBST,
        status=Status.ENTWURF,
        status_seit=day,
        ansprechperson_id=faelle_schreiben.ensure_contact(
            session, stelle, _NAME, entry["postfach"], ""
        ),
    )
    faelle_schreiben.add_case(session, row)
    assert row.id is not None
    [vorgang] = faelle.load(session, [row.id], day)
    return vorgang


def _take(session: Session, vorgang: Vorgang, aktion: Aktion, day: date) -> Vorgang:
    """Decided by the rules, written as every step is."""
    rolle = next(iter(next(step.rollen for step in STEPS if step.aktion is aktion)))
    angaben = _angaben(vorgang.fall, day, accepting=aktion is Aktion.INTERESSE_BEKUNDEN)
    ergebnis = advance(vorgang.fall, aktion, rolle, day, angaben)
    akteur = Akteur(Betrachter(frozenset({rolle})), day, "")
    schritt = Schritt(vorgang, aktion, rolle, angaben)
    write_step(Vollzug(session, akteur, schritt, ergebnis, None))
    return replace(vorgang, fall=ergebnis.fall)


def _angaben(fall: Fall, day: date, *, accepting: bool) -> Angaben:
    """Everything that any step asks for, as of that day."""
    terms = fall.bedingungen
    accepted = None
    if accepting and terms is not None:
        accepted = Zustimmung(terms.fassung, _PERSON, Vertretung.BEHOERDENLEITUNG, "Amtsleitung")
    return Angaben(
        grund=_GRUND,
        beleg="Schreiben (Demo)",
        ansprechstelle=_NAME,
        eingang=day,
        wunschtermin=day + timedelta(days=90),
        zustimmung=accepted,
        datum=day,
        termin=day + _AHEAD,
        geplant_bis=day + _AHEAD,
        hinweis_veroeffentlicht=True,
        zugang=day,
        ende=wirksam_zum(fall.regel, day, fall.vertrag_am).wirksam_zum if fall.regel else None,
    )
