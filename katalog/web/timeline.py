"""A period drawn to scale: the months it touches, where it begins, runs out, and takes effect.

Only numbers and texts; the template draws them. What would have to be too small to read is not
drawn, since the words beside it say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from katalog.domain.kalender import MONATE, format_datum_kurz, last_of_month

_WIDTH = 720
_MOST_MONTHS = 5
# As much as a date of five signs takes, on a telephone as well.
_LABEL = 110
_SHORT = {"Januar": "Jan.", "Februar": "Febr.", "August": "Aug.", "September": "Sept.",
          "Oktober": "Okt.", "November": "Nov.", "Dezember": "Dez."}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Monat:
    x: int
    breite: int
    name: str


@dataclass(frozen=True, slots=True)
class Zeitstrahl:
    """`frist` is where the period itself is over; the rest up to `ende` is waiting for a date."""

    monate: tuple[Monat, ...]
    beginn: int
    frist: int
    ende: int
    beginn_text: str
    frist_text: str
    ende_text: str
    beschreibung: str


def draw_timeline(beginn: date, frist: date, ende: date) -> Zeitstrahl | None:
    """None for a period that touches too many months."""
    months = (ende.year - beginn.year) * 12 + ende.month - beginn.month + 1
    if not (beginn <= frist <= ende and months <= _MOST_MONTHS):
        return None
    first, last = beginn.replace(day=1), last_of_month(ende)
    days = (last - first).days + 1

    def at(day: date, of_day: float = 0.0) -> int:
        return round(((day - first).days + of_day) / days * _WIDTH)

    starts = [last_of_month(first, number).replace(day=1) for number in range(months)]
    bounds = [*(at(day) for day in starts), _WIDTH]
    x_beginn, x_frist, x_ende = at(beginn, 0.5), at(frist, 0.5), at(ende, 1.0)
    readable = x_frist - x_beginn > _LABEL and x_ende - x_frist > _LABEL / 2
    text = f"Zeitstrahl: Beginn am {format_datum_kurz(beginn)}"
    if frist != ende:
        text += f", Ablauf der Frist am {format_datum_kurz(frist)}"
    return Zeitstrahl(
        monate=tuple(
            Monat(x, bounds[index + 1] - x, _name(starts[index], with_year=index == 0))
            for index, x in enumerate(bounds[:-1])
        ),
        beginn=x_beginn,
        frist=x_frist,
        ende=x_ende,
        beginn_text=f"{beginn:%d.%m.}" if x_ende - x_beginn > _LABEL else "",
        frist_text=f"{frist:%d.%m.}" if frist != ende and readable else "",
        ende_text=f"{ende:%d.%m.}",
        beschreibung=f"{text}, Ende am {format_datum_kurz(ende)}.",
    )


def _name(month: date, *, with_year: bool) -> str:
    name = MONATE[month.month - 1]
    short = _SHORT.get(name, name)
    return f"{short} {month.year}" if with_year or month.month == 1 else short
