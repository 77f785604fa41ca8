"""The Typisierung of a service: who makes the rule and who executes it, as a list of codes.

Codes of the list urn:de:fim:leika:typisierung. Real data holds lists ("1, 2/3") and gaps.
"""

from __future__ import annotations

from enum import StrEnum

from katalog.domain.errors import UngueltigeEingabe


class Typisierung(StrEnum):
    T1 = "1"
    T2 = "2"
    T2A = "2a"
    T2B = "2b"
    T2_3 = "2/3"
    T2_3A = "2/3a"
    T2_3B = "2/3b"
    T3 = "3"
    T3A = "3a"
    T3B = "3b"
    T4 = "4"
    T4A = "4a"
    T4B = "4b"
    T5 = "5"
    T6 = "6"
    T7 = "7"
    T8 = "8"
    T9 = "9"
    T10 = "10"
    T11 = "11"
    T12 = "12"


def parse_typisierung(text: str) -> tuple[Typisierung, ...]:
    """Read a comma list; nothing is an empty tuple, a repeated code counts once."""
    codes = [code for part in text.split(",") if (code := "".join(part.split()).lower())]
    return tuple(dict.fromkeys(_parse_code(code, text) for code in codes))


def format_typisierung(codes: tuple[Typisierung, ...]) -> str:
    return ", ".join(codes)


def explain(code: str) -> str:
    """Who rules and who executes, or nothing for the codes whose meaning no list says."""
    return _MEANING.get(code.strip().rstrip("ab"), "")


_MEANING = {
    "1": "Der Bund regelt und vollzieht.",
    "2": "Der Bund regelt, Land oder Kommune vollzieht.",
    "3": "Der Bund regelt, Land oder Kommune vollzieht.",
    "2/3": "Der Bund regelt, Land oder Kommune vollzieht.",
    "4": "Das Land regelt, Land oder Kommune vollzieht.",
    "5": "Die Kommune regelt und vollzieht.",
}


def _parse_code(code: str, text: str) -> Typisierung:
    try:
        return Typisierung(code)
    except ValueError as error:
        known = ", ".join(Typisierung)
        raise UngueltigeEingabe(
            "typisierung",
            text,
            f"Die Typisierung „{code[:20]}“ gibt es nicht. Möglich sind: {known}.",
        ) from error
