"""The API described by itself: an OpenAPI 3.1 document made of the declarations of its calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from katalog.api import PREFIX
from katalog.api.calls import Call
from katalog.api.parameter import Parameter, Schema
from katalog.api.problem import MEDIA_TYPE, Problem
from katalog.api.schema import Form, form_of_type
from katalog.domain.zugriff import PREFIX as PREFIX_OF_TOKENS

VERSION = "1.1"
_SCHEME = "zugriffstoken"
_TOKEN: Schema = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": f"{PREFIX_OF_TOKENS}[0-9A-Za-z]{{46}}",
    "description": "Unter „Mein Konto“ für eine Stelle und einen Zweck erzeugt. Es darf nie mehr "
    "als die Person, der es gehört.",
}
_PROBLEM = form_of_type(Problem)
_SUMMARY = (
    "Verwaltungsleistungen, Onlinedienste und wer sie nutzt: lesend ohne Anmeldung. Mit einem "
    "Zugriffstoken macht ein Programm Angaben für seine Stelle und führt ihre Vorgänge weiter. "
    "Cookies liest die Schnittstelle nicht. Werte eines Parameters, der mehrfach stehen darf, "
    "sind Alternativen; verschiedene Parameter schränken gemeinsam ein. Unbekannte Parameter "
    "werden abgelehnt. Woher eine Angabe stammt und unter welcher Lizenz, steht bei jedem Eintrag."
)
_HEADERS: Schema = {
    "ETag": {
        "description": "Kennzeichen dieses Standes, für If-None-Match.",
        "schema": {"type": "string"},
    }
}
_TEXT: Schema = {"schema": {"type": "string"}}
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
        "paths": _paths(calls),
        "components": {
            "schemas": dict(sorted(forms.items())),
            "securitySchemes": {_SCHEME: _TOKEN},
        },
    }


def _paths(calls: Sequence[Call]) -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for call in calls:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call)
    return paths


def _all_forms(calls: Sequence[Call]) -> Iterator[Form]:
    previews = [call.preview for call in calls if call.preview]
    for form in (_PROBLEM, *(call.form for call in calls), *previews):
        yield form
        yield from form.needs


def _operation(call: Call) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.name,
        "tags": [call.family],
        "summary": call.title,
        "description": call.notes,
        "parameters": [
            *(_parameter(parameter, call) for parameter in call.parameters),
            *_headers(call),
        ],
        "responses": _responses(call),
    }
    if call.fields:
        operation["requestBody"] = _request_body(call)
    if call.needs is not None:
        # An empty requirement means that it also goes without.
        operation["security"] = [*([{}] if call.open_too else []), {_SCHEME: []}]
    return operation


def _headers(call: Call) -> Iterator[dict[str, Any]]:
    if not call.writes:
        yield {
            "name": "If-None-Match",
            "in": "header",
            "description": "ETag einer früheren Antwort: Hat sich nichts geändert, kommt 304.",
            "schema": {"type": "string"},
        }
    if call.conditional:
        yield {
            "name": "If-Match",
            "in": "header",
            "description": "ETag des Standes, den Sie kennen; seine Version genügt.",
            "schema": {"type": "string"},
            "example": '"7"',
        }


def _request_body(call: Call) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {field.name: _describe_field(field) for field in call.fields},
        "required": [field.name for field in call.fields if field.required],
        "additionalProperties": False,
    }
    sent = {field.name for field in call.fields}
    example = {name: value for name, value in call.examples.items() if name in sent}
    content = {"application/json": {"schema": schema, "example": example}}
    return {"required": True, "content": content}


def _describe_field(field: Parameter) -> Schema:
    described = {"description": field.meaning}
    if field.required:
        return field.schema | described
    return {"anyOf": [field.schema, {"type": "null"}]} | described


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
    if call.writes:
        responses = {"201": _made(call.form)}
        if call.preview:
            # Or what there was already: the same sent twice.
            shown = {"anyOf": [call.preview.ref, call.form.ref]}
            responses["200"] = {
                "description": "Die Probe, oder was es schon gab",
                "content": {"application/json": {"schema": shown}},
            }
    else:
        responses = {
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
            "headers": {"Location": _TEXT},
        }
    if call.may_be_missing:
        responses["404"] = _error("Das gibt es nicht")
    if call.needs is not None:
        refused = _error("Das Zugriffstoken fehlt oder gilt nicht")
        responses["401"] = refused | {"headers": {"WWW-Authenticate": _TEXT}}
        responses["403"] = _error("Das darf dieses Zugriffstoken nicht")
    if call.writes:
        responses["409"] = _error(
            "Das passt nicht zum Stand: etwas fehlt vorher, oder es ist schon da"
        )
        responses["413"] = _error("Der Inhalt ist zu groß")
        responses["415"] = _error("Der Inhalt ist kein JSON")
        responses["429"] = _error("Zu viele Aufrufe") | {"headers": {"Retry-After": _TEXT}}
    if call.conditional:
        responses["412"] = _error("Inzwischen geändert")
        responses["428"] = _error("If-Match fehlt")
    return responses | {
        "422": _error("Eine Angabe fehlt oder ist falsch"),
        "500": _error("Fehler im Portal"),
    }


def _made(form: Form) -> dict[str, Any]:
    return {
        "description": "Geschrieben",
        "headers": _HEADERS | {"Location": _TEXT},
        "content": {"application/json": {"schema": form.ref}},
    }


def _error(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": _PROBLEM.ref}}}
