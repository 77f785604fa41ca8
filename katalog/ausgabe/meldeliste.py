"""The statements of a body as a list to change and hand in; `importers/teilnahme.py` reads it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from katalog.ausgabe.arbeitsliste import write_worklist
from katalog.ausgabe.felder import Feld, Gegenstand
from katalog.ausgabe.kopf import Anlass, Pieces
from katalog.db import Session
from katalog.domain.begriffe import Ausgabeformat, Einsatzrolle, Einsatzstatus
from katalog.domain.rollen import Betrachter, Sichtbarkeit
from katalog.models.nutzung import Einsatz
from katalog.queries.meldeliste import Meldezeile, list_own


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
    rows = list_own(session, stellen)
    titel = f"Angaben von {name}"
    yield from write_worklist(MELDELISTE, rows, titel, (), adresse, ausgabeformat, anlass)
