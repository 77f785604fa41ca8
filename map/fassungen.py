"""Which outlines are in use: the imported ones, if they are complete, else the shipped ones.

`umrisse` writes them. Their folder holds versions and a pointer:

    stand.json                       names the version in use and the one before it
    2024-01-01-3f9a1c2b7d4e/         a version; the end of its name is the hash of
        umrisse.json                 its list, which names stand, note and the hash of every file
        gemeinden.topojson.gz, gemeinden.topojson.br, …

The pointer is swapped last and as a whole, a version never changes, and every hash is checked
before a version is used, once for each state of its files. So nobody reads a mixture.
"""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from map.geometrie import DATEINAME, DATEN, Ebene, find_datei, load_topologie

ZEIGER = "stand.json"
LISTE = "umrisse.json"
# To be raised when the list or the files change their meaning: outlines outlive the program.
FORMAT = 1
LIZENZ_MITGELIEFERT = "GeoNutzV"
VERSION = re.compile(r"\d{4}-\d{2}-\d{2}-([0-9a-f]{12})")
# Long enough that two contents never share an address, short enough to read in a log.
HASHLAENGE = 16

# Inode, time and size of files: whether they are still those that were read.
Zustand = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Ebenendatei:
    """One level packed; `hash` is that of the TopoJSON itself and stands in its address."""

    hash: str
    roh: int
    gz: Path
    br: Path | None


@dataclass(frozen=True, slots=True)
class Fassung:
    """Four levels that belong together; `version` is empty for the shipped ones.

    `schaden` says in German why these are not the imported ones, where they ought to be.
    """

    ordner: Path
    version: str
    stand: date
    vermerk: str
    lizenz: str
    ebenen: dict[Ebene, Ebenendatei]
    schaden: str = ""


def current(umrisse_dir: Path) -> Path:
    """The folder for the functions of `geometrie` and `skizze`."""
    return find_fassung(umrisse_dir).ordner


def find_fassung(umrisse_dir: Path) -> Fassung:
    """Cheap enough for every request: without changes it only looks at the times of the files."""
    try:
        version = read_zeiger(umrisse_dir)[0]
    except (OSError, ValueError):
        return _fall_back(f"Die Datei {umrisse_dir / ZEIGER} ist nicht lesbar.")
    if not version:
        return mitgelieferte()
    fassung = load_fassung(umrisse_dir / version)
    return _fall_back(fassung) if isinstance(fassung, str) else fassung


def find_ebenendatei(umrisse_dir: Path, ebene: Ebene, hash_: str) -> Ebenendatei | None:
    """The level with this hash: the one in use, or the one a page may still ask for."""
    fassungen = [find_fassung(umrisse_dir), mitgelieferte()]
    vorige = find_vorige(umrisse_dir)
    if vorige is not None:
        fassungen.append(vorige)
    dateien = [fassung.ebenen[ebene] for fassung in fassungen]
    return next((datei for datei in dateien if datei.hash == hash_), None)


def find_vorige(umrisse_dir: Path) -> Fassung | None:
    try:
        vorige = read_zeiger(umrisse_dir)[1]
    except (OSError, ValueError):
        return None
    fassung = load_fassung(umrisse_dir / vorige) if vorige else None
    return fassung if isinstance(fassung, Fassung) else None


def read_zeiger(umrisse_dir: Path) -> tuple[str, str]:
    """The version in use and the one before it, "" for none; ValueError if it makes no sense."""
    zeiger = umrisse_dir / ZEIGER
    try:
        return _read_zeiger(zeiger, _state(zeiger))
    except FileNotFoundError:
        return "", ""


@lru_cache(maxsize=4)
def _read_zeiger(zeiger: Path, _zustand: Zustand) -> tuple[str, str]:
    inhalt = json.loads(zeiger.read_bytes())
    if not isinstance(inhalt, dict):
        raise ValueError(zeiger)
    version, vorige = str(inhalt.get("version", "")), str(inhalt.get("vorige", ""))
    # The names become paths.
    if not VERSION.fullmatch(version) or (vorige and not VERSION.fullmatch(vorige)):
        raise ValueError(zeiger)
    return version, vorige


def dateinamen(ebene: Ebene) -> tuple[str, str]:
    return f"{DATEINAME[ebene]}.topojson.gz", f"{DATEINAME[ebene]}.topojson.br"


def load_fassung(ordner: Path) -> Fassung | str:
    """A version whose files are all there and unharmed, or what is wrong with it."""
    namen = [LISTE, *(name for ebene in Ebene for name in dateinamen(ebene))]
    try:
        return _load_fassung(ordner, _state(*(ordner / name for name in namen)))
    except OSError as fehler:
        return f"Die Datei {fehler.filename} fehlt oder ist nicht lesbar."


@lru_cache(maxsize=8)
def _load_fassung(ordner: Path, _zustand: Zustand) -> Fassung | str:
    liste = (ordner / LISTE).read_bytes()
    name = VERSION.fullmatch(ordner.name)
    if name is None or name[1] != hash_of(liste)[: len(name[1])]:
        return f"Die Liste {ordner / LISTE} ist beschädigt."
    inhalt: dict[str, Any] = json.loads(liste)
    if inhalt.get("format") != FORMAT:
        return f"Die Liste {ordner / LISTE} hat ein anderes Portal geschrieben."
    for datei, summe in inhalt["dateien"].items():
        if hash_of((ordner / datei).read_bytes()) != summe:
            return f"Die Datei {ordner / datei} ist beschädigt."
    return _to_fassung(ordner, inhalt)


def _to_fassung(ordner: Path, inhalt: dict[str, Any]) -> Fassung:
    return Fassung(
        ordner=ordner,
        version=ordner.name,
        stand=date.fromisoformat(inhalt["stand"]),
        vermerk=inhalt["vermerk"],
        lizenz=inhalt["lizenz"],
        ebenen={
            ebene: Ebenendatei(
                hash=inhalt["ebenen"][ebene]["hash"],
                roh=inhalt["ebenen"][ebene]["roh"],
                gz=ordner / dateinamen(ebene)[0],
                br=ordner / dateinamen(ebene)[1],
            )
            for ebene in Ebene
        },
    )


def mitgelieferte() -> Fassung:
    return _load_mitgelieferte(_state(*(find_datei(ebene) for ebene in Ebene)))


@lru_cache(maxsize=1)
def _load_mitgelieferte(_zustand: Zustand) -> Fassung:
    # The smallest level says for all of them whose boundaries they are.
    land = load_topologie(Ebene.LAND)
    roh = {ebene: gzip.decompress(find_datei(ebene).read_bytes()) for ebene in Ebene}
    return Fassung(
        ordner=DATEN,
        version="",
        stand=land.stand,
        vermerk=land.vermerk,
        lizenz=LIZENZ_MITGELIEFERT,
        ebenen={
            ebene: Ebenendatei(
                hash=hash_of(inhalt)[:HASHLAENGE],
                roh=len(inhalt),
                gz=find_datei(ebene),
                br=None,
            )
            for ebene, inhalt in roh.items()
        },
    )


def hash_of(inhalt: bytes) -> str:
    return hashlib.sha256(inhalt).hexdigest()


def _fall_back(schaden: str) -> Fassung:
    hinweis = (
        f"{schaden} Es gelten die mitgelieferten Umrisse. Importieren Sie die Grenzen noch einmal."
    )
    return replace(mitgelieferte(), schaden=hinweis)


def _state(*dateien: Path) -> Zustand:
    werte = [datei.stat() for datei in dateien]
    return tuple((wert.st_ino, wert.st_mtime_ns, wert.st_size) for wert in werte)
