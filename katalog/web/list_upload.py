"""A list that somebody hands in: read within limits, carried from the report to the taking over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from importers.listen import Zeile
from importers.records import Fault, Hinweis, Unlesbar
from katalog.ausgabe.arbeitsliste import write_refused
from katalog.ausgabe.felder import Gegenstand
from katalog.domain.errors import UngueltigeEingabe
from katalog.web.page import Download, View
from katalog.web.uploads import Upload, unpack

T = TypeVar("T")
G = TypeVar("G")

_LARGEST_FILE = 1024 * 1024
# The file, packed again, and what goes around it.
LARGEST_FORM = 2 * _LARGEST_FILE
MOST_ROWS = 1_000
NO_FILE = "Wählen Sie zuerst eine Datei aus."


def carried(view: View) -> Upload:
    return unpack(view.form.last("name"), view.form.last("datei"), _LARGEST_FILE)


def read_upload(
    upload: Upload,
    read_lines: Callable[[str, bytes, int], tuple[list[Zeile[T]], list[Hinweis]]],
) -> list[Zeile[T]]:
    if len(upload.data) > _LARGEST_FILE:
        raise UngueltigeEingabe(
            "datei",
            upload.name,
            f"Die Datei ist größer als {_LARGEST_FILE // 1024 // 1024} MB. "
            "Teilen Sie die Liste auf.",
        )
    try:
        zeilen, _ = read_lines(upload.name, upload.data, MOST_ROWS)
    except Unlesbar as error:
        raise UngueltigeEingabe("datei", upload.name, str(error)) from error
    if not zeilen:
        raise UngueltigeEingabe(
            "datei", upload.name, f"„{upload.name}“ hat eine Kopfzeile, aber keine Zeile darunter."
        )
    return zeilen


def refused_file(
    gegenstand: Gegenstand[G], rows: Iterable[tuple[Zeile[T], tuple[Fault, ...]]]
) -> Download:
    lines = [
        (zeile.nummer, zeile.werte, "; ".join(map(describe, faults))) for zeile, faults in rows
    ]
    name = f"{gegenstand.datei}-fehler.csv"
    return Download(name, "text/csv", write_refused(gegenstand, lines))


def describe(fault: Fault) -> str:
    """Cause and remedy in one text."""
    return f"{fault.stelle}: {fault.ursache} {fault.abhilfe}".strip()
