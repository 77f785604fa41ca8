"""Which source counts where several speak about one thing: field by field, not as a whole.

A record of a source is a contribution (`Beitrag`). Of all contributions to a thing the most
trusted one that says anything about a field decides that field; the others are remembered, since
a page shows where they differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from katalog.domain.begriffe import Quellenart

# What somebody entered here by hand counts more than an official list, which may be older than it:
# the import reports the difference instead of undoing the correction.
_RANG = (
    Quellenart.EINGABE,
    Quellenart.AMTLICH,
    Quellenart.IMPORT,
    Quellenart.SEED,
    Quellenart.DEMO,
)
# Fields that say how a record came, not what it says.
UEBER_DEN_SATZ = frozenset({"quelle", "stand"})
RANG = {art: rang for rang, art in enumerate(_RANG)}

Felder = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Beitrag:
    """What one source says about a thing.

    `quelle` is the source as it is cited, `art` whose word it is: an official list that came with
    the starting set is cited as official, but weighs as the starting set. `nachrang` orders
    contributions of one source: what holds for the whole country before what holds for a town.
    """

    quelle: str
    art: Quellenart
    felder: Felder
    nachrang: int = 0
    stand: date | None = None

    @property
    def rang(self) -> tuple[int, int, int, str]:
        """The smaller, the more trusted; of equals the newer one counts."""
        age = -self.stand.toordinal() if self.stand else 0
        return RANG[self.art], self.nachrang, age, self.quelle


@dataclass(frozen=True, slots=True)
class Widerspruch:
    feld: str
    gilt: Beitrag
    abweichend: Beitrag


def weaker(one: Quellenart, other: Quellenart) -> Quellenart:
    return max(one, other, key=RANG.__getitem__)


def merge(beitraege: Iterable[Beitrag]) -> Felder | None:
    """The fields as they count, None where nobody says anything."""
    ordered = sorted(beitraege, key=lambda beitrag: beitrag.rang)
    if len(ordered) <= 1:
        return ordered[0].felder if ordered else None
    felder = dict(ordered[0].felder)
    for beitrag in ordered[1:]:
        for feld, wert in beitrag.felder.items():
            if not says(felder.get(feld)) and says(wert):
                felder[feld] = wert
    return felder


def says(wert: object) -> bool:
    """Nothing, an empty text and an empty list say nothing; "no" and zero do."""
    return wert is not None and wert not in ("", [], ())


def same(one: object, other: object) -> bool:
    """A field that says nothing is like one that is not there: fields are added with time."""
    return one == other or not (says(one) or says(other))


def by_field(beitraege: Sequence[Beitrag]) -> dict[str, list[Beitrag]]:
    """Who says something about each field, the one that counts first."""
    found: dict[str, list[Beitrag]] = {}
    for beitrag in sorted(beitraege, key=lambda beitrag: beitrag.rang):
        for feld, wert in beitrag.felder.items():
            if says(wert):
                found.setdefault(feld, []).append(beitrag)
    return found


def contradictions(beitraege: Sequence[Beitrag], keys: frozenset[str]) -> list[Widerspruch]:
    """What somebody has to look at: an entry by hand that a source contradicts, and two official
    sources of one day that differ in a key. Elsewhere a newer source simply knows better.
    """
    found: list[Widerspruch] = []
    if len(beitraege) < 2:
        return found
    for feld, sagen in by_field(beitraege).items():
        if feld in UEBER_DEN_SATZ:
            continue
        gilt = sagen[0]
        for anderer in sagen[1:]:
            by_hand = gilt.art is Quellenart.EINGABE and anderer.art is not Quellenart.EINGABE
            official = feld in keys and gilt.art is anderer.art is Quellenart.AMTLICH
            official = official and gilt.stand == anderer.stand
            if (by_hand or official) and gilt.felder[feld] != anderer.felder[feld]:
                found.append(Widerspruch(feld, gilt, anderer))
    return found
