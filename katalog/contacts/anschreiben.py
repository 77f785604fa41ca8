"""Writing to those who use an assistant: one mail to each body, answers to whoever asks.

Nobody learns an address this way but that of the asker. How often is limited, for the account and
for the body, and what was sent stays to be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from katalog.db import Session
from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben, VoraussetzungFehlt
from katalog.domain.rollen import Betrachter, Recht, reach
from katalog.journal import record
from katalog.models.koordination import Anschreiben
from katalog.outbox import Mail, enqueue
from katalog.queries import anschreiben, kontakte
from katalog.queries.anschreiben import Absender

OWN_LAND = "land"
LONGEST = {"betreff": 120, "text": 4000}
_MOST_PER_DAY = 3
_MOST_BODIES = 300
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wer:
    """Who writes, as the session knows it: answers go there, so it is never typed."""

    konto_id: int
    name: str
    email: str
    betrachter: Betrachter


@dataclass(frozen=True, slots=True)
class Vorschau:
    """`stellen` are reached, `unerreicht` have no address; names only."""

    absender: Absender
    betreff: str
    text: str
    mail: str
    stellen: tuple[str, ...]
    unerreicht: tuple[str, ...]
    adressen: frozenset[str]


def senders(session: Session, betrachter: Betrachter) -> list[Absender]:
    return anschreiben.senders(session, reach(betrachter, Recht.NUTZER_ANSCHREIBEN).stellen)


def preview(
    session: Session,
    wer: Wer,
    dienst_id: int,
    dienst: str,
    fields: Mapping[str, str],
    today: date,
) -> Vorschau:
    """What would be sent and to whom, or all that is wrong with it."""
    betreff = " ".join(fields.get("betreff", "").split())
    text = "\n".join(line.rstrip() for line in fields.get("text", "").strip().splitlines())
    faults = [
        UngueltigeEingabe(name, value, f"Der Text ist zu lang. Möglich sind {most} Zeichen.")
        for name, value, most in (
            ("betreff", betreff, LONGEST["betreff"]),
            ("text", text, LONGEST["text"]),
        )
        if len(value) > most
    ]
    if not betreff:
        faults.append(UngueltigeEingabe("betreff", "", "Worum geht es? Ein paar Worte genügen."))
    if not text:
        faults.append(UngueltigeEingabe("text", "", "Schreiben Sie, was Sie wissen möchten."))
    chosen = fields.get("stelle", "")
    absender = next(
        (s for s in senders(session, wer.betrachter) if str(s.stelle_id) == chosen), None
    )
    if absender is None:
        faults.append(UngueltigeEingabe("stelle", chosen, "Wählen Sie, für wen Sie fragen."))
    if faults or absender is None:
        raise UngueltigeEingaben(faults)
    land = absender.land_id if fields.get("raum") == OWN_LAND else None
    using = anschreiben.users(
        session, dienst_id, wer.betrachter, today, ausser=absender.stelle_id, land_id=land
    )
    if len(using) > _MOST_BODIES:
        hint = f"Das wären {len(using)} Stellen, möglich sind {_MOST_BODIES}. Fragen Sie im Land."
        raise UngueltigeEingaben([UngueltigeEingabe("raum", "", hint)])
    reached = kontakte.mailboxes(session, using)
    return Vorschau(
        absender,
        betreff,
        text,
        _write(wer, absender, dienst, text),
        tuple(name for number, name in using.items() if number in reached),
        tuple(name for number, name in using.items() if number not in reached),
        frozenset(reached.values()),
    )


def send(
    session: Session,
    wer: Wer,
    dienst_id: int,
    dienst: str,
    fields: Mapping[str, str],
    today: date,
    now: datetime,
) -> int:
    """To how many addresses; bodies that share a mailbox get one mail."""
    what = preview(session, wer, dienst_id, dienst, fields, today)
    if not what.adressen:
        raise VoraussetzungFehlt("Es gibt niemanden, dem sich schreiben ließe.", [])
    anschreiben.hold_account(session, wer.konto_id)
    stelle = what.absender.stelle_id
    if anschreiben.count_since(session, wer.konto_id, stelle, now - _DAY) >= _MOST_PER_DAY:
        raise VoraussetzungFehlt(
            f"Mehr als {_MOST_PER_DAY} Anschreiben am Tag sind nicht möglich, damit niemand zu "
            "viele bekommt. Es wurde nichts gesendet. Versuchen Sie es morgen wieder.",
            [],
        )
    row = Anschreiben(
        onlinedienst_id=dienst_id,
        stelle_id=stelle,
        konto_id=wer.konto_id,
        betreff=what.betreff,
        text=what.text,
        empfaenger=len(what.adressen),
        gesendet_am=now,
    )
    number = anschreiben.add(session, row)
    for address in sorted(what.adressen):
        mail = Mail(
            anlass=f"anschreiben:{number}",
            vorlage="anschreiben",
            empfaenger=address,
            betreff=f"{dienst}: {what.betreff}",
            text=what.mail,
            antwort_an=wer.email,
        )
        enqueue(session, mail)
    facts = {"stelle_id": stelle, "empfaenger": len(what.adressen)}
    record(session, "nutzer_angeschrieben", "onlinedienst", dienst_id, facts, wer.konto_id)
    return len(what.adressen)


def _write(wer: Wer, absender: Absender, dienst: str, text: str) -> str:
    return (
        "Guten Tag,\n\n"
        f"{wer.name} ({absender.name}) schreibt über den OZG-Katalog an alle, die den "
        f"Onlinedienst „{dienst}“ nutzen:\n\n"
        f"{text}\n\n"
        f"Wenn Sie auf diese Mail antworten, geht Ihre Antwort unmittelbar an {wer.email}. Ihre "
        "Adresse hat der Katalog dort nicht genannt.\n\n"
        "Nutzen Sie den Onlinedienst nicht oder nicht mehr? Dann ändern Sie bitte Ihre Angabe im "
        "OZG-Katalog.\n"
    )
