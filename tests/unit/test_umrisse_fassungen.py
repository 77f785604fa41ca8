"""Imported outlines: swapped in as a whole, whatever happens; damaged ones give way."""

import gzip
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import brotli
import pytest

from map.fassungen import (
    LISTE,
    ZEIGER,
    Fassung,
    current,
    find_ebenendatei,
    find_fassung,
    hash_of,
    mitgelieferte,
)
from map.geometrie import DATEN, Ebene, find_datei, gebiete, load_topologie, nachbarn
from map.gitter import Gebiet
from map.pruefung import check, measure
from map.skizze import skizze
from map.umrisse import Bericht, Unbrauchbar, write_umrisse

STELLEN = {Ebene.LAND: 2, Ebene.KREIS: 5, Ebene.VERBAND: 9, Ebene.GEMEINDE: 8}


def squares(ebene: Ebene) -> list[Gebiet]:
    """Four in a row, the first two in one Land, the others in the next."""
    stellen = STELLEN[ebene]
    kennungen = [f"{land:02}{nummer:0{stellen - 2}}" for land in (1, 2) for nummer in (1, 2)]
    if ebene is Ebene.LAND:
        kennungen = ["01", "02", "03", "04"]
    ecken = [(8 + i / 10, 8 + (i + 1) / 10) for i in range(4)]
    return [
        Gebiet(kennung, [[[(w, 51.0), (o, 51.0), (o, 51.1), (w, 51.1)]]], ((w + o) / 2, 51.05))
        for kennung, (w, o) in zip(kennungen, ecken, strict=True)
    ]


def write(umrisse_dir: Path, jahr: int = 2024) -> Bericht:
    return write_umrisse(
        umrisse_dir,
        {ebene: squares(ebene) for ebene in Ebene},
        date(jahr, 1, 1),
        f"© BKG {jahr} dl-de/by-2-0 (Daten verändert)",
        "dl-de/by-2-0",
    )


def versions(umrisse_dir: Path) -> list[str]:
    return sorted(ordner.name for ordner in umrisse_dir.iterdir() if ordner.is_dir())


def years(ordner: Path) -> set[int]:
    return {load_topologie(ebene, ordner).stand.year for ebene in Ebene}


# Taking over --------------------------------------------------------------------------------


def test_without_an_import_the_shipped_outlines_are_used(tmp_path: Path) -> None:
    fassung = find_fassung(tmp_path / "nie angelegt")
    assert (fassung.ordner, fassung.version, fassung.schaden) == (DATEN, "", "")
    assert (fassung.stand, fassung.vermerk) == (
        date(2016, 1, 1),
        "© GeoBasis-DE / BKG 2016 (Daten verändert)",
    )
    land = fassung.ebenen[Ebene.LAND]
    assert land.hash == hash_of(gzip.decompress(land.gz.read_bytes()))[:16]
    assert land.br is None


def test_imported_outlines_replace_them_on_every_level(tmp_path: Path) -> None:
    bericht = write(tmp_path)
    assert bericht.neu
    assert current(tmp_path) == bericht.fassung.ordner
    assert find_fassung(tmp_path) == bericht.fassung
    assert years(current(tmp_path)) == {2024}
    assert gebiete("kreis", ordner=current(tmp_path)) == ("01001", "01002", "02001", "02002")
    assert nachbarn("kreis", "01002", current(tmp_path)) == ("01001", "02001")
    ordner = current(tmp_path)
    bild = skizze("gemeinde", gebiete("gemeinde", "01", ordner), breite=300, ordner=ordner)
    assert [flaeche.ags for flaeche in bild.flaechen] == ["01000001", "01000002"]


def test_stand_note_and_licence_stay_with_the_outlines(tmp_path: Path) -> None:
    write(tmp_path)
    fassung = find_fassung(tmp_path)
    assert (fassung.stand, fassung.vermerk, fassung.lizenz) == (
        date(2024, 1, 1),
        "© BKG 2024 dl-de/by-2-0 (Daten verändert)",
        "dl-de/by-2-0",
    )
    assert load_topologie("land", fassung.ordner).vermerk == fassung.vermerk


def test_both_packings_hold_the_content_whose_hash_the_address_names(tmp_path: Path) -> None:
    for ebene, datei in write(tmp_path).fassung.ebenen.items():
        assert datei.br is not None
        roh = gzip.decompress(datei.gz.read_bytes())
        assert brotli.decompress(datei.br.read_bytes()) == roh
        assert (datei.hash, datei.roh) == (hash_of(roh)[:16], len(roh))
        assert datei.gz == find_datei(ebene, current(tmp_path))


