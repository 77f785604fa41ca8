"""Which days of a case are brought to mind, to which side of it, and how long before.

A day is brought to mind at a few steps before it (30, 14 and 3 days). What an outage kept is made
up for once: only the step that is nearest now is said, never all that were missed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from katalog.domain.begriffe import Begriff


class Terminart(Begriff):
    """A day in a case on which something is still to happen."""

    WUNSCHTERMIN = "wunschtermin", "Wunschtermin"
    PRODUKTIVSETZUNG = "produktivsetzung", "Produktivsetzung gemeldet zum"
    WIEDERAUFNAHME = "wiederaufnahme", "Wiederaufnahme geplant"
    ABMELDUNG = "abmeldung", "Wiedervorlage der Abmeldung"
    ENTKOPPLUNG = "entkopplung", "Entkopplung vereinbart für"
    ENDE = "ende", "Ende der Nutzung"
    EINSTELLUNG = "einstellung", "Onlinedienst wird eingestellt zum"
    BEDINGUNGEN = "bedingungen", "Neue Bedingungen annehmen bis"
    WIEDERVORLAGE = "wiedervorlage", "Wiedervorlage"


class Adressat(Begriff):
    """Who is to be told: both sides of a case, or the one person who asked for it."""

    KOMMUNE = "kommune", "Kommune"
    KOORDINIERUNG = "koordinierung", "Koordinierende Stelle"
    PERSON = "person", "wer die Wiedervorlage angelegt hat"


# A wish binds nobody, so nobody is reminded of it. New terms and the end of an assistant are for
# the body to react to; the other side has announced them itself.
ADRESSATEN: dict[Terminart, frozenset[Adressat]] = {
    Terminart.WUNSCHTERMIN: frozenset(),
    Terminart.PRODUKTIVSETZUNG: frozenset({Adressat.KOMMUNE, Adressat.KOORDINIERUNG}),
    Terminart.WIEDERAUFNAHME: frozenset({Adressat.KOMMUNE, Adressat.KOORDINIERUNG}),
    Terminart.ABMELDUNG: frozenset({Adressat.KOMMUNE, Adressat.KOORDINIERUNG}),
    Terminart.ENTKOPPLUNG: frozenset({Adressat.KOMMUNE, Adressat.KOORDINIERUNG}),
    Terminart.ENDE: frozenset({Adressat.KOMMUNE, Adressat.KOORDINIERUNG}),
    Terminart.EINSTELLUNG: frozenset({Adressat.KOMMUNE}),
    Terminart.BEDINGUNGEN: frozenset({Adressat.KOMMUNE}),
    Terminart.WIEDERVORLAGE: frozenset({Adressat.PERSON}),
}

# How long after its day a date is still brought to mind, if an outage lay over it.
_LATEST = 14


@dataclass(frozen=True, slots=True)
class Faelligkeit:
    """`schluessel` tells it apart from others of its kind in the same case, for as long as it is
    the same thing; moved to another day it is a new one."""

    art: Terminart
    am: date
    schluessel: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Erinnerung:
    faelligkeit: Faelligkeit
    stufe: int

    @property
    def marke(self) -> tuple[str, date, int]:
        """What is noted when it has been said, so that it never is again."""
        return self.faelligkeit.schluessel, self.faelligkeit.am, self.stufe


def choose_reminders(
    faelligkeiten: Iterable[Faelligkeit],
    today: date,
    stufen: Sequence[int],
    gesagt: Collection[tuple[str, date, int]],
) -> Iterator[Erinnerung]:
    """`gesagt` are the marks of what has been said before."""
    for each in faelligkeiten:
        stufe = find_stufe(each, today, stufen) if ADRESSATEN[each.art] else None
        if stufe is not None and (found := Erinnerung(each, stufe)).marke not in gesagt:
            yield found


def find_stufe(faelligkeit: Faelligkeit, today: date, stufen: Sequence[int]) -> int | None:
    """The nearest step that has been reached; without steps nobody is reminded of anything. A
    Wiedervorlage is for its day: whoever asked to be told then has chosen the distance already."""
    left = (faelligkeit.am - today).days
    if not stufen or left < -_LATEST:
        return None
    offered = (0,) if faelligkeit.art is Terminart.WIEDERVORLAGE else stufen
    return min((stufe for stufe in offered if stufe >= left), default=None)
