"""What the documents say about the portal is looked up in the portal.

Reading the repository's own files is the one kind of I/O here, and building the application
opens no connection.
"""

import argparse
import dataclasses
import importlib
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import erzeugen
import pytest
from erzeuger import befehle, routen
from erzeuger.datenmodell import models_of, read_meanings
from erzeuger.importe_felder import FELDER

from importers.recognition import OURS, Format
from katalog import domain, models
from katalog.cli.arguments import build_parser
from katalog.domain.sortierung import sort_key
from katalog.intake.formats import LIEFERARTEN
from katalog.settings import Betreiber, Settings, described_settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

DECISIONS = DOCS / "entscheidungen"
FOREIGN = {"node_modules", "vendor", "var", "build", "dist"}

# Read by the tests themselves (tests/conftest.py), or a family of names.
OTHER_VARIABLES = {
    "KATALOG_TEST_PFLICHT",
    "KATALOG_TEST_VOLL",
    "KATALOG_OIDC_",
    "KATALOG_BETREIBER_",
}
# Named in documents as what is to come; a name leaves this list when its command exists.
PLANNED_COMMANDS = {"worker"}
# Top folders and files whose paths documents name in code spans.
PATH = re.compile(r"(?:katalog|importers|map|search|seed|tests|docs|\.ci|LICENSES)/[\w./*-]*")


def documents() -> list[Path]:
    found = [
        path
        for path in ROOT.rglob("*.md")
        if not any(p in FOREIGN or p.startswith(".") for p in path.relative_to(ROOT).parts[:-1])
    ]
    assert ROOT / "README.md" in found
    return sorted(found)


