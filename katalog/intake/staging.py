"""The first half of a run: what was read is compared with what is known, and only the difference
is put aside.

Nothing in the catalogue changes here. An unchanged record costs its reading, a hash and a look
into the index; what a complete delivery no longer has is found at the end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from importers.records import Fault, Hinweis, QuelleRecord, Rohsatz
from importers.xzufi_records import XzufiKopfRecord
from katalog.db import Session
from katalog.domain.begriffe import Befundart
from katalog.intake.areas import write_key
from katalog.intake.kinds import BY_ART, BY_RECORD, KINDS, ORDER, Kind, fit_key
from katalog.intake.known import KnownElements
from katalog.intake.losses import Gesehen, refuse_loss
from katalog.intake.report import Befund, Report, Zahlen, of_reader
from katalog.intake.translation import Entry, Removal, translate
from katalog.queries import areas, importe, quellsaetze

# Opens a short transaction; a trial run hands in one that is never committed.
Unit: TypeAlias = Callable[[], AbstractContextManager[Session]]

BATCH = 2_000
_encode = msgspec.json.Encoder().encode
_GEBIET = "gebiet"


@dataclass(frozen=True, slots=True)
class _Gelesen:
    kind: Kind
    fremdschluessel: str
    schluessel: str
    hash: str
    inhalt: str
    entry: Entry
    rohsatz: int | None = None
    teile: int = 1


@dataclass(frozen=True, slots=True)
class _Wiedererkannt:
    """A record of an element that is known, so that it was not read again."""

    id: int


@dataclass(frozen=True, slots=True)
class _Unveraendert:
    art: str
    fremdschluessel: str
    id: int


_Wartend: TypeAlias = _Gelesen | _Unveraendert | Removal


class Staging:
    def __init__(
        self,
        unit: Unit,
        lauf: int,
        quelle: QuelleRecord,
        report: Report,
        format_: str,
        *,
        gebietsliste: bool,
    ) -> None:
        self.quellen: dict[str, QuelleRecord] = {}
        self.quelle = quelle
        self.gelesen = 0
        self._unit = unit
        self._lauf = lauf
        self._report = report
        self._format = format_
        self._gebietsliste = gebietsliste
        self._gesehen = Gesehen()
        self._gebiete: set[str] = set()
        self._waiting: list[_Wartend | _Wiedererkannt] = []
        self._element: list[Entry | Removal] = []
        self._rohsatz: int | None = None
        self._last_fault: tuple[str, int | None] = ("", None)
        self._known: KnownElements | None = None
        self._quelle_id: int | None = None

    def read(self, source: str, outcomes: Iterable[Any]) -> None:
        for outcome in outcomes:
            match outcome:
                case QuelleRecord():
                    self._take_source(outcome)
                case Rohsatz():
                    self._begin_element(outcome)
                case Fault() | Hinweis():
                    if isinstance(outcome, Fault):
                        # It shall be named again the next time.
                        self._rohsatz = None
                        self._count_fault(outcome, source)
                    self._report.say(of_reader(outcome, source))
                case XzufiKopfRecord():
                    self._report.say(
                        Befund(Befundart.HINWEIS, source, stelle="nachrichtenkopf",
                               wert=outcome.version, ursache=_head(outcome))
                    )  # fmt: skip
                case _:
                    for part in translate(outcome, self.quelle.kennung):
                        if isinstance(part, Hinweis):
                            self._report.say(of_reader(part, source))
                        else:
                            self._element.append(part)
                    if self._rohsatz is None:
                        self._end_element()
        self._end_element()
        self._flush()

    def _count_fault(self, fault: Fault, source: str) -> None:
        """A row of a list may have several; it is one row all the same."""
        place = (source, fault.zeile)
        if fault.zeile is None or place != self._last_fault:
            self._report.count("Nicht lesbar").abgelehnt += 1
        self._last_fault = place

    def knows(self, fingerprint: int) -> bool:
        """Asked by readers that would rather not read an element again."""
        if self._known is None and self._quelle_id is not None:
            with self._unit() as session:
                self._known = KnownElements(session, self._quelle_id)
        return self._known is not None and fingerprint in self._known

    def _begin_element(self, rohsatz: Rohsatz) -> None:
        self._end_element()
        if rohsatz.unveraendert and self._known is not None:
            ids = self._known.ids(rohsatz.fingerabdruck)
            self._waiting.extend(_Wiedererkannt(number) for number in ids)
            self.gelesen += len(ids)
            self._flush_if_full()
        else:
            self._rohsatz = rohsatz.fingerabdruck

    def _end_element(self) -> None:
        """Its records know how many they were: only all of them together tell it again."""
        element, self._element = self._element, []
        rohsatz, self._rohsatz = self._rohsatz, None
        entries = sum(isinstance(part, Entry) for part in element)
        for part in element:
            self._waiting.append(
                part if isinstance(part, Removal) else prepare(part, rohsatz, entries)
            )
        self.gelesen += entries
        self._flush_if_full()

    def _flush_if_full(self) -> None:
        if len(self._waiting) >= BATCH:
            self._flush()

    def _take_source(self, quelle: QuelleRecord) -> None:
        first = not self.quellen
        if first:
            self.quelle = quelle
            with self._unit() as session:
                found = importe.find_quelle(session, quelle.kennung)
            self._quelle_id = found[0] if found else None
        self.quellen[quelle.kennung] = quelle

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        with self._unit() as session:
            for kind, last_words in self._last_words(self._named(session, waiting)):
                self._compare(session, kind, last_words)

    def _named(
        self, session: Session, waiting: Sequence[_Wartend | _Wiedererkannt]
    ) -> Iterator[_Wartend]:
        """The recognised ones by their keys, each in its place among the others."""
        ids = [part.id for part in waiting if isinstance(part, _Wiedererkannt)]
        keys = quellsaetze.by_ids(session, ids)
        for part in waiting:
            if isinstance(part, _Wiedererkannt):
                yield _Unveraendert(*keys[part.id], part.id)
            else:
                yield part

    def _last_words(
        self, waiting: Iterable[_Wartend]
    ) -> Iterator[tuple[Kind, dict[str, _Wartend]]]:
        """Of what a delivery says twice about a record, the later counts: also of a removal."""
        groups: dict[str, dict[str, _Wartend]] = {}
        for part in waiting:
            art = part.kind.art if isinstance(part, _Gelesen) else part.art
            group = groups.setdefault(art, {})
            if part.fremdschluessel in group and not isinstance(part, Removal):
                self._report.count(BY_ART[art].label).doppelt += 1
            group.pop(part.fremdschluessel, None)
            group[part.fremdschluessel] = part
        for art in sorted(groups, key=ORDER.__getitem__):
            yield BY_ART[art], groups[art]

    def _compare(self, session: Session, kind: Kind, group: dict[str, _Wartend]) -> None:
        asked = [key for key, part in group.items() if not isinstance(part, _Unveraendert)]
        known: dict[str, quellsaetze.Bekannt] = {}
        if self._quelle_id is not None and asked:
            known = quellsaetze.known(session, self._quelle_id, kind.art, asked)
        removed = [part for part in group.values() if isinstance(part, Removal)]
        there = [part for part in group.values() if not isinstance(part, Removal)]
        if there:
            self._gesehen.je_art[kind.art] += len(there)
        if self._gebietsliste and kind.art == _GEBIET:
            self._gebiete.update(r.schluessel for r in there if isinstance(r, _Gelesen))
        for removal in removed:
            if (found := known.get(removal.fremdschluessel)) is not None:
                # Whatever the delivery says of it later has to undo this first.
                self._gesehen.add(found.id)
        staged: list[dict[str, Any]] = []
        again = [part.fremdschluessel for part in removed]
        zahlen = self._report.count(kind.label) if there else Zahlen()
        for record in there:
            found = None if isinstance(record, _Unveraendert) else known.get(record.fremdschluessel)
            number = record.id if isinstance(record, _Unveraendert) else found.id if found else 0
            fresh = not number or self._gesehen.add(number)
            zahlen.doppelt += not fresh
            if isinstance(record, _Gelesen) and self._differs(record, found):
                staged.append(self._row(record))
            elif fresh:
                zahlen.unveraendert += 1
            else:
                # An earlier record of the delivery said something else; this one counts.
                again.append(record.fremdschluessel)
        importe.unstage(session, self._lauf, kind.art, again)
        importe.stage(session, staged)
        self._stage_gone(session, self._gone(session, kind, removed, known))

    def _differs(self, record: _Gelesen, found: quellsaetze.Bekannt | None) -> bool:
        if found is None or found.entfallen:
            return True
        # An older issue of the list of areas says nothing that a newer one has not overtaken.
        stand = record.entry.stand
        overtaken = self._gebietsliste and stand and found.stand and stand < found.stand
        return found.hash != record.hash and not overtaken

    def _gone(
        self,
        session: Session,
        kind: Kind,
        removed: Iterable[Removal],
        known: Mapping[str, quellsaetze.Bekannt],
    ) -> list[tuple[str, str, str]]:
        gone: list[tuple[str, str, str]] = []
        for removal in removed:
            found = known.get(removal.fremdschluessel)
            if found is None or found.entfallen or self._quelle_id is None:
                continue
            gone += [
                (kind.art, key, about)
                for key, about in quellsaetze.with_prefix(
                    session, self._quelle_id, kind.art, removal.fremdschluessel
                )
            ]
        return gone

    def _row(self, record: _Gelesen) -> dict[str, Any]:
        return {
            "importlauf_id": self._lauf,
            "reihe": ORDER[record.kind.art],
            "art": record.kind.art,
            "fremdschluessel": record.fremdschluessel,
            "schluessel": record.schluessel,
            "nachrang": record.entry.nachrang,
            "stand": record.entry.stand or self.quelle.stand,
            "hash": record.hash,
            "inhalt": record.inhalt,
            "zeile": record.entry.zeile,
            "entfaellt": False,
            "rohsatz": record.rohsatz,
            "teile": record.teile,
        }

    def _stage_gone(self, session: Session, gone: Iterable[tuple[str, str, str]]) -> None:
        importe.stage(
            session,
            [
                {
                    "importlauf_id": self._lauf,
                    "reihe": ORDER[art],
                    "art": art,
                    "fremdschluessel": key,
                    "schluessel": about,
                    "nachrang": 0,
                    "stand": None,
                    "hash": "",
                    "inhalt": "",
                    "zeile": None,
                    "entfaellt": True,
                    "rohsatz": None,
                    "teile": 1,
                }
                for art, key, about in gone
            ],
        )

    def finish(self, *, complete: bool, loss_allowed: bool) -> None:
        """Put aside what a complete delivery no longer has."""
        self._flush()
        if not complete:
            return
        with self._unit() as session:
            missing = self._missing(session)
            if not loss_allowed:
                refuse_loss([(BY_ART[m[0]], m[2]) for m in missing], self._gesehen.je_art)
            for start in range(0, len(missing), BATCH):
                self._stage_gone(session, missing[start : start + BATCH])

    def _missing(self, session: Session) -> list[tuple[str, str, str]]:
        missing: list[tuple[str, str, str]] = []
        if self._quelle_id is not None:
            arten = self._covered(session, self._quelle_id)
            missing = [
                (art, key, about)
                for number, art, key, about in quellsaetze.of_source(
                    session, self._quelle_id, arten
                )
                if number not in self._gesehen
            ]
        if self._gebietsliste and self.quelle.stand is not None:
            # The official list speaks for all areas, whoever named them before.
            for ebene, ars, ags in areas.current_keys(session, self.quelle.stand):
                key = write_key(ebene, ars, ags)
                if key not in self._gebiete:
                    missing.append((_GEBIET, key, key))
        return missing

    def _covered(self, session: Session, quelle_id: int) -> list[str]:
        """The kinds of which a complete delivery has all there are.

        Those it has, and those that came together with one of them before: of a kind that always
        came along nothing may be left. Another format of the same source, or another table of the
        same format, is complete for itself.
        """
        here = {BY_ART[art].label for art in self._gesehen.je_art}
        together = [
            labels for labels in importe.brought(session, quelle_id, self._format) if labels & here
        ]
        covered = here.union(*together)
        return [
            kind.art
            for kind in KINDS
            if kind.label in covered and not (kind.art == _GEBIET and self._gebietsliste)
        ]


def prepare(entry: Entry, rohsatz: int | None = None, parts: int = 1) -> _Gelesen:
    record = entry.record
    kind = BY_RECORD[type(record)]
    schluessel = fit_key(kind.key(record))
    content = _encode(record)
    return _Gelesen(
        kind,
        fit_key(entry.fremdschluessel) if entry.fremdschluessel else schluessel,
        schluessel,
        hashlib.blake2b(content, digest_size=16).hexdigest(),
        content.decode(),
        entry,
        rohsatz,
        parts,
    )


def _head(kopf: XzufiKopfRecord) -> str:
    made = f" vom {kopf.erstellt:%d.%m.%Y %H:%M}" if kopf.erstellt else ""
    who = " ".join(filter(None, (kopf.hersteller, kopf.produkt, kopf.produktversion)))
    return f"XZuFi {kopf.version}{made}{f', geschrieben von {who}' if who else ''}."
