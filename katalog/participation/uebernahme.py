"""What a neighbour has said publicly of itself becomes one's own statement, planned or in use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from katalog.db import Session
from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus
from katalog.domain.einsatz import parse_einsatz
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.rollen import GAST, Betrachter, Recht, require
from katalog.participation.angaben import state_use
from katalog.queries import einsaetze, meldeliste
from katalog.queries.einsaetze import IN_USE, Nutzung

# What one can say of oneself by choosing: dates and addresses are nobody else's to know.
ALS = {
    Einsatzrolle.PLANT: Einsatzstatus.GEPLANT,
    Einsatzrolle.NUTZT: Einsatzstatus.PRODUKTIV,
}


@dataclass(frozen=True, slots=True)
class Vorschlag:
    """An assistant of the neighbour's; `vorhanden` if one has said something of it oneself."""

    nutzung: Nutzung
    vorhanden: bool


def list_of_neighbour(
    session: Session, betrachter: Betrachter, stelle: int, nachbar: int, today: date
) -> tuple[Vorschlag, ...]:
    """Each assistant once, whoever asks: only what everybody may see is copied."""
    own = {
        row.dienst_kennung
        for row in einsaetze.with_drafts(session, stelle, betrachter)
        if _stands(row, today)
    }
    found: dict[str, Nutzung] = {}
    for row in einsaetze.of_stelle(session, nachbar, GAST):
        if _stands(row, today) and row.rolle in IN_USE:
            found.setdefault(row.dienst_kennung, row)
    known = meldeliste.assistants_by_key(session, found, [])
    return tuple(
        Vorschlag(row, kennung in own) for kennung, row in found.items() if kennung in known
    )


def _stands(row: Nutzung, today: date) -> bool:
    return (
        row.widersprochen_am is None
        and row.status is not Einsatzstatus.BEENDET
        and (row.bis is None or row.bis >= today)
    )


def chosen_of(
    vorschlaege: Collection[Vorschlag], kennungen: Collection[str]
) -> tuple[Vorschlag, ...]:
    wanted = set(kennungen)
    chosen = tuple(
        each for each in vorschlaege if each.nutzung.dienst_kennung in wanted and not each.vorhanden
    )
    if not chosen:
        raise UngueltigeEingabe("dienst", "", "Wählen Sie mindestens einen Onlinedienst aus.")
    return chosen


def parse_als(text: str) -> Einsatzrolle:
    found = next((rolle for rolle in ALS if rolle.value == text), None)
    if found is None:
        raise UngueltigeEingabe("als", text, "Wählen Sie, ob Sie planen oder schon nutzen.")
    return found


def copy(
    session: Session,
    betrachter: Betrachter,
    stelle: int,
    nachbar: int,
    kennungen: Collection[str],
    als: Einsatzrolle,
    today: date,
) -> int:
    """How many statements that made."""
    require(betrachter, Recht.EINSATZ_ANGEBEN, stelle=stelle)
    chosen = chosen_of(list_of_neighbour(session, betrachter, stelle, nachbar, today), kennungen)
    angaben = parse_einsatz({"rolle": als, "status": ALS[als]}, today)
    dienste = meldeliste.assistants_by_key(
        session, [each.nutzung.dienst_kennung for each in chosen], []
    )
    for each in chosen:
        dienst = dienste[each.nutzung.dienst_kennung]
        state_use(session, betrachter, stelle, dienst.id, angaben, today)
    return len(chosen)
