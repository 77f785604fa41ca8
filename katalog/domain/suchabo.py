"""When somebody is told of a search, and what is new in it since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from katalog.domain.begriffe import Begriff, Objektart

LONGEST_NAME = 120
# Longer ones fit into no index; an address that somebody chose by hand is far from it.
LONGEST_ADDRESS = 2000
MOST_SEARCHES = 20

# What a search finds: the numbers of things, by their kind.
Funde = Mapping[Objektart, Sequence[int]]


class Rhythmus(Begriff):
    TAEGLICH = "taeglich", "täglich"
    WOECHENTLICH = "woechentlich", "wöchentlich, am Montag"
    KEINE = "keine", "keine Mail"


# Those in which mails are written.
MAILED = (Rhythmus.TAEGLICH, Rhythmus.WOECHENTLICH)


def due_before(rhythmus: Rhythmus, today: date) -> date:
    """A search that was last looked at before this day is to be looked at again.

    A fixed day of the week brings all searches of one person into one mail, whenever each of
    them was remembered; and what an outage held up is due on whatever day it ends.
    """
    if rhythmus is Rhythmus.WOECHENTLICH:
        return today - timedelta(days=today.weekday())
    return today


@dataclass(frozen=True, slots=True)
class Neues:
    """`dazu` and `weg` by kind, in the order in which they were found."""

    dazu: Funde
    weg: Funde

    @property
    def anzahl_dazu(self) -> int:
        return sum(map(len, self.dazu.values()))

    @property
    def anzahl_weg(self) -> int:
        return sum(map(len, self.weg.values()))

    def __bool__(self) -> bool:
        return bool(self.anzahl_dazu or self.anzahl_weg)


def compare_finds(before: Funde, now: Funde) -> Neues:
    return Neues(_without(now, before), _without(before, now))


def _without(these: Funde, those: Funde) -> Funde:
    left = {
        typ: [number for number in numbers if number not in known]
        for typ, numbers in these.items()
        for known in [set(those.get(typ, ()))]
    }
    return {typ: numbers for typ, numbers in left.items() if numbers}
