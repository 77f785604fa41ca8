"""The words of the indexed documents: which are known, what a misspelt one meant, how one ends.

Learned when the index is built and stored beside it, so that both engines put right the same
words in the same way and an unknown word costs no fuzzy search.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from search.stammform import fold, stem

# Words this short have too many neighbours to guess which was meant.
_SHORTEST_TO_CORRECT = 4
_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Wort:
    """`form` is how documents write it most often, `gewicht` how often, places counting little."""

    form: str
    gewicht: int


@dataclass(frozen=True, slots=True)
class Wortschatz:
    """`words` by stem; `teile` are the stems that were learned as parts of compounds.

    `enthalten` are the parts of compounds that documents have, `zusammen` tells the compound that
    two words make.
    """

    words: Mapping[str, Wort]
    teile: frozenset[str]
    enthalten: frozenset[str] = frozenset()
    zusammen: Mapping[tuple[str, str], str] = field(default_factory=dict)
    _sorted: list[tuple[str, str]] = field(default_factory=list, init=False, compare=False)
    _pairs: dict[str, list[int]] = field(default_factory=dict, init=False, compare=False)

    def __contains__(self, stamm: str) -> bool:
        return stamm in self.words

    def form(self, stamm: str) -> str:
        wort = self.words.get(stamm)
        return wort.form if wort else stamm

    def frequency(self, stamm: str) -> int:
        wort = self.words.get(stamm)
        return wort.gewicht if wort else 0

    def completions(self, prefix: str, limit: int) -> list[str]:
        """Stems of the words that begin like this, the frequent first."""
        forms = self._forms()
        start = bisect_left(forms, (prefix, ""))
        found: dict[str, None] = {}
        for form, stamm in forms[start:]:
            if not form.startswith(prefix):
                break
            found[stamm] = None
        ranked = sorted(found, key=lambda s: (-self.words[s].gewicht, len(self.words[s].form), s))
        return ranked[:limit]

    def correction(self, folded: str, only_parts: bool = False) -> str | None:
        """The stem of the word that was most likely meant; None if nothing is near enough."""
        if len(folded) < _SHORTEST_TO_CORRECT or not folded.isalpha():
            return None
        allowed = 1 if len(folded) < 8 else 2
        best: tuple[tuple[float, int, str], str] | None = None
        for form, stamm in self._near(folded, allowed):
            if only_parts and stamm not in self.teile:
                continue
            distance = edit_distance(folded, form, allowed)
            if distance > allowed:
                continue
            # The first letter is rarely the wrong one.
            cost = distance + (0 if form[0] == folded[0] else 0.6)
            rank = (cost, -self.words[stamm].gewicht, form)
            if best is None or rank < best[0]:
                best = rank, stamm
        return best[1] if best else None

    def _forms(self) -> list[tuple[str, str]]:
        if not self._sorted:
            # In one step, since another thread may be reading.
            self._sorted[:] = sorted((fold(w.form), stamm) for stamm, w in self.words.items())
        return self._sorted

    def _near(self, folded: str, allowed: int) -> list[tuple[str, str]]:
        """Those sharing most pairs of letters: measuring the distance to all would take long."""
        forms = self._forms()
        if not self._pairs:
            pairs: dict[str, list[int]] = defaultdict(list)
            for number, (form, _) in enumerate(forms):
                for pair in _letter_pairs(form):
                    pairs[pair].append(number)
            self._pairs.update(pairs)
        shared: Counter[int] = Counter()
        for pair in _letter_pairs(folded):
            shared.update(self._pairs.get(pair, ()))
        right_length = (
            number
            for number, _ in shared.most_common(_CANDIDATES * 10)
            if abs(len(forms[number][0]) - len(folded)) <= allowed
        )
        return [forms[number] for number, _ in zip(right_length, range(_CANDIDATES), strict=False)]

    def as_json(self) -> dict[str, Any]:
        return {
            "woerter": [[stamm, wort.form, wort.gewicht] for stamm, wort in self.words.items()],
            "teile": sorted(self.teile),
            "enthalten": sorted(self.enthalten),
            "zusammen": [[*pair, stamm] for pair, stamm in self.zusammen.items()],
        }


def from_json(data: Mapping[str, Any]) -> Wortschatz:
    words = {stamm: Wort(form, gewicht) for stamm, form, gewicht in data["woerter"]}
    zusammen = {(first, second): stamm for first, second, stamm in data["zusammen"]}
    return Wortschatz(words, frozenset(data["teile"]), frozenset(data["enthalten"]), zusammen)


def count(words: Iterable[tuple[str, int]]) -> dict[str, Wort]:
    """From written words with their weight to stems with their most frequent form."""
    weights: dict[str, Counter[str]] = defaultdict(Counter)
    for written, weight in words:
        weights[stem(fold(written))][written] += weight
    counted = {}
    for stamm, forms in weights.items():
        form = min(forms, key=lambda written: (-forms[written], len(written), written))
        counted[stamm] = Wort(form, forms.total())
    return counted


def _letter_pairs(word: str) -> set[str]:
    padded = f"^{word}$"
    return {padded[i : i + 2] for i in range(len(padded) - 1)}


def edit_distance(one: str, other: str, allowed: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours; beyond `allowed`, just more."""
    if abs(len(one) - len(other)) > allowed:
        return allowed + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row = row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > allowed:
            return allowed + 1
        before = above
    return row[-1]
