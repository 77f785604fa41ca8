"""Files, folders and archives as one sequence of byte streams; nothing is written to disk.

A reader gets (name, stream) and does not know whether the bytes came from a folder, a ZIP or a
GZ. Spreadsheets and shapefiles are ZIP files too, but documents: they are handed on whole, after
their contents have been counted. `metering` holds the limits, `file_drop` the order of an XZuFi
delivery with its index.txt.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple, cast

from importers.cleaning import clean_line
from importers.file_drop import in_order, is_index
from importers.metering import Budget, Counted, Limits, Metered
from importers.records import Hinweis, Unlesbar

__all__ = ["Limits", "Source", "about", "open_sources", "peek", "weigh"]

_BUFFER = 1 << 16
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_FOREIGN_ARCHIVES = (
    (b"7z\xbc\xaf\x27\x1c", 0, "7-Zip"),
    (b"Rar!\x1a\x07", 0, "RAR"),
    (b"BZh", 0, "bzip2"),
    (b"\xfd7zXZ\x00", 0, "XZ"),
    (b"\x28\xb5\x2f\xfd", 0, "Zstandard"),
    (b"ustar", 257, "TAR"),
)
_HEAD = 512
# Stored or deflated: the others would need up to 4 GB for their dictionary.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
_DOCUMENT_PARTS = {"[Content_Types].xml", "mimetype"}
_DRIVE = re.compile(r"^[A-Za-z]:")
_ARCHIVES_AT_MOST = 2

Tell = Callable[[Hinweis], None]


class Source(NamedTuple):
    """`stream` is good until the next source is asked for; `name` says through which archives."""

    name: str
    stream: io.BufferedReader


def _tell_nobody(_: Hinweis) -> None:
    pass


def open_sources(
    paths: Sequence[str | Path],
    limits: Limits | None = None,
    *,
    suffixes: tuple[str, ...] = (),
    tell: Tell = _tell_nobody,
    on_bytes: Callable[[int], None] = lambda count: None,
) -> Iterator[Source]:
    """Every file behind the paths, one after the other.

    With `suffixes` only such files are taken out of folders and archives; what is named itself is
    always taken. `on_bytes` hears how much was read from disk, to show progress against `weigh`.
    """
    budget = Budget(limits or Limits())
    for path in _expand(paths, budget, suffixes, tell):
        with _open_file(path.file, follow=path.named) as raw:
            counted = Counted(raw, on_bytes)
            stream = _buffered(Metered(cast(BinaryIO, counted), budget))
            yield from _unpack(path.name, stream, _Unpacking(budget, suffixes, tell))


def weigh(paths: Sequence[str | Path], limits: Limits | None = None) -> int:
    """How many bytes lie behind the paths on disk, packed as they are."""
    budget = Budget(limits or Limits())
    return sum(path.file.stat().st_size for path in _expand(paths, budget, (), _tell_nobody))


@contextmanager
def about(name: str) -> Iterator[None]:
    """A reader's error says in which file it was; one import may have hundreds."""
    try:
        yield
    except Unlesbar as error:
        raise Unlesbar(f"„{name}“: {error}") from error


def peek(stream: BinaryIO, size: int = _BUFFER) -> bytes:
    """The next bytes without taking them."""
    if isinstance(stream, io.BufferedReader):
        return stream.peek(size)[:size]
    position = stream.tell()
    head = stream.read(size)
    stream.seek(position)
    return head


def _buffered(raw: Metered) -> io.BufferedReader:
    return io.BufferedReader(cast(Any, raw), _BUFFER)


# Files and folders ------------------------------------------------------------------------------


class _Found(NamedTuple):
    name: str
    file: Path
    named: bool


def _expand(
    paths: Sequence[str | Path], budget: Budget, suffixes: tuple[str, ...], tell: Tell
) -> Iterator[_Found]:
    """Folders become their files; an index.txt becomes the files it names, beside it."""
    named = [Path(path) for path in paths]
    deliveries = _read_deliveries(named, budget)
    delivered = {file.resolve() for files in deliveries.values() for file in files}
    for path in named:
        if path.is_dir():
            files = _walk(path, budget)
            reader = partial(_read_file, files, budget)
            for name in _select(list(files), suffixes, tell, str(path), reader):
                yield _Found(name, files[name], named=False)
        elif not path.is_file():
            raise Unlesbar(
                f"„{path}“ gibt es nicht oder ist keine Datei. Bitte den Pfad prüfen; genannt"
                " werden können Dateien, Ordner, ZIP- und GZ-Archive."
            )
        elif is_index(path.name):
            # With `ordner/*` several indexes of one folder are named; they make one delivery.
            for file in deliveries.pop(path.parent, []):
                yield _Found(file.name, file, named=False)
        elif path.resolve() not in delivered:
            budget.add_member(path.name)
            yield _Found(path.name, path, named=True)


