"""Records become rows: the only way into register and catalogue, for seed and imports alike.

`runs` imports files in resumable batches; `take_over` takes the records of the starting set over
in the session it is given. Both merge what several sources say (`applying`), in the order in which
kinds name each other (`kinds`), whatever order the records arrive in. A record that cannot be
placed is reported and left out; the others are taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from importers.records import QuelleRecord, Record
from katalog.db import Session
from katalog.domain.begriffe import Befundart
from katalog.intake.applying import Lieferung, Vorgemerkt, apply
from katalog.intake.directory import Directory
from katalog.intake.kinds import BY_RECORD, KINDS, Kind
from katalog.intake.register import write_quellen
from katalog.intake.report import Befund, Report
from katalog.intake.staging import prepare
from katalog.intake.translation import Entry
from katalog.queries import importe, quellsaetze
from katalog.queries.online import match_finds

__all__ = ["Report", "take_over"]


def take_over(
    session: Session,
    incoming: Iterable[Record],
    lieferant: QuelleRecord,
    today: date,
    progress: Callable[[str, int, int], None] = lambda kind, done, total: None,
) -> Report:
    """All of it in the given session; `lieferant` is whose word the records are."""
    by_kind: dict[str, list[Any]] = defaultdict(list)
    sources = [lieferant]
    for record in incoming:
        if isinstance(record, QuelleRecord):
            sources.append(record)
        else:
            by_kind[BY_RECORD[type(record)].art].append(record)
    to, report = Directory(session, today), Report()
    _take_sources(to, sources, report)
    found = importe.find_quelle(session, lieferant.kennung)
    assert found is not None
    to.lieferant = found[0]
    lieferung = Lieferung(found[0], found[1], importe.arts_of_sources(session))
    done, total = 0, sum(len(group) for group in by_kind.values())
    for kind in KINDS:
        if group := by_kind[kind.art]:
            batch = _different(session, found[0], kind, group, report)
            if batch:
                apply(to, lieferung, kind, batch, report)
            done += len(group)
            progress(kind.label, done, total)
    match_finds(session)
    return report


def _take_sources(to: Directory, sources: list[QuelleRecord], report: Report) -> None:
    write_quellen(to, sources)
    for record in sources:
        if (fault := to.refused.get(id(record))) is not None:
            report.count("Quelle").abgelehnt += 1
            report.say(Befund(Befundart.ABGELEHNT, f"Quelle {record.kennung}", ursache=str(fault)))


def _different(
    session: Session, quelle: int, kind: Kind, group: Sequence[Any], report: Report
) -> list[Vorgemerkt]:
    """What is not known yet as it stands; of what stands there twice the later counts."""
    read = {}
    for record in group:
        prepared = prepare(Entry(record, stand=getattr(record, "stand", None)))
        report.count(kind.label).doppelt += prepared.fremdschluessel in read
        read[prepared.fremdschluessel] = prepared
    known = quellsaetze.known(session, quelle, kind.art, list(read))
    different = []
    for key, prepared in read.items():
        before = known.get(key)
        if before is not None and not before.entfallen and before.hash == prepared.hash:
            report.count(kind.label).unveraendert += 1
        else:
            different.append(
                Vorgemerkt(
                    key, prepared.schluessel, 0, prepared.entry.stand, prepared.hash,
                    prepared.inhalt,
                )
            )  # fmt: skip
    return different
