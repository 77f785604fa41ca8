"""The progress of the TOP 100 services as a file: what the page shows, service by service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from katalog.ausgabe.export import Zusammenstellung
from katalog.ausgabe.felder import Feld, Gegenstand, Pfad
from katalog.db import Session
from katalog.domain.abdeckung import Grundlage
from katalog.domain.begriffe import Top100
from katalog.domain.rollen import Betrachter
from katalog.models.register import OzgLeistung
from katalog.queries.fortschritt import Leistungsstand

_FELDER: tuple[Feld[Leistungsstand], ...] = (
    Feld("ozg_id", "OZG-ID", "fünf Ziffern", lambda row: row.leistung.ozg_id),
    Feld("titel", "OZG-Leistung", "Text", lambda row: row.leistung.titel),
    Feld("top100", "Liste", "Wort", lambda row: row.leistung.top100, Top100),
    Feld("themenfeld", "Themenfeld", "Text", lambda row: row.leistung.themenfeld),
    Feld("zustaendig", "Zuständige Stellen", "Zahl", lambda row: row.heute.zustaendig),
    Feld("grundlage", "Wer als zuständig gilt", "Wort", lambda row: row.grundlage, Grundlage),
    Feld("produktiv", "Davon produktiv", "Zahl", lambda row: row.heute.produktiv),
    Feld("geplant", "Davon geplant oder in Umsetzung", "Zahl", lambda row: row.heute.geplant),
    Feld("weitere", "Weitere Nutzende", "Zahl", lambda row: row.heute.weitere),
    Feld("einwohner", "Einwohner", "Zahl", lambda row: row.heute.einwohner),
    Feld("einwohner_mit", "Davon erreicht", "Zahl", lambda row: row.heute.einwohner_mit),
    Feld("veraenderung", "Veränderung seit dem Stichtag", "Zahl", lambda row: row.veraenderung),
    Feld(
        "onlinedienste",
        "Onlinedienste zum Nachnutzen",
        "Texte",
        lambda row: [dienst.name for dienst in row.dienste],
    ),
    Feld(
        "gebaut_von",
        "Daran bauen",
        "Texte",
        lambda row: [paket.verantwortlich.name for paket in row.pakete],
    ),
    Feld("seite", "Seite", "Adresse", lambda row: Pfad(f"/ozg/{row.leistung.ozg_id}")),
)


def fortschritt_von(
    rows: Sequence[Leistungsstand], adresse: str, auswahl: tuple[str, ...]
) -> Zusammenstellung[Leistungsstand]:
    titel = "Fortschritt der TOP 100"
    by_id = {row.leistung.id: row for row in rows}

    def load(
        _session: Session, ids: Sequence[int], _viewer: Betrachter, _today: date
    ) -> list[Leistungsstand]:
        return [by_id[number] for number in ids]

    gegenstand = Gegenstand(
        "top100", titel, "top100", OzgLeistung, _FELDER, load,
        schluessel=lambda row: row.leistung.ozg_id,
        bezeichnung=lambda row: row.leistung.titel,
        kurz=(),
    )  # fmt: skip
    return Zusammenstellung(gegenstand, titel, adresse, lambda _session: list(by_id), auswahl)
