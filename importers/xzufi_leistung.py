"""A Leistung of an XZuFi message: keys, names, texts, areas. `xzufi` says where it stands.

What a catalogue of reuse has no use for is not read: categories and languages of the sender, its
further ids, links to its portal, and the type of the service, which follows from the key.
"""

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
    read_german,
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
# Names, Kurztext, Handlungsgrundlagen, Teaser, and what an assistant has to ask and to say: 08
# Unterlagen, 09 Voraussetzungen, 11 Verfahrensablauf, 14 Formulare, 22 zuständige Stelle, 23
# Ansprechpunkt, 25 Rechtsbehelf. Volltext and hints are written for applicants, are most of a
# message, and stay with the portals.
_MODULES = frozenset(
    {_NAME, _NAME_FOR_CITIZENS, "05", "07", "08", "09", "11", "14", "22", "23", "24", "25"}
)
_TEXT_ELEMENTS = {"modulBearbeitungsdauer": "95", "modulFrist": "97", "modulKosten": "98"}


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
        bezeichnung=official or for_citizens,
        bezeichnung_buerger=for_citizens,
        typisierung=read_typisierung(found.get("typisierung", []), reading),
        zielgruppe=read_zielgruppe(found.get("leistungsadressat", []), reading),
        texte=texts,
        begriffe=_read_begriffe(found, reading),
        sdg=_read_sdg(found),
        gebiete=read_areas(found.get("gueltigkeitGebietID", [])),
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
        if code not in _MODULES:
            continue
        chosen = in_german(wordings)
        read_text = read_line if code in {_NAME, _NAME_FOR_CITIZENS} else read_block
        text = "" if chosen is None else read_text(chosen, reading)
        links = read_links(further, reading, "weiterfuehrend") if further else ()
        if text or links:
            texts.append(TextmodulRecord(code, text, links))
    for name, code in _TEXT_ELEMENTS.items():
        for module in found.get(name, []):
            chosen = in_german(children_of(module).get("beschreibung", []))
            if chosen is not None and (text := read_block(chosen, reading)):
                texts.append(TextmodulRecord(code, text))
    return tuple(texts)


def _read_begriffe(found: Children, reading: Reading) -> tuple[str, ...]:
    return unique(
        read_german(children_of(entry).get("begriff", []), reading)
        for module in found.get("modulBegriffImKontext", [])
        for entry in children_of(module).get("begriffImKontext", [])
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
