"""Marks in titles and texts what was asked for, the same way for both engines.

The engines would mark only what they matched letter by letter; a word found through a correction,
a part or an official term would stay plain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from search.analyse import Analyse
from search.engine import Marked, Segment
from search.lesarten import Wanted

LENGTH = 180
_BEFORE = 60


@dataclass(frozen=True, slots=True)
class Text:
    """A text in pieces between blanks, with the stems in each piece and in all of them.

    Worked out once per text, so that marking it for another question compares sets only.
    """

    text: str
    pieces: tuple[str, ...]
    stems: tuple[frozenset[str], ...]
    all_stems: frozenset[str]

    def place(self, wanted: frozenset[str]) -> int | None:
        """The number of the first piece with something wanted."""
        if wanted.isdisjoint(self.all_stems):
            return None
        return next(n for n, found in enumerate(self.stems) if not wanted.isdisjoint(found))


def read(text: str, analyse: Analyse) -> Text:
    pieces = tuple(text.split(" "))
    stems = tuple(analyse.stems_in(piece) for piece in pieces)
    return Text(text, pieces, stems, frozenset().union(*stems))


def mark(text: Text, wanted: frozenset[str]) -> Marked:
    if wanted.isdisjoint(text.all_stems):
        return (Segment(text.text),) if text.text else ()
    return tuple(_joined(text, wanted, 0, len(text.pieces)))


def name_with(names: Iterable[Text], wanted: Wanted) -> Marked:
    """The first name with what was typed; for a title that says something else explains nothing."""
    for name in names:
        if name.place(wanted.typed) is not None:
            return mark(name, wanted.all)
    return ()


def excerpt(texts: Iterable[Text], wanted: frozenset[str]) -> Marked:
    """The first place where something matches; without one, the beginning of the first text."""
    first: Text | None = None
    for text in texts:
        first = first or text
        place = text.place(wanted)
        if place is not None:
            return _around(text, place, wanted)
    return _around(first, 0, frozenset()) if first is not None and first.text else ()


def _around(text: Text, place: int, wanted: frozenset[str]) -> Marked:
    """About `LENGTH` characters with that piece in them, cut between words."""
    if len(text.text) <= LENGTH:
        return mark(text, wanted)
    start, before = place, 0
    while start and before < _BEFORE:
        start -= 1
        before += len(text.pieces[start]) + 1
    end, length = start, 0
    while end < len(text.pieces) and (end <= place or length < LENGTH):
        length += len(text.pieces[end]) + 1
        end += 1
    segments = list(_joined(text, wanted, start, end))
    if start:
        segments.insert(0, Segment("… "))
    if end < len(text.pieces):
        segments.append(Segment(" …"))
    return tuple(segments)


def _joined(text: Text, wanted: frozenset[str], start: int, end: int) -> Iterator[Segment]:
    """Neighbours of the same kind in one segment; a blank between two marked words is marked."""
    run = start
    marked = not wanted.isdisjoint(text.stems[start])
    for number in range(start + 1, end):
        here = not wanted.isdisjoint(text.stems[number])
        if here != marked:
            yield from _segment(text.pieces[run:number], marked, run > start, True)
            run, marked = number, here
    yield from _segment(text.pieces[run:end], marked, run > start, False)


def _segment(
    pieces: tuple[str, ...], marked: bool, blank_before: bool, blank_after: bool
) -> Iterator[Segment]:
    """The blank between two segments goes to the plain one of them."""
    text = " ".join(pieces)
    if not marked:
        text = f"{' ' if blank_before else ''}{text}{' ' if blank_after else ''}"
    if text:
        yield Segment(text, marked)
