"""The work split as a file. Whose packages are in it, the page decides that shows the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from katalog.ausgabe.felder import Feld, Gegenstand, Pfad
from katalog.db import Session
from katalog.domain.begriffe import Arbeitsstatus
from katalog.domain.rollen import Betrachter, Sichtbarkeit
from katalog.queries import arbeitspakete
from katalog.queries.arbeitspakete import Paketzeile


def _load(
    session: Session, ids: Sequence[int], _viewer: Betrachter, _today: date
) -> list[Paketzeile]:
    return arbeitspakete.by_ids(session, ids)


ARBEITSPAKETE: Gegenstand[Paketzeile] = Gegenstand(
    "arbeitspaket",
    "Arbeitsteilung",
    "arbeitsteilung",
    None,
    (
        Feld("themenfeld", "Themenfeld", "Text", lambda row: row.themenfeld),
        Feld("titel", "Arbeitspaket", "Text", lambda row: row.paket.titel),
        Feld("stelle", "Verantwortlich", "Text", lambda row: row.verantwortlich.name),
        Feld("ars", "Regionalschlüssel", "zwölf Ziffern", lambda row: row.verantwortlich.ars),
        Feld("beteiligte", "Beteiligt", "Liste", lambda row: [b.name for b in row.beteiligte]),
        Feld(
            "leistungen",
            "Leistungen",
            "Liste von Schlüsseln",
            lambda row: [each.schluessel for each in row.bezuege.thema],
        ),
        Feld("ozg_ids", "OZG-IDs", "Liste", lambda row: [each.ozg_id for each in row.ozg]),
        Feld("status", "Stand", "Wort", lambda row: row.paket.status, Arbeitsstatus),
        Feld("bis", "Geplant bis", "Tag", lambda row: row.paket.bis),
        Feld(
            "ergebnis",
            "Onlinedienste",
            "Liste von Kennungen",
            lambda row: [each.schluessel for each in row.bezuege.ergebnis],
        ),
        Feld("bemerkung", "Bemerkung", "Text", lambda row: row.paket.bemerkung),
        Feld("koordinierung", "Koordinierende Stelle", "Text", lambda row: row.koordinierung),
        Feld("sichtbarkeit", "Sichtbar", "Wort", lambda row: row.paket.sichtbarkeit, Sichtbarkeit),
        Feld("url", "Seite im Katalog", "Adresse", lambda row: Pfad("/arbeitsteilung")),
    ),
    _load,
    schluessel=lambda row: str(row.paket.id),
    bezeichnung=lambda row: row.paket.titel,
    kurz=("status",),
)
