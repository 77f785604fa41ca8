"""Which of our formats a file has, told from its first bytes and, in a ZIP, its table of contents.

So a wrong file can be called by its name ("Das sieht nach GV100AD aus, nicht nach XZuFi") before
a reader stumbles over it. Recognition guesses and never fails; the readers decide.
"""

from __future__ import annotations

import csv
import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from importers.csv_rows import DELIMITERS
from importers.decoding import decode_sample
from importers.metering import Counted
from importers.opening import peek
from importers.records import Unlesbar

_HEAD = 1 << 16
_TABLE_OF_CONTENTS = 8 << 20
_WORKBOOK = 1 << 20


class Format(StrEnum):
    """The names of the command line, and what else is told apart in order to say it."""

    label: str

    def __new__(cls, value: str, label: str) -> Format:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    XZUFI = "xzufi", "XZuFi"
    FIM = "fim", "eine Antwort des FIM-Portals (JSON)"
    OZG = "ozg", "eine Liste der OZG-Leistungen"
    LEIKA = "leika", "eine Liste der LeiKa-Leistungen"
    EFA = "efa", "eine Liste von EfA-Angeboten (Profil efa)"
    TEILNAHME = "teilnahme", "eine Meldeliste (Profil teilnahme)"
    VORGAENGE = "vorgaenge", "eine Vorgangsliste (Profil vorgaenge)"
    GV100 = "gv100", "GV100AD"
    GV = "gv", "der Gemeindeverzeichnis-Auszug von Destatis (XLSX)"
    GV_AENDERUNGEN = "gv-aenderungen", "die Liste der Gebietsänderungen von Destatis (XLSX)"
    GENERICODE = "genericode", "eine Codeliste (Genericode)"
    VG250 = "vg250", "Verwaltungsgrenzen des BKG (Shapefile im ZIP)"
    KDN = "kdn", "eine Liste aus der OZG-Datenbank NRW"
    DATAHUB = "datahub", "ein Export des Data Hub"
    PUBLICCODE = "publiccode", "eine publiccode.yml"
    # No format of ours, but something that can be named.
    XLSX = "xlsx", "eine Tabelle (XLSX) ohne bekannte Blätter"
    CSV = "csv", "eine Tabelle (CSV) mit unbekannten Spalten"
    ZIP = "zip", "ein ZIP-Archiv"
    GZIP = "gz", "ein GZ-Archiv"
    XML = "xml", "XML eines anderen Standards"
    JSON = "json", "JSON mit unbekanntem Aufbau"
    HTML = "html", "eine Internetseite (HTML), vielleicht eine Fehlermeldung statt der Datei"
    PDF = "pdf", "ein PDF"
    OLD_EXCEL = "xls", "eine Tabelle im alten Format XLS"
    EMPTY = "leer", "eine leere Datei"
    UNKNOWN = "unbekannt", "keines der bekannten Formate"


OURS = frozenset(list(Format)[: list(Format).index(Format.XLSX)])


def format_of(name: str) -> Format:
    return Format._value2member_map_[name]  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Recognised:
    format: Format
    version: str = ""

    @property
    def label(self) -> str:
        return f"{self.format.label} {self.version}".strip()


def recognise(stream: BinaryIO) -> Recognised:
    """Leaves the stream where it was."""
    head = peek(stream, _HEAD)
    if head.startswith(b"PK\x03\x04") and stream.seekable():
        position = stream.tell()
        try:
            return _recognise_zip(stream)
        finally:
            stream.seek(position)
    return recognise_head(head)


def refuse_other_than(expected: Format, stream: BinaryIO) -> None:
    """Stop where the file is clearly something else; let the reader try where it is not clear."""
    found = recognise(stream)
    doubtful = {Format.UNKNOWN, Format.CSV, Format.JSON, Format.XML, Format.XLSX}
    if found.format is expected or found.format in doubtful:
        return
    raise Unlesbar(say_mismatch(expected, found))


def say_mismatch(expected: Format, found: Recognised) -> str:
    if found.format is Format.EMPTY:
        return "Die Datei ist leer. Bitte neu beschaffen."
    wanted = _in_dative(expected.label)
    if found.format is Format.UNKNOWN:
        return f"Das sieht nicht nach {wanted} aus. Bitte prüfen, ob es die richtige Datei ist."
    sentence = f"Das sieht nach {_in_dative(found.label)} aus, nicht nach {wanted}."
    if found.format in OURS:
        return f"{sentence} Bitte mit „katalog import {found.format} …“ einlesen."
    return f"{sentence} Bitte prüfen, ob es die richtige Datei ist."


_ARTICLES = (("ein ", "einem "), ("eine ", "einer "), ("die ", "der "), ("der ", "dem "))


def _in_dative(label: str) -> str:
    for nominative, dative in _ARTICLES:
        if label.startswith(nominative):
            return dative + label.removeprefix(nominative)
    return label


# The first bytes --------------------------------------------------------------------------------

_ROOT = re.compile(r"<(?![?!])(?:([\w.-]+):)?([\w.-]+)((?:\s[^<>]*)?)>", re.DOTALL)
_XZUFI = re.compile(r"""["']https?://(?:www\.)?xoev\.de/schemata/xzufi/(\d+)_(\d+)(?:_(\d+))?""")
_XZUFI_VERSION = re.compile(r"""\sxzufiVersion\s*=\s*["'](\d+\.\d+)""")
_GENERICODE = "docs.oasis-open.org/codelist/ns/genericode"
_PROLOG = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|\s+)*", re.DOTALL)
_GV100 = re.compile(r"(?:10|20|30|40|50|60)\d{10}[\d ]{10}\S")
_GV100_LENGTHS = range(196, 223)
_PUBLICCODE = re.compile(r"^publiccodeYmlVersion\s*:\s*[\"']?(\d[\d.]*)", re.MULTILINE)
_FIM_KEYS = ('"leistungsschluessel"', '"leistungsbezeichnung"', '"freigabe_status"')
_MAGIC = (
    (b"\x1f\x8b", Format.GZIP),
    (b"PK\x03\x04", Format.ZIP),
    (b"PK\x05\x06", Format.ZIP),
    (b"%PDF", Format.PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format.OLD_EXCEL),
)


