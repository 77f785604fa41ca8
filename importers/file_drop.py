"""The order of a delivery: XZuFi files come beside an index.txt that names them in sequence.

A later file changes what an earlier one brought, so the order is part of the content. Full dumps
have several index*.txt; the end of line may be CRLF.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from importers.records import Unlesbar

_INDEX = re.compile(r"index.*\.txt", re.IGNORECASE)
_NUMBERS = re.compile(r"([0-9]{1,18})")


def is_index(name: str) -> bool:
    return _INDEX.fullmatch(PurePosixPath(name).name) is not None


def in_order(names: Sequence[str], read: Callable[[str], bytes]) -> list[str]:
    """Names folder by folder; within one by its index files, if it has any, else by name.

    Files that no index names are left out: they belong to a delivery that is not complete yet.
    """
    folders: dict[str, list[str]] = {}
    for name in sorted(names):
        folders.setdefault(str(PurePosixPath(name).parent), []).append(name)
    ordered: list[str] = []
    for _, members in sorted(folders.items()):
        indexes = sorted((name for name in members if is_index(name)), key=_by_number)
        if not indexes:
            ordered += members
            continue
        known = set(members)
        for index in indexes:
            for listed in _read_index(index, read(index)):
                if listed not in known:
                    raise Unlesbar(
                        f"„{index}“ nennt „{PurePosixPath(listed).name}“, doch diese Datei liegt"
                        " nicht daneben. Vermutlich ist die Lieferung unvollständig; bitte neu"
                        " beschaffen."
                    )
                ordered.append(listed)
    # Named twice, a file is the same both times.
    return list(dict.fromkeys(ordered))


def _by_number(name: str) -> list[tuple[int, str]]:
    """index.txt before index2.txt before index10.txt."""
    stem = name.lower().removesuffix(".txt")
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBERS.split(stem)]


def _read_index(index: str, content: bytes) -> list[str]:
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        lines = content.decode("cp1252", "replace").splitlines()
    names = [line.strip() for line in lines if line.strip()]
    for name in names:
        if "/" in name or "\\" in name or name in {".", ".."}:
            raise Unlesbar(
                f"„{index}“ nennt den Pfad „{name[:200]}“; erlaubt sind nur Namen von Dateien, die"
                " neben der Liste liegen."
            )
    folder = PurePosixPath(index).parent
    return [(folder / name).as_posix() for name in names]
