"""Understands what somebody typed, before any engine sees it.

Each word becomes a Begriff with several readings: the word itself, its parts, the official terms
for it, what it was a misspelling or the beginning of. A document has to match every strong Begriff
in one of its readings; weak ones (anmelden, Antrag) only help to order.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from search.analyse import PREFIXES, Analyse, is_place, place, written_words
from search.engine import Meaning
from search.lesarten import Art, Begriff, Deutung, Lesart
from search.stammform import fold, pieces, stem

# Nobody types more; a pasted page must not cost more than a question.
MAX_LENGTH = 300
MAX_WORDS = 12
_COMPLETIONS = 8
_SHORTEST_PREFIX = 3

_KEY_MARK = re.compile(
    r"\b(?:ozg|leika|leistungs|regional|gemeinde)?-?(?:ids?|schlüssel|schluessel|nr|nummer|key)?"
    r"[\s:.#-]*(?=\d{4})",
    re.IGNORECASE,
)
# Digits in groups, as keys are printed: 99 107 022 012 000, 05 515 000 or 99.107.022.
_KEY = re.compile(r"(?<![\w.,])\d{2,}(?:[ .\u00a0-]\d+)*(?![\w])")
_SHORTEST_KEY = 4


@dataclass(frozen=True, slots=True)
class _Word:
    """A word on its way: as typed, folded, and what it turned out to be."""

    typed: str
    folded: str
    beginnings: tuple[str, ...] = ()
    stop: bool = False
    known: bool = True

    @property
    def stem(self) -> str:
        return stem(self.folded)


def deute(text: str, analyse: Analyse) -> Deutung:
    cleaned = unicodedata.normalize("NFKC", text[:MAX_LENGTH]).replace("\0", " ")
    keys, rest = _take_keys(cleaned)
    corrections: dict[str, str] = {}
    words = [word for typed in _typed_words(rest) for word in _resolve(typed, analyse, corrections)]
    if not keys and all(word.stop for word in words):
        # "Hilfe" is a question, too, if there is nothing else.
        words = [replace(word, stop=False) for word in words]
    begriffe, meanings, ignored = _group(words, analyse)
    if not words and not keys and cleaned.strip():
        # Only signs: that is a question without an answer, not none.
        ignored = [cleaned.strip()]
    if len(begriffe) > 1:
        begriffe = [_without_place(begriff) for begriff in begriffe]
    begriffe = _with_strong([*(_key_begriff(key) for key in keys), *begriffe])
    return Deutung(
        begriffe=tuple(begriffe),
        genau=tuple(dict.fromkeys(e for e in _exact(rest, begriffe, analyse, corrections) if e)),
        suggestion=_suggestion(cleaned, corrections),
        meanings=meanings,
        ignored=tuple(ignored),
    )


# Keys ────────────────────────────────────────────────────────────────────────────────────────


def _take_keys(text: str) -> tuple[list[str], str]:
    """Keys in the text, and the text without them; digits that are too few stay words."""
    keys: list[str] = []

    def take(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[0])
        if len(digits) < _SHORTEST_KEY:
            return found[0]
        keys.append(digits)
        return " "

    rest = _KEY.sub(take, _KEY_MARK.sub(" ", text))
    return keys, rest


def _key_begriff(key: str) -> Begriff:
    return Begriff(key, (Lesart((key,), Art.SCHLUESSEL), Lesart((key,), Art.WORT, 0.3)))


def shorter_keys(deutung: Deutung) -> Deutung | None:
    """With keys cut to a higher level, for a key of which nothing is known; None if there is none.

    Verrichtung and detail go first, so that 99107023017999 still leads to Wohngeld.
    """
    changed = False
    begriffe = []
    for begriff in deutung.begriffe:
        first = begriff.lesarten[0] if begriff.lesarten else None
        cut = next((n for n in (11, 8) if len(begriff.text) > n), None)
        if first and first.art is Art.SCHLUESSEL and cut and begriff.text.startswith("99"):
            begriffe.append(_key_begriff(begriff.text[:cut]))
            changed = True
        else:
            begriffe.append(begriff)
    return replace(deutung, begriffe=tuple(begriffe)) if changed else None


# Words ───────────────────────────────────────────────────────────────────────────────────────


def _typed_words(text: str) -> list[str]:
    words = [piece for written in written_words(text) for piece in pieces(written)]
    return words[:MAX_WORDS]


def _resolve(typed: str, analyse: Analyse, corrections: dict[str, str]) -> list[_Word]:
    """To words that are known: itself, its parts, one it begins, the one that was meant."""
    folded = fold(typed)
    if folded in analyse.woerter.stopp:
        return [_Word(typed, folded, stop=True)]
    if stem(folded) in analyse.wortschatz or place(folded) in analyse.wortschatz:
        return [_Word(typed, folded)]
    parts = analyse.zerleger.leaves(folded)
    if parts:
        return [_Word(part, part, stop=part in analyse.woerter.stopp) for part in parts]
    for prefix in PREFIXES:
        rest = folded.removeprefix(prefix)
        if rest != folded and len(rest) >= 5 and stem(rest) in analyse.wortschatz:
            # Nachbestellen is a way to order, weiterbewilligen one to grant.
            return [_Word(typed, rest)]
    return (
        _completed(typed, folded, analyse)
        or _corrected(typed, folded, analyse, corrections)
        or [_Word(typed, folded, known=False)]
    )


def _completed(typed: str, folded: str, analyse: Analyse) -> list[_Word]:
    if len(folded) < _SHORTEST_PREFIX:
        return []
    beginnings = analyse.wortschatz.completions(folded, _COMPLETIONS)
    # Words before places: fluss is no beginning of Flußbach as long as there is another.
    beginnings = [b for b in beginnings if not is_place(b)] or beginnings
    if len(beginnings) == 1:
        return [_Word(typed, fold(analyse.wortschatz.form(beginnings[0])))]
    return [_Word(typed, folded, beginnings=tuple(beginnings))] if beginnings else []


def _corrected(
    typed: str, folded: str, analyse: Analyse, corrections: dict[str, str]
) -> list[_Word]:
    schatz = analyse.wortschatz
    meant = schatz.correction(folded)
    if meant is not None:
        corrections[typed] = form = schatz.form(meant)
        return [_Word(form, fold(form))]
    # A compound of which one side is right and the other nearly: Hundeanmeldunk.
    for cut in range(len(folded) - 5, 4, -1):
        left, right = folded[:cut], folded[cut:]
        if stem(left) in schatz.teile and (meant := schatz.correction(right, only_parts=True)):
            parts = left, fold(schatz.form(meant))
        elif stem(right) in schatz.teile and (meant := schatz.correction(left, only_parts=True)):
            parts = fold(schatz.form(meant)), right
        else:
            continue
        corrections[typed] = "".join(parts)
        return [_Word(part, part) for part in parts]
    return []


def _suggestion(text: str, corrections: dict[str, str]) -> str | None:
    if not corrections:
        return None
    for wrong, right in corrections.items():
        text = text.replace(wrong, right.lower() if wrong.islower() else right)
    return " ".join(text.split())


# Meanings ────────────────────────────────────────────────────────────────────────────────────


def _group(
    words: list[_Word], analyse: Analyse
) -> tuple[list[Begriff], tuple[Meaning, ...], list[str]]:
    """Words that mean something together become one Begriff, the longest group first.

    The third value are words that nothing is known of.
    """
    begriffe: list[Begriff] = []
    meanings: list[Meaning] = []
    unknown: list[str] = []
    start = 0
    while start < len(words):
        group, compound, terms = _together(words[start:], analyse)
        end = start + words[start:].index(group[-1]) + 1
        known = analyse.in_documents(group[0].stem) or group[0].beginnings or len(group) > 1
        known = known or place(group[0].folded) in analyse.wortschatz
        if terms or (known and not group[0].stop):
            begriff = _begriff(group, compound, terms, analyse)
            begriffe.append(begriff)
            if terms:
                meanings.append(Meaning(begriff.text, terms))
        elif not group[0].stop:
            unknown.append(group[0].typed)
        start = end
    return begriffe, tuple(meanings), unknown


def _together(
    words: list[_Word], analyse: Analyse
) -> tuple[list[_Word], str | None, tuple[str, ...]]:
    """The longest group at the start that has official terms or makes a compound; with both.

    Stop words may be part of an entry (in Rente) or stand between its words (Hund beim Amt
    anmelden), so both are tried.
    """
    longest = max(2, analyse.woerter.longest)
    telling = [word for word in words if not word.stop]
    for length in range(min(len(words), longest), 0, -1):
        for group in (words[:length], telling[:length]):
            if len(group) < length or (group[0].stop and length == 1) or group[0] != words[0]:
                continue
            stems = tuple(word.stem for word in group)
            terms = dict.fromkeys(analyse.woerter.synonyme.get(stems, ()))
            if not terms and len(stems) > 1:
                in_order = tuple(sorted(stems))
                terms |= dict.fromkeys(analyse.woerter.umgestellt.get(in_order, ()))
            compound = _compound(stems, analyse)
            if compound is not None:
                terms |= dict.fromkeys(analyse.woerter.synonyme.get((compound,), ()))
            if terms or compound:
                return group, compound, tuple(terms)
    return words[:1], None, _echo(words[0], analyse)


def _echo(word: _Word, analyse: Analyse) -> tuple[str, ...]:
    """The terms of the entries a word is part of, if it is found nowhere else."""
    if word.stop or word.beginnings or analyse.in_documents(word.stem):
        return ()
    return analyse.woerter.anklang.get(word.stem, ())


def _compound(stems: tuple[str, ...], analyse: Analyse) -> str | None:
    """Zulassung Fahrzeug asks for the same as Fahrzeug zulassen."""
    if len(stems) != 2:
        return None
    first, second = stems
    zusammen = analyse.wortschatz.zusammen
    return zusammen.get((first, second)) or zusammen.get((second, first))


def _begriff(
    words: list[_Word], compound: str | None, terms: tuple[str, ...], analyse: Analyse
) -> Begriff:
    text = " ".join(word.typed for word in words)
    official = [lesart for term in terms for lesart in _official_readings(term, analyse)]
    if compound is not None:
        official.insert(0, Lesart((compound,), Art.WORT))
    telling = [word for word in words if word.known and not word.stop]
    if len(telling) > 1:
        alone = tuple(_single(word, analyse) for word in telling)
        rarest = max(single.seltenheit for single in alone)
        return Begriff(text, tuple(dict.fromkeys(official)), einzeln=alone, seltenheit=rarest)
    own = [lesart for word in telling for lesart in _own_readings(word, analyse)]
    weak = not terms and (
        all(word.stem in analyse.woerter.taetigkeiten or len(word.folded) == 1 for word in words)
        or all(_only_a_place(word, analyse) for word in words)
    )
    return Begriff(
        text,
        tuple(dict.fromkeys([*own, *official])),
        stark=not weak,
        seltenheit=_rarity(own[0].tokens, analyse) if own else 1.0,
    )


def _rarity(tokens: tuple[str, ...], analyse: Analyse) -> float:
    often = min(analyse.wortschatz.frequency(token) for token in tokens)
    return 1 / (1 + 0.35 * math.log10(1 + often / 10))


def _without_place(begriff: Begriff) -> Begriff:
    """Bescheid and Wald are villages, too, but not among other words."""
    others = tuple(lesart for lesart in begriff.lesarten if lesart.art is not Art.ORT)
    return replace(begriff, lesarten=others) if others else begriff


def _only_a_place(word: _Word, analyse: Analyse) -> bool:
    """Wohngeld Münster asks for Wohngeld; that Münster is a place helps only to order."""
    if word.beginnings:
        return all(is_place(beginning) for beginning in word.beginnings)
    return word.stem not in analyse.wortschatz and place(word.folded) in analyse.wortschatz


def _single(word: _Word, analyse: Analyse) -> Begriff:
    """A word of a group on its own, with the official terms that it has alone."""
    terms = analyse.woerter.synonyme.get((word.stem,), ())
    begriff = _begriff([word], None, terms, analyse)
    weak = word.stem in analyse.woerter.taetigkeiten
    return replace(begriff, stark=False) if weak else begriff


def _own_readings(word: _Word, analyse: Analyse) -> Iterator[Lesart]:
    if word.beginnings:
        for number, beginning in enumerate(word.beginnings):
            yield Lesart((beginning,), Art.BEGINN, 1.0 if number == 0 else 0.6)
        return
    if not _only_a_place(word, analyse):
        yield Lesart((word.stem,), Art.WORT)
    if place(word.folded) in analyse.wortschatz:
        yield Lesart((place(word.folded),), Art.ORT)
    leaves = analyse.zerleger.leaves(word.folded)
    if leaves:
        yield Lesart(tuple(dict.fromkeys(stem(leaf) for leaf in leaves)), Art.TEILE, 0.5)


def _official_readings(term: str, analyse: Analyse) -> Iterator[Lesart]:
    """The term as it stands, and its parts where no document writes it so."""
    whole: list[str] = []
    split: list[str] = []
    for folded in analyse.folded_words(term):
        if folded in analyse.woerter.stopp:
            continue
        whole.append(stem(folded))
        split += [stem(leaf) for leaf in analyse.zerleger.leaves(folded)] or [stem(folded)]
    if whole:
        yield Lesart(tuple(dict.fromkeys(whole)), Art.AMTLICH, 0.9)
        if split != whole:
            yield Lesart(tuple(dict.fromkeys(split)), Art.TEILE, 0.35)


def _with_strong(begriffe: list[Begriff]) -> list[Begriff]:
    """If all words are weak, they are what is asked for."""
    if any(begriff.stark for begriff in begriffe):
        return begriffe
    return [replace(begriff, stark=True) for begriff in begriffe]


def _exact(
    text: str, begriffe: list[Begriff], analyse: Analyse, corrections: dict[str, str]
) -> Iterator[str]:
    """What was typed as a title, and the official terms if it is a single Begriff."""
    yield analyse.exact(_suggestion(text, corrections) or text)
    if len(begriffe) == 1:
        for lesart in begriffe[0].lesarten:
            if lesart.art in {Art.AMTLICH, Art.BEGINN}:
                yield " ".join(lesart.tokens)
