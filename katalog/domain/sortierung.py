"""German order as a stored key: neither database puts "Ärzte" between "Arzt" and "Asyl"."""

from __future__ import annotations

import re
import unicodedata

_FOLDED = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l"})

_OTHERS = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"\d+")


def sort_key(name: str) -> str:
    """DIN 5007-1: umlauts count as their base letter; numbers sort by value, not by digit."""
    text = name.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).casefold().translate(_FOLDED)
        decomposed = unicodedata.normalize("NFD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    text = _OTHERS.sub(" ", text).strip()
    return _NUMBER.sub(lambda number: number.group().zfill(6), text)
