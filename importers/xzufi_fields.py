"""Fields of XZuFi elements: ids, codes, texts, dates, areas, addresses, each read or refused.

A field that decides what a record is about costs the record (`Broken`); a field beside that is
left out and noted. Children are found by local name only, since `code` and `name` are unqualified
in official files and qualified in others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime

from importers.cleaning import Cleaned, plain_line, plain_text, web_address
from importers.leika_codes import (
    TYPISIERUNGEN,
    ZIELGRUPPEN,
    is_key,
    says_no_key,
    strip_separators,
)
from importers.records import Fault, Hinweis, VerweisRecord
from importers.xmlstream import Element, line_of, name_of
from importers.xzufi_records import Identifikator

_LINE_LENGTH = 1_000
_TEXT_LENGTH = 100_000
_AGENCY_LENGTH, _ID_LENGTH = 60, 130
_SHOWN = 200

Children = dict[str, list[Element]]


class Broken(Exception):
    """A field without which the record cannot be taken."""

    def __init__(self, element: Element, value: str, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.element = element
        self.value = value
        self.cause = cause
        self.remedy = remedy

    def as_fault(self, place: Callable[[Element], str]) -> Fault:
        line = line_of(self.element)
        return Fault(line, place(self.element), shorten(self.value), self.cause, self.remedy)


class Reading:
    """What holds while one file is read: its source, and odd findings."""

    def __init__(self, quelle: str) -> None:
        self.quelle = quelle
        self._notes: list[tuple[Element, str, str, str]] = []

    def note(self, element: Element, value: str, cause: str, remedy: str = "") -> None:
        self._notes.append((element, value, cause, remedy))

    def take_notes(self, place: Callable[[Element], str]) -> list[Hinweis]:
        if not self._notes:
            return []
        notes, self._notes = self._notes, []
        return [
            Hinweis(line_of(element), place(element), shorten(value), cause, remedy)
            for element, value, cause, remedy in notes
        ]


def shorten(text: str) -> str:
    text = plain_line(text[: 2 * _SHOWN]).text
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


# Elements ---------------------------------------------------------------------------------------


def children_of(element: Element) -> Children:
    found: Children = {}
    for child in element:
        name = name_of(child.tag)
        if name in found:
            found[name].append(child)
        else:
            found[name] = [child]
    return found


def child_of(element: Element, name: str) -> Element | None:
    for child in element:
        if name_of(child.tag) == name:
            return child
    return None


def text_of(element: Element) -> str:
    if len(element):
        return "".join(str(part) for part in element.itertext())
    return element.text or ""


def in_german(elements: Sequence[Element]) -> Element | None:
    """The German one; else the one without a language, else the first."""
    if len(elements) < 2:
        return elements[0] if elements else None
    return min(elements, key=_distance_from_german)


def _distance_from_german(element: Element) -> int:
    language = (element.get("languageCode") or "").lower()
    if language == "de":
        return 0
    if not language:
        return 2
    # "de-x-ls" is Leichte Sprache: German, but not the text itself.
    return 1 if language.startswith("de") and "-x-" not in language else 3


# Texts ------------------------------------------------------------------------------------------


def read_line(element: Element, reading: Reading, length: int = _LINE_LENGTH) -> str:
    return _read_text(element, reading, plain_line, length)


def read_block(element: Element, reading: Reading) -> str:
    return _read_text(element, reading, plain_text, _TEXT_LENGTH)


def _read_text(
    element: Element, reading: Reading, clean: Callable[[str], Cleaned], length: int
) -> str:
    raw = text_of(element)
    # Markup and blanks may go yet; what is ten times too long will not become right.
    if len(raw) > 10 * length:
        raise _too_long(element, raw, length)
    cleaned = clean(raw)
    if len(cleaned.text) > length:
        raise _too_long(element, cleaned.text, length)
    if cleaned.removed:
        cause = f"Unzulässige Zeichen entfernt: {cleaned.removed}."
        reading.note(element, cleaned.text, cause, "Den Text in der Quelle neu eingeben.")
    return cleaned.text


def _too_long(element: Element, text: str, length: int) -> Broken:
    return Broken(
        element,
        text,
        f"Der Text hat {len(text)} Zeichen; übernommen werden höchstens {length}.",
        "Den Text in der Quelle kürzen.",
    )


def read_german(elements: Sequence[Element], reading: Reading) -> str:
    chosen = in_german(elements)
    return "" if chosen is None else read_line(chosen, reading)


def read_code(element: Element) -> str:
    """The child `code`, or the text itself where a code is written without it."""
    for child in element:
        if name_of(child.tag) == "code":
            return (child.text or "").strip()
    return text_of(element).strip()


def read_codes(elements: Iterable[Element]) -> tuple[str, ...]:
    return unique(map(read_code, elements))


def read_first_code(elements: Sequence[Element]) -> str:
    return read_code(elements[0]) if elements else ""


def unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))


def read_typisierung(elements: Iterable[Element], reading: Reading) -> tuple[str, ...]:
    codes: dict[str, None] = {}
    for element in elements:
        text = read_code(element)
        if text in TYPISIERUNGEN:
            codes[text] = None
            continue
        for part in text.split(","):
            code = "".join(part.split()).lower()
            if code in TYPISIERUNGEN:
                codes[code] = None
            elif code:
                cause = "Diese Typisierung steht nicht in der Liste urn:de:fim:leika:typisierung."
                reading.note(element, code, cause, "Die Angabe wurde weggelassen.")
    return tuple(codes)


def read_zielgruppe(elements: Iterable[Element], reading: Reading) -> tuple[str, ...]:
    groups: dict[str, None] = {}
    for element in elements:
        code = read_code(element)
        if code in ZIELGRUPPEN:
            groups[ZIELGRUPPEN[code]] = None
        elif code:
            cause = "Dieser Leistungsadressat ist nicht bekannt (001, 002, 003)."
            reading.note(element, code, cause, "Die Angabe wurde weggelassen.")
    return tuple(groups)


# Keys -------------------------------------------------------------------------------------------

_AREA = re.compile(r"[0-9]{2,12}")


def read_id(element: Element) -> Identifikator:
    value = text_of(element).strip()
    agency = (element.get("schemeAgencyID") or "").strip()
    if not value:
        raise Broken(element, "", "Die ID ist leer.", "Die ID in der Quelle ergänzen.")
    if len(value) > _ID_LENGTH or len(agency) > _AGENCY_LENGTH or not value.isprintable():
        raise Broken(
            element,
            value,
            f"Die ID ist länger als {_ID_LENGTH} Zeichen (Redaktion {_AGENCY_LENGTH}) oder enthält"
            " Steuerzeichen.",
            "Die ID in der Quelle berichtigen.",
        )
    return Identifikator(agency, value)


def read_own_id(element: Element, found: Children) -> Identifikator:
    if "id" not in found:
        raise Broken(element, "", "Die ID fehlt.", "Die ID in der Quelle ergänzen.")
    return read_id(found["id"][0])


def read_keys(elements: Iterable[Element]) -> tuple[str, ...]:
    """LeiKa keys; "nicht im LeiKa" and its like mean that there is none."""
    keys: dict[str, None] = {}
    for element in elements:
        text = read_code(element)
        key = strip_separators(text)
        if is_key(key):
            keys[key] = None
        elif not says_no_key(text):
            raise Broken(
                element,
                text,
                "Ein Leistungsschlüssel hat 14 Ziffern.",
                "Den Schlüssel in der Quelle berichtigen, zum Beispiel 99107022012000.",
            )
    return tuple(keys)


def read_area(element: Element) -> str:
    """An ARS padded to 12 digits; an AGS stays an AGS, since no ARS follows from it.

    No level of the ARS ends after eight digits (2, 3, 5, 9, 12), so eight digits without a scheme
    are an AGS. Where they end in 000 they name a Kreis or a kreisfreie Stadt, and both agree.
    """
    text = strip_separators(text_of(element).strip())
    if not _AREA.fullmatch(text):
        raise Broken(
            element,
            text,
            "Eine Gebietskennung hat 2 bis 12 Ziffern.",
            "Den Regionalschlüssel (ARS) oder Gemeindeschlüssel (AGS) eintragen.",
        )
    scheme = (element.get("schemeID") or "").lower()
    says_ars = scheme.endswith((":rs", ":ars")) or ":rs_" in scheme or ":ars_" in scheme
    if len(text) == 8 and not text.endswith("000") and not says_ars:
        return text
    return text.ljust(12, "0")


def read_areas(elements: Iterable[Element]) -> tuple[str, ...]:
    return unique(map(read_area, elements))


# Dates ------------------------------------------------------------------------------------------

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T.*|Z|[+-]\d{2}:\d{2})?", re.ASCII)
# Years that stand for "always" and "for ever".
_OPEN_YEARS = {1, 9999}


def read_date(element: Element | None) -> date | None:
    text = "" if element is None else text_of(element).strip()
    if element is None or not text:
        return None
    found = _DATE.fullmatch(text)
    try:
        day = date.fromisoformat(found.group(1) if found else text)
    except ValueError as error:
        raise Broken(
            element,
            text,
            "Das ist kein Datum.",
            "Das Datum als JJJJ-MM-TT schreiben.",
        ) from error
    return None if day.year in _OPEN_YEARS else day


def read_moment(element: Element | None) -> datetime | None:
    """Without a time zone it counts as UTC: these moments are only compared with one another."""
    text = "" if element is None else text_of(element).strip()
    if element is None or not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise Broken(
            element,
            text,
            "Das ist kein Zeitpunkt.",
            "Den Zeitpunkt als JJJJ-MM-TTThh:mm:ssZ schreiben.",
        ) from error


def read_changed(found: Children) -> datetime | None:
    versions = found.get("versionsinformation")
    return read_moment(child_of(versions[0], "geaendertDatumZeit")) if versions else None


# Links ------------------------------------------------------------------------------------------


def read_links(
    elements: Iterable[Element], reading: Reading, kind: str
) -> tuple[VerweisRecord, ...]:
    """Elements with an address (`link` or `uri`) and a title; `kind` where no `typ` stands."""
    links: dict[VerweisRecord, None] = {}
    for element in elements:
        found = children_of(element)
        addresses = found.get("link") or found.get("uri")
        if not addresses:
            continue
        text = text_of(addresses[0])
        address = web_address(text)
        if address is None:
            if text.strip():
                reading.note(
                    addresses[0],
                    text,
                    "Das ist keine Adresse, die mit http:// oder https:// beginnt.",
                    "Der Verweis wurde weggelassen.",
                )
            continue
        types = found.get("typ")
        title = read_german(found.get("titel", []), reading)
        links[VerweisRecord(read_code(types[0]) if types else kind, title, address)] = None
    return tuple(links)
