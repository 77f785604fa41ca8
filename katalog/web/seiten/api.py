"""The API explained to people, from the same description that programs read."""

from __future__ import annotations

from typing import Any

from katalog.accounts.zugriffstoken import MOST_WRITES
from katalog.api.calls import Ask, Call
from katalog.api.example import Example, ask_examples
from katalog.api.mount import CALLS, DOCUMENT
from katalog.web.formats import number
from katalog.web.page import Page, View, page

_FORMATS = {"date": "Tag, wie 2026-11-30", "date-time": "Zeitpunkt, wie 2026-11-30T08:15:00Z"}


@page("/api")
def show_api(view: View) -> Page:
    (server,) = DOCUMENT["servers"]
    basis_url = view.portal.settings.basis_url.rstrip("/")
    examples = ask_examples(
        CALLS, Ask(view.session, {}, view.today, basis_url, view.portal.suche, view.portal.atlas)
    )
    calls = [_explain(call, examples[call.name], server["url"]) for call in CALLS]
    return Page(
        "seiten/api.html",
        {
            "basis": basis_url + server["url"],
            "beschreibung": f"{server['url']}/openapi.json",
            "rechner": basis_url,
            "grenze": MOST_WRITES,
            "familien": [
                (tag["name"], [call for call in calls if call["familie"] == tag["name"]])
                for tag in DOCUMENT["tags"]
            ],
            "gegenstaende": [
                (name, schema["title"], _fields(schema))
                for name, schema in DOCUMENT["components"]["schemas"].items()
                if _is_for_people(schema)
            ],
        },
    )


def _explain(call: Call, example: Example, prefix: str) -> dict[str, Any]:
    operation = DOCUMENT["paths"][call.path][call.method.lower()]
    return {
        "id": operation["operationId"].replace("_", "-"),
        "familie": call.family,
        "methode": call.method,
        "pfad": prefix + call.path,
        "titel": operation["summary"],
        "hinweis": operation["description"],
        "zugriff": call.needs,
        "auch_ohne": call.open_too,
        "stand": call.conditional,
        "parameter": [
            (parameter["name"], parameter["description"], _say_values(parameter))
            for parameter in operation["parameters"]
            if parameter["in"] != "header"
        ],
        "felder": [
            (field.name, field.meaning, _say_field(field.schema, required=field.required))
            for field in call.fields
        ],
        "beispiel": example,
    }


def _say_field(schema: dict[str, Any], *, required: bool) -> str:
    return "; ".join([_say_type(schema), *(["nötig"] if required else [])])


def _is_for_people(schema: dict[str, Any]) -> bool:
    """Things of the catalogue have a title for every field; other answers explain themselves."""
    fields = schema.get("properties", {}).values()
    return bool(fields) and all("title" in field for field in fields)


def _fields(schema: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (name, field["title"], field["description"]) for name, field in schema["properties"].items()
    ]


def _say_values(parameter: dict[str, Any]) -> str:
    schema = parameter["schema"]
    parts = [_say_type(schema.get("items", schema))]
    if parameter["required"]:
        parts.append("nötig")
    if "default" in schema:
        parts.append(f"sonst {schema['default']}")
    if schema.get("type") == "array":
        parts.append("mehrfach möglich")
    return "; ".join(parts)


def _say_type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if schema.get("type") == "boolean":
        return "true oder false"
    if schema.get("type") == "integer":
        return f"ganze Zahl von {number(schema['minimum'])} bis {number(schema['maximum'])}"
    if "anyOf" in schema:
        return " oder ".join(_say_type(choice) for choice in schema["anyOf"])
    return _FORMATS.get(schema.get("format", ""), "Text")


PAGES = [show_api]
