"""RFC 5322 with MIME: the parser of the standard library in its forgiving mode.

Its modern mode raises on some headers that only a program with bad intent writes; this one keeps
them as they are, and they are decoded here, one by one.
"""

from __future__ import annotations

import email.header
import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.message import Message
from email.utils import collapse_rfc2231_value, parseaddr, parsedate_to_datetime
from typing import Any

from importers.decoding import find_encoding
from importers.mail import (
    LONGEST_TEXT,
    Anlage,
    Maildatei,
    collect,
    file_name,
    in_utc,
    message_ids,
    one_line,
    plain_text,
)
from importers.mail_html import html_to_text
from importers.records import Unlesbar

# More lines, boundaries or levels than any mail has that a person sends.
_MOST_LINES = 300_000
_MOST_BOUNDARIES = 4_000
_DEEPEST = 20
# The parser compares each line with every boundary it stands within.
_MOST_COMPARISONS = 3_000_000
_LONGEST_HEADER = 64 * 1024
_FIELD = re.compile(rb"[!-9;-~]+:")
_MAILER = re.compile(r"(mailer-daemon|postmaster|no-?reply|noreply)@", re.IGNORECASE)
_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_REPORT_PARTS = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"})


def read_eml(data: bytes) -> Maildatei:
    _check_shape(data)
    try:
        message = message_from_bytes(data, policy=policy.compat32)
        parts = list(_leaves(message))
    except RecursionError as error:
        raise _nested() from error
    texts = [_text_of(part) for part in parts if _is_body(part)]
    chosen = next((t for kind, t in texts if kind == "text/plain" and t.strip()), "")
    if not chosen:
        chosen = next((html_to_text(t) for kind, t in texts if kind == "text/html"), "")
    text, cut = plain_text(chosen)
    files, hints = collect(
        _attachment(part) for part in parts if not (_is_body(part) or _is_picture_of_the_text(part))
    )
    if cut:
        hints += (f"Vom Text stehen hier die ersten {LONGEST_TEXT} Zeichen.",)
    # Taken apart before it is decoded: a name may hold an address that is not the sender's.
    name, address = parseaddr(_raw(message, "From"))
    automatic = _is_automatic(message)
    return Maildatei(
        message_id=next(iter(message_ids(_raw(message, "Message-ID"))), ""),
        von=one_line(address, 254).lower(),
        von_name=one_line(_decoded(name), 200),
        betreff=one_line(_decoded(_raw(message, "Subject")), 300),
        text=text,
        gesendet_am=_moment(_raw(message, "Date")),
        # Each server writes its line above the others: the first is that of one's own.
        empfangen_am=_moment(_raw(message, "Received").rpartition(";")[2]),
        bezug=_references(message, parts, automatic=automatic),
        automatisch=automatic,
        anlagen=files,
        hinweise=hints,
    )


def _check_shape(data: bytes) -> None:
    """Before the parser sees it: it takes what it is given, however much of it."""
    start = data.lstrip(b"\r\n\t ")[:998]
    if not (_FIELD.match(start) or start.startswith(b"From ")):
        raise Unlesbar(
            "Das ist keine Mail. Speichern Sie die Mail in Ihrem Mailprogramm als Datei mit der "
            "Endung .eml oder .msg."
        )
    if data.count(b"\n") > _MOST_LINES:
        raise Unlesbar(f"Die Mail hat mehr als {_MOST_LINES} Zeilen und wird nicht gelesen.")
    if (data.count(b"\n") + 1) * data.lower().count(b"boundary=") > _MOST_COMPARISONS:
        raise _nested()
    if data.count(b"\n--") > _MOST_BOUNDARIES:
        raise Unlesbar("Die Mail besteht aus zu vielen Teilen und wird nicht gelesen.")


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """What holds something; a mail within the mail is an attachment as it is."""
    if depth > _DEEPEST:
        raise _nested()
    content = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(content, list):
        for part in content:
            if isinstance(part, Message):
                yield from _leaves(part, depth + 1)
    else:
        yield message


def _nested() -> Unlesbar:
    return Unlesbar("Die Mail ist zu tief verschachtelt und wird nicht gelesen.")


