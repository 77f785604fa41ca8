"""German formats of dates, numbers and keys, as filters and tests of the templates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from katalog.domain.begriffe import Begriff, Datumsgenauigkeit
from katalog.domain.kalender import (
    format_datum,
    format_datum_kurz,
    format_datum_lang,
    weekday,
)
from katalog.domain.merkmalswoerter import word_of
from katalog.settings import BERLIN
from katalog.web.differences import difference
from katalog.web.fields import field_name, field_value


def month(value: date) -> str:
    return value.strftime("%m/%Y")


def known_part(value: date, precision: Datumsgenauigkeit) -> str:
    """As much of a date as its source gave: 2024, 08/2024 or 15.08.2024."""
    match precision:
        case Datumsgenauigkeit.JAHR:
            return str(value.year)
        case Datumsgenauigkeit.MONAT:
            return month(value)
        case Datumsgenauigkeit.TAG:
            return format_datum(value)


def weekday_short(value: date) -> str:
    """Montag, 30.11.2026."""
    return f"{weekday(value)}, {format_datum(value)}"


def moment(value: datetime) -> str:
    local = value.astimezone(BERLIN)
    return f"{format_datum(local.date())}, {local:%H:%M} Uhr"


def duration(value: timedelta) -> str:
    seconds = value.total_seconds()
    if seconds < 10:
        return f"{decimal(max(seconds, 0))} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes else f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def decimal(value: float, digits: int = 1) -> str:
    return f"{value:,.{digits}f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def label(value: Begriff) -> str:
    return value.label


def groups(key: str) -> list[str]:
    """A key in its official groups: LeiKa 2-3-3-3-3, ARS 2-1-2-4-3, AGS 2-1-2-3."""
    sizes = {14: (2, 3, 3, 3, 3), 12: (2, 1, 2, 4, 3), 8: (2, 1, 2, 3), 5: (2, 1, 2), 3: (2, 1)}
    parts, start = [], 0
    for size in sizes.get(len(key), (len(key),)):
        parts.append(key[start : start + size])
        start += size
    return parts


def web_address(url: str) -> str:
    """Only what a browser may open as a page: a stored "javascript:" must not become a link."""
    return url if url.lower().startswith(("https://", "http://")) else ""


def plural(count: int, one: str, many: str) -> str:
    return f"{number(count)} {one if count == 1 else many}"


FILTERS: dict[str, Callable[..., Any]] = {
    "day": format_datum,
    "long_day": format_datum_lang,
    "day_in_words": format_datum_kurz,
    "weekday_short": weekday_short,
    "month": month,
    "moment": moment,
    "duration": duration,
    "known_part": known_part,
    "number": number,
    "decimal": decimal,
    "label": label,
    "groups": groups,
    "plural": plural,
    "web_address": web_address,
    "difference": difference,
    "field_name": field_name,
    "field_value": field_value,
    "word": word_of,
}
