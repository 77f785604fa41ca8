"""Code lists are kept as their source gave them; those of areas are held against the register.

Two official lists may disagree on a key (Uder is 160615051119 in one and 160615051097 in the
other): both stay, each with its source, and the report says so.
"""

from __future__ import annotations

from importers.gebiete import split_name
from importers.records import CodelisteneintragRecord, CodelisteRecord
from katalog.domain.begriffe import Gebietsebene, Schluesselart
from katalog.intake.directory import Directory
from katalog.models.register import Gebietsschluessel
from katalog.queries import areas
from katalog.queries.upsert import Row, upsert

_KEYS = "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:"
_LEVELS = {
    "bundesland": Gebietsebene.LAND,
    "bezirk": Gebietsebene.REGIERUNGSBEZIRK,
    "kreis": Gebietsebene.KREIS,
    "ags": Gebietsebene.GEMEINDE,
    "ars": Gebietsebene.GEMEINDE,
    "rs": Gebietsebene.GEMEINDE,
}
_ARS = 12
_NO_AREA = "Stadt-/Ortsteil"
_NO_DISTRICTS = ("Statistische Region", "früher:")


def write_codelisten(to: Directory, incoming: list[CodelisteRecord]) -> None:
    """The record itself is all there is to keep."""


def write_eintraege(to: Directory, incoming: list[CodelisteneintragRecord]) -> None:
    by_level: dict[Gebietsebene, list[CodelisteneintragRecord]] = {}
    for record in incoming:
        level = _LEVELS.get(record.codeliste.removeprefix(_KEYS).partition("_")[0])
        if level is not None and record.code.isdigit() and not _is_no_area(record):
            by_level.setdefault(level, []).append(record)
    for level, entries in by_level.items():
        _compare(to, level, entries)


def _is_no_area(record: CodelisteneintragRecord) -> bool:
    """The lists of keys also have the districts of towns, and what once was a Bezirk."""
    return record.name.startswith(_NO_DISTRICTS) or any(
        name == "Hinweis" and (text or "").startswith(_NO_AREA) for name, text in record.werte
    )


def _compare(to: Directory, level: Gebietsebene, incoming: list[CodelisteneintragRecord]) -> None:
    whole = [record.code for record in incoming if len(record.code) == _ARS]
    short = [record.code for record in incoming if len(record.code) != _ARS]
    found = areas.entries(to.session, level, whole, short)
    free = areas.entries(to.session, Gebietsebene.GEMEINDE, [], [f"{code}000" for code in short])
    old_keys: list[Row] = []
    for record in incoming:
        is_ars = len(record.code) == _ARS
        entry = found.find(record.code, None if is_ars else record.code)
        if entry is None and level is Gebietsebene.KREIS:
            # A kreisfreie Stadt stands among the municipalities and counts on both levels.
            entry = free.find("", f"{record.code}000")
        if entry is not None and entry.besteht:
            _compare_name(to, level, record, str(entry.row["name"]))
        elif is_ars and (
            known := areas.by_association_and_name(
                to.session, record.code, split_name(level, record.name)
            )
        ):
            old_keys.append(
                {
                    "art": Schluesselart.ARS,
                    "wert": record.code,
                    "gebiet_id": known.id,
                    "quelle_id": to.lieferant,
                }
            )
            to.remark(
                record,
                "ARS",
                record.code,
                f"Im Register hat {known.name} den Regionalschlüssel {known.ars}. Beide bleiben mit"
                " ihrer Quelle gespeichert und führen zu dem Gebiet.",
                conflict=True,
            )
        elif entry is not None:
            to.remark(
                record, "Schlüssel", record.code,
                f"Im Register besteht {entry.row['name']} seit"
                f" {entry.row['gueltig_bis']:%d.%m.%Y} nicht mehr.",
                conflict=True,
            )  # fmt: skip
        else:
            to.remark(
                record, "Schlüssel", record.code,
                f"{record.name} steht unter diesem Schlüssel nicht im Register.", conflict=True,
            )  # fmt: skip
    upsert(to.session, Gebietsschluessel, old_keys, ("wert", "art", "gebiet_id"))


def _compare_name(
    to: Directory, level: Gebietsebene, record: CodelisteneintragRecord, known: str
) -> None:
    named = split_name(level, record.name)
    if known not in {named, record.name} and named not in known and known not in named:
        to.remark(record, "Name", record.name, f"Im Register heißt das Gebiet {known}.")
