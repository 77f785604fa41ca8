"""The engine: a question with four facets, beside one bare call of tantivy on the same index."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from search import frage
from search.embedded import EmbeddedEngine
from search.engine import Query
from tests.bench import eintraege
from tests.bench.bericht import Zeile, Ziel
from tests.bench.eintraege import FOUR_FACETS
from tests.bench.measure import number
from tests.bench.size import Umfang

_ASKED = 300
_MOST_TIMES = 1.5
_MOST_MS = 2.0


def run(addresses: dict[Umfang, str]) -> list[Zeile]:
    rows: list[Zeile] = []
    for umfang, address in addresses.items():
        documents = eintraege.read(address)
        with tempfile.TemporaryDirectory(prefix="katalog-bench-") as name:
            engine = EmbeddedEngine(Path(name))
            engine.rebuild(documents)
            rows += _measure(umfang, engine, Path(name), [each.titel for each in documents])
            engine.close()
    return rows


def _measure(
    umfang: Umfang, engine: EmbeddedEngine, folder: Path, titles: Sequence[str]
) -> list[Zeile]:
    questions = eintraege.questions(titles, _ASKED, seed=7)
    bare = bare_calls(folder, questions)
    ours: list[float] = []
    again: list[float] = []
    peer: list[float] = []
    engine.find(Query("", facets=FOUR_FACETS))
    for question in questions:

        def ask(question: str = question) -> Any:
            return engine.find(Query(question, facets=FOUR_FACETS))

        ours.append(_seconds(ask))
        peer.append(_seconds(bare[question]))
        again.append(_seconds(ask))
    theirs = median(peer) * 1000
    rows = []
    for which, times in (("neue", ours), ("wiederholte", again)):
        mine = median(times) * 1000
        was = f"Suchmaschine: Frage und vier Filter, {which} Fragen"
        peer_cell = f"{number(theirs, 2)} ms"
        own_cell = f"{number(mine, 2)} ms"
        bestand = f"{umfang.titel}, {len(titles)} Dokumente"
        rows += [
            Zeile(was, bestand, own_cell, peer_cell, mine / theirs, Ziel(_MOST_TIMES, least=False)),
            Zeile(
                f"dieselbe, Zeit ({which})",
                bestand,
                own_cell,
                "",
                mine,
                Ziel(_MOST_MS, least=False, unit=" ms"),
            ),
        ]
    return rows


def bare_calls(folder: Path, questions: Sequence[str]) -> dict[str, Callable[[], Any]]:
    """The same questions as tantivy is asked them in the end: understood before, nothing shown."""
    understanding = EmbeddedEngine(folder)
    reader = understanding._reader()
    searcher = reader.index.searcher()
    wanted = {
        name: {"terms": {"field": frage.column(name), "size": 5_000, "segment_size": 5_000}}
        for name in FOUR_FACETS
    }

    def call(question: str) -> Callable[[], Any]:
        plan = reader.question(question, searcher).plan
        query = frage.narrowed(plan.match, (), plan.better)

        def ask() -> Any:
            found = searcher.search(query, 25, weight_by_field="rang")
            documents = [searcher.doc(address) for _, address in found.hits]
            return documents, searcher.aggregate(plan.match, wanted)

        return ask

    return {question: call(question) for question in questions}


def _seconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
