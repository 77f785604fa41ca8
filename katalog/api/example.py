"""What a call answers to its own example, by the same code that answers programs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote, urlencode

import msgspec

from katalog.api import PREFIX
from katalog.api.answer import body_of, encode
from katalog.api.calls import Ask, Call, Many, Moved
from katalog.api.parameter import read_parameters
from katalog.api.problem import problem_of
from katalog.domain.errors import KatalogFehler


@dataclass(frozen=True, slots=True)
class Example:
    address: str
    answer: str
    body: str = ""


# The page asks every call there is; nobody minds an example that is some minutes old.
_KEPT_SECONDS = 600.0
_KEPT_AT_MOST = 8
_kept: dict[tuple[str, str, date], tuple[float, dict[str, Example]]] = {}


def ask_examples(calls: Sequence[Call], ask: Ask) -> dict[str, Example]:
    """By the name of the call; `ask` is whatever does not differ between them.

    What only a token opens has an address and nothing to show: there is no guest's view of it.
    """
    key = (str(ask.session.get_bind().engine.url), ask.basis_url, ask.today)
    moment, found = _kept.get(key, (0.0, {}))
    if found and time.monotonic() - moment < _KEPT_SECONDS:
        return found
    found = {call.name: _ask_example(call, ask) for call in calls}
    if len(_kept) >= _KEPT_AT_MOST:
        _kept.clear()
    _kept[key] = (time.monotonic(), found)
    return found


def _ask_example(call: Call, ask: Ask) -> Example:
    place = {p.name: call.examples[p.name] for p in call.parameters if p.in_path}
    named = {parameter.name for parameter in call.parameters} - place.keys()
    query = [item for item in call.examples.items() if item[0] in named]
    path = PREFIX + call.path.format_map({name: quote(key) for name, key in place.items()})
    address = f"{path}?{urlencode(query)}" if query else path
    if call.writes or not call.is_public:
        return Example(address, "", example_body(call))
    try:
        values = read_parameters(call.parameters, place, query)
        found = call.function(replace(ask, values=values))
    except KatalogFehler as error:
        # Another portal may not know the thing; what it says then is an example as well.
        return Example(address, _pretty(problem_of(error, path).encode()))
    match found:
        case Moved():
            return Example(address, "")
        case Many():
            return Example(address, _pretty(encode(body_of(found, values))))
        case _:
            return Example(address, _pretty(encode(found.content)))


def example_body(call: Call) -> str:
    sent = {field.name for field in call.fields}
    members = {name: value for name, value in call.examples.items() if name in sent}
    return encode(members).decode() if members else ""


def _pretty(body: bytes) -> str:
    return msgspec.json.format(body, indent=2).decode()
