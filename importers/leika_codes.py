"""Code lists and keys of the LeiKa that every source of services uses alike."""

from __future__ import annotations

import hashlib
import re

# urn:de:fim:leika:typisierung
TYPISIERUNGEN = frozenset(
    {
        *("1", "2", "2a", "2b", "2/3", "2/3a", "2/3b", "3", "3a", "3b", "4", "4a", "4b"),
        *("5", "6", "7", "8", "9", "10", "11", "12"),
    }
)
# Leistungsadressat, in the words of the catalogue.
ZIELGRUPPEN = {"001": "buerger", "002": "unternehmen", "003": "verwaltung"}

_SEPARATORS = re.compile(r"[\s.\u00ad\u2010-\u2015\u2212-]+")
_KEY = re.compile(r"[0-9]{14}")
_NO_KEY = re.compile(r"(?:nicht\b|kein|ohne\b|[-–]*$)", re.IGNORECASE)


def strip_separators(text: str) -> str:
    """ "99 107 022 012 000" and "99.107.022.012.000" are written by people."""
    return text if text.isdigit() else _SEPARATORS.sub("", text)


def is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def says_no_key(text: str) -> bool:
    """ "nicht im LeiKa", "keine …" and dashes stand where there is no key."""
    return _NO_KEY.match(text) is not None


def make_ersatzschluessel(bezeichnung: str, number: int = 1) -> str:
    """A key for a service without one, made of its name; equal names in one list are numbered."""
    return f"ohne-{hashlib.sha256(bezeichnung.encode()).hexdigest()[:16]}-{number}"
