"""Fields of municipalities: their keys, where they lie, what they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from katalog.ausgabe.felder import Feld, Gegenstand, closing_fields, point_of
from katalog.db import Session
from katalog.domain.begriffe import Gebietsebene
from katalog.domain.rollen import Betrachter
from katalog.models.register import Gebiet
from katalog.queries import kommunen


@dataclass(frozen=True, slots=True)
class KommuneSatz:
    zeile: kommunen.KommuneZeile
    angaben: int


def _load(
    session: Session, ids: Sequence[int], viewer: Betrachter, today: date
) -> list[KommuneSatz]:
    rows = kommunen.by_ids(session, ids)
    bodies = [row.stelle_id for row in rows]
    counts = kommunen.count_statements(session, bodies, viewer, today)
    return [KommuneSatz(row, counts.get(row.stelle_id, 0)) for row in rows]


KOMMUNEN: Gegenstand[KommuneSatz] = Gegenstand(
    "kommune",
    "Kommunen",
    "kommunen",
    Gebiet,
    (
        Feld("ars", "Regionalschlüssel", "zwölf Ziffern", lambda s: s.zeile.gebiet.ars),
        Feld(
            "ags",
            "Gemeindeschlüssel",
            "acht Ziffern, beim Kreis fünf; leer beim Gemeindeverband",
            lambda s: s.zeile.gebiet.ags,
        ),
        Feld("name", "Name", "Text", lambda s: s.zeile.name),
        Feld("ebene", "Ebene", "Wort", lambda s: s.zeile.gebiet.ebene, Gebietsebene),
        Feld("bezeichnung", "Bezeichnung", "Text", lambda s: s.zeile.gebiet.bezeichnung),
        Feld("kreisfrei", "Kreisfrei", "ja oder nein", lambda s: s.zeile.gebiet.kreisfrei),
        Feld("kreis", "Kreis", "Text", lambda s: s.zeile.kreis),
        Feld(
            "kreis_ars",
            "Regionalschlüssel des Kreises",
            "zwölf Ziffern",
            lambda s: s.zeile.kreis_ars,
        ),
        Feld("land", "Land", "Text", lambda s: s.zeile.land),
        Feld(
            "land_ars", "Regionalschlüssel des Landes", "zwölf Ziffern", lambda s: s.zeile.land_ars
        ),
        Feld("plz", "Postleitzahl", "fünf Ziffern", lambda s: s.zeile.gebiet.plz),
        Feld("einwohner", "Einwohner", "Zahl", lambda s: s.zeile.gebiet.einwohner),
        Feld("flaeche_km2", "Fläche in km²", "Zahl", lambda s: s.zeile.gebiet.flaeche_km2),
        Feld("lat", "Breite", "Zahl (Grad, WGS 84)", lambda s: s.zeile.gebiet.lat),
        Feld("lon", "Länge", "Zahl (Grad, WGS 84)", lambda s: s.zeile.gebiet.lon),
        Feld("website", "Internetseite", "Adresse", lambda s: s.zeile.website),
        Feld(
            "angaben",
            "Angaben zur Nutzung (Anzahl)",
            "Zahl der öffentlichen Angaben, die gelten",
            lambda s: s.angaben,
        ),
        *closing_fields(
            lambda s: f"/kommunen/{s.zeile.gebiet.ars}",
            lambda s: s.zeile.quelle,
            lambda s: s.zeile.gebiet.geaendert_am,
        ),
    ),
    _load,
    schluessel=lambda s: f"{s.zeile.gebiet.ebene}/{s.zeile.gebiet.ars}",
    bezeichnung=lambda s: s.zeile.name,
    kurz=("ars", "ebene", "kreis", "land", "angaben"),
    punkt=lambda s: point_of(s.zeile.gebiet.lat, s.zeile.gebiet.lon),
)
