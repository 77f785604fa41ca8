"""Outlook's own file, a compound file of properties (MS-OXMSG).

It keeps the headers a mail travelled with, unless it never did; then its properties say the same.
A body that is there as RTF only is not read: the file itself goes along with the case.
"""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_string, policy
from email.utils import formataddr
from io import BytesIO
from typing import TypeVar

from olefile import OleFileIO
from oxmsg import Message
from oxmsg.attachment import Attachment

from importers.mail import (
    LARGEST_MAIL,
    LONGEST_TEXT,
    Anlage,
    Maildatei,
    collect,
    file_name,
    in_utc,
    one_line,
    plain_text,
)
from importers.mail_eml import read_eml
from importers.mail_html import html_to_text
from importers.records import Unlesbar

_INTERNET_MESSAGE_ID, _IN_REPLY_TO, _REFERENCES = 0x1035, 0x1042, 0x1039
_SENDER_SMTP, _SENDER_NAME, _SENT_BY_SMTP = 0x5D01, 0x0C1A, 0x5D02
_DELIVERED, _CONTENT_ID = 0x0E06, 0x3712
_MOST_ENTRIES = 5_000
# Rules that answer by themselves, and reports of servers, are classes of their own.
_AUTOMATIC = ("ipm.note.rules.", "report.ipm.", "ipm.schedule.")
_MAIL = ("ipm.note", "report.ipm.", "ipm.schedule.", "")

T = TypeVar("T")


def read_msg(data: bytes) -> Maildatei:
    try:
        _check_size(data)
        return _read(Message.load(data))
    except Unlesbar:
        raise
    # The library takes a sound file for granted; what a broken one makes of it is one of many.
    except Exception as error:
        raise Unlesbar(
            "Die Outlook-Datei ist beschädigt oder keine Mail. Speichern Sie die Mail noch einmal, "
            "oder als .eml."
        ) from error


def _check_size(data: bytes) -> None:
    """Entries may share their bytes, and the library reads each of them into memory."""
    with OleFileIO(BytesIO(data)) as file:
        entries = [entry for entry in file.direntries if entry is not None]
    if len(entries) > _MOST_ENTRIES or sum(entry.size for entry in entries) > 2 * LARGEST_MAIL:
        raise Unlesbar("Die Outlook-Datei ist nicht, was sie angibt, und wird nicht gelesen.")


def _read(message: Message) -> Maildatei:
    kind = message.message_class.lower()
    if kind and not kind.startswith(tuple(filter(None, _MAIL))):
        raise Unlesbar(
            f"Die Outlook-Datei ist keine Mail, sondern „{one_line(message.message_class, 60)}“. "
            "Laden Sie die Mail selbst hoch."
        )
    head = read_eml(_headers(message))
    text, cut = plain_text(_body(message))
    files, hints = collect(each for each in map(_attachment, message.attachments) if each)
    if cut:
        hints += (f"Vom Text stehen hier die ersten {LONGEST_TEXT} Zeichen.",)
    if not text:
        hints += ("Der Text dieser Mail ist hier nicht lesbar; öffnen Sie die Datei in Outlook.",)
    delivered = _or_none(lambda: message.properties.date_prop_value(_DELIVERED))
    return Maildatei(
        message_id=head.message_id,
        von=head.von,
        von_name=head.von_name,
        betreff=one_line(message.subject, 300) or head.betreff,
        text=text,
        gesendet_am=in_utc(_or_none(lambda: message.sent_date)) or head.gesendet_am,
        empfangen_am=head.empfangen_am or in_utc(delivered),
        bezug=head.bezug,
        automatisch=head.automatisch or kind.startswith(_AUTOMATIC),
        anlagen=files,
        hinweise=hints,
        endung="msg",
    )


def _headers(message: Message) -> bytes:
    """Those it came with, and what only the properties say below them."""
    came = message_from_string(_property(message, 0x007D)[:LARGEST_MAIL], policy=policy.compat32)
    sender = _property(message, _SENDER_SMTP) or _property(message, _SENT_BY_SMTP)
    said = {
        "From": formataddr((one_line(_property(message, _SENDER_NAME), 200), one_line(sender, 254)))
        if sender
        else one_line(message.sender or ""),
        "Message-ID": _property(message, _INTERNET_MESSAGE_ID),
        "In-Reply-To": _property(message, _IN_REPLY_TO),
        "References": _property(message, _REFERENCES),
    }
    kept = [(name, str(value)) for name, value in came.items() if name.lower() != "content-type"]
    kept += [(name, value) for name, value in said.items() if value and name not in came]
    lines = [f"{name}: {one_line(value, 4_000)}" for name, value in kept]
    return "\n".join(["X-Format: msg", *lines, "", ""]).encode("utf-8", "replace")


def _body(message: Message) -> str:
    plain = _or_none(lambda: message.body) or ""
    return plain if plain.strip() else html_to_text(_or_none(lambda: message.html_body) or "")


def _attachment(part: Attachment) -> Anlage | None:
    """A mail within the mail has no bytes of its own here; it stays in the file. Nor is the logo
    below a signature a document."""
    content = _or_none(lambda: part.file_bytes)
    content_id = _or_none(lambda: part.properties.str_prop_value(_CONTENT_ID))
    if content is None or content_id:
        return None
    name = file_name(_or_none(lambda: part.file_name) or "") or "ohne Namen"
    kind = one_line(_or_none(lambda: part.mime_type) or "application/octet-stream", 100)
    return Anlage(name, kind, content)


def _property(message: Message, number: int) -> str:
    return _or_none(lambda: message.properties.str_prop_value(number)) or ""


def _or_none(read: Callable[[], T | None]) -> T | None:
    """One property that cannot be read costs only itself."""
    try:
        return read()
    except Exception:
        return None
