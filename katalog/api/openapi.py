"""The API described by itself: an OpenAPI 3.1 document made of the declarations of its calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from katalog.api import PREFIX
from katalog.api.calls import Call
from katalog.api.parameter import Parameter, Schema
from katalog.api.problem import MEDIA_TYPE, Problem
from katalog.api.schema import Form, form_of_type

VERSION = "1.0"
_PROBLEM = form_of_type(Problem)
_SUMMARY = (
    "Verwaltungsleistungen, Onlinedienste und wer sie nutzt. Nur lesend, ohne Anmeldung und ohne "
    "Cookies. Werte eines Parameters, der mehrfach stehen darf, sind Alternativen; verschiedene "
    "Parameter schränken gemeinsam ein. Unbekannte Parameter werden abgelehnt. Woher eine Angabe "
    "stammt und unter welcher Lizenz, steht bei jedem Eintrag."
)
_HEADERS: Schema = {
    "ETag": {
        "description": "Kennzeichen dieses Standes, für If-None-Match.",
        "schema": {"type": "string"},
    }
}
_LINK: Schema = {
    "Link": {
        "description": "Adressen der Seiten first, prev, next und last, mit allen Filtern.",
        "schema": {"type": "string"},
    }
}


def describe(calls: Sequence[Call]) -> dict[str, Any]:
    forms = {form.name: form.schema for form in _all_forms(calls)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "OZG-Katalog", "version": VERSION, "description": _SUMMARY},
        "servers": [{"url": PREFIX}],
        "tags": [{"name": name} for name in dict.fromkeys(call.family for call in calls)],
        "paths": {call.path: {"get": _operation(call)} for call in calls},
        "components": {"schemas": dict(sorted(forms.items()))},
    }


def _all_forms(calls: Sequence[Call]) -> Iterator[Form]:
    for form in (_PROBLEM, *(call.form for call in calls)):
        yield form
        yield from form.needs


def _operation(call: Call) -> dict[str, Any]:
    return {
        "operationId": call.name,
        "tags": [call.family],
        "summary": call.title,
        "description": call.notes,
        "parameters": [
            *(_parameter(parameter, call) for parameter in call.parameters),
            {
                "name": "If-None-Match",
                "in": "header",
                "description": "ETag einer früheren Antwort: Hat sich nichts geändert, kommt 304.",
                "schema": {"type": "string"},
            },
        ],
        "responses": _responses(call),
    }


def _parameter(parameter: Parameter, call: Call) -> dict[str, Any]:
    schema = parameter.schema
    example = call.examples.get(parameter.name, parameter.example)
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "path" if parameter.in_path else "query",
        "required": parameter.required,
        "description": parameter.meaning,
        "schema": {"type": "array", "items": schema} if parameter.many else schema,
    }
    if example:
        value = int(example) if schema.get("type") == "integer" else example
        described["example"] = [value] if parameter.many else value
    return described


def _responses(call: Call) -> dict[str, Any]:
    is_list = "gesamt" in call.form.schema.get("properties", {})
    responses: dict[str, Any] = {
        "200": {
            "description": "Die Antwort",
            "headers": _HEADERS | (_LINK if is_list else {}),
            "content": {"application/json": {"schema": call.form.ref}},
        },
        "304": {"description": "Seit dem ETag in If-None-Match hat sich nichts geändert"},
    }
    if call.moves:
        responses["308"] = {
            "description": "Unter dem heutigen Schlüssel zu finden",
            "headers": {"Location": {"schema": {"type": "string"}}},
        }
    if call.may_be_missing:
        responses["404"] = _error("Das gibt es nicht")
    return responses | {
        "422": _error("Eine Angabe fehlt oder ist falsch"),
        "500": _error("Fehler im Portal"),
    }


def _error(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": _PROBLEM.ref}}}
