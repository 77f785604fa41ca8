"""Charts as numbers: where each column and each bar stands; the template draws them.

Two shapes are enough: columns over time, and rows of bars that share one scale. Values stand on
the marks themselves, so that nobody has to look up a colour or a grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 330
_COLUMN_HEIGHT, _ABOVE, _BELOW = 52, 16, 18
_ROW, _BAR_AT, _BAR_HEIGHT = 44, 24, 10
_GAP = 5
_SMALLEST = 1.5
_LONGEST_NAME = 36


@dataclass(frozen=True, slots=True)
class Saeule:
    """`teil`: of a period that is not over."""

    x: float
    y: float
    breite: float
    hoehe: float
    wert: int
    name: str
    teil: bool

    @property
    def mitte(self) -> float:
        return round(self.x + self.breite / 2, 1)


@dataclass(frozen=True, slots=True)
class Saeulenbild:
    """`satz` says the same in words, for whoever does not see it."""

    titel: str
    satz: str
    hoehe: int
    grund: int
    saeulen: tuple[Saeule, ...]


@dataclass(frozen=True, slots=True)
class Abschnitt:
    """A part of a bar; `art` names how it is drawn: voll, schraffiert, spur or linie."""

    art: str
    x: float
    breite: float


@dataclass(frozen=True, slots=True)
class Balken:
    y: int
    name: str
    text: str
    teile: tuple[Abschnitt, ...]

    @property
    def y_balken(self) -> int:
        return self.y + _BAR_AT


@dataclass(frozen=True, slots=True)
class Balkenbild:
    titel: str
    satz: str
    hoehe: int
    balken: tuple[Balken, ...]
    balkenhoehe: int = _BAR_HEIGHT


@dataclass(frozen=True, slots=True)
class Zeile:
    """`teile` as (kind, from, to) in the unit of the values."""

    name: str
    text: str
    teile: tuple[tuple[str, float, float], ...]


def draw_columns(titel: str, werte: Sequence[tuple[str, str, int, bool]], most: int) -> Saeulenbild:
    """Of each column its name, a short one for below it, its value, and whether it may grow.

    `most` is the value of full height: charts that are compared share it.
    """
    most = most or 1
    place = WIDTH / max(len(werte), 1)
    ground = _ABOVE + _COLUMN_HEIGHT
    columns = []
    for number, (_, short, wert, part) in enumerate(werte):
        height = max(round(_COLUMN_HEIGHT * wert / most, 1), _SMALLEST) if wert else 0
        columns.append(
            Saeule(
                round(number * place + _GAP / 2, 1),
                ground - height,
                round(place - _GAP, 1),
                height,
                wert,
                short,
                part,
            )
        )
    said = ", ".join(f"{name} {wert}" for name, _, wert, _ in werte)
    return Saeulenbild(titel, f"{said}.", ground + _BELOW, ground, tuple(columns))


def draw_rows(titel: str, zeilen: Sequence[Zeile], most: float) -> Balkenbild:
    """All bars on the scale from 0 to `most`."""
    scale = WIDTH / most if most else 0
    rows = [
        Balken(
            number * _ROW,
            _shorten(zeile.name),
            zeile.text,
            tuple(
                Abschnitt(art, round(von * scale, 1), round((bis - von) * scale, 1))
                for art, von, bis in zeile.teile
            ),
        )
        for number, zeile in enumerate(zeilen)
    ]
    said = "; ".join(f"{zeile.name}: {zeile.text}" for zeile in zeilen)
    return Balkenbild(titel, f"{said}.", len(rows) * _ROW, tuple(rows))


def _shorten(name: str) -> str:
    """What fits beside the value; the table has the whole name."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
