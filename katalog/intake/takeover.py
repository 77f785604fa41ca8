"""The second half of a run: from the list of what is to be done to the catalogue, in batches.

Each batch takes over its part and strikes it off the list in one transaction, so that whoever
comes next goes on where a killed process stopped.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from datetime import date

from katalog.db import Session, one_writer
from katalog.domain.begriffe import Befundart, Laufstatus
from katalog.intake.applying import Lieferung, Vorgemerkt, apply
from katalog.intake.directory import Directory
from katalog.intake.findings import Written
from katalog.intake.formats import Lieferart
from katalog.intake.kinds import BY_ART, KINDS
from katalog.intake.report import Befund, Report
from katalog.intake.staging import BATCH, Unit
from katalog.queries import areas, importe, quellsaetze
from katalog.queries.online import match_finds

Progress = Callable[[str, int, int], None]

UEBERNEHMEN = "Übernehmen"
# SQLite gives the next turn to whoever asks first, and one that waits asks every tenth of a second:
# without a pause of that length others would wait to the end of the import.
_TURN, _PAUSE = 2.0, 0.1
_RETRIED = 5_000
_OPEN_AREAS = 1_000


class Refused(Exception):
    """A delivery that is taken over as a whole or not at all has a row that does not fit."""


class TakeOver:
    """The second half of a run: from the list of what is to be done to the catalogue."""

    def __init__(
        self,
        unit: Unit,
        lauf: int,
        quelle_id: int,
        lieferart: Lieferart,
        today: date,
        written: Written,
        progress: Progress,
    ) -> None:
        self._unit = unit
        self._lauf = lauf
        self._lieferart = lieferart
        self._today = today
        self._written = written
        self._progress = progress
        with unit() as session:
            _, art, stand = importe.source_of(session, quelle_id)
            self._lieferung = Lieferung(quelle_id, art, importe.arts_of_sources(session))
            self._total = importe.count_staged(session, lauf)
            self._to = Directory(session, today, quelle_id)
        self._to.stand = stand
        self._done = 0

    def run(self) -> str:
        report = self._written.report
        if self._lieferart.whole:
            with self._unit() as session:
                while self._batch(session):
                    pass
                if report.total.abgelehnt:
                    self._written.take_back()
                    raise Refused
        else:
            paused = 0.0
            while True:
                with self._unit() as session:
                    if not self._batch(session):
                        break
                    waits = one_writer(session)
                more = self._done < self._total
                if waits and more and time.monotonic() - paused > _TURN:
                    time.sleep(_PAUSE)
                    paused = time.monotonic()
        self._retry()
        with self._unit() as session:
            match_finds(session)
            if self._lieferart.area_list or self._lieferart.module == "gv_aenderungen":
                self._name_open_areas(session)
            message = self._written.message
            self._written.write(session)
            importe.end(session, self._lauf, Laufstatus.FERTIG, message)
        return message

    def _batch(self, session: Session) -> bool:
        rows = importe.next_batch(session, self._lauf, BATCH)
        if not rows:
            return False
        kind = BY_ART[rows[0].art]
        batch = [Vorgemerkt(*row[3:]) for row in rows]
        self._to.session = session
        apply(self._to, self._lieferung, kind, batch, self._written.report)
        importe.done(session, self._lauf, rows[0].reihe, (rows[-1].schluessel, rows[-1].id))
        if not self._lieferart.whole:
            # Of a delivery that may still be refused as a whole they are needed after that, too.
            self._written.write(session)
        self._done += len(rows)
        self._progress(UEBERNEHMEN, self._done, self._total)
        return True

    def _retry(self) -> None:
        """Records of earlier imports that waited for something this one may have brought."""
        with self._unit() as session:
            waiting = quellsaetze.waiting(session, [kind.art for kind in KINDS], _RETRIED)
        groups: dict[tuple[str, int], list[quellsaetze.Wartend]] = {}
        for satz in waiting:
            groups.setdefault((satz.art, satz.quelle_id), []).append(satz)
        taken = 0
        for kind in KINDS:
            for (art, quelle_id), group in groups.items():
                if art == kind.art:
                    taken += self._retry_group(quelle_id, art, group)
        if taken:
            text = f"{taken} Datensätze aus früheren Importen wurden nachgeholt."
            self._written.report.say(Befund(Befundart.HINWEIS, ursache=text))

    def _retry_group(self, quelle_id: int, art: str, group: Sequence[quellsaetze.Wartend]) -> int:
        batch = [
            Vorgemerkt(
                s.fremdschluessel, s.schluessel, s.nachrang, s.stand,
                hashlib.blake2b(s.inhalt.encode(), digest_size=16).hexdigest(), s.inhalt,
            )
            for s in group
        ]  # fmt: skip
        quietly = Report()
        with self._unit() as session:
            _, trust, stand = importe.source_of(session, quelle_id)
            to = Directory(session, self._today, quelle_id)
            to.stand = stand
            lieferung = Lieferung(quelle_id, trust, self._lieferung.cited)
            refused = apply(to, lieferung, BY_ART[art], batch, quietly)
        still = sum(b.art is Befundart.HINWEIS and bool(b.abhilfe) for b in quietly.befunde)
        return len(batch) - refused - min(still, len(batch) - refused)

    def _name_open_areas(self, session: Session) -> None:
        vanished = areas.without_successor(session)
        for gebiet in vanished[:_OPEN_AREAS]:
            self._written.report.say(
                Befund(
                    Befundart.HINWEIS,
                    f"{gebiet.ebene.capitalize()} {gebiet.name} ({gebiet.ags or gebiet.ars})",
                    ursache=(
                        f"Steht seit {gebiet.gueltig_bis:%d.%m.%Y} nicht mehr im Verzeichnis; was"
                        " daraus wurde, sagt keine der eingelesenen Dateien."
                    ),
                    abhilfe=(
                        "Lesen Sie die Gebietsänderungen der fehlenden Jahre ein (katalog import"
                        " gv-aenderungen)."
                    ),
                )
            )
        if vanished:
            text = f"{len(vanished)} entfallene Gebiete ohne bekannte Nachfolge."
            self._written.report.say(Befund(Befundart.HINWEIS, ursache=text))
