"""What is offered while somebody is still typing, from the same words as the search itself."""

from __future__ import annotations

from collections.abc import Iterable

from search import deutung
from search.analyse import Analyse
from search.engine import Hit, Suggestion, plain
from search.lesarten import Art, Begriff, Deutung, Lesart
from search.stammform import fold, stem

_BEGINNINGS = 24
_SHORTEST = 2


def complete(prefix: str, analyse: Analyse) -> Deutung:
    """As `deutung.deute`, but the last word is taken for the beginning of every word it begins."""
    text = prefix[: deutung.MAX_LENGTH].strip()
    before, _, last = text.rpartition(" ")
    folded = fold(last)
    if len(folded) < _SHORTEST or not folded.isalpha():
        return deutung.deute(text, analyse)
    beginnings = analyse.wortschatz.completions(folded, _BEGINNINGS)
    if not beginnings:
        return deutung.deute(text, analyse)
    meant = deutung.deute(before, analyse) if before else Deutung()
    lesarten = [Lesart((beginning,), Art.BEGINN) for beginning in beginnings]
    for beginning in beginnings:
        lesarten += _official(beginning, analyse)
    if stem(folded) in analyse.wortschatz:
        lesarten.insert(0, Lesart((stem(folded),), Art.WORT, 2.0))
    strong = tuple(begriff for begriff in meant.begriffe if begriff.stark)
    return Deutung(
        begriffe=(*strong, Begriff(last, tuple(dict.fromkeys(lesarten)))),
        genau=(analyse.exact(text),),
    )


def _official(stamm: str, analyse: Analyse) -> list[Lesart]:
    terms = analyse.woerter.synonyme.get((stamm,), ())
    return [
        Lesart(tuple(dict.fromkeys(s for s, _ in analyse.stems(term))), Art.AMTLICH, 0.8)
        for term in terms
    ]


def from_hits(hits: Iterable[Hit], limit: int) -> tuple[Suggestion, ...]:
    """The same title once per type and place."""
    found: dict[tuple[str, str, str], Suggestion] = {}
    for hit in hits:
        key = plain(hit.titel), hit.typ, hit.zusatz
        if key not in found:
            found[key] = Suggestion(hit.titel, hit.typ, hit.id, hit.zusatz)
        if len(found) == limit:
            break
    return tuple(found.values())
