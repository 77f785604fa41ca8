"""Keeping searches for an account: with a name and a rhythm, and no more than a list can hold."""

from __future__ import annotations

from datetime import date, datetime

from katalog.db import Session
from katalog.domain.errors import (
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
    UngueltigeEingaben,
    VoraussetzungFehlt,
)
from katalog.domain.suchabo import LONGEST_NAME, MOST_SEARCHES, Funde, Rhythmus
from katalog.journal import record
from katalog.models.konten import Suchabo
from katalog.queries import suchabos

_HINT = "Ihre gemerkten Suchen stehen unter „Mein Konto“."


def remember(
    session: Session,
    konto_id: int,
    name: str,
    adresse: str,
    rhythmus: str,
    found: Funde,
    today: date,
    now: datetime,
) -> int:
    """`found` is what there is today: whatever comes later is new."""
    name, chosen = _check(name, rhythmus)
    suchabos.lock_account(session, konto_id)
    if known := suchabos.by_address(session, konto_id, adresse):
        raise SchonVorhanden(f"Diese Suche ist schon gemerkt, als „{known.name}“. {_HINT}")
    if suchabos.count(session, konto_id) >= MOST_SEARCHES:
        raise VoraussetzungFehlt(
            f"Sie haben schon {MOST_SEARCHES} Suchen gemerkt. Löschen Sie zuerst eine. {_HINT}",
            ["Platz für eine weitere Suche"],
        )
    number = suchabos.add(session, konto_id, name, adresse, chosen, found, today, now)
    record(session, "suche_gemerkt", "suchabo", number, konto_id=konto_id)
    return number


def change(session: Session, konto_id: int, number: int, name: str, rhythmus: str) -> None:
    abo = find_own(session, konto_id, number)
    abo.name, abo.rhythmus = _check(name, rhythmus)
    record(session, "suche_geaendert", "suchabo", number, konto_id=konto_id)


def forget(session: Session, konto_id: int, number: int) -> None:
    find_own(session, konto_id, number)
    suchabos.remove(session, number)
    record(session, "suche_vergessen", "suchabo", number, konto_id=konto_id)


def find_own(session: Session, konto_id: int, number: int) -> Suchabo:
    abo = suchabos.find(session, konto_id, number)
    if abo is None:
        raise NichtGefunden("Die gemerkte Suche", str(number), _HINT)
    return abo


def _check(name: str, rhythmus: str) -> tuple[str, Rhythmus]:
    faults = []
    if not name:
        faults.append(UngueltigeEingabe("name", name, "Geben Sie der Suche einen Namen."))
    if len(name) > LONGEST_NAME:
        faults.append(
            UngueltigeEingabe(
                "name", name, f"Der Name ist zu lang. Möglich sind {LONGEST_NAME} Zeichen."
            )
        )
    if rhythmus not in set(Rhythmus):
        faults.append(UngueltigeEingabe("rhythmus", rhythmus, "Wählen Sie, wie oft."))
    if faults:
        raise UngueltigeEingaben(faults)
    return name, Rhythmus(rhythmus)
