"""What a typed text may mean: readings of its words, for both engines to look for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from search.engine import Meaning


class Art(StrEnum):
    WORT = "wort"
    ORT = "ort"
    TEILE = "teile"
    AMTLICH = "amtlich"
    BEGINN = "beginn"
    SCHLUESSEL = "schluessel"


# What was typed itself, apart from what it means or is made of.
_TYPED = {Art.WORT, Art.ORT, Art.BEGINN}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The stems in question, to mark them in what is shown; `typed` are those that were typed."""

    all: frozenset[str] = frozenset()
    typed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lesart:
    """Stems that must all be there; keys are looked up in their own field."""

    tokens: tuple[str, ...]
    art: Art
    gewicht: float = 1.0


@dataclass(frozen=True, slots=True)
class Begriff:
    """`einzeln` are the words of a group by themselves: all of them may be matched instead.

    `seltenheit` is near 1 for a rare word and falls for common ones, which tell less. tantivy
    weighs words so by itself, Meilisearch does not.
    """

    text: str
    lesarten: tuple[Lesart, ...]
    stark: bool = True
    einzeln: tuple[Begriff, ...] = ()
    seltenheit: float = 1.0

    @property
    def amtlich(self) -> Lesart | None:
        """The first official term. That the list has one for it says what the question is about."""
        return next((lesart for lesart in self.lesarten if lesart.art is Art.AMTLICH), None)


@dataclass(frozen=True, slots=True)
class Deutung:
    """`genau` are whole titles that would answer it; `suggestion` as in `Result`."""

    begriffe: tuple[Begriff, ...] = ()
    genau: tuple[str, ...] = ()
    suggestion: str | None = None
    meanings: tuple[Meaning, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def strong(self) -> tuple[Begriff, ...]:
        return tuple(begriff for begriff in self.begriffe if begriff.stark)

    @property
    def weak(self) -> tuple[Begriff, ...]:
        return tuple(begriff for begriff in self.begriffe if not begriff.stark)

    @property
    def nothing_known(self) -> bool:
        """Words were typed, and no document has any of them."""
        return not self.begriffe and bool(self.ignored)

    def wanted(self) -> Wanted:
        readings = [
            lesart
            for begriff in self.begriffe
            for each in (begriff, *begriff.einzeln)
            for lesart in each.lesarten
        ]
        return Wanted(
            all=frozenset(token for lesart in readings for token in lesart.tokens),
            typed=frozenset(
                token for lesart in readings if lesart.art in _TYPED for token in lesart.tokens
            ),
        )
