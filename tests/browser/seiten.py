"""All kinds of pages, once each: what the accessibility tests walk through."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fall:
    """A page in a state: its address, and what somebody did before.

    `opened` asks for everything that folds to be open; `kind` marks the pages that stand for the
    others where a test takes long and a layout repeats.
    """

    name: str
    path: str
    status: int = 200
    english: bool = False
    opened: bool = False
    kind: bool = False

    def __str__(self) -> str:
        return self.name


PAGES = (
    Fall("Start", "/", kind=True),
    Fall("Suche leer", "/suche"),
    Fall("Suche mit Treffern", "/suche?q=Hund+anmelden&ort=Warendorf", kind=True),
    Fall("Suche ohne Treffer", "/suche?q=xyzzyplugh"),
    Fall("Onlinedienste", "/onlinedienste", kind=True),
    Fall("Onlinedienste Seite 2", "/onlinedienste?seite=2"),
    Fall(
        "Onlinedienste gefiltert",
        "/onlinedienste?plattform=sozialplattform&art=efa",
        opened=True,
        kind=True,
    ),
    Fall("Onlinedienste ohne Treffer", "/onlinedienste?q=xyzzyplugh"),
    Fall("Onlinedienst mit Angebot", "/onlinedienste/wbs-sozialplattform", opened=True, kind=True),
    Fall("Onlinedienst ohne Angebot", "/onlinedienste/drohnen-bw"),
    Fall("OZG-Leistungen", "/ozg"),
    Fall("OZG-Leistung", "/ozg/10083", kind=True),
    Fall("LeiKa-Leistungen", "/leistungen"),
    Fall("LeiKa-Leistung", "/leistungen/99110009104000", kind=True),
    Fall("Kommunen", "/kommunen", kind=True),
    Fall("Kommune", "/kommunen/055700052052", kind=True),
    Fall("Kommune mit Festlegungen", "/kommunen/146120000000", kind=True),
    Fall("Kreis", "/kommunen/055700000000"),
    Fall("Quellen", "/quellen", kind=True),
    Fall("Hilfe", "/hilfe"),
    Fall("Impressum", "/impressum"),
    Fall("Datenschutz", "/datenschutz"),
    Fall("Barrierefreiheit", "/barrierefreiheit"),
    Fall("Leichte Sprache", "/leichte-sprache"),
    Fall("404", "/gibt-es-nicht", status=404, kind=True),
    Fall("422", "/ozg?seite=0", status=422),
    Fall("Start auf Englisch", "/", english=True),
    Fall("Onlinedienst auf Englisch", "/onlinedienste/wbs-sozialplattform", english=True),
)

WHOLE_MATRIX = os.environ.get("KATALOG_TEST_VOLL") == "1"
KINDS = tuple(fall for fall in PAGES if fall.kind)
# What slower tests walk through: every day one page of each kind.
WALKED = PAGES if WHOLE_MATRIX else KINDS
