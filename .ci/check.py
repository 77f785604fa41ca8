"""Runs every check that needs no test: format, lint, types, architecture, generated files.

    uv run python .ci/check.py

Two at a time, since types take as long as all others together. Continues after a failure, so that
one run shows everything; the exit code is 1 if one failed.
.ci/run calls it before the tests.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = sys.executable

CHECKS: list[tuple[str, list[str]]] = [
    ("Typen", [PYTHON, "-m", "mypy"]),
    ("Format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."]),
    ("Lint", [PYTHON, "-m", "ruff", "check", "--quiet", "."]),
    ("Schichten", [str(BIN / "lint-imports")]),
    ("Festgeschriebene Versionen", [PYTHON, ".ci/lock.py", "--check"]),
    ("Erzeugte Dokumentation", [PYTHON, "docs/erzeugen.py", "--check"]),
]


def main() -> int:
    failed = []
    with ThreadPoolExecutor(2) as pool:
        for name, seconds, done in pool.map(run, CHECKS):
            print(f"{'✓' if done.returncode == 0 else '✗'}  {name} ({seconds:.1f} s)", flush=True)
            if done.returncode != 0:
                failed.append(name)
                print(done.stdout.decode("utf-8", "replace").rstrip(), flush=True)
    print(f"{len(failed)} fehlgeschlagen: {', '.join(failed)}" if failed else "Alles in Ordnung")
    return 1 if failed else 0


def run(check: tuple[str, list[str]]) -> tuple[str, float, subprocess.CompletedProcess[bytes]]:
    name, command = check
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return name, time.perf_counter() - start, done


if __name__ == "__main__":
    sys.exit(main())
