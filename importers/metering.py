"""Limits against archives that grow without end; counted while reading, never from headers.

A header may claim anything: forty-two kilobytes can unpack to petabytes and say they do not.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import BadZipFile

from importers.records import Unlesbar

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Far above what official deliveries have, far below what a machine suffers from."""

    total_bytes: int = 50 * GIB
    """Read in one import, packed and unpacked bytes together."""
    ratio: int = 200
    """Unpacked to packed. XML packs 20 to 60 to 1, a run of zeros 1,000 to 1."""
    ratio_from: int = 64 * MIB
    """Below this a high ratio harms nobody."""
    members: int = 20_000
    """Files in all folders and archives together."""
    held_bytes: int = 64 * MIB
    """What must stand in memory as a whole: a ZIP within an archive, an index."""
    table_of_contents: int = 8 * MIB
    """The directory at the end of a ZIP, which is read at once."""


class Budget:
    """What one import has used up so far."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._bytes = 0
        self._members = 0

    def add_member(self, place: str) -> None:
        self._members += 1
        if self._members > self.limits.members:
            raise Unlesbar(
                f"„{place}“: mehr als {self.limits.members} Dateien in einem Import. Bitte auf"
                " mehrere Importe verteilen."
            )

    def add_bytes(self, count: int) -> None:
        self._bytes += count
        if self._bytes > self.limits.total_bytes:
            raise Unlesbar(
                f"Mehr als {_spell(self.limits.total_bytes)} in einem Import: er wurde"
                " abgebrochen. Bitte prüfen, ob das Archiv echt ist, oder den Import aufteilen."
            )

    def check_ratio(self, unpacked: int, packed: int) -> None:
        if unpacked > self.limits.ratio_from and unpacked > self.limits.ratio * max(packed, 1):
            raise Unlesbar(
                f"Das Archiv wächst beim Auspacken auf mehr als das {self.limits.ratio}-Fache. So"
                " verhalten sich Archive, die ein System überlasten sollen; gelesen wird es nicht."
            )

    def hold(self, name: str, stream: BinaryIO) -> bytes:
        content = stream.read(self.limits.held_bytes + 1)
        if len(content) > self.limits.held_bytes:
            raise Unlesbar(
                f"„{name}“ liegt in einem Archiv und ist größer als"
                f" {_spell(self.limits.held_bytes)}. Bitte auspacken und die Datei selbst angeben."
            )
        return content


class Metered(io.RawIOBase):
    """Counts what comes out of a stream against the budget, and says broken archives in German.

    Going back and reading again costs nothing twice. Without a budget the bytes were counted
    before.
    """

    def __init__(
        self,
        stream: BinaryIO,
        budget: Budget | None,
        *,
        packed: Callable[[], int] | None = None,
    ) -> None:
        self._stream = stream
        self._budget = budget
        self._packed = packed
        self._position = 0
        self._furthest = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        # In a packed stream going back means to unpack again from the start; peeking does not.
        return self._stream.seekable()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except (EOFError, zlib.error, BadZipFile, OSError) as error:
            raise Unlesbar(
                "Die Datei ist unvollständig oder beschädigt und lässt sich nicht zu Ende lesen."
                " Bitte neu beschaffen."
            ) from error
        buffer[: len(data)] = data
        self._position += len(data)
        if self._budget is not None and self._position > self._furthest:
            self._budget.add_bytes(self._position - self._furthest)
            self._furthest = self._position
            if self._packed is not None:
                self._budget.check_ratio(self._position, self._packed())
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._position = self._stream.seek(offset, whence)
        return self._position

    def tell(self) -> int:
        return self._position


class Counted:
    """A file that says how much was read from it; `at_most` bounds a single reading."""

    def __init__(
        self, stream: BinaryIO, on_bytes: Callable[[int], None] = lambda count: None
    ) -> None:
        self._stream = stream
        self._on_bytes = on_bytes
        self.count = 0
        self.at_most: int | None = None

    def read(self, size: int = -1) -> bytes:
        most = self.at_most
        data = self._stream.read(size if most is None or 0 <= size <= most else most + 1)
        if most is not None and len(data) > most:
            raise Unlesbar(
                "Das Inhaltsverzeichnis des Archivs ist größer als"
                f" {_spell(most)}. Bitte auf mehrere Archive verteilen."
            )
        self.count += len(data)
        self._on_bytes(len(data))
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return self._stream.seekable()


def _spell(count: int) -> str:
    for size, unit in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if count >= size:
            return f"{count / size:.0f} {unit}"
    return f"{count} Bytes"
