"""One round: some addresses of different servers, one after the other, and what follows from them.

A round is a generator that stops after each address, so that whoever goes round can end between
two of them. Nothing is written before all have been asked: whether a server that does not answer
is to blame shows in the others.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from importers.download_errors import Abgelehnt, KeineVerbindung, NichtAbrufbar, Unsicher
from importers.download_transport import host_of
from importers.download_visit import Visitor
from katalog.db import Engine, Lock, Session, alone, reading, writing
from katalog.domain.linkpruefung import Besuch, Linkbefund, go_on, is_our_outage, wait_after
from katalog.journal import record
from katalog.linkcheck import briefe
from katalog.outbox import enqueue
from katalog.queries import kontakte, linkpruefung
from katalog.queries.linkpruefung import Adresse

_AT_ONCE = 20
_DAY = timedelta(days=1)
_GONE = {404, 410}
_BROKEN = 500

Look = Callable[[str], Besuch]
Asking = Generator[Besuch, None, "Runde"]


@dataclass(frozen=True, slots=True)
class Runde:
    """`ausfall`: so many servers were silent that it may be our own line, and none of them is
    noted as such."""

    geprueft: int = 0
    nicht_erreichbar: int = 0
    nachgefragt: int = 0
    ausfall: bool = False

    def __add__(self, other: Runde) -> Runde:
        return Runde(
            self.geprueft + other.geprueft,
            self.nicht_erreichbar + other.nicht_erreichbar,
            self.nachgefragt + other.nachgefragt,
            self.ausfall or other.ausfall,
        )


def look(visitor: Visitor, url: str) -> Besuch:
    try:
        status = visitor.visit(url)
    except Unsicher:
        return Besuch(Linkbefund.GESTOERT, "Zertifikat nicht anerkannt")
    except Abgelehnt:
        return Besuch(Linkbefund.UNGEPRUEFT, "wird nicht abgerufen")
    except KeineVerbindung:
        return Besuch(Linkbefund.STUMM, "keine Verbindung")
    except NichtAbrufbar as error:
        if error.status:
            return Besuch(Linkbefund.GESTOERT, f"Status {error.status}")
        return Besuch(Linkbefund.STUMM, "keine vollständige Antwort")
    if status in _GONE:
        return Besuch(Linkbefund.FEHLT, f"Status {status}")
    if status >= _BROKEN:
        return Besuch(Linkbefund.GESTOERT, f"Status {status}")
    if status >= 400:
        # The page is not for programs, or not for everybody. That is no reason to call it gone.
        return Besuch(Linkbefund.UNGEPRUEFT, f"Status {status}")
    return Besuch(Linkbefund.ERREICHBAR)


def list_addresses(engine: Engine, today: date, now: datetime) -> None:
    with writing(engine) as session:
        linkpruefung.note_addresses(session, host_of, today, now)


def go_round(
    engine: Engine, visit: Look, per_day: int, basis_url: str, today: date, now: datetime
) -> Asking:
    """Yields what was found, one address at a time. One process goes round at a time."""
    with alone(engine, Lock.LINKS, patient=False) as got:
        if not got:
            return Runde()
        with reading(engine) as session:
            left = per_day - linkpruefung.count_since(session, now - _DAY)
            due = linkpruefung.due(session, now, min(_AT_ONCE, left)) if left > 0 else []
        found = []
        for address in due:
            found.append((address, visit(address.url)))
            yield found[-1][1]
        if _is_outage(found):
            yield from _ask_witnesses(engine, visit, found)
        outage = _is_outage(found)
        # What did answer is known all the same. Those are the witnesses of the next rounds.
        known = [each for each in found if not outage or each[1].befund is not Linkbefund.STUMM]
        if not known and due:
            return Runde(ausfall=outage)
        with writing(engine) as session:
            gone = sum(_note(session, address, besuch, today, now) for address, besuch in known)
            asked = _ask_bodies(session, basis_url, today) if not due else 0
        return Runde(len(known), gone, asked, outage)


def _is_outage(found: list[tuple[Adresse, Besuch]]) -> bool:
    return is_our_outage(besuch.befund for _, besuch in found)


def _ask_witnesses(
    engine: Engine, visit: Look, found: list[tuple[Adresse, Besuch]]
) -> Generator[Besuch, None, None]:
    """Servers that answered last time tell whether it is us: one after the other, until they
    outnumber the silent, or one of them is silent as well."""
    asked = {address.host for address, _ in found}
    with reading(engine) as session:
        witnesses = linkpruefung.known_to_answer(session, asked, len(found) + 1)
    for address in witnesses:
        found.append((address, visit(address.url)))
        yield found[-1][1]
        if not _is_outage(found) or found[-1][1].befund is Linkbefund.STUMM:
            return


def _note(session: Session, address: Adresse, besuch: Besuch, today: date, now: datetime) -> bool:
    """Whether the page counts as gone from now on."""
    verlauf = go_on(address.verlauf, besuch.befund, today)
    again = now + wait_after(besuch.befund, verlauf)
    linkpruefung.write(session, address.id, besuch, verlauf, now, again)
    before = address.verlauf.nicht_erreichbar_am
    return verlauf.nicht_erreichbar_am is not None and before is None


def _ask_bodies(session: Session, basis_url: str, today: date) -> int:
    """One mail to each body. Where there is nobody to write to, the page alone says it."""
    questions = linkpruefung.to_ask_about(session, today)
    addresses = kontakte.mailboxes(session, {each.stelle_id for each in questions})
    count = 0
    for stelle, group in groupby(questions, key=lambda each: each.stelle_id):
        gone = list(group)
        if stelle not in addresses:
            continue
        letter = briefe.pages_gone(addresses[stelle], stelle, gone, basis_url, today)
        if enqueue(session, letter):
            count += 1
            record(session, "links_nachgefragt", "stelle", stelle, {"adressen": len(gone)})
        linkpruefung.note_question(session, [each.id for each in gone], today)
    return count
