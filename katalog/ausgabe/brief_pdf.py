"""A letter as a tagged PDF (PDF/UA-1), set by typst from `brief.typ`; a record as PDF/A-3a besides.

The content goes in as JSON, so nothing in it can be markup. typst refuses to write a PDF that
breaks the standard; the one thing data could break are signs that no font here can show, and those
are replaced before.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from katalog.ausgabe.brief import Brief
from katalog.domain.errors import NichtVerfuegbar
from katalog.domain.kalender import format_datum

_TEMPLATE = Path(__file__).with_name("brief.typ")
# A letter has some 10,000 bytes, the file of a case ten times as many. One of this size would take
# about a second.
_LARGEST = 400_000
_AT_ONCE = threading.BoundedSemaphore(2)
_WAIT_SECONDS = 10.0
# What Fira Sans as it is shipped (see hatch_build.py) and the font behind it can show for sure.
_SHOWN = (
    r"\n -~\u00a0-\u017f\u0218-\u021b\u0391-\u03a1\u03a3-\u03c9\u0410-\u044f\u1e9e"
    r"\u2010-\u2014\u2018-\u201e\u2022\u2026\u20ac\u2190-\u2193\u2212"
)
_NOT_SHOWN = re.compile(f"[^{_SHOWN}]")
_REPLACEMENT = "?"
_BLANK = re.compile(r"[^\S\n\u00a0]")
_SOFT_HYPHEN = "\u00ad"
# Names and texts for the template; a tuple, so that it can be remembered what came of them.
_Inputs = tuple[tuple[str, str], ...]
_Standard = Literal["ua-1", "a-3a"]


@dataclass(frozen=True, slots=True)
class Anlage:
    """The data that a record is made of, for programs; it travels inside the PDF."""

    name: str
    medientyp: str
    beschreibung: str
    inhalt: bytes


def write_pdf(brief: Brief, fonts: Path) -> bytes:
    """Nothing of it depends on the time: the same letter is the same file."""
    return _keep(_inputs(brief), str(fonts))


def write_record(brief: Brief, anlage: Anlage, fonts: Path) -> bytes:
    """To be kept for long, with a cover and its contents in front; nothing of it stays in memory.

    PDF/A-3a (ISO 19005-3): all that is needed to show it is inside, and so are the data.
    """
    inputs = (
        *_inputs(brief),
        ("anlage", anlage.inhalt.decode()),
        ("anlage_name", anlage.name),
        ("anlage_art", anlage.medientyp),
        ("anlage_text", anlage.beschreibung),
    )
    return _typeset(inputs, str(fonts), ("a-3a", "ua-1"))


def _inputs(brief: Brief) -> _Inputs:
    content = msgspec.json.encode(_showable_parts(msgspec.to_builtins(brief))).decode()
    if len(content) > _LARGEST:
        raise NichtVerfuegbar(
            "Das ist zu lang für ein PDF. Nutzen Sie die Seite im Katalog, und melden Sie es der "
            "betreibenden Stelle."
        )
    return (
        ("brief", content),
        ("fassung", brief.fassung),
        ("pruefsumme", brief.pruefsumme),
        ("stand", format_datum(brief.stand)),
    )


def make_showable(text: str) -> str:
    """Umlauts of two signs become one; what is invisible goes; the rest that no font has is `?`."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(c for c in composed if unicodedata.category(c) != "Cf" or c == _SOFT_HYPHEN)
    return _NOT_SHOWN.sub(_REPLACEMENT, _BLANK.sub(" ", kept))


def _showable_parts(part: Any) -> Any:
    match part:
        case str():
            return make_showable(part)
        case dict():
            return {name: _showable_parts(value) for name, value in part.items()}
        case list() | tuple():
            return [_showable_parts(item) for item in part]
        case _:
            return part


@lru_cache(maxsize=32)
def _keep(inputs: _Inputs, fonts: str) -> bytes:
    return _typeset(inputs, fonts, ("ua-1",))


def _typeset(inputs: _Inputs, fonts: str, standards: tuple[_Standard, ...]) -> bytes:
    import typst

    if not _AT_ONCE.acquire(timeout=_WAIT_SECONDS):
        raise NichtVerfuegbar(
            "Gerade werden zu viele Schreiben zugleich erzeugt. "
            "Versuchen Sie es gleich noch einmal."
        )
    try:
        pdf = typst.compile(
            _TEMPLATE,
            sys_inputs=dict(inputs),
            font_paths=[Path(fonts)],
            # What is installed on a machine must not change what a letter looks like.
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=[*standards],
        )
    finally:
        _AT_ONCE.release()
    assert isinstance(pdf, bytes)
    return pdf
