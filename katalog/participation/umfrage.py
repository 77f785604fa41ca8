"""Answers to a survey become statements of use: proposed, looked at, taken over once.

A survey asks about a service; a statement names an assistant. Which one it is, whoever coordinates
says; what the body said, the answer says. What the body states already is never overwritten.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from katalog.db import Session
from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus
from katalog.domain.einsatz import LONGEST, Einsatzangaben, parse_einsatz
from katalog.domain.errors import FalscherZustand, UngueltigeEingabe
from katalog.domain.kalender import berlin_day, format_datum
from katalog.domain.rollen import Betrachter, Recht, may
from katalog.domain.umfrage import Teilnahme, Uebernahme
from katalog.models.koordination import Umfrage
from katalog.participation.angaben import state_use
from katalog.queries import teilnahme, umfrageantworten
from katalog.queries.einsaetze import Nutzung
from katalog.queries.umfrageantworten import Antwortzeile

_ALS = {
    Teilnahme.NUTZT: (Einsatzrolle.NUTZT, Einsatzstatus.PRODUKTIV),
    Teilnahme.PLANT: (Einsatzrolle.PLANT, Einsatzstatus.GEPLANT),
}


@dataclass(frozen=True, slots=True)
class Vorschlag:
    """What becomes of one answer; `angaben` where it would make a statement, `steht` what the
    body or somebody else states of the same assistant now."""

    antwort: Antwortzeile
    was: Uebernahme
    angaben: Einsatzangaben | None
    steht: Nutzung | None


def propose(
    session: Session, betrachter: Betrachter, umfrage: Umfrage, dienst_id: int, today: date
) -> list[Vorschlag]:
    """For each body that answered, in the order of their names."""
    answers = umfrageantworten.answered(session, umfrage.id or 0)
    standing = teilnahme.standing_for(
        session, dienst_id, [each.stelle_id for each in answers], betrachter, today
    )
    taken = umfrageantworten.taken_over(session, umfrage.id or 0)
    return [
        _propose(betrachter, umfrage, each, standing.get(each.stelle_id, []), taken, today)
        for each in answers
    ]


def _propose(
    betrachter: Betrachter,
    umfrage: Umfrage,
    antwort: Antwortzeile,
    standing: list[Nutzung],
    taken: Collection[int],
    today: date,
) -> Vorschlag:
    steht = standing[0] if standing else None
    if antwort.id in taken:
        return Vorschlag(antwort, Uebernahme.ERLEDIGT, None, steht)
    if not may(betrachter, Recht.EINSATZ_ANGEBEN, stelle=antwort.stelle_id):
        return Vorschlag(antwort, Uebernahme.FREMD, None, steht)
    assert antwort.teilnahme is not None
    if antwort.teilnahme not in _ALS:
        was = Uebernahme.WIDERSPRUCH if steht else Uebernahme.NICHTS
        return Vorschlag(antwort, was, None, steht)
    rolle, status = _ALS[antwort.teilnahme]
    if steht is not None:
        same = any(each.status is status for each in standing)
        was = Uebernahme.VORHANDEN if same else Uebernahme.WIDERSPRUCH
        return Vorschlag(antwort, was, None, steht)
    texts = {
        "rolle": rolle,
        "status": status,
        "ab": antwort.geplant_bis.isoformat() if antwort.geplant_bis else "",
        "bemerkung": _origin(umfrage, antwort),
    }
    return Vorschlag(antwort, Uebernahme.NEU, parse_einsatz(texts, today), steht)


def _origin(umfrage: Umfrage, antwort: Antwortzeile) -> str:
    """Where the statement comes from, and what the body added, as far as it fits."""
    assert antwort.beantwortet_am is not None
    day = format_datum(berlin_day(antwort.beantwortet_am))
    text = f"Laut Umfrage „{umfrage.titel}“, Stand {day}."
    if antwort.bemerkung:
        text = f"{text} {antwort.bemerkung}"
    most = LONGEST["bemerkung"]
    return text if len(text) <= most else f"{text[: most - 1]}…"


def take_over(
    session: Session,
    betrachter: Betrachter,
    umfrage: Umfrage,
    dienst_id: int,
    chosen: Collection[int],
    today: date,
) -> int:
    """Those of the chosen answers that still make a statement; how many that are.

    Locked before they are looked at, so that of two who take over at once one does.
    """
    umfrageantworten.lock(session, umfrage.id or 0)
    wanted = [
        each
        for each in propose(session, betrachter, umfrage, dienst_id, today)
        if each.antwort.id in chosen and each.angaben is not None
    ]
    if not chosen:
        raise UngueltigeEingabe("antwort", "", "Wählen Sie mindestens eine Antwort aus.")
    if not wanted:
        raise FalscherZustand("Diese Antworten sind inzwischen übernommen. Es ist nichts zu tun.")
    for each in wanted:
        assert each.angaben is not None
        number = state_use(
            session, betrachter, each.antwort.stelle_id, dienst_id, each.angaben, today
        )
        umfrageantworten.mark_taken_over(session, each.antwort.id, number)
    return len(wanted)
