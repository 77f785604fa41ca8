"""A Leistung of an XZuFi message: keys, names, texts, areas. `xzufi` says where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from importers.xmlstream import Element, name_of
from importers.xzufi_fields import (
    Broken,
    Children,
    Reading,
    child_of,
    children_of,
    in_german,
    read_areas,
    read_block,
    read_changed,
    read_code,
    read_codes,
    read_date,
    read_first_code,
    read_german,
    read_id,
    read_keys,
    read_line,
    read_links,
    read_own_id,
    read_typisierung,
    read_zielgruppe,
    text_of,
    unique,
)
from importers.xzufi_records import TextmodulRecord, XzufiLeistungRecord, XzufiRecord

_NAME, _NAME_FOR_CITIZENS = "02", "03"
# Names, Kurztext, Handlungsgrundlagen, Teaser: what a catalogue of reuse shows and searches. The
# other modules tell applicants what to do, are nine tenths of a message, and stay with the portals.
DEFAULT_MODULES = frozenset({_NAME, _NAME_FOR_CITIZENS, "05", "07", "24"})
_TEXT_ELEMENTS = {"modulBearbeitungsdauer": "95", "modulFrist": "97", "modulKosten": "98"}
_LEISTUNGSTYPEN = (
    ("MitVerrichtungUndDetail", "lovd"),
    ("MitVerrichtung", "lov"),
    ("LeistungsstrukturObjekt", "lo"),
)
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def read_leistung(element: Element, reading: Reading) -> Iterator[XzufiRecord]:
    found = children_of(element)
    own_id = read_own_id(element, found)
    # Until 2.2 the key is a code, from 2.3 on an id: both hold it as text somewhere below.
    keys = read_keys(found.get("referenzLeiKa", []) + found.get("referenzLeistungsschluessel", []))
    texts = read_texts(found, reading)
    # The first one counts: from 2.3 on modules repeat for other channels.
    names = {text.code: text.text for text in reversed(texts) if text.text}
    official, for_citizens = names.get(_NAME, ""), names.get(_NAME_FOR_CITIZENS, "")
    if not keys and not official and not for_citizens:
        raise Broken(
            element,
            str(own_id),
            "Die Leistung hat weder eine Bezeichnung (Textmodul 02 oder 03) noch einen"
            " Leistungsschlüssel.",
            "Eine Bezeichnung in der Quelle ergänzen.",
        )
    starts, ends = _read_validity(found)
    yield XzufiLeistungRecord(
        quelle=reading.quelle,
        id=own_id,
        leistungsschluessel=keys,
        sekundaer=tuple(read_id(e) for e in found.get("idSekundaer", []) if text_of(e).strip()),
        bezeichnung=official or for_citizens,
        bezeichnung_buerger=for_citizens,
        leistungstyp=_read_leistungstyp(found),
        typisierung=read_typisierung(found.get("typisierung", []), reading),
        zielgruppe=read_zielgruppe(found.get("leistungsadressat", []), reading),
        texte=texts,
        begriffe=_read_begriffe(found, reading),
        kategorien=_read_kategorien(found, reading),
        sdg=_read_sdg(found),
        vertrauensniveau=read_first_code(found.get("vertrauensniveau", [])),
        gebiete=read_areas(found.get("gueltigkeitGebietID", [])),
        sprachen=read_sprachen(found),
        verweise=read_links(found.get("modulUrsprungsportal", []), reading, "ursprungsportal"),
        geaendert=read_changed(found),
        gueltig_ab=starts,
        gueltig_bis=ends,
    )


def read_texts(found: Children, reading: Reading) -> tuple[TextmodulRecord, ...]:
    texts: list[TextmodulRecord] = []
    for module in found.get("modulText", []):
        code, wordings, further = "", [], []
        for part in module:
            match name_of(part.tag):
                case "inhalt":
                    wordings.append(part)
                case "leikaTextmodul":
                    code = read_code(part).zfill(2)
                case "weiterfuehrenderLink":
                    further.append(part)
        if not reading.wants(code):
            continue
        chosen = in_german(wordings)
        read_text = read_line if code in {_NAME, _NAME_FOR_CITIZENS} else read_block
        text = "" if chosen is None else read_text(chosen, reading)
        links = read_links(further, reading, "weiterfuehrend") if further else ()
        if text or links:
            texts.append(TextmodulRecord(code, text, links))
    for name, code in _TEXT_ELEMENTS.items():
        for module in found.get(name, []) if reading.wants(code) else ():
            chosen = in_german(children_of(module).get("beschreibung", []))
            if chosen is not None and (text := read_block(chosen, reading)):
                texts.append(TextmodulRecord(code, text))
    return tuple(texts)


def _read_leistungstyp(found: Children) -> str:
    for structure in found.get("struktur", []):
        kind = (structure.get(_XSI_TYPE) or "").rpartition(":")[2]
        for ending, leistungstyp in _LEISTUNGSTYPEN:
            if kind.endswith(ending):
                return leistungstyp
    return ""


def _read_begriffe(found: Children, reading: Reading) -> tuple[str, ...]:
    return unique(
        read_german(children_of(entry).get("begriff", []), reading)
        for module in found.get("modulBegriffImKontext", [])
        for entry in children_of(module).get("begriffImKontext", [])
    )


def _read_kategorien(found: Children, reading: Reading) -> tuple[str, ...]:
    return unique(
        read_german(children_of(kategorie).get("bezeichnung", []), reading)
        for kategorie in found.get("kategorie", [])
    )


def _read_sdg(found: Children) -> tuple[str, ...]:
    """2.2 repeats one element with a code, 2.3 groups several in one."""
    elements = list(found.get("informationsbereichSDG", []))
    for group in found.get("informationsbereicheSDG", []):
        elements += list(group) if child_of(group, "code") is None else [group]
    return tuple(code for code in read_codes(elements) if code.strip("0"))


def read_sprachen(found: Children) -> tuple[str, ...]:
    codes = (child_of(version, "languageCode") for version in found.get("sprachversion", []))
    return unique(text_of(code).strip() for code in codes if code is not None)


def _read_validity(found: Children) -> tuple[date | None, date | None]:
    periods = found.get("gueltigkeit", [])
    if not periods:
        return None, None
    return read_date(child_of(periods[0], "beginn")), read_date(child_of(periods[0], "ende"))
