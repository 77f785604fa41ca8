"""Who asks, and whether a page is for them.

The session is looked up with the first session of the database that a request opens, and remembered
with the request: the frame around every page, error pages too, says who is signed in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request

from katalog.accounts import sitzungen
from katalog.accounts.sitzungen import Angemeldet
from katalog.db import Session
from katalog.domain.errors import NichtAngemeldet, NichtErlaubt
from katalog.domain.rollen import Rolle
from katalog.web.cookies import session_secret
from katalog.web.portal import Portal

# Who may open a page is said where the page is defined; a test fails for one that does not.
EVERYONE = frozenset(Rolle)
# Any account, also one that acts for nobody yet.
SIGNED_IN = EVERYONE - {Rolle.GAST}
OPERATORS = frozenset({Rolle.ADMINISTRATION})
# Whoever may have a case of reuse at all; which ones, each service asks again.
INVOLVED = frozenset({Rolle.KOMMUNE, Rolle.KOORDINIERUNG, Rolle.ANBIETER})


def recognise(
    request: Request[Any, Any, Any], portal: Portal, session: Session, now: datetime
) -> Angemeldet | None:
    secret = session_secret(request.cookies, portal.settings)
    if not secret:
        return None
    konto = sitzungen.recognise(session, secret, now, portal.settings.today())
    request.scope["state"]["konto"] = konto
    return konto


def recognised(request: Request[Any, Any, Any]) -> Angemeldet | None:
    konto: Angemeldet | None = request.scope["state"].get("konto")
    return konto


def admit(konto: Angemeldet | None, access: frozenset[Rolle]) -> None:
    if Rolle.GAST in access:
        return
    if konto is None:
        raise NichtAngemeldet
    if access == SIGNED_IN or konto.betrachter.has(*access):
        return
    holders = " oder ".join(rolle.label for rolle in Rolle if rolle in access)
    raise NichtErlaubt(
        f"Diese Seite ist für die Rolle {holders} bestimmt, und Ihr Konto hat sie nicht. "
        "Was Ihr Konto darf, steht unter „Mein Konto“."
    )
