"""The jobs: the index follows the database, mails are sent, entries sealed, pages looked after."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import ClassVar

from importers.download_visit import Visitor, policy_of_visits
from katalog import indexing, journal, linkcheck, outbox, saved_searches
from katalog.db import Engine
from katalog.discovery import Suche
from katalog.indexing import Index
from katalog.models.grundlage import now
from katalog.settings import MAIL_FOLDER, Settings
from katalog.web.portal import open_index
from katalog.web.remembered import find_in
from katalog.worker import daily
from katalog.worker.postfach import Postabholer
from katalog.worker.running import Job

# Seconds until the index itself is looked at: it may be gone, or the day may have changed.
_LOOK = 10.0
# Between two rounds of looking at stated pages, in which no server is asked twice.
PAUSE_BETWEEN_ROUNDS = 30.0
# Until the next round, if nobody answered in this one.
_OUTAGE_PAUSE = 3600.0


@dataclass(slots=True)
class IndexKeeper:
    name: ClassVar[str] = "index"
    complaint: ClassVar[str] = "Der Suchindex folgt der Datenbank gerade nicht"
    engine: Engine
    index: Index
    today: Callable[[], date]
    _looked: float = float("-inf")

    def work(self) -> bool:
        moment = time.monotonic()
        if moment - self._looked < _LOOK and not indexing.is_behind(self.engine):
            return False
        done = indexing.keep_up(self.engine, self.index, self.today())
        # Only when it went well: an index that could not be built is looked at again.
        self._looked = moment
        return done > 0


@dataclass(slots=True)
class Postbote:
    name: ClassVar[str] = "post"
    complaint: ClassVar[str] = "Mails lassen sich gerade nicht übergeben"
    engine: Engine
    transport: outbox.Transport
    absender: outbox.Absender

    def work(self) -> bool:
        if outbox.deliver_next(self.engine, self.transport, self.absender, now()):
            return True
        self.transport.close()
        return False


@dataclass(slots=True)
class Sealer:
    name: ClassVar[str] = "protokoll"
    complaint: ClassVar[str] = "Das Protokoll lässt sich gerade nicht versiegeln"
    engine: Engine

    def work(self) -> bool:
        return journal.seal_next(self.engine)


@dataclass(slots=True)
class Linkpruefer:
    """One page with each step, so that nobody who ends the worker waits for a whole round."""

    name: ClassVar[str] = "links"
    complaint: ClassVar[str] = "Angegebene Seiten lassen sich gerade nicht prüfen"
    engine: Engine
    look: linkcheck.Look
    per_day: int
    basis_url: str
    today: Callable[[], date]
    _round: linkcheck.Asking | None = None
    _again: float = float("-inf")
    _listed: date | None = None

    def work(self) -> bool:
        if self._round is None and time.monotonic() < self._again:
            return False
        going, self._round = self._round or self._begin(), None
        try:
            next(going)
        except StopIteration as end:
            pause = _OUTAGE_PAUSE if end.value.ausfall else PAUSE_BETWEEN_ROUNDS
            self._again = time.monotonic() + pause
            return False
        self._round = going
        return True

    def _begin(self) -> linkcheck.Asking:
        today = self.today()
        if self._listed != today:
            linkcheck.list_addresses(self.engine, today, now())
            self._listed = today
        return linkcheck.go_round(
            self.engine, self.look, self.per_day, self.basis_url, today, now()
        )


def all_jobs(engine: Engine, settings: Settings) -> list[Job]:
    basis_url = settings.basis_url.rstrip("/")
    jobs: list[Job] = [
        IndexKeeper(engine, open_index(settings), settings.today),
        Postbote(engine, open_transport(settings), outbox.read_absender(settings.mail_sender)),
        Sealer(engine),
        daily.keep_register(engine, settings.today),
        daily.ask_to_confirm(engine, basis_url, settings.today),
        daily.remind_of_dates(engine, basis_url, settings.erinnerungen, settings.today),
        daily.warn_of_tokens(engine, basis_url),
        daily.tell_of_searches(
            engine, open_find(settings), basis_url, settings.geheimnis, settings.today
        ),
        daily.tidy_up(engine),
    ]
    if adresse := settings.postfach:
        jobs.append(Postabholer(engine, adresse, settings.today))
    if per_day := settings.links_per_day:
        jobs.append(Linkpruefer(engine, open_look(settings), per_day, basis_url, settings.today))
    return jobs


def open_find(settings: Settings) -> saved_searches.Find:
    """Asks the search engine as pages do, each time for what one address shows."""
    return partial(find_in, Suche(open_index(settings).engine))


def open_look(settings: Settings) -> linkcheck.Look:
    return partial(linkcheck.look, Visitor(policy_of_visits(settings.basis_url)))


def open_transport(settings: Settings) -> outbox.Transport:
    server = settings.mailserver
    return outbox.SmtpTransport(server) if server else outbox.FolderTransport(MAIL_FOLDER)
