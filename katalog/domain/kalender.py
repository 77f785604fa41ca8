"""Days: arithmetic that stays inside the calendar, working days, German writing of dates.

`fristen` says what the law makes of these days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Set
from datetime import date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from katalog.domain.errors import UngueltigeEingabe

Feiertage: TypeAlias = Callable[[date], bool] | Set[date]

WOCHENTAGE = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONATE = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
_SATURDAY = 5
_GERMAN_DATE = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def shift_days(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError as error:
        raise _outside(day) from error


def day_in_month(day: date, months: int, number: int) -> date:
    """The day `number` of the month that lies `months` away, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise _outside(day)
    return date(year, month + 1, min(number, monthrange(year, month + 1)[1]))


def last_of_month(day: date, months: int = 0) -> date:
    return day_in_month(day, months, 31)


def is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY


def is_working_day(day: date, feiertage: Feiertage) -> bool:
    """Saturdays do not count: § 193 BGB and § 31 Abs. 3 VwVfG name them beside Sundays."""
    if is_weekend(day):
        return False
    return not (feiertage(day) if callable(feiertage) else day in feiertage)


def next_working_day(day: date, feiertage: Feiertage) -> date:
    while not is_working_day(day, feiertage):
        day = shift_days(day, 1)
    return day


def last_working_day(day: date, feiertage: Feiertage) -> date:
    while not is_working_day(day, feiertage):
        day = shift_days(day, -1)
    return day


def berlin_day(moment: datetime) -> date:
    """Legal days are days in Germany: 23:30 UTC on New Year's Eve is already the new year."""
    if moment.tzinfo is None:
        raise ValueError("Ein Zeitpunkt ohne Zeitzone gehört zu keinem bestimmten Tag.")
    return moment.astimezone(ZoneInfo("Europe/Berlin")).date()


def weekday(day: date) -> str:
    return WOCHENTAGE[day.weekday()]


def format_datum(day: date) -> str:
    """28.02.2027, for lists."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def format_datum_kurz(day: date) -> str:
    """28. Februar 2027."""
    return f"{day.day}. {MONATE[day.month - 1]} {day.year}"


def format_datum_lang(day: date) -> str:
    """Sonntag, 28. Februar 2027, where a decision hangs on the date."""
    return f"{weekday(day)}, {format_datum_kurz(day)}"


def parse_datum(text: str, feld: str = "datum") -> date:
    """Read 2027-02-28 (API, date fields) and 28.02.2027 (people)."""
    written = text.strip()
    try:
        if _ISO_DATE.fullmatch(written):
            return date.fromisoformat(written)
        if german := _GERMAN_DATE.fullmatch(written):
            day, month, year = (int(part) for part in german.groups())
            return date(year, month, day)
    except ValueError as error:
        raise UngueltigeEingabe(
            feld, text, f"Den Tag {written} gibt es nicht. Prüfen Sie Tag und Monat."
        ) from error
    raise UngueltigeEingabe(
        feld, text, "Das ist kein Datum. Schreiben Sie es so: 28.02.2027 oder 2027-02-28."
    )


def _outside(day: date) -> UngueltigeEingabe:
    return UngueltigeEingabe(
        "datum",
        day.isoformat(),
        f"Von {format_datum(day)} aus führt die Rechnung aus dem Kalender (Jahre 1 bis 9999). "
        "Wählen Sie ein anderes Datum oder eine kürzere Frist.",
    )
