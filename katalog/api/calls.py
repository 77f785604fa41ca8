"""What a call is: a function from an `Ask` to an answer, with everything there is to say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from katalog.accounts.zugriffstoken import Ausgewiesen
from katalog.api.parameter import Parameter
from katalog.api.schema import Form
from katalog.atlas import Atlas
from katalog.db import Session
from katalog.discovery import Suche
from katalog.domain.rollen import GAST, Betrachter
from katalog.domain.zugriff import Zugriff


@dataclass(frozen=True, slots=True)
class Ask:
    """`values` holds what was asked and `sent` what the body said, read and checked, by name.

    Whoever shows no token is a guest: the API reads no cookies. `if_match` is the header as sent.
    """

    session: Session
    values: Mapping[str, Any]
    today: date
    basis_url: str
    suche: Suche
    atlas: Atlas
    program: Ausgewiesen | None = None
    sent: Mapping[str, Any] = field(default_factory=dict)
    if_match: str = ""

    @property
    def viewer(self) -> Betrachter:
        return self.program.betrachter if self.program else GAST


@dataclass(frozen=True, slots=True)
class One:
    """`version` is the row's own; `canonical` the address under which this object belongs."""

    content: Any
    version: int | None = None
    canonical: str = ""


@dataclass(frozen=True, slots=True)
class Many:
    """One page of a list; `rows` stands under `name`, `more` beside it."""

    total: int
    rows: Sequence[Any]
    name: str = "daten"
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """Under another address for good."""

    path: str


@dataclass(frozen=True, slots=True)
class Made:
    """Written, and to be found under `path`; `new` is False if the same had been sent before."""

    content: Any
    path: str
    version: int | None = None
    new: bool = True


Answer: TypeAlias = One | Many | Moved | Made
Function: TypeAlias = Callable[[Ask], Answer]


@dataclass(frozen=True, slots=True)
class Call:
    """`examples` are values for the parameters with which page and tests call it.

    `needs` is what a token must allow, `open_too` says that guests get the public part of it.
    What is sent has `fields`; with `preview` there is a trial run, and this is what it answers.
    `conditional`: what is there already changes only for who knows its state (If-Match).
    """

    path: str
    title: str
    family: str
    function: Function
    form: Form
    parameters: tuple[Parameter, ...] = ()
    notes: str = ""
    moves: bool = False
    examples: Mapping[str, str] = field(default_factory=dict)
    method: Literal["GET", "POST"] = "GET"
    needs: Zugriff | None = None
    open_too: bool = False
    fields: tuple[Parameter, ...] = ()
    preview: Form | None = None
    conditional: bool = False

    @property
    def writes(self) -> bool:
        return self.method == "POST"

    @property
    def is_public(self) -> bool:
        return self.needs is None or self.open_too

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def may_be_missing(self) -> bool:
        """Whether the address names something that may not exist."""
        return any(parameter.in_path for parameter in self.parameters)


def call(
    path: str,
    title: str,
    family: str,
    form: Form,
    *parameters: Parameter,
    **more: Any,
) -> Callable[[Function], Call]:
    """`more` are further fields of `Call`, by their names."""

    def register(function: Function) -> Call:
        return Call(path, title, family, function, form, parameters, **more)

    return register
