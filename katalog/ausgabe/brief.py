"""A letter as a value: chapters of blocks, the same for the page and for the PDF.

What a letter says is put together once (`informationsschreiben`) and shown twice, so that page and
PDF cannot disagree. Its checksum is that of the content: it changes with every word, and with
nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import TypeAlias
from urllib.parse import quote

import msgspec


class _Part(msgspec.Struct, frozen=True, tag_field="art", tag=str.lower):
    """A block knows what it is, in JSON as in a template."""

    @property
    def art(self) -> str:
        return str(self.__struct_config__.tag)


class Text(msgspec.Struct, frozen=True):
    """`ziel` is a web address, or that of a mailbox with "mailto:" in front."""

    text: str
    ziel: str = ""


Worte: TypeAlias = tuple[Text, ...]


class Absatz(_Part, frozen=True):
    worte: Worte


class Liste(_Part, frozen=True):
    punkte: tuple[Worte, ...]
    nummeriert: bool = False


class Zeile(msgspec.Struct, frozen=True):
    """Several values of one name stand below each other."""

    name: str
    werte: tuple[Worte, ...]


class Angaben(_Part, frozen=True):
    zeilen: tuple[Zeile, ...]


class Muster(_Part, frozen=True):
    """A text to be copied, line ends included."""

    titel: str
    text: str


Block: TypeAlias = Absatz | Liste | Angaben | Muster


class Abschnitt(msgspec.Struct, frozen=True):
    titel: str
    bloecke: tuple[Block, ...]


class Kapitel(msgspec.Struct, frozen=True):
    titel: str
    bloecke: tuple[Block, ...] = ()
    abschnitte: tuple[Abschnitt, ...] = ()


class Brief(msgspec.Struct, frozen=True):
    """`hinweis` stands above everything else, such as that all of it is made up; `verweis` says
    what is found at `url`."""

    art: str
    titel: str
    absender: str
    adressaten: str
    stand: date
    kapitel: tuple[Kapitel, ...]
    quellen: tuple[str, ...]
    url: str
    hinweis: str = ""
    verweis: str = "Aktuelle Fassung"

    def encode(self) -> bytes:
        return msgspec.json.encode(self)

    @staticmethod
    def decode(text: str) -> Brief:
        return msgspec.json.decode(text, type=Brief)

    @property
    def pruefsumme(self) -> str:
        return hashlib.sha256(self.encode()).hexdigest()

    @property
    def fassung(self) -> str:
        """Short enough to be read out on the telephone."""
        return self.pruefsumme[:8]


NICHTS: Worte = (Text("keine Angabe"),)


def say(*texts: str | Text) -> Worte:
    return tuple(text if isinstance(text, Text) else Text(text) for text in texts)


def absatz(*texts: str | Text) -> Absatz:
    return Absatz(say(*texts))


def zeile(name: str, *werte: str | Text | Worte | None) -> Zeile:
    """Nothing said is said: a missing line would look as if nobody had thought of it."""
    found = [wert if isinstance(wert, tuple) else say(wert) for wert in werte if wert]
    return Zeile(name, tuple(dict.fromkeys(found)) or (NICHTS,))


def zeilen(*lines: Zeile) -> Angaben:
    return Angaben(lines)


def liste(punkte: Sequence[str | Text | Worte], *, nummeriert: bool = False) -> Liste:
    items = tuple(punkt if isinstance(punkt, tuple) else say(punkt) for punkt in punkte)
    return Liste(items, nummeriert)


def website(titel: str, url: str) -> Text:
    """Only what a browser may open as a page: a stored "javascript:" must not become a link."""
    return Text(titel, url if url.lower().startswith(("https://", "http://")) else "")


def mailbox(address: str) -> Text:
    return Text(address, f"mailto:{quote(address, safe='@')}")
