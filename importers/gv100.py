"""GV100AD, the municipality directory of Destatis with fixed columns (record description GV100AD).

Columns count characters, not bytes: Sorbian names are in it. The Gemeinde (16–18) stands before
the Verband (19–22), while the ARS wants it the other way round. `gebiete` makes areas of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import BinaryIO

from importers.decoding import TextLines
from importers.gebiete import HERAUSGEBER, Satz, Verzeichnis, write_lizenz
from importers.records import Fault, GebietRecord, Hinweis, QuelleRecord, Unlesbar

QUELLE = QuelleRecord(
    kennung="destatis-gv100ad",
    titel="Gemeindeverzeichnis GV100AD",
    art="amtlich",
    herausgeber=HERAUSGEBER,
)

_LENGTH = 220
_DIGITS = re.compile(r"[0-9]+")
_HEAD = re.compile(r"[1-6]0(\d{4})(\d{2})(\d{2})\d{2}")
# Land, RB, Kreis, Verband, Gemeinde as slices; the record description counts from 1.
_KEYS = (slice(10, 12), slice(12, 13), slice(13, 15), slice(18, 22), slice(15, 18))
_KEYS_OF_REGION = (slice(10, 12), slice(12, 13), slice(13, 14))
_PARTS = {"10": 1, "20": 2, "40": 3, "50": 4, "60": 5}


def read(
    name: str, stream: BinaryIO, quelle: QuelleRecord = QUELLE
) -> Iterator[QuelleRecord | GebietRecord | Fault | Hinweis]:
    text = TextLines(stream)
    verzeichnis: Verzeichnis | None = None
    stand = ""
    line = ""
    for number, line in enumerate(text, start=1):
        record = line.rstrip("\r\n\x1a")
        if not record.strip():
            continue
        if verzeichnis is None:
            verzeichnis = _begin(name, record, quelle)
            stand = record[2:10]
            yield verzeichnis.quelle
        if len(record) != _LENGTH and not line.endswith("\n"):
            raise Unlesbar(
                f"„{name}“ endet mitten in Zeile {number}: Der letzte Satz hat {len(record)} statt "
                f"{_LENGTH} Zeichen. Die Datei ist nicht vollständig. Laden Sie sie noch einmal."
            )
        if len(record) > _LENGTH or not _HEAD.match(record):
            yield Fault(
                number,
                "Satz",
                record[:60],
                f"Das ist kein Satz des GV100AD: {len(record)} Zeichen statt {_LENGTH}, oder "
                "Satzart und Gebietsstand fehlen am Anfang.",
                "Laden Sie die Datei noch einmal, ohne sie in einem Programm zu speichern.",
            )
        elif record[2:10] != stand:
            yield Fault(
                number,
                "Gebietsstand",
                record[2:10],
                f"Die Datei beginnt mit dem Gebietsstand {stand}.",
                "Trennen Sie die Ausgaben, und importieren Sie sie nacheinander.",
            )
        else:
            # Some programs cut the blanks at the end of a line.
            yield from verzeichnis.take(_read_satz(number, record.ljust(_LENGTH)))
    if verzeichnis is None:
        raise Unlesbar(f"„{name}“ ist leer. Erwartet wird ein Gemeindeverzeichnis GV100AD.")
    yield from verzeichnis.summary()
    yield Hinweis(None, "Zeichenkodierung", text.encoding, text.reason)


def _begin(name: str, record: str, quelle: QuelleRecord) -> Verzeichnis:
    head = _HEAD.match(record)
    if head is not None:
        try:
            stand = date(int(head[1]), int(head[2]), int(head[3]))
        except ValueError:
            head = None
    if head is None:
        raise Unlesbar(
            f"„{name}“ ist kein Gemeindeverzeichnis GV100AD: Ein Satz beginnt dort mit der Satzart "
            "(10 bis 60), dem Gebietsstand (JJJJMMTT) und dem Schlüssel. Gefunden wurde: "
            f"„{record[:40].strip()}“. Prüfen Sie, ob Sie die richtige Datei und das richtige "
            "Format gewählt haben."
        )
    # It appears in the year of its Gebietsstand; the file itself does not say so.
    lizenz = quelle.lizenz or write_lizenz(str(stand.year))
    return Verzeichnis(replace(quelle, stand=stand, lizenz=lizenz), stand)


def _read_satz(number: int, record: str) -> Satz:
    satzart = record[:2]
    slices = _KEYS_OF_REGION if satzart == "30" else _KEYS[: _PARTS.get(satzart, 1)]
    postal = record[165:170]
    hectares = _read_number(record[128:139])
    return Satz(
        zeile=number,
        satzart=satzart,
        textkennzeichen=record[122:124].strip(),
        schluessel=tuple(record[part].strip() for part in slices),
        name=record[22:72].strip(),
        flaeche_km2=None if hectares is None else hectares / 100,
        einwohner=_read_number(record[139:150]),
        plz=postal if _DIGITS.fullmatch(postal) else "",
    )


def _read_number(text: str) -> int | None:
    """Empty above the level of Gemeinden."""
    digits = text.strip()
    return int(digits) if _DIGITS.fullmatch(digits) else None
