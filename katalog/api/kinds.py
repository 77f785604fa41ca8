"""Kinds of parameters: texts, words of a list, numbers, days, moments, keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from katalog.api.parameter import Parameter
from katalog.domain.begriffe import Begriff
from katalog.domain.errors import UngueltigeEingabe
from katalog.settings import BERLIN

LONGEST_TEXT = 200
# Neither line ends nor other signs that nobody can see.
_PRINTABLE = r"^[^\u0000-\u001f\u007f]*$"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# A plus that was not written as %2B arrives as a blank.
_LOST_PLUS = re.compile(r"(?<=\d) (?=\d{2}:\d{2}$)", re.ASCII)


def text(name: str, meaning: str, longest: int = LONGEST_TEXT, **more: Any) -> Parameter:
    def read(value: str) -> str:
        if len(value) > longest:
            text = f"Der Text ist zu lang. Möglich sind {longest} Zeichen."
            raise UngueltigeEingabe("", value, text)
        return " ".join(value.split())

    schema = {"type": "string", "maxLength": longest, "pattern": _PRINTABLE}
    return Parameter(name, meaning, schema, read, **more)


def flag(name: str, meaning: str) -> Parameter:
    """Yes or no, in a body; nothing said is no."""
    return Parameter(name, meaning, {"type": "boolean"}, bool, fallback=False)


def word(name: str, meaning: str, words: type[Begriff], **more: Any) -> Parameter:
    """One value of a closed list."""
    return one_of(name, meaning, list(words), **more)


def one_of(name: str, meaning: str, words: Sequence[str], **more: Any) -> Parameter:
    """Gives the word as it stands in `words`, a term included."""
    known = {str(word): word for word in words}

    def read(value: str) -> str:
        if value not in known:
            raise UngueltigeEingabe(
                "", value, f"Diesen Wert gibt es nicht. Möglich sind: {', '.join(known)}."
            )
        return known[value]

    return Parameter(name, meaning, {"type": "string", "enum": list(known)}, read, **more)


def number(name: str, meaning: str, least: int, most: int, **more: Any) -> Parameter:
    def read(value: str) -> int:
        plain = value.isascii() and value.isdigit() and len(value) <= len(str(most))
        if not plain or not least <= int(value) <= most:
            raise UngueltigeEingabe("", value, f"Möglich sind ganze Zahlen von {least} bis {most}.")
        return int(value)

    schema = {"type": "integer", "minimum": least, "maximum": most}
    if "fallback" in more:
        schema["default"] = more["fallback"]
    return Parameter(name, meaning, schema, read, **more)


def day(name: str, meaning: str, **more: Any) -> Parameter:
    return Parameter(name, meaning, {"type": "string", "format": "date"}, _read_day, **more)


def _read_day(value: str) -> date:
    try:
        # fromisoformat alone also takes 20261130 and 2026-W48-1.
        if not _DAY.fullmatch(value):
            raise ValueError
        return date.fromisoformat(value)
    except ValueError as error:
        raise UngueltigeEingabe(
            "", value, "Diesen Tag gibt es nicht. Schreiben Sie ihn wie 2026-11-30."
        ) from error


def moment(name: str, meaning: str, **more: Any) -> Parameter:
    """A day means its beginning; without a zone German time holds."""
    schema = {
        "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
    }
    return Parameter(name, meaning, schema, _read_moment, **more)


def _read_moment(value: str) -> datetime:
    try:
        if _DAY.fullmatch(value):
            return _in_utc(datetime.combine(date.fromisoformat(value), time()))
        return _in_utc(datetime.fromisoformat(_LOST_PLUS.sub("+", value)))
    except ValueError as error:
        raise UngueltigeEingabe(
            "",
            value,
            "Das ist kein Zeitpunkt. Schreiben Sie ihn wie 2026-11-30 oder "
            "2026-11-30T08:15:00+01:00.",
        ) from error


def _in_utc(moment: datetime) -> datetime:
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=BERLIN)).astimezone(UTC)
    except OverflowError:
        # Within a day of the first or last one that there is.
        if moment.year == 1:
            return datetime.min.replace(tzinfo=UTC)
        return datetime.max.replace(tzinfo=UTC)


def key(
    name: str, meaning: str, read: Callable[[str], str], pattern: str, example: str, **more: Any
) -> Parameter:
    """`pattern` is the official spelling; `read` understands others as well."""
    schema = {"type": "string", "pattern": f"^(?:{pattern})$"}
    return Parameter(name, meaning, schema, read, example=example, **more)
