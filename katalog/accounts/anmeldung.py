"""Signing in by a mail with a link and a code of eight digits; no password anywhere.

The answer is the same whether an address has an account, is blocked, or asked too often: only the
mailbox tells. Mail scanners open links, so opening one does nothing; a form uses it up. The code is
for whoever reads mails on another device, and belongs to the browser that asked for it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from katalog.accounts import briefe
from katalog.accounts.konten import parse_address
from katalog.db import Session
from katalog.domain.errors import NichtErlaubt
from katalog.domain.geheimnis import hash_of
from katalog.domain.mailadresse import is_mailadresse
from katalog.journal import record
from katalog.models.konten import Anmeldelink
from katalog.oidc import Ausweis
from katalog.outbox import enqueue
from katalog.queries import anmeldung, konten

VALID_FOR = timedelta(minutes=30)
_KEPT_FOR = timedelta(days=1)
_TRIES = 5
_SECRET_BYTES = 32
# How often one address, and one place in the net, may ask; a town hall shares one place.
_PER_ADDRESS = ((3, timedelta(minutes=15)), (10, timedelta(days=1)))
_PER_PLACE = ((30, timedelta(hours=1)),)


@dataclass(frozen=True, slots=True)
class Eingeloest:
    konto_id: int
    email: str
    weiter: str


@dataclass(frozen=True, slots=True)
class Geheimnisse:
    """Of each only a hash is stored; the code's holds the secret of the browser, too."""

    token: str
    code: str
    vorgang: str


def request_link(
    session: Session, email: str, herkunft: str, weiter: str, basis_url: str, now: datetime
) -> str:
    """The secret with which the browser that asked may enter the code."""
    address = parse_address(email)
    anmeldung.forget(session, now - _KEPT_FOR)
    made = _make_secrets()
    if _too_often(session, address, herkunft, now):
        return made.vorgang
    occasion = hash_of(made.vorgang)[:16]
    anmeldung.add_link(session, _link(made, address, herkunft, weiter, now, now + VALID_FOR))
    konto = konten.find_konto(session, address)
    if konto is not None and konten.is_blocked(session, konto):
        enqueue(session, briefe.blocked(address, occasion))
    else:
        enqueue(session, briefe.sign_in(address, occasion, made.token, made.code, basis_url))
    return made.vorgang


def make_link(session: Session, email: str, until: datetime, now: datetime) -> str:
    """A token without a mail, for the demo accounts of a portal that is tried out."""
    made = _make_secrets()
    anmeldung.add_link(session, _link(made, email, "", "", now, until))
    return made.token


def redeem_token(session: Session, token: str, now: datetime) -> Eingeloest | None:
    found = anmeldung.take_link(session, hash_of(token), now)
    return _enter(session, found, "link") if found else None


def redeem_code(session: Session, vorgang: str, code: str, now: datetime) -> Eingeloest | None:
    """Every try counts, right or wrong, before it is looked at."""
    found = anmeldung.try_code(session, hash_of(vorgang), _TRIES, now)
    expected = _hash_code(vorgang, "".join(code.split()))
    if found is None or not secrets.compare_digest(found.code_hash, expected):
        return None
    taken = anmeldung.take_link(session, found.token_hash, now)
    return _enter(session, taken, "code") if taken else None


def still_valid(session: Session, token: str, now: datetime) -> bool:
    """Looked at when the link is opened, which uses nothing up."""
    return anmeldung.is_open(session, hash_of(token), now)


def enter(session: Session, email: str, way: str) -> int | None:
    """The account of a proven address, made if it is new; None if it is blocked."""
    number = konten.find_konto(session, email)
    if number is None:
        number = konten.ensure_konto(session, email, "")
        record(session, "konto_angelegt", "konto", number, konto_id=number)
    elif konten.is_blocked(session, number):
        return None
    record(session, "angemeldet", "konto", number, {"weg": way}, konto_id=number)
    return number


def enter_with(session: Session, ausweis: Ausweis) -> int:
    """The account of what a provider vouches for: known by its subject, else by its address.

    An address that the provider itself has not checked could be anybody's.
    """
    number = konten.find_by_subject(session, ausweis.subjekt)
    if number is None:
        address = ausweis.email.strip().lower()
        if not ausweis.email_bestaetigt or not is_mailadresse(address):
            raise NichtErlaubt(
                "Ihr Anmeldedienst nennt keine geprüfte E-Mail-Adresse. Melden Sie sich mit einer "
                "Mail an, oder bitten Sie dort, Ihre Adresse zu prüfen."
            )
        number = konten.ensure_konto(session, address, ausweis.name)
        if not konten.link_subject(session, number, ausweis.subjekt):
            raise NichtErlaubt(
                "Zu dieser Adresse gehört schon ein anderes Konto Ihres Anmeldedienstes. Wenden "
                "Sie sich an die Administration des Portals."
            )
        record(session, "anmeldedienst_verknuepft", "konto", number, konto_id=number)
    if konten.is_blocked(session, number):
        raise NichtErlaubt(
            "Ihr Konto ist gesperrt. Wenden Sie sich an die Stelle, die das Portal betreibt."
        )
    record(session, "angemeldet", "konto", number, {"weg": "anmeldedienst"}, konto_id=number)
    return number


def _enter(session: Session, link: anmeldung.Link, way: str) -> Eingeloest | None:
    number = enter(session, link.email, way)
    return Eingeloest(number, link.email, link.weiter) if number is not None else None


def _make_secrets() -> Geheimnisse:
    return Geheimnisse(
        secrets.token_urlsafe(_SECRET_BYTES),
        f"{secrets.randbelow(10**8):08}",
        secrets.token_urlsafe(_SECRET_BYTES),
    )


def _link(
    made: Geheimnisse, email: str, herkunft: str, weiter: str, now: datetime, until: datetime
) -> Anmeldelink:
    return Anmeldelink(
        email=email,
        token_hash=hash_of(made.token),
        code_hash=_hash_code(made.vorgang, made.code),
        vorgang_hash=hash_of(made.vorgang),
        herkunft=herkunft,
        weiter=weiter,
        erstellt_am=now,
        laeuft_ab_am=until,
    )


def _hash_code(vorgang: str, code: str) -> str:
    """Eight digits alone would be tried out in a second by whoever reads the table."""
    return hash_of(f"{vorgang}:{code}")


def _too_often(session: Session, address: str, herkunft: str, now: datetime) -> bool:
    return any(
        anmeldung.count_links(session, email=address, since=now - span) >= most
        for most, span in _PER_ADDRESS
    ) or any(
        anmeldung.count_links(session, herkunft=herkunft, since=now - span) >= most
        for most, span in _PER_PLACE
    )
