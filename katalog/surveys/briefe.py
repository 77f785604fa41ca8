"""What bodies are written: once when they are asked, and when their answer is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from katalog.domain.kalender import format_datum
from katalog.outbox import Mail
from katalog.surveys.zugang import Zugang

_END = "\n\nDiese Mail hat der OZG-Katalog verschickt{wegen}.\n"


@dataclass(frozen=True, slots=True)
class Anlass:
    """What is the same in the mails to all bodies."""

    umfrage_id: int
    titel: str
    worum: str
    ende: date
    wer: str
    antwort_an: str
    basis_url: str
    erinnerung: bool
    heute: date


# In a preview, where each body will find its own.
PLATZHALTER = Zugang("…persönlicher-Link…", "12345678")


def write(anlass: Anlass, stelle_id: int, stelle: str, empfaenger: str, zugang: Zugang) -> Mail:
    return Mail(
        anlass=f"umfrage:{anlass.umfrage_id}:{stelle_id}:{anlass.heute.isoformat()}",
        vorlage="umfrage_erinnerung" if anlass.erinnerung else "umfrage",
        empfaenger=empfaenger,
        betreff=f"{'Erinnerung: ' if anlass.erinnerung else ''}Umfrage: {anlass.titel}",
        text=_text(anlass, stelle, zugang),
        antwort_an=anlass.antwort_an,
        vertraulich=True,
    )


def _text(anlass: Anlass, stelle: str, zugang: Zugang) -> str:
    last = format_datum(anlass.ende)
    opening = (
        f"die Antwort von „{stelle}“ auf diese Umfrage von „{anlass.wer}“ fehlt noch:"
        if anlass.erinnerung
        else f"„{anlass.wer}“ fragt „{stelle}“:"
    )
    reply = (
        "Fragen beantwortet, wer die Umfrage stellt: Antworten Sie einfach auf diese Mail."
        if anlass.antwort_an
        else f"Fragen beantwortet „{anlass.wer}“; Antworten auf diese Mail liest niemand."
    )
    return (
        f"Guten Tag,\n\n{opening}\n\n{anlass.titel}\n\n{anlass.worum}\n\n"
        f"Bitte antworten Sie bis zum {last}. Es dauert wenige Minuten, ein Konto brauchen Sie "
        "nicht. Öffnen Sie diese Seite:\n\n"
        f"{anlass.basis_url}/umfragen/{zugang.token}\n\n"
        "und geben Sie dort diesen Code ein:\n\n"
        f"{zugang.code[:4]} {zugang.code[4:]}\n\n"
        f"Bis zum {last} können Sie Ihre Antwort auf demselben Weg ändern. Sind Sie nicht "
        "zuständig, geben Sie die Mail bitte im Haus weiter.\n\n"
        f"{reply}{_END.format(wegen=f' im Auftrag von „{anlass.wer}“')}"
    )
