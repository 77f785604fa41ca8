"""Areas with their bodies, as the lists of a certain day name them.

An area is the same one as long as its AGS stays, whatever becomes of its ARS; an association has
no AGS and is known by its ARS. Each row remembers in `stand` the day for which its names and keys
were last stated: an older list must not turn them back, and an area that came after the day of a
list is not missing from it. Vanished areas keep their row; `changes` says what became of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from importers import records
from katalog.domain.begriffe import Gebietsebene, Schluesselart, Stellenart
from katalog.domain.schluessel import Gemeindeschluessel, Regionalschluessel
from katalog.domain.sortierung import sort_key
from katalog.intake.directory import Directory, one_of
from katalog.models.register import Gebiet, Gebietsschluessel
from katalog.models.stellen import Stelle
from katalog.queries import areas
from katalog.queries.areas import Eintrag
from katalog.queries.upsert import Row, fitted, insert_rows, update_rows, upsert

_FROM_LARGE_TO_SMALL = (
    Gebietsebene.LAND,
    Gebietsebene.REGIERUNGSBEZIRK,
    Gebietsebene.KREIS,
    Gebietsebene.VERBAND,
    Gebietsebene.GEMEINDE,
)
_STELLENART = {
    Gebietsebene.LAND: Stellenart.LAND,
    Gebietsebene.REGIERUNGSBEZIRK: Stellenart.SONSTIGE,
    Gebietsebene.KREIS: Stellenart.KOMMUNE,
    Gebietsebene.VERBAND: Stellenart.VERBAND,
    Gebietsebene.GEMEINDE: Stellenart.KOMMUNE,
}
# What an older list must not turn back; the rest it may add where nothing is known.
_DATED = (
    "ars", "ags", "name", "bezeichnung", "sortier", "kreisfrei", "land_id", "parent_id", "kreis_id",
    "stand", "quelle_id",
)  # fmt: skip
_READ_ANEW = (
    "gebiet", "gebiet_frueher", "land", "stelle_ars", "stelle_frueher",
    *(f"gebiet_{ebene}" for ebene in Gebietsebene),
)  # fmt: skip


def key_of(record: records.GebietRecord) -> str:
    return write_key(record.ebene, record.ars, record.ags)


def write_key(ebene: str, ars: str, ags: str | None) -> str:
    return f"{ebene}/{ars if ebene == Gebietsebene.VERBAND else ags or ars}"


def show_key(key: str) -> str:
    """ "gemeinde/16061119" as people read it."""
    ebene, _, number = key.partition("/")
    known = ebene in set(Gebietsebene)
    return f"{Gebietsebene(ebene).label if known else 'Gebiet'} {number}"


def display_name(record: records.GebietRecord) -> str:
    """A Kreis shares its name with its town: "Kreis Warendorf", but just "Enzkreis"."""
    named_by_kind = record.ebene in {
        Gebietsebene.KREIS, Gebietsebene.VERBAND, Gebietsebene.REGIERUNGSBEZIRK,
    }  # fmt: skip
    if named_by_kind and record.bezeichnung and not record.bezeichnung_im_namen:
        return f"{record.bezeichnung} {record.name}"
    return record.name


def write_gebiete(to: Directory, incoming: list[records.GebietRecord]) -> None:
    """From large to small, so that each area finds what it lies in."""

    def check_level(record: records.GebietRecord) -> None:
        one_of(Gebietsebene, record.ebene)

    to.place(incoming, check_level)
    for ebene in _FROM_LARGE_TO_SMALL:
        level = [record for record in incoming if record.ebene == ebene]
        if level:
            _write_level(to, ebene, level)


def _write_level(to: Directory, ebene: Gebietsebene, incoming: list[records.GebietRecord]) -> None:
    known = areas.entries(
        to.session, ebene, [r.ars for r in incoming], [r.ags for r in incoming if r.ags]
    )
    newest = areas.newest_list(to.session)
    fresh: list[Row] = []
    differing: list[Row] = []
    old_keys: list[Row] = []
    bodies: list[tuple[records.GebietRecord, Row, int | None]] = []

    def build(record: records.GebietRecord) -> None:
        row = fitted(Gebiet, _row_of(to, ebene, record))
        found = known.find(row["ars"], row["ags"])
        if found is None:
            row |= {"gueltig_ab": record.gueltig_ab, "gueltig_bis": None}
            if newest and newest > record.gueltig_ab:
                # A later list no longer has it.
                row["gueltig_bis"] = newest
            fresh.append(row)
            bodies.append((record, row, None))
            return
        change = _change(row, found, record.gueltig_ab)
        old_keys.extend(_old_keys(row, found, change))
        if change:
            differing.append({"_id": found.id, **change})
        if not found.is_newer_than(record.gueltig_ab):
            bodies.append((record, row, found.id))

    to.place(incoming, build)
    numbers = iter(_insert_alike(to, fresh))
    for alike in group_by_columns(differing):
        update_rows(to.session, Gebiet, alike)
    upsert(to.session, Gebietsschluessel, old_keys, ("wert", "art", "gebiet_id"))
    areas.point_to_themselves(to.session)
    placed = [
        (record, row, next(numbers) if number is None else number) for record, row, number in bodies
    ]
    _write_bodies(to, ebene, placed)
    if fresh or differing:
        to.forget(*_READ_ANEW)


def _insert_alike(to: Directory, rows: list[Row]) -> list[int]:
    """Numbers in the order of the rows, whose columns differ by what their source knows."""
    every = {name for row in rows for name in row}
    return insert_rows(
        to.session, Gebiet, [{name: row.get(name) for name in every} for row in rows]
    )


def group_by_columns(rows: Iterable[Row]) -> list[list[Row]]:
    """One statement writes rows of the same columns."""
    alike: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        alike[tuple(sorted(row))].append(row)
    return list(alike.values())


def _row_of(to: Directory, ebene: Gebietsebene, record: records.GebietRecord) -> Row:
    ars = str(Regionalschluessel.parse(record.ars))

    def inside(level: Gebietsebene, length: int) -> int | None:
        return to.map(f"gebiet_{level}").get(ars[:length].ljust(12, "0"))

    row: Row = {
        "ebene": ebene,
        "ars": ars,
        "ags": str(Gemeindeschluessel.parse(record.ags)) if record.ags else None,
        "name": record.name,
        "bezeichnung": record.bezeichnung,
        "sortier": sort_key(record.name),
        "kreisfrei": record.kreisfrei,
        "quelle_id": to.require("quelle", record.quelle),
        "stand": record.gueltig_ab,
    }
    # Fields a source does not know are left as another source gave them.
    row |= {
        name: getattr(record, name)
        for name in ("einwohner", "flaeche_km2", "plz", "lat", "lon")
        if getattr(record, name) not in (None, "")
    }
    if ebene is Gebietsebene.LAND:
        return row
    land = row["land_id"] = inside(Gebietsebene.LAND, 2)
    bezirk = inside(Gebietsebene.REGIERUNGSBEZIRK, 3)
    kreis = inside(Gebietsebene.KREIS, 5)
    match ebene:
        case Gebietsebene.REGIERUNGSBEZIRK:
            row["parent_id"] = land
        case Gebietsebene.KREIS:
            row["parent_id"] = bezirk or land
        case Gebietsebene.VERBAND:
            row["parent_id"] = row["kreis_id"] = kreis
        case _ if record.kreisfrei:
            row["parent_id"] = bezirk or land
        case _:
            row["parent_id"], row["kreis_id"] = inside(Gebietsebene.VERBAND, 9) or kreis, kreis
    return row


def _change(row: Row, found: Eintrag, stated: date) -> Row:
    """What differs and may be changed, given the day for which the record was stated."""
    outdated = found.is_newer_than(stated)
    change = {
        name: value
        for name, value in row.items()
        if name != "ebene" and found.row[name] != value and not (outdated and name in _DATED)
    }
    if outdated:
        # What it once said of a town that went into this one says nothing about this one.
        same = row["ags"] == found.row["ags"]
        change = {n: value for n, value in change.items() if same and found.row[n] is None}
    elif found.row["gueltig_bis"] is not None and found.row["gueltig_bis"] <= stated:
        # A later list has it again.
        change["gueltig_bis"] = None
    return change


def _old_keys(row: Row, found: Eintrag, change: Row) -> list[Row]:
    return [
        {
            "art": art,
            "wert": found.row[art],
            "gebiet_id": found.id,
            "quelle_id": found.row["quelle_id"],
            "gueltig_bis": row["stand"],
        }
        for art in (Schluesselart.ARS, Schluesselart.AGS)
        if art.value in change and found.row[art.value]
    ]


def _write_bodies(
    to: Directory, ebene: Gebietsebene, placed: Sequence[tuple[records.GebietRecord, Row, int]]
) -> None:
    upsert(
        to.session,
        Stelle,
        [
            fitted(
                Stelle,
                {
                    "gebiet_id": number,
                    "art": _STELLENART[ebene],
                    "name": display_name(record),
                    "sortier": sort_key(display_name(record)),
                    "land_id": row.get("land_id", number),
                    "quelle_id": row["quelle_id"],
                },
            )
            for record, row, number in placed
        ],
        ("gebiet_id",),
    )


def drop_gebiete(to: Directory, schluessel: Sequence[str]) -> None:
    """Areas that the list no longer has. When exactly they vanished only `changes` knows."""
    areas.close(to.session, schluessel, to.stand or to.today)
    to.forget(*_READ_ANEW)


def create_gebiet(to: Directory, record: records.GebietRecord) -> Eintrag:
    """One area that no list names yet."""
    write_gebiete(to, [record])
    fault = to.refused.pop(id(record), None)
    if fault is not None:
        raise fault
    ags = [record.ags] if record.ags else []
    found = areas.entries(to.session, Gebietsebene(record.ebene), [record.ars], ags)
    entry = found.find(record.ars, record.ags or None)
    assert entry is not None
    return entry
