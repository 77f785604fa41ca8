"""The domain knows nothing of anything: standard library, itself, and no clock."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import katalog.domain

SOURCES = sorted(Path(katalog.domain.__path__[0]).rglob("*.py"))
# Standard library, but doors to the outside or to a moment that is not an argument.
IMPURE = {"os", "io", "pathlib", "socket", "sqlite3", "subprocess", "time", "urllib", "random"}
# Takes an address apart and asks nobody.
PURE = {"urllib.parse"}
CLOCKS = {"today", "now", "utcnow"}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{'.' * node.level}{node.module or ''}"


def find_faults(source: str) -> list[str]:
    tree = ast.parse(source)
    faults = []
    for name in imported(tree):
        top = name.split(".")[0]
        inside = name == "katalog.domain" or name.startswith("katalog.domain.")
        foreign = top not in sys.stdlib_module_names or top in IMPURE
        if foreign and not inside and name not in PURE:
            faults.append(f"import {name}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in {"open", "print", "input"}:
                faults.append(called.id)
            if isinstance(called, ast.Attribute) and called.attr in CLOCKS:
                faults.append(called.attr)
    return faults


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_domain_module_stays_inside_the_domain(path: Path) -> None:
    assert find_faults(path.read_text(encoding="utf-8")) == []


def test_the_walk_finds_the_modules() -> None:
    assert {"fristen.py", "nachnutzung.py", "rollen.py"} <= {path.name for path in SOURCES}


@pytest.mark.parametrize(
    "source",
    [
        "import sqlmodel",
        "from katalog.queries import faelle",
        "from katalog import settings",
        "from . import schluessel",
        "import os",
        "from urllib import request",
        "from datetime import date\nheute = date.today()",
        "from datetime import UTC, datetime\njetzt = datetime.now(UTC)",
        "text = open('datei').read()",
    ],
)
def test_the_check_notices_what_it_is_for(source: str) -> None:
    assert find_faults(source) != []
