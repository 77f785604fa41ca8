"""JSON and GeoJSON: one object with what it is about, then one row per line, while it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from katalog.ausgabe.felder import Gegenstand, T
from katalog.ausgabe.kopf import Batches, Kopf, Pieces

_encode = msgspec.json.Encoder(enc_hook=str).encode


def write_json(gegenstand: Gegenstand[T], kopf: Kopf, batches: Batches[T]) -> Pieces:
    rows = ([gegenstand.satz(row, kopf.basis_url) for row in batch] for batch in batches)
    return _write(_about(gegenstand, kopf), "daten", rows)


def write_geojson(gegenstand: Gegenstand[T], kopf: Kopf, batches: Batches[T]) -> Pieces:
    """RFC 7946. What lies nowhere keeps its place in the list, without a geometry (3.2)."""
    features = ([_feature(gegenstand, kopf, row) for row in batch] for batch in batches)
    about = {"type": "FeatureCollection"} | _about(gegenstand, kopf)
    return _write(about, "features", features)


def _about(gegenstand: Gegenstand[Any], kopf: Kopf) -> dict[str, Any]:
    return {
        "titel": kopf.titel,
        "typ": gegenstand.name,
        "adresse": kopf.adresse,
        "auswahl": kopf.auswahl,
        "erstellt": kopf.erstellt.isoformat(timespec="seconds"),
        "herausgeber": kopf.herausgeber,
        "quellen": [
            {
                "titel": quelle.titel,
                "stand": quelle.stand or quelle.stand_text or None,
                "lizenz": quelle.lizenz or None,
                "url": quelle.url or None,
            }
            for quelle in kopf.quellen
        ],
        "gesamt": kopf.gesamt,
    }


def _feature(gegenstand: Gegenstand[T], kopf: Kopf, row: T) -> dict[str, Any]:
    place = gegenstand.punkt(row) if gegenstand.punkt else None
    return {
        "type": "Feature",
        "id": gegenstand.schluessel(row),
        "geometry": None if place is None else {"type": "Point", "coordinates": place},
        "properties": gegenstand.satz(row, kopf.basis_url),
    }


def _write(about: dict[str, Any], name: str, batches: Iterable[list[Any]]) -> Iterator[bytes]:
    yield _encode(about)[:-1] + f',"{name}":['.encode()
    before = b"\n"
    for batch in batches:
        if batch:
            yield before + b",\n".join(map(_encode, batch))
            before = b",\n"
    yield b"\n]}\n"
