"""Calls of the search: hits of all types with facets, and suggestions while somebody types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from katalog import discovery
from katalog.api.calls import Ask, Call, Many, One, call
from katalog.api.filters import filters_of
from katalog.api.kinds import one_of, text
from katalog.api.listing import PAGING, SEARCHED, chosen_in
from katalog.api.schema import form_of_type, list_of
from katalog.domain.begriffe import Objektart
from katalog.domain.schluessel import is_digits
from katalog.queries import adressen, listenwerte
from katalog.queries.facets import FacetCounts
from search.engine import plain

_FAMILY = "Suche"
_MOST_SUGGESTIONS = 8


class Treffer(msgspec.Struct, frozen=True):
    """`id` is the public key of its type, as the calls for single objects take it."""

    typ: str
    id: str
    titel: str
    ozg_ids: tuple[str, ...]
    leistungsschluessel: str | None
    ausschnitt: str
    url: str


class Facettenwert(msgspec.Struct, frozen=True):
    wert: str
    label: str
    anzahl: int


class Vorschlag(msgspec.Struct, frozen=True):
    text: str
    typ: str
    id: str
    zusatz: str
    url: str


class Vorschlaege(msgspec.Struct, frozen=True):
    vorschlaege: tuple[Vorschlag, ...]


_TREFFER, _FACETTENWERT = form_of_type(Treffer), form_of_type(Facettenwert)
_FACETTEN = {
    "type": "object",
    "description": "Je Filter die Werte der Treffer; gezählt, als wäre er selbst nicht gewählt.",
    "additionalProperties": {"type": "array", "items": _FACETTENWERT.ref},
}


@call(
    "/suche",
    "Alles durchsuchen",
    _FAMILY,
    list_of(_TREFFER, _FACETTENWERT, rows="treffer", facetten=_FACETTEN),
    SEARCHED,
    one_of("typ", "Was gesucht ist.", list(Objektart), many=True),
    text("ort", "Kommune, deren Umgebung zuerst kommt.", fallback=""),
    *filters_of(None),
    *PAGING,
    notes="Versteht Alltagswörter, Zusammensetzungen, Tippfehler und Schlüssel in jeder "
    "Schreibweise. Die besten Treffer stehen vorn.",
    examples={"q": "hund anmelden", "limit": "1"},
)
def search(ask: Ask) -> Many:
    values = ask.values
    chosen = {**chosen_in(ask, None), "typ": values["typ"]}
    found = discovery.find(
        ask.session,
        ask.suche,
        discovery.Auswahl(None, values["q"], chosen, values["ort"]),
        ask.today,
        limit=values["limit"],
        offset=values["offset"],
    )
    facets = {facet.name: _values(facet) for facet in found.facetten}
    return Many(found.gesamt, _hits(ask, found.treffer), "treffer", {"facetten": facets})


# Which OZG-Leistungen the others belong to; an OZG-Leistung is its own.
_BUNDLED = {
    Objektart.LEISTUNG: listenwerte.ozg_of_leistungen,
    Objektart.ONLINEDIENST: listenwerte.ozg_of_dienste,
}


def _hits(ask: Ask, found: Sequence[discovery.Treffer]) -> list[Treffer]:
    ids = {typ: [hit.id for hit in found if hit.typ is typ] for typ in Objektart}
    paths = _paths(ask, ids)
    bundled: dict[Objektart, dict[int, list[str]]] = {
        typ: read(ask.session, ids[typ]) for typ, read in _BUNDLED.items() if ids[typ]
    }
    shown = []
    for hit in found:
        path = paths.get((hit.typ, hit.id))
        if path is None:
            continue  # Gone since the index was written.
        key = _key_in(path)
        own = [key] if hit.typ is Objektart.OZG_LEISTUNG else []
        ozg_ids = bundled.get(hit.typ, {}).get(hit.id, own)
        in_leika = hit.typ is Objektart.LEISTUNG and is_digits(key)
        shown.append(
            Treffer(
                typ=hit.typ,
                id=key,
                titel=plain(hit.titel),
                ozg_ids=tuple(ozg_ids),
                leistungsschluessel=key if in_leika else None,
                ausschnitt=plain(hit.ausschnitt),
                url=ask.basis_url + path,
            )
        )
    return shown


def _paths(ask: Ask, ids: Mapping[Objektart, Sequence[int]]) -> dict[tuple[Objektart, int], str]:
    return {
        (typ, number): path
        for typ, numbers in ids.items()
        for number, path in adressen.paths(ask.session, typ, numbers).items()
    }


def _key_in(path: str) -> str:
    return path.rsplit("/", 1)[1]


def _values(facet: FacetCounts) -> list[Facettenwert]:
    return [Facettenwert(value.value, value.label, value.count) for value in facet.values]


@call(
    "/suche/vorschlaege",
    "Vorschläge beim Tippen",
    _FAMILY,
    form_of_type(Vorschlaege),
    text("q", "Der Anfang, der schon getippt ist.", required=True),
    notes=f"Höchstens {_MOST_SUGGESTIONS}, die besten zuerst.",
    examples={"q": "wohng"},
)
def suggest(ask: Ask) -> One:
    found = discovery.suggest(ask.session, ask.suche, ask.values["q"], ask.today, _MOST_SUGGESTIONS)
    ids = {typ: [int(each.id) for each in found if Objektart(each.typ) is typ] for typ in Objektart}
    paths = _paths(ask, ids)
    return One(
        Vorschlaege(
            tuple(
                Vorschlag(
                    plain(each.text), each.typ, _key_in(path), each.zusatz, ask.basis_url + path
                )
                for each in found
                if (path := paths.get((Objektart(each.typ), int(each.id))))
            )
        )
    )


CALLS: tuple[Call, ...] = (search, suggest)
