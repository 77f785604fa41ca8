"""Accounts for tests, and the cookie of somebody who is signed in."""

from __future__ import annotations

from datetime import date

from katalog.accounts import anmeldung, sitzungen
from katalog.accounts.konten import create_konto
from katalog.accounts.sitzungen import Angemeldet
from katalog.db import open_engine, writing
from katalog.domain.rollen import Rolle
from katalog.models.grundlage import now
from tests.portal import TODAY

COOKIE = "__Host-sitzung"
ADMINISTRATION = "administration@portal.example"


def make_session(
    database: str, email: str = ADMINISTRATION, rolle: Rolle | None = None, stelle: str = ""
) -> str:
    """The secret in the cookie of an account, which is made if it is new."""
    engine = open_engine(database)
    try:
        with writing(engine) as session:
            if rolle is not None:
                create_konto(session, email, rolle, stelle)
            number = anmeldung.enter(session, email, "probe")
            assert number is not None
            return sitzungen.begin(session, number, now())
    finally:
        engine.dispose()


def administrator(database: str) -> dict[str, str]:
    """The header of whoever runs the portal."""
    return {"Cookie": f"{COOKIE}={make_session(database, rolle=Rolle.ADMINISTRATION)}"}


def angemeldet(database: str, secret: str) -> Angemeldet:
    engine = open_engine(database)
    try:
        with writing(engine) as session:
            konto = sitzungen.recognise(session, secret, now(), date.fromisoformat(TODAY))
            assert konto is not None
            return konto
    finally:
        engine.dispose()
