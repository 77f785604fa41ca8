"""A letter as an OpenDocument text, for those who have to go on writing in it.

It says what the page and the PDF say, with headings, lists and tables that a word processor and a
screen reader know as such. What it looks like is left to the styles of the program that opens it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time

from odfdo import Cell, Document, Element, Header, Link, List, ListItem, Paragraph, Row, Table

from katalog.ausgabe.brief import Absatz, Angaben, Block, Brief, Kapitel, Liste, Muster, Worte, say
from katalog.ausgabe.xml_text import possible_text
from katalog.domain.kalender import format_datum

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"


def write_odt(brief: Brief) -> bytes:
    document = Document("text")
    document.language = "de-DE"
    meta = document.meta
    meta.title = possible_text(brief.titel)
    meta.creator = meta.initial_creator = possible_text(brief.absender)
    # Of the day it is from: the same letter does not change because somebody fetches it again.
    meta.date = meta.creation_date = datetime.combine(brief.stand, time(), UTC)
    body = document.body
    body.clear()
    for element in _elements(brief):
        body.append(element)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _elements(brief: Brief) -> Iterator[Element]:
    yield _text(brief.art)
    yield Header(1, possible_text(brief.titel))
    if brief.hinweis:
        yield _text(brief.hinweis)
    head = (brief.absender, brief.adressaten, f"Stand {format_datum(brief.stand)}")
    yield _text(", ".join(filter(None, head)))
    number = 0
    for kapitel in brief.kapitel:
        yield Header(2, possible_text(kapitel.titel))
        for title, blocks in (("", kapitel.bloecke), *_parts(kapitel)):
            if title:
                yield Header(3, possible_text(title))
            for block in blocks:
                number += 1
                yield from _block(block, number)
    yield Header(2, "Quellen")
    yield _list([say(source) for source in brief.quellen])
    closing = _text(f"Fassung {brief.fassung}. {brief.verweis}: ")
    closing.append(Link(brief.url, text=possible_text(brief.url)))
    yield closing


def _parts(kapitel: Kapitel) -> Iterator[tuple[str, tuple[Block, ...]]]:
    return ((part.titel, part.bloecke) for part in kapitel.abschnitte)


def _block(block: Block, number: int) -> Iterator[Element]:
    """`number` gives tables names, which have to differ within a document."""
    match block:
        case Absatz():
            yield _words(block.worte)
        case Liste():
            yield _list(block.punkte, numbered=block.nummeriert)
        case Angaben():
            yield _table(block, number)
        case Muster():
            yield Header(4, possible_text(block.titel))
            for line in block.text.splitlines():
                yield _text(line, "Preformatted_20_Text")


def _table(block: Angaben, number: int) -> Table:
    """A row for each name; its values are paragraphs of one cell."""
    table = Table(f"Angaben {number}")
    for line in block.zeilen:
        row, name, values = Row(), Cell(), Cell()
        name.append(_text(line.name))
        for value in line.werte:
            values.append(_words(value))
        row.append_cell(name)
        row.append_cell(values)
        table.append_row(row)
    return table


def _list(items: Sequence[Worte], *, numbered: bool = False) -> List:
    found = List(style="Numbering_20_1" if numbered else "List_20_1")
    for item in items:
        entry = ListItem()
        entry.append(_words(item))
        found.append_item(entry)
    return found


def _words(words: Worte) -> Paragraph:
    """Texts and links in their order; a link stands where it is said."""
    paragraph = _text("")
    for word in words:
        if word.ziel:
            paragraph.append(Link(possible_text(word.ziel), text=possible_text(word.text)))
        else:
            paragraph.append_plain_text(possible_text(word.text))
    return paragraph


def _text(text: str, style: str = "Text_20_body") -> Paragraph:
    return Paragraph(possible_text(text), style=style)
