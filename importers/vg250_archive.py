"""The package in which the BKG delivers its boundaries: which files it must hold, and its day.

Shapefiles per level with their table, coordinate system and encoding, and a note with the day of
the boundaries. `vg250` reads what is in them.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO

from importers.records import QuelleRecord, Unlesbar

MAX_UNPACKED = 1024**3
_MAX_NOTE = 4096
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    RuntimeError,
    ValueError,
    EOFError,
)
# Up to then the BKG wants to be named together with GeoBasis-DE.
_WITH_GEOBASIS_UNTIL = 2021
_DAY = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")


@dataclass(frozen=True, slots=True)
class Level:
    """`toleranz` in metres: how coarse the shipped outlines are, too."""

    ebene: str
    layer: str
    schluessellaenge: int
    toleranz: float


LAND = Level("land", "LAN", 2, 0)
KREIS = Level("kreis", "KRS", 5, 500)
VERBAND = Level("verband", "VWG", 9, 600)
GEMEINDE = Level("gemeinde", "GEM", 12, 380)
LEVELS = (LAND, KREIS, VERBAND, GEMEINDE)


@dataclass(frozen=True, slots=True)
class Layer:
    product: str
    shp: str
    dbf: str
    prj: str
    encoding: str


def open_archive(name: str, stream: BinaryIO) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(stream)
    except (*_BROKEN_ZIP, OSError) as error:
        raise Unlesbar(
            f"„{name}“ ist kein lesbares ZIP-Archiv. Erwartet werden die Verwaltungsgebiete des "
            "BKG im Shape-Format, so gepackt, wie das BKG sie anbietet. Laden Sie die Datei noch "
            "einmal."
        ) from error
    if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
        archive.close()
        raise Unlesbar(
            f"„{name}“ ist ausgepackt größer als {MAX_UNPACKED // 1024**3} GB und wird nicht "
            "gelesen. Verwenden Sie VG250 oder eine gröbere Ausgabe."
        )
    return archive


def find_layers(name: str, archive: zipfile.ZipFile) -> dict[Level, Layer]:
    members = {member.lower(): member for member in archive.namelist()}
    layers: dict[Level, Layer] = {}
    missing: list[str] = []
    for level in LEVELS:
        pattern = re.compile(rf"(?:.*/)?(vg\w+)_{level.layer}\.shp", re.IGNORECASE)
        found = [match for member in members.values() if (match := pattern.fullmatch(member))]
        if len(found) > 1:
            raise Unlesbar(
                f"„{name}“ enthält die Ebene {level.layer} {len(found)}-mal: "
                f"{', '.join(match[0] for match in found[:5])}. Packen Sie nur eine Ausgabe ein."
            )
        if not found:
            missing.append(f"…_{level.layer}.shp")
            continue
        stem = found[0][0][: -len(".shp")].lower()
        parts = [members.get(stem + ending) for ending in (".dbf", ".prj")]
        missing += [
            stem + ending for ending, part in zip((".dbf", ".prj"), parts, strict=True) if not part
        ]
        layers[level] = Layer(
            product=found[0][1].upper(),
            shp=found[0][0],
            dbf=parts[0] or "",
            prj=parts[1] or "",
            encoding=_read_encoding(name, archive, members.get(f"{stem}.cpg")),
        )
    if missing:
        raise Unlesbar(
            f"„{name}“ enthält nicht die Verwaltungsgebiete des BKG in vier Ebenen; es fehlen: "
            f"{', '.join(missing)}. Laden Sie VG250 oder VG5000 im Shape-Format mit Ebenen."
        )
    return layers


def _read_encoding(name: str, archive: zipfile.ZipFile, member: str | None) -> str:
    """Older editions have no .cpg and are Latin-1."""
    if member is None:
        return "latin-1"
    text = _read_note(name, archive, member).strip().upper()
    return "utf-8" if text in {"UTF-8", "UTF8", "65001"} else "cp1252"


def complete_source(
    name: str, quelle: QuelleRecord, archive: zipfile.ZipFile, layer: Layer, bezogen: int | None
) -> QuelleRecord:
    stand = quelle.stand or _find_stand(name, archive)
    year = bezogen or (stand.year if stand else None)
    owner = "GeoBasis-DE / BKG" if stand and stand.year <= _WITH_GEOBASIS_UNTIL else "BKG"
    licence = "" if owner.startswith("Geo") else " dl-de/by-2-0"
    note = f"© {owner} {year}{licence} (Daten verändert)" if year else ""
    return replace(
        quelle,
        titel=f"{quelle.titel} {layer.product}",
        stand=stand,
        lizenz=quelle.lizenz or note,
    )


def _find_stand(name: str, archive: zipfile.ZipFile) -> date | None:
    for member in archive.namelist():
        if member.lower().rpartition("/")[2] == "aktualitaet.txt":
            found = _DAY.search(_read_note(name, archive, member))
            if found:
                with suppress(ValueError):
                    return date(int(found[3]), int(found[2]), int(found[1]))
    return None


def _read_note(name: str, archive: zipfile.ZipFile, member: str) -> str:
    try:
        with archive.open(member) as file:
            return file.read(_MAX_NOTE).decode("latin-1")
    except (*_BROKEN_ZIP, OSError) as error:
        raise Unlesbar(
            f"„{member}“ in „{name}“ lässt sich nicht lesen; das Archiv ist beschädigt. Laden Sie "
            "es noch einmal."
        ) from error
