"""Fields of OZG-Leistungen and of the LeiKa-Leistungen they bundle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from katalog.ausgabe.felder import Feld, Gegenstand, Wort, closing_fields
from katalog.db import Session
from katalog.domain.begriffe import Leistungsmerkmalart, Top100, Zielgruppe
from katalog.domain.rollen import Betrachter
from katalog.models.register import Leistung, OzgLeistung
from katalog.queries import dienste, listenwerte, register


@dataclass(frozen=True, slots=True)
class OzgSatz:
    zeile: register.OzgZeile
    leistungsschluessel: tuple[str, ...]
    dienste: int


@dataclass(frozen=True, slots=True)
class LeistungSatz:
    zeile: register.LeistungZeile
    ozg_ids: tuple[str, ...]
    themenfelder: tuple[Wort, ...]
    typisierung: tuple[str, ...]
    zielgruppen: tuple[Zielgruppe, ...]

    @property
    def pfad(self) -> str:
        return f"/leistungen/{self.zeile.schluessel or self.zeile.ersatzschluessel}"


def _load_ozg(
    session: Session, ids: Sequence[int], viewer: Betrachter, today: date
) -> list[OzgSatz]:
    keys = listenwerte.schluessel_of_ozg(session, ids)
    counts = dienste.count_dienste_per_ozg(session, ids)
    return [
        OzgSatz(row, tuple(keys.get(row.id, ())), counts.get(row.id, 0))
        for row in register.ozg_by_ids(session, ids)
    ]


def _load_leistungen(
    session: Session, ids: Sequence[int], viewer: Betrachter, today: date
) -> list[LeistungSatz]:
    ozg = listenwerte.ozg_of_leistungen(session, ids)
    fields = listenwerte.themenfelder_of_leistungen(session, ids)
    types = listenwerte.merkmale_of_leistungen(session, ids, Leistungsmerkmalart.TYPISIERUNG)
    targets = listenwerte.merkmale_of_leistungen(session, ids, Leistungsmerkmalart.ZIELGRUPPE)
    return [
        LeistungSatz(
            row,
            tuple(ozg.get(row.id, ())),
            tuple(Wort(slug, name) for slug, name in fields.get(row.id, ())),
            tuple(types.get(row.id, ())),
            tuple(Zielgruppe(wert) for wert in targets.get(row.id, ())),
        )
        for row in register.leistungen_by_ids(session, ids)
    ]


OZG_LEISTUNGEN: Gegenstand[OzgSatz] = Gegenstand(
    "ozg_leistung",
    "OZG-Leistungen",
    "ozg-leistungen",
    OzgLeistung,
    (
        Feld("ozg_id", "OZG-ID", "fünf Ziffern", lambda s: s.zeile.ozg_id),
        Feld("titel", "Titel", "Text", lambda s: s.zeile.titel),
        Feld("beschreibung", "Beschreibung", "Text", lambda s: s.zeile.beschreibung),
        Feld(
            "themenfeld",
            "Themenfeld",
            "Wort",
            lambda s: Wort(s.zeile.themenfeld_slug or "", s.zeile.themenfeld or ""),
        ),
        Feld("lage", "Lage", "Text", lambda s: s.zeile.lage),
        Feld("top100", "TOP 100", "Wort", lambda s: s.zeile.top100, Top100),
        Feld("prioritaet", "Priorität", "Text", lambda s: s.zeile.prioritaet),
        Feld("federfuehrung", "Federführung", "Text", lambda s: s.zeile.federfuehrung),
        Feld(
            "leistungsschluessel",
            "Leistungsschlüssel",
            "Liste, je 14 Ziffern",
            lambda s: s.leistungsschluessel,
        ),
        Feld("onlinedienste", "Onlinedienste (Anzahl)", "Zahl", lambda s: s.dienste),
        Feld("entfallen_am", "Entfallen am", "Tag", lambda s: s.zeile.entfallen_am),
        *closing_fields(
            lambda s: f"/ozg/{s.zeile.ozg_id}",
            lambda s: s.zeile.quelle,
            lambda s: s.zeile.geaendert_am,
        ),
    ),
    _load_ozg,
    schluessel=lambda s: s.zeile.ozg_id,
    bezeichnung=lambda s: s.zeile.titel,
    kurz=("ozg_id", "themenfeld", "lage", "onlinedienste"),
)

LEISTUNGEN: Gegenstand[LeistungSatz] = Gegenstand(
    "leistung",
    "Leistungen",
    "leistungen",
    Leistung,
    (
        Feld(
            "leistungsschluessel",
            "Leistungsschlüssel",
            "14 Ziffern; leer, wo die Leistung keinen hat",
            lambda s: s.zeile.schluessel,
        ),
        Feld("bezeichnung", "Bezeichnung", "Text", lambda s: s.zeile.bezeichnung),
        Feld(
            "bezeichnung_buerger",
            "Bezeichnung für Bürgerinnen und Bürger",
            "Text",
            lambda s: s.zeile.bezeichnung_buerger,
        ),
        Feld("kurztext", "Kurztext", "Text", lambda s: s.zeile.kurztext),
        Feld("ozg_ids", "OZG-IDs", "Liste, je fünf Ziffern", lambda s: s.ozg_ids),
        Feld("themenfelder", "Themenfelder", "Liste von Wörtern", lambda s: s.themenfelder),
        Feld("typisierung", "Typisierung", "Liste", lambda s: s.typisierung),
        Feld(
            "zielgruppen", "Zielgruppen", "Liste von Wörtern", lambda s: s.zielgruppen, Zielgruppe
        ),
        Feld("rechtsgrundlage", "Rechtsgrundlage", "Text", lambda s: s.zeile.rechtsgrundlage),
        Feld("gueltig_ab", "Gültig ab", "Tag", lambda s: s.zeile.gueltig_ab),
        Feld("gueltig_bis", "Gültig bis", "Tag", lambda s: s.zeile.gueltig_bis),
        Feld("entfallen_am", "Entfallen am", "Tag", lambda s: s.zeile.entfallen_am),
        *closing_fields(lambda s: s.pfad, lambda s: s.zeile.quelle, lambda s: s.zeile.geaendert_am),
    ),
    _load_leistungen,
    schluessel=lambda s: str(s.zeile.schluessel or s.zeile.ersatzschluessel),
    bezeichnung=lambda s: s.zeile.name,
    kurz=("leistungsschluessel", "themenfelder", "typisierung", "zielgruppen"),
)
