"""What a run did and found, in the words in which people read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from importers.records import Fault, Hinweis
from katalog.domain.begriffe import Befundart
from katalog.domain.herkunft import same
from katalog.queries.quellsaetze import show

# As the columns of the table of findings.
_LENGTHS = {"objekt": 300, "stelle": 300, "wert": 1000, "alt": 1000, "ursache": 1000}
_LENGTHS |= {"abhilfe": 1000}


@dataclass(frozen=True, slots=True)
class Befund:
    art: Befundart
    objekt: str = ""
    zeile: int | None = None
    stelle: str = ""
    wert: str = ""
    alt: str = ""
    ursache: str = ""
    abhilfe: str = ""

    def row(self) -> dict[str, Any]:
        values: dict[str, Any] = {"art": self.art, "zeile": self.zeile}
        for name, length in _LENGTHS.items():
            text = _storable(getattr(self, name))
            values[name] = text if len(text) <= length else f"{text[: length - 1]}…"
        return values


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


@dataclass(slots=True)
class Zahlen:
    """How many records of a kind: each one that was read is in exactly one of the first five."""

    neu: int = 0
    geaendert: int = 0
    unveraendert: int = 0
    abgelehnt: int = 0
    doppelt: int = 0
    entfallen: int = 0

    def add(self, other: Zahlen) -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def as_dict(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def aenderungen(self) -> int:
        return self.neu + self.geaendert + self.entfallen


def _every_one(_art: Befundart) -> bool:
    return True


@dataclass(slots=True)
class Report:
    """`tell` gets every finding as it comes up; by default they are kept here.

    `wants` says whether findings of a kind are still taken: to name a hundred thousand new things
    that nobody will list takes longer than to write them.
    """

    zahlen: dict[str, Zahlen] = field(default_factory=dict)
    befunde: list[Befund] = field(default_factory=list)
    tell: Callable[[Befund], None] | None = None
    wants: Callable[[Befundart], bool] = _every_one
    unsaid: int = 0

    def count(self, label: str) -> Zahlen:
        return self.zahlen.setdefault(label, Zahlen())

    def say(self, befund: Befund) -> None:
        if self.tell is None:
            self.befunde.append(befund)
        else:
            self.tell(befund)

    @property
    def total(self) -> Zahlen:
        total = Zahlen()
        for zahlen in self.zahlen.values():
            total.add(zahlen)
        return total

    def befunde_der(self, art: Befundart) -> list[Befund]:
        return [befund for befund in self.befunde if befund.art is art]

    @property
    def faults(self) -> list[str]:
        return [
            f"{befund.objekt}: {befund.ursache}" for befund in self.befunde_der(Befundart.ABGELEHNT)
        ]


def of_reader(outcome: Fault | Hinweis, source: str) -> Befund:
    art = Befundart.ABGELEHNT if isinstance(outcome, Fault) else Befundart.HINWEIS
    return Befund(
        art=art,
        objekt=source,
        zeile=outcome.zeile,
        stelle=outcome.stelle,
        wert=outcome.wert,
        ursache=outcome.ursache,
        abhilfe=outcome.abhilfe,
    )


def of_change(
    objekt: str, old: Mapping[str, Any], new: Mapping[str, Any], silent: frozenset[str]
) -> list[Befund]:
    """One finding per field, old → new. Who says it now matters where nothing else changed."""
    changed = [
        feld
        for feld in dict.fromkeys((*old, *new))
        if feld not in silent and not same(old.get(feld), new.get(feld))
    ]
    if len(changed) > 1 and "quelle" in changed:
        changed.remove("quelle")
    return [
        Befund(
            Befundart.GEAENDERT,
            objekt,
            stelle=feld,
            alt=show(old.get(feld)),
            wert=show(new.get(feld)),
        )
        for feld in changed
    ]
