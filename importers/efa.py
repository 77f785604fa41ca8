"""The profile `efa`: offerings for reuse, one row each, as CSV or XLSX.

There is no public list of EfA services, so this is the portal's own. Bodies and platforms may be
named by their `kennung` or by their name; a name makes a new entry. What holds only for one Land
(ministry, pilots) belongs to the offer of its coordinating body and needs the column for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import BinaryIO

from importers.cells import (
    RowReader,
    address,
    ars,
    at_most,
    kennung,
    land,
    leistungsschluessel,
    many,
    one_of,
    ozg_id,
    partial_day,
    to_kennung,
)
from importers.ozg import themenfeld
from importers.records import (
    AntragsstreckeRecord,
    Fault,
    Hinweis,
    LandesangebotRecord,
    OnlinedienstRecord,
    PlattformRecord,
    QuelleRecord,
    StelleRecord,
    VerweisRecord,
)
from importers.tables import Column, Kind, Row, Table, fold, read_rows

QUELLE = QuelleRecord(kennung="efa-liste", titel="Liste von EfA-Angeboten", art="import")

TABLE = Table(
    title="EfA-Angebote (Profil efa)",
    columns=(
        Column("kennung", ("efa_id",), required=True),
        Column("name", ("bezeichnung",), required=True),
        Column("art"),
        Column("status"),
        Column("ozg_id", ("ozg_ids",), width=5),
        Column("leistungsschluessel", ("leika_schluessel", "LeiKa-ID"), width=14),
        Column("antragsstrecken"),
        Column("land", ("umsetzendes_land", "betreibendes_land")),
        Column("betreiber"),
        Column("dienstleister", ("IT-Dienstleister",)),
        Column("plattform"),
        Column("xstandard", ("X-Standard",)),
        Column("transportweg", ("transportwege", "bezugsweg")),
        Column("zustellort"),
        Column("fachverfahren"),
        Column("authentifizierung"),
        Column("nutzerkonto"),
        Column("epayment"),
        Column("kosten"),
        Column("verfuegbar_ab", kind=Kind.DATE),
        Column("pilotkommunen", width=12),
        Column("themenfeld"),
        Column("fachressort_bund"),
        Column("fachressort_land"),
        Column("koordinierung", ("koordinierende_stelle",)),
        Column("marktplatz_id"),
        Column("url"),
        Column("demo_url"),
        Column("anbindungsleitfaden_url"),
        Column("faq_url"),
        Column("release_notes_url"),
        Column("lizenz"),
        Column("quellcode_url"),
        Column("quelle"),
        Column("stand", kind=Kind.DATE),
    ),
)

ARTEN = ("efa", "landesloesung", "kommunal", "markt", "opensource", "konzept")
STATUS = ("geplant", "in_entwicklung", "pilot", "verfuegbar", "abgekuendigt", "eingestellt")
EPAYMENT = ("nicht_erforderlich", "optional", "erforderlich")
KOSTENMODELLE = ("kostenneutral", "umlage", "lizenz", "sonstige")

_art = one_of(
    *ARTEN,
    also={"EfA-Leistung": "efa", "Marktangebot": "markt", "kommunal entwickelt": "kommunal"},
)
_epayment = one_of(*EPAYMENT, also={"nicht notwendig": "nicht_erforderlich", "möglich": "optional"})
_LINKS = (
    ("url", "infoseite", "Infoseite"),
    ("anbindungsleitfaden_url", "anbindungsleitfaden", "Anbindungsleitfaden"),
    ("faq_url", "faq", "Häufige Fragen"),
    ("release_notes_url", "versionshinweise", "Versionshinweise"),
)
_MODELLE = {fold(model): model for model in KOSTENMODELLE}
_VERSIONED = re.compile(r"(?P<name>.*\S)\s+[vV]?(?P<version>\d+(?:\.\d+)*)")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ARS = re.compile(r"\d{12}")
_NOTHING: tuple[str, ...] = ()

_Other = QuelleRecord | StelleRecord | PlattformRecord
Outcome = _Other | OnlinedienstRecord | LandesangebotRecord | Fault | Hinweis


def read(name: str, stream: BinaryIO, quelle: QuelleRecord = QUELLE) -> Iterator[Outcome]:
    yield quelle
    introduced: set[tuple[str, str]] = set()
    rows: dict[str, int] = {}
    for row in read_rows(name, stream, TABLE):
        if not isinstance(row, Row):
            yield row
            continue
        cells = RowReader(row)
        dienst = _read_dienst(cells)
        angebot = _read_angebot(cells, dienst)
        first = rows.setdefault(dienst.kennung, row.number)
        if dienst.kennung and first != row.number:
            cells.report(
                "kennung",
                f"Die Kennung steht schon in Zeile {first}.",
                "Jedes Angebot hat seine eigene Kennung. Berichtigen oder löschen Sie die Zeile.",
            )
        if cells.faults:
            yield from cells.faults
            continue
        dienst, others = _name_others(dienst, row, quelle)
        for kind, key, other in others:
            if (kind, key) not in introduced:
                introduced.add((kind, key))
                yield other
        yield dienst
        if angebot is not None:
            yield replace(angebot, quelle=dienst.quelle)
        else:
            yield from _say_unplaced(row)


def _read_dienst(cells: RowReader) -> OnlinedienstRecord:
    standard = _VERSIONED.fullmatch(cells.row["xstandard"])
    kosten = cells.row["kosten"]
    stand = cells.take("stand", partial_day, "")
    return OnlinedienstRecord(
        quelle=cells.take("quelle", at_most(300), ""),
        kennung=cells.need("kennung", kennung, ""),
        name=cells.need("name", at_most(300), ""),
        art=cells.take("art", _art, "efa"),
        status=cells.take("status", one_of(*STATUS), ""),
        verfuegbar_ab=cells.take("verfuegbar_ab", partial_day, ""),
        traeger=cells.take("betreiber", at_most(300), ""),
        betreibendes_land=cells.take("land", land, ""),
        dienstleister=cells.take("dienstleister", at_most(300), ""),
        bundesministerium=cells.take("fachressort_bund", at_most(300), ""),
        plattform=cells.take("plattform", at_most(300), ""),
        themenfeld=cells.take("themenfeld", themenfeld, ""),
        ozg_ids=cells.take("ozg_id", many(ozg_id, "|,; "), _NOTHING),
        authentifizierung=cells.take("authentifizierung", many(at_most(200)), _NOTHING),
        nutzerkonto=cells.take("nutzerkonto", at_most(200), ""),
        epayment=cells.take("epayment", _epayment, ""),
        xstandard=(standard["name"] if standard else cells.row["xstandard"])[:100],
        xstandard_version=standard["version"] if standard else "",
        transportwege=cells.take("transportweg", many(at_most(200)), _NOTHING),
        zustellort=cells.take("zustellort", at_most(300), ""),
        fachverfahren=cells.take("fachverfahren", many(at_most(200)), _NOTHING),
        # One of the four words is the model; everything else is a text about it.
        kosten_modell=_MODELLE.get(fold(kosten), ""),
        kosten_text="" if fold(kosten) in _MODELLE else cells.take("kosten", at_most(500), ""),
        lizenz=cells.take("lizenz", at_most(100), ""),
        quellcode_url=cells.take("quellcode_url", address, ""),
        demo_url=cells.take("demo_url", address, ""),
        marktplatz_id=cells.take("marktplatz_id", at_most(100), ""),
        # "2025" is no day; the source keeps it as text.
        stand=date.fromisoformat(stand) if len(stand) == len("2025-01-31") else None,
        antragsstrecken=_read_strecken(cells),
        verweise=tuple(
            VerweisRecord(art, title, cells.take(column, address, ""))
            for column, art, title in _LINKS
            if cells.row[column]
        ),
    )


def _read_strecken(cells: RowReader) -> tuple[AntragsstreckeRecord, ...]:
    """Keys, names, or both in the same order; a number only says how many paths there are."""
    keys = cells.take("leistungsschluessel", many(leistungsschluessel, "|,;"), _NOTHING)
    text = cells.row["antragsstrecken"]
    if not text or text.isdecimal():
        return tuple(AntragsstreckeRecord(leistungsschluessel=key) for key in keys)
    names = cells.take("antragsstrecken", many(at_most(300)), _NOTHING)
    if keys and len(keys) != len(names):
        cells.report(
            "antragsstrecken",
            f"Es sind {len(names)} Antragsstrecken, aber {len(keys)} Leistungsschlüssel.",
            "Nennen Sie zu jeder Antragsstrecke ihren Schlüssel, in derselben Reihenfolge und mit "
            "| getrennt, oder nur die Zahl der Antragsstrecken.",
        )
        return ()
    return tuple(
        AntragsstreckeRecord(name=name, leistungsschluessel=key)
        for name, key in zip(names, keys or ("",) * len(names), strict=True)
    )


def _read_angebot(cells: RowReader, dienst: OnlinedienstRecord) -> LandesangebotRecord | None:
    if not cells.row["koordinierung"]:
        return None
    return LandesangebotRecord(
        quelle="",
        onlinedienst=dienst.kennung,
        koordinierung=cells.take("koordinierung", kennung, ""),
        status="angeboten",
        fachressort=cells.take("fachressort_land", at_most(500), ""),
        pilotkommunen=cells.take("pilotkommunen", many(ars), _NOTHING),
        stand=dienst.stand,
    )


def _say_unplaced(row: Row) -> Iterator[Hinweis]:
    for column in ("fachressort_land", "pilotkommunen"):
        if row[column]:
            yield Hinweis(
                row.number,
                column,
                row[column][:200],
                "Diese Angabe gilt für das Angebot eines Landes und wurde nicht übernommen.",
                "Nennen Sie in der Spalte koordinierung die Kennung der koordinierenden Stelle.",
            )


def _name_others(
    dienst: OnlinedienstRecord, row: Row, quelle: QuelleRecord
) -> tuple[OnlinedienstRecord, list[tuple[str, str, _Other]]]:
    """Names of bodies, platforms and the source become keys, and records to go with them."""
    others: list[tuple[str, str, _Other]] = []
    source = quelle.kennung
    if dienst.quelle:
        source = to_kennung(dienst.quelle)
        stand = row["stand"][:40]
        record = QuelleRecord(source, dienst.quelle, "import", stand_text=stand)
        others.append(("quelle", source, record))

    def to_key(name: str, kind: str, build: Callable[[str], _Other]) -> str:
        if not name or _SLUG.fullmatch(name) or _ARS.fullmatch(name):
            return name
        key = to_kennung(name)
        others.append((kind, key, build(key)))
        return key

    def body(name: str, art: str) -> str:
        return to_key(name, "stelle", lambda key: StelleRecord(source, key, name, art))

    named = replace(
        dienst,
        quelle=source,
        traeger=body(dienst.traeger, "sonstige"),
        dienstleister=body(dienst.dienstleister, "dienstleister"),
        plattform=to_key(
            dienst.plattform,
            "plattform",
            lambda key: PlattformRecord(source, key, dienst.plattform),
        ),
    )
    return named, others
