"""JSON, GeoJSON and Atom: valid while streamed, with what they are about, for any text."""

import json
from typing import Any

import pytest
from lxml import etree

from katalog.ausgabe.atom_datei import write_atom
from katalog.ausgabe.json_datei import write_geojson, write_json
from tests.ausgabe import DINGE, MADE, Ding, in_batches, make_kopf, satz_of

HOSTILE = '<b>&amp;</b>\n;"\\\u2028</script>\x01\x0b'
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def read_json(*dinge: Ding) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(b"".join(write_json(DINGE, make_kopf(), in_batches(*dinge))))
    return found


def read_geojson(*dinge: Ding) -> dict[str, Any]:
    body = b"".join(write_geojson(DINGE, make_kopf(), in_batches(*dinge)))
    found: dict[str, Any] = json.loads(body)
    return found


def read_atom(*dinge: Ding, **kopf: Any) -> Any:
    return etree.fromstring(b"".join(write_atom(DINGE, make_kopf(**kopf), in_batches(*dinge))))


def test_json_says_what_it_is_about_and_then_gives_the_rows() -> None:
    found = read_json(Ding(name="a"), Ding(name="b", text=HOSTILE, zahl=None), Ding(name="c"))
    assert list(found) == [
        "titel", "typ", "adresse", "auswahl", "erstellt", "herausgeber", "quellen", "gesamt",
        "daten",
    ]  # fmt: skip
    assert found["auswahl"] == ["Art: EfA-Leistung", "Suche: Hund"]
    assert found["erstellt"] == "2026-11-28T09:12:30+01:00"
    assert found["quellen"] == [
        {"titel": "Liste", "stand": "2026-01-01", "lizenz": "CC BY 4.0", "url": None}
    ]
    assert [row["name"] for row in found["daten"]] == ["a", "b", "c"]
    assert found["daten"][1] == {
        "name": "b",
        "text": HOSTILE,
        "zahl": None,
        "komma": 51.5,
        "wahr": True,
        "art": "efa",
        "liste": ["a", "b"],
        "tag": "2026-03-01",
        "url": "https://katalog.example/dinge/b",
        "quelle": "Liste",
        "stand": "2026-01-01",
        "geaendert_am": "2026-11-27T23:30:00Z",
    }
    assert list(found["daten"][0]) == list(satz_of(Ding()))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
def test_any_number_of_rows_makes_valid_json(count: int) -> None:
    dinge = [Ding(name=str(n)) for n in range(count)]
    assert len(read_json(*dinge)["daten"]) == count
    assert len(read_geojson(*dinge)["features"]) == count


def test_a_batch_whose_rows_all_fell_away_leaves_no_comma() -> None:
    batches: list[list[Ding]] = [[], [Ding()], [], [Ding()], []]
    assert len(json.loads(b"".join(write_json(DINGE, make_kopf(), batches)))["daten"]) == 2


def test_one_row_is_one_line() -> None:
    body = b"".join(write_json(DINGE, make_kopf(), in_batches(*[Ding(text=HOSTILE)] * 3)))
    assert body.count(b"\n") == 3 + 2


def test_geojson_has_points_and_keeps_what_lies_nowhere() -> None:
    found = read_geojson(Ding(name="a"), Ding(name="b", ort=None))
    assert found["type"] == "FeatureCollection"
    assert found["titel"] == "Dinge"
    assert found["quellen"][0]["lizenz"] == "CC BY 4.0"
    first, second = found["features"]
    assert first["type"] == second["type"] == "Feature"
    assert first["id"] == "a"
    # RFC 7946, 3.1.1: longitude first.
    assert first["geometry"] == {"type": "Point", "coordinates": [7.6, 51.9]}
    assert second["geometry"] is None
    assert first["properties"]["art"] == "efa"


def test_a_feed_leads_to_itself_and_to_its_page() -> None:
    feed = read_atom(Ding(name="a"))
    links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", ATOM)}
    assert links == {
        "self": "https://katalog.example/dinge?q=Hund&format=atom",
        "alternate": "https://katalog.example/dinge?q=Hund",
    }
    assert feed.findtext("a:id", None, ATOM) == "tag:katalog.example,2026:dinge?q=Hund"
    assert feed.findtext("a:title", None, ATOM) == "Dinge: Art: EfA-Leistung, Suche: Hund"
    assert feed.findtext("a:updated", None, ATOM) == "2026-11-27T23:30:00+00:00"
    assert feed.findtext("a:author/a:name", None, ATOM) == "Zweckverband Beispiel"
    (entry,) = feed.findall("a:entry", ATOM)
    assert entry.findtext("a:id", None, ATOM) == "tag:katalog.example,2026:ding/a"
    assert entry.findtext("a:title", None, ATOM) == "Ding a"
    assert entry.find("a:link", ATOM).get("href") == "https://katalog.example/dinge/a"
    assert entry.findtext("a:summary", None, ATOM) == (
        "Art: EfA-Leistung. Tag: 2026-03-01. Quelle: Liste. Stand: 2026-01-01"
    )


def test_another_port_or_scheme_does_not_make_other_entries() -> None:
    first, second = (
        read_atom(Ding(name="a"), basis_url=base, adresse=f"{base}/dinge")
        for base in ("http://katalog.example:8000", "https://katalog.example")
    )
    assert first.xpath("//a:id/text()", namespaces=ATOM) == second.xpath(
        "//a:id/text()", namespaces=ATOM
    )


def test_an_empty_feed_was_updated_when_it_was_made() -> None:
    feed = read_atom()
    assert feed.findtext("a:updated", None, ATOM) == MADE.isoformat()
    assert feed.findall("a:entry", ATOM) == []


def test_no_text_breaks_out_of_a_feed() -> None:
    feed = read_atom(Ding(name=HOSTILE), titel=HOSTILE)
    (entry,) = feed.findall("a:entry", ATOM)
    assert entry.findtext("a:title", None, ATOM) == 'Ding <b>&amp;</b>\n;"\\\u2028</script>'
    assert len(entry) == 5
