"""The folder of the embedded index: one generation is in use, the next is built beside it.

    aktuell.json            names the generation in use and the version it was built with
    schreiben.lock          held by the one process that writes
    stand-<number>/         an index of tantivy, with wortschatz.json and geschrieben.json,
                            which tells readers that there was a commit

A new generation takes the place of the old one by renaming `aktuell.json`, so a reader sees either
the one or the other, and a rebuild that was killed leaves only a folder for the next writer to
remove. The system frees the lock of a killed process.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from search.engine import IndexBusy, IndexMissing, SearchError
from search.wortschatz import Wortschatz, from_json

_POINTER = "aktuell.json"
_LOCK = "schreiben.lock"
_WORDS = "wortschatz.json"
_COMMIT = "geschrieben.json"
_GENERATION = "stand-"

Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Generation:
    folder: Path
    version: str

    def words(self) -> Wortschatz:
        try:
            return from_json(json.loads((self.folder / _WORDS).read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexMissing("Der Suchindex ist unvollständig.") from error

    def stamp(self) -> Stamp:
        """Changes with every commit that was announced."""
        return _stamp(self.folder / _COMMIT)

    def announce(self) -> None:
        _write(self.folder / _COMMIT, {"zeit": time.time_ns()})

    def save_words(self, words: Wortschatz) -> None:
        _write(self.folder / _WORDS, words.as_json())


def current(root: Path) -> Generation | None:
    """The generation in use, of whatever version; None if there is none that can be read."""
    try:
        pointer = json.loads((root / _POINTER).read_text("utf-8"))
        generation = Generation(root / str(pointer["stand"]), str(pointer["version"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return generation if generation.folder.is_dir() else None


def pointer_stamp(root: Path) -> Stamp:
    """Changes whenever another generation has been put in use."""
    return _stamp(root / _POINTER)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino


def begin(root: Path, version: str) -> Generation:
    """A folder for a new generation. Call it only while holding the lock."""
    _remove_unused(root)
    folder = root / f"{_GENERATION}{time.time_ns()}"
    folder.mkdir(parents=True)
    return Generation(folder, version)


def put_in_use(root: Path, generation: Generation) -> None:
    _write(root / _POINTER, {"stand": generation.folder.name, "version": generation.version})
    _remove_unused(root)


def _remove_unused(root: Path) -> None:
    """Readers that still have an old generation open keep its files until they let go."""
    used = current(root)
    for folder in root.glob(f"{_GENERATION}*"):
        if used is None or folder != used.folder:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Raises `IndexBusy` at once if another process writes; waiting is the caller's decision."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(root / _LOCK, blocking=False)
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(
            "Ein anderer Prozess schreibt gerade in den Suchindex. Warten Sie, bis er fertig "
            "ist, und versuchen Sie es dann noch einmal."
        ) from error
    except OSError as error:
        raise SearchError(
            f"Der Ordner {root} für den Suchindex lässt sich nicht beschreiben ({error.strerror}). "
            "Prüfen Sie die Rechte daran."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _write(path: Path, content: dict[str, Any]) -> None:
    """Beside it, to disk, then in its place: nobody ever reads half of it."""
    fresh = path.with_suffix(".neu")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
