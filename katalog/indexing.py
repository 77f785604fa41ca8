"""The search index follows the database: built anew as a whole, or kept up change by change.

One process writes the index at a time. Whatever happens to it, the changes stay noted in the
database until the index has them: a killed process, an engine that is away or an index that was
lost costs nothing but time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from katalog.db import Engine, Lock, Session, alone, reading, writing
from katalog.domain.begriffe import Objektart
from katalog.queries import suchauftraege, suchdokumente
from search import engine as search
from search.engine import Document, IndexBusy, IndexMissing, Typ

Progress = Callable[[str, int, int], None]

# Changes that are taken over at once; each time costs one commit of the index.
_BATCH = 10_000
_NO_INDEX = "Für diese Datenbank ist noch kein Suchindex aufgebaut."
_OTHER_DAY = "Seit gestern kann sich geändert haben, was gilt."


@dataclass(frozen=True, slots=True)
class Index:
    """An engine together with the name by which the database knows how far it is."""

    name: str
    engine: search.Engine


def rebuild(
    engine: Engine, index: Index, today: date, progress: Progress = lambda kind, done, total: None
) -> int:
    """All documents anew, while the old index goes on answering. Raises `IndexBusy`."""
    with alone(engine, Lock.INDEX) as got:
        if not got:
            raise IndexBusy(
                "Ein anderer Prozess arbeitet gerade am Suchindex. Warten Sie, bis er fertig ist, "
                "und versuchen Sie es dann noch einmal."
            )
        return _rebuild(engine, index, today, progress)


def keep_up(engine: Engine, index: Index, today: date) -> int:
    """Bring the index up to date; how many documents that took, 0 if nothing was to do.

    Does nothing while another process is at it.
    """
    with alone(engine, Lock.INDEX, patient=False) as got:
        if not got:
            return 0
        if rebuild_reason(engine, index, today) is not None:
            return _rebuild(engine, index, today)
        return _take_over(engine, index, today)


def rebuild_reason(engine: Engine, index: Index, today: date) -> str | None:
    """Why the whole index has to be built, in German."""
    with reading(engine) as session:
        stand = suchauftraege.stand(session, index.name)
    if stand is None:
        return _NO_INDEX
    if stand.tag != today:
        return _OTHER_DAY
    return index.engine.rebuild_reason()


def behind(engine: Engine) -> int:
    """How many changes the index does not have yet."""
    with reading(engine) as session:
        return suchauftraege.count(session)


def is_behind(engine: Engine) -> bool:
    with reading(engine) as session:
        return suchauftraege.has_any(session)


def _rebuild(
    engine: Engine, index: Index, today: date, progress: Progress = lambda kind, done, total: None
) -> int:
    with reading(engine) as session:
        # Only what this view of the database saw: another transaction may still be under way
        # whose changes have lower numbers.
        seen = suchauftraege.all_ids(session)
        documents = _all_documents(session, today, partial(progress, "Lesen"))
        number = index.engine.rebuild(documents, partial(progress, "Aufnehmen"))
    with writing(engine) as session:
        suchauftraege.strike_off(session, seen)
        suchauftraege.set_stand(session, index.name, today, number)
    return number


def _all_documents(session: Session, today: date, progress: search.Progress) -> Iterator[Document]:
    total = suchdokumente.count(session)
    found = (
        document
        for typ in Objektart
        for document in suchdokumente.documents(session, typ, None, today)
    )
    for number, document in enumerate(found, 1):
        progress(number, total)
        yield document


def _take_over(engine: Engine, index: Index, today: date) -> int:
    with reading(engine) as session:
        orders = suchauftraege.read(session, _BATCH)
        if not orders.ids:
            return 0
        affected = suchauftraege.affected(session, orders.geaendert)
        documents = [
            document
            for typ, ids in affected.items()
            if ids
            for document in suchdokumente.documents(session, typ, sorted(ids), today)
        ]
    index.engine.update(documents, _gone(affected.items(), documents))
    with writing(engine) as session:
        suchauftraege.strike_off(session, orders.ids)
    return sum(len(ids) for ids in affected.values())


def _gone(
    affected: Iterable[tuple[Objektart, set[int]]], documents: Iterable[Document]
) -> list[tuple[Typ, str]]:
    there = {(document.typ, document.id) for document in documents}
    asked = [(Typ(typ), str(number)) for typ, ids in affected for number in sorted(ids)]
    return [each for each in asked if each not in there]


__all__ = ["Index", "IndexBusy", "IndexMissing", "behind", "is_behind", "keep_up", "rebuild"]
