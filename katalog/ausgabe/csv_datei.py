"""CSV as spreadsheets of German offices open it, and as programs read it without guessing.

Semicolons, UTF-8 with a mark, CRLF. Texts stand in quotes and numbers do not, so that a line
that begins with # is never a row. In front of the column titles are six such lines, always six:
a program skips them by number or by their sign, a person reads them in the first column.

A cell that begins like a formula would be run where the file is opened (ASVS 1.2.10). It gets an
apostrophe in front, and so does a cell that looks as if it had got one: taking one apostrophe
away from whatever `_RUNS` matches behind it gives back every text as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo

from katalog.ausgabe.felder import Gegenstand, T, Wert, as_text
from katalog.ausgabe.kopf import Batches, Kopf, Pieces, describe

# Blanks and quotes in front do not keep every program from running what follows. The wide forms
# are the same signs to a spreadsheet with East Asian input.
_RUNS = re.compile(r"[\s'\"]*[=+\-@＝＋－＠\0]|'*[\t\r\n]")
_MARK = b"\xef\xbb\xbf"


def write_csv(gegenstand: Gegenstand[T], kopf: Kopf, batches: Batches[T]) -> Pieces:
    zone = kopf.erstellt.tzinfo
    yield _MARK + "".join(f"# {_one_cell(line)}\r\n" for line in _about(kopf)).encode()
    yield _lines([[feld.titel for feld in gegenstand.felder]], zone)
    for rows in batches:
        yield _lines((gegenstand.satz(row, kopf.basis_url).values() for row in rows), zone)


def csv_pieces(head: Sequence[str], batches: Iterable[Sequence[Sequence[Wert]]]) -> Iterator[bytes]:
    """A plain table. One piece for each batch: a long file needs no more memory than a short."""
    yield _MARK + _lines([head])
    for rows in batches:
        yield _lines(rows)


def harmless(text: str) -> str:
    return f"'{text}" if _RUNS.match(text) else text


def _about(kopf: Kopf) -> tuple[str, ...]:
    return (
        f"{kopf.titel} – {kopf.herausgeber}",
        f"Auswahl: {kopf.auswahl_text}",
        f"Adresse: {kopf.adresse}",
        f"Erstellt: {kopf.erstellt.isoformat(timespec='seconds')}",
        f"Zeilen: {kopf.gesamt}",
        f"Quellen: {', '.join(map(describe, kopf.quellen)) or 'keine'}",
    )


def _one_cell(line: str) -> str:
    """Neither a separator nor a quote may end the cell, nor a line break the line."""
    return " ".join(line.split()).replace(";", ",").replace('"', "'")


def _lines(rows: Iterable[Iterable[Wert]], zone: tzinfo | None = None) -> bytes:
    return "".join(f"{';'.join(_cell(wert, zone) for wert in row)}\r\n" for row in rows).encode()


def _cell(wert: Wert, zone: tzinfo | None) -> str:
    match wert:
        case None:
            return ""
        case int() if not isinstance(wert, bool):
            return str(wert)
        case float():
            return str(wert).replace(".", ",")
        case datetime():
            return f'"{wert.astimezone(zone):%Y-%m-%d %H:%M:%S}"'
    return '"{}"'.format(harmless(as_text(wert)).replace('"', '""'))
