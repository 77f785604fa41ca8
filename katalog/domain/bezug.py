"""What something is about, as people name it: keys of services and assistants in one field.

An OZG-ID has five digits, a service key fourteen; everything else is the name of an assistant in
its address. Which of them exist, the database knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from katalog.domain.begriffe import Begriff
from katalog.domain.errors import UngueltigeEingabe

_BETWEEN = re.compile(r"[\s,;]+")
_PAGES = re.compile(r"(?:https?://[^/\s]+)?/(?:ozg|leistungen|onlinedienste)/")
_KEY = re.compile(r"[0-9a-z-]{1,80}")
_MOST = 30


class Bezugsart(Begriff):
    OZG = "ozg", "OZG-Leistung"
    LEISTUNG = "leistung", "Leistung"
    ONLINEDIENST = "onlinedienst", "Onlinedienst"


@dataclass(frozen=True, slots=True)
class Gegenstand:
    """One thing with its page in the catalogue."""

    art: Bezugsart
    id: int
    schluessel: str
    name: str

    @property
    def pfad(self) -> str:
        folder = {
            Bezugsart.OZG: "ozg",
            Bezugsart.LEISTUNG: "leistungen",
            Bezugsart.ONLINEDIENST: "onlinedienste",
        }
        return f"/{folder[self.art]}/{self.schluessel}"


def kind_of(key: str) -> Bezugsart:
    digits = len(key) if key.isdigit() else 0
    return {5: Bezugsart.OZG, 14: Bezugsart.LEISTUNG}.get(digits, Bezugsart.ONLINEDIENST)


def read_bezuege(longest: int, missing: str = "") -> Callable[[str, str], tuple[str, ...]]:
    """Keys between commas; the address of a page is as good as its key."""

    def parse(name: str, text: str) -> tuple[str, ...]:
        keys = tuple(dict.fromkeys(filter(None, _BETWEEN.split(_PAGES.sub("", text)))))
        if missing and not keys:
            raise UngueltigeEingabe(name, text, missing)
        if len(text) > longest or len(keys) > _MOST:
            raise UngueltigeEingabe(name, text, f"Möglich sind {_MOST} Schlüssel.")
        for key in keys:
            if not _KEY.fullmatch(key):
                raise UngueltigeEingabe(
                    name, key, f"„{key[:40]}“ ist kein Schlüssel. Beispiele: 10083, 99107022012000."
                )
        return keys

    return parse
