"""One's own data: handed out whole, and erased without breaking what others rely on."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from katalog.accounts.sitzungen import Angemeldet
from katalog.db import Session
from katalog.domain.errors import VoraussetzungFehlt
from katalog.domain.rollen import Rolle
from katalog.journal import record
from katalog.queries import personen


def hand_out(session: Session, konto: Angemeldet) -> bytes:
    """Art. 15 and 20 GDPR: complete, and readable by people and programs."""
    found = personen.collect(session, konto.konto_id)
    return json.dumps(
        {"konto": found.konto} | found.listen, default=_plain, ensure_ascii=False, indent=2
    ).encode()


def erase(session: Session, konto: Angemeldet, now: datetime) -> None:
    """Art. 17 GDPR. The trail keeps the number of the account, which then names nobody."""
    if konto.betrachter.has(Rolle.ADMINISTRATION) and not personen.other_administrators(
        session, konto.konto_id
    ):
        raise VoraussetzungFehlt(
            "Sie sind die einzige Person in der Administration. Geben Sie die Rolle zuerst jemand "
            "anderem: katalog konto anlegen ADRESSE --rolle administration",
            ["eine weitere Person in der Administration"],
        )
    personen.erase(session, konto.konto_id, now)
    record(session, "konto_geloescht", "konto", konto.konto_id, konto_id=konto.konto_id)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