def test_the_report_says_how_much_there_is_of_what(tmp_path: Path) -> None:
    bericht = write(tmp_path)
    kreise = bericht.ebenen[Ebene.KREIS]
    assert (kreise.befund.anzahl, kreise.befund.je_land) == (4, {"01": 2, "02": 2})
    assert (kreise.ringe_entfallen, kreise.ersetzt, kreise.neu_zusammengesetzt) == (0, (), False)
    assert kreise.groesse == measure(bericht.fassung.ebenen[Ebene.KREIS])
    assert check(bericht.fassung) == {e: teil.befund for e, teil in bericht.ebenen.items()}


def test_the_same_outlines_once_more_change_nothing(tmp_path: Path) -> None:
    erst = write(tmp_path).fassung
    vorher = {datei: datei.stat().st_mtime_ns for datei in tmp_path.rglob("*.*")}
    noch_einmal = write(tmp_path)
    assert not noch_einmal.neu
    assert noch_einmal.fassung == erst
    nachher = {datei: datei.stat().st_mtime_ns for datei in tmp_path.rglob("*.*")}
    del vorher[tmp_path / ".sperre"], nachher[tmp_path / ".sperre"]
    assert nachher == vorher


def test_the_version_before_stays_for_pages_under_way_and_older_ones_go(tmp_path: Path) -> None:
    (tmp_path / "notizen").mkdir()
    erste, zweite, dritte = (write(tmp_path, jahr).fassung for jahr in (2022, 2023, 2024))
    assert versions(tmp_path) == [zweite.version, dritte.version, "notizen"]
    assert years(zweite.ordner) == {2023}
    for fassung, gefunden in ((erste, False), (zweite, True), (dritte, True)):
        datei = fassung.ebenen[Ebene.KREIS]
        assert (find_ebenendatei(tmp_path, Ebene.KREIS, datei.hash) == datei) is gefunden
    alt = mitgelieferte().ebenen[Ebene.KREIS]
    assert find_ebenendatei(tmp_path, Ebene.KREIS, alt.hash) == alt
    assert find_ebenendatei(tmp_path, Ebene.LAND, alt.hash) is None


def test_going_back_to_the_version_before_is_an_import_like_any_other(tmp_path: Path) -> None:
    alt, neu = write(tmp_path, 2023).fassung, write(tmp_path, 2024).fassung
    assert write(tmp_path, 2023).neu
    assert find_fassung(tmp_path) == alt
    assert versions(tmp_path) == [alt.version, neu.version]


# Refusing -----------------------------------------------------------------------------------


def double(teile: list[Gebiet]) -> list[Gebiet]:
    return [*teile[:-1], replace(teile[-1], kennung=teile[0].kennung)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (double, "Schlüssel stehen mehrmals darin"),
        (lambda _: [], "fehlt die Ebene gemeinde"),
    ],
)
def test_unfit_outlines_are_refused_and_the_old_ones_stay(
    tmp_path: Path, change: Callable[[list[Gebiet]], list[Gebiet]], reason: str
) -> None:
    alt = write(tmp_path, 2023).fassung
    ebenen = {ebene: squares(ebene) for ebene in Ebene}
    ebenen[Ebene.GEMEINDE] = change(ebenen[Ebene.GEMEINDE])
    with pytest.raises(Unbrauchbar, match=reason):
        write_umrisse(tmp_path, ebenen, date(2024, 1, 1), "©")
    assert find_fassung(tmp_path) == alt
    assert versions(tmp_path) == [alt.version]


# Damage -------------------------------------------------------------------------------------


def remove(datei: str) -> Callable[[Fassung], None]:
    return lambda fassung: (fassung.ordner / datei).unlink()


def flip(datei: str) -> Callable[[Fassung], None]:
    def change(fassung: Fassung) -> None:
        inhalt = bytearray((fassung.ordner / datei).read_bytes())
        inhalt[len(inhalt) // 2] ^= 1
        (fassung.ordner / datei).write_bytes(inhalt)

    return change


def point_to(inhalt: str) -> Callable[[Fassung], None]:
    def change(fassung: Fassung) -> None:
        (fassung.ordner.parent / ZEIGER).write_text(inhalt)

    return change


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (remove("gemeinden.topojson.br"), r"gemeinden\.topojson\.br fehlt"),
        (remove(LISTE), r"umrisse\.json fehlt"),
        (flip("kreise.topojson.gz"), r"kreise\.topojson\.gz ist beschädigt"),
        (flip("laender.topojson.br"), r"laender\.topojson\.br ist beschädigt"),
        (flip(LISTE), r"umrisse\.json ist beschädigt"),
        (point_to('{"version":'), r"stand\.json ist nicht lesbar"),
        (point_to("[]"), r"stand\.json ist nicht lesbar"),
        (point_to('{"version": "../../etc"}'), r"stand\.json ist nicht lesbar"),
        (point_to('{"version": "2024-01-01-0123456789ab"}'), "fehlt oder ist nicht lesbar"),
    ],
)
def test_damaged_outlines_give_way_to_the_shipped_ones_until_the_next_import(
    tmp_path: Path, harm: Callable[[Fassung], None], reason: str
) -> None:
    heil = write(tmp_path).fassung
    assert current(tmp_path) == heil.ordner
    harm(heil)
    fassung = find_fassung(tmp_path)
    assert fassung.ordner == DATEN
    assert len(gebiete("kreis", ordner=fassung.ordner)) == 402
    assert re.search(reason, fassung.schaden)
    assert "Importieren Sie die Grenzen noch einmal" in fassung.schaden
    write(tmp_path)
    assert find_fassung(tmp_path) == heil


