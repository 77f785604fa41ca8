"""Takes over imported outlines: four levels become one version that is swapped in as a whole.

Everything is laid on the grid, checked and packed in memory; only then files are written, into a
folder that nobody reads yet. `fassungen` describes the folder and reads it. A process killed at
any point leaves the old version or the new one in use, and the next import sweeps up.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import brotli
from filelock import FileLock

from map.fassungen import (
    FORMAT,
    HASHLAENGE,
    LISTE,
    VERSION,
    ZEIGER,
    Fassung,
    dateinamen,
    hash_of,
    load_fassung,
    read_zeiger,
)
from map.geometrie import Ebene
from map.gitter import Einpassung, Gebiet, snap
from map.pruefung import Befund, Groesse, check_ebene, measure
from map.topojson import GITTER, pack_gzip, write_topojson

# The best would take three times as long for four per cent.
BROTLI_STUFE = 10
SPERRE = ".sperre"
IM_BAU = ".neu"


class Unbrauchbar(ValueError):
    """These outlines are not taken over; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Ebenenbericht:
    befund: Befund
    groesse: Groesse
    ringe_entfallen: int
    ersetzt: tuple[str, ...]
    neu_zusammengesetzt: bool


@dataclass(frozen=True, slots=True)
class Bericht:
    """`neu` is False if the very same outlines were in use before."""

    fassung: Fassung
    neu: bool
    ebenen: dict[Ebene, Ebenenbericht]


@dataclass(frozen=True, slots=True)
class _Gepackt:
    hash: str
    roh: int
    gz: bytes
    br: bytes


def write_umrisse(
    umrisse_dir: Path,
    ebenen: Mapping[Ebene, Sequence[Gebiet]],
    stand: date,
    vermerk: str,
    lizenz: str = "",
) -> Bericht:
    """All four levels, or Unbrauchbar and nothing changed."""
    fehlend = [ebene for ebene in Ebene if not ebenen.get(ebene)]
    if fehlend:
        raise Unbrauchbar(
            f"Den Umrissen fehlt die Ebene {', '.join(fehlend)}; gebraucht werden alle vier. "
            "Importieren Sie das vollständige Archiv."
        )
    eingepasst: dict[Ebene, Einpassung] = {}
    befunde: dict[Ebene, Befund] = {}
    # Packing takes as long as everything else together and does not need this thread.
    with ThreadPoolExecutor() as nebenher:
        auftraege = {}
        for ebene in reversed(Ebene):
            eingepasst[ebene] = snap(ebenen[ebene], GITTER[ebene])
            roh = write_topojson(ebene, eingepasst[ebene].umrisse, stand, vermerk)
            auftraege[ebene] = nebenher.submit(_pack, roh)
            befunde[ebene] = check_ebene(roh)
            _refuse_faulty(ebene, befunde[ebene])
        gepackt = {ebene: auftraege[ebene].result() for ebene in Ebene}
    fassung, neu = _publish(umrisse_dir, gepackt, stand, vermerk, lizenz)
    return Bericht(
        fassung,
        neu,
        {
            ebene: Ebenenbericht(
                befund=befunde[ebene],
                groesse=measure(fassung.ebenen[ebene]),
                ringe_entfallen=eingepasst[ebene].ringe_entfallen,
                ersetzt=eingepasst[ebene].ersetzt,
                neu_zusammengesetzt=eingepasst[ebene].neu_zusammengesetzt,
            )
            for ebene in Ebene
        },
    )


def _pack(roh: bytes) -> _Gepackt:
    br = brotli.compress(roh, mode=brotli.MODE_TEXT, quality=BROTLI_STUFE)
    return _Gepackt(hash_of(roh)[:HASHLAENGE], len(roh), pack_gzip(roh), br)


def _refuse_faulty(ebene: Ebene, befund: Befund) -> None:
    if befund.brauchbar:
        return
    fehler = (
        f"{len(befund.doppelt)} Schlüssel stehen mehrmals darin ({', '.join(befund.doppelt[:3])})"
        if befund.doppelt
        else f"{len(befund.ungueltig)} Umrisse sind fehlerhaft ({', '.join(befund.ungueltig[:3])})"
    )
    raise Unbrauchbar(
        f"Die Umrisse der Ebene {ebene} werden nicht übernommen: {fehler}. Die bisherigen gelten "
        "weiter. Verwenden Sie eine andere Ausgabe der Verwaltungsgebiete."
    )


