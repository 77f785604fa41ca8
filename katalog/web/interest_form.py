"""The form of an interest that came by mail or letter: filled in by hand, or from a mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from katalog.domain.begriffe import Handlungsweise
from katalog.domain.errors import UngueltigeEingabe
from katalog.queries import mitgliedschaften
from katalog.queries.mitgliedschaften import Koerperschaft
from katalog.web.case_fields import ZUSTIMMUNG_DER_STELLE, Eingaben, read_zustimmung
from katalog.web.case_reader import akteur_of
from katalog.web.page import View
from katalog.workflow import Angebotszeile, Ansprechstelle, Interesse, list_offers

_PLAIN = ("eingang", "beleg", "wunschtermin", "name", "email", "telefon")
FIELDS = (*_PLAIN, *(feld.name for feld in ZUSTIMMUNG_DER_STELLE), "fassung")


@dataclass(frozen=True, slots=True)
class Erfasst:
    interesse: Interesse
    eingang: date | None
    beleg: str


def typed_fields(view: View) -> dict[str, str]:
    return {name: view.form.last(name).strip() for name in FIELDS}


def read_interest_form(view: View, offer: Angebotszeile, werte: Mapping[str, str]) -> Erfasst:
    """All faults at once; terms may still be open."""
    eingaben = Eingaben(werte)
    eingang, wunschtermin = eingaben.day("eingang"), eingaben.day("wunschtermin")
    beleg, zustimmung = eingaben.text("beleg"), read_zustimmung(eingaben)
    stellen = _stellen(view, eingaben)
    eingaben.done()
    interesse = Interesse(
        dienst_id=offer.dienst_id,
        stellen=stellen,
        wunschtermin=wunschtermin,
        ansprechstelle=Ansprechstelle(werte["name"], werte["email"], werte["telefon"]),
        zustimmung=zustimmung,
        handelt=Handlungsweise.SELBST if len(stellen) == 1 else Handlungsweise.IM_NAMEN,
    )
    return Erfasst(interesse, eingang, beleg)


def find_offer(view: View, kennung: str) -> Angebotszeile | None:
    offers = list_offers(view.session, akteur_of(view))
    return next((offer for offer in offers if offer.kennung == kennung), None)


def search_own_bodies(view: View, q: str) -> list[Koerperschaft]:
    mine = view.viewer.koordinierte_stellen
    found = mitgliedschaften.search_bodies(view.session, q) if q else []
    return [body for body in found if body.id in mine]


def form_values(
    offer: Angebotszeile | None,
    q: str,
    stellen: Sequence[Koerperschaft],
    gewaehlt: Sequence[str],
    werte: Mapping[str, str] | None,
    faults: Mapping[str, str] | None,
) -> dict[str, Any]:
    return {
        "angebot": offer,
        "q": q,
        "stellen": stellen,
        "gewaehlt": gewaehlt,
        "werte": werte or dict.fromkeys(FIELDS, ""),
        "zustimmungsfelder": ZUSTIMMUNG_DER_STELLE,
        "fehler": faults or {},
    }


def _stellen(view: View, eingaben: Eingaben) -> tuple[int, ...]:
    """Only bodies of the own area; any other number is no choice at all."""
    mine = {str(number): number for number in view.viewer.koordinierte_stellen}
    found = tuple(mine[typed] for typed in view.form.all("stellen") if typed in mine)
    if not found:
        text = "Wählen Sie mindestens eine Stelle aus der Liste."
        eingaben.add(UngueltigeEingabe("stellen", "", text))
    return found
