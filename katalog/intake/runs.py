"""One import from beginning to end: read and put aside, then take over in short batches.

Until everything is read, nothing in the catalogue has changed, so a broken file changes nothing.
From then on the work lies in the database: each batch takes over its part and strikes it off the
list in one transaction, and whoever comes next goes on where a killed process stopped. One
process imports at a time; readers and other writers go on between the batches.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial

from importers.opening import open_sources, weigh
from importers.recognition import Format, format_of
from importers.records import Hinweis, QuelleRecord, Unlesbar
from katalog.db import DatabaseRefusal, Engine, trying, writing
from katalog.domain.begriffe import Laufstatus
from katalog.domain.errors import KatalogFehler, UngueltigeEingabe
from katalog.intake import register
from katalog.intake.auftrag import LESEN, Auftrag, Ergebnis, only_one
from katalog.intake.directory import Directory
from katalog.intake.findings import Written
from katalog.intake.formats import LIEFERARTEN, Lieferart
from katalog.intake.outlines import import_outlines
from katalog.intake.report import Zahlen, of_reader
from katalog.intake.staging import Staging, Unit
from katalog.intake.takeover import Progress, Refused, TakeOver
from katalog.models.grundlage import now
from katalog.queries import importe

_EMPTY = "In den Dateien steht kein Datensatz. Am Bestand hat sich nichts geändert."
_REFUSED_BY_DATABASE = (
    "Die Datenbank hat einen Datensatz abgelehnt, weil er einem anderen widerspricht. Was vorher"
    " übernommen war, bleibt; der Rest nicht. Lesen Sie die Lieferung berichtigt noch einmal ein."
)
_REFUSED_LATER = "Eine Zeile passt nicht mehr zum Bestand; es wurde nichts übernommen."


def import_files(
    engine: Engine, auftrag: Auftrag, progress: Progress, *, probe: bool = False
) -> Ergebnis:
    """Do it, or with `probe` find out what it would do."""
    if auftrag.format is Format.VG250:
        return import_outlines(engine, auftrag, progress, probe=probe)
    lieferart = LIEFERARTEN.get(auftrag.format)
    if lieferart is None:
        raise UngueltigeEingabe("format", auftrag.format, f"„{auftrag.format}“ ist kein Format.")
    with only_one(engine), _seldom_collecting():
        if probe:
            with trying(engine) as unit:
                return _Run(unit, auftrag, lieferart, progress, keep_all=True).run()
        finish_interrupted(engine, auftrag.today, progress)
        return _Run(partial(writing, engine), auftrag, lieferart, progress).run()


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Records come and go by the thousand, and none of them points in a circle.

    Python would look for circles after every seven hundred new objects, and spend a tenth of the
    whole import on finding none.
    """
    young, middle, old = gc.get_threshold()
    gc.set_threshold(100 * young, middle, old)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)


def finish_interrupted(engine: Engine, today: date, progress: Progress) -> list[int]:
    """What a killed process left: half-read runs are given up, read ones are brought to an end."""
    unit: Unit = partial(writing, engine)
    with unit() as session:
        left = importe.unfinished(session)
        for lauf in left:
            if lauf.gelesen_am is None:
                message = "Beim Lesen unterbrochen; am Bestand hat sich nichts geändert."
                importe.end(session, lauf.id, Laufstatus.ABGEBROCHEN, message)
    finished = []
    for lauf in left:
        if lauf.gelesen_am is not None and lauf.quelle_id is not None:
            written = Written(lauf.id, {k: Zahlen(**v) for k, v in lauf.zahlen.items()})
            lieferart = LIEFERARTEN[format_of(lauf.format)]
            taking = TakeOver(unit, lauf.id, lauf.quelle_id, lieferart, today, written, progress)
            try:
                taking.run()
            except (Refused, DatabaseRefusal) as fault:
                meldung = _REFUSED_LATER if isinstance(fault, Refused) else _REFUSED_BY_DATABASE
                with unit() as session:
                    importe.end(session, lauf.id, Laufstatus.ABGEBROCHEN, meldung)
            finished.append(lauf.id)
    return finished


