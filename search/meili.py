"""The engine for many processes on many machines: a Meilisearch server.

Words, parts and corrections are those of the embedded engine, so both find the same. A rebuild
fills new indexes beside the old ones and swaps them in one task of the server: there is always one
that answers. The words learned from the documents lie in an index of their own, swapped with it.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from search import analyse, deutung, meili_frage, rang, treffer, vorschlag
from search.analyse import Analyse
from search.engine import (
    Document,
    FacetCount,
    IndexMissing,
    Order,
    Progress,
    Query,
    Result,
    SearchError,
    Suggestion,
    Typ,
    no_progress,
)
from search.lesarten import Deutung
from search.meili_frage import Plan
from search.meili_server import Server
from search.meili_settings import ALWAYS, FACETS, SETTINGS, WORDS_SETTINGS, words_index
from search.stammform import fold
from search.woerter import lists_hash, load
from search.wortschatz import Wortschatz, from_json

# Raise it when tokens, fields or settings change; old indexes are then built again.
_FORMAT = 2
_WORDS_ID = "wortschatz"
# How often a reader looks whether the words have changed.
_LOOK_SECONDS = 2.0
_BATCH = 2_000
_MOST_PLANS = 2_000


@cache
def index_version() -> str:
    return f"{_FORMAT}-{lists_hash()}"


@dataclass(slots=True)
class _Words:
    """What was learned when the index was built, as far as this process has read it."""

    stamp: str
    analyse: Analyse
    plans: dict[str, tuple[Deutung, Plan]] = field(default_factory=dict)

    def understand(self, text: str) -> tuple[Deutung, Plan]:
        key = text[: deutung.MAX_LENGTH]
        found = self.plans.get(key)
        if found is None:
            meant = deutung.deute(text, self.analyse)
            found = meant, meili_frage.plan(meant)
            if len(self.plans) >= _MOST_PLANS:
                self.plans.clear()
            self.plans[key] = found
        return found


class MeiliEngine:
    def __init__(self, server: Server, index: str) -> None:
        self._server = server
        self._index = index
        self._lock = threading.Lock()
        self._known: _Words | None = None
        self._looked = 0.0

    # Reading ─────────────────────────────────────────────────────────────────────────────────

    def find(self, query: Query) -> Result:
        words = self._words()
        meant, plan = words.understand(query.text)
        relaxed = plan.loose is not None and not self._number_of(plan.named)
        match = (plan.loose or plan.match) if relaxed else plan.match
        while (shorter := deutung.shorter_keys(meant)) and not self._number_of(match):
            meant, match = shorter, meili_frage.plan(shorter).match
        total, facets = self._count(query, match)
        found = meili_frage.joined(match, *meili_frage.conditions(query.filters).values())
        saetze = self._saetze(query, meant, found) if total else []
        wanted = meant.wanted()
        return Result(
            total=total,
            hits=tuple(
                treffer.bare_hit(s)
                if query.bare
                else treffer.from_satz(s, words.analyse).hit(wanted)
                for s in saetze
            ),
            facets=facets,
            suggestion=meant.suggestion,
            meanings=meant.meanings,
            ignored=meant.ignored,
            relaxed=relaxed and total > 0,
        )

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]:
        words = self._words()
        meant = vorschlag.complete(prefix, words.analyse)
        if not meant.begriffe:
            return ()
        query = Query(text=prefix, limit=limit * 3)
        saetze = self._saetze(query, meant, meili_frage.plan(meant).match)
        wanted = meant.wanted()
        hits = (treffer.from_satz(s, words.analyse).hit(wanted, with_excerpt=False) for s in saetze)
        return vorschlag.from_hits(hits, limit)

    def rebuild_reason(self) -> str | None:
        stored = self._server.document(words_index(self._index), _WORDS_ID, ["version"])
        if stored is None:
            return "Es gibt noch keinen Suchindex."
        if stored["version"] != index_version():
            return "Der Suchindex stammt von einer anderen Version des Programms."
        return None

    def close(self) -> None:
        with self._lock:
            self._known = None
            self._looked = 0.0

    def _words(self) -> _Words:
        now = time.monotonic()
        known = self._known
        if known is not None and now - self._looked < _LOOK_SECONDS:
            return known
        with self._lock:
            self._looked = now
            index = words_index(self._index)
            stored = self._server.document(index, _WORDS_ID, ["version", "stempel"])
            if stored is None or stored["version"] != index_version():
                self._known = None
                raise IndexMissing()
            if self._known is None or stored["stempel"] != self._known.stamp:
                whole = self._server.document(index, _WORDS_ID, ["stempel", "woerter"])
                if whole is None:
                    raise IndexMissing()
                learned = from_json(json.loads(whole["woerter"]))
                self._known = _Words(whole["stempel"], analyse.build(load(), learned))
            return self._known

    def _number_of(self, match: str) -> int:
        (answer,) = self._server.ask([self._counting(match)])
        return int(answer["totalHits"])

    def _count(self, query: Query, match: str) -> tuple[int, Mapping[str, tuple[FacetCount, ...]]]:
        """One query for the total and the facets that nothing is chosen in, one for each other."""
        conditions = meili_frage.conditions(query.filters)
        free = [name for name in query.facets if name not in conditions]
        chosen = [name for name in query.facets if name in conditions]
        queries = [self._counting(meili_frage.joined(match, *conditions.values()), free)]
        for name in chosen:
            others = [each for other, each in conditions.items() if other != name]
            queries.append(self._counting(meili_frage.joined(match, *others), [name]))
        first, *rest = self._server.ask(queries)
        counted = {name: _values(first, name) for name in free}
        counted |= {name: _values(answer, name) for name, answer in zip(chosen, rest, strict=True)}
        return int(first["totalHits"]), {name: counted[name] for name in query.facets}

    def _counting(self, match: str, facets: Sequence[str] = ()) -> dict[str, Any]:
        """Pages, unlike offset and limit, make the server count to the end."""
        return {
            "indexUid": self._index,
            "q": "",
            "filter": match,
            "facets": [meili_frage.column(name) for name in facets],
            "page": 1,
            "hitsPerPage": 0,
        }

    def _saetze(self, query: Query, meant: Deutung, found: str) -> list[str]:
        if query.limit < 1:
            return []
        if query.order is Order.RELEVANCE and meant.begriffe:
            rated = meili_frage.ratings(meant, found, query.nearby)
            queries = [each | {"indexUid": self._index} for each in rated]
            return self._server.ask_federated(queries, query.offset, query.limit)
        order = {
            Order.RELEVANCE: ["rang:desc"],
            Order.NAME: ["name:asc"],
            Order.STAND: ["stand:desc"],
            Order.NUTZUNG: ["nutzung:desc", "name:asc"],
        }[query.order]
        (answer,) = self._server.ask(
            [
                {
                    "indexUid": self._index,
                    "q": "",
                    "filter": found,
                    "sort": order,
                    "offset": query.offset,
                    "limit": query.limit,
                }
            ]
        )
        return [hit["satz"] for hit in answer["hits"]]

    # Writing ─────────────────────────────────────────────────────────────────────────────────

    def rebuild(self, documents: Iterable[Document], progress: Progress = no_progress) -> int:
        """Keeps all documents in memory: their words have to be known before one is taken apart."""
        kept = list(documents)
        learned = analyse.learn(kept, load())
        analysed = analyse.build(load(), learned)
        server, fresh = self._server, f"{self._index}_neu_{time.time_ns()}"
        server.remove_old_indexes(f"{self._index}_neu_")
        try:
            server.set_up(fresh, SETTINGS)
            server.set_up(words_index(fresh), WORDS_SETTINGS)
            self._add(fresh, kept, analysed, progress)
            server.add(words_index(fresh), [_stored(learned)])
            # Only so that there is something to swap with; the fresh ones bring the settings.
            server.set_up(self._index, {})
            server.set_up(words_index(self._index), {})
            server.swap([(self._index, fresh), (words_index(self._index), words_index(fresh))])
        finally:
            server.remove([fresh, words_index(fresh)])
        self._looked = 0.0
        return len(kept)

    def update(
        self, documents: Iterable[Document] = (), removed: Iterable[tuple[Typ, str]] = ()
    ) -> None:
        self._looked = 0.0
        words, kept = self._words(), list(documents)
        known = words.analyse.wortschatz
        extended = analyse.extended(known, kept, load())
        if extended is not known:
            self._server.add(words_index(self._index), [_stored(extended)])
        gone = [meili_frage.quoted(_id(typ, id_)) for typ, id_ in removed]
        for start in range(0, len(gone), _BATCH):
            ids = ", ".join(gone[start : start + _BATCH])
            self._server.delete(self._index, f"id IN [{ids}]")
        self._add(self._index, kept, words.analyse)
        self._looked = 0.0

    def _add(
        self,
        index: str,
        documents: Sequence[Document],
        analysed: Analyse,
        progress: Progress = no_progress,
    ) -> None:
        for start in range(0, len(documents), _BATCH):
            batch = documents[start : start + _BATCH]
            self._server.add(index, [_entry(document, analysed) for document in batch])
            progress(start + len(batch), len(documents))


def open_engine(url: str, master_key: str = "", index: str = "katalog") -> MeiliEngine:
    """Checks nothing yet: a server that is not up must not keep the portal from starting."""
    if not re.fullmatch(r"[a-z0-9_]+", index):
        raise SearchError(f"„{index}“ ist kein Name für einen Index: nur a–z, 0–9 und _.")
    return MeiliEngine(Server(url, master_key, index), index)


def _id(typ: Typ, id_: str) -> str:
    """The server takes letters, digits, - and _ only; other characters as their code in _…_."""
    safe = re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found[0]):x}_", id_)
    return f"{typ}-{safe}"


def _entry(document: Document, analysed: Analyse) -> dict[str, Any]:
    tokens = analysed.tokens(document)
    near = dict.fromkeys((*tokens.haupt, *tokens.namen, *tokens.teile))
    return {
        "id": _id(document.typ, document.id),
        "satz": treffer.to_satz(document),
        "typ": str(document.typ),
        "genau": list(rang.own_names(document, analysed)),
        "haupt": " ".join(tokens.haupt),
        "namen": " ".join(tokens.namen),
        "teile": " ".join(tokens.teile),
        "weitere": " ".join(tokens.weitere),
        "text": " ".join(tokens.text),
        "immer": ALWAYS,
        "nah": list(near),
        "alle": list(dict.fromkeys((*near, *tokens.weitere, *tokens.text))),
        "schluessel": list(tokens.schluessel),
        FACETS: analyse.facet_values(document),
        "name": fold(document.titel),
        "stand": document.stand.toordinal() if document.stand else 0,
        "nutzung": document.nutzung,
        "rang": round(rang.rank_factor(document), 4),
    }


def _stored(words: Wortschatz) -> dict[str, Any]:
    return {
        "id": _WORDS_ID,
        "version": index_version(),
        "stempel": str(time.time_ns()),
        "woerter": json.dumps(words.as_json(), ensure_ascii=False, separators=(",", ":")),
    }


def _values(answer: Mapping[str, Any], name: str) -> tuple[FacetCount, ...]:
    counted = answer.get("facetDistribution", {}).get(meili_frage.column(name), {})
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetCount(value, number) for value, number in ordered if number)
