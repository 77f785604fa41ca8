"""Acting for a body: asked for by the account, decided by a colleague there or its coordination.

A mailbox is no authority. Whoever decides sees whether the address belongs to a domain of the body,
and answers for it: the audit trail says who it was.
"""

from __future__ import annotations

from datetime import datetime

from katalog.accounts import briefe
from katalog.accounts.sitzungen import Angemeldet
from katalog.db import Session
from katalog.domain.errors import (
    FalscherZustand,
    NichtErlaubt,
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
    VoraussetzungFehlt,
)
from katalog.domain.rollen import ROLLE_IN, Recht, Rolle, may
from katalog.journal import record
from katalog.outbox import Mail, enqueue
from katalog.queries import mitgliedschaften
from katalog.queries.mitgliedschaften import Anfrage, Koerperschaft

_MOST_OPEN = 20
_LONGEST_AUFGABE = 200
_HINT = "Ihre Zuordnungen und Anfragen stehen unter „Mein Konto“."


def apply(
    session: Session, konto: Angemeldet, stelle_id: int, aufgabe: str, basis_url: str, now: datetime
) -> None:
    stelle = mitgliedschaften.find_body(session, stelle_id)
    if stelle is None:
        raise NichtGefunden("Die Stelle", str(stelle_id), "Suchen Sie sie mit ihrem Namen.")
    rolle = rolle_in(stelle)
    if len(aufgabe) > _LONGEST_AUFGABE:
        raise UngueltigeEingabe(
            "aufgabe", aufgabe, f"Die Aufgabe ist zu lang. Möglich sind {_LONGEST_AUFGABE} Zeichen."
        )
    if mitgliedschaften.count_open(session, konto.konto_id) >= _MOST_OPEN:
        raise VoraussetzungFehlt(
            f"Über {_MOST_OPEN} Ihrer Anfragen ist noch nicht entschieden. Warten Sie, bis das "
            "geschehen ist.",
            [],
        )
    number = mitgliedschaften.ask(session, konto.konto_id, stelle_id, rolle, aufgabe, now)
    if number is None:
        raise SchonVorhanden(f"Für „{stelle.name}“ sind oder werden Sie schon zugeordnet. {_HINT}")
    record(
        session,
        "zuordnung_beantragt",
        "mitgliedschaft",
        number,
        {"stelle_id": stelle_id, "rolle": rolle.value},
        konto.konto_id,
    )
    for address in mitgliedschaften.deciders(session, stelle_id, rolle, konto.konto_id):
        occasion = f"zuordnung:{number}:{now.isoformat()}"
        who = f"{konto.name} ({konto.email})" if konto.name else konto.email
        letter = briefe.request_to_decide(
            address, occasion, who, stelle.name, rolle.label, aufgabe, basis_url
        )
        enqueue(session, letter)


def decide(
    session: Session, konto: Angemeldet, number: int, basis_url: str, now: datetime, *, grant: bool
) -> Anfrage:
    anfrage = _find(session, konto, number)
    if anfrage.konto_id == konto.konto_id:
        raise NichtErlaubt("Über die eigene Anfrage entscheidet jemand anderes.")
    if not mitgliedschaften.decide(session, number, konto.konto_id, now, grant=grant):
        raise FalscherZustand(
            "Über diese Anfrage ist schon entschieden. Laden Sie die Liste der Anfragen neu."
        )
    record(
        session,
        "zuordnung_freigegeben" if grant else "zuordnung_abgelehnt",
        "mitgliedschaft",
        number,
        {"stelle_id": anfrage.stelle_id, "fuer_konto": anfrage.konto_id},
        konto.konto_id,
    )
    enqueue(session, _outcome(anfrage, basis_url, now, grant=grant))
    return anfrage


def rolle_in(stelle: Koerperschaft) -> Rolle:
    rolle = ROLLE_IN.get(stelle.art)
    if rolle is None:
        raise UngueltigeEingabe(
            "stelle", stelle.name, f"Für „{stelle.name}“ handelt im Katalog niemand mit Konto."
        )
    return rolle


def end(session: Session, konto: Angemeldet, number: int, now: datetime) -> Anfrage:
    anfrage = find_to_end(session, konto, number)
    if not mitgliedschaften.end(session, number, now):
        raise FalscherZustand(f"Diese Zuordnung ist schon beendet. {_HINT}")
    record(
        session,
        "zuordnung_beendet",
        "mitgliedschaft",
        number,
        {"stelle_id": anfrage.stelle_id, "fuer_konto": anfrage.konto_id},
        konto.konto_id,
    )
    return anfrage


def find_to_end(session: Session, konto: Angemeldet, number: int) -> Anfrage:
    """One's own, or that of somebody for whose body one decides; nothing else is there."""
    anfrage = mitgliedschaften.find(session, number)
    if anfrage is not None and anfrage.konto_id == konto.konto_id:
        return anfrage
    if anfrage is None or not _decides(konto, anfrage):
        raise NichtGefunden("Die Zuordnung", str(number), _HINT)
    return anfrage


def _find(session: Session, konto: Angemeldet, number: int) -> Anfrage:
    """What somebody may not decide is not there for them, whether or not it exists."""
    anfrage = mitgliedschaften.find(session, number)
    if anfrage is None or not _decides(konto, anfrage):
        raise NichtGefunden("Die Anfrage", str(number), "Offene Anfragen stehen in der Liste.")
    return anfrage


def _decides(konto: Angemeldet, anfrage: Anfrage) -> bool:
    """Colleagues and coordination speak for municipalities; the other roles the administration
    gives and takes."""
    if anfrage.rolle is not Rolle.KOMMUNE and not konto.betrachter.has(Rolle.ADMINISTRATION):
        return False
    return may(konto.betrachter, Recht.MITGLIED_FREIGEBEN, stelle=anfrage.stelle_id)


def _outcome(anfrage: Anfrage, basis_url: str, now: datetime, *, grant: bool) -> Mail:
    occasion = f"entscheidung:{anfrage.id}:{now.isoformat()}"
    return briefe.decided(anfrage.email, occasion, anfrage.stelle, grant, basis_url)
