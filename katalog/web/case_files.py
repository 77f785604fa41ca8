"""What may be filed to a case, in words and as the choice of a browser."""

from __future__ import annotations

from dataclasses import dataclass

from importers.dateiart import ENDUNGEN, ERLAUBT
from katalog.workflow import LARGEST_ATTACHMENT

# The file, and what goes around it.
LARGEST_FORM = LARGEST_ATTACHMENT + 64 * 1024


@dataclass(frozen=True, slots=True)
class Dokumentarten:
    worte: str
    endungen: str
    groesse: int


DOKUMENTARTEN = Dokumentarten(ERLAUBT, ENDUNGEN, LARGEST_ATTACHMENT // 1024 // 1024)