def _read_deliveries(named: list[Path], budget: Budget) -> dict[Path, list[Path]]:
    indexes: dict[Path, set[str]] = {}
    for path in named:
        if path.is_file() and is_index(path.name):
            indexes.setdefault(path.parent, set()).add(path.name)
    deliveries = {}
    for folder, wanted in indexes.items():
        # Other indexes beside the named ones may belong to another delivery.
        files = {
            file.name: file
            for file in _list(folder)
            if file.is_file() and (file.name in wanted or not is_index(file.name))
        }
        ordered = in_order(list(files), partial(_read_file, files, budget))
        for name in ordered:
            budget.add_member(name)
        deliveries[folder] = [files[name] for name in ordered]
    return deliveries


def _read_file(files: dict[str, Path], budget: Budget, name: str) -> bytes:
    with _open_file(files[name], follow=False) as stream:
        return budget.hold(name, stream)


def _list(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.iterdir()):
        if file.name.startswith("."):
            continue
        if file.is_symlink():
            raise Unlesbar(
                f"Im Ordner „{folder}“ ist „{file.name}“ eine Verknüpfung. Verknüpfungen werden"
                " nicht verfolgt, weil sie aus dem Ordner hinausführen können. Bitte die Datei"
                " selbst hineinlegen oder sie einzeln angeben."
            )
        yield file


def _walk(folder: Path, budget: Budget) -> dict[str, Path]:
    files: dict[str, Path] = {}
    folders = [folder]
    while folders:
        for file in _list(folders.pop()):
            if file.is_dir():
                folders.append(file)
            elif file.is_file():
                name = file.relative_to(folder).as_posix()
                budget.add_member(name)
                files[name] = file
    if not files:
        raise Unlesbar(f"Der Ordner „{folder}“ enthält keine Dateien.")
    return files


def _open_file(file: Path, *, follow: bool) -> BinaryIO:
    """Without O_NOFOLLOW a file could become a link between listing and opening."""
    flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.fdopen(os.open(file, flags), "rb", buffering=0)
    except OSError as error:
        raise Unlesbar(
            f"„{file}“ lässt sich nicht öffnen: {error.strerror}. Bitte die Leserechte prüfen."
        ) from error


# What is inside ---------------------------------------------------------------------------------


class _Unpacking(NamedTuple):
    budget: Budget
    suffixes: tuple[str, ...]
    tell: Tell
    archives: int = 0

    def deeper(self, name: str) -> _Unpacking:
        if self.archives == _ARCHIVES_AT_MOST:
            raise Unlesbar(
                f"„{name}“ ist das dritte Archiv ineinander; gelesen wird höchstens ein Archiv in"
                " einem Archiv. Bitte die inneren Dateien auspacken und einzeln angeben."
            )
        return self._replace(archives=self.archives + 1)


def _unpack(name: str, stream: io.BufferedReader, unpacking: _Unpacking) -> Iterator[Source]:
    head = stream.peek(_HEAD)
    if head.startswith(_GZIP):
        inside = unpacking.deeper(name)
        with gzip.GzipFile(fileobj=stream) as packed:
            metered = Metered(cast(BinaryIO, packed), unpacking.budget, packed=stream.tell)
            yield from _unpack(name.removesuffix(".gz"), _buffered(metered), inside)
    elif head.startswith(_ZIP):
        yield from _unzip(name, stream, unpacking)
    else:
        for magic, offset, kind in _FOREIGN_ARCHIVES:
            if head[offset:].startswith(magic):
                raise Unlesbar(
                    f"„{name}“ ist ein {kind}-Archiv; gelesen werden ZIP und GZ. Bitte auspacken"
                    " oder als ZIP packen."
                )
        yield Source(clean_line(name).text, stream)


