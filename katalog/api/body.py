"""What a program sends: one flat JSON object, whose members are read like parameters.

A member that is null is not stated, as if it were left out. Unknown ones are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from katalog.api.parameter import Parameter, Reading, check_printable
from katalog.api.problem import Abgewiesen
from katalog.domain.errors import UngueltigeEingabe

LARGEST = 64 * 1024
_KIND = "application/json"
_FIELD = "Inhalt"


def read_body(known: Sequence[Parameter], kind: str, body: bytes) -> dict[str, Any]:
    members = _members(kind, body) if body or known else {}
    reading = Reading()
    for field in known:
        value = members.pop(field.name, None)
        if isinstance(value, bool) and field.schema.get("type") == "boolean":
            reading.values[field.name] = value
        elif value is None:
            reading.take(field, ())
        elif isinstance(value, str) and field.schema.get("type") != "boolean":
            check_printable(field.name, value)
            reading.take(field, (value,))
        else:
            reading.refuse(field.name, str(value), _say_type(field))
    for name, value in members.items():
        names = ", ".join(field.name for field in known) or "keine"
        text = f"Diese Angabe kennt der Aufruf nicht. Möglich sind: {names}."
        reading.refuse(name[:80], str(value), text)
    return reading.done()


def _members(kind: str, body: bytes) -> dict[str, Any]:
    if kind.partition(";")[0].strip().lower() != _KIND:
        raise Abgewiesen(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "Das ist kein JSON",
            f"Senden Sie ein JSON-Objekt mit der Kopfzeile „Content-Type: {_KIND}“.",
        )
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        text = (
            "Der Inhalt ist kein gültiges JSON. Prüfen Sie Klammern, Anführungszeichen und UTF-8."
        )
        raise UngueltigeEingabe(_FIELD, "", text) from error
    if not isinstance(found, dict):
        text = "Der Inhalt ist kein JSON-Objekt. Es beginnt mit { und endet mit }."
        raise UngueltigeEingabe(_FIELD, "", text)
    return found


def _say_type(field: Parameter) -> str:
    expected = "true oder false" if field.schema.get("type") == "boolean" else "ein Text"
    return f"Hier steht {expected}. {field.meaning}"
