"""What is to be imported, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from importers.recognition import Format
from importers.records import QuelleRecord
from katalog.db import Engine, Lock, alone
from katalog.domain.begriffe import Laufstatus
from katalog.domain.errors import Konflikt
from katalog.intake.report import Befund, Report, Zahlen

LESEN = "Lesen"


@dataclass(frozen=True, slots=True)
class Auftrag:
    """What is to be imported. `vollstaendig` None: as is usual for the format.

    `abruf` brings the records of an interface instead of files; `umrisse` is where outlines go.
    """

    format: Format
    dateien: Sequence[Path]
    today: date
    umrisse: Path
    quelle: str = ""
    titel: str = ""
    vollstaendig: bool | None = None
    verlust_erlaubt: bool = False
    abruf: Callable[[QuelleRecord], Iterable[Any]] | None = None


@dataclass(slots=True)
class Ergebnis:
    lauf: int
    status: Laufstatus
    meldung: str
    zahlen: dict[str, Zahlen]
    befunde: list[Befund] = field(default_factory=list)

    @property
    def total(self) -> Zahlen:
        return Report(self.zahlen).total


@contextmanager
def only_one(engine: Engine) -> Iterator[None]:
    with alone(engine, Lock.IMPORT) as got:
        if not got:
            raise Konflikt(
                "Gerade läuft schon ein Import. Warten Sie, bis er fertig ist, und wiederholen Sie"
                " den Befehl."
            )
        yield
