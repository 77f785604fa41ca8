"""Once a year a body is asked whether its statements still hold: one mail, one page, one click.

The occasion of the mail is the oldest day that waits. So nobody is asked twice for the same year,
whatever else becomes due meanwhile; whoever never answers is asked again a year later; and what an
outage kept from being asked is asked afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from katalog.db import Session
from katalog.domain.kalender import format_datum
from katalog.outbox import Mail, enqueue
from katalog.queries import erinnerung
from katalog.queries.erinnerung import Faellig

_VORLAGE = "angaben_bestaetigen"
_END = "\n\nDiese Mail hat der OZG-Katalog verschickt. Antworten darauf liest niemand.\n"
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Erinnerungen:
    """What is to be written today; `ohne_adresse`: there is nobody to write to."""

    mails: tuple[Mail, ...]
    ohne_adresse: tuple[Faellig, ...]


def plan(session: Session, today: date, basis_url: str) -> Erinnerungen:
    asked = erinnerung.occasions(session, _VORLAGE)
    due = [each for each in erinnerung.due(session, today) if _occasion(each, today) not in asked]
    addresses: dict[int, str] = {}
    for start in range(0, len(due), _AT_ONCE):
        part = {each.stelle_id for each in due[start : start + _AT_ONCE]}
        addresses |= erinnerung.whom_to_ask(session, part)
    return Erinnerungen(
        tuple(
            _letter(each, addresses[each.stelle_id], today, basis_url)
            for each in due
            if each.stelle_id in addresses
        ),
        tuple(each for each in due if each.stelle_id not in addresses),
    )


def remind_some(session: Session, today: date, basis_url: str) -> int:
    """As many as one transaction takes; 0 when everybody has been asked."""
    mails = plan(session, today, basis_url).mails[:_AT_ONCE]
    return sum(enqueue(session, mail) for mail in mails)


def _occasion(each: Faellig, today: date) -> str:
    years = (today - each.seit).days // 365
    return f"bestaetigung:{each.stelle_id}:{each.seit.isoformat()}:{years}"


def _letter(each: Faellig, address: str, today: date, basis_url: str) -> Mail:
    what = "ist eine Angabe" if each.anzahl == 1 else f"sind {each.anzahl} Angaben"
    text = (
        "Guten Tag,\n\n"
        f"im OZG-Katalog {what} von {each.name} zu bestätigen, fällig seit dem "
        f"{format_datum(each.seit)}. Bitte sehen Sie die Liste durch. Stimmt sie, genügt dort ein "
        "Klick für alle:\n\n"
        f"{basis_url.rstrip('/')}/kommunen/{each.ars}/angaben\n\n"
        "Bis dahin steht bei diesen Angaben öffentlich, wann sie zuletzt bestätigt wurden. Haben "
        "Sie noch kein Konto, melden Sie sich mit dieser Adresse an und beantragen die Zuordnung."
    )
    return Mail(
        anlass=_occasion(each, today),
        vorlage=_VORLAGE,
        empfaenger=address,
        betreff=f"Bitte bestätigen: Angaben von {each.name}",
        text=text + _END,
    )
