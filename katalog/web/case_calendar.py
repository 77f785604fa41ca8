"""The days of cases as calendar entries: those that still lie ahead, and those taken back.

An entry keeps its name for ever, so that a later file changes or removes it where an earlier one
was imported; the version of the case is its sequence. One case has a file, somebody's cases
together a calendar to subscribe to: both say the same of the same day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from katalog.domain.erinnerung import Faelligkeit, Terminart
from katalog.domain.rechnung import format_rechnung
from katalog.termine import Termin
from katalog.workflow import Akte, Terminlage, list_faelligkeiten

_REMIND_DAYS_BEFORE = (14, 3)
_TITEL = {
    Terminart.WUNSCHTERMIN: "Wunschtermin der Nutzung",
    Terminart.PRODUKTIVSETZUNG: "Produktivsetzung",
    Terminart.WIEDERAUFNAHME: "Wiederaufnahme geplant",
    Terminart.ABMELDUNG: "Abmeldung prüfen",
    Terminart.ENTKOPPLUNG: "Technische Entkopplung",
    Terminart.ENDE: "Die Nutzung endet mit Ablauf dieses Tages",
    Terminart.EINSTELLUNG: "Der Onlinedienst wird eingestellt",
    Terminart.BEDINGUNGEN: "Neue Bedingungen annehmen",
    Terminart.WIEDERVORLAGE: "Wiedervorlage",
}


def list_termine(lage: Akte | Terminlage, basis_url: str) -> list[Termin]:
    host = urlsplit(basis_url).hostname or "localhost"
    link = f"{basis_url}/nachnutzungen/{lage.id}"
    whose = f"{lage.dienst_name}, {lage.stelle_name}"
    return [
        Termin(
            uid=f"nachnutzung-{lage.id}-{name}@{host}",
            tag=tag,
            titel=f"{titel}: {whose}",
            text=f"Vorgang {lage.vorgangsnummer}. {text}".strip(),
            url=link,
            erinnerungen=_REMIND_DAYS_BEFORE,
            folge=lage.version,
            abgesagt=cancelled,
        )
        for name, tag, titel, text, cancelled in _days(lage)
    ]


def _days(lage: Akte | Terminlage) -> Iterator[tuple[str, date, str, str, bool]]:
    """Name, day, title, text, and whether it is called off."""
    for each in list_faelligkeiten(lage):
        yield each.schluessel, each.am, _TITEL[each.art], _explain(lage, each), False
    if lage.aufgehobenes_ende:
        text = "Die Kündigung ist zurückgenommen, die Nutzung läuft weiter."
        ende = Terminart.ENDE.value
        yield ende, lage.aufgehobenes_ende, "Entfällt: Ende der Nutzung", text, True


def _explain(lage: Akte | Terminlage, faellig: Faelligkeit) -> str:
    match faellig.art:
        case Terminart.WUNSCHTERMIN:
            return "Keine Frist."
        case Terminart.WIEDERAUFNAHME | Terminart.ABMELDUNG:
            return lage.aussetzung.grund if lage.aussetzung else ""
        case Terminart.ENDE:
            return format_rechnung(lage.fall.rechnung)
        case Terminart.BEDINGUNGEN:
            return f"Fassung {lage.neue_bedingungen.fassung}." if lage.neue_bedingungen else ""
        case _:
            return faellig.text
