"""The two CSV files of the OZG-Datenbank-NRW: its solutions and its communes.

Which of the two it is shows in the header. Their delimiter may be `|`, `;` or `,`. A solution
whose `leika_id` begins with "keine" has no key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from importers.cells import (
    RowReader,
    address,
    ags,
    at_most,
    digits,
    kennung,
    leistungsschluessel,
    mailbox,
    many,
)
from importers.leika_codes import says_no_key
from importers.records import (
    AntragsstreckeRecord,
    Fault,
    Hinweis,
    KommuneRecord,
    OnlinedienstRecord,
    QuelleRecord,
)
from importers.tables import Column, Row, Table, read_rows

QUELLE = QuelleRecord(
    kennung="ozg-datenbank-nrw", titel="OZG-Datenbank NRW", art="import", herausgeber="KDN"
)

SOLUTIONS = Table(
    title="Lösungen der OZG-Datenbank NRW",
    columns=(
        Column("id", required=True),
        Column("name", required=True),
        Column("leika_id", required=True, width=14),
        Column("fachverfahren", required=True),
    ),
    unused=("artikelnummer", "assistententyp", "identifikationsnummer", "druckvorlage_geeignet"),
)
COMMUNES = Table(
    title="Kommunen der OZG-Datenbank NRW",
    columns=(
        Column("kommune", ("Kommune/Kreis",), required=True),
        Column("ags", required=True, width=8),
        Column("kategorie"),
        Column("kreis", ("Zugehörigkeit Kreis",)),
        Column("plz", width=5),
        Column("ort"),
        Column("strasse"),
        Column("internet"),
        Column("e_mail", ("E-Mail",)),
        Column("reg_bez", ("Reg-Bez",)),
    ),
)

# Solutions there are made or run by municipal providers; the file itself does not say more.
ART = "kommunal"

_plz = digits("Eine Postleitzahl", "48231", 5)
_WITHOUT_SCHEME = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:/\S*)?")

Outcome = QuelleRecord | OnlinedienstRecord | KommuneRecord | Fault | Hinweis


def read(name: str, stream: BinaryIO, quelle: QuelleRecord = QUELLE) -> Iterator[Outcome]:
    yield quelle
    seen: dict[str, int] = {}
    for row in read_rows(name, stream, SOLUTIONS, COMMUNES):
        if not isinstance(row, Row):
            yield row
            continue
        cells = RowReader(row)
        record: OnlinedienstRecord | KommuneRecord
        if row.table == SOLUTIONS.title:
            record = _read_solution(cells, quelle.kennung)
            key, column = record.kennung, "id"
        else:
            record = _read_commune(cells, quelle.kennung)
            key, column = record.ags, "ags"
        first = seen.setdefault(key, row.number)
        if key and first != row.number:
            cells.report(
                column, f"Dieser Wert steht schon in Zeile {first}.", "Löschen Sie eine der Zeilen."
            )
        if cells.faults:
            yield from cells.faults
        else:
            yield record


def _read_solution(cells: RowReader, quelle: str) -> OnlinedienstRecord:
    nothing: tuple[str, ...] = ()
    title = cells.need("name", at_most(300), "")
    number = cells.need("id", kennung, "")
    keys = cells.take("leika_id", _read_keys, nothing)
    return OnlinedienstRecord(
        quelle=quelle,
        kennung=f"kdn-{number}" if number else "",
        name=title,
        art=ART,
        fachverfahren=cells.take("fachverfahren", many(at_most(200), "|,;"), nothing),
        antragsstrecken=tuple(
            AntragsstreckeRecord(name="" if key else title, leistungsschluessel=key) for key in keys
        ),
    )


def _read_commune(cells: RowReader, quelle: str) -> KommuneRecord:
    return KommuneRecord(
        quelle=quelle,
        ags=cells.need("ags", ags, ""),
        name=cells.need("kommune", at_most(200), ""),
        art=cells.take("kategorie", at_most(100), ""),
        kreis=cells.take("kreis", at_most(200), ""),
        regierungsbezirk=cells.take("reg_bez", at_most(100), ""),
        plz=cells.take("plz", _plz, ""),
        ort=cells.take("ort", at_most(200), ""),
        strasse=cells.take("strasse", at_most(200), ""),
        website=cells.take("internet", _website, ""),
        funktionspostfach=cells.take("e_mail", mailbox, ""),
    )


def _read_keys(text: str) -> tuple[str, ...]:
    """ "keine, wird beantragt" is one statement, not a list."""
    return ("",) if says_no_key(text) else many(leistungsschluessel, ",;|")(text)


def _website(text: str) -> str:
    """The file has "www.stadt.example" as well as whole addresses."""
    return address(f"https://{text}" if _WITHOUT_SCHEME.fullmatch(text) else text)
