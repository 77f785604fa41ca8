"""Public keys to database ids while records are taken over, and which records did not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from katalog.db import Session
from katalog.domain.begriffe import Datumsgenauigkeit
from katalog.domain.errors import UngueltigeEingabe
from katalog.queries import keys
from katalog.queries.upsert import Model, Row, fitted

E = TypeVar("E", bound=StrEnum)
R = TypeVar("R")


_LONGEST_AGS = 8
_LABELS = {
    "quelle": "Quelle",
    "themenfeld": "Themenfeld",
    "ozg": "OZG-Leistung",
    "leistung": "LeiKa-Leistung",
    "land": "Land",
    "stelle": "Stelle",
    "plattform": "Plattform",
    "netzwerk": "Netzwerk",
    "kontaktrolle": "Kontaktrolle",
    "behoerdenart": "Behördenart",
    "onlinedienst": "Onlinedienst",
}
_CHECK_KENNUNG = "Prüfen Sie die Kennung, oder lesen Sie zuerst die Liste ein, die sie nennt"
_REMEDIES = {
    "ozg": "Lesen Sie zuerst die Liste der OZG-Leistungen ein (katalog import ozg).",
    "leistung": "Lesen Sie zuerst die Liste der LeiKa-Leistungen ein (katalog import leika).",
    "stelle": f"{_CHECK_KENNUNG}.",
    "plattform": f"{_CHECK_KENNUNG}.",
    "onlinedienst": f"{_CHECK_KENNUNG} (katalog import efa).",
}


class Unplaceable(Exception):
    """This one record cannot be taken over; the message says why, and perhaps what to do."""

    def __init__(self, cause: str, remedy: str = "") -> None:
        super().__init__(cause)
        self.remedy = remedy


class Bemerkung(NamedTuple):
    stelle: str
    wert: str
    ursache: str
    widerspruch: bool


class Directory:
    """Lives as long as a run, so that a key looked up in one batch is known in the next.

    Maps are read when first asked for; a writer teaches what it added (`learn`). Writers also
    find here what is not in the records themselves: `lieferant` is the source that delivers,
    `stand` the day of its list, `before` what counted for a thing until now, by its key.
    """

    def __init__(self, session: Session, today: date, lieferant: int | None = None) -> None:
        self.session = session
        self.today = today
        self.lieferant = lieferant
        self.stand: date | None = None
        self.before: Mapping[str, Any] = {}
        self.refused: dict[int, Unplaceable] = {}
        self.notes: dict[int, list[Unplaceable]] = {}
        self.remarks: dict[int, list[Bemerkung]] = {}
        self._maps: dict[str, dict[str, int]] = {}

    def find(self, kind: str, key: str) -> int | None:
        """The id for a key, None for an empty key; an unknown key makes the record unplaceable."""
        if not key:
            return None
        found = self.map(kind).get(key)
        if found is None:
            raise Unplaceable(
                f"{_LABELS.get(kind, kind)} „{key}“ ist nicht bekannt", _REMEDIES.get(kind, "")
            )
        return found

    def require(self, kind: str, key: str) -> int:
        found = self.find(kind, key)
        if found is None:
            raise Unplaceable(f"{_LABELS.get(kind, kind)} fehlt")
        return found

    def map(self, kind: str) -> dict[str, int]:
        if kind not in self._maps:
            self._maps[kind] = keys.READERS[kind](self.session)
        return self._maps[kind]

    def gebiet(self, key: str) -> int:
        """An area of today; a key it had before leads to it, or to what it became."""
        return self._current("gebiet", "gebiet_frueher", key)

    def stelle(self, key: str) -> int | None:
        """A body is named by its `kennung`, or by the ARS of its area."""
        if not key.isdigit():
            return self.find("stelle", key)
        if len(key) <= _LONGEST_AGS and key in self.map("stelle_ags"):
            return self.map("stelle_ags")[key]
        return self._current("stelle_ars", "stelle_frueher", key)

    def _current(self, now: str, then: str, key: str) -> int:
        found = self.map(now).get(key) or self.map(then).get(key)
        if found is None:
            raise Unplaceable(
                f"Ein Gebiet mit dem Schlüssel {key} ist nicht bekannt",
                "Lesen Sie das Gemeindeverzeichnis und die Gebietsänderungen ein"
                " (katalog import gv, gv-aenderungen), oder prüfen Sie den Schlüssel.",
            )
        return found

    def land(self, short: str) -> int | None:
        return self.find("land", short)

    def learn(self, kind: str, added: Mapping[str, int]) -> None:
        if kind in self._maps:
            self._maps[kind].update(added)

    def forget(self, *kinds: str) -> None:
        for kind in kinds:
            self._maps.pop(kind, None)

    def place(self, records: Iterable[R], build: Callable[[R], None]) -> None:
        """Build each record; one that cannot be placed is remembered and costs only itself."""
        for record in records:
            try:
                build(record)
            except Unplaceable as fault:
                self.refused[id(record)] = fault
            except (UngueltigeEingabe, ValueError) as error:
                self.refused[id(record)] = Unplaceable(str(error))

    def note(self, record: Any, cause: str, remedy: str = "") -> None:
        """The record was taken over but for a part, which is tried again with every import."""
        self.notes.setdefault(id(record), []).append(Unplaceable(cause, remedy))

    def remark(
        self, record: Any, stelle: str, wert: str, cause: str, *, conflict: bool = False
    ) -> None:
        """Worth saying, but nothing to try again."""
        self.remarks.setdefault(id(record), []).append(Bemerkung(stelle, wert, cause, conflict))


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
    try:
        return vocabulary(value)
    except ValueError:
        possible = ", ".join(vocabulary)
        raise Unplaceable(
            f"„{value}“ ist kein {vocabulary.__name__}; möglich sind {possible}"
        ) from None


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
