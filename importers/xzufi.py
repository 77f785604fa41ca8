"""XZuFi messages (2.1, 2.2, 2.3.1) as records: what editorial offices say about services.

2.2 and later bring `schreibe` and `loesche` one after the other; 2.1 answers with
`ergebnisLeistung` and `ergebnisOrganisationseinheit`, the LeiKa dump with bare `leistung`. The
name of the root is not checked, since nobody agrees on it; the namespace is. `xmlstream` brings
the elements, `xzufi_leistung` and `xzufi_objekte` read them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import BinaryIO

from importers.opening import about
from importers.recognition import Format, refuse_other_than
from importers.records import Fault, Hinweis, QuelleRecord, Rohsatz, Unlesbar
from importers.xmlstream import (
    MAX_ELEMENT,
    Element,
    Root,
    fingerprint,
    line_of,
    name_of,
    read_elements,
    read_root,
)
from importers.xzufi_fields import (
    Broken,
    Reading,
    child_of,
    children_of,
    read_german,
    read_moment,
    read_own_id,
    shorten,
)
from importers.xzufi_leistung import read_leistung
from importers.xzufi_objekte import (
    read_onlinedienst,
    read_organisationseinheit,
    read_spezialisierung,
    read_transferobjekt,
)
from importers.xzufi_records import XzufiKopfRecord, XzufiLoeschungRecord, XzufiRecord

QUELLE = QuelleRecord(kennung="xzufi", titel="XZuFi-Lieferung", art="import")

Outcome = QuelleRecord | XzufiRecord | Rohsatz | Fault | Hinweis

_KNOWN_VERSIONS = ("2.1", "2.2", "2.3")
_NAMESPACE = re.compile(r"https?://(?:www\.)?xoev\.de/schemata/xzufi/(\d+)_(\d+)(?:_(\d+))?")
_ANSWERS = {
    "ergebnisLeistung": "leistung",
    "ergebnisOrganisationseinheit": "organisationseinheit",
    "ergebnisOnlinedienst": "onlinedienst",
}
_KLASSEN = frozenset(
    {
        "Leistung",
        "Organisationseinheit",
        "Onlinedienst",
        "LeistungSpezialisierung",
        "Zustaendigkeit",
    }
)


def read(
    name: str,
    stream: BinaryIO,
    quelle: QuelleRecord = QUELLE,
    *,
    max_element: int = MAX_ELEMENT,
    known: Callable[[int], bool] | None = None,
    salt: bytes = b"",
) -> Iterator[Outcome]:
    """Records, faults and notes in the order of the file, in constant memory.

    A broken record costs only itself. A file that is broken or breaks off raises `Unlesbar`,
    possibly after many records: keep them aside until the iteration has ended, and discard them
    when it raises, so that half a file changes nothing.

    With `known` each element is announced by its fingerprint, and one that is known is not read:
    that takes longer than all else. `salt` makes other fingerprints, when it is read otherwise.
    """
    yield quelle
    with about(name):
        refuse_other_than(Format.XZUFI, stream)
        root = read_root(stream)
        version = _find_version(root)
        yield from _check_version(root, version)
        reading = Reading(quelle.kennung)
        counts: Counter[str] = Counter()
        for element in read_elements(stream, _NAMES, max_element=max_element):
            kind = name_of(element.tag)
            counts[kind] += 1
            if kind == "nachrichtenkopf":
                yield from _read_head(element, root, version, reading)
                continue
            if known is not None:
                raw = fingerprint(element, salt)
                as_before = known(raw)
                yield Rohsatz(raw, as_before)
                if as_before:
                    continue
            yield from _read_container(element, kind, counts[kind], reading)
    if not counts.total() - counts["nachrichtenkopf"]:
        yield Hinweis(None, root.name, "", "Die Nachricht enthält keine Datensätze.")


def _check_version(root: Root, version: str) -> Iterator[Hinweis]:
    if ".".join(version.split(".")[:2]) not in _KNOWN_VERSIONS:
        yield Hinweis(
            1,
            root.name,
            version,
            f"Die Fassung {version} ist nicht bekannt; gelesen wird sie wie 2.2 und 2.3.",
            "Die Zahlen im Bericht mit der Lieferung vergleichen.",
        )


def _find_version(root: Root) -> str:
    if found := _NAMESPACE.match(root.namespace):
        return ".".join(part for part in found.groups() if part)
    if version := root.attributes.get("xzufiVersion", "").strip():
        return version[:20]
    raise Unlesbar(
        f"Die Datei ist XML, aber kein XZuFi: das Wurzelelement „{root.name[:80]}“ liegt nicht im"
        " Namensraum http://xoev.de/schemata/xzufi/… Bitte prüfen, ob es die richtige Datei ist."
    )


def _read_head(element: Element, root: Root, version: str, reading: Reading) -> Iterator[Outcome]:
    found = children_of(element)

    def place(part: Element) -> str:
        return _path(part, element, "nachrichtenkopf")

    try:
        yield XzufiKopfRecord(
            quelle=reading.quelle,
            version=version,
            nachricht_id=read_german(found.get("nachrichtUUID", []), reading),
            erstellt=read_moment(child_of(element, "erstelltDatumZeit")),
            produkt=shorten(root.attributes.get("produktbezeichnung", "")),
            hersteller=shorten(root.attributes.get("produkthersteller", "")),
            produktversion=shorten(root.attributes.get("produktversion", "")),
        )
    except Broken as broken:
        yield broken.as_fault(place)
    yield from reading.take_notes(place)


def _read_container(
    element: Element, name: str, number: int, reading: Reading
) -> Iterator[Outcome]:
    def place(part: Element) -> str:
        return _path(part, element, f"{name}[{number}]")

    for kind, content in _contents(element, name):
        reader = _READERS.get(kind)
        if reader is None:
            yield Fault(
                line_of(content),
                place(content),
                shorten(kind),
                "Diese Art von Datensatz ist nicht bekannt.",
                "Bekannt sind leistung, organisationseinheit, onlinedienst, spezialisierung und"
                " zustaendigkeitTransferObjekt.",
            )
            continue
        try:
            # As a whole before anything is handed on: a broken part costs all of it.
            records = list(reader(content, reading))
        except Broken as broken:
            reading.take_notes(place)
            yield broken.as_fault(place)
            continue
        yield from records
        yield from reading.take_notes(place)
    if name == "schreibe" and not len(element):
        yield Fault(
            line_of(element),
            place(element),
            "",
            "Das Element ist leer.",
            "Weglassen oder füllen.",
        )


def _contents(element: Element, name: str) -> list[tuple[str, Element]]:
    """The records in a container: `schreibe` holds them, the others are one or hold one."""
    if name == "schreibe":
        return [(name_of(child.tag), child) for child in element]
    kind = _ANSWERS.get(name, name)
    inner = [child for child in element if name_of(child.tag) == kind] if kind != name else []
    return [(kind, child) for child in inner] or [(kind, element)]


def _read_loeschung(element: Element, reading: Reading) -> Iterator[XzufiRecord]:
    klasse = (element.get("klasse") or "").strip()
    if klasse not in _KLASSEN:
        raise Broken(
            element,
            klasse,
            "Die Klasse des zu löschenden Objekts fehlt oder ist nicht bekannt.",
            f"Bekannt sind {', '.join(sorted(_KLASSEN))}.",
        )
    yield XzufiLoeschungRecord(reading.quelle, klasse, read_own_id(element, children_of(element)))


_Reader = Callable[[Element, Reading], Iterator[XzufiRecord]]
_READERS: dict[str, _Reader] = {
    "leistung": read_leistung,
    "organisationseinheit": read_organisationseinheit,
    "onlinedienst": read_onlinedienst,
    "spezialisierung": read_spezialisierung,
    "zustaendigkeitTransferObjekt": read_transferobjekt,
    "loesche": _read_loeschung,
}
_NAMES = ("nachrichtenkopf", "schreibe", *_ANSWERS, *_READERS)


def _path(element: Element, container: Element, name: str) -> str:
    """How to find an element: "schreibe[12]/leistung/modulText[3]/inhalt"."""
    steps: list[str] = []
    part: Element | None = element
    while part is not None and part is not container:
        parent = part.getparent()
        tag = name_of(part.tag)
        same = [] if parent is None else [c for c in parent if name_of(c.tag) == tag]
        steps.append(f"{tag}[{same.index(part) + 1}]" if len(same) > 1 else tag)
        part = parent
    return "/".join([name, *reversed(steps)])
