"""A kind of thing made for tests of the file writers: every type of value, no database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from katalog.ausgabe.felder import Feld, Gegenstand, Pfad, Punkt, Wert
from katalog.ausgabe.kopf import Batches, Kopf
from katalog.domain.begriffe import Dienstart
from katalog.queries.herkunftsliste import Quellenangabe

BASE = "https://katalog.example"
MADE = datetime(2026, 11, 28, 9, 12, 30, tzinfo=ZoneInfo("Europe/Berlin"))


@dataclass(frozen=True, slots=True)
class Ding:
    name: str = "Ding"
    text: str = ""
    zahl: int | None = 7
    komma: float | None = 51.5
    art: Dienstart | None = Dienstart.EFA
    liste: tuple[str, ...] = ("a", "b")
    tag: date | None = date(2026, 3, 1)
    ort: Punkt | None = (7.6, 51.9)

    @property
    def wahr(self) -> bool:
        return True


GEAENDERT = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)

DINGE: Gegenstand[Ding] = Gegenstand(
    "ding",
    "Dinge",
    "dinge",
    None,
    (
        Feld("name", "Name", "Text", lambda d: d.name),
        Feld("text", "Text", "Text", lambda d: d.text),
        Feld("zahl", "Zahl", "Zahl", lambda d: d.zahl),
        Feld("komma", "Kommazahl", "Zahl", lambda d: d.komma),
        Feld("wahr", "Wahr", "ja oder nein", lambda d: d.wahr),
        Feld("art", "Art", "Wort", lambda d: d.art),
        Feld("liste", "Liste", "Liste", lambda d: d.liste),
        Feld("tag", "Tag", "Tag", lambda d: d.tag),
        Feld("url", "Seite", "Adresse", lambda d: Pfad(f"/dinge/{d.name}")),
        Feld("quelle", "Quelle", "Text", lambda d: "Liste"),
        Feld("stand", "Stand", "Tag", lambda d: date(2026, 1, 1)),
        Feld("geaendert_am", "Geändert", "Zeitpunkt", lambda d: GEAENDERT),
    ),
    lambda session, ids, viewer, today: [],
    schluessel=lambda d: d.name,
    bezeichnung=lambda d: f"Ding {d.name}",
    kurz=("art", "tag"),
    punkt=lambda d: d.ort,
)


def make_kopf(**changes: Any) -> Kopf:
    values: dict[str, Any] = {
        "titel": "Dinge",
        "auswahl": ("Art: EfA-Leistung", "Suche: Hund"),
        "adresse": f"{BASE}/dinge?q=Hund",
        "erstellt": MADE,
        "gesamt": 2,
        "quellen": (Quellenangabe("Liste", date(2026, 1, 1), "", "CC BY 4.0", ""),),
        "herausgeber": "Zweckverband Beispiel",
        "basis_url": BASE,
    }
    return Kopf(**values | changes)


def in_batches(*dinge: Ding, size: int = 2) -> Batches[Ding]:
    yield from (list(dinge[start : start + size]) for start in range(0, len(dinge), size))


def satz_of(ding: Ding) -> dict[str, Wert]:
    return DINGE.satz(ding, BASE)
