"""Code lists of the XRepository in Genericode 1.0, row by row.

Only the root is qualified; annotations come in the dialects of XÖV (1.0, /2, /3, /4) and are
found by local name. Which column holds the code is said by a `Key`, and among several keys by the
annotation recommendedKeyColumn (/4) or xoev-code (older); columns called "code" may be absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from importers.cleaning import plain_line, plain_text
from importers.opening import about
from importers.recognition import Format, refuse_other_than
from importers.records import (
    CodelisteneintragRecord,
    CodelisteRecord,
    Fault,
    Hinweis,
    QuelleRecord,
    Unlesbar,
)
from importers.xmlstream import Element, line_of, local_name, read_elements, read_root

QUELLE = QuelleRecord(
    kennung="xrepository",
    titel="Codelisten im XRepository",
    art="amtlich",
    url="https://www.xrepository.de",
)

Outcome = QuelleRecord | CodelisteRecord | CodelisteneintragRecord | Fault | Hinweis

_NAMESPACE = "http://docs.oasis-open.org/codelist/ns/genericode/1.0/"
_PARTS = ("Annotation", "Identification", "ColumnSet", "Row")
_CODE_LENGTH = 200
_VALUE_LENGTH = 10_000
# Every code is remembered in order to notice the second; the largest official lists have 100,000.
_ROWS_AT_MOST = 500_000
_SHOWN = 200
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)

# What the same annotation is called in the dialects.
_SHORT_NAME = ("shortName", "nameKurz")
_DESCRIPTION = ("codelistDescription", "beschreibung-codeliste", "beschreibung")
_VALID_FROM = ("validFrom", "datumGueltigkeitAb", "datumgueltigkeitab")
_KEY_MARKS = {"recommendedKeyColumn": 3, "xoev-code": 2, "xoev-codename": 0}
_UNMARKED = 1
_NAME_COLUMNS = ("description-de-de", "bezeichnung", "beschreibung", "name", "wert", "description")


@dataclass(slots=True)
class _Head:
    """What came before the first row."""

    notes: dict[str, str] = field(default_factory=dict)
    identity: dict[str, str] = field(default_factory=dict)
    columns: dict[str, bool] = field(default_factory=dict)
    german: str = ""
    keys: list[tuple[int, str]] = field(default_factory=list)


def read(name: str, stream: BinaryIO, quelle: QuelleRecord = QUELLE) -> Iterator[Outcome]:
    """The list, then its entries.

    A file that breaks off raises `Unlesbar` after many entries: keep them aside until the
    iteration has ended.
    """
    yield quelle
    with about(name):
        refuse_other_than(Format.GENERICODE, stream)
        root = read_root(stream)
        if root.name != "CodeList" or root.namespace != _NAMESPACE:
            raise Unlesbar(
                f"Das Wurzelelement ist „{root.name[:80]}“ und keine Codeliste in Genericode 1.0."
                " Bitte prüfen, ob es die richtige Datei ist."
            )
        head = _Head()
        entries: _Entries | None = None
        for element in read_elements(stream, _PARTS):
            match local_name(element.tag):
                case "Annotation":
                    head.notes = head.notes or _read_annotation(element)
                case "Identification":
                    head.identity = _read_identification(element)
                case "ColumnSet":
                    _read_columns(element, head)
                    liste = _make_list(head, quelle.kennung)
                    entries = _Entries(liste, head.columns)
                    yield liste
                case _:
                    if entries is None:
                        raise Unlesbar(
                            "Vor den Zeilen fehlt die Beschreibung der Spalten (ColumnSet)."
                        )
                    yield from entries.read_row(element)
        if entries is None:
            raise Unlesbar("Die Codeliste beschreibt keine Spalten (ColumnSet fehlt).")
        if not entries.count:
            yield Hinweis(None, "SimpleCodeList", "", "Die Codeliste hat keine Zeilen.")


# Head -------------------------------------------------------------------------------------------


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if local_name(child.tag) == name]


def _text(element: Element) -> str:
    return plain_line("".join(str(part) for part in element.itertext())[:_VALUE_LENGTH]).text


def _read_annotation(element: Element) -> dict[str, str]:
    notes: dict[str, str] = {}
    for part in element.iter():
        if not len(part) and part.text:
            notes.setdefault(local_name(str(part.tag)), _text(part))
    return notes


def _read_identification(element: Element) -> dict[str, str]:
    identity = {local_name(part.tag): _text(part) for part in element if not len(part)}
    for agency in _children(element, "Agency"):
        names = {local_name(part.tag): _text(part) for part in agency}
        identity["Agency"] = names.get("LongName") or names.get("ShortName", "")
    return identity


def _read_columns(element: Element, head: _Head) -> None:
    for column in _children(element, "Column"):
        identifier = column.get("Id") or ""
        if not identifier or identifier in head.columns:
            raise Unlesbar("Eine Spalte der Codeliste hat keine eigene Kennung (Id).")
        head.columns[identifier] = column.get("Use") == "required"
        for data in _children(column, "Data"):
            if not head.german and (data.get("Lang") or "").lower().startswith("de"):
                head.german = identifier
    for key in _children(element, "Key"):
        columns = [ref.get("Ref") or "" for ref in _children(key, "ColumnRef")]
        marks = [
            _KEY_MARKS[mark]
            for part in key.iter()
            if (mark := local_name(str(part.tag))) in _KEY_MARKS
        ]
        # A key of several columns names no code.
        if len(columns) == 1 and columns[0] in head.columns:
            head.keys.append((max(marks, default=_UNMARKED), columns[0]))


def _make_list(head: _Head, quelle: str) -> CodelisteRecord:
    if not head.keys:
        raise Unlesbar(
            "Die Codeliste nennt keine Schlüsselspalte (Key mit einer ColumnRef); welche Spalte den"
            " Code enthält, wird nicht geraten."
        )
    # The first of the best: max keeps the order of the file.
    code_column = max(head.keys, key=lambda key: key[0])[1]
    version = head.identity.get("Version", "")
    urn = head.identity.get("CanonicalUri", "")
    urn_with_version = head.identity.get("CanonicalVersionUri", "")
    if not urn:
        raise Unlesbar("Die Codeliste hat keine Kennung (CanonicalUri).")
    return CodelisteRecord(
        quelle=quelle,
        kennung=urn,
        fassung=version,
        fassung_kennung=urn_with_version or f"{urn}_{version}",
        name=head.identity.get("LongName") or head.identity.get("ShortName") or urn,
        spalten=tuple(head.columns),
        schluesselspalte=code_column,
        namensspalte=_find_name_column(head, code_column),
        kurzname=_first_of(head.notes, _SHORT_NAME) or head.identity.get("ShortName", ""),
        beschreibung=_first_of(head.notes, _DESCRIPTION),
        herausgeber=head.identity.get("Agency", ""),
        gueltig_ab=_read_date(_first_of(head.notes, _VALID_FROM)),
    )


def _find_name_column(head: _Head, code_column: str) -> str:
    others = [column for column in head.columns if column != code_column]
    if head.german in others:
        return head.german
    by_name = {column.lower(): column for column in others}
    for name in _NAME_COLUMNS:
        if name in by_name:
            return by_name[name]
    return next(iter(others), "")


def _first_of(notes: dict[str, str], names: tuple[str, ...]) -> str:
    return next((notes[name] for name in names if notes.get(name)), "")


def _read_date(text: str) -> date | None:
    """A date that is none is left out: it tells of the list and decides nothing."""
    found = _DATE.fullmatch(text.strip())
    try:
        return date.fromisoformat(found.group(1)) if found else None
    except ValueError:
        return None


# Rows -------------------------------------------------------------------------------------------


class _Entries:
    def __init__(self, liste: CodelisteRecord, columns: dict[str, bool]) -> None:
        self._list = liste
        self._names = list(columns)
        self._required = [name for name, required in columns.items() if required]
        self._seen: set[str] = set()
        self.count = 0

    def read_row(self, element: Element) -> Iterator[Outcome]:
        self.count += 1
        if self.count > _ROWS_AT_MOST:
            raise Unlesbar(f"Die Codeliste hat mehr als {_ROWS_AT_MOST} Zeilen.")
        place = f"Row[{self.count}]"
        line = line_of(element)
        values: dict[str, str | None] = {}
        hints: list[Hinweis] = []
        position = -1
        for cell in _children(element, "Value"):
            column = cell.get("ColumnRef")
            # Without a reference it is the column after the one before.
            position = self._names.index(column) if column in self._names else position + 1
            if (column and column not in self._names) or position >= len(self._names):
                shown = (column or str(position + 1))[:_SHOWN]
                cause = "Diese Spalte ist im ColumnSet nicht beschrieben."
                yield Fault(line, place, shown, cause, "Die Codeliste dem Herausgeber melden.")
                return
            name = self._names[position]
            raw = "".join(
                str(part) for simple in _children(cell, "SimpleValue") for part in simple.itertext()
            )
            text, removed = plain_text(raw[: 2 * _VALUE_LENGTH])
            limit = _CODE_LENGTH if name == self._list.schluesselspalte else _VALUE_LENGTH
            if len(raw) > 2 * _VALUE_LENGTH or len(text) > limit:
                cause = f"Der Wert hat mehr als {limit} Zeichen."
                yield Fault(line, f"{place}/{name}", text[:_SHOWN], cause, "Den Wert kürzen.")
                return
            if removed:
                cause = f"Unzulässige Zeichen entfernt: {removed}."
                hints.append(Hinweis(line, f"{place}/{name}", text[:_SHOWN], cause))
            values[name] = text or None
        yield from self._take(values, place, line)
        yield from hints

    def _take(
        self, values: dict[str, str | None], place: str, line: int | None
    ) -> Iterator[Outcome]:
        code = values.get(self._list.schluesselspalte)
        if not code:
            cause = f"Der Code (Spalte {self._list.schluesselspalte}) fehlt."
            yield Fault(line, place, "", cause, "Die Codeliste dem Herausgeber melden.")
            return
        if code in self._seen:
            cause = "Diesen Code gab es in der Liste schon; die erste Zeile gilt."
            yield Fault(line, place, code, cause, "Die Codeliste dem Herausgeber melden.")
            return
        self._seen.add(code)
        for name in self._required:
            if not values.get(name):
                yield Hinweis(line, f"{place}/{name}", "", "Ein Pflichtwert ist leer.")
        yield CodelisteneintragRecord(
            quelle=self._list.quelle,
            codeliste=self._list.fassung_kennung,
            code=code,
            name=values.get(self._list.namensspalte) or "",
            werte=tuple((name, values.get(name)) for name in self._names),
        )
