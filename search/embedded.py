"""The engine that needs nothing but a folder: an index of tantivy, read by many, written by one.

Folder and lock are in `ablage`, queries in `frage`. A reader notices within half a second what
another process has written.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import tantivy

from search import ablage, analyse, deutung, frage, rang, treffer, vorschlag
from search.ablage import Generation, Stamp
from search.analyse import Analyse
from search.engine import (
    Document,
    FacetCount,
    Hit,
    IndexMissing,
    Order,
    Progress,
    Query,
    Result,
    Suggestion,
    Typ,
    no_progress,
)
from search.frage import Plan
from search.lesarten import Deutung, Wanted
from search.stammform import fold
from search.treffer import Satz
from search.woerter import lists_hash, load

# Raise it when the schema or the analysis changes; old indexes are then built again.
_FORMAT = 2
# How often a reader looks whether somebody has written.
_LOOK_SECONDS = 0.2
_HEAP = 64_000_000
# All values are returned: there are 400 Kreise, and a page may want each of them.
_MOST_VALUES = 5_000
_MOST_QUESTIONS = 2_000
_MOST_SAETZE = 5_000

# Segment and number, which hold for one commit.
_Address = tuple[int, int]
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@cache
def index_version() -> str:
    return f"{_FORMAT}-{version('tantivy')}-{lists_hash()}"


@dataclass(slots=True)
class _Question:
    """A text as it is to be asked of one commit, with the hits that were shown for it."""

    meant: Deutung
    plan: Plan
    relaxed: bool
    wanted: Wanted
    hits: dict[_Address, Hit] = field(default_factory=dict)


@dataclass(slots=True)
class _Reader:
    """A generation as of one commit, with all that its words decide."""

    generation: Generation
    index: tantivy.Index
    analyse: Analyse
    stamp: Stamp
    # Remembered, for a list asks the same for every page, facet and order.
    questions: dict[str, _Question] = field(default_factory=dict)
    saetze: dict[_Address, Satz] = field(default_factory=dict)

    def question(self, text: str, searcher: tantivy.Searcher) -> _Question:
        key = text[: deutung.MAX_LENGTH]
        found = self.questions.get(key)
        if found is None:
            found = self._understand(key, searcher)
            _remember(self.questions, key, found, _MOST_QUESTIONS)
        return found

    def _understand(self, text: str, searcher: tantivy.Searcher) -> _Question:
        meant = deutung.deute(text, self.analyse)
        plan = frage.plan(meant, self.index.schema)
        relaxed = plan.loose is not None and not _number_of(searcher, plan.named)
        if relaxed:
            plan = plan.loosened()
        while (shorter := deutung.shorter_keys(meant)) and not _number_of(searcher, plan.match):
            meant, plan = shorter, frage.plan(shorter, self.index.schema)
        return _Question(meant, plan, relaxed, meant.wanted())

    def satz(self, address: tantivy.DocAddress, searcher: tantivy.Searcher) -> Satz:
        key = address.segment_ord, address.doc
        found = self.saetze.get(key)
        if found is None:
            stored = str(searcher.doc(address).get_first("satz"))
            found = treffer.from_satz(stored, self.analyse)
            _remember(self.saetze, key, found, _MOST_SAETZE)
        return found


def _remember(memory: dict[_Key, _Value], key: _Key, value: _Value, most: int) -> None:
    """Emptied when full: rare, and simpler than to know which was used last."""
    if len(memory) >= most:
        memory.clear()
    memory[key] = value


class EmbeddedEngine:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._open: _Reader | None = None
        self._pointer: Stamp = (0, 0)
        self._looked = 0.0

    # Reading ─────────────────────────────────────────────────────────────────────────────────

    def find(self, query: Query) -> Result:
        reader = self._reader()
        searcher = reader.index.searcher()
        question = reader.question(query.text, searcher)
        meant = question.meant
        found = _search(searcher, reader.index.schema, query, question.plan)
        return Result(
            total=found.count,
            hits=tuple(_hits(searcher, reader, found, question, query)) if query.limit else (),
            facets=_count(searcher, reader.index.schema, query, question.plan),
            suggestion=meant.suggestion,
            meanings=meant.meanings,
            ignored=meant.ignored,
            relaxed=question.relaxed and found.count > 0,
        )

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]:
        reader = self._reader()
        meant = vorschlag.complete(prefix, reader.analyse)
        if not meant.begriffe:
            return ()
        searcher = reader.index.searcher()
        plan = frage.plan(meant, reader.index.schema)
        found = _search(searcher, reader.index.schema, Query(limit=limit * 3), plan)
        wanted = meant.wanted()
        saetze = (reader.satz(address, searcher) for _, address in found.hits)
        return vorschlag.from_hits((s.hit(wanted, with_excerpt=False) for s in saetze), limit)

    def rebuild_reason(self) -> str | None:
        generation = ablage.current(self._root)
        if generation is None:
            return "Es gibt noch keinen Suchindex."
        if generation.version != index_version():
            return "Der Suchindex stammt von einer anderen Version des Programms."
        try:
            self._reader()
        except IndexMissing as error:
            return str(error)
        return None

    def close(self) -> None:
        with self._lock:
            self._open = None
            self._pointer = (0, 0)

    def _reader(self) -> _Reader:
        now = time.monotonic()
        reader = self._open
        if reader is not None and now - self._looked < _LOOK_SECONDS:
            return reader
        with self._lock:
            self._looked = now
            pointer = ablage.pointer_stamp(self._root)
            if self._open is None or pointer != self._pointer:
                self._open = self._open_current()
                self._pointer = pointer
            elif self._open.generation.stamp() != self._open.stamp:
                self._open = _open_reader(self._open.generation)
            return self._open

    def _open_current(self) -> _Reader:
        generation = ablage.current(self._root)
        if generation is None or generation.version != index_version():
            raise IndexMissing()
        return _open_reader(generation)

    # Writing ─────────────────────────────────────────────────────────────────────────────────

    def rebuild(self, documents: Iterable[Document], progress: Progress = no_progress) -> int:
        """Keeps all documents in memory: their words have to be known before one is taken apart."""
        with ablage.writing(self._root):
            kept = list(documents)
            words = analyse.learn(kept, load())
            analysed = analyse.build(load(), words)
            generation = ablage.begin(self._root, index_version())
            index = tantivy.Index(frage.build_schema(), path=str(generation.folder))
            with_writer = _writer(index)
            for number, document in enumerate(kept, 1):
                with_writer.add_document(_entry(document, analysed, index.schema))
                progress(number, len(kept))
            with_writer.commit()
            with_writer.wait_merging_threads()
            generation.save_words(words)
            ablage.put_in_use(self._root, generation)
        self._looked = 0.0
        return len(kept)

    def update(
        self, documents: Iterable[Document] = (), removed: Iterable[tuple[Typ, str]] = ()
    ) -> None:
        with ablage.writing(self._root):
            reader = self._open_current()
            kept = list(documents)
            self._save_words(reader, kept)
            writer = _writer(reader.index)
            gone = chain(removed, ((document.typ, document.id) for document in kept))
            for typ, id_ in gone:
                writer.delete_documents_by_term("id", _id(typ, id_))
            for document in kept:
                writer.add_document(_entry(document, reader.analyse, reader.index.schema))
            writer.commit()
            writer.wait_merging_threads()
            reader.generation.announce()
        self._looked = 0.0

    def _save_words(self, reader: _Reader, documents: Sequence[Document]) -> None:
        """Before the documents: a word without a document only finds nothing."""
        known = reader.analyse.wortschatz
        fresh = analyse.extended(known, documents, load())
        if fresh is not known:
            reader.generation.save_words(fresh)


def _open_reader(generation: Generation) -> _Reader:
    """Never loaded again by itself: `saetze` are of this commit, and a new reader for the next."""
    stamp = generation.stamp()
    words = generation.words()
    try:
        index = tantivy.Index.open(str(generation.folder))
        index.config_reader("manual")
        index.reload()
    except ValueError as error:
        raise IndexMissing(
            "Der Suchindex lässt sich nicht lesen. Bauen Sie ihn neu auf: katalog reindex"
        ) from error
    return _Reader(generation, index, analyse.build(load(), words), stamp)


def _writer(index: tantivy.Index) -> tantivy.IndexWriter:
    """One thread: the documents come from Python, which is what takes the time."""
    return index.writer(_HEAP, 1)


# Documents ───────────────────────────────────────────────────────────────────────────────────


def _id(typ: Typ, id_: str) -> str:
    return f"{typ}:{id_}"


def _entry(document: Document, analysed: Analyse, schema: tantivy.Schema) -> tantivy.Document:
    tokens = analysed.tokens(document)
    return tantivy.Document.from_dict(
        {
            "id": _id(document.typ, document.id),
            "satz": treffer.to_satz(document),
            "typ": str(document.typ),
            "genau": list(rang.own_names(document, analysed)),
            "haupt": " ".join(tokens.haupt),
            "namen": " ".join(tokens.namen),
            "teile": " ".join(tokens.teile),
            "weitere": " ".join(tokens.weitere),
            "text": " ".join(tokens.text),
            "schluessel": " ".join(tokens.schluessel),
            "merkmale": analyse.facet_values(document),
            "name": fold(document.titel),
            "stand": document.stand.toordinal() if document.stand else 0,
            "nutzung": document.nutzung,
            "rang": rang.rank_factor(document),
        },
        schema,
    )


# Searching ───────────────────────────────────────────────────────────────────────────────────


def _search(searcher: tantivy.Searcher, schema: tantivy.Schema, query: Query, plan: Plan) -> Any:
    """Typed as Any: the stub of tantivy does not know `SearchResult.count`."""
    conditions = list(frage.filters(query.filters, schema).values())
    limit = max(1, query.limit)
    match query.order:
        case Order.RELEVANCE:
            better = [*plan.better, *frage.nearby(query, schema)]
            whole = frage.narrowed(plan.match, conditions, better)
            return searcher.search(whole, limit, offset=query.offset, weight_by_field="rang")
        case Order.NAME:
            order = tantivy.Order.Asc
        case Order.STAND | Order.NUTZUNG:
            order = tantivy.Order.Desc
    whole = frage.narrowed(plan.match, conditions)
    return searcher.search(
        whole, limit, offset=query.offset, order_by_field=str(query.order), order=order
    )


def _number_of(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    result: Any = searcher.search(query, 1)
    return int(result.count)


def _hits(
    searcher: tantivy.Searcher, reader: _Reader, found: Any, question: _Question, query: Query
) -> Iterator[Hit]:
    if query.bare:
        for _, address in found.hits:
            yield treffer.bare_hit(str(searcher.doc(address).get_first("satz")))
        return
    for _, address in found.hits:
        key = address.segment_ord, address.doc
        hit = question.hits.get(key)
        if hit is None:
            hit = reader.satz(address, searcher).hit(question.wanted)
            question.hits[key] = hit
        yield hit


def _count(
    searcher: tantivy.Searcher, schema: tantivy.Schema, query: Query, plan: Plan
) -> Mapping[str, tuple[FacetCount, ...]]:
    """One pass for all facets that nothing is chosen in, and one for each of the others."""
    conditions = frage.filters(query.filters, schema)
    counted: dict[str, tuple[FacetCount, ...]] = {}
    free = [name for name in query.facets if name not in conditions]
    for names in (free, *([name] for name in query.facets if name in conditions)):
        if names:
            others = [condition for name, condition in conditions.items() if name not in names]
            counted |= _aggregate(searcher, frage.narrowed(plan.match, others), names)
    return {name: counted[name] for name in query.facets}


def _aggregate(
    searcher: tantivy.Searcher, query: tantivy.Query, names: Sequence[str]
) -> dict[str, tuple[FacetCount, ...]]:
    wanted = {
        name: {
            "terms": {
                "field": frage.column(name),
                "size": _MOST_VALUES,
                "segment_size": _MOST_VALUES,
            }
        }
        for name in names
    }
    answer = searcher.aggregate(query, wanted)
    return {name: tuple(_in_order(answer[name]["buckets"])) for name in names}


def _in_order(buckets: Iterable[Mapping[str, Any]]) -> Iterator[FacetCount]:
    for bucket in sorted(buckets, key=lambda b: (-b["doc_count"], b["key"])):
        yield FacetCount(str(bucket["key"]), int(bucket["doc_count"]))
