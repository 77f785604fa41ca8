"""German order as a stored key: neither database puts "Ärzte" between "Arzt" and "Asyl"."""

from __future__ import annotations

import re
import unicodedata

_FOLDED = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l"})


def sort_key(name: str) -> str:
    """DIN 5007-1: umlauts count as their base letter; numbers sort by value, not by digit."""
    text = unicodedata.normalize("NFC", name).casefold().translate(_FOLDED)
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    text = re.sub(r"[^a-z0-9]+", " ", text).strip()
    return re.sub(r"\d+", lambda number: number.group().zfill(6), text)
