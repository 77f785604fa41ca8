"""What the search finds: the documents of the portal's index, as rows of the peer, as questions."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from katalog import discovery
from katalog.db import open_engine, reading
from katalog.domain.begriffe import Objektart
from katalog.queries import suchdokumente
from search.engine import Document
from tests.bench.bulk import TODAY

# Counted beside every answer to a question about everything.
FACETS = discovery.filter_names(None)
# Enough for one call, as the goal of the engine is set for four.
FOUR_FACETS = ("typ", "themenfeld", "land", "typisierung")

_WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{4,}")


def read(database: str) -> list[Document]:
    engine = open_engine(database)
    try:
        with reading(engine) as session:
            return [
                document
                for typ in Objektart
                for document in suchdokumente.documents(session, typ, None, TODAY)
            ]
    finally:
        engine.dispose()


def several(documents: Iterable[Document]) -> frozenset[str]:
    """Facets of which one thing may have more than one value."""
    return frozenset(
        name for each in documents for name, values in each.merkmale.items() if len(values) > 1
    )


def as_row(document: Document, lists: frozenset[str]) -> dict[str, str | None]:
    """One column per facet, and one for each kind of words: Datasette's form of a document."""
    row: dict[str, str | None] = {
        "typ": str(document.typ),
        "id": document.id,
        "titel": document.titel,
        "namen": "\n".join(document.namen),
        "weitere": "\n".join(document.weitere),
        "texte": "\n".join((*document.texte, *document.schluessel, *document.leistungsschluessel)),
        "zusatz": document.zusatz,
    }
    for name in FACETS:
        if values := document.merkmale.get(name, ()):
            row[name] = json.dumps(values) if name in lists else values[0]
        else:
            row.setdefault(name)
    return row


def questions(titles: Sequence[str], number: int, seed: int) -> list[str]:
    """Different ones, of one or two words that stand in a title, as somebody might type them."""
    dice = random.Random(seed)
    words = [found for title in titles if (found := _WORD.findall(title))]
    asked: dict[str, None] = {}
    for _ in range(number * 20):
        if len(asked) == number:
            break
        of_one = dice.choice(words)
        chosen = dice.sample(of_one, min(len(of_one), dice.choice((1, 2, 2))))
        asked[" ".join(chosen)] = None
    return list(asked)


def as_field(text: str) -> str:
    return quote(text, safe="")
