"""Findings and counts of a run on their way into the database."""

from __future__ import annotations

from collections import Counter

from katalog.db import Session
from katalog.domain.begriffe import Befundart
from katalog.intake.report import Befund, Report, Zahlen
from katalog.queries import importe

_SHOWN_NEW, _SHOWN_OTHERS = 1_000, 20_000


class Written:
    """Kept up to a number that a person can still read, or all of them for a trial."""

    def __init__(self, lauf: int, zahlen: dict[str, Zahlen], *, keep_all: bool = False) -> None:
        self.report = Report(zahlen, tell=self._take, wants=self._wants)
        self.kept: list[Befund] = []
        self._all = keep_all
        self._lauf = lauf
        self._waiting: list[Befund] = []
        self._count: Counter[Befundart] = Counter()

    def _wants(self, art: Befundart) -> bool:
        limit = _SHOWN_NEW if art is Befundart.NEU else _SHOWN_OTHERS
        return self._all or self._count[art] < limit

    def _take(self, befund: Befund) -> None:
        if not self._wants(befund.art):
            self.report.unsaid += 1
            return
        self._count[befund.art] += 1
        (self.kept if self._all else self._waiting).append(befund)

    def take_back(self) -> None:
        """Nothing was taken over after all: what remains is why."""
        reasons = (Befundart.ABGELEHNT, Befundart.HINWEIS)
        self._waiting = [befund for befund in self._waiting if befund.art in reasons]
        for zahlen in self.report.zahlen.values():
            zahlen.neu = zahlen.geaendert = zahlen.entfallen = 0

    def write(self, session: Session) -> None:
        waiting, self._waiting = self._waiting, []
        importe.add_findings(session, self._lauf, [befund.row() for befund in waiting])
        importe.note(
            session,
            self._lauf,
            zahlen={label: z.as_dict() for label, z in self.report.zahlen.items()},
        )

    @property
    def message(self) -> str:
        count = self.report.unsaid
        if not count:
            return ""
        return (
            f"{count} weitere Befunde sind gezählt, aber nicht einzeln gespeichert;"
            " „katalog import … --dry-run --json“ nennt sie alle."
        )
