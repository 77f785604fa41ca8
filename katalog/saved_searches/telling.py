"""One mail for each person and rhythm: what is new in their searches since the last time, or gone.

What was found and the mail about it are written in one transaction: nothing is told twice, and
what an outage held up is told afterwards, all of it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from katalog.ausgabe.felder import Gegenstand
from katalog.ausgabe.gegenstaende import GEGENSTAENDE
from katalog.db import Engine, Session, reading, writing
from katalog.domain.begriffe import Objektart
from katalog.domain.kalender import format_datum
from katalog.domain.rollen import GAST
from katalog.domain.suchabo import Funde, Neues, compare_finds
from katalog.models.konten import Suchabo
from katalog.outbox import Mail, enqueue
from katalog.queries import suchabos
from katalog.queries.suchabos import Faellig
from katalog.saved_searches.unsubscribing import make_address

Find = Callable[[Session, str, date], Funde]

_VORLAGE = "gemerkte_suchen"
# Of each kind, in each search; whoever wants them all follows the link.
_MOST_NAMED = 15
_KINDS: dict[str, Gegenstand[Any]] = {each.name: each for each in GEGENSTAENDE}


@dataclass(frozen=True, slots=True)
class Fund:
    abo: Suchabo
    seit: date
    neues: Neues


def tell_next(engine: Engine, find: Find, today: date, basis_url: str, key: str) -> bool:
    """One person is told, or has nothing to be told of; False when nobody waits any more."""
    with reading(engine) as session:
        if not suchabos.is_any_due(session, today):
            return False
    with writing(engine) as session:
        due = suchabos.take_next(session, today)
        if due is None:
            return False
        news = [_look(session, abo, find, today) for abo in due.abos]
        if told := [each for each in news if each.neues]:
            enqueue(session, _letter(session, due, told, today, basis_url, key))
    return True


def _look(session: Session, abo: Suchabo, find: Find, today: date) -> Fund:
    since = abo.gesehen_am
    before = {Objektart(typ): numbers for typ, numbers in abo.bekannt.items()}
    now = find(session, abo.adresse, today)
    suchabos.note(abo, now, today)
    return Fund(abo, since, compare_finds(before, now))


def _letter(
    session: Session, due: Faellig, told: Sequence[Fund], today: date, basis_url: str, key: str
) -> Mail:
    ending = basis_url + make_address(key, due.konto_id, due.rhythmus)
    parts = [
        "Guten Tag,",
        "in Ihren gemerkten Suchen hat sich etwas geändert.",
        *("\n".join(_about(session, fund, today, basis_url)) for fund in told),
        f"Alle gemerkten Suchen: {basis_url}/konto/suchen",
        f"Diese Mails ({due.rhythmus.label}) abbestellen: {ending}",
        "Diese Mail hat der OZG-Katalog verschickt. Antworten darauf liest niemand.\n",
    ]
    names = ", ".join(fund.abo.name for fund in told)
    return Mail(
        anlass=f"suchen:{due.konto_id}:{due.rhythmus}:{today.isoformat()}",
        vorlage=_VORLAGE,
        empfaenger=due.email,
        betreff=f"Neues im OZG-Katalog: {names}",
        text="\n\n".join(parts),
        abbestellen=ending,
    )


def _about(session: Session, fund: Fund, today: date, basis_url: str) -> Iterator[str]:
    counts = [
        f"{number} {word}"
        for number, word in (
            (fund.neues.anzahl_dazu, "neu"),
            (fund.neues.anzahl_weg, "nicht mehr dabei"),
        )
        if number
    ]
    yield f"{fund.abo.name}: {', '.join(counts)} seit dem {format_datum(fund.seit)}"
    yield basis_url + fund.abo.adresse
    for heading, found in (("Neu", fund.neues.dazu), ("Nicht mehr dabei", fund.neues.weg)):
        for typ, numbers in found.items():
            yield f"\n{heading} ({_KINDS[typ].titel}):"
            yield from _named(session, _KINDS[typ], numbers, today, basis_url)


def _named(
    session: Session, kind: Gegenstand[Any], numbers: Sequence[int], today: date, basis_url: str
) -> Iterator[str]:
    """As everybody sees them: a mail travels further than a page."""
    for row in kind.load(session, numbers[:_MOST_NAMED], GAST, today):
        yield f"- {kind.bezeichnung(row)}\n  {kind.satz(row, basis_url)['url']}"
    if (more := len(numbers) - _MOST_NAMED) > 0:
        yield f"- und {more} weitere"