def test_outlines_of_another_format_give_way_too(tmp_path: Path) -> None:
    fassung = write(tmp_path).fassung
    liste = (fassung.ordner / LISTE).read_bytes().replace(b'"format": 1', b'"format": 2')
    anderer = tmp_path / f"2024-01-01-{hash_of(liste)[:12]}"
    fassung.ordner.rename(anderer)
    (anderer / LISTE).write_bytes(liste)
    (tmp_path / ZEIGER).write_text(json.dumps({"version": anderer.name}))
    assert "ein anderes Portal" in find_fassung(tmp_path).schaden


# Interruption -------------------------------------------------------------------------------

# The child is killed at its n-th step in the file system, for every n: the hook of the
# interpreter sees each one before it is done. What the parent finds then is one line.
KILLED_AT_EVERY_STEP = """
import os, shutil, signal, sys
from pathlib import Path
from test_umrisse_fassungen import versions, write, years
from map.fassungen import find_fassung

ziel = Path(sys.argv[1])
STEPS = {"open", "os.mkdir", "os.rename", "os.remove"}

def kill_at(schritt):
    bisher = 0
    def hook(name, args):
        nonlocal bisher
        # Whole trees are removed by bare file names.
        if name in STEPS and str(args[0]).endswith(("umrisse", ".json", ".gz", ".br", ".neu")):
            bisher += 1
            if bisher == schritt:
                os.kill(os.getpid(), signal.SIGKILL)
    return hook

vorher = ziel.with_name("vorher")
write(vorher, 2022)
write(vorher, 2023)
schritt, getoetet = 0, True
while getoetet:
    schritt += 1
    shutil.rmtree(ziel, ignore_errors=True)
    shutil.copytree(vorher, ziel)
    kind = os.fork()
    if kind == 0:
        sys.addaudithook(kill_at(schritt))
        write(ziel, 2024)
        os._exit(0)
    getoetet = os.WIFSIGNALED(os.waitpid(kind, 0)[1])
    fassung = find_fassung(ziel)
    (jahr,) = years(fassung.ordner)
    write(ziel, 2024)
    print(jahr, "getötet" if getoetet else "fertig", *versions(ziel), fassung.schaden)
"""


@pytest.mark.full_run
def test_killed_at_any_step_one_version_is_whole_and_the_next_import_sweeps_up(
    tmp_path: Path,
) -> None:
    pfad = os.pathsep.join((str(Path(__file__).parent), str(DATEN.parents[1])))
    ergebnis = subprocess.run(
        [sys.executable, "-c", KILLED_AT_EVERY_STEP, str(tmp_path / "umrisse")],
        env={**os.environ, "PYTHONPATH": pfad},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ergebnis.returncode == 0, ergebnis.stderr
    zeilen = [zeile.split() for zeile in ergebnis.stdout.splitlines()]
    jahre = [zeile[0] for zeile in zeilen]
    assert jahre == sorted(jahre)
    assert {tuple(zeile[:2]) for zeile in zeilen} == {
        ("2023", "getötet"),
        ("2024", "getötet"),
        ("2024", "fertig"),
    }
    # Nine files and the pointer are written, nine are swept up, and each is a step at least.
    assert len(zeilen) > 20
    for _, _, *uebrig in zeilen:
        assert [name[:4] for name in uebrig] == ["2023", "2024"]


@pytest.mark.full_run
def test_readers_never_see_a_mixture_while_versions_are_swapped(tmp_path: Path) -> None:
    write(tmp_path, 2023)
    fertig = threading.Event()
    gesehen: list[tuple[set[int], str]] = []

    def read() -> None:
        while not fertig.is_set():
            fassung = find_fassung(tmp_path)
            gesehen.append((years(fassung.ordner), fassung.schaden))

    leser = threading.Thread(target=read)
    leser.start()
    for runde in range(20):
        write(tmp_path, 2024 - runde % 2)
    fertig.set()
    leser.join()
    assert {jahr for jahre, _ in gesehen for jahr in jahre} == {2023, 2024}
    assert all(len(jahre) == 1 and not schaden for jahre, schaden in gesehen)
