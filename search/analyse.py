"""Turns the texts of documents into the tokens that both engines index.

Every word is indexed as a whole and, apart from that, in its parts, so that Hundehaltung is found
by Hund but is better found by Hundehaltung.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from search.engine import Document, Typ
from search.komposita import Zerleger
from search.stammform import SEPARABLE, drop_gender_marks, fold, pieces, stem
from search.woerter import Woerter
from search.wortschatz import Wort, Wortschatz, count

_WORD = re.compile(r"-?\w+(?:-\w+)*-?")
PREFIXES = tuple(fold(prefix) for prefix in SEPARABLE)
# Beyond this a text is a document of its own; nobody looks for its last words here.
TEXT_LIMIT = 4_000
# A word in a title says more about how frequent it is than one in a text.
_IN_TITLE, _IN_TEXT = 10, 1
# So many tokens at the start of a key can be asked for alone.
_SHORTEST_KEY = 3
_PLACE = "xort"
_MOST_CHUNKS = 200_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a document is found by; the fields matter in this order."""

    haupt: tuple[str, ...]
    namen: tuple[str, ...]
    teile: tuple[str, ...]
    weitere: tuple[str, ...]
    text: tuple[str, ...]
    schluessel: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Analyse:
    """Words in their stems and parts, for one Wortschatz; remembers what it has worked out."""

    woerter: Woerter
    wortschatz: Wortschatz
    zerleger: Zerleger
    _chunks: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)

    def stems(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each word as (stem, stems of its parts), stop words left out."""
        for folded in self.folded_words(text):
            if folded not in self.woerter.stopp:
                yield stem(folded), self.zerleger.parts(folded)

    def _places(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Names of places as they are: Hausen is no house, and Scheid no divorce."""
        for folded in self.folded_words(text):
            yield place(folded), ()

    def folded_words(self, text: str) -> Iterator[str]:
        """The words of a text, with those that a hyphen leaves unsaid: Bau- und Abbruchantrag."""
        words = written_words(text)
        for number, written in enumerate(words):
            found = [fold(piece) for piece in pieces(written)]
            yield from found
            if len(found) == 1:
                # E-Auto is a word, and so is the Auto in it.
                yield from (fold(part) for part in written.split("-")[1:] if len(part) > 1)
            if written.endswith("-"):
                yield from self._completed(found[-1], words[number + 1 :])
            if written.startswith("-") and number:
                yield from self._continued(words[number - 1], found[0])

    def _completed(self, start: str, following: Iterable[str]) -> Iterator[str]:
        """`start` with the end of the next whole word: Um- und Abmeldung, Ein- und Ausfuhr."""
        for written in following:
            if written.endswith("-") or fold(written) in self.woerter.stopp:
                continue
            end = fold(written.strip("-").split("-")[-1])
            if start in PREFIXES:
                prefix = next((p for p in PREFIXES if end.startswith(p) and end != p), "")
                yield start + end.removeprefix(prefix)
            else:
                yield start + self.zerleger.head(end)
            return

    def _continued(self, before: str, end: str) -> Iterator[str]:
        """The start of the word before with `end`: Scheidungsantrag, -verfahren."""
        leaves = self.zerleger.leaves(fold(before.strip("-")))
        if len(leaves) > 1:
            yield "".join(leaves[:-1]) + end

    def in_documents(self, stamm: str) -> bool:
        """Known from a document, not only from the list of everyday words."""
        schatz = self.wortschatz
        return schatz.frequency(stamm) > 0 or stamm in schatz.enthalten

    def stems_in(self, chunk: str) -> frozenset[str]:
        """All tokens that a piece of text without blanks is found by, as whatever it may be."""
        found = self._chunks.get(chunk)
        if found is None:
            tokens = [token for whole, parts in self.stems(chunk) for token in (whole, *parts)]
            tokens += [whole for whole, _ in self._places(chunk)]
            found = frozenset(tokens)
            if len(self._chunks) < _MOST_CHUNKS:
                self._chunks[chunk] = found
        return found

    def tokens(self, document: Document) -> Tokens:
        named = self._places if document.typ is Typ.KOMMUNE else self.stems
        haupt = list(named(document.titel))
        namen = [word for name in document.namen for word in named(name)]
        weitere = [word for name in document.weitere for word in self.stems(name)]
        text = [word for part in document.texte for word in self.stems(part[:TEXT_LIMIT])]
        return Tokens(
            haupt=tuple(whole for whole, _ in haupt),
            namen=tuple(token for whole, parts in namen for token in (whole, *parts)),
            teile=tuple(part for _, parts in haupt for part in parts),
            # Once each: seventy Verrichtungen of a thing do not make it seventy times as fitting.
            weitere=tuple(dict.fromkeys(t for whole, parts in weitere for t in (whole, *parts))),
            text=tuple(token for whole, parts in text for token in (whole, *parts)),
            schluessel=tuple(dict.fromkeys(key_prefixes(document))),
        )

    def exact(self, text: str) -> str:
        """A title as one token: whoever types it all means it. What brackets add is left out."""
        words = [
            fold(p) for written in written_words(_ADDED.sub("", text)) for p in pieces(written)
        ]
        return " ".join(stem(word) for word in words if word not in self.woerter.stopp)


_ADDED = re.compile(r"\([^()]*\)|,.*$")


def place(folded: str) -> str:
    """The token of a word in the name of a place; it looks like no stem."""
    return f"{_PLACE}{folded}"


def is_place(token: str) -> bool:
    return token.startswith(_PLACE)


def written_words(text: str) -> list[str]:
    return _WORD.findall(drop_gender_marks(unicodedata.normalize("NFKC", text)))


def facet_values(document: Document) -> dict[str, list[str]]:
    """Without empty values, which mean nothing to filter by: Meilisearch would not count them."""
    return {
        name: [value for value in dict.fromkeys(values) if value]
        for name, values in document.merkmale.items()
    }


def key_prefixes(document: Document) -> Iterator[str]:
    """All keys with all their beginnings: 99107 finds every key that starts so."""
    for key in (*document.ozg_ids, *document.leistungsschluessel, *document.schluessel):
        plain = re.sub(r"[^0-9a-z]", "", fold(key))
        if plain.isdigit():
            yield from (plain[:end] for end in range(_SHORTEST_KEY, len(plain)))
        if plain:
            yield plain


def learn(documents: Sequence[Document], woerter: Woerter) -> Wortschatz:
    """The words of all documents, and which of them may be parts of compounds.

    Parts are the nouns that stand alone in a title. Names of places are none: there are villages
    called Au, Ehe and Ort.
    """
    written: dict[str, int] = {}
    nouns: dict[str, int] = {}
    for document in documents:
        titles = () if document.typ is Typ.KOMMUNE else (document.titel, *document.namen)
        for text in (*titles, *document.weitere):
            for word in _pieces(text):
                written[word] = written.get(word, 0) + _IN_TITLE
                if len(word) >= 4 and word[0].isupper():
                    noun = stem(fold(word))
                    nouns[noun] = nouns.get(noun, 0) + 1
        for text in document.texte:
            for word in _pieces(text[:TEXT_LIMIT]):
                written[word] = written.get(word, 0) + _IN_TEXT
    # Short ones that stand there once are mostly abbreviations (Ausw.).
    learned = {n for n, often in nouns.items() if n.isalpha() and (len(n) >= 6 or often >= 3)}
    everyday = {word: 1 for entry in woerter.alltag for word in _pieces(entry)}
    said = {stem(fold(word)) for word in everyday if len(word) >= 4 and word[0].isupper()}
    counted = count([*written.items(), *((word, 0) for word in everyday if word not in written)])
    words = {s: wort for s, wort in counted.items() if not _is_stop(wort, woerter)}
    for document in documents:
        if document.typ is Typ.KOMMUNE:
            for name in (document.titel, *document.namen):
                words |= {place(fold(word)): Wort(word, 1) for word in _pieces(name)}
    return _with_compounds(Wortschatz(words, frozenset(learned | said | woerter.teile)), woerter)


def _with_compounds(learned: Wortschatz, woerter: Woerter) -> Wortschatz:
    """Which two words make which compound: fahrzeug zulassen asks for the Fahrzeugzulassung."""
    zerleger = _zerleger(woerter, learned)
    zusammen: dict[tuple[str, str], str] = {}
    enthalten: set[str] = set()
    for stamm, wort in learned.words.items():
        if is_place(stamm):
            continue
        leaves = zerleger.leaves(fold(wort.form))
        if wort.gewicht:
            enthalten |= {stem(leaf) for leaf in leaves}
        for cut in range(1, len(leaves)):
            first, second = stem("".join(leaves[:cut])), stem("".join(leaves[cut:]))
            known = zusammen.get((first, second))
            if known is None or learned.frequency(known) < wort.gewicht:
                zusammen[first, second] = stamm
    return replace(learned, enthalten=frozenset(enthalten), zusammen=zusammen)


def extended(known: Wortschatz, documents: Sequence[Document], woerter: Woerter) -> Wortschatz:
    """With the new words of a few documents. No new parts: the others are split by the old ones."""
    learned = learn(documents, woerter)
    fresh = {s: wort for s, wort in learned.words.items() if wort.gewicht > known.frequency(s)}
    if not fresh and learned.enthalten <= known.enthalten:
        return known
    enthalten = known.enthalten | learned.enthalten
    return replace(known, words={**known.words, **fresh}, enthalten=enthalten)


def build(woerter: Woerter, wortschatz: Wortschatz) -> Analyse:
    return Analyse(woerter, wortschatz, _zerleger(woerter, wortschatz))


def _zerleger(woerter: Woerter, wortschatz: Wortschatz) -> Zerleger:
    return Zerleger(
        teile=wortschatz.teile,
        einfach=woerter.teile,
        gesperrt=woerter.keine_teile,
        frequency=wortschatz.frequency,
    )


def _pieces(text: str) -> Iterator[str]:
    for written in written_words(text):
        yield from pieces(written)


def _is_stop(wort: Wort, woerter: Woerter) -> bool:
    return fold(wort.form) in woerter.stopp
