"""Takes German compounds apart: Hundesteueranmeldung is about Hund, Steuer and Anmeldung.

A word is split only into parts that are known as words: those of our own list and those that
stand alone in the indexed titles. An open dictionary would find more parts and far more wrong
ones (Beamte: Beam, Te); tried and rejected were `german-nouns` (unmaintained) and `charsplit-fst`
(no Python 3.11).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from search.stammform import stem

_SHORTEST = 3
# A longer one is no word, and the number of ways to split it grows.
_LONGEST = 80

_Split = tuple[str, str]
# Number of parts, and the rarer side's frequency, negative so that the smaller is the better.
_Best = tuple[tuple[int, int], _Split]


@dataclass(frozen=True, slots=True)
class Zerleger:
    """`teile` are stems that may be a part; those that are `einfach`, too, are never split.

    `gesperrt` are folded forms that never are a part. Where a word can be split in two ways, the
    more frequent parts are the right ones: Steuer-erklärung, not Steuerer-klärung.
    """

    teile: Collection[str]
    einfach: Collection[str]
    gesperrt: Collection[str]
    frequency: Callable[[str], int]
    _seen: dict[str, _Best | None] = field(default_factory=dict, compare=False)
    _parts: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    def parts(self, folded: str) -> tuple[str, ...]:
        """Stems of its leaves and of the shorter compounds they form: Kraft|fahrzeug|steuer."""
        if folded not in self._parts:
            leaves = self.leaves(folded)
            spans = (
                stem("".join(leaves[start:end]))
                for start in range(len(leaves))
                for end in range(start + 1, len(leaves) + 1)
                if end - start < len(leaves)
            )
            singles = {stem(leaf) for leaf in leaves}
            self._parts[folded] = tuple(
                dict.fromkeys(span for span in spans if span in singles or span in self.teile)
            )
        return self._parts[folded]

    def leaves(self, folded: str) -> tuple[str, ...]:
        """The smallest parts in their order, as they stand in the word; empty if it is simple."""
        split = self._best(folded)
        if split is None:
            return ()
        return tuple(leaf for side in split[1] for leaf in self.leaves(side) or (side,))

    def head(self, folded: str) -> str:
        """The last part, which says what the whole is: Ausweis in Personalausweis.

        Of a word that cannot be split as a whole, the longest end that is a part.
        """
        split = self._best(folded)
        if split is not None:
            return split[1][1]
        ends = (folded[cut:] for cut in range(1, min(len(folded), _LONGEST) - _SHORTEST))
        return next((end for end in ends if stem(end) in self.teile), folded)

    def _best(self, word: str) -> _Best | None:
        if word not in self._seen:
            self._seen[word] = self._search(word)
        return self._seen[word]

    def _search(self, word: str) -> _Best | None:
        if not word.isalpha() or not _SHORTEST + _SHORTEST <= len(word) <= _LONGEST:
            return None
        if stem(word) in self.einfach:
            return None
        best: _Best | None = None
        for cut in range(_SHORTEST, len(word) - _SHORTEST + 1):
            sides = word[:cut], word[cut:]
            right_size = self._size(sides[1])
            if not right_size or (best is not None and right_size >= best[0][0]):
                continue
            left_size = self._size(sides[0])
            if left_size:
                rarer = min(self.frequency(stem(side)) for side in sides)
                found = (left_size + right_size, -rarer), sides
                best = found if best is None else min(best, found)
        return best

    def _size(self, word: str) -> int:
        """Of how many parts it is made; 0 if it cannot be a part."""
        if word in self.gesperrt:
            return 0
        if stem(word) in self.teile:
            return 1
        split = self._best(word)
        return split[0][0] if split else 0