class _Run:
    def __init__(
        self,
        unit: Unit,
        auftrag: Auftrag,
        lieferart: Lieferart,
        progress: Progress,
        *,
        keep_all: bool = False,
    ) -> None:
        self._unit = unit
        self._auftrag = auftrag
        self._lieferart = lieferart
        self._progress = progress
        self._complete = (
            lieferart.complete if auftrag.vollstaendig is None else auftrag.vollstaendig
        )
        self._new_sources: list[str] = []
        names = [str(path) for path in auftrag.dateien]
        with unit() as session:
            self._lauf = importe.begin(session, auftrag.format, names, self._complete)
        self._written = Written(self._lauf, {}, keep_all=keep_all)

    def run(self) -> Ergebnis:
        try:
            staging = self._stage()
        except (Unlesbar, KatalogFehler) as fault:
            meldung = fault.meldung if isinstance(fault, KatalogFehler) else str(fault)
            self._give_up(meldung)
            return self._result(Laufstatus.ABGEBROCHEN, meldung)
        except BaseException:
            self._give_up("Beim Lesen abgebrochen; am Bestand hat sich nichts geändert.")
            raise
        if self._lieferart.whole and self._written.report.total.abgelehnt:
            return self._refuse_whole()
        quelle_id = self._settle(staging)
        taking = TakeOver(
            self._unit, self._lauf, quelle_id, self._lieferart, self._auftrag.today, self._written,
            self._progress,
        )  # fmt: skip
        try:
            meldung = taking.run()
        except Refused:
            return self._refuse_whole()
        except DatabaseRefusal:
            # Left open, every later import would take it up again first and fail alike.
            self._give_up(_REFUSED_BY_DATABASE)
            return self._result(Laufstatus.ABGEBROCHEN, _REFUSED_BY_DATABASE)
        return self._result(Laufstatus.FERTIG, meldung)

    def _result(self, status: Laufstatus, meldung: str) -> Ergebnis:
        report = self._written.report
        return Ergebnis(self._lauf, status, meldung, report.zahlen, self._written.kept)

    def _give_up(self, meldung: str) -> None:
        with self._unit() as session:
            self._written.write(session)
            importe.end(session, self._lauf, Laufstatus.ABGEBROCHEN, meldung)

    def _refuse_whole(self) -> Ergebnis:
        count = self._written.report.total.abgelehnt
        meldung = (
            f"{count} {'Zeile ist' if count == 1 else 'Zeilen sind'} fehlerhaft. Eine solche Liste"
            " wird nur ganz übernommen: Berichtigen Sie die genannten Zeilen, und lesen Sie die"
            " Datei noch einmal ein. Am Bestand hat sich nichts geändert."
        )
        self._give_up(meldung)
        with self._unit() as session:
            importe.forget_sources(session, self._lauf, self._new_sources)
        return self._result(Laufstatus.ABGEBROCHEN, meldung)

    def _stage(self) -> Staging:
        auftrag, lieferart = self._auftrag, self._lieferart
        quelle = self._named(lieferart.default_source())
        staging = Staging(
            self._unit, self._lauf, quelle, self._written.report, auftrag.format,
            gebietsliste=lieferart.area_list,
        )  # fmt: skip
        if auftrag.abruf is not None:
            staging.read(quelle.titel, auftrag.abruf(quelle))
        else:
            self._read_files(staging, quelle)
        if not staging.gelesen and not self._written.report.total.abgelehnt and self._complete:
            raise Unlesbar(_EMPTY)
        staging.finish(complete=self._complete, loss_allowed=auftrag.verlust_erlaubt)
        return staging

    def _read_files(self, staging: Staging, quelle: QuelleRecord) -> None:
        auftrag, lieferart = self._auftrag, self._lieferart
        total = weigh(auftrag.dateien)
        read = 0

        def on_bytes(count: int) -> None:
            nonlocal read
            read += count
            self._progress(LESEN, min(read, total), total)

        def tell(hint: Hinweis) -> None:
            self._written.report.say(of_reader(hint, "Dateien"))

        sources = open_sources(
            auftrag.dateien, suffixes=lieferart.suffixes, tell=tell, on_bytes=on_bytes
        )
        for name, stream in sources:
            staging.read(name, lieferart.read(name, stream, quelle, staging.knows))
        self._progress(LESEN, total, total)

    def _named(self, quelle: QuelleRecord) -> QuelleRecord:
        """The source under the name it was given, with the title it may have got before."""
        if not self._auftrag.quelle:
            return quelle
        titel = self._auftrag.titel or f"{quelle.titel} ({self._auftrag.quelle})"
        return replace(quelle, kennung=self._auftrag.quelle, titel=titel)

    def _settle(self, staging: Staging) -> int:
        """From here on the run goes forward only: the sources are known, the work is listed."""
        with self._unit() as session:
            to = Directory(session, self._auftrag.today)
            sources = list(staging.quellen.values())
            for record in sources:
                known = importe.find_quelle(session, record.kennung)
                if known is None:
                    self._new_sources.append(record.kennung)
                if known and known[2] and (record.stand is None or record.stand < known[2]):
                    # An older file of the same source does not make the source older.
                    sources[sources.index(record)] = replace(record, stand=known[2])
            register.write_quellen(to, sources)
            for record in sources:
                if (fault := to.refused.get(id(record))) is not None:
                    raise UngueltigeEingabe("quelle", record.kennung, str(fault))
            found = importe.find_quelle(session, staging.quelle.kennung)
            assert found is not None
            importe.note(session, self._lauf, quelle_id=found[0], gelesen_am=now())
            self._written.write(session)
        return found[0]
