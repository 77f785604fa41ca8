"""Fields of statements of use: who uses what, since when, and whose word that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from katalog.ausgabe.felder import Feld, Gegenstand, Wort, closing_fields, point_of
from katalog.db import Session
from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus
from katalog.domain.rollen import Betrachter
from katalog.models.nutzung import Einsatz
from katalog.queries import einsaetze, listenwerte
from katalog.queries.paging import in_order


@dataclass(frozen=True, slots=True)
class EinsatzSatz:
    nutzung: einsaetze.Nutzung
    leistungsschluessel: tuple[str, ...]
    ort: listenwerte.Ort
    # Due for confirmation and not confirmed: whoever reads it should know.
    ueberfaellig: bool

    @property
    def pfad(self) -> str:
        """A statement has no page of its own; it stands on the page of its body."""
        if self.nutzung.stelle_ars:
            return f"/kommunen/{self.nutzung.stelle_ars}"
        return f"/stellen/{self.nutzung.stelle_id}"

    @property
    def kreis(self) -> str | None:
        """A kreisfreie Stadt lies in no other Kreis than itself."""
        kreis = self.nutzung.stelle_kreis
        return None if kreis == self.nutzung.stelle_name else kreis


def _load(
    session: Session, ids: Sequence[int], viewer: Betrachter, today: date
) -> list[EinsatzSatz]:
    rows = in_order(ids, einsaetze.by_ids(session, ids, viewer), lambda row: row.id)
    keys = listenwerte.schluessel_of_einsaetze(session, ids)
    places = listenwerte.orte_of_einsaetze(session, ids)
    return [
        EinsatzSatz(
            row,
            tuple(keys.get(row.id, ())),
            places[row.id],
            row.pruefung_faellig is not None and row.pruefung_faellig < today,
        )
        for row in rows
    ]


EINSAETZE: Gegenstand[EinsatzSatz] = Gegenstand(
    "einsatz",
    "Angaben zur Nutzung",
    "nutzung",
    Einsatz,
    (
        Feld("id", "Nummer", "Zahl", lambda s: s.nutzung.id),
        Feld(
            "ars",
            "Regionalschlüssel",
            "zwölf Ziffern; leer bei Stellen ohne Gebiet",
            lambda s: s.nutzung.stelle_ars,
        ),
        Feld("ags", "Gemeindeschlüssel", "acht Ziffern", lambda s: s.nutzung.ags),
        Feld("stelle", "Stelle", "Text", lambda s: s.nutzung.stelle_name),
        Feld("kreis", "Kreis", "Text", lambda s: s.kreis),
        Feld("land", "Land", "Text", lambda s: s.nutzung.stelle_land),
        Feld("kennung", "Kennung des Onlinedienstes", "Text", lambda s: s.nutzung.dienst_kennung),
        Feld("onlinedienst", "Onlinedienst", "Text", lambda s: s.nutzung.dienst_name),
        Feld(
            "themenfeld",
            "Themenfeld",
            "Wort",
            lambda s: Wort(s.nutzung.themenfeld_slug or "", s.nutzung.themenfeld or ""),
        ),
        Feld(
            "leistungsschluessel",
            "Nur für die Leistungen",
            "Liste, je 14 Ziffern; leer: für alle des Onlinedienstes",
            lambda s: s.leistungsschluessel,
        ),
        Feld("rolle", "Rolle", "Wort", lambda s: s.nutzung.rolle, Einsatzrolle),
        Feld("status", "Status", "Wort", lambda s: s.nutzung.status, Einsatzstatus),
        Feld("ab", "Ab", "Tag", lambda s: s.nutzung.ab),
        Feld("bis", "Bis", "Tag", lambda s: s.nutzung.bis),
        Feld("ausgesetzt_bis", "Ausgesetzt bis", "Tag", lambda s: s.nutzung.ausgesetzt_bis),
        Feld("online_unter", "Online unter", "Adresse", lambda s: s.nutzung.url),
        Feld("fachverfahren", "Fachverfahren", "Text", lambda s: s.nutzung.fachverfahren),
        Feld(
            "reifegrad_modell",
            "Reifegradmodell",
            "1.1 oder 2.0",
            lambda s: s.nutzung.reifegrad_modell,
        ),
        Feld(
            "reifegrad_stufe",
            "Reifegrad",
            "Zahl; gilt nur mit dem Modell",
            lambda s: s.nutzung.reifegrad_stufe,
        ),
        Feld("beleg", "Wer es sagt", "Wort", lambda s: s.nutzung.beleg, Beleg),
        Feld("bestaetigt_am", "Bestätigt am", "Tag", lambda s: s.nutzung.bestaetigt_am),
        Feld(
            "pruefung_faellig",
            "Nächste Prüfung",
            "Tag, bis zu dem die Stelle die Angabe wieder bestätigen soll",
            lambda s: s.nutzung.pruefung_faellig,
        ),
        Feld(
            "ueberfaellig",
            "Prüfung überfällig",
            "ja oder nein; ja: Die Angabe ist seit bestaetigt_am nicht geprüft",
            lambda s: s.ueberfaellig,
        ),
        Feld(
            "widersprochen_am",
            "Widersprochen am",
            "Tag; solche Angaben zählen nirgends mit",
            lambda s: s.nutzung.widersprochen_am,
        ),
        Feld("bemerkung", "Bemerkung", "Text", lambda s: s.nutzung.bemerkung),
        *closing_fields(lambda s: s.pfad, lambda s: s.nutzung.quelle, lambda s: s.ort.geaendert_am),
    ),
    _load,
    schluessel=lambda s: str(s.nutzung.id),
    bezeichnung=lambda s: f"{s.nutzung.stelle_name}: {s.nutzung.dienst_name}",
    kurz=("rolle", "status", "ab", "bis", "beleg", "bestaetigt_am"),
    punkt=lambda s: point_of(s.ort.lat, s.ort.lon),
)
