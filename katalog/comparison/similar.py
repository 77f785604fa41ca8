"""Alternatives to an assistant, each with the reason why it is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from katalog.comparison.next_step import ENDING
from katalog.db import Session
from katalog.domain.rollen import Betrachter
from katalog.queries import aehnliche, dienste, einsaetze
from katalog.queries.aehnliche import Verwandt, Verwandtschaft
from katalog.queries.dienste import DienstZeile
from search.woerter import load, stems_of

_MOST = 6
# Enough to find the most used ones among; a service with more assistants has them in a list.
_MOST_COUNTED = 40
# Every third name has one of these; what two names share must be their subject.
_EVERYWHERE = frozenset(stems_of("Demo Beispiel Portal Service Dienst Assistent Plattform"))
_REASONS = {
    Verwandtschaft.LEISTUNG: "für dieselbe Leistung",
    Verwandtschaft.OZG_LEISTUNG: "für dieselbe OZG-Leistung",
    Verwandtschaft.THEMENFELD: "ähnlicher Name im selben Themenfeld",
}


@dataclass(frozen=True, slots=True)
class Alternative:
    zeile: DienstZeile
    grund: str
    nutzer: int


def find_similar(
    session: Session, zeile: DienstZeile, viewer: Betrachter, today: date
) -> list[Alternative]:
    """The same service first, then the same OZG service, then the subject.

    Among equals the most used comes first, and last what nobody should begin with any more.
    """
    number = zeile.dienst.id
    assert number is not None
    found = aehnliche.related(session, number, zeile.dienst.themenfeld_id)
    fitting = _of_the_same_subject(zeile.dienst.name, found)[:_MOST_COUNTED]
    users = einsaetze.count_users(session, [other.id for other in fitting], viewer, today)
    best = sorted(fitting, key=_most_used_first(users))[:_MOST]
    rows = dienste.by_ids(session, [other.id for other in best])
    return [
        Alternative(row, _REASONS[other.naehe], users.get(other.id, 0))
        for other, row in zip(best, rows, strict=True)
    ]


def _most_used_first(users: dict[int, int]) -> Callable[[Verwandt], tuple[int, bool, int]]:
    """The sort is stable: equals stay in the order of their names."""
    return lambda other: (other.naehe, other.status in ENDING, -users.get(other.id, 0))


def _of_the_same_subject(name: str, found: Sequence[Verwandt]) -> list[Verwandt]:
    """A Themenfeld alone is no reason: the names must share a word that is more than "Antrag"."""
    subject = _subject(name)
    return [
        other
        for other in found
        if other.naehe is not Verwandtschaft.THEMENFELD or subject & _subject(other.name)
    ]


# Two hundred names of a Themenfeld are read for every page, and hardly ever change.
@lru_cache(maxsize=10_000)
def _subject(name: str) -> frozenset[str]:
    lists = load()
    words = {word for word in stems_of(name) if len(word) > 3}
    return frozenset(words - lists.taetigkeiten - lists.stopp - _EVERYWHERE)
