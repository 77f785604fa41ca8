"""Fields of local rules: what holds where, from when to when, and by which resolution."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from katalog.ausgabe.felder import Feld, Gegenstand, closing_fields
from katalog.db import Session
from katalog.domain.rollen import Betrachter
from katalog.models.nutzung import OertlicheFestlegung
from katalog.queries import festlegungen
from katalog.queries.festlegungen import Festlegung


def _load(
    session: Session, ids: Sequence[int], _viewer: Betrachter, _today: date
) -> list[Festlegung]:
    """Public for everybody: these are resolutions of councils."""
    return festlegungen.by_ids(session, ids)


FESTLEGUNGEN: Gegenstand[Festlegung] = Gegenstand(
    "festlegung",
    "Örtliche Festlegungen",
    "festlegungen",
    OertlicheFestlegung,
    (
        Feld("ars", "Regionalschlüssel", "zwölf Ziffern", lambda f: f.ars),
        Feld("ort", "Kommune", "Text", lambda f: f.ort),
        Feld("name", "Festlegung", "Text", lambda f: f.festlegung.name),
        Feld("einheit", "Einheit", "Text", lambda f: f.festlegung.einheit),
        Feld(
            "werte",
            "Werte",
            "Liste, je „Merkmal: Wert“",
            lambda f: tuple(f"{merkmal}: {wert}" for merkmal, wert in f.paare),
        ),
        Feld("gueltig_ab", "Gültig ab", "Tag", lambda f: f.gueltig_ab),
        Feld("gueltig_bis", "Gültig bis", "Tag; leer: ohne Ende", lambda f: f.gueltig_bis),
        Feld("rueckwirkend", "Rückwirkend", "ja oder nein", lambda f: f.festlegung.rueckwirkend),
        Feld("rechtsgrundlage", "Rechtsgrundlage", "Text", lambda f: f.festlegung.rechtsgrundlage),
        Feld("beschluss", "Beschluss", "Text", lambda f: f.festlegung.beschluss),
        Feld("ersetzt", "Ersetzt", "Text", lambda f: f.festlegung.ersetzt),
        Feld(
            "naechste_pruefung", "Nächste Prüfung", "Tag", lambda f: f.festlegung.naechste_pruefung
        ),
        Feld(
            "ozg_ids",
            "OZG-IDs",
            "Liste, je fünf Ziffern",
            lambda f: tuple(ozg_id for ozg_id, _ in f.ozg),
        ),
        Feld("bemerkung", "Bemerkung", "Text", lambda f: f.festlegung.bemerkung),
        *closing_fields(
            lambda f: f"/kommunen/{f.ars}/festlegungen",
            lambda f: f.quelle,
            lambda f: f.festlegung.geaendert_am,
        ),
    ),
    _load,
    schluessel=lambda f: str(f.festlegung.id),
    bezeichnung=lambda f: f"{f.ort}: {f.festlegung.name}",
    kurz=("ort", "name", "gueltig_ab", "gueltig_bis"),
)
