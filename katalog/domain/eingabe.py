"""A form as people fill it in: read field after field, and all that is wrong said at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from katalog.domain.begriffe import Begriff
from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.kalender import parse_datum

_EARLIEST = date(1990, 1, 1)
_LATEST = date(2100, 1, 1)

T = TypeVar("T")
B = TypeVar("B", bound=Begriff)


class Eingabe:
    """Keeps what is wrong until all has been read; `longest` says how long each text may be."""

    def __init__(self, fields: Mapping[str, str], longest: Mapping[str, int]) -> None:
        self._fields = fields
        self._longest = longest
        self._faults: list[UngueltigeEingabe] = []

    def read(self, name: str, parse: Callable[[str, str], T], otherwise: T) -> T:
        try:
            return parse(name, self._fields.get(name, "").strip())
        except UngueltigeEingabe as fault:
            self._faults.append(fault)
            return otherwise

    def text(self, name: str, missing: str = "", *, lines: bool = False) -> str:
        """`missing` says what to do where nothing was typed; without it that is fine."""

        def parse(name: str, typed: str) -> str:
            text = typed if lines else " ".join(typed.split())
            if missing and not text:
                raise UngueltigeEingabe(name, text, missing)
            if len(text) > self._longest[name]:
                raise UngueltigeEingabe(
                    name, text, f"Der Text ist zu lang. Möglich sind {self._longest[name]} Zeichen."
                )
            return text

        return self.read(name, parse, "")

    def day(self, name: str) -> date | None:
        return self.read(name, read_day, None)

    def one_of(self, name: str, otherwise: B) -> B:
        kind = type(otherwise)

        def parse(name: str, text: str) -> B:
            found = next((member for member in kind if member.value == text), None)
            if found is None:
                raise UngueltigeEingabe(name, text, "Wählen Sie eine der Möglichkeiten.")
            return found

        return self.read(name, parse, otherwise)

    def refuse(self, fault: UngueltigeEingabe) -> None:
        """What only several fields together show."""
        self._faults.append(fault)

    def check(self) -> None:
        if self._faults:
            raise UngueltigeEingaben(self._faults)


def read_day(name: str, text: str) -> date | None:
    if not text:
        return None
    day = parse_datum(text, name)
    if not _EARLIEST <= day <= _LATEST:
        raise UngueltigeEingabe(name, text, "Prüfen Sie das Jahr: Möglich ist 1990 bis 2099.")
    return day
