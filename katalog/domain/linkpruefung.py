"""Whether pages that are stated are still there: what one look says, and what several of them do.

One failure says little: a server is being repaired, or the way to it is. What is shown and asked
about has failed several times on different days, and it never changes what somebody stated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from katalog.domain.begriffe import Begriff

MARKED_AFTER = 3
_MARKED_DAYS = 2
_AGAIN = timedelta(days=1)
_STILL_GONE = timedelta(days=7)
_FINE = timedelta(days=14)
_NOT_TO_BE_ASKED = timedelta(days=30)


class Linkbefund(Begriff):
    OFFEN = "offen", "noch nicht geprüft"
    ERREICHBAR = "erreichbar", "erreichbar"
    FEHLT = "fehlt", "nicht gefunden"
    GESTOERT = "gestoert", "Fehler des Servers"
    STUMM = "stumm", "keine Antwort"
    UNGEPRUEFT = "ungeprueft", "lässt sich nicht prüfen"


FAILURES = frozenset({Linkbefund.FEHLT, Linkbefund.GESTOERT, Linkbefund.STUMM})


@dataclass(frozen=True, slots=True)
class Verlauf:
    """`seit` is the day of the first failure since the page was last reached."""

    fehlversuche: int = 0
    seit: date | None = None
    nicht_erreichbar_am: date | None = None
    """Set while the page counts as gone: the day it was last looked for."""


@dataclass(frozen=True, slots=True)
class Besuch:
    """`meldung` says in a few words what was found, for whoever looks after the address."""

    befund: Linkbefund
    meldung: str = ""


def go_on(before: Verlauf, befund: Linkbefund, today: date) -> Verlauf:
    """What may not be asked for says nothing, and changes nothing."""
    if befund is Linkbefund.ERREICHBAR:
        return Verlauf()
    if befund not in FAILURES:
        return before
    since, count = before.seit or today, before.fehlversuche + 1
    gone = count >= MARKED_AFTER and (today - since).days >= _MARKED_DAYS
    return Verlauf(count, since, today if gone else None)


def wait_after(befund: Linkbefund, verlauf: Verlauf) -> timedelta:
    if befund is Linkbefund.ERREICHBAR:
        return _FINE
    if befund not in FAILURES:
        return _NOT_TO_BE_ASKED
    return _STILL_GONE if verlauf.nicht_erreichbar_am else _AGAIN


def is_our_outage(befunde: Iterable[Linkbefund]) -> bool:
    """Silence counts only while more hosts answer: several that are silent at once are our line."""
    found = list(befunde)
    silent = found.count(Linkbefund.STUMM)
    answering = sum(each not in {Linkbefund.STUMM, Linkbefund.UNGEPRUEFT} for each in found)
    return silent > 0 and answering <= silent