# Headers ----------------------------------------------------------------------------------------


def _raw(message: Message, name: str) -> str:
    return str(message.get(name, ""))[:_LONGEST_HEADER]


def _decoded(raw: str) -> str:
    """Encoded words in whatever charset they claim; an unknown one is guessed."""
    try:
        pieces = email.header.decode_header(raw)
    except (HeaderParseError, ValueError):
        return raw
    return _join(pieces)


def _moment(text: str) -> datetime | None:
    try:
        return in_utc(parsedate_to_datetime(one_line(text)))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _is_automatic(message: Message) -> bool:
    """RFC 3834 and 3464, and what programs wrote before there were any."""
    said = one_line(_raw(message, "Auto-Submitted")).partition(";")[0].strip().lower()
    return (
        said not in {"", "no"}
        or message.get_content_type() == "multipart/report"
        or one_line(_raw(message, "Precedence")).lower() in _BULK
        or one_line(_raw(message, "Return-Path")) == "<>"
        or any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
        or _MAILER.search(_raw(message, "From")) is not None
    )


def _references(message: Message, parts: list[Message], *, automatic: bool) -> tuple[str, ...]:
    """A report that a mail did not arrive says in its last part which one that was."""
    said = [_raw(message, "In-Reply-To"), _raw(message, "References")]
    for part in parts if automatic else ():
        if part.get_content_type() not in _REPORT_PARTS:
            continue
        content = part.get_payload()
        inner = content[0] if isinstance(content, list) and content else None
        if not isinstance(inner, Message):
            inner = message_from_bytes(_content(part)[:_LONGEST_HEADER], policy=policy.compat32)
        said.append(_raw(inner, "Message-ID"))
    return message_ids(" ".join(said))


# Contents ---------------------------------------------------------------------------------------


def _is_body(part: Message) -> bool:
    return (
        part.get_content_type() in {"text/plain", "text/html"}
        and part.get_content_disposition() != "attachment"
        and not _name_of(part)
    )


def _is_picture_of_the_text(part: Message) -> bool:
    """The logo below a signature is nobody's document."""
    return (
        part.get_content_maintype() == "image"
        and part.get("Content-ID") is not None
        and part.get_content_disposition() != "attachment"
    )


def _text_of(part: Message) -> tuple[str, str]:
    return part.get_content_type(), _decode(_content(part), _parameter(part, "charset"))


def _attachment(part: Message) -> Anlage:
    kind = one_line(part.get_content_type(), 100)
    if kind == "message/rfc822":
        return Anlage(_name_of(part) or "Mail.eml", kind, _inner_mail(part))
    return Anlage(_name_of(part) or "ohne Namen", kind, _content(part))


def _inner_mail(part: Message) -> bytes:
    content = part.get_payload()
    inner = content[0] if isinstance(content, list) and content else None
    if not isinstance(inner, Message):
        return _content(part)
    try:
        return inner.as_bytes()
    # The library's writer chokes on some of what its reader took.
    except (ValueError, LookupError, TypeError, AttributeError, KeyError, RecursionError):
        return b""


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _name_of(part: Message) -> str:
    return file_name(
        _parameter(part, "filename", "content-disposition") or _parameter(part, "name")
    )


def _parameter(part: Message, name: str, header: str = "content-type") -> str:
    try:
        value = part.get_param(name, "", header)
        text = collapse_rfc2231_value(value) if value else ""
        pieces = email.header.decode_header(text)
    except (HeaderParseError, ValueError, LookupError, TypeError):
        return ""
    return _join(pieces)


def _join(pieces: list[tuple[Any, str | None]]) -> str:
    return "".join(
        piece if isinstance(piece, str) else _decode(piece, charset or "")
        for piece, charset in pieces
    )


def _decode(data: bytes, charset: str) -> str:
    """As it says; if that is no charset or not the right one, as it looks."""
    try:
        return data.decode(charset or "ascii")
    except (UnicodeError, LookupError, ValueError):
        pass
    try:
        return data.decode(find_encoding(data, complete=True)[0], "replace")
    except Unlesbar:
        return data.decode("latin-1")
