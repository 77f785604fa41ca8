"""Findings and counts of a run on their way into the database."""

from __future__ import annotations

from katalog.db import Session
from katalog.domain.begriffe import Befundart
from katalog.intake.report import Befund, Report, Zahlen
from katalog.queries import importe

_SHOWN_NEW, _SHOWN_OTHERS = 1_000, 20_000


class Written:
    """Findings on their way into the database, up to a number that a person can still read."""

    def __init__(self, lauf: int, zahlen: dict[str, Zahlen], *, keep_all: bool = False):
        self.report = Report(zahlen, tell=self._take)
        self.kept: list[Befund] = []
        self._all = keep_all
        self._lauf = lauf
        self._waiting: list[Befund] = []
        self._count: dict[Befundart, int] = {}
        self.left_out = 0

    def _take(self, befund: Befund) -> None:
        count = self._count[befund.art] = self._count.get(befund.art, 0) + 1
        limit = _SHOWN_NEW if befund.art is Befundart.NEU else _SHOWN_OTHERS
        if self._all:
            self.kept.append(befund)
        elif count <= limit:
            self._waiting.append(befund)
        else:
            self.left_out += 1

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
        if not self.left_out:
            return ""
        return (
            f"{self.left_out} weitere Befunde sind gezählt, aber nicht einzeln gespeichert;"
            " „katalog import … --dry-run --json“ nennt sie alle."
        )
