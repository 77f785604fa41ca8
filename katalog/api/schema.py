"""What answers look like, derived from the definitions that make them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from katalog.api.parameter import Schema
from katalog.ausgabe.felder import Feld, Gegenstand

# The first word of what a field holds is its kind; anything else is a text.
_KINDS: tuple[tuple[str, Schema], ...] = (
    (r"Tag(;|$)", {"type": ["string", "null"], "format": "date"}),
    (r"Zeitpunkt", {"type": ["string", "null"], "format": "date-time"}),
    (r"Zahl", {"type": ["number", "null"]}),
    (r"ja oder nein", {"type": ["boolean", "null"]}),
    (r"Liste", {"type": "array", "items": {"type": "string"}}),
    (r"", {"type": ["string", "null"]}),
)


@dataclass(frozen=True, slots=True)
class Form:
    """A named schema; `needs` are others that it refers to by name."""

    name: str
    schema: Schema
    needs: tuple[Form, ...] = field(default=())

    @property
    def ref(self) -> Schema:
        return {"$ref": f"#/components/schemas/{self.name}"}


def form_of_kind(name: str, kind: Gegenstand[Any]) -> Form:
    properties = {feld.name: _schema_of(feld) for feld in kind.felder}
    schema = {
        "type": "object",
        "title": kind.titel,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return Form(name, schema)


def _schema_of(feld: Feld[Any]) -> Schema:
    kind = next(schema for pattern, schema in _KINDS if re.match(pattern, feld.inhalt))
    return kind | {"title": feld.titel, "description": feld.inhalt}


def form_of_type(kind: type) -> Form:
    """Of a msgspec structure; those inside it become forms of their own."""
    schemas: dict[str, Schema]
    _, schemas = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
    needs = tuple(Form(name, s) for name, s in schemas.items() if name != kind.__name__)
    return Form(kind.__name__, schemas[kind.__name__], needs)


def list_of(item: Form, *others: Form, rows: str = "daten", **more: Schema) -> Form:
    """`more` are schemas of what stands beside the rows, and `others` the forms they refer to."""
    count: Schema = {"type": "integer", "minimum": 0}
    properties = {
        "gesamt": count | {"description": "Wie viele es insgesamt sind."},
        "limit": count,
        "offset": count,
        rows: {"type": "array", "items": item.ref},
    } | more
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return Form(f"{item.name}Liste", schema, (item, *item.needs, *others))
