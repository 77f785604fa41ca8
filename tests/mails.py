"""Mails as they arrive: written by the library, or as a compound file the way Outlook saves one."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

PDF = b"%PDF-1.7\nBeispiel\n%%EOF\n"
RECEIVED = "from mx.stadt.example by mx.koordinierung.example; Mon, 01 Mar 2027 23:30:00 +0000"


def make_eml(
    text: str = "Guten Tag",
    *,
    betreff: str = "Nachfrage",
    von: str = "Beispielperson <ozg@hansestadt.example>",
    html: str = "",
    anlagen: Sequence[tuple[str, bytes]] = (),
    **headers: str,
) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = von, "efa@koordinierung.example"
    message["Subject"] = betreff
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if text:
        message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in anlagen:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()


# Outlook ----------------------------------------------------------------------------------------

_SECTOR, _SMALL = 512, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_TEXT, _BYTES, _LONG = 0x001F, 0x0102, 0x0003


@dataclass
class Entry:
    name: str
    kind: int
    data: bytes = b""
    children: list[Entry] = field(default_factory=list)


def make_msg(
    properties: Mapping[int, str | bytes], anlagen: Sequence[tuple[str, bytes]] = ()
) -> bytes:
    """Properties by their number: texts as Unicode, bytes as they are."""
    parts = [
        Entry(
            f"__attach_version1.0_#{number:08X}",
            _STORAGE,
            children=_storage({0x3707: name, 0x3701: content}, 8, method=1),
        )
        for number, (name, content) in enumerate(anlagen)
    ]
    root = Entry("Root Entry", _ROOT, children=[*_storage(properties, 32), *parts])
    return _write(root)


def _storage(
    properties: Mapping[int, str | bytes], header: int, method: int | None = None
) -> list[Entry]:
    streams, rows = [], [struct.pack("<HHII4x", _LONG, 0x340D, 6, 0x00040000)]
    if method is not None:
        rows.append(struct.pack("<HHII4x", _LONG, 0x3705, 6, method))
    for number, value in properties.items():
        kind = _TEXT if isinstance(value, str) else _BYTES
        data = value.encode("utf-16-le") if isinstance(value, str) else value
        size = len(data) + (2 if kind == _TEXT else 0)
        rows.append(struct.pack("<HHII4x", kind, number, 6, size))
        streams.append(Entry(f"__substg1.0_{number:04X}{kind:04X}", _STREAM, data))
    return [Entry("__properties_version1.0", _STREAM, b"\0" * header + b"".join(rows)), *streams]


def _write(root: Entry) -> bytes:
    """MS-CFB, version 3: large streams in sectors, small ones together in that of the root."""
    entries: list[list[Any]] = []

    def number(entry: Entry) -> int:
        """Siblings hang below one another to the right: a tree that is one, if no quick one."""
        own = len(entries)
        entries.append([entry, _FREE, _FREE])
        last = _FREE
        for child in sorted(entry.children, key=lambda e: (len(e.name), e.name), reverse=True):
            place = number(child)
            entries[place][1], last = last, place
        entries[own][2] = last
        return own

    number(root)
    large, small = _Chain(_SECTOR), _Chain(64)
    starts: list[tuple[int, int]] = []
    for entry, _, _ in entries:
        fits = large if len(entry.data) >= _SMALL else small
        starts.append((fits.add(entry.data), len(entry.data)) if entry.data else (_END, 0))
    together = b"".join(small.sectors)
    starts[0] = (large.add(together), len(together))
    first_small = large.add(struct.pack(f"<{len(small.next)}I", *small.next))
    small_count = -(-len(small.next) * 4 // _SECTOR)
    listed = b"".join(
        _directory(entry, right, child, *starts[place])
        for place, (entry, right, child) in enumerate(entries)
    )
    first_directory = large.add(listed)
    count = 1
    while count * (_SECTOR // 4) < len(large.next) + count:
        count += 1
    places = list(range(len(large.next), len(large.next) + count))
    table = large.next + [_FAT] * count
    table += [_FREE] * (count * (_SECTOR // 4) - len(table))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16
    head += struct.pack("<HHHHH6xIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, first_directory, 0)
    head += struct.pack("<IIIII", _SMALL, first_small, small_count, _END, 0)
    head += struct.pack("<109I", *(places + [_FREE] * 109)[:109])
    return head + b"".join(large.sectors) + struct.pack(f"<{len(table)}I", *table)


class _Chain:
    def __init__(self, size: int) -> None:
        self.size = size
        self.sectors: list[bytes] = []
        self.next: list[int] = []

    def add(self, data: bytes) -> int:
        pieces = [
            data[at : at + self.size].ljust(self.size, b"\0")
            for at in range(0, len(data), self.size)
        ]
        first = len(self.sectors)
        self.sectors += pieces
        self.next += [*range(first + 1, first + len(pieces)), _END]
        return first


def _directory(entry: Entry, right: int, child: int, start: int, size: int) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(name), entry.kind, 1, _FREE, right, child)
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )
