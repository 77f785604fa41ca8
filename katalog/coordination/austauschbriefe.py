"""What invited bodies are written about a meeting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from katalog.domain.austausch import Zusage, format_zeit
from katalog.models.koordination import Austauschtermin
from katalog.outbox import Mail


@dataclass(frozen=True, slots=True)
class Anlass:
    """What is the same in the mails to all bodies."""

    termin: Austauschtermin
    wer: str
    antwort_an: str
    basis_url: str

    @property
    def seite(self) -> str:
        return f"{self.basis_url}/austausch/{self.termin.id}"


# In a preview, where each body will find its own.
PLATZHALTER = "…persönlicher-Link…"

Schreiber: TypeAlias = Callable[[Anlass, int, str, str], Mail]


def invite(anlass: Anlass, stelle_id: int, stelle: str, empfaenger: str, geheimnis: str) -> Mail:
    agenda = anlass.termin.tagesordnung
    text = (
        f"„{anlass.wer}“ lädt „{stelle}“ ein:\n\n{_what(anlass.termin)}\n\n"
        + (f"Tagesordnung:\n\n{agenda}\n\n" if agenda else "")
        + "Zusagen, absagen, ein Thema vorschlagen und den Termin in den eigenen Kalender "
        "übernehmen können Sie ohne Konto auf dieser Seite:\n\n"
        f"{anlass.basis_url}/austausch/einladung/{geheimnis}"
    )
    return _mail(anlass, "einladung", stelle_id, empfaenger, "Einladung: ", text, secret=True)


def change(anlass: Anlass, stelle_id: int, stelle: str, empfaenger: str) -> Mail:
    text = (
        f"„{anlass.wer}“ hat einen Termin geändert, zu dem „{stelle}“ eingeladen ist. Jetzt gilt:"
        f"\n\n{_what(anlass.termin)}\n\nEine Zusage bleibt bestehen. Passt der Termin nicht mehr, "
        f"sagen Sie mit dem Link aus der Einladung ab, oder angemeldet unter\n\n{anlass.seite}"
    )
    return _mail(anlass, "aenderung", stelle_id, empfaenger, "Geändert: ", text)


def call_off(anlass: Anlass, stelle_id: int, stelle: str, empfaenger: str) -> Mail:
    text = (
        f"„{anlass.wer}“ hat diesen Termin abgesagt, zu dem „{stelle}“ eingeladen war:\n\n"
        f"{_what(anlass.termin)}\n\nSie müssen nichts tun."
    )
    return _mail(anlass, "absage", stelle_id, empfaenger, "Abgesagt: ", text)


def confirm(
    anlass: Anlass, stelle_id: int, stelle: str, empfaenger: str, zusage: Zusage, moment: str
) -> Mail:
    comes = zusage is Zusage.ZUGESAGT
    text = (
        f"„{stelle}“ {'ist angemeldet' if comes else 'hat abgesagt'}:\n\n{_what(anlass.termin)}\n\n"
        "Ändern können Sie das mit dem Link aus der Einladung, oder angemeldet unter\n\n"
        f"{anlass.seite}"
    )
    begin = "Angemeldet: " if comes else "Abgemeldet: "
    # Whoever comes, does not and comes again is told each time.
    return _mail(anlass, f"antwort:{moment}", stelle_id, empfaenger, begin, text)


def _what(termin: Austauschtermin) -> str:
    lines = (
        termin.titel,
        format_zeit(termin.beginn, termin.ende),
        termin.ort,
        f"Videokonferenz: {termin.videolink}" if termin.videolink else "",
    )
    return "\n".join(filter(None, lines))


def _mail(
    anlass: Anlass,
    art: str,
    stelle_id: int,
    empfaenger: str,
    begin: str,
    text: str,
    *,
    secret: bool = False,
) -> Mail:
    reply = (
        f"Fragen beantwortet „{anlass.wer}“: Antworten Sie einfach auf diese Mail."
        if anlass.antwort_an
        else f"Fragen beantwortet „{anlass.wer}“; Antworten auf diese Mail liest niemand."
    )
    termin = anlass.termin
    return Mail(
        anlass=f"austausch:{termin.id}:{termin.folge}:{art}:{stelle_id}",
        vorlage=f"austausch_{art.partition(':')[0]}",
        empfaenger=empfaenger,
        betreff=f"{begin}{termin.titel}",
        text=f"Guten Tag,\n\n{text}\n\n{reply}\n\nDiese Mail hat der OZG-Katalog im Auftrag von "
        f"„{anlass.wer}“ verschickt.\n",
        antwort_an=anlass.antwort_an,
        vertraulich=secret,
    )
