"""What a search is asked and what it answers; two engines keep to it.

`embedded` needs nothing but a folder, `meili` a Meilisearch. Both find the same documents for the
same query and count the same facets; only the order of near misses may differ. Words are
understood before either engine sees them, in `deutung`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

_NO_FACETS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class Typ(StrEnum):
    OZG_LEISTUNG = "ozg_leistung"
    LEISTUNG = "leistung"
    ONLINEDIENST = "onlinedienst"
    KOMMUNE = "kommune"


class Order(StrEnum):
    RELEVANCE = "relevanz"
    NAME = "name"
    STAND = "stand"
    NUTZUNG = "nutzung"


# What goes in ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Document:
    """One thing to be found, with everything that an answer shows of it.

    `namen` are other names of the same thing, `weitere` those of what belongs to it: the
    LeiKa-Leistungen of an OZG-Leistung. `schluessel` holds keys besides the two that have a field
    of their own (ARS, AGS, postcodes, the Kennung of an Onlinedienst). `merkmale` are the values
    to filter by and to count. `gewicht` runs from 0 to 100 and decides between equally good hits,
    `nutzung` says how many use it.
    """

    typ: Typ
    id: str
    titel: str
    namen: tuple[str, ...] = ()
    weitere: tuple[str, ...] = ()
    texte: tuple[str, ...] = ()
    zusatz: str = ""
    ozg_ids: tuple[str, ...] = ()
    leistungsschluessel: tuple[str, ...] = ()
    schluessel: tuple[str, ...] = ()
    merkmale: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_FACETS)
    gewicht: int = 50
    nutzung: int = 0
    stand: date | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """`filters` and `facets` name fields of `Document.merkmale`, or `typ`.

    Values of one field are alternatives, fields narrow each other, and a facet is counted as if
    nothing had been chosen in it. `nearby` is the key of a Kreis as in the field `kreis`. With
    `bare` hits carry type and id alone, for whoever wants very many of them.
    """

    text: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=lambda: _NO_FACETS)
    facets: tuple[str, ...] = ()
    limit: int = 25
    offset: int = 0
    order: Order = Order.RELEVANCE
    nearby: str = ""
    bare: bool = False


# What comes out ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text; `marked` where it is what was asked for."""

    text: str
    marked: bool = False


Marked = tuple[Segment, ...]


def plain(marked: Marked) -> str:
    return "".join(segment.text for segment in marked)


@dataclass(frozen=True, slots=True)
class Hit:
    typ: Typ
    id: str
    titel: Marked
    ausschnitt: Marked
    zusatz: str
    ozg_ids: tuple[str, ...]
    leistungsschluessel: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacetCount:
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """That `word` was also looked for under its official `terms`."""

    word: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """`total` is exact. `facets` are ordered by count, then by value.

    `suggestion` is the text with its misspelt words put right; the hits are those of it already.
    `meanings` and `ignored` tell a page what became of the words. `relaxed` says that nothing had
    all of them, so that the hits have at least one.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    suggestion: str | None = None
    meanings: tuple[Meaning, ...] = ()
    ignored: tuple[str, ...] = ()
    relaxed: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a field offers while somebody types in it."""

    text: Marked
    typ: Typ
    id: str
    zusatz: str


Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """Nobody watches."""


# The engine ──────────────────────────────────────────────────────────────────────────────────


class SearchError(Exception):
    """The message is German and says what to do."""


class IndexMissing(SearchError):
    """There is no index, or one that this version does not read: it has to be rebuilt."""

    def __init__(
        self, reason: str = "Der Suchindex fehlt oder stammt von einer anderen Version."
    ) -> None:
        super().__init__(f"{reason} Bauen Sie ihn neu auf: katalog reindex")


class IndexBusy(SearchError):
    """Another process is writing."""


class EngineUnavailable(SearchError):
    """The server does not answer or refuses the key."""


class Engine(Protocol):
    """Reading is possible from many processes and threads, writing from one process at a time."""

    def find(self, query: Query) -> Result:
        """Raises `IndexMissing`, or `EngineUnavailable` if there is no answer to be had."""
        ...

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]: ...

    def rebuild_reason(self) -> str | None:
        """Why `rebuild` is due, in German; None when the index is there and of this version."""
        ...

    def rebuild(self, documents: Iterable[Document], progress: Progress = no_progress) -> int:
        """Replaces everything at once: until then, and if it fails, the old index answers."""
        ...

    def update(
        self, documents: Iterable[Document] = (), removed: Iterable[tuple[Typ, str]] = ()
    ) -> None:
        """Puts documents in the place of those with the same type and id, and takes some away."""
        ...

    def close(self) -> None: ...
