"""Organisationseinheit, Onlinedienst, Spezialisierung and Zustaendigkeit of an XZuFi message."""

from __future__ import annotations

import re
from collections.abc import Iterator

from importers.xmlstream import Element
from importers.xzufi_fields import (
    Broken,
    Reading,
    child_of,
    children_of,
    read_areas,
    read_changed,
    read_code,
    read_first_code,
    read_german,
    read_id,
    read_line,
    read_links,
    read_own_id,
)
from importers.xzufi_leistung import read_sprachen, read_texts
from importers.xzufi_records import (
    Identifikator,
    XzufiAnschriftRecord,
    XzufiOnlinedienstRecord,
    XzufiOrganisationseinheitRecord,
    XzufiRecord,
    XzufiSpezialisierungRecord,
    XzufiZustaendigkeitRecord,
)


def read_organisationseinheit(element: Element, reading: Reading) -> Iterator[XzufiRecord]:
    found = children_of(element)
    own_id = read_own_id(element, found)
    # A name holds its wordings, each again called name; some senders write the text itself.
    outer = found.get("name", [])
    inner = [wording for name in outer for wording in children_of(name).get("name", [])]
    name = read_german(inner or outer, reading)
    if not name:
        raise Broken(
            element,
            str(own_id),
            "Die Organisationseinheit hat keinen Namen.",
            "Den Namen in der Quelle ergänzen.",
        )
    yield XzufiOrganisationseinheitRecord(
        quelle=reading.quelle,
        id=own_id,
        name=name,
        anschriften=tuple(_read_anschrift(part, reading) for part in found.get("anschrift", [])),
        geaendert=read_changed(found),
    )
    for part in found.get("zustaendigkeit", []):
        yield from _read_zustaendigkeit(part, own_id, reading)


def _read_anschrift(element: Element, reading: Reading) -> XzufiAnschriftRecord:
    """The keys in an address are often wrong or missing, so they never cost the record."""
    found = children_of(element)
    street = read_german(found.get("strasse", []), reading)
    number = read_german(found.get("hausnummer", []), reading)
    keys = {
        name: code
        for place in found.get("verwaltungspolitischeKodierung", [])
        for name, parts in children_of(place).items()
        if (code := read_code(parts[0]))
    }
    digits = {"bundesland": 2, "gemeindeschluessel": 8, "regionalschluessel": 12}
    for name, length in digits.items():
        if name in keys and not re.fullmatch(rf"[0-9]{{{length}}}", keys[name]):
            cause = f"Der Schlüssel „{name}“ hat {length} Ziffern."
            reading.note(element, keys.pop(name), cause, "Die Angabe wurde weggelassen.")
    return XzufiAnschriftRecord(
        strasse=f"{street} {number}".strip(),
        plz=read_german(found.get("postleitzahl", []), reading),
        ort=read_german(found.get("ort", []), reading),
        land=keys.get("bundesland", ""),
        ags=keys.get("gemeindeschluessel", ""),
        ars=keys.get("regionalschluessel", ""),
    )


def read_onlinedienst(element: Element, reading: Reading) -> Iterator[XzufiRecord]:
    found = children_of(element)
    own_id = read_own_id(element, found)
    links = read_links(found.get("link", []), reading, "")
    name = read_german(found.get("bezeichnung", []), reading)
    name = name or next((link.titel for link in links if link.titel), "")
    if not name:
        raise Broken(
            element,
            str(own_id),
            "Der Onlinedienst hat keine Bezeichnung, und keiner seiner Verweise hat einen Titel.",
            "Die Bezeichnung in der Quelle ergänzen.",
        )
    yield XzufiOnlinedienstRecord(
        quelle=reading.quelle,
        id=own_id,
        bezeichnung=name,
        verweise=links,
        vertrauensniveau=read_first_code(found.get("vertrauensniveau", [])),
        sprachen=read_sprachen(found),
        geaendert=read_changed(found),
    )


def read_spezialisierung(element: Element, reading: Reading) -> Iterator[XzufiRecord]:
    found = children_of(element)
    services = found.get("leistungID", [])
    yield XzufiSpezialisierungRecord(
        quelle=reading.quelle,
        id=read_own_id(element, found),
        leistung=read_id(services[0]) if services else None,
        texte=read_texts(found, reading),
        gebiete=read_areas(found.get("gueltigkeitGebietID", []) + found.get("gebietID", [])),
        geaendert=read_changed(found),
    )


def read_transferobjekt(element: Element, reading: Reading) -> Iterator[XzufiRecord]:
    found = children_of(element)
    parents, parts = found.get("uebergeordnetesObjektID", []), found.get("zustaendigkeit", [])
    if not parents or not parts:
        raise Broken(
            element,
            "",
            "Der Zuständigkeit fehlt das übergeordnete Objekt oder der Inhalt.",
            "uebergeordnetesObjektID und zustaendigkeit in der Quelle ergänzen.",
        )
    parent = read_id(parents[0])
    for part in parts:
        if child_of(part, "id") is None:
            raise Broken(
                part,
                str(parent),
                "Die ID der Zuständigkeit fehlt; ohne sie lässt sie sich nie wieder löschen.",
                "Die ID in der Quelle ergänzen.",
            )
        yield from _read_zustaendigkeit(part, parent, reading)


def _read_zustaendigkeit(
    element: Element, parent: Identifikator, reading: Reading
) -> Iterator[XzufiRecord]:
    found = children_of(element)
    ids = found.get("id", [])
    services = found.get("leistungID", [])
    if not services:
        cause = "Die Zuständigkeit nennt keine Leistung."
        reading.note(element, str(parent), cause, "Die Zuständigkeit wurde weggelassen.")
    for service in services:
        yield XzufiZustaendigkeitRecord(
            quelle=reading.quelle,
            uebergeordnet=parent,
            leistung=read_id(service),
            gebiete=read_areas(found.get("gebietID", [])),
            id=read_id(ids[0]) if ids else None,
            art=" ".join((ids[0].get("schemeID") or "").split())[:100] if ids else "",
            rolle=_read_rolle(found.get("rolle", []), reading),
        )


def _read_rolle(roles: list[Element], reading: Reading) -> str:
    if not roles:
        return ""
    name = child_of(roles[0], "name")
    return read_code(roles[0]) if name is None else read_line(name, reading)
