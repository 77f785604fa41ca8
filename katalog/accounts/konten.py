"""Accounts as the operator makes and blocks them, from the command line."""

from __future__ import annotations

from katalog.db import Session
from katalog.domain.errors import NichtGefunden, UngueltigeEingabe
from katalog.domain.mailadresse import is_mailadresse
from katalog.domain.rollen import Rolle
from katalog.journal import record
from katalog.models.grundlage import now
from katalog.queries import konten

_LONGEST_NAME = 200
_NEEDS_BODY = {Rolle.KOMMUNE, Rolle.KOORDINIERUNG, Rolle.ANBIETER}


def create_konto(
    session: Session,
    email: str,
    rolle: Rolle,
    stelle: str = "",
    name: str = "",
    *,
    demo: bool = False,
) -> konten.KontoZeile:
    """Create an account, or give an existing one a further role; both at once is one step."""
    address = parse_address(email)
    body = konten.find_stelle(session, stelle) if stelle else None
    if stelle and body is None:
        raise NichtGefunden("Die Stelle", stelle, "Nennen Sie ein ARS oder eine Kennung.")
    if rolle in _NEEDS_BODY and body is None:
        raise UngueltigeEingabe(
            "stelle", "", f"Die Rolle {rolle.label} braucht eine Stelle: --stelle ARS oder Kennung."
        )
    if rolle is Rolle.ADMINISTRATION and body is not None:
        raise UngueltigeEingabe(
            "stelle",
            stelle,
            "Die Administration handelt für keine Stelle. Lassen Sie --stelle weg.",
        )
    number = konten.ensure_konto(session, address, name, demo=demo)
    if konten.ensure_membership(session, number, body, rolle):
        record(session, "konto_rolle_erteilt", "konto", number, {"rolle": rolle.value})
    return konten.get_konto(session, number)


def rename_konto(session: Session, konto_id: int, name: str) -> None:
    """The name itself stays out of the audit trail, so that it can be erased."""
    if len(name) > _LONGEST_NAME:
        raise UngueltigeEingabe(
            "name", name, f"Der Name ist zu lang. Möglich sind {_LONGEST_NAME} Zeichen."
        )
    if konten.rename(session, konto_id, name):
        record(session, "name_geaendert", "konto", konto_id, konto_id=konto_id)


def block_konto(session: Session, email: str) -> konten.KontoZeile:
    number = konten.find_konto(session, parse_address(email))
    if number is None:
        raise NichtGefunden("Das Konto", email)
    if konten.block(session, number, now()):
        record(session, "konto_gesperrt", "konto", number)
    return konten.get_konto(session, number)


def parse_address(text: str) -> str:
    """One address, in the writing in which it is compared."""
    address = text.strip().lower()
    if not is_mailadresse(address):
        raise UngueltigeEingabe(
            "email", text, "Das ist keine E-Mail-Adresse. Beispiel: ozg@kommune.example"
        )
    return address
