"""`python -m tests.bench`: builds the data once, measures, prints one table per section.

Every figure is taken beside what it is compared with, in the same run: on a busy machine the
milliseconds move, the ratios hardly do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from tests.bench import importe, pages, use
from tests.bench.size import VOLL, ZEHNTEL, Umfang
from tests.bench.stores import KINDS, open_store

SECTIONS: dict[str, tuple[str, Callable[[dict[Umfang, str]], str]]] = {
    "nutzung": ("Die beiden großen Fragen bei 1.000.000 Einsätzen", use.run),
    "seiten": ("Seiten über HTTP", pages.run),
}


# Sections that make their own data.
OWN_DATA: dict[str, tuple[str, Callable[[list[Umfang], list[str]], str]]] = {
    "importe": ("Einlesen großer Dateien", importe.run),
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "abschnitt", nargs="*", help=f"ohne Angabe alle: {', '.join((*SECTIONS, *OWN_DATA))}"
    )
    parser.add_argument("--zehntel", action="store_true", help="nur der zehnmal kleinere Bestand")
    parser.add_argument("--db", choices=KINDS, help="ohne Angabe beide")
    options = parser.parse_args(arguments)
    known = {**SECTIONS, **OWN_DATA}
    if unknown := [name for name in options.abschnitt if name not in known]:
        parser.error(f"unbekannter Abschnitt: {', '.join(unknown)}")
    sizes = [ZEHNTEL] if options.zehntel else [VOLL, ZEHNTEL]
    for name, (title, run_own) in OWN_DATA.items():
        if not options.abschnitt or name in options.abschnitt:
            print(f"\n## {title}\n\n{run_own(sizes, [options.db] if options.db else [])}")
    if options.abschnitt and not set(options.abschnitt) & set(SECTIONS):
        return 0
    for kind in [options.db] if options.db else KINDS:
        with open_store(kind) as store:
            addresses = {umfang: store.url(umfang) for umfang in sizes}
            for name, (title, run) in SECTIONS.items():
                if not options.abschnitt or name in options.abschnitt:
                    print(f"\n## {title} ({kind})\n\n{run(addresses)}", flush=True)
    print("\nMillisekunden sind Mediane und schwanken; was gilt, sind die Verhältnisse.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
