"""An assistant that the catalogue does not know: a draft until the coordination decides about it.

The body states its use at once. The draft is seen by the body and its coordination only, which
accepts it or says which assistant it is; then the statements move there, with their history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from importers.cells import to_kennung
from katalog.db import Session
from katalog.domain.begriffe import Dienstart, Einsatzstatus
from katalog.domain.einsatz import Einsatzangaben
from katalog.domain.errors import (
    NichtGefunden,
    UngueltigeEingabe,
    UngueltigeEingaben,
    VoraussetzungFehlt,
)
from katalog.domain.rollen import Betrachter, Recht, may, require
from katalog.domain.sortierung import sort_key
from katalog.journal import record
from katalog.models.angebot import Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.participation.angaben import state_use
from katalog.queries import entwuerfe, teilnahme
from katalog.queries.entwuerfe import Entwurf

LONGEST = {"name": 200, "kurzbeschreibung": 1000}
_MOST_OPEN = 50
_MERGED = "Entwurf zusammengeführt"
_TWICE = "Entwurf zusammengeführt; zu diesem Onlinedienst gab es schon eine Angabe"


@dataclass(frozen=True, slots=True)
class Entwurfsangaben:
    name: str
    kurzbeschreibung: str
    art: Dienstart


def parse_entwurf(texts: Mapping[str, str]) -> Entwurfsangaben:
    faults = []
    name = " ".join(texts.get("name", "").split())
    if not to_kennung(name):
        faults.append(UngueltigeEingabe("name", name, "Wie heißt der Onlinedienst?"))
    for field, longest in LONGEST.items():
        if len(texts.get(field, "")) > longest:
            text = f"Der Text ist zu lang. Möglich sind {longest} Zeichen."
            faults.append(UngueltigeEingabe(field, texts[field], text))
    art = next((art for art in Dienstart if art.value == texts.get("art", "")), None)
    if art is None:
        text = "Wählen Sie eine der Möglichkeiten."
        faults.append(UngueltigeEingabe("art", texts.get("art", ""), text))
    if faults or art is None:
        raise UngueltigeEingaben(faults)
    return Entwurfsangaben(name, texts.get("kurzbeschreibung", "").strip(), art)


def state_with_draft(
    session: Session,
    betrachter: Betrachter,
    stelle: int,
    entwurf: Entwurfsangaben,
    angaben: Einsatzangaben,
    today: date,
) -> int:
    """The number of the statement."""
    require(betrachter, Recht.EINSATZ_ANGEBEN, stelle=stelle)
    if entwuerfe.count_of(session, stelle) >= _MOST_OPEN:
        raise VoraussetzungFehlt(
            f"Über {_MOST_OPEN} Entwürfe Ihrer Stelle ist noch nicht entschieden. Warten Sie, bis "
            "Ihre Koordinierende Stelle sie durchgesehen hat.",
            [],
        )
    dienst = entwuerfe.add(
        session,
        to_kennung(entwurf.name),
        entwurf.name,
        entwurf.kurzbeschreibung,
        entwurf.art,
        today,
    )
    _note(session, betrachter, "entwurf_angelegt", dienst, {"stelle_id": stelle})
    return state_use(session, betrachter, stelle, dienst, angaben, today)


def find_to_decide(
    session: Session, betrachter: Betrachter, kennung: str, *, lock: bool = False
) -> Entwurf:
    """What somebody may not decide about is not there for them."""
    entwurf = entwuerfe.find(session, kennung, lock=lock)
    if entwurf is None:
        _not_found(kennung)
    # Without a statement left, only whoever decides about all of them does.
    named = [*(use.stelle_id for use in entwurf.nennungen), None]
    if not any(may(betrachter, Recht.ENTWURF_ENTSCHEIDEN, stelle=stelle) for stelle in named):
        _not_found(kennung)
    return entwurf


def accept(
    session: Session, betrachter: Betrachter, kennung: str, angaben: Entwurfsangaben
) -> Onlinedienst:
    """The draft becomes an assistant like any other, and its statements count."""
    dienst = find_to_decide(session, betrachter, kennung, lock=True).dienst
    dienst.name, dienst.sortier = angaben.name, sort_key(angaben.name)
    dienst.kurzbeschreibung, dienst.art = angaben.kurzbeschreibung, angaben.art
    dienst.entwurf, dienst.version = False, dienst.version + 1
    session.flush()
    _note(session, betrachter, "entwurf_angenommen", dienst.id, {})
    return dienst


def merge(
    session: Session, betrachter: Betrachter, kennung: str, ziel: Onlinedienst, today: date
) -> int:
    """The draft is `ziel`: its statements move there. How many that were."""
    entwurf = find_to_decide(session, betrachter, kennung, lock=True).dienst
    assert entwurf.id is not None
    moving = entwuerfe.statements_of(session, entwurf.id)
    for einsatz in moving:
        _move(session, betrachter, einsatz, entwurf, ziel, today)
    # Nobody finds it any more; the trail says what became of it.
    entwurf.entfallen_am, entwurf.nachfolger_id = today, ziel.id
    entwurf.version += 1
    session.flush()
    said: dict[str, object] = {"ziel_id": ziel.id, "einsaetze": [einsatz.id for einsatz in moving]}
    _note(session, betrachter, "entwurf_zusammengefuehrt", entwurf.id, said)
    return len(moving)


def _move(
    session: Session,
    betrachter: Betrachter,
    einsatz: Einsatz,
    entwurf: Onlinedienst,
    ziel: Onlinedienst,
    today: date,
) -> None:
    """Where the body has stated the same already, that statement stands and this one ends."""
    assert ziel.id is not None
    by = betrachter.konto_id
    running = einsatz.status is not Einsatzstatus.BEENDET and einsatz.widersprochen_am is None
    twice = running and teilnahme.has_own(session, einsatz.stelle_id, ziel.id, einsatz.rolle)
    reason = _TWICE if twice else _MERGED
    teilnahme.note(session, einsatz, "onlinedienst", entwurf.name, ziel.name, by, reason)
    einsatz.onlinedienst_id = ziel.id
    if twice:
        old = einsatz.status
        teilnahme.note(session, einsatz, "status", old, Einsatzstatus.BEENDET, by, reason)
        einsatz.status = Einsatzstatus.BEENDET
        einsatz.bis = max(today, einsatz.ab or today)
    einsatz.version += 1
    session.flush()
    record(
        session,
        "einsatz_umgezogen",
        "einsatz",
        einsatz.id,
        {"von": entwurf.id, "nach": ziel.id, "doppelt": twice},
        by,
    )


def _note(
    session: Session,
    betrachter: Betrachter,
    vorgang: str,
    dienst: int | None,
    angaben: dict[str, object],
) -> None:
    record(session, vorgang, "onlinedienst", dienst, angaben, betrachter.konto_id)


def _not_found(kennung: str) -> NoReturn:
    raise NichtGefunden("Der Entwurf", kennung, "Offene Entwürfe stehen in der Liste.")
