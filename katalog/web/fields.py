"""Fields of records as people call them, and their values as pages write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from katalog.domain import begriffe
from katalog.domain.begriffe import Begriff
from katalog.domain.kalender import format_datum
from katalog.domain.merkmalswoerter import word_of
from katalog.domain.rollen import Sichtbarkeit

FIELD_NAMES = {
    "ab": "Beginn",
    "ags": "Gemeindeschlüssel (AGS)",
    "antragsstrecken": "Antragsstrecken",
    "ars": "Regionalschlüssel (ARS)",
    "art": "Art",
    "authentifizierung": "Anmeldung",
    "begriffe": "Weitere Begriffe",
    "beschreibung": "Beschreibung",
    "betreibendes_land": "Betreibendes Land",
    "bezeichnung": "Bezeichnung",
    "bezeichnung_buerger": "Bezeichnung für Bürgerinnen und Bürger",
    "bemerkung": "Bemerkung",
    "bezeichnung_im_namen": "Bezeichnung steht im Namen",
    "bis": "Ende",
    "bundesministerium": "Federführendes Bundesministerium",
    "demo_url": "Adresse zum Ausprobieren",
    "dienstleister": "IT-Dienstleister",
    "ebene": "Ebene",
    "eingestellt_zum": "Eingestellt zum",
    "einwohner": "Bevölkerung",
    "epayment": "ePayment",
    "ersatzschluessel": "Ersatzschlüssel",
    "fachverfahren": "Fachverfahren",
    "federfuehrung": "Federführung",
    "flaeche_km2": "Fläche in km²",
    "foerderung": "Förderung",
    "gueltig_ab": "Gültig ab",
    "gueltig_bis": "Gültig bis",
    "kennung": "Kennung",
    "kosten_modell": "Kostenmodell",
    "kosten_text": "Kosten",
    "kreisfrei": "Kreisfrei",
    "kurzbeschreibung": "Kurzbeschreibung",
    "kurzname": "Kurzname",
    "kurztext": "Kurztext",
    "lage": "Lage",
    "lat": "Geografische Breite",
    "leistungsschluessel": "Leistungsschlüssel",
    "lizenz": "Lizenz",
    "lon": "Geografische Länge",
    "marktplatz_id": "Nummer im EfA-Marktplatz",
    "nachfolger": "Nachfolger",
    "name": "Name",
    "nutzerkonto": "Nutzerkonto",
    "onlinedienst": "Onlinedienst",
    "ozg_id": "OZG-ID",
    "ozg_ids": "OZG-IDs",
    "plattform": "Plattform",
    "plz": "Postleitzahl",
    "prioritaet": "Priorität",
    "quellcode_url": "Quelltext",
    "quelle": "Quelle",
    "rechtsgrundlage": "Rechtsgrundlage",
    "reifegrad": "Reifegrad",
    "releases": "Versionen",
    "rolle": "Rolle",
    "sdg": "Informationsbereiche nach SDG-Verordnung",
    "sichtbarkeit": "Sichtbarkeit",
    "stand": "Stand",
    "status": "Status",
    "texte": "Texte",
    "themenfeld": "Themenfeld",
    "titel": "Titel",
    "top100": "TOP 100",
    "traeger": "Träger",
    "transportwege": "Transport",
    "typisierung": "Typisierung",
    "url": "Adresse vor Ort",
    "verfuegbar_ab": "Verfügbar ab",
    "vertrauensniveau": "Vertrauensniveau",
    "verweise": "Weiterführende Seiten",
    "xstandard": "Standard",
    "xstandard_version": "Fassung des Standards",
    "zielgruppe": "Zielgruppe",
    "zustellort": "Zustellort",
}

# Several lists where kinds of records share the name of a field but not its terms.
_TERMS: dict[str, tuple[type[Begriff], ...]] = {
    "art": (begriffe.Dienstart,),
    "beleg": (begriffe.Beleg,),
    "ebene": (begriffe.Gebietsebene,),
    "epayment": (begriffe.Epayment,),
    "kosten_modell": (begriffe.Kostenmodell,),
    "rolle": (begriffe.Einsatzrolle,),
    "sichtbarkeit": (Sichtbarkeit,),
    "status": (begriffe.Dienststatus, begriffe.Einsatzstatus),
    "top100": (begriffe.Top100,),
    "zielgruppe": (begriffe.Zielgruppe,),
}
_WORDS = {"authentifizierung", "nutzerkonto", "transportwege"}
_NUMBERS = {"einwohner", "flaeche_km2", "lat", "lon"}
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")


def field_name(field: str) -> str:
    """A place that is no field of ours, such as a column of a file, stands for itself."""
    return FIELD_NAMES.get(field, field)


def field_value(text: str, field: str) -> str:
    if _DATE.fullmatch(text):
        return _day(text)
    if field in _NUMBERS:
        return text.replace(".", ",")
    if field in _TERMS:
        return ", ".join(_term(part, _TERMS[field]) for part in text.split(", "))
    if field in _WORDS:
        return ", ".join(word_of(part) for part in text.split(", "))
    return text


def _day(text: str) -> str:
    """2024-08 as 08/2024; what only looks like a date stays as it is."""
    try:
        day = date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        return text
    return format_datum(day) if len(text) > 7 else f"{day:%m/%Y}"


def _term(text: str, lists: Iterable[type[Begriff]]) -> str:
    return next((terms(text).label for terms in lists if text in set(terms)), text)
