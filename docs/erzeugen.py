"""Writes the generated parts of the documentation, or checks that they are current.

    uv run python docs/erzeugen.py                      writes all
    uv run python docs/erzeugen.py zustaende            writes one
    uv run python docs/erzeugen.py --check [NAME…]      changes nothing, fails when one differs

It stands beside what it writes: documentation describes the portal from outside, so nothing in
the portal's packages may depend on it. Each generator is a module in `erzeuger/` with a function
`render() -> str`, loaded only when asked for.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent

# Name on the command line, module in erzeuger/ and file in docs/ are the same word.
GENERATED = (
    "befehle",
    "datenmodell",
    "einstellungen",
    "export",
    "importe",
    "routen",
    "zustaende",
)


def render(name: str) -> str:
    module = importlib.import_module(f"erzeuger.{name}")
    text: str = module.render()
    return text


def write(name: str) -> None:
    path = DOCS / f"{name}.md"
    path.write_text(render(name), encoding="utf-8")
    print(f"docs/{path.name} geschrieben")


def find_differences(name: str) -> list[str]:
    path = DOCS / f"{name}.md"
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    return list(
        difflib.unified_diff(
            written.splitlines(),
            render(name).splitlines(),
            f"docs/{path.name}",
            "neu erzeugt",
            n=0,
            lineterm="",
        )
    )


def check(name: str) -> bool:
    differences = find_differences(name)
    if not differences:
        return True
    print(f"docs/{name}.md ist veraltet. Bitte ausführen: python docs/erzeugen.py {name}")
    print("\n".join(differences[:40]))
    return False


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Erzeugt Teile der Dokumentation.")
    parser.add_argument("namen", nargs="*", metavar="NAME", help=f"aus: {', '.join(GENERATED)}")
    parser.add_argument("--check", action="store_true", help="nur prüfen, nichts schreiben")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.namen if name not in GENERATED]
    if unknown:
        parser.error(f"Unbekannt: {', '.join(unknown)}. Möglich sind: {', '.join(GENERATED)}.")
    names = options.namen or GENERATED
    if options.check:
        results = [check(name) for name in names]
        return 0 if all(results) else 1
    for name in names:
        write(name)
    return 0


if __name__ == "__main__":
    # The script runs without an installed project as well.
    sys.path.insert(0, str(DOCS.parent))
    sys.exit(main())
