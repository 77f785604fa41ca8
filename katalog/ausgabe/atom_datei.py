"""An Atom feed (RFC 4287) of a list: what of it changed last, the latest first."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from katalog.ausgabe.felder import Gegenstand, Satz, T, as_text
from katalog.ausgabe.kopf import Batches, Kopf, Pieces, describe
from katalog.ausgabe.xml_text import possible_text

# Who reads a feed comes back for what is new; whoever wants everything takes another format.
MOST_ENTRIES = 50
_ATOM = "http://www.w3.org/2005/Atom"
# RFC 4151: a tag names a day on which the name of the host was ours, and keeps it for ever.
_SINCE = "2026"
# What RFC 4151 lets stand in a tag, and the sign of what an address has escaped already.
_SAFE = "/?:@!$&'()*+,;=~%"


def write_atom(gegenstand: Gegenstand[T], kopf: Kopf, batches: Batches[T]) -> Pieces:
    rows = [row for batch in batches for row in batch]
    entries = [_entry(gegenstand, kopf, row) for row in rows]
    feed = Element("feed", xmlns=_ATOM, attrib={"xml:lang": "de"})
    _text(feed, "id", _tag(kopf, kopf.adresse.removeprefix(kopf.basis_url)))
    _text(feed, "title", f"{kopf.titel}: {kopf.auswahl_text}" if kopf.auswahl else kopf.titel)
    # Nothing changed since the latest entry did; only an empty feed has no better moment.
    _text(
        feed,
        "updated",
        max((e.findtext("updated", "") for e in entries), default=_moment(kopf.erstellt)),
    )
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=kopf.adresse_als("atom"))
    SubElement(feed, "link", rel="alternate", type="text/html", href=kopf.adresse)
    _text(SubElement(feed, "author"), "name", kopf.herausgeber)
    if kopf.quellen:
        _text(feed, "rights", "; ".join(map(describe, kopf.quellen)))
    feed.extend(entries)
    indent(feed)
    yield tostring(feed, encoding="utf-8", xml_declaration=True)


def _entry(gegenstand: Gegenstand[T], kopf: Kopf, row: T) -> Element:
    satz = gegenstand.satz(row, kopf.basis_url)
    changed = satz["geaendert_am"]
    assert isinstance(changed, datetime)
    entry = Element("entry")
    _text(entry, "id", _tag(kopf, f"/{gegenstand.name}/{gegenstand.schluessel(row)}"))
    _text(entry, "title", gegenstand.bezeichnung(row))
    _text(entry, "updated", _moment(changed))
    SubElement(
        entry, "link", rel="alternate", type="text/html", href=possible_text(str(satz["url"]))
    )
    _text(entry, "summary", _summary(gegenstand, satz))
    return entry


def _summary(gegenstand: Gegenstand[T], satz: Satz) -> str:
    facts = [
        f"{feld.titel}: {as_text(satz[feld.name])}"
        for feld in gegenstand.felder
        if feld.name in {*gegenstand.kurz, "quelle", "stand"} and satz[feld.name] not in (None, ())
    ]
    return ". ".join(facts)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = possible_text(text)


def _tag(kopf: Kopf, place: str) -> str:
    host = urlsplit(kopf.basis_url).hostname
    return f"tag:{host},{_SINCE}:{quote(place.removeprefix('/'), safe=_SAFE)}"


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="seconds")
