"""The mailbox of a coordinating body, fetched: each mail kept and committed, and only then marked.

Whoever dies in between fetches the same mail again, and the list of mails knows it already.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from importers.mail import LARGEST_MAIL, Maildatei, read_mail, unreadable
from importers.postfach import Fund, Zugang, open_mailbox
from importers.records import Unlesbar
from katalog import workflow
from katalog.db import Engine, reading, writing
from katalog.domain.eingang import Eingangsstatus, Eingangsweg
from katalog.domain.mailserver import Postfachadresse

# Seconds between two looks into the mailbox.
_PAUSE = 60.0
_TOO_LARGE = f"Die Mail ist größer als {LARGEST_MAIL // 1024 // 1024} MB."
NEU, ABGELEGT, BEKANNT, UNLESBAR = "neu", "abgelegt", "bekannt", "unlesbar"


def collect(engine: Engine, adresse: Postfachadresse, today: date) -> Counter[str]:
    """How many mails came, and what became of them; `importers.postfach.Unerreichbar` passes."""
    with reading(engine) as session:
        owner = workflow.find_mailbox_owner(session, adresse.stelle)
    counts: Counter[str] = Counter()
    with open_mailbox(_access(adresse)) as mailbox:
        for fund in mailbox.fetch_new():
            counts[_take(engine, owner, fund, today)] += 1
            mailbox.mark_done(fund)
    return counts


def check(engine: Engine, adresse: Postfachadresse, timeout: float) -> int:
    """How many mails wait to be fetched; whatever would keep them there is raised as above."""
    with reading(engine) as session:
        workflow.find_mailbox_owner(session, adresse.stelle)
    with open_mailbox(_access(adresse), timeout) as mailbox:
        return mailbox.count_new()


@dataclass(slots=True)
class Postabholer:
    name: ClassVar[str] = "postfach"
    complaint: ClassVar[str] = "Das Postfach lässt sich gerade nicht abholen"
    engine: Engine
    adresse: Postfachadresse
    today: Callable[[], date]
    _again: float = float("-inf")

    def work(self) -> bool:
        """One visit at a time; what comes meanwhile waits for the next."""
        if time.monotonic() < self._again:
            return False
        collect(self.engine, self.adresse, self.today())
        self._again = time.monotonic() + _PAUSE
        return False


def _take(engine: Engine, owner: int, fund: Fund, today: date) -> str:
    mail, readable = _read(fund)
    data = fund.inhalt if readable else None
    with writing(engine) as session:
        came = workflow.receive(session, owner, Eingangsweg.POSTFACH, mail, data, today)
    if not came.neu:
        return BEKANNT
    if not readable:
        return UNLESBAR
    return NEU if came.status is Eingangsstatus.OFFEN else ABGELEGT


def _read(fund: Fund) -> tuple[Maildatei, bool]:
    if fund.inhalt is None:
        return unreadable(fund.kennung, _TOO_LARGE), False
    try:
        return read_mail(fund.inhalt), True
    except Unlesbar as error:
        return unreadable(fund.kennung, str(error)), False


def _access(adresse: Postfachadresse) -> Zugang:
    return Zugang(
        host=adresse.host,
        port=adresse.port,
        name=adresse.name,
        kennwort=adresse.kennwort,
        ordner=adresse.ordner,
        erledigt=adresse.erledigt,
        tls=adresse.tls,
        starttls=adresse.starttls,
    )
