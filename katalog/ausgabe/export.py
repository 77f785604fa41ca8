"""From a choice to a file: the one way in which lists leave the portal, by page and by command.

The file is made while it is sent, in one transaction that only reads: whatever changes
meanwhile, all its rows are of one moment. It holds what a guest may see, whoever asks for it,
since a file travels further than a page.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic

from katalog.ausgabe.atom_datei import MOST_ENTRIES, write_atom
from katalog.ausgabe.csv_datei import write_csv
from katalog.ausgabe.felder import Gegenstand, T
from katalog.ausgabe.json_datei import write_geojson, write_json
from katalog.ausgabe.kopf import Anlass, Batches, Kopf, Pieces
from katalog.ausgabe.xlsx_datei import MAX_ROWS, write_xlsx
from katalog.db import Engine, Session, reading
from katalog.domain.begriffe import Ausgabeformat, Objektart
from katalog.domain.errors import NichtGefunden, UngueltigeEingabe
from katalog.domain.rollen import GAST
from katalog.queries.chunks import chunks
from katalog.queries.findbar import still_findable
from katalog.queries.herkunftsliste import newest_of, sources_of

MEDIA_TYPES = {
    Ausgabeformat.CSV: "text/csv",
    Ausgabeformat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Ausgabeformat.JSON: "application/json",
    Ausgabeformat.GEOJSON: "application/geo+json",
    Ausgabeformat.ATOM: "application/atom+xml",
}
_WRITERS: dict[Ausgabeformat, Callable[[Gegenstand[Any], Kopf, Batches[Any]], Pieces]] = {
    Ausgabeformat.CSV: write_csv,
    Ausgabeformat.XLSX: write_xlsx,
    Ausgabeformat.JSON: write_json,
    Ausgabeformat.GEOJSON: write_geojson,
    Ausgabeformat.ATOM: write_atom,
}


@dataclass(frozen=True, slots=True)
class Zusammenstellung(Generic[T]):
    """Which things, in which order: `ids` is asked within the transaction of the export.

    `adresse` is the page that shows the same choice, as a path; `filter` says it in words.
    """

    gegenstand: Gegenstand[T]
    titel: str
    adresse: str
    ids: Callable[[Session], Iterable[int]]
    filter: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Datei:
    name: str
    media_type: str
    pieces: Generator[bytes]


def parse_format(text: str) -> Ausgabeformat:
    if text not in set(Ausgabeformat):
        known = ", ".join(Ausgabeformat)
        raise NichtGefunden("Das Format", text, f"Möglich sind: {known}.")
    return Ausgabeformat(text)


def export(
    engine: Engine, bestand: Zusammenstellung[Any], ausgabeformat: Ausgabeformat, anlass: Anlass
) -> Datei:
    """Nothing is read before the first piece is asked for, but for the length of a workbook."""
    if ausgabeformat is Ausgabeformat.XLSX:
        _refuse_too_long(engine, bestand)
    return Datei(
        f"{bestand.gegenstand.datei}-{anlass.heute.isoformat()}.{ausgabeformat}",
        MEDIA_TYPES[ausgabeformat],
        _pieces(engine, bestand, ausgabeformat, anlass),
    )


def _pieces(
    engine: Engine, bestand: Zusammenstellung[Any], ausgabeformat: Ausgabeformat, anlass: Anlass
) -> Generator[bytes]:
    gegenstand = bestand.gegenstand
    with reading(engine) as session:
        ids: Sequence[int] = array("q", _of_today(session, bestand))
        if ausgabeformat is Ausgabeformat.ATOM:
            ids = newest_of(session, gegenstand.model, ids, MOST_ENTRIES)
        kopf = Kopf(
            titel=bestand.titel,
            auswahl=bestand.filter,
            adresse=anlass.basis_url + bestand.adresse,
            erstellt=anlass.erstellt,
            gesamt=len(ids),
            quellen=sources_of(session, gegenstand.model, ids) if gegenstand.model else (),
            herausgeber=anlass.herausgeber,
            basis_url=anlass.basis_url,
        )
        batches = (gegenstand.load(session, list(part), GAST, anlass.heute) for part in chunks(ids))
        yield from _WRITERS[ausgabeformat](gegenstand, kopf, batches)


def _of_today(session: Session, bestand: Zusammenstellung[Any]) -> Iterable[int]:
    """Statements of use are kept back where they are loaded, see `einsaetze.visible`."""
    ids = bestand.ids(session)
    if bestand.gegenstand.name not in set(Objektart):
        return ids
    return still_findable(session, Objektart(bestand.gegenstand.name), array("q", ids))


def _refuse_too_long(engine: Engine, bestand: Zusammenstellung[Any]) -> None:
    """Before the first byte, since a download that has begun can only break off."""
    with reading(engine) as session:
        rows = sum(1 for _ in islice(bestand.ids(session), MAX_ROWS))
    if rows == MAX_ROWS:
        raise UngueltigeEingabe(
            "format",
            Ausgabeformat.XLSX,
            "Für eine Excel-Tabelle sind das zu viele Zeilen. Nehmen Sie CSV, oder schränken Sie "
            "die Zusammenstellung ein.",
        )
