"""What may be filed to a case, in words and as the choice of a browser."""

from __future__ import annotations

from dataclasses import dataclass

from importers.dateiart import ENDUNGEN, ERLAUBT
from katalog.workflow import LARGEST_ATTACHMENT

# Twice what may be kept: a file that is somewhat too large is told so at its field.
LARGEST_FORM = 2 * LARGEST_ATTACHMENT


@dataclass(frozen=True, slots=True)
class Dokumentarten:
    worte: str
    endungen: str
    groesse: int


DOKUMENTARTEN = Dokumentarten(ERLAUBT, ENDUNGEN, LARGEST_ATTACHMENT // 1024 // 1024)
