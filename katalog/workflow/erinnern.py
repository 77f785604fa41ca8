"""Reminders of the days of cases: once a day one mail for everybody whom something concerns.

What was brought to mind is noted in the transaction that queues the mails. A run that finds that
today's mails are written writes none: what comes up later in the day waits for the next one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from katalog.db import Engine, Lock, Session, alone, reading, writing
from katalog.domain.erinnerung import ADRESSATEN, Adressat, Erinnerung, choose_reminders
from katalog.domain.kalender import format_datum_lang
from katalog.domain.rollen import may_see_vorgang
from katalog.domain.schritt import Empfaenger
from katalog.outbox import Mail, enqueue
from katalog.queries import betrachter, faelle_termine
from katalog.queries.faelle import Vorgang
from katalog.workflow.post import Adressbuch
from katalog.workflow.termine import (
    Terminlage,
    collect_days,
    key_of_reminder,
    list_faelligkeiten,
)
from katalog.workflow.vollzug import describe

_VORLAGE = "fristen"
_END = "Diese Mail hat der OZG-Katalog verschickt. Antworten darauf liest niemand."


@dataclass(frozen=True, slots=True)
class Anstehend:
    """Something to be brought to mind, and the addresses of those it concerns; empty: nobody can
    be reached, and it is tried again the next day."""

    lage: Terminlage
    erinnerung: Erinnerung
    an: tuple[str, ...]


def remind(engine: Engine, today: date, basis_url: str, stufen: Sequence[int]) -> int:
    """How many mails that made. One process at a time; another one's mails are not ours."""
    with alone(engine, Lock.REMINDERS, patient=False) as got:
        if not got:
            return 0
        with reading(engine) as session:
            if faelle_termine.said_on(session, today):
                return 0
            due = list_due(session, today, stufen)
        if not any(each.an for each in due):
            return 0
        with writing(engine) as session:
            return write_reminders(session, due, today, basis_url)


def list_due(session: Session, today: date, stufen: Sequence[int]) -> tuple[Anstehend, ...]:
    """By day: what is to be said today and has not been said."""
    running = faelle_termine.load_running(session, today)
    cases = {vorgang.id: vorgang for vorgang in running}
    said = faelle_termine.said_of(session, list(cases))
    found = []
    for lage in collect_days(session, running, today):
        open_days = list_faelligkeiten(lage)
        due = list(choose_reminders(open_days, today, stufen, said.get(lage.id, ())))
        if due:
            post = _Verteiler(session, cases[lage.id], lage, today)
            found += [Anstehend(lage, each, post.find(each)) for each in due]
    return tuple(sorted(found, key=lambda each: (each.erinnerung.faelligkeit.am, each.lage.id)))


def write_reminders(session: Session, due: Sequence[Anstehend], today: date, basis_url: str) -> int:
    sent = [each for each in due if each.an]
    faelle_termine.note_said(session, ((each.lage.id, each.erinnerung) for each in sent), today)
    return sum(enqueue(session, mail) for mail in write_mails(sent, today, basis_url))


def write_mails(due: Sequence[Anstehend], today: date, basis_url: str) -> Iterator[Mail]:
    """One for each address, with all that concerns it."""
    by_address: dict[str, list[Anstehend]] = defaultdict(list)
    for each in due:
        for address in each.an:
            by_address[address].append(each)
    for address, items in by_address.items():
        nearest = items[0].erinnerung.faelligkeit
        subject = f"Termine Ihrer Nachnutzungen: {len(items)}, der nächste am "
        if len(items) == 1:
            subject = f"{nearest.art.label}: {items[0].lage.dienst_name}, "
        yield Mail(
            anlass=f"fristen:{today.isoformat()}",
            vorlage=_VORLAGE,
            empfaenger=address,
            betreff=f"{subject}{format_datum_lang(nearest.am)}",
            text=_write(items, today, basis_url),
            nachnutzung_id=items[0].lage.id if len({each.lage.id for each in items}) == 1 else None,
        )


def _write(items: Sequence[Anstehend], today: date, basis_url: str) -> str:
    what = "steht dieser Termin an" if len(items) == 1 else "stehen diese Termine an"
    parts = [f"Guten Tag,\n\nbei Ihren Nachnutzungen {what}:"]
    for each in items:
        lage, faellig = each.lage, each.erinnerung.faelligkeit
        lines = [
            f"{format_datum_lang(faellig.am)} ({say_distance((faellig.am - today).days)})",
            f"{faellig.art.label}: {lage.dienst_name} für {lage.stelle_name}",
            faellig.text,
            f"Vorgang {lage.vorgangsnummer}: {basis_url}/nachnutzungen/{lage.id}",
        ]
        parts.append("\n".join(filter(None, lines)))
    return "\n\n".join((*parts, _END)) + "\n"


def say_distance(days: int) -> str:
    match days:
        case 0:
            return "heute"
        case 1:
            return "morgen"
        case -1:
            return "seit gestern überfällig"
        case _ if days < 0:
            return f"seit {-days} Tagen überfällig"
        case _:
            return f"in {days} Tagen"


@dataclass(slots=True)
class _Verteiler:
    """Whom a day of one case concerns; where somebody has written no address down, nobody."""

    session: Session
    vorgang: Vorgang
    lage: Terminlage
    today: date
    _book: Adressbuch | None = None

    def find(self, erinnerung: Erinnerung) -> tuple[str, ...]:
        found: list[str] = []
        for adressat in Adressat:
            if adressat in ADRESSATEN[erinnerung.faelligkeit.art]:
                found += self._addresses(adressat, erinnerung)
        return tuple(dict.fromkeys(found))

    def _addresses(self, adressat: Adressat, erinnerung: Erinnerung) -> Sequence[str]:
        if adressat is Adressat.PERSON:
            key = erinnerung.faelligkeit.schluessel
            asked = (each for each in self.lage.wiedervorlagen if key_of_reminder(each.id) == key)
            return [each.email for each in asked if self._still_sees(each.konto_id)]
        if self._book is None:
            self._book = Adressbuch(self.session, describe(self.session, self.vorgang))
        return self._book.find(Empfaenger(adressat.value))

    def _still_sees(self, konto_id: int | None) -> bool:
        """Whoever does not act for the body any more is told nothing of its cases."""
        return konto_id is not None and may_see_vorgang(
            betrachter.resolve(self.session, konto_id, self.today),
            stelle=self.vorgang.row.zustaendige_stelle_id,
            koordinierung=self.vorgang.koordinierung_id,
            traeger=self.vorgang.traeger_id,
        )
