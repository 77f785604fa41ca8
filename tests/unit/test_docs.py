"""What the documents say about the portal is looked up in the portal.

Reading the repository's own files is the one kind of I/O here, and building the application
opens no connection.
"""

import argparse
import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import erzeugen
import pytest
from erzeuger import befehle, importe, routen
from erzeuger.datenmodell import models_of, read_meanings
from erzeuger.importe_datensaetze import (
    DATENSAETZE,
    NUR_GRUNDBESTAND,
    WORDS,
    all_records,
    targets,
)
from erzeuger.importe_felder import FELDER

from importers import ozg, records
from importers.recognition import OURS, Format
from importers.tables import Column
from katalog import domain, models
from katalog.cli.arguments import build_parser
from katalog.domain.sortierung import sort_key
from katalog.retention import FRISTEN
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
PLANNED_COMMANDS: set[str] = set()
# Top folders and files whose paths documents name in code spans.
PATH = re.compile(r"(?:katalog|importers|map|search|seed|tests|docs|\.ci|LICENSES)/[\w./*-]*")


@cache
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
    helpers = {"markdown", "importe_datensaetze", "importe_felder", "__init__"}
    assert modules - helpers == set(erzeugen.GENERATED)


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


def test_how_long_things_are_kept_stands_in_the_guide_for_operators() -> None:
    guide = (DOCS / "betrieb.md").read_text("utf-8").split("## Aufbewahrung")[1].split("## ")[0]
    rows = [tuple(line.strip("| ").split(" | ")) for line in re.findall(r"^\|.*", guide, re.M)]
    assert rows[2:] == list(FRISTEN)


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


def section_of(kind: Format) -> str:
    text = (DOCS / "importe.md").read_text("utf-8")
    found = re.search(rf"^### {kind}\n(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, kind
    return found[1]


every_format = pytest.mark.parametrize("kind", sorted(OURS))


@every_format
def test_a_format_is_explained_with_an_example_and_the_files_it_takes(kind: Format) -> None:
    section = section_of(kind)
    parser = parsers()["katalog import"]
    (example,) = re.findall(r"^ {4}katalog import (.+)$", section, re.MULTILINE)
    assert parser.parse_args(example.split()).format == kind
    files = ", ".join(importe.suffixes(kind))
    assert files
    assert f"Dateien: {files}\n" in section


@every_format
def test_every_column_of_a_list_is_explained_and_nothing_else_is(kind: Format) -> None:
    section = section_of(kind)
    tables = importe.tables_of(kind)
    columns = [*importe.fixed_columns(kind), *(c for table in tables for c in table.columns)]
    if columns:
        assert set(FELDER[kind]) == {column.name for column in columns}
    for column in columns:
        row = rf"^\| (?:\*\*)?{re.escape(column.name)}(?:\*\*)? \|"
        assert re.search(row, section, re.MULTILINE), column.name
        for other in column.also:
            assert other in section
    for field in FELDER[kind]:
        assert field in section
    for table in tables:
        for name in table.unused:
            assert name in section


# Elements and keys whose names stand in another module than the reader's own.
READERS = {
    Format.XZUFI: ("xzufi", "xzufi_leistung", "xzufi_objekte"),
    Format.VG250: ("vg250", "vg250_archive"),
}
# Our words between the names, and the one element that is left unread on purpose.
NO_NAMES = {"contacts", "übrige", "Elemente", "sonst"}
# GV100 has positions, which count from 1 in the description and from 0 in the reader.
NAMED_IN_THE_READER = sorted(
    kind
    for kind in OURS - {Format.GV100}
    if not importe.tables_of(kind) and not importe.fixed_columns(kind)
)


@pytest.mark.parametrize("kind", NAMED_IN_THE_READER)
def test_a_field_that_is_explained_is_one_that_the_reader_knows(kind: Format) -> None:
    names = READERS.get(kind, (importe.reader_of(kind),))
    source = "".join((ROOT / f"importers/{name}.py").read_text("utf-8") for name in names)
    words = {w for field in FELDER[kind] for w in re.findall(r"[A-Za-zü_]\w+", field)}
    words = {word.strip("_") for word in words} - NO_NAMES
    assert {word for word in words if not re.search(rf"\b{word}\b", source)} == set()


def test_every_option_of_the_import_is_explained() -> None:
    text = (DOCS / "importe.md").read_text("utf-8")
    spans = set(re.findall(r"`(--[a-z-]+)", text))
    for name in ("katalog import", "katalog laden"):
        options = {o for a in parsers()[name]._actions for o in a.option_strings if o[:2] == "--"}
        assert options - spans - {"--hilfe", "--help"} == set()


def test_every_record_is_accounted_for_and_only_once() -> None:
    explained, of_seed = set(DATENSAETZE), NUR_GRUNDBESTAND
    assert explained | of_seed == all_records()
    assert explained & of_seed == set()


every_record = pytest.mark.parametrize("record", DATENSAETZE, ids=lambda record: record.__name__)


@every_record
def test_every_field_of_a_record_ends_somewhere(record: type[Any]) -> None:
    found = targets(record)
    assert set(found) == {field.name for field in dataclasses.fields(record)}
    assert set(DATENSAETZE[record].sonst) - set(found) == set()
    assert [t for t in found.values() if t not in WORDS and not is_in_the_database(t)] == []


@every_record
def test_a_field_that_becomes_a_column_is_named_where_rows_are_written(record: type[Any]) -> None:
    intake = ROOT / "katalog/intake"
    source = "".join(path.read_text("utf-8") for path in sorted(intake.glob("*.py")))
    # What a method of the record hands out counts as well.
    source += "".join(re.findall(r"self\.\w+", inspect.getsource(record)))
    written = {name for name, target in targets(record).items() if target not in WORDS}
    assert {name for name in written if not re.search(rf"\b{name}\b", source)} == set()


def test_a_field_of_a_record_that_nobody_explains_stops_the_generator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fields = [("ozg_id", str), ("neues_feld", str)]
    grown = dataclasses.make_dataclass("OzgLeistungRecord", fields, frozen=True)
    monkeypatch.setitem(DATENSAETZE, grown, DATENSAETZE[records.OzgLeistungRecord])
    with pytest.raises(KeyError, match="neues_feld"):
        targets(grown)


def test_a_column_that_nobody_explains_stops_the_generator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grown = dataclasses.replace(ozg.TABLE, columns=(*ozg.TABLE.columns, Column("neue_spalte")))
    monkeypatch.setattr(ozg, "TABLE", grown)
    with pytest.raises(KeyError, match="neue_spalte"):
        importe.render()


def is_in_the_database(name: str) -> bool:
    table, _, column = name.partition(".")
    found = models.metadata.tables.get(table)
    return found is not None and (not column or column in found.columns)


@every_format
def test_what_a_field_becomes_is_a_column_that_exists(kind: Format) -> None:
    for target in FELDER[kind].values():
        named = ""
        for span in re.findall(r"`([^`]+)`", target):
            if "." in span or span in models.metadata.tables:
                named = span.partition(".")[0]
                assert is_in_the_database(span), span
            elif span != "KATALOG_UMRISSE":
                # A further column of the table that was named before it.
                assert is_in_the_database(f"{named}.{span}"), span
