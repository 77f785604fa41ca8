"""What comes with each day: the register follows the calendar, bodies are asked, old rows go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from katalog import retention, saved_searches, workflow
from katalog.accounts import zugriffstoken
from katalog.db import Engine, reading, writing
from katalog.models.grundlage import now
from katalog.participation import erinnerung


@dataclass(slots=True)
class Daily:
    """Once for each day, and once after each start: then nothing is missed.

    A step of `task` says whether it did something; then there may be more.
    """

    name: str
    complaint: str
    task: Callable[[date], bool]
    today: Callable[[], date]
    _done: date | None = None

    def work(self) -> bool:
        today = self.today()
        if self._done == today:
            return False
        if self.task(today):
            return True
        self._done = today
        return False


def keep_register(engine: Engine, today: Callable[[], date]) -> Daily:
    def follow(day: date) -> bool:
        with reading(engine) as session:
            behind = workflow.is_behind_calendar(session, day)
        if behind:
            with writing(engine) as session:
                workflow.follow_calendar(session, day)
        return behind

    return Daily("tageswechsel", "Das Verzeichnis folgt dem Kalender gerade nicht", follow, today)


def ask_to_confirm(engine: Engine, basis_url: str, today: Callable[[], date]) -> Daily:
    def ask(day: date) -> bool:
        with writing(engine) as session:
            return erinnerung.remind_some(session, day, basis_url) > 0

    return Daily("erinnerungen", "Erinnerungen lassen sich gerade nicht schreiben", ask, today)


def remind_of_dates(
    engine: Engine, basis_url: str, stufen: tuple[int, ...], today: Callable[[], date]
) -> Daily:
    def remind(day: date) -> bool:
        return workflow.remind(engine, day, basis_url, stufen) > 0

    return Daily("fristen", "An Termine lässt sich gerade nicht erinnern", remind, today)


def warn_of_tokens(engine: Engine, basis_url: str) -> Daily:
    """By the clock, like the tokens themselves."""

    def warn(_day: date) -> bool:
        with writing(engine) as session:
            return zugriffstoken.warn_some(session, now(), basis_url) > 0

    return Daily(
        "zugriffstoken",
        "An ablaufende Zugriffstoken lässt sich gerade nicht erinnern",
        warn,
        lambda: now().date(),
    )


def tell_of_searches(
    engine: Engine,
    find: saved_searches.Find,
    basis_url: str,
    key: str,
    today: Callable[[], date],
) -> Daily:
    def tell(day: date) -> bool:
        return saved_searches.tell_next(engine, find, day, basis_url, key)

    return Daily("suchen", "Gemerkte Suchen lassen sich gerade nicht wiederholen", tell, today)


def tidy_up(engine: Engine) -> Daily:
    """By the clock and not by a day set for training."""

    def tidy(_day: date) -> bool:
        return any(retention.tidy(engine, now()).values())

    return Daily(
        "aufbewahrung",
        "Was nicht aufzubewahren ist, lässt sich gerade nicht löschen",
        tidy,
        lambda: now().date(),
    )
