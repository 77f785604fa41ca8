"""The word lists of the search: read once, compared by their stems.

They are ours, written from knowledge of the administration; the head of each file says what it
holds. `lists_hash` is part of the version of every index: another list means another index.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.stammform import fold, pieces, stem

DATEN = Path(__file__).parent / "daten"

Stems = tuple[str, ...]
# A word that appears in the entries of more terms than this points at none of them.
_MOST_TERMS = 2


@dataclass(frozen=True, slots=True)
class Woerter:
    """`synonyme` leads from what people say to what the lists say; `alltag` is its left side.

    `umgestellt` has the same entries of several words in alphabetical order and without stop
    words, so that Steuer beim Hauskauf is also understood as Hauskauf Steuer. `anklang` leads from
    a single word of such an entry (Laterne defekt) to its terms, for when nothing else knows it.

    `stopp` says nothing and is skipped. `taetigkeiten` are what is done with a thing (anmelden,
    Verlängerung, Antrag): they choose among what was found for the thing but rule nothing out.
    `teile` may be parts of compounds and are none themselves, `keine_teile` never are parts.
    """

    synonyme: Mapping[Stems, tuple[str, ...]]
    umgestellt: Mapping[Stems, tuple[str, ...]]
    anklang: Mapping[str, tuple[str, ...]]
    stopp: frozenset[str]
    taetigkeiten: frozenset[str]
    teile: frozenset[str]
    keine_teile: frozenset[str]
    alltag: tuple[str, ...]

    @property
    def longest(self) -> int:
        return max((len(words) for words in self.synonyme), default=0)


def split_words(text: str) -> list[str]:
    """Folded words of an entry in a list."""
    return [fold(piece) for written in text.split() for piece in pieces(written)]


def stems_of(text: str) -> Stems:
    return tuple(stem(word) for word in split_words(text))


@cache
def load() -> Woerter:
    stopp = frozenset(split_words(" ".join(_lines("stoppwoerter.txt"))))
    synonyme: dict[Stems, dict[str, None]] = {}
    umgestellt: dict[Stems, dict[str, None]] = {}
    anklang: dict[str, dict[str, None]] = {}
    alltag: dict[str, None] = {}
    for everyday, official in _pairs():
        alltag[everyday] = None
        telling = sorted(stem(word) for word in split_words(everyday) if word not in stopp)
        for word in telling:
            anklang.setdefault(word, {})[official] = None
        if stems_of(everyday) == stems_of(official):
            # Hundehalter and Hundehaltung are one word to the search anyway.
            continue
        synonyme.setdefault(stems_of(everyday), {})[official] = None
        if len(telling) > 1:
            umgestellt.setdefault(tuple(telling), {})[official] = None
    return Woerter(
        synonyme={words: tuple(terms) for words, terms in synonyme.items()},
        umgestellt={words: tuple(terms) for words, terms in umgestellt.items()},
        anklang={word: tuple(t) for word, t in anklang.items() if len(t) <= _MOST_TERMS},
        stopp=stopp,
        taetigkeiten=frozenset(stems_of(" ".join(_lines("taetigkeiten.txt")))),
        teile=frozenset(stems_of(" ".join(_lines("komposita.txt")))),
        keine_teile=frozenset(split_words(" ".join(_lines("keine_teile.txt")))),
        alltag=tuple(alltag),
    )


def _pairs() -> list[tuple[str, str]]:
    """(word as people say it, term of the official lists) for every entry of both files."""
    pairs = [
        (everyday, official)
        for section in _toml("synonyme.toml").values()
        for official, words in section.items()
        for everyday in words
    ]
    for section in _toml("abkuerzungen.toml").values():
        for short, terms in section.items():
            pairs += [(short, term) for term in terms]
            pairs += [(term, short) for term in terms]
    return pairs


def _toml(name: str) -> dict[str, dict[str, list[str]]]:
    with (DATEN / name).open("rb") as file:
        return tomllib.load(file)


def _lines(name: str) -> list[str]:
    lines = (DATEN / name).read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def lists_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted(DATEN.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
