"""Bytes of a text file become lines, with the encoding found out and said.

Official lists come as UTF-8 today and came as Windows-1252 or Latin-1 yesterday, under the same
name. As long as only ASCII has passed nothing is decided; the first other byte decides, looking
at what follows it. So a gigabyte needs neither a second pass nor memory.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from charset_normalizer import from_bytes

from importers.records import Unlesbar

MAX_LINE = 1_000_000
_CHUNK = 1 << 16
_WINDOW = 1 << 18

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SINGLE_BYTE = ("cp1252", "latin_1")
_SPOKEN = {
    "ascii": "ASCII",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
    "latin_1": "ISO 8859-1 (Latin-1)",
}
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class TextLines:
    """The lines of a text file, ends included as the csv module wants them.

    `encoding` and `reason` hold from the first byte that is not ASCII; ask them afterwards.
    """

    def __init__(self, stream: BinaryIO, *, max_line: int = MAX_LINE) -> None:
        self._bytes = _ToUtf8(stream)
        self._text = io.TextIOWrapper(
            io.BufferedReader(self._bytes, _CHUNK), encoding="utf-8", newline=""
        )
        self._max_line = max_line
        self.line = 0

    @property
    def encoding(self) -> str:
        return _SPOKEN[self._bytes.encoding]

    @property
    def reason(self) -> str:
        return self._bytes.reason

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(self._max_line + 1):
            self.line += 1
            if len(line) > self._max_line:
                raise Unlesbar(
                    f"Zeile {self.line} ist länger als {self._max_line} Zeichen. Vermutlich ist"
                    " das keine Textdatei mit Zeilen, oder ein Anführungszeichen wurde nicht"
                    " geschlossen."
                )
            yield line


class _ToUtf8(io.RawIOBase):
    """Hands on the bytes of another stream as UTF-8."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder: codecs.IncrementalDecoder | None = None
        self._ready = b""
        self._started = False
        self._position = 0
        self.encoding = "ascii"
        self.reason = "Die Datei enthält nur ASCII-Zeichen."

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            chunk = self._stream.read(_CHUNK)
            self._ready = self._take(chunk)
            if not chunk:
                break
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _take(self, chunk: bytes) -> bytes:
        if not self._started:
            self._started = True
            chunk = self._take_bom(chunk)
        if b"\0" in chunk and self.encoding not in {"utf-16", "utf-32"}:
            raise _looks_binary()
        if self._decoder is None:
            found = _NOT_ASCII.search(chunk)
            if not found:
                self._position += len(chunk)
                return chunk
            chunk = self._decide(chunk, found.start())
        decoder = self._decoder
        assert decoder is not None
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            at = self._position + error.start
            raise Unlesbar(
                f"Ab Byte {at} ist die Datei nicht mehr {_SPOKEN[self.encoding]}, bis dahin war"
                " sie es. Vermutlich wurden zwei Dateien verschiedener Kodierung aneinandergehängt"
                " oder die Übertragung hat Bytes verändert. Bitte neu beschaffen."
            ) from error
        self._position += len(chunk)
        return text.encode("utf-8")

    def _take_bom(self, chunk: bytes) -> bytes:
        for mark, name in _BOMS:
            if chunk.startswith(mark):
                self._use(name, "Die Datei beginnt mit der Bytefolge, die diese Kodierung anzeigt.")
                # The decoders of UTF-16 and UTF-32 need the mark to know the order of bytes.
                return chunk[len(mark) :] if name == "utf-8" else chunk
        return chunk

    def _decide(self, chunk: bytes, start: int) -> bytes:
        """Look at up to _WINDOW bytes from the first one that is not ASCII."""
        more = b" "
        while len(chunk) - start < _WINDOW and (more := self._stream.read(_CHUNK)):
            chunk += more
        self._use(*find_encoding(chunk[start : start + _WINDOW], complete=not more))
        return chunk

    def _use(self, name: str, reason: str) -> None:
        self.encoding, self.reason = name, reason
        self._decoder = codecs.getincrementaldecoder(name)("strict")


def find_encoding(sample: bytes, *, complete: bool = False) -> tuple[str, str]:
    """The codec of text that has no byte order mark, and why it is that one.

    A sample that is not `complete` may end within a character.
    """
    if not _NOT_ASCII.search(sample):
        return "ascii", "Die Datei enthält nur ASCII-Zeichen."
    if b"\0" in sample:
        raise _looks_binary()
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=complete)
    except UnicodeDecodeError:
        return _find_single_byte(sample)
    return "utf-8", "Alle Zeichen außerhalb von ASCII sind gültiges UTF-8."


def _find_single_byte(sample: bytes) -> tuple[str, str]:
    best = from_bytes(sample, cp_isolation=list(_SINGLE_BYTE)).best()
    name = best.encoding if best else "latin_1"
    if name not in _SINGLE_BYTE:
        name = "latin_1"
    # Both agree on letters; only Windows-1252 has dashes and quotes at 80 to 9F (hexadecimal).
    # Five of those bytes mean nothing in it, and they may come later: Latin-1 takes every byte.
    if name == "cp1252" and any(byte in sample for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)):
        name = "latin_1"
    return name, f"Die Zeichen sind kein UTF-8; sie passen zu {_SPOKEN[name]}."


def decode_sample(sample: bytes) -> str:
    """The beginning of a text file, as far as it can be read: for recognition, never for data."""
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return sample.decode(name, "replace").lstrip("\ufeff")
    if b"\0" in sample:
        return ""
    return sample.decode(find_encoding(sample)[0], "replace")


def _looks_binary() -> Unlesbar:
    return Unlesbar(
        "Die Datei enthält Nullbytes und ist damit keine Textdatei in UTF-8 oder Windows-1252."
        " Falls sie aus einem Tabellenprogramm stammt: dort als „CSV UTF-8“ speichern."
    )
