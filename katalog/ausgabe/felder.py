"""Fields as data: JSON objects, columns of tables and their documentation come from one list.

A field has a name for machines, a title for people, and says what a row's value is. Texts that
mean "not stated" are None, so that a reader has one case to think of. Rows know nothing of where
the portal stands; `Pfad` marks the addresses within it, which `satz` makes absolute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Self, TypeAlias, TypeVar

from katalog.db import Session
from katalog.domain.begriffe import Begriff, Datumsgenauigkeit
from katalog.domain.rollen import Betrachter
from katalog.queries.provenance import Angabe

T = TypeVar("T")

# Between the values of a list: it occurs in none of them.
_BETWEEN = " | "

Wert: TypeAlias = str | int | float | bool | date | datetime | Sequence[str] | None
Satz: TypeAlias = dict[str, Wert]
Punkt: TypeAlias = tuple[float, float]


class Pfad(str):
    """The address of a page within the portal, beginning with a slash."""

    __slots__ = ()


class Wort(str):
    """A value of an open list, with the label that people read in its place."""

    __slots__ = ("label",)
    label: str

    def __new__(cls, wert: str, label: str) -> Self:
        word = super().__new__(cls, wert)
        word.label = label
        return word


@dataclass(frozen=True, slots=True)
class Feld(Generic[T]):
    """`inhalt` says what to expect, in the words of the documentation; `woerter` what can come."""

    name: str
    titel: str
    inhalt: str
    wert: Callable[[T], Wert]
    woerter: type[Begriff] | None = None


@dataclass(frozen=True, slots=True)
class Gegenstand(Generic[T]):
    """A kind of thing that can be listed: rows of `model`, loaded in the order of their ids.

    `model` is what has a source; None for rows that people write in the portal itself.

    `datei` begins the names of files. `schluessel` tells a row from all others of its kind, for
    ever; `bezeichnung` is what people call it, and the fields `kurz` are what they ask first.
    `punkt` is where a row lies, as (longitude, latitude), for kinds that lie somewhere.
    """

    name: str
    titel: str
    datei: str
    model: Any
    felder: tuple[Feld[T], ...]
    load: Callable[[Session, Sequence[int], Betrachter, date], list[T]]
    schluessel: Callable[[T], str]
    bezeichnung: Callable[[T], str]
    kurz: tuple[str, ...]
    punkt: Callable[[T], Punkt | None] | None = None

    def satz(self, row: T, basis_url: str) -> Satz:
        """The row as names and values, in the order of the fields."""
        return {feld.name: _read(feld.wert(row), basis_url) for feld in self.felder}


def _read(wert: Wert, basis_url: str) -> Wert:
    match wert:
        case Pfad():
            return basis_url + wert
        case "":
            return None
        case _:
            return wert


def point_of(lat: float | None, lon: float | None) -> Punkt | None:
    return None if lat is None or lon is None else (lon, lat)


def as_text(wert: Wert) -> str:
    """As people read it: labels in place of values, lists in one line."""
    match wert:
        case None:
            return ""
        case bool():
            return "ja" if wert else "nein"
        case str():
            return wert.label if isinstance(wert, Begriff | Wort) else wert
        case int() | float() | date():
            return str(wert)
        case _:
            return _BETWEEN.join(map(as_text, wert))


# Fields that all kinds have -------------------------------------------------------------------


def closing_fields(
    pfad: Callable[[T], str],
    quelle: Callable[[T], Angabe | None],
    geaendert_am: Callable[[T], datetime],
) -> tuple[Feld[T], ...]:
    """Where the thing is to be read, and whose word it is: the last columns of every table."""
    return (
        Feld("url", "Seite im Katalog", "Adresse", lambda row: Pfad(pfad(row))),
        Feld("quelle", "Quelle", "Text", lambda row: _of(quelle(row), lambda a: a.titel)),
        Feld(
            "stand",
            "Stand der Quelle",
            "Tag, oder Text, wo die Quelle nur das Jahr nennt",
            lambda row: _of(quelle(row), lambda a: a.stand or a.stand_text),
        ),
        Feld(
            "lizenz", "Lizenz der Quelle", "Text", lambda row: _of(quelle(row), lambda a: a.lizenz)
        ),
        Feld(
            "geaendert_am",
            "Im Katalog geändert am",
            "Zeitpunkt",
            geaendert_am,
        ),
    )


def _of(angabe: Angabe | None, value: Callable[[Angabe], Any]) -> Wert:
    wert: Wert = None if angabe is None else value(angabe)
    return wert


def known_date(value: date | None, precision: Datumsgenauigkeit | None) -> Wert:
    """As much of a day as its source gave: 2024, 2024-08 or the day itself."""
    match precision:
        case None:
            return value
        case Datumsgenauigkeit.JAHR:
            return f"{value:%Y}"
        case Datumsgenauigkeit.MONAT:
            return f"{value:%Y-%m}"
        case Datumsgenauigkeit.TAG:
            return value
