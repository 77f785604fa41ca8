"""The folder of fetched files: what is whole, what has begun, and what the server said of it.

Beside `name` stands `name.abruf` with the validators for the next conditional request; an
unfinished file is `name.part` with `name.part.abruf`. A file takes its name in one step when it is
whole, so that a reader finds the old one or the new one and never a half. Nothing in the folder is
believed unless it fits together: another address, another length or another hash means anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Self
from urllib.parse import unquote, urlsplit

from filelock import FileLock, Timeout

from importers.download_errors import NOTHING_CHANGED, NichtAblegbar

# No fetched file can have this name: theirs begin with a letter or a digit.
_LOCK = ".sperre"
_OURS = (".abruf", ".neu", ".part")
_MAX_NOTE = 64 << 10
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
# As a header it goes back to the server; what is not printable could not.
_VALIDATOR = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,498}[\x21-\x7e])?")


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a file; `total` is 0 where the server does not say how long it is."""

    url: str
    etag: str = ""
    last_modified: str = ""
    total: int = 0
    sha256: str = ""

    @classmethod
    def of(cls, url: str, headers: Mapping[str, str], total: int) -> Self:
        validators = (headers.get("etag", ""), headers.get("last-modified", ""))
        etag, changed = (text if _VALIDATOR.fullmatch(text) else "" for text in validators)
        return cls(url, etag, changed, total)

    @property
    def same_bytes(self) -> str:
        """A validator that promises the very same bytes, which a weak ETag does not."""
        if self.etag:
            return "" if self.etag.startswith("W/") else self.etag
        return self.last_modified


@dataclass(frozen=True, slots=True)
class Begun:
    note: Note
    count: int


class Shelf:
    """The place of one file."""

    def __init__(self, folder: Path, name: str) -> None:
        if not _NAME.fullmatch(name) or name.endswith(_OURS):
            raise ValueError(f"No name for a fetched file: {name!r}")
        self.folder = folder
        self.path = folder / name
        self.part = folder / f"{name}.part"
        self._note = folder / f"{name}.abruf"
        self._part_note = folder / f"{name}.part.abruf"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Two fetches at once would write into one unfinished file; they lock the folder."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / _LOCK, blocking=False):
                yield
        except Timeout as error:
            raise NichtAblegbar(
                f"In {self.folder} läuft gerade ein anderer Abruf. {NOTHING_CHANGED} Bitte"
                " warten, bis er fertig ist, und dann erneut versuchen."
            ) from error
        except OSError as error:
            # Errors of the network have become others before they get here.
            raise _say_unwritable(self.folder, error) from error

    def kept(self, url: str) -> Note | None:
        """The whole file from this address, if it is still the one that was fetched."""
        note = _read_note(self._note, url)
        if note is None or not self.path.is_file() or self.path.stat().st_size != note.total:
            return None
        return note if _hash(self.path) == note.sha256 else None

    def begun(self, url: str) -> Begun | None:
        """The beginning of the file, if the server can be asked for the rest of the same."""
        note = _read_note(self._part_note, url)
        if note is None or not note.same_bytes or not self.part.is_file():
            return None
        count = self.part.stat().st_size
        return Begun(note, count) if count and not 0 < note.total <= count else None

    def begin(self, note: Note) -> BinaryIO:
        self.drop_part()
        _write_note(self._part_note, note)
        return self.part.open("wb")

    def go_on(self) -> BinaryIO:
        return self.part.open("ab")

    def drop_part(self) -> None:
        self._part_note.unlink(missing_ok=True)
        self.part.unlink(missing_ok=True)

    def finish(self, note: Note) -> Note:
        """In this order: after a power cut the hash in the note tells that the file is another."""
        whole = Note(
            note.url,
            note.etag,
            note.last_modified,
            self.part.stat().st_size,
            _hash(self.part),
        )
        with self.part.open("rb+") as part:
            os.fsync(part.fileno())
        self.part.replace(self.path)
        _write_note(self._note, whole)
        self._part_note.unlink(missing_ok=True)
        return whole


def name_of(url: str) -> str:
    """The last part of the path, without what a file name should not have."""
    last = unquote(urlsplit(url).path).rsplit("/", 1)[-1]
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", last).lstrip("._-")[:100]
    return f"{name}-datei" if name.endswith(_OURS) else name or "datei"


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read_note(path: Path, url: str) -> Note | None:
    """Damaged or from elsewhere, it is as if there were none."""
    with suppress(OSError, ValueError, RecursionError):
        with path.open("rb") as stream:
            content = json.loads(stream.read(_MAX_NOTE))
        if isinstance(content, dict):
            texts = [content.get(name) for name in ("url", "etag", "last_modified", "sha256")]
            total = content.get("total")
            if type(total) is int and total >= 0:
                address, etag, changed, digest = (text for text in texts if isinstance(text, str))
                return Note(url, etag, changed, total, digest) if address == url else None
    return None


def _write_note(path: Path, note: Note) -> None:
    new = path.with_name(path.name + ".neu")
    new.write_text(json.dumps(asdict(note), indent=1) + "\n", "utf-8")
    new.replace(path)


def _say_unwritable(folder: Path, error: OSError) -> NichtAblegbar:
    return NichtAblegbar(
        f"In {folder} lässt sich nicht ablegen, was abgerufen wird ({error.strerror or error})."
        f" {NOTHING_CHANGED} Bitte Schreibrecht und freien Platz prüfen."
    )
