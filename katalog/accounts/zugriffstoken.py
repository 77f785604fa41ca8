"""Programs cannot sign in: they show a token that somebody made for one body and for one purpose.

It is shown once and stored as a hash. It never opens more than its owner may do for that body at
the moment it is shown; whoever stops acting for the body takes the token's power along.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from katalog.accounts import briefe
from katalog.accounts.sitzungen import Angemeldet
from katalog.db import Engine, OperationalError, Session, writing
from katalog.domain.errors import NichtGefunden, UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.geheimnis import hash_of
from katalog.domain.rollen import Betrachter
from katalog.domain.zugriff import (
    DAUERN,
    SECRET_LENGTH,
    SIGNS,
    WARN_BEFORE,
    Zugriff,
    ending_of,
    is_token,
    write_token,
)
from katalog.journal import record
from katalog.models.konten import Zugriffstoken
from katalog.outbox import enqueue
from katalog.queries import betrachter, mitgliedschaften, zugriffstoken

LONGEST_NAME = 100
_MOST_TOKENS = 20
# As often as a program writes when it takes over a whole list; more is a mistake in it.
MOST_WRITES, WINDOW = 600, timedelta(minutes=10)
_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Ausgewiesen:
    """A program that showed a token: what it may, as a viewer and by its purpose."""

    token_id: int
    konto_id: int
    stelle_id: int
    zugriff: frozenset[Zugriff]
    betrachter: Betrachter
    zuletzt_am: datetime | None


def issue(
    session: Session,
    konto: Angemeldet,
    name: str,
    stelle_id: int | None,
    zugriff: Collection[Zugriff],
    tage: int | None,
    now: datetime,
) -> str:
    """The token itself, which nobody can read again."""
    name = " ".join(name.split())
    _check(session, konto, name, stelle_id, zugriff, tage)
    assert stelle_id is not None
    assert tage is not None
    token = write_token("".join(secrets.choice(SIGNS) for _ in range(SECRET_LENGTH)))
    number = zugriffstoken.add(
        session,
        Zugriffstoken(
            konto_id=konto.konto_id,
            stelle_id=stelle_id,
            name=name,
            token_hash=hash_of(token),
            endung=ending_of(token),
            erstellt_am=now,
            laeuft_ab_am=now + timedelta(days=tage),
            einsaetze_schreiben=Zugriff.EINSAETZE_SCHREIBEN in zugriff,
            vorgaenge_lesen=Zugriff.VORGAENGE_LESEN in zugriff,
            vorgaenge_schreiben=Zugriff.VORGAENGE_SCHREIBEN in zugriff,
        ),
    )
    allowed = [each.value for each in Zugriff if each in zugriff]
    record(
        session, "zugriffstoken_erzeugt", "zugriffstoken", number,
        {"stelle_id": stelle_id, "zugriff": allowed, "tage": tage}, konto.konto_id,
    )  # fmt: skip
    return token


def revoke(session: Session, konto: Angemeldet, number: int) -> None:
    found = zugriffstoken.remove(session, konto.konto_id, number)
    if found is None:
        raise NichtGefunden(
            "Das Zugriffstoken", str(number), "Ihre Zugriffstoken stehen unter „Mein Konto“."
        )
    record(
        session, "zugriffstoken_widerrufen", "zugriffstoken", number,
        {"stelle_id": found.stelle_id}, konto.konto_id,
    )  # fmt: skip


def recognise(session: Session, token: str, now: datetime, today: date) -> Ausgewiesen | None:
    """None, whatever is wrong with it: whoever guesses learns nothing."""
    found = zugriffstoken.find(session, hash_of(token), now) if is_token(token) else None
    if found is None:
        return None
    return Ausgewiesen(
        found.token_id,
        found.konto_id,
        found.stelle_id,
        found.zugriff,
        betrachter.resolve(session, found.konto_id, today, stelle_id=found.stelle_id),
        found.zuletzt_am,
    )


def note_use(engine: Engine, program: Ausgewiesen, now: datetime) -> None:
    """Of reading. Every note is a change of the database, so that not each call is one."""
    if program.zuletzt_am is not None and now - program.zuletzt_am < _NOTED_EVERY:
        return
    try:
        with writing(engine) as session:
            zugriffstoken.note_use(session, program.token_id, now)
    except OperationalError:
        # What could be read is not lost because the database is busy just now.
        return


def count_write(session: Session, token: str, now: datetime) -> bool:
    """Whether it may write now. Counted before anything is tried, and also if that fails."""
    count = zugriffstoken.count_write(session, hash_of(token), now, now - WINDOW)
    return count <= MOST_WRITES


def warn_some(session: Session, now: datetime, basis_url: str) -> int:
    """Who has a token that expires soon gets one mail about it."""
    return sum(
        enqueue(session, briefe.token_expires(each, basis_url))
        for each in zugriffstoken.expiring(session, now, now + WARN_BEFORE)
    )


def _check(
    session: Session,
    konto: Angemeldet,
    name: str,
    stelle_id: int | None,
    zugriff: Collection[Zugriff],
    tage: int | None,
) -> None:
    faults = []
    if not name:
        faults.append(UngueltigeEingabe("name", name, "Nennen Sie das Programm, das es benutzt."))
    elif len(name) > LONGEST_NAME:
        text = f"Der Name ist zu lang. Möglich sind {LONGEST_NAME} Zeichen."
        faults.append(UngueltigeEingabe("name", name, text))
    own = mitgliedschaften.of_account(session, konto.konto_id)
    mine = {each.stelle_id for each in own if each.freigegeben_am is not None}
    if stelle_id is None or stelle_id not in mine:
        text = "Wählen Sie eine Stelle, für die Sie handeln."
        faults.append(UngueltigeEingabe("stelle", str(stelle_id or ""), text))
    if not zugriff:
        text = "Wählen Sie mindestens eines, was das Programm darf."
        faults.append(UngueltigeEingabe("zugriff", "", text))
    if tage not in DAUERN:
        faults.append(UngueltigeEingabe("tage", str(tage or ""), "Wählen Sie, wie lange es gilt."))
    if zugriffstoken.count(session, konto.konto_id) >= _MOST_TOKENS:
        text = f"Mehr als {_MOST_TOKENS} gibt es nicht. Widerrufen Sie erst eines."
        faults.append(UngueltigeEingabe("name", name, text))
    if faults:
        raise UngueltigeEingaben(faults)
