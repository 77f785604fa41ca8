"""`python -m tests.bench`: builds the data once, measures, prints one table per section.

Every figure is taken beside what it is compared with, in the same run: on a busy machine the
milliseconds move, the ratios hardly do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tests.bench import bericht, importe, karte, paare, pages, start, suchmaschine, use
from tests.bench.measure import HASTY, Tempo
from tests.bench.size import VOLL, WINZIG, ZEHNTEL, Umfang
from tests.bench.stores import GivenStore, PostgresStore, SqliteStore, Store, open_store

Addresses = dict[Umfang, str]


@dataclass(frozen=True, slots=True)
class Lauf:
    """`addresses` is the database of the portal, `peers` the same rows as SQLite files."""

    addresses: Addresses
    peers: Addresses
    tempo: Tempo


SECTIONS: dict[str, tuple[str, Callable[[Lauf], str]]] = {
    "paare": (
        "Neben Datasette",
        lambda lauf: bericht.render(paare.run(lauf.addresses, lauf.peers, lauf.tempo)),
    ),
    "suchmaschine": (
        "Die Suchmaschine neben tantivy allein",
        lambda lauf: bericht.render(suchmaschine.run(lauf.addresses)),
    ),
    "nutzung": ("Die beiden großen Fragen neben SQL allein", lambda lauf: use.run(lauf.addresses)),
    "start": ("Start", lambda lauf: bericht.render(start.run(lauf.addresses, lauf.tempo.starts))),
    "karte": ("Karte", lambda lauf: bericht.render(karte.run(lauf.addresses, lauf.tempo))),
    "seiten": ("Seiten über HTTP", lambda lauf: pages.run(lauf.addresses)),
}
# It makes its own data.
IMPORTE = "importe"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "abschnitt", nargs="*", help=f"ohne Angabe alle: {', '.join((*SECTIONS, IMPORTE))}"
    )
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--zehntel", action="store_true", help="nur der zehnmal kleinere Bestand")
    sizes.add_argument(
        "--winzig", action="store_true", help="nur um zu sehen, dass alles läuft; misst nichts"
    )
    database = parser.add_mutually_exclusive_group()
    database.add_argument(
        "--postgresql", action="store_true", help="mit einem eigenen PostgreSQL statt SQLite"
    )
    database.add_argument(
        "--datenbank", metavar="URL", help="mit dem PostgreSQL dort, das Datenbanken anlegen lässt"
    )
    parser.add_argument(
        "--doku", action="store_true", help="schreibt die Tabellen nach docs/leistung.md"
    )
    options = parser.parse_args(arguments)
    wanted = options.abschnitt or [*SECTIONS, IMPORTE]
    if unknown := [name for name in wanted if name not in {*SECTIONS, IMPORTE}]:
        parser.error(f"unbekannter Abschnitt: {', '.join(unknown)}")
    umfaenge = [WINZIG] if options.winzig else [ZEHNTEL] if options.zehntel else [VOLL, ZEHNTEL]
    kind = "postgresql" if options.postgresql or options.datenbank else "sqlite"

    if IMPORTE in wanted:
        _show("Einlesen großer Dateien", importe.run(umfaenge, [kind]))
    if chosen := [name for name in SECTIONS if name in wanted]:
        with open_store(_store(options)) as store, open_store(SqliteStore) as beside:
            tempo = HASTY if options.winzig else Tempo()
            lauf = Lauf(
                {umfang: store.url(umfang) for umfang in umfaenge},
                {umfang: beside.url(umfang) for umfang in umfaenge},
                tempo,
            )
            for name in chosen:
                title, run = SECTIONS[name]
                found = run(lauf)
                _show(f"{title} ({kind})", found)
                if options.doku:
                    bericht.write(name, f"{found}\n\n{bericht.machine()}, {kind}.")
    print(f"\n{bericht.machine()}. Was gilt, sind die Verhältnisse.")
    return 0


def _store(options: argparse.Namespace) -> Callable[[], Store]:
    if options.datenbank:
        return lambda: GivenStore(options.datenbank)
    return PostgresStore if options.postgresql else SqliteStore


def _show(title: str, text: str) -> None:
    print(f"\n## {title}\n\n{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