def named(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


every_document = pytest.mark.parametrize("path", documents(), ids=named(documents()))


def without_fences(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def code_in(path: Path) -> list[str]:
    """Spans in backticks and the lines of indented or fenced blocks."""
    text = path.read_text("utf-8")
    fenced = re.findall(r"^```.*?^```$", text, re.MULTILINE | re.DOTALL)
    plain = without_fences(text)
    blocks = re.findall(r"^ {4,}(?![-|*]|\d\.)(\S.*)$", plain, re.MULTILINE)
    return re.findall(r"`([^`\n]+)`", plain) + blocks + [li for f in fenced for li in f.split("\n")]


def links_in(path: Path) -> list[str]:
    targets = re.findall(r"\]\(([^)\s]+)\)", without_fences(path.read_text("utf-8")))
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors_of(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", without_fences(path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def parsers() -> dict[str, argparse.ArgumentParser]:
    return dict(befehle.commands("katalog", build_parser()))


@cache
def address_patterns() -> list[str]:
    return [re.sub(r"\{\w+\}", "[^?]+", route.path) for route in routen.routes()]


# Generated parts ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", erzeugen.GENERATED)
def test_a_generated_document_says_what_the_portal_says_today(name: str) -> None:
    assert erzeugen.find_differences(name) == []


def test_every_generator_is_listed_and_every_listed_one_exists() -> None:
    modules = {path.stem for path in (DOCS / "erzeuger").glob("*.py")}
    assert modules - {"markdown", "importe_felder", "__init__"} == set(erzeugen.GENERATED)


def test_the_check_fails_for_an_outdated_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    current = (DOCS / "befehle.md").read_text("utf-8")
    (tmp_path / "befehle.md").write_text(current.replace("katalog serve", "katalog bedienen"))
    monkeypatch.setattr(erzeugen, "DOCS", tmp_path)
    assert erzeugen.main(["--check", "befehle"]) == 1
    assert "veraltet" in capsys.readouterr().out
    (tmp_path / "befehle.md").write_text(current, "utf-8")
    assert erzeugen.main(["--check", "befehle"]) == 0


def test_every_setting_stands_in_the_table_of_settings() -> None:
    listed = re.findall(r"^\| `([A-Z_]+)` \|", (DOCS / "einstellungen.md").read_text(), re.M)
    assert listed == [name for name, _, _ in described_settings()]


def test_every_command_stands_in_the_list_of_commands() -> None:
    headings = re.findall(r"^## (.+)$", (DOCS / "befehle.md").read_text("utf-8"), re.MULTILINE)
    assert headings == list(parsers())
    assert {"katalog serve", "katalog konto anlegen"} <= set(headings)


def test_every_address_stands_in_the_list_of_addresses() -> None:
    listed = re.findall(r"^\| `(/[^`]*)` \|", (DOCS / "routen.md").read_text("utf-8"), re.M)
    assert listed == [route.path for route in routen.routes()]
    assert {"/", "/kommunen/{ars}", "/static/{version}/{name}"} <= set(listed)


def test_every_table_stands_in_the_data_model() -> None:
    headings = re.findall(r"^### (\w+)$", (DOCS / "datenmodell.md").read_text("utf-8"), re.M)
    assert headings == [model.__name__ for area in models.AREAS for model in models_of(area)]
    assert len(headings) == len(models.metadata.tables)


def settings_that_nothing_reads() -> set[str]:
    """Beyond the checks in settings.py itself; what its properties pass on counts as read."""
    read: set[str] = set()
    portal = ROOT / "katalog"
    for path in [*portal.rglob("*.py"), *portal.rglob("*.html")]:
        owners = "self" if path == portal / "settings.py" else "settings|betreiber"
        read |= set(re.findall(rf"\b(?:{owners})\.(\w+)", path.read_text("utf-8")))
    fields = (*dataclasses.fields(Settings), *dataclasses.fields(Betreiber))
    return {f.metadata["name"] for f in fields if f.metadata and f.name not in read}


def test_a_setting_says_that_it_does_not_act_yet_exactly_while_nothing_reads_it() -> None:
    announced = {name for name, _, meaning in described_settings() if "noch nicht" in meaning}
    assert announced == settings_that_nothing_reads()


# What other documents name ------------------------------------------------------------------


@every_document
def test_a_document_names_only_settings_that_exist(path: Path) -> None:
    known = {name for name, _, _ in described_settings()} | OTHER_VARIABLES
    used = set(re.findall(r"\b(?:KATALOG|MEILI)_[A-Z_]+", path.read_text("utf-8")))
    assert used - known == set()


@every_document
def test_a_document_names_only_commands_that_exist(path: Path) -> None:
    known = {name.split()[1] for name in parsers()} | PLANNED_COMMANDS
    # A word in capitals stands for any command, and `katalog --hilfe` for none.
    used = {
        m[1] for code in code_in(path) if (m := re.match(r"(?:uv run )?katalog ([a-z]+)", code))
    }
    assert used - known == set()


def test_a_planned_command_does_not_exist_yet() -> None:
    assert {name.split()[1] for name in parsers()} & PLANNED_COMMANDS == set()


def test_every_command_leads_to_a_function() -> None:
    for name, parser in parsers().items():
        module = importlib.import_module(f"katalog.cli.{parser.get_default('module')}")
        assert callable(getattr(module, parser.get_default("function"))), name


@every_document
def test_a_document_names_only_addresses_that_exist(path: Path) -> None:
    # A code span that is an address of the portal: one slash first, nothing of a file system.
    named_here = {c.split("?")[0] for c in code_in(path) if re.fullmatch(r"/[a-zäöü-]+(/\S*)?", c)}
    assert {
        a for a in named_here if not any(re.fullmatch(p, a) for p in address_patterns())
    } == set()


@every_document
def test_a_document_names_only_files_that_exist(path: Path) -> None:
    named_here = {c.rstrip(".") for code in code_in(path) for c in PATH.findall(code)}
    assert {name for name in named_here if not _exists(name)} == set()


def _exists(name: str) -> bool:
    return any(ROOT.glob(name)) if "*" in name else (ROOT / name).exists()


@every_document
def test_no_link_between_documents_is_dead(path: Path) -> None:
    dead = []
    for link in links_in(path):
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            dead.append(link)
    assert dead == []


def test_a_dead_link_and_a_dead_anchor_would_be_noticed(tmp_path: Path) -> None:
    page = tmp_path / "seite.md"
    page.write_text(
        "# Über uns\n\n[a](fehlt.md) [b](#über-uns) [c](https://example.org)\n", "utf-8"
    )
    assert links_in(page) == ["fehlt.md", "#über-uns"]
    assert anchors_of(page) == {"über-uns"}


# Glossary -----------------------------------------------------------------------------------


def glossary_terms() -> list[str]:
    rows = re.findall(r"^\| (.+?) \| .+ \| .+ \|$", (DOCS / "glossar.md").read_text(), re.MULTILINE)
    assert rows[:2] == ["Begriff", "---"]
    return rows[2:]


def test_the_glossary_is_in_alphabetical_order_and_explains_each_word_once() -> None:
    keys = [sort_key(term) for term in glossary_terms()]
    assert [pair for pair in pairwise(keys) if pair[0] >= pair[1]] == []


def test_the_glossary_names_nothing_that_the_code_no_longer_knows() -> None:
    assert set(read_meanings()) - set(_names_in_code()) == set()


def _names_in_code() -> Iterator[str]:
    for area in models.AREAS:
        yield from (model.__name__ for model in models_of(area))
    for path in Path(str(domain.__file__)).parent.glob("*.py"):
        yield from re.findall(r"^class (\w+)\(", path.read_text("utf-8"), re.MULTILINE)


# Decisions ----------------------------------------------------------------------------------


def decisions() -> list[Path]:
    return sorted(DECISIONS.glob("[0-9]*.md"))


def test_decisions_are_numbered_without_gaps_and_listed_in_order() -> None:
    assert [path.name[:5] for path in decisions()] == [
        f"{number:04}-" for number in range(1, len(decisions()) + 1)
    ]
    assert links_in(DECISIONS / "README.md") == [path.name for path in decisions()]


@pytest.mark.parametrize("path", decisions(), ids=named(decisions()))
def test_a_decision_is_one_page_with_its_four_parts(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert lines[0].startswith(f"# {path.name[:4]} ")
    parts = ["## Kontext", "## Entscheidung", "## Folgen", "## Verworfen"]
    assert [line for line in lines if line.startswith("## ")] == parts
    assert len(lines) <= 60


# Imports ------------------------------------------------------------------------------------


def test_every_format_and_every_column_of_a_list_is_explained() -> None:
    """A column without a line of its own would stop the generator; one too many would not."""
    text = (DOCS / "importe.md").read_text("utf-8")
    for kind in OURS:
        assert f"### {kind}\n" in text
        assert f"katalog import {kind} " in text
        module = importlib.import_module(f"importers.{_reader(kind)}")
        tables = [getattr(module, n, None) for n in ("TABLE", "SOLUTIONS", "COMMUNES")]
        columns = {column.name for table in tables if table for column in table.columns}
        if columns:
            assert set(FELDER[kind]) == columns, kind
        for field in FELDER[kind]:
            assert field in text


def _reader(kind: Format) -> str:
    return "vg250" if kind is Format.VG250 else LIEFERARTEN[kind].module


def test_every_option_of_the_import_is_explained() -> None:
    text = (DOCS / "importe.md").read_text("utf-8")
    for name, parser in befehle.commands("katalog", build_parser()):
        if name in {"katalog import", "katalog laden"}:
            options = [o for a in parser._actions for o in a.option_strings if o.startswith("--")]
            missing = [o for o in options if f"{o}" not in text and o not in {"--hilfe", "--help"}]
            assert missing == []
