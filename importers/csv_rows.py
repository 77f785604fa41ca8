"""Lines of a CSV file as numbered rows of cells, whatever is wrong with their quotes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from importers.records import Unlesbar
from importers.xlsx import MAX_COLUMNS, Value

DELIMITERS = (";", ",", "|", "\t")


@dataclass(frozen=True, slots=True)
class Broken:
    """A line whose quotes cannot be understood."""

    reason: str


Cells: TypeAlias = Sequence[Value] | Broken


def parse_leniently(lines: Iterable[str], delimiter: str) -> Iterator[list[Value]]:
    """To see what a file is: a line that cannot be understood is an empty one."""
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            yield list(next(reader))
        except StopIteration:
            return
        except csv.Error:
            yield []


class CsvRows:
    """Numbered rows of a CSV file; blank lines and quoted line ends keep the numbers right."""

    def __init__(self, name: str, lines: Iterable[str], delimiter: str) -> None:
        self._name = name
        self._lines = lines
        self._reader = csv.reader(self._watch(), delimiter=delimiter, strict=True)
        self.number = 0
        self.width = 0
        self.ends_within_line = False

    def _watch(self) -> Iterator[str]:
        for line in self._lines:
            self.ends_within_line = not line.endswith(("\n", "\r"))
            yield line

    def __iter__(self) -> Iterator[tuple[int, Cells]]:
        while True:
            number = self._reader.line_num + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield number, self._explain(number, error)
                continue
            self.number = number
            self.width = len(cells)
            if self.width > MAX_COLUMNS:
                raise Unlesbar(
                    f"Zeile {number} in „{self._name}“ hat {self.width} Spalten; erlaubt sind "
                    f"{MAX_COLUMNS}. Prüfen Sie, ob Sie die richtige Datei gewählt haben."
                )
            yield number, cells

    def _explain(self, number: int, error: csv.Error) -> Broken:
        if "end of data" in str(error) or "field limit" in str(error):
            raise Unlesbar(
                f"In „{self._name}“ beginnt in Zeile {number} ein Feld mit einem "
                "Anführungszeichen, das nicht geschlossen wird. Ergänzen Sie das schließende "
                "Anführungszeichen, oder laden Sie die Datei noch einmal."
            ) from error
        return Broken("Ein Anführungszeichen oder Zeilenumbruch steht an unerlaubter Stelle.")
