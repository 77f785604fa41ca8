"""How the indexes in Meilisearch are set up. Applying it again changes nothing.

What `deutung` does for both engines (official terms, stop words, misspellings, beginnings) is
turned off here on purpose: done twice, the two engines would find different things. Turned off
explicitly, so that a setting changed by hand in the server is put back.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

# The tokens of documents, the most telling first: the order is that of the ranking.
# `immer` holds the same token in every document: the server refuses to compare a query of words
# with one that has none, so whatever is only filtered asks for this one.
SEARCHABLE = ("haupt", "namen", "teile", "weitere", "text", "immer")
ALWAYS = "ximmer"
# Fields whose tokens decide what is found: `nah` those of names, `alle` all of them.
NEAR, ALL, KEYS, EXACT = "nah", "alle", "schluessel", "genau"
FACETS = "merkmale"
# Twice the documents that Germany has to offer; the server stops at 1,000 by default.
MOST_HITS = 100_000
MOST_VALUES = 5_000

# Complete and in the order in which the server gives them back, so that equal ones are recognised.
SETTINGS: dict[str, Any] = {
    "searchableAttributes": list(SEARCHABLE),
    "displayedAttributes": ["satz"],
    "filterableAttributes": [
        {
            "attributePatterns": [NEAR, ALL, KEYS, EXACT, "id", "typ", f"{FACETS}.*"],
            "features": {
                "facetSearch": False,
                "filter": {"equality": True, "comparison": False},
            },
        }
    ],
    "sortableAttributes": ["name", "nutzung", "rang", "stand"],
    "rankingRules": ["sort", "words", "attribute", "rang:desc", "exactness", "proximity"],
    "synonyms": {},
    "stopWords": [],
    "typoTolerance": {
        "enabled": False,
        "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9},
        "disableOnWords": [],
        "disableOnAttributes": [],
        "disableOnNumbers": False,
    },
    "prefixSearch": "disabled",
    # The tokens are no German any more, so nothing must take them apart as if they were.
    "localizedAttributes": [{"attributePatterns": ["*"], "locales": ["eng"]}],
    "pagination": {"maxTotalHits": MOST_HITS},
    "faceting": {"maxValuesPerFacet": MOST_VALUES, "sortFacetValuesBy": {"*": "count"}},
}
WORDS_SETTINGS: dict[str, Any] = {
    "searchableAttributes": ["version"],
    "displayedAttributes": ["*"],
    "pagination": {"maxTotalHits": 1},
}


@dataclass(frozen=True, slots=True)
class KeyRights:
    """A key that the server makes of the master key; the same uid gives the same key again."""

    uid: str
    name: str
    actions: tuple[str, ...]
    indexes: tuple[str, ...]

    def as_options(self) -> dict[str, Any]:
        return {
            "uid": self.uid,
            "name": self.name,
            "description": "Vom OZG-Katalog angelegt",
            "actions": list(self.actions),
            "indexes": list(self.indexes),
            "expiresAt": None,
        }


def words_index(index: str) -> str:
    return f"{index}_wortschatz"


def reading_key(index: str) -> KeyRights:
    """May ask and read the words, and nothing else: it is the one that web processes hold."""
    return KeyRights(
        _uid(index, "lesen"),
        f"{index} lesen",
        ("search", "documents.get"),
        (index, words_index(index)),
    )


def writing_key(index: str) -> KeyRights:
    """For the one process that writes; the pattern covers the indexes of a rebuild."""
    actions = ("search", "documents.*", "indexes.*", "settings.*")
    return KeyRights(_uid(index, "schreiben"), f"{index} schreiben", actions, (index, f"{index}_*"))


def waiting_key(index: str) -> KeyRights:
    """Sees whether tasks are done: a swap belongs to no index, so a key for some does not do."""
    return KeyRights(_uid(index, "warten"), f"{index} warten", ("tasks.get",), ("*",))


def _uid(index: str, purpose: str) -> str:
    # A change of rights needs another key, so the rights are part of what it is made from.
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:ozg-katalog:suche:{index}:{purpose}:1"))
