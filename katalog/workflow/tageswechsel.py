"""What a new day changes without anybody's doing: a pause announced for later has begun.

Ends of contracts need none of this: they are dates in every question that is asked.
"""

from __future__ import annotations

from datetime import date

from katalog.db import Session
from katalog.domain.einsatz import confirm_again
from katalog.domain.registerbild import show_in_register
from katalog.journal import record
from katalog.queries import faelle, faelle_register


def is_behind_calendar(session: Session, today: date) -> bool:
    return bool(faelle_register.pauses_begun(session, today))


def follow_calendar(session: Session, today: date) -> int:
    """How many cases the register had to catch up with. May be asked as often as one likes."""
    waiting = faelle_register.pauses_begun(session, today)
    faelle.lock_rows(session, waiting)
    for vorgang in faelle.load(session, waiting, today):
        faelle_register.follow_in_register(
            session,
            vorgang.row,
            show_in_register(vorgang.fall, today),
            own_word=None,
            konto_id=None,
            today=today,
            due=confirm_again(today),
        )
        record(session, "vorgang_folgt_kalender", "nachnutzung", vorgang.id)
    return len(waiting)
