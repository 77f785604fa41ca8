"""What a file says of itself: what was chosen, when, where to have it again, whose data it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias, TypeVar

from katalog.domain.kalender import format_datum
from katalog.queries.herkunftsliste import Quellenangabe

T = TypeVar("T")

# Rows as they are loaded: a piece of the file is made of each batch, and then forgotten.
Batches: TypeAlias = Iterable[list[T]]
Pieces: TypeAlias = Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Anlass:
    """Where and when the file is made, and who answers for it."""

    basis_url: str
    herausgeber: str
    erstellt: datetime

    @property
    def heute(self) -> date:
        return self.erstellt.date()


@dataclass(frozen=True, slots=True)
class Kopf:
    """`erstellt` is a moment in the time zone in which people read the file."""

    titel: str
    auswahl: tuple[str, ...]
    adresse: str
    erstellt: datetime
    gesamt: int
    quellen: tuple[Quellenangabe, ...]
    herausgeber: str
    basis_url: str

    @property
    def auswahl_text(self) -> str:
        return ", ".join(self.auswahl) or "alles"

    def adresse_als(self, ausgabeformat: str) -> str:
        return f"{self.adresse}{'&' if '?' in self.adresse else '?'}format={ausgabeformat}"

    @property
    def erstellt_text(self) -> str:
        return f"{format_datum(self.erstellt.date())}, {self.erstellt:%H:%M} Uhr"


def stand_of(quelle: Quellenangabe) -> str:
    return format_datum(quelle.stand) if quelle.stand else quelle.stand_text


def describe(quelle: Quellenangabe) -> str:
    """ "BKG VG250 (Stand 01.01.2016, Lizenz GeoNutzV)"."""
    stand = stand_of(quelle)
    facts = [f"Stand {stand}" if stand else "", f"Lizenz: {quelle.lizenz}" if quelle.lizenz else ""]
    said = ", ".join(filter(None, facts))
    return f"{quelle.titel} ({said})" if said else quelle.titel