def _unzip(name: str, stream: io.BufferedReader, unpacking: _Unpacking) -> Iterator[Source]:
    budget = unpacking.budget
    if unpacking.archives:
        # The table of contents stands at the end of a ZIP: inside another archive it must be held.
        stream = _buffered(Metered(io.BytesIO(budget.hold(name, stream)), None))
    counted = Counted(stream)
    with _open_zip(name, counted, budget) as archive:
        infos = _list_zip(name, archive, budget)
        if _is_document(infos):
            for info in infos.values():
                with _open_member(name, archive, info, counted, budget) as part:
                    while part.read(_BUFFER):
                        pass
            stream.seek(0)
            yield Source(clean_line(name).text, stream)
            return
        inside = unpacking.deeper(name)

        def read(member: str) -> bytes:
            with _open_member(name, archive, infos[member], counted, budget) as index:
                return budget.hold(member, index)

        for member in _select(list(infos), unpacking.suffixes, unpacking.tell, name, read):
            with _open_member(name, archive, infos[member], counted, budget) as content:
                yield from _unpack(f"{name} › {member}", content, inside)


def _open_zip(name: str, counted: Counted, budget: Budget) -> zipfile.ZipFile:
    """zipfile reads the table of contents at once, so its size is bounded while it does."""
    counted.at_most = budget.limits.table_of_contents
    try:
        return zipfile.ZipFile(counted)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unlesbar(
            f"„{name}“ beginnt wie ein ZIP-Archiv, ist aber unvollständig oder beschädigt. Bitte"
            " neu beschaffen."
        ) from error
    finally:
        counted.at_most = None


def _list_zip(name: str, archive: zipfile.ZipFile, budget: Budget) -> dict[str, zipfile.ZipInfo]:
    infos: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        budget.add_member(name)
        if info.is_dir():
            continue
        member = info.filename.replace("\\", "/")
        parts = PurePosixPath(member).parts
        if ".." in parts or member.startswith("/") or _DRIVE.match(member):
            raise Unlesbar(
                f"Das Archiv „{name}“ enthält den Pfad „{member[:200]}“, der aus dem Archiv"
                " hinausführt. Solche Archive werden nicht gelesen."
            )
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Unlesbar(
                f"Das Archiv „{name}“ enthält „{member[:200]}“ als Verknüpfung. Verknüpfungen"
                " werden nicht gelesen; bitte mit den Dateien selbst neu packen."
            )
        if member in infos:
            raise Unlesbar(
                f"Das Archiv „{name}“ enthält „{member[:200]}“ zweimal; welche Fassung gilt, ist"
                " nicht zu erkennen. Bitte neu packen."
            )
        if not any(part.startswith(".") or part == "__MACOSX" for part in parts):
            infos[member] = info
    if not infos:
        raise Unlesbar(f"Das Archiv „{name}“ enthält keine Dateien.")
    return infos


def _open_member(
    name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, counted: Counted, budget: Budget
) -> io.BufferedReader:
    if info.flag_bits & _ENCRYPTED:
        raise Unlesbar(
            f"„{info.filename}“ im Archiv „{name}“ ist mit einem Kennwort geschützt. Bitte ohne"
            " Kennwort packen."
        )
    if info.compress_type not in _METHODS:
        raise Unlesbar(
            f"„{info.filename}“ im Archiv „{name}“ ist mit einem Verfahren gepackt, das nicht"
            " gelesen wird. Bitte als gewöhnliches ZIP (Deflate) packen."
        )
    start = counted.count
    try:
        opened = archive.open(info)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unlesbar(
            f"„{info.filename}“ im Archiv „{name}“ ist beschädigt. Bitte neu beschaffen."
        ) from error
    metered = Metered(cast(BinaryIO, opened), budget, packed=lambda: counted.count - start)
    return _buffered(metered)


def _is_document(infos: dict[str, zipfile.ZipInfo]) -> bool:
    """XLSX and ODS, and the layers of a shapefile, which mean something only together."""
    return not _DOCUMENT_PARTS.isdisjoint(infos) or any(
        member.lower().endswith(".shp") for member in infos
    )


def _select(
    names: list[str],
    suffixes: tuple[str, ...],
    tell: Tell,
    place: str,
    read: Callable[[str], bytes],
) -> list[str]:
    """In the order of their index, or by name; what is left aside is said."""
    ordered = in_order(names, read)
    wanted = [name for name in ordered if not suffixes or name.lower().endswith(suffixes)]
    left = set(names).difference(wanted)
    for name in sorted(left):
        if is_index(name):
            continue
        cause = (
            f"Die Datei hat nicht die Endung {' oder '.join(suffixes)} und wurde nicht gelesen."
            if name in ordered
            else "Die index.txt nennt diese Datei nicht; sie wurde nicht gelesen."
        )
        shown = clean_line(name).text
        remedy = "Falls sie gemeint war, einzeln angeben."
        tell(Hinweis(None, f"{place} › {shown}", shown, cause, remedy))
    return wanted
