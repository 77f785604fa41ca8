"""All tables by area, from the metadata that the migrations are compared with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from erzeuger.markdown import code, head, table
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Enum,
    Float,
    Index,
    Integer,
    LargeBinary,
    Table,
    TextClause,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from katalog.models import AREAS, metadata
from katalog.models.grundlage import Fassung, Herkunft, Zeitpunkt

_GLOSSAR = Path(__file__).parents[1] / "glossar.md"
_PORTAL = Path(__file__).parents[2] / "katalog"

_TITLES = {
    "quellen": "Quellen und Importe",
    "register": "Register",
    "stellen": "Stellen",
    "konten": "Konten",
    "angebot": "Angebot",
    "fall": "Nachnutzung",
    "nutzung": "Nutzung",
    "koordination": "Koordination",
    "betrieb": "Betrieb",
}
_MODELS = "katalog.models."
_SHARED: dict[str, type[SQLModel]] = {"Herkunft": Herkunft, "Fassung": Fassung}


def render() -> str:
    meanings, used = read_meanings(), find_used()
    lines = [
        *head("Datenmodell", "katalog/models"),
        f"{len(metadata.tables)} Tabellen in {len(AREAS)} Bereichen. Was ein Begriff bedeutet und",
        "woher er kommt, steht im [Glossar](glossar.md). Dieselben Tabellen entstehen auf SQLite",
        "und PostgreSQL durch die Migrationen.",
        "",
        "- **Herkunft** steht für die Spalten `quelle_id` und `stand`: woher eine Zeile kommt.",
        "- **Fassung** steht für `version` und `geaendert_am`: gegen verlorene Änderungen.",
        "- *Pflicht* heißt: nicht NULL. Ein leerer Text ist erlaubt und bedeutet „nicht bekannt“.",
        "- *Noch nicht in Gebrauch* heißt: Kein Teil des Portals liest oder schreibt die Tabelle,",
        "  nur eine Sicherung enthält sie.",
        "- Wörter aus festen Listen sind Texte mit einer Prüfung der Datenbank (`CHECK`).",
        "- In den Bildern fehlen die Verweise auf `quelle`; fast jede Tabelle hat einen.",
    ]
    for area in AREAS:
        lines += ["", *_area(area, meanings, used)]
    return "\n".join(lines) + "\n"


def read_meanings() -> dict[str, str]:
    """The second column of docs/glossar.md, so that a table is explained in one place only."""
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", _GLOSSAR.read_text("utf-8"), re.MULTILINE)
    return dict(rows)


def find_used() -> set[str]:
    """Models that some module imports; most of the case is only prepared as tables."""
    used: set[str] = set()
    for path in sorted(_PORTAL.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_MODELS):
                used |= {alias.name for alias in node.names}
    return used


def models_of(area: ModuleType) -> list[Any]:
    """Table classes that are defined in this module, in the order of the file."""
    found = [value for value in vars(area).values() if isinstance(value, type)]
    return [m for m in found if m.__module__ == area.__name__ and hasattr(m, "__table__")]


def _area(area: ModuleType, meanings: dict[str, str], used: set[str]) -> Iterator[str]:
    name = area.__name__.rpartition(".")[2]
    models = models_of(area)
    yield f"## {_TITLES[name]}"
    yield ""
    yield f"`katalog/models/{name}.py`"
    yield ""
    yield from _draw([model.__table__ for model in models])
    for model in models:
        yield ""
        yield f"### {model.__name__}"
        yield ""
        unused = "" if model.__name__ in used else ", noch nicht in Gebrauch"
        yield f"Tabelle `{model.__tablename__}`{unused}. {meanings[model.__name__]}"
        yield ""
        yield from _table(model)


def _draw(tables: list[Table]) -> Iterator[str]:
    yield "```mermaid"
    yield "erDiagram"
    for drawn in tables:
        yield f"    {drawn.name}"
    for drawn in tables:
        for column in drawn.columns:
            for reference in column.foreign_keys:
                target = reference.column.table.name
                if target != "quelle":
                    parent = "|o" if column.nullable else "||"
                    child = "o|" if column.unique else "o{"
                    yield f'    {target} {parent}--{child} {drawn.name} : "{column.name}"'
    yield "```"


def _table(model: Any) -> Iterator[str]:
    drawn: Table = model.__table__
    shared = [name for name, mixin in _SHARED.items() if issubclass(model, mixin)]
    hidden = {field for name in shared for field in _SHARED[name].model_fields}
    yield from table(
        ("Spalte", "Typ", "Pflicht", "verweist auf", "Schlüssel"),
        (_row(column) for column in drawn.columns if column.name not in hidden),
    )
    rules = [*(f"mit {name}" for name in shared), *sorted(_rules(drawn))]
    if rules:
        yield ""
        yield from (f"- {rule}" for rule in rules)


def _row(column: Column[Any]) -> tuple[str, ...]:
    references = ", ".join(code(key.column.table.name) for key in column.foreign_keys)
    if column.primary_key:
        kind = "Primärschlüssel"
    elif column.unique:
        kind = "eindeutig"
    else:
        kind = "Index" if column.index else ""
    return (
        code(column.name),
        _type(column.type),
        "" if column.nullable else "ja",
        references,
        kind,
    )


def _type(kind: TypeEngine[Any]) -> str:
    match kind:
        case Enum():
            return f"`{kind.enum_class.__name__}`" if kind.enum_class else "Liste"
        case AutoString():
            return f"Text ({kind.length})" if kind.length else "Text"
        case Zeitpunkt():
            return "Zeitpunkt (UTC)"
    for known, word in _WORDS.items():
        if isinstance(kind, known):
            return word
    raise TypeError(f"{kind!r}: Wort für diesen Typ in _WORDS ergänzen")


_WORDS: dict[type[TypeEngine[Any]], str] = {
    Integer: "Ganzzahl",
    Float: "Zahl",
    Boolean: "ja/nein",
    Date: "Datum",
    JSON: "JSON",
    LargeBinary: "Bytes",
}


def _rules(drawn: Table) -> Iterator[str]:
    """What the columns cannot say. Constraints are a set, so the caller sorts the sentences."""
    for constraint in drawn.constraints:
        if isinstance(constraint, UniqueConstraint) and len(constraint.columns) > 1:
            yield f"eindeutig: {_join(constraint.columns)}"
        # The CHECK of an enum repeats the words of its list; only ours are written as text.
        if isinstance(constraint, CheckConstraint) and isinstance(constraint.sqltext, TextClause):
            yield f"Prüfung: `{constraint.sqltext}`"
    for index in drawn.indexes:
        where = _where(index)
        if len(index.columns) > 1 or where:
            kind = "eindeutig" if index.unique else "Index"
            yield f"{kind}: {_join(index.columns)}{where}"


def _where(index: Index) -> str:
    condition = index.dialect_options["sqlite"].get("where")
    return "" if condition is None else f", wo `{condition}`"


def _join(columns: Any) -> str:
    return ", ".join(code(column.name) for column in columns)