# The folder ---------------------------------------------------------------------------------


def _publish(
    umrisse_dir: Path,
    gepackt: Mapping[Ebene, _Gepackt],
    stand: date,
    vermerk: str,
    lizenz: str,
) -> tuple[Fassung, bool]:
    dateien = {
        name: inhalt
        for ebene, teil in gepackt.items()
        for name, inhalt in zip(dateinamen(ebene), (teil.gz, teil.br), strict=True)
    }
    liste = json.dumps(
        {
            "format": FORMAT,
            "stand": stand.isoformat(),
            "vermerk": vermerk,
            "lizenz": lizenz,
            "ebenen": {e: {"hash": teil.hash, "roh": teil.roh} for e, teil in gepackt.items()},
            "dateien": {name: hash_of(inhalt) for name, inhalt in dateien.items()},
        },
        ensure_ascii=False,
        indent=1,
    ).encode()
    version = f"{stand.isoformat()}-{hash_of(liste)[:12]}"
    umrisse_dir.mkdir(parents=True, exist_ok=True)
    with _lock(umrisse_dir):
        bisher, vorige = _read_versions(umrisse_dir)
        fassung = load_fassung(umrisse_dir / version)
        if isinstance(fassung, str):
            _write_version(umrisse_dir, version, {**dateien, LISTE: liste})
            fassung = load_fassung(umrisse_dir / version)
        if isinstance(fassung, str):
            raise OSError(f"{fassung} Sie wurde eben erst geschrieben; prüfen Sie den Datenträger.")
        if version != bisher:
            vorige = bisher
            _swap_zeiger(umrisse_dir, version, vorige)
        _sweep(umrisse_dir, {version, vorige})
    return fassung, version != bisher


def _read_versions(umrisse_dir: Path) -> tuple[str, str]:
    try:
        return read_zeiger(umrisse_dir)
    except ValueError:
        return "", ""


@contextlib.contextmanager
def _lock(umrisse_dir: Path) -> Iterator[None]:
    """Two imports at once would sweep each other's files up; the lock dies with its process."""
    with FileLock(umrisse_dir / SPERRE):
        yield


def _write_version(umrisse_dir: Path, version: str, dateien: Mapping[str, bytes]) -> None:
    im_bau = umrisse_dir / IM_BAU
    shutil.rmtree(im_bau, ignore_errors=True)
    im_bau.mkdir()
    for name, inhalt in dateien.items():
        _write_durably(im_bau / name, inhalt)
    _sync_folder(im_bau)
    # What is there under this name was found damaged, so nobody uses it.
    shutil.rmtree(umrisse_dir / version, ignore_errors=True)
    im_bau.rename(umrisse_dir / version)
    _sync_folder(umrisse_dir)


def _swap_zeiger(umrisse_dir: Path, version: str, vorige: str) -> None:
    inhalt = json.dumps({"version": version, "vorige": vorige}).encode()
    neu = umrisse_dir / f"{IM_BAU}-{ZEIGER}"
    _write_durably(neu, inhalt)
    neu.replace(umrisse_dir / ZEIGER)
    _sync_folder(umrisse_dir)


def _sweep(umrisse_dir: Path, behalten: set[str]) -> None:
    """The version before stays for pages under way; only what was written here is deleted."""
    for ordner in umrisse_dir.iterdir():
        alt = VERSION.fullmatch(ordner.name) and ordner.name not in behalten
        if alt or ordner.name == IM_BAU:
            shutil.rmtree(ordner, ignore_errors=True)


def _write_durably(datei: Path, inhalt: bytes) -> None:
    with datei.open("wb") as ausgabe:
        ausgabe.write(inhalt)
        ausgabe.flush()
        # A rename must not reach the disk before the content does.
        os.fsync(ausgabe.fileno())


def _sync_folder(ordner: Path) -> None:
    nummer = os.open(ordner, os.O_RDONLY)
    try:
        os.fsync(nummer)
    finally:
        os.close(nummer)
