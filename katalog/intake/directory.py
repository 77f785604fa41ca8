"""Public keys to database ids while records are taken over, and what is to be reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from katalog.db import Session
from katalog.domain.begriffe import Datumsgenauigkeit
from katalog.domain.errors import UngueltigeEingabe
from katalog.queries import keys
from katalog.queries.upsert import Changes, Model, Row, fitted

E = TypeVar("E", bound=StrEnum)
R = TypeVar("R")


class Unplaceable(Exception):
    """This one record cannot be taken over; the message says why."""


@dataclass(slots=True)
class Report:
    changes: dict[str, Changes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def count(self, kind: str, changes: Changes) -> None:
        self.changes.setdefault(kind, Changes()).__iadd__(changes)

    @property
    def total(self) -> Changes:
        total = Changes()
        for changes in self.changes.values():
            total += changes
        return total


class Directory:
    """Maps are read when first asked for and forgotten when their table was written."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.report = Report()
        self._maps: dict[str, dict[str, int]] = {}

    def find(self, kind: str, key: str) -> int | None:
        """The id for a key, None for an empty key; an unknown key makes the record unplaceable."""
        if not key:
            return None
        if kind not in self._maps:
            self._maps[kind] = keys.READERS[kind](self.session)
        found = self._maps[kind].get(key)
        if found is None:
            raise Unplaceable(f"{kind} „{key}“ ist nicht bekannt")
        return found

    def require(self, kind: str, key: str) -> int:
        found = self.find(kind, key)
        if found is None:
            raise Unplaceable(f"{kind} fehlt")
        return found

    def stelle(self, key: str) -> int | None:
        """A body is named by its `kennung`, or by the ARS of its area."""
        return self.find("stelle_ars" if key.isdigit() else "stelle", key)

    def land(self, short: str) -> int | None:
        return self.find("land", short)

    def forget(self, *kinds: str) -> None:
        for kind in kinds:
            self._maps.pop(kind, None)

    def place(
        self, records: Iterable[R], name: Callable[[R], str], build: Callable[[R], None]
    ) -> None:
        """Build each record; one that cannot be placed is reported and costs only itself."""
        for record in records:
            try:
                build(record)
            except (Unplaceable, UngueltigeEingabe, ValueError) as error:
                self.report.faults.append(f"{name(record)}: {error}")


def parts(model: Model, rows: Iterable[Row], *unique: str) -> list[Row]:
    """Rows that belong to one record. What is named twice is one, unless the two contradict."""
    checked = [fitted(model, row) for row in rows]
    seen: dict[tuple[object, ...], Row] = {}
    for row in checked if unique else ():
        twin = seen.setdefault(tuple(row[name] for name in unique), row)
        if twin != row:
            named = ", ".join(str(row[name]) for name in unique)
            raise Unplaceable(f"„{named}“ steht zweimal da, mit verschiedenen Angaben")
    return checked


def ordered(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        raise Unplaceable(f"das Ende {last} liegt vor dem Anfang {first}")


def one_of(vocabulary: type[E], value: str) -> E:
    if value not in set(vocabulary):
        possible = ", ".join(vocabulary)
        raise Unplaceable(f"„{value}“ ist kein {vocabulary.__name__}; möglich sind {possible}")
    return vocabulary(value)


def perhaps(vocabulary: type[E], value: str) -> E | None:
    return one_of(vocabulary, value) if value else None


def partial_date(text: str) -> tuple[date | None, Datumsgenauigkeit | None]:
    """ "2024", "2024-08" or "2024-08-15", with how much of it is known."""
    if not text:
        return None, None
    precision = (Datumsgenauigkeit.JAHR, Datumsgenauigkeit.MONAT, Datumsgenauigkeit.TAG)
    numbers = text.split("-")
    try:
        whole = date(*[int(number) for number in [*numbers, "1", "1"][:3]])
        return whole, precision[len(numbers) - 1]
    except (ValueError, IndexError):
        raise Unplaceable(f"„{text}“ ist kein Datum") from None


def reifegrad(modell: str, stufe: int | None) -> dict[str, str | int | None]:
    if bool(modell) != (stufe is not None):
        raise Unplaceable("ein Reifegrad braucht Modell und Stufe")
    return {"reifegrad_modell": modell or None, "reifegrad_stufe": stufe}
