"""The statements of a body as a list to change and upload again, and the rows that were refused.

The titles are those that the reader of the profile `teilnahme` knows, in `importers/teilnahme.py`;
what is downloaded and uploaded unchanged changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from katalog.ausgabe.csv_datei import csv_pieces, write_csv
from katalog.ausgabe.felder import Feld, Gegenstand, Wert
from katalog.ausgabe.kopf import Anlass, Kopf, Pieces
from katalog.ausgabe.xlsx_datei import write_xlsx
from katalog.db import Session
from katalog.domain.begriffe import Ausgabeformat, Einsatzrolle, Einsatzstatus
from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import Betrachter, Sichtbarkeit
from katalog.models.nutzung import Einsatz
from katalog.queries.meldeliste import Meldezeile, list_own

_WRITERS = {Ausgabeformat.CSV: write_csv, Ausgabeformat.XLSX: write_xlsx}


def _load(
    session: Session, ids: Sequence[int], viewer: Betrachter, today: date
) -> list[Meldezeile]:
    return list_own(session, ids)


# `load` takes the bodies whose list it is.
MELDELISTE: Gegenstand[Meldezeile] = Gegenstand(
    "meldeliste",
    "Angaben einer Kommune",
    "angaben",
    Einsatz,
    (
        Feld("nummer", "Nummer", "Zahl; bei neuen Angaben leer", lambda z: z.einsatz.id),
        Feld("ars", "ARS", "zwölf Ziffern", lambda z: z.ars),
        Feld("ags", "AGS", "acht Ziffern", lambda z: z.ags),
        Feld("kommune", "Kommune", "hilft beim Lesen", lambda z: z.kommune),
        Feld("kennung", "Kennung", "Ende der Adresse des Onlinedienstes", lambda z: z.kennung),
        Feld("onlinedienst", "Name des Onlinedienstes", "hilft beim Lesen", lambda z: z.dienst),
        Feld("rolle", "Rolle", "eines von", lambda z: z.einsatz.rolle, Einsatzrolle),
        Feld("status", "Status", "eines von", lambda z: z.einsatz.status, Einsatzstatus),
        Feld("ab", "Ab", "Tag, zum Beispiel 15.08.2026", lambda z: z.einsatz.ab),
        Feld("bis", "Bis", "Tag; nur wenn ein Ende feststeht", lambda z: z.einsatz.bis),
        Feld("url", "URL", "Adresse vor Ort, mit https://", lambda z: z.einsatz.url),
        Feld(
            "fachverfahren",
            "Fachverfahren",
            "womit die Anträge bearbeitet werden",
            lambda z: z.einsatz.fachverfahren,
        ),
        Feld(
            "reifegrad_modell",
            "Reifegrad Modell",
            "1.1 oder 2.0",
            lambda z: z.einsatz.reifegrad_modell,
        ),
        Feld("reifegrad", "Reifegrad", "Stufe, eine Zahl", lambda z: z.einsatz.reifegrad_stufe),
        Feld(
            "sichtbarkeit",
            "Sichtbarkeit",
            "leer wie üblich, sonst eines von",
            lambda z: z.einsatz.sichtbarkeit,
            Sichtbarkeit,
        ),
        Feld(
            "bemerkung", "Bemerkung", "Text, höchstens 500 Zeichen", lambda z: z.einsatz.bemerkung
        ),
    ),
    _load,
    schluessel=lambda z: str(z.einsatz.id),
    bezeichnung=lambda z: f"{z.kommune}: {z.dienst}",
    kurz=(),
)


def write_list(
    session: Session,
    stellen: Collection[int],
    name: str,
    adresse: str,
    ausgabeformat: Ausgabeformat,
    anlass: Anlass,
) -> Pieces:
    """For the body alone: it holds what is not public, too."""
    writer = _WRITERS.get(ausgabeformat)
    if writer is None:
        raise NichtGefunden("Das Format", ausgabeformat, f"Möglich sind: {', '.join(_WRITERS)}.")
    rows = list_own(session, stellen)
    kopf = Kopf(
        titel=f"Angaben von {name}",
        auswahl=(),
        adresse=anlass.basis_url + adresse,
        erstellt=anlass.erstellt,
        gesamt=len(rows),
        quellen=(),
        herausgeber=anlass.herausgeber,
        basis_url=anlass.basis_url,
    )
    yield from writer(MELDELISTE, kopf, [rows])


def write_refused(rows: Sequence[tuple[int, dict[str, str], str]]) -> Iterator[bytes]:
    """Number, cells and cause of each refused row: mended, this is the next list to upload."""
    known = {feld.name: feld.titel for feld in MELDELISTE.felder}
    present = [name for name in known if any(name in cells for _, cells, _ in rows)]
    head = ["Zeile", "Was zu tun ist", *(known[name] for name in present)]
    lines: list[list[Wert]] = [
        [number, cause, *(cells.get(name, "") for name in present)] for number, cells, cause in rows
    ]
    return csv_pieces(head, [lines])
