"""Forgets what need not be kept, by the rules in `queries/aufbewahrung.py`.

Every part of the work stands for itself: whoever is interrupted goes on the next time. The trail
says how much of what went, and its own beginning is cut off so that the rest can still be verified.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from katalog import journal
from katalog.db import Engine, Session, writing
from katalog.journal import record
from katalog.queries import aufbewahrung
from katalog.queries.aufbewahrung import PROTOKOLL_TAGE, REGELN

PROTOKOLL = "protokoll"
# As people read it: what, how long, what then.
FRISTEN = (
    *((rule.was, rule.frist, rule.folge) for rule in REGELN),
    (
        "Einträge im Protokoll",
        f"{PROTOKOLL_TAGE} Tage nach dem Eintrag",
        "gelöscht; der Rest bleibt prüfbar",
    ),
)


def preview(session: Session, now: datetime) -> dict[str, int]:
    """How much each rule would take hold of, by its `kennung`; nothing changes."""
    counts = {rule.kennung: aufbewahrung.count_due(session, rule, now) for rule in REGELN}
    return counts | {PROTOKOLL: journal.count_sealed_before(session, _trail_ends(now))}


def tidy(engine: Engine, now: datetime) -> dict[str, int]:
    counts = {}
    for rule in REGELN:
        total = 0
        while True:
            with writing(engine) as session:
                done = aufbewahrung.apply_some(session, rule, now)
            if not done:
                break
            total += done
        counts[rule.kennung] = total
    counts[PROTOKOLL] = journal.cut_before(engine, _trail_ends(now))
    if any(counts.values()):
        with writing(engine) as session:
            record(session, "aufgeraeumt", "", None, {k: n for k, n in counts.items() if n})
    return counts


def _trail_ends(now: datetime) -> datetime:
    return now - timedelta(days=PROTOKOLL_TAGE)
