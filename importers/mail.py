"""A mail that was received, as a file: RFC 5322 (`.eml`) or Outlook (`.msg`), into one record.

Whoever wrote it may mean harm, so nothing in it is believed or run. Size, lines and depth are
limited before anything is taken asunder, charsets are guessed where they lie, HTML becomes text,
and whatever breaks a header becomes a blank. What had to be left out is said in `hinweise`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from importers.records import Unlesbar

LARGEST_MAIL = 10 * 1024 * 1024
LONGEST_TEXT = 100_000
MOST_ATTACHMENTS = 50
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_LONGEST_LINE = 500
_LONGEST_NAME = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\u202a-\u202e\u2066-\u2069]+")
_UNTEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\u202a-\u202e\u2066-\u2069]")
_BLANK_LINES = re.compile(r"\n{3,}")
_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_MOST_REFERENCES = 50


@dataclass(frozen=True, slots=True)
class Anlage:
    name: str
    medientyp: str
    inhalt: bytes


@dataclass(frozen=True, slots=True)
class Maildatei:
    """`bezug`: Message-IDs it answers or reports on. `automatisch`: no person wrote it."""

    message_id: str
    von: str
    von_name: str
    betreff: str
    text: str
    gesendet_am: datetime | None
    empfangen_am: datetime | None
    bezug: tuple[str, ...] = ()
    automatisch: bool = False
    anlagen: tuple[Anlage, ...] = ()
    hinweise: tuple[str, ...] = ()
    endung: str = "eml"


def read_mail(data: bytes) -> Maildatei:
    """What kind of file it is, its first bytes say; a name may say anything."""
    if len(data) > LARGEST_MAIL:
        raise Unlesbar(
            f"Die Mail ist größer als {LARGEST_MAIL // 1024 // 1024} MB. Speichern Sie sie ohne "
            "ihre Anlagen, und laden Sie diese am Vorgang hoch."
        )
    if data.startswith(_OLE):
        from importers.mail_msg import read_msg

        return read_msg(data)
    from importers.mail_eml import read_eml

    return read_eml(data)


def unreadable(kennung: str, reason: str) -> Maildatei:
    """Stands for a mail that lies in a mailbox and cannot be read here; nobody may miss it."""
    text = f"{reason}\n\nDie Mail liegt noch im Postfach. Sehen Sie dort nach."
    return Maildatei(f"<{kennung}@postfach.invalid>", "", "", "Mail nicht lesbar", text, None, None)


def one_line(text: str, longest: int = _LONGEST_LINE) -> str:
    """Nothing of it begins another header, and no writing direction hides what it says."""
    return " ".join(_CONTROL.sub(" ", text).split())[:longest].strip()


def plain_text(text: str) -> tuple[str, bool]:
    """With plain line ends, and whether its end was cut off."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    clean = _UNTEXT.sub("", "\n".join(line.rstrip() for line in lines)).replace("\xa0", " ")
    clean = _BLANK_LINES.sub("\n\n", clean).strip()
    return clean[:LONGEST_TEXT], len(clean) > LONGEST_TEXT


def message_ids(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(text)))[:_MOST_REFERENCES]


def file_name(name: str) -> str:
    """Without a path, and as one line."""
    return one_line(name.replace("\\", "/").rsplit("/", 1)[-1], _LONGEST_NAME)


def collect(parts: Iterable[Anlage]) -> tuple[tuple[Anlage, ...], tuple[str, ...]]:
    """As many as a person looks through; the rest is still in the mail itself."""
    found = tuple(parts)
    if len(found) <= MOST_ATTACHMENTS:
        return found, ()
    return found[:MOST_ATTACHMENTS], (
        f"Von {len(found)} Anlagen stehen hier {MOST_ATTACHMENTS}; alle sind in der Mail selbst.",
    )


def in_utc(moment: datetime | None) -> datetime | None:
    """A moment without a zone is taken for UTC; one outside of the calendar is none."""
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