def recognise_head(head: bytes) -> Recognised:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return Recognised(kind)
    try:
        text = decode_sample(head)
    except Unlesbar:
        return Recognised(Format.UNKNOWN)
    begin = text.lstrip()
    if not begin:
        return Recognised(Format.UNKNOWN if head.strip() else Format.EMPTY)
    if begin.startswith("<"):
        return _recognise_xml(begin)
    if begin.startswith(("{", "[")):
        known = any(key in begin for key in _FIM_KEYS)
        return Recognised(Format.FIM if known else Format.JSON)
    lines = text.splitlines()
    if _GV100.match(lines[0]) and len(lines[0]) in _GV100_LENGTHS:
        return Recognised(Format.GV100)
    if found := _PUBLICCODE.search(text):
        return Recognised(Format.PUBLICCODE, found.group(1))
    return _recognise_table(lines)


def _recognise_xml(text: str) -> Recognised:
    start = _PROLOG.match(text)
    rest = text[start.end() if start else 0 :]
    lowered = rest[:200].lower()
    if lowered.startswith(("<!doctype html", "<html")):
        return Recognised(Format.HTML)
    root = _ROOT.search(rest)
    if root is None:
        return Recognised(Format.XML)
    attributes = root.group(3)
    if found := _XZUFI.search(attributes):
        return Recognised(Format.XZUFI, ".".join(part for part in found.groups() if part))
    if found := _XZUFI_VERSION.search(attributes):
        return Recognised(Format.XZUFI, found.group(1))
    if _GENERICODE in attributes and root.group(2) == "CodeList":
        return Recognised(Format.GENERICODE)
    return Recognised(Format.XML)


# Tables -----------------------------------------------------------------------------------------

# Columns that together occur in no other profile; alternatives in one set. Compared without case,
# blanks, hyphens and underscores, since "OZG-ID", "ozg_id" and "ozgId" are one column.
_PROFILES: tuple[tuple[Format, tuple[frozenset[str], ...]], ...] = tuple(
    (kind, tuple(frozenset(group.split("|")) for group in groups))
    for kind, groups in (
        (Format.DATAHUB, ("leikakey", "ars", "artflaechendeckung|onlinestatus")),
        (Format.VORGAENGE, ("kennung", "zustaendigestelle|ars", "eingang", "status")),
        (Format.TEILNAHME, ("kennung", "ars|ags", "rolle", "status")),
        (Format.EFA, ("kennung", "name", "art", "status", "ozgid|leistungsschluessel")),
        (Format.KDN, ("leikaid", "fachverfahren", "name")),
        (Format.KDN, ("kommune/kreis", "kategorie", "ags")),
        (Format.OZG, ("ozgid", "ozgleistung|leistung|titel", "lage|themenfeld")),
        (Format.LEIKA, ("leikaschluessel|leistungsschluessel|leikaid", "bezeichnung|leikatyp")),
    )
)
_HEADER_WITHIN = 10


def _recognise_table(lines: list[str]) -> Recognised:
    head = [line for line in lines[:_HEADER_WITHIN] if line.strip()]
    tabular = False
    for delimiter in DELIMITERS:
        rows = [cells for line in head if (cells := _split(line, delimiter))]
        for cells in rows:
            columns = {_fold(cell) for cell in cells}
            for kind, groups in _PROFILES:
                if all(group & columns for group in groups):
                    return Recognised(kind)
        widths = {len(cells) for cells in rows}
        tabular = tabular or (len(rows) == len(head) > 1 and len(widths) == 1 and max(widths) > 1)
    return Recognised(Format.CSV if tabular else Format.UNKNOWN)


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _fold(cell: str) -> str:
    text = cell.strip().casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return re.sub(r"[\s_-]+", "", text)


# ZIP files --------------------------------------------------------------------------------------

_SHEET = re.compile(r"""<(?:\w+:)?sheet\s[^<>]*?\bname\s*=\s*["']([^"']*)["']""")
_LAYER = re.compile(r"_(?:LAN|KRS|VWG|GEM)\.shp$", re.IGNORECASE)


def _recognise_zip(stream: BinaryIO) -> Recognised:
    counted = Counted(stream)
    counted.at_most = _TABLE_OF_CONTENTS
    try:
        with zipfile.ZipFile(counted) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" in names:
                with archive.open("xl/workbook.xml") as workbook:
                    return _recognise_workbook(workbook.read(_WORKBOOK).decode("utf-8", "replace"))
    except Exception:
        # Whatever is wrong with the archive, opening says it better than recognition.
        return Recognised(Format.ZIP)
    return Recognised(Format.VG250 if any(map(_LAYER.search, names)) else Format.ZIP)


def _recognise_workbook(text: str) -> Recognised:
    sheets = _SHEET.findall(text)
    if any(sheet.startswith("Onlineprodukt_Gemeinden") for sheet in sheets):
        return Recognised(Format.GV)
    if any("gebietsaenderung" in _fold(sheet) for sheet in sheets):
        return Recognised(Format.GV_AENDERUNGEN)
    return Recognised(Format.XLSX)
