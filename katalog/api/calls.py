"""What a call is: a function from an `Ask` to an answer, with everything there is to say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from katalog.api.parameter import Parameter
from katalog.api.schema import Form
from katalog.atlas import Atlas
from katalog.db import Session
from katalog.discovery import Suche
from katalog.domain.rollen import GAST, Betrachter


@dataclass(frozen=True, slots=True)
class Ask:
    """`values` holds what was asked, read and checked, by the name of the parameter.

    Whoever asks is a guest: the API reads no cookies, and tokens do not exist yet.
    """

    session: Session
    values: Mapping[str, Any]
    today: date
    basis_url: str
    suche: Suche
    atlas: Atlas
    viewer: Betrachter = GAST


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


Answer: TypeAlias = One | Many | Moved
Function: TypeAlias = Callable[[Ask], Answer]


@dataclass(frozen=True, slots=True)
class Call:
    """`examples` are values for the parameters with which page and tests call it."""

    path: str
    title: str
    family: str
    function: Function
    form: Form
    parameters: tuple[Parameter, ...] = ()
    notes: str = ""
    moves: bool = False
    examples: Mapping[str, str] = field(default_factory=dict)

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
    notes: str = "",
    moves: bool = False,
    examples: Mapping[str, str] | None = None,
) -> Callable[[Function], Call]:
    def register(function: Function) -> Call:
        return Call(path, title, family, function, form, parameters, notes, moves, examples or {})

    return register
