"""Accounts to try the portal out with, one per role. Only outside production, never by mail."""

from __future__ import annotations

from datetime import timedelta

from katalog.accounts.anmeldung import make_link
from katalog.accounts.konten import create_konto
from katalog.cli.output import say
from katalog.db import Engine, reading, writing
from katalog.domain.rollen import Rolle
from katalog.models.grundlage import now
from katalog.queries import konten
from katalog.settings import MAIL_FOLDER, Settings

_VALID_FOR = timedelta(hours=12)
_ACCOUNTS = (
    ("administration@demo.example", Rolle.ADMINISTRATION, ""),
    ("koordinierung@demo.example", Rolle.KOORDINIERUNG, "koordinierung-muensterland-demo"),
    ("warendorf@demo.example", Rolle.KOMMUNE, "055700052052"),
    ("anbieter@demo.example", Rolle.ANBIETER, "landes-it-demo"),
)


def offer_demo_accounts(settings: Settings, engine: Engine, address: str) -> None:
    """Made once, and then it is said once how to sign in with each of them."""
    if settings.produktion:
        return
    with reading(engine) as session:
        if konten.demo_addresses(session):
            return
    lines = []
    with writing(engine) as session:
        for email, rolle, stelle in _ACCOUNTS:
            # A portal without the demo data has no such body.
            if stelle and konten.find_stelle(session, stelle) is None:
                continue
            create_konto(session, email, rolle, stelle, "Demo", demo=True)
        moment = now()
        for email in konten.demo_addresses(session):
            token = make_link(session, email, moment + _VALID_FOR, moment)
            lines.append(f"  {email}: {address}/anmelden/link?token={token}")
    say("Zum Ausprobieren anmelden (jeder Link gilt einmal, zwölf Stunden lang):")
    for line in lines:
        say(line)
    say(f"  Später unter {address}/anmelden; die Mail dazu liegt in {MAIL_FOLDER}.")
