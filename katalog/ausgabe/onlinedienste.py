"""Fields of online assistants, those that come in lists included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from katalog.ausgabe.felder import Feld, Gegenstand, Wert, Wort, closing_fields, known_date
from katalog.db import Session
from katalog.domain.begriffe import (
    Dienstart,
    Dienstmerkmalart,
    Dienststatus,
    Epayment,
    Kostenmodell,
)
from katalog.domain.merkmalswoerter import word_of
from katalog.domain.rollen import Betrachter
from katalog.models.angebot import Onlinedienst
from katalog.queries import dienste, einsaetze, listenwerte


@dataclass(frozen=True, slots=True)
class DienstSatz:
    zeile: dienste.DienstZeile
    ozg_ids: tuple[str, ...]
    leistungsschluessel: tuple[str, ...]
    merkmale: Mapping[Dienstmerkmalart, Sequence[str]]
    nutzende: int

    def words(self, art: Dienstmerkmalart) -> Wert:
        return tuple(Wort(wert, word_of(wert)) for wert in self.merkmale.get(art, ()))


def _load(
    session: Session, ids: Sequence[int], viewer: Betrachter, today: date
) -> list[DienstSatz]:
    ozg = listenwerte.ozg_of_dienste(session, ids)
    keys = listenwerte.schluessel_of_dienste(session, ids)
    facts = listenwerte.merkmale_of_dienste(session, ids)
    users = einsaetze.count_users(session, ids, viewer, today)
    return [
        DienstSatz(
            row,
            tuple(ozg.get(number, ())),
            tuple(keys.get(number, ())),
            facts.get(number, {}),
            users.get(number, 0),
        )
        for row in dienste.by_ids(session, ids)
        if (number := row.dienst.id) is not None
    ]


ONLINEDIENSTE: Gegenstand[DienstSatz] = Gegenstand(
    "onlinedienst",
    "Onlinedienste",
    "onlinedienste",
    Onlinedienst,
    (
        Feld("kennung", "Kennung", "Text", lambda s: s.zeile.dienst.kennung),
        Feld("name", "Name", "Text", lambda s: s.zeile.dienst.name),
        Feld("kurzname", "Kurzname", "Text", lambda s: s.zeile.dienst.kurzname),
        Feld(
            "kurzbeschreibung",
            "Kurzbeschreibung",
            "Text",
            lambda s: s.zeile.dienst.kurzbeschreibung,
        ),
        Feld("art", "Art", "Wort", lambda s: s.zeile.dienst.art, Dienstart),
        Feld("status", "Status", "Wort", lambda s: s.zeile.dienst.status, Dienststatus),
        Feld(
            "verfuegbar_ab",
            "Verfügbar ab",
            "Tag, Monat (2024-08) oder Jahr (2024), so genau wie bekannt",
            lambda s: known_date(s.zeile.dienst.verfuegbar_ab, s.zeile.dienst.verfuegbar_ab_genau),
        ),
        Feld("eingestellt_zum", "Eingestellt zum", "Tag", lambda s: s.zeile.dienst.eingestellt_zum),
        Feld("nachfolger", "Nachfolger (Kennung)", "Text", lambda s: s.zeile.nachfolger_kennung),
        Feld(
            "themenfeld",
            "Themenfeld",
            "Wort",
            lambda s: Wort(s.zeile.themenfeld_slug or "", s.zeile.themenfeld or ""),
        ),
        Feld("ozg_ids", "OZG-IDs", "Liste, je fünf Ziffern", lambda s: s.ozg_ids),
        Feld(
            "leistungsschluessel",
            "Leistungsschlüssel",
            "Liste, je 14 Ziffern",
            lambda s: s.leistungsschluessel,
        ),
        Feld("traeger", "Träger", "Text", lambda s: s.zeile.traeger),
        Feld("betreibendes_land", "Betreibendes Land", "Text", lambda s: s.zeile.land),
        Feld("dienstleister", "IT-Dienstleister", "Text", lambda s: s.zeile.dienstleister),
        Feld(
            "bundesministerium",
            "Federführendes Bundesministerium",
            "Text",
            lambda s: s.zeile.dienst.bundesministerium,
        ),
        Feld("plattform", "Plattform", "Text", lambda s: s.zeile.plattform),
        Feld(
            "authentifizierung",
            "Anmeldung",
            "Liste von Wörtern",
            lambda s: s.words(Dienstmerkmalart.AUTHENTIFIZIERUNG),
        ),
        Feld(
            "vertrauensniveau",
            "Vertrauensniveau",
            "Text",
            lambda s: s.zeile.dienst.vertrauensniveau,
        ),
        Feld("nutzerkonto", "Nutzerkonto", "Text", lambda s: s.zeile.dienst.nutzerkonto),
        Feld("epayment", "ePayment", "Wort", lambda s: s.zeile.dienst.epayment, Epayment),
        Feld("xstandard", "Standard", "Text", lambda s: s.zeile.dienst.xstandard),
        Feld(
            "xstandard_version",
            "Version des Standards",
            "Text",
            lambda s: s.zeile.dienst.xstandard_version,
        ),
        Feld(
            "transportweg",
            "Transportweg",
            "Liste von Wörtern",
            lambda s: s.words(Dienstmerkmalart.TRANSPORTWEG),
        ),
        Feld("zustellort", "Zustellort", "Text", lambda s: s.zeile.dienst.zustellort),
        Feld(
            "fachverfahren",
            "Fachverfahren",
            "Liste",
            lambda s: s.words(Dienstmerkmalart.FACHVERFAHREN),
        ),
        Feld(
            "kosten_modell", "Kosten", "Wort", lambda s: s.zeile.dienst.kosten_modell, Kostenmodell
        ),
        Feld("kosten_text", "Kosten im Einzelnen", "Text", lambda s: s.zeile.dienst.kosten_text),
        Feld(
            "softwarelizenz",
            "Lizenz der Software",
            "Text; nicht die Lizenz der Quelle",
            lambda s: s.zeile.dienst.lizenz,
        ),
        Feld("quellcode_url", "Quelltext", "Adresse", lambda s: s.zeile.dienst.quellcode_url),
        Feld("demo_url", "Demo-Zugang", "Adresse", lambda s: s.zeile.dienst.demo_url),
        Feld(
            "marktplatz_id",
            "Nummer im EfA-Marktplatz",
            "Text",
            lambda s: s.zeile.dienst.marktplatz_id,
        ),
        Feld("foerderung", "Förderung", "Text", lambda s: s.zeile.dienst.foerderung),
        Feld(
            "reifegrad_modell",
            "Reifegradmodell",
            "1.1 oder 2.0",
            lambda s: s.zeile.dienst.reifegrad_modell,
        ),
        Feld(
            "reifegrad_stufe",
            "Reifegrad",
            "Zahl; gilt nur mit dem Modell",
            lambda s: s.zeile.dienst.reifegrad_stufe,
        ),
        Feld(
            "genutzt_von",
            "Genutzt von (Anzahl)",
            "Zahl der Stellen, die ihn produktiv nutzen",
            lambda s: s.nutzende,
        ),
        Feld("entfallen_am", "Entfallen am", "Tag", lambda s: s.zeile.dienst.entfallen_am),
        *closing_fields(
            lambda s: f"/onlinedienste/{s.zeile.dienst.kennung}",
            lambda s: s.zeile.quelle,
            lambda s: s.zeile.dienst.geaendert_am,
        ),
    ),
    _load,
    schluessel=lambda s: s.zeile.dienst.kennung,
    bezeichnung=lambda s: s.zeile.dienst.name,
    kurz=("art", "status", "themenfeld", "traeger", "betreibendes_land", "genutzt_von"),
)
