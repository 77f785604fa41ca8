"""The days of a case as calendar entries: those that still lie ahead, and those taken back.

An entry keeps its name for ever, so that a later file changes or removes it where an earlier one
was imported; the version of the case is its sequence.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from katalog.domain.rechnung import format_rechnung
from katalog.domain.vorgang import Status
from katalog.termine import Termin
from katalog.workflow import Akte

_REMIND_DAYS_BEFORE = (14, 3)
_BEFORE_USE = frozenset(
    {
        Status.INTERESSE_BEKUNDET,
        Status.BESTAETIGT,
        Status.IN_ANBINDUNG,
        Status.IM_TEST,
        Status.ANGEFRAGT,
        Status.IN_UEBERGABE,
    }
)


def list_termine(akte: Akte, basis_url: str) -> list[Termin]:
    host = urlsplit(basis_url).hostname or "localhost"
    link = f"{basis_url}/nachnutzungen/{akte.id}"
    whose = f"{akte.dienst_name}, {akte.stelle_name}"
    return [
        Termin(
            uid=f"nachnutzung-{akte.id}-{name}@{host}",
            tag=tag,
            titel=f"{titel}: {whose}",
            text=f"Vorgang {akte.vorgangsnummer}. {text}".strip(),
            url=link,
            erinnerungen=_REMIND_DAYS_BEFORE,
            folge=akte.version,
            abgesagt=cancelled,
        )
        for name, tag, titel, text, cancelled in _days(akte)
    ]


def _days(akte: Akte) -> Iterator[tuple[str, date, str, str, bool]]:
    """Name, day, title, text, and whether it is called off."""
    fall = akte.fall
    if akte.status in _BEFORE_USE and fall.wunschtermin:
        yield "wunschtermin", fall.wunschtermin, "Wunschtermin der Nutzung", "Keine Frist.", False
    if akte.status is Status.IM_TEST and fall.golive_gemeldet_zum:
        yield "produktivsetzung", fall.golive_gemeldet_zum, "Produktivsetzung", "", False
    if akte.aussetzung is not None:
        pause = akte.aussetzung
        if pause.geplant_bis:
            yield "aussetzung", pause.geplant_bis, "Wiederaufnahme geplant", pause.grund, False
        elif pause.wiedervorlage:
            yield "aussetzung", pause.wiedervorlage, "Abmeldung prüfen", pause.grund, False
    if fall.wirksam_zum:
        words = format_rechnung(fall.rechnung)
        yield "ende", fall.wirksam_zum, "Die Nutzung endet mit Ablauf dieses Tages", words, False
    elif akte.aufgehobenes_ende:
        text = "Die Kündigung ist zurückgenommen, die Nutzung läuft weiter."
        yield "ende", akte.aufgehobenes_ende, "Entfällt: Ende der Nutzung", text, True
    if fall.entkopplung_vereinbart_fuer and fall.entkoppelt_am is None:
        yield "entkopplung", fall.entkopplung_vereinbart_fuer, "Technische Entkopplung", "", False
    terms = akte.neue_bedingungen
    if terms is not None and terms.annahmefrist is not None:
        text = f"Fassung {terms.fassung}."
        yield "bedingungen", terms.annahmefrist, "Neue Bedingungen annehmen", text, False
    for reminder in akte.wiedervorlagen:
        yield (
            f"wiedervorlage-{reminder.id}",
            reminder.faellig,
            "Wiedervorlage",
            reminder.anlass,
            False,
        )
