"""Small official files as their publishers write them, handed to the import one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from importers.recognition import Format
from katalog.db import Engine, reading
from katalog.domain.begriffe import Befundart, Gebietsebene, Laufstatus
from katalog.intake.auftrag import Auftrag, Ergebnis
from katalog.intake.runs import import_files
from katalog.models.quellen import Pruefergebnis
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from tests.builders import Rows, read_every_row
from tests.importing import TODAY, nothing_shown
from tests.unit.test_import_gv import HEADER, LOWER, UPPER, gv100_file, satz, workbook

# Day of the boundaries, which the file names, and the rows below it.
Line = list[Any]
_RUNS = {"importlauf", "importsatz", "pruefergebnis"}
_PARTS = {"10": 1, "20": 2, "40": 3, "50": 4, "60": 5}


# The list of municipalities -----------------------------------------------------------------------


def area(art: str, key: str, name: str, *, kind: str = "", people: int | None = None) -> Line:
    """A row of the workbook: `art` is the Satzart, `key` the ARS as far as it goes."""
    digits = [key[0:2], key[2:3], key[3:5], key[5:9], key[9:12]]
    keys = [part if place < _PARTS[art] else None for place, part in enumerate(digits)]
    postal = "37318" if art == "60" else None
    return [art, kind, *keys, name, 10.5 if people else None, people, *[None] * 3, postal]


def town(key: str, name: str, *, kind: str = "64", people: int | None = 900) -> Line:
    return area("60", key, name, kind=kind, people=people)


def write_gv(stand: date, rows: Iterable[Line]) -> bytes:
    title = f"Onlineprodukt_Gemeinden{stand:%d%m%Y}"
    cover = [["     Statistisches Bundesamt (Destatis), 2025"]]
    return workbook(**{"Inhalt": cover, title: [*HEADER, *rows]}).getvalue()


def write_gv100(stand: date, rows: Iterable[Line]) -> bytes:
    """The same rows in the edition with fixed columns, where the Gemeinde precedes the Verband."""
    lines = []
    for art, kind, land, rb, kreis, verband, gemeinde, name, *_ in rows:
        key = "".join(part or "" for part in (land, rb, kreis, gemeinde))
        line = satz(art, key, name, verband=verband or "", kind=kind)
        lines.append(line.replace("20211130", f"{stand:%Y%m%d}", 1))
    return gv100_file(*lines)


# The list of changes ------------------------------------------------------------------------------


def change(
    kind: str,
    old: tuple[str, str],
    new: tuple[str, str] | None,
    on: date,
    *,
    number: str = "16/2024/0001-R",
    unit: str = "Gemeinde",
) -> Line:
    """`old` and `new` are ARS (cut after the level) and name; only municipalities have an AGS."""
    sides: list[Any] = []
    for side in (old, new or ("", "")):
        ars, name = side
        ags = ars[:5] + ars[9:] if unit == "Gemeinde" and ars else None
        sides.append([ars or None, ags, name or None])
    return [
        number,
        unit,
        *sides[0],
        kind,
        None,
        None,
        *sides[1],
        f"{on:%d.%m.%Y}",
        f"{on:%d.%m.%Y}",
    ]


def write_changes(rows: Iterable[Line]) -> bytes:
    title = ["Gebietsänderungen vom 01.01. - 31.12.2024"]
    return workbook(Gebietsaenderungen=[title, UPPER, LOWER, [], *rows]).getvalue()


# Handed in ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Deliveries:
    """Each is a file of its own, so that none can lean on the name of another."""

    engine: Engine
    folder: Path
    today: date = TODAY
    count: int = 0

    def take(self, kind: Format, content: bytes | str, suffix: str, **options: Any) -> Ergebnis:
        self.count += 1
        path = self.folder / f"lieferung-{self.count}{suffix}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        auftrag = Auftrag(kind, [path], self.today, self.folder / "umrisse", **options)
        return import_files(self.engine, auftrag, nothing_shown)

    def gv(self, stand: date, rows: Iterable[Line]) -> Ergebnis:
        return self.done(self.take(Format.GV, write_gv(stand, rows), ".xlsx"))

    def areas(self, stand: date, rows: Iterable[Line]) -> Ergebnis:
        """The list in the edition with fixed columns, which is written and read much faster."""
        return self.done(self.take(Format.GV100, write_gv100(stand, rows), ".asc"))

    def changes(self, *rows: Line) -> Ergebnis:
        return self.done(self.take(Format.GV_AENDERUNGEN, write_changes(rows), ".xlsx"))

    def table(self, kind: Format, *lines: str, **options: Any) -> Ergebnis:
        return self.take(kind, "\n".join((*lines, "")), ".csv", **options)

    def done(self, ergebnis: Ergebnis) -> Ergebnis:
        assert ergebnis.status is Laufstatus.FERTIG, ergebnis.meldung
        return ergebnis


# What came of it ----------------------------------------------------------------------------------


def numbers(ergebnis: Ergebnis) -> tuple[int, int, int, int, int]:
    total = ergebnis.total
    return total.neu, total.geaendert, total.unveraendert, total.entfallen, total.abgelehnt


def read_all(engine: Engine) -> Rows:
    """Every row of every table, but for those that tell of runs and therefore grow with each."""
    with reading(engine) as session:
        rows = read_every_row(session.connection())
    return {name: table for name, table in rows.items() if name not in _RUNS}


def findings(engine: Engine, ergebnis: Ergebnis, art: Befundart) -> list[Pruefergebnis]:
    with reading(engine) as session:
        statement = (
            select(Pruefergebnis)
            .where(col(Pruefergebnis.importlauf_id) == ergebnis.lauf, col(Pruefergebnis.art) == art)
            .order_by(col(Pruefergebnis.id))
        )
        return list(session.scalars(statement))


def areas_of(engine: Engine, ebene: Gebietsebene = Gebietsebene.GEMEINDE) -> Sequence[Gebiet]:
    with reading(engine) as session:
        statement = (
            select(Gebiet)
            .where(col(Gebiet.ebene) == ebene)
            .order_by(col(Gebiet.ars), col(Gebiet.gueltig_ab))
        )
        return session.scalars(statement).all()


def find_area(engine: Engine, name: str, ebene: Gebietsebene = Gebietsebene.GEMEINDE) -> Gebiet:
    (found,) = (gebiet for gebiet in areas_of(engine, ebene) if gebiet.name == name)
    return found


def find_body(engine: Engine, gebiet: Gebiet) -> Stelle:
    with reading(engine) as session:
        return session.scalars(select(Stelle).where(col(Stelle.gebiet_id) == gebiet.id)).one()
