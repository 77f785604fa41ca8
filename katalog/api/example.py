"""What a call answers to its own example, by the same code that answers programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

import msgspec

from katalog.api import PREFIX
from katalog.api.answer import body_of, encode
from katalog.api.calls import Ask, Call, Many, Moved
from katalog.api.parameter import read_parameters
from katalog.api.problem import problem_of
from katalog.db import Session
from katalog.discovery import Suche
from katalog.domain.errors import KatalogFehler


@dataclass(frozen=True, slots=True)
class Example:
    address: str
    answer: str


def ask_example(call: Call, session: Session, suche: Suche, today: date, basis_url: str) -> Example:
    place = {p.name: call.examples[p.name] for p in call.parameters if p.in_path}
    query = [item for item in call.examples.items() if item[0] not in place]
    path = PREFIX + call.path.format_map({name: quote(key) for name, key in place.items()})
    address = f"{path}?{urlencode(query)}" if query else path
    try:
        values = read_parameters(call.parameters, place, query)
        found = call.function(Ask(session, values, today, basis_url, suche))
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


def _pretty(body: bytes) -> str:
    return msgspec.json.format(body, indent=2).decode()
