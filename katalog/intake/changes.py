"""Changes of areas: what was dissolved, renamed, given another key, and what moves with it.

The list of a day says which areas there are, a change says why. Either may come first: a change
finds the areas a list has made already, or makes them. A change with a day to come waits until it
is in force.
"""

from __future__ import annotations

from datetime import date, timedelta

from importers.gebiete import split_name
from importers.records import GebietRecord, GebietsaenderungRecord
from katalog.domain.begriffe import Gebietsebene, Schluesselart
from katalog.domain.sortierung import sort_key
from katalog.intake.areas import create_gebiet, display_name
from katalog.intake.directory import Directory, Unplaceable, one_of
from katalog.models.register import Gebiet, Gebietsname, Gebietsschluessel, Nachfolge
from katalog.models.stellen import Stelle
from katalog.queries import areas, mergers
from katalog.queries.areas import Eintrag
from katalog.queries.upsert import Row, update_rows, upsert

_AUFLOESUNG = "aufloesung"
_SCHLUESSEL = "schluesselaenderung"
_NAME = "namensaenderung"
# A new key first: what is dissolved on the same day may go into the area that gets it.
_ORDER = (_SCHLUESSEL, _NAME, _AUFLOESUNG)
_TEXT = {
    _AUFLOESUNG: "aufgelöst",
    _SCHLUESSEL: "neuer Schlüssel",
    _NAME: "umbenannt",
    "teilausgliederung": "Teil abgegeben",
}


def key_of(record: GebietsaenderungRecord) -> str:
    old, new = record.ags_alt or record.ars_alt, record.ags_neu or record.ars_neu
    return f"{record.kennziffer}/{record.ebene}/{old}/{new}/{'+'.join(record.arten)}"


def name_of(record: GebietsaenderungRecord) -> str:
    kinds = ", ".join(_TEXT.get(art, art) for art in record.arten)
    into = f" → {record.name_neu}" if record.name_neu and record.name_neu != record.name_alt else ""
    return f"{record.name_alt}{into} ({kinds} zum {record.wirksam_am:%d.%m.%Y})"


def write_aenderungen(to: Directory, incoming: list[GebietsaenderungRecord]) -> None:
    dissolved: dict[int, GebietsaenderungRecord] = {}

    def build(record: GebietsaenderungRecord) -> None:
        if record.wirksam_am > to.today:
            raise Unplaceable(
                f"Die Änderung tritt erst am {record.wirksam_am:%d.%m.%Y} in Kraft",
                "Sie wird danach mit dem nächsten Import übernommen.",
            )
        for gone in _apply(to, record):
            dissolved[gone] = record

    def position(record: GebietsaenderungRecord) -> tuple[date, int]:
        first = [n for n, art in enumerate(_ORDER) if art in record.arten]
        return record.wirksam_am, min(first, default=len(_ORDER))

    to.place(sorted(incoming, key=position), build)
    _move(to, dissolved)
    to.forget("gebiet", "gebiet_frueher", "stelle_ars", "stelle_frueher", "stelle_vergangen")


def _apply(to: Directory, record: GebietsaenderungRecord) -> list[int]:
    """What has to be done for one row; the areas that it dissolved."""
    ebene = one_of(Gebietsebene, record.ebene)
    found = areas.entries(
        to.session,
        ebene,
        [key for key in (record.ars_alt, record.ars_neu) if key],
        [key for key in (record.ags_alt, record.ags_neu) if key],
    )
    if _is_town(to, ebene, record):
        return []
    old = found.find(record.ars_alt, record.ags_alt or None)
    new = found.find(record.ars_neu, record.ags_neu or None) if record.ars_neu else None
    if ebene is Gebietsebene.VERBAND and record.ars_neu and not _is_association(record.ars_neu):
        new = areas.by_prefix(to.session, record.ars_neu[:9])
        if new is None:
            return []
    gone: list[int] = []
    if _SCHLUESSEL in record.arten:
        gone += _give_new_key(to, record, old, new)
    if _AUFLOESUNG in record.arten:
        gone += _dissolve(to, record, old, new)
    if _NAME in record.arten:
        _rename(to, record, new or old)
    return gone


def _is_association(ars: str) -> bool:
    """On its level a town that belongs to none has an entry of its own; the register has none."""
    return ars[5] == "5"


def _is_town(to: Directory, ebene: Gebietsebene, record: GebietsaenderungRecord) -> bool:
    """A town that the list of changes also names as its own Kreis or association.

    What becomes of it stands in the row for the town itself.
    """
    if ebene is Gebietsebene.VERBAND:
        return not _is_association(record.ars_alt)
    if ebene is not Gebietsebene.KREIS:
        return False
    kreis, town = record.ars_alt[:5], record.ars_alt[:5] + "000"
    if areas.entries(to.session, Gebietsebene.KREIS, [], [kreis]).find("", kreis) is not None:
        return False
    found = areas.entries(to.session, Gebietsebene.GEMEINDE, [], [town])
    return found.find("", town) is not None


def _dissolve(
    to: Directory, record: GebietsaenderungRecord, old: Eintrag | None, new: Eintrag | None
) -> list[int]:
    if new is None and record.ars_neu:
        new = create_gebiet(to, _new_area(record, old))
    if old is None or (new is not None and new.id == old.id):
        if new is not None:
            _remember_keys(to, record, new.id)
        return []
    closed: Row = {"_id": old.id, "stand": record.wirksam_am}
    closed["gueltig_bis"] = max(record.wirksam_am - timedelta(days=1), old.row["gueltig_ab"])
    if any(old.row[name] != value for name, value in closed.items() if name != "_id"):
        update_rows(to.session, Gebiet, [closed])
    if new is None:
        return []
    upsert(
        to.session,
        Nachfolge,
        [
            {
                "von_id": old.id,
                "nach_id": new.id,
                "datum": record.wirksam_am,
                "vorgang": f"{record.kennziffer}: {name_of(record)}"[:200],
                "quelle_id": to.require("quelle", record.quelle),
            }
        ],
        ("von_id", "nach_id", "datum"),
    )
    return [old.id]


def _new_area(record: GebietsaenderungRecord, old: Eintrag | None) -> GebietRecord:
    """The area that comes of a change, until a list says more about it."""
    name = split_name(record.ebene, record.name_neu)
    place = old.row if old is not None else {}
    return GebietRecord(
        quelle=record.quelle,
        ebene=record.ebene,
        ars=record.ars_neu,
        ags=record.ags_neu,
        name=name,
        gueltig_ab=record.wirksam_am,
        bezeichnung=place.get("bezeichnung") or "",
        plz=place.get("plz") or "",
        lat=place.get("lat"),
        lon=place.get("lon"),
    )


def _give_new_key(
    to: Directory, record: GebietsaenderungRecord, old: Eintrag | None, new: Eintrag | None
) -> list[int]:
    if old is not None and new is not None and old.id != new.id:
        return _dissolve(to, record, old, new)
    entry = old or new
    if entry is None:
        create_gebiet(to, _new_area(record, None))
        return []
    _remember_keys(to, record, entry.id)
    if entry.stand is None or entry.stand <= record.wirksam_am:
        change: Row = {"_id": entry.id, "ars": record.ars_neu, "stand": record.wirksam_am}
        change["ags"] = record.ags_neu or None
        update_rows(to.session, Gebiet, [change])
    return []


def _remember_keys(to: Directory, record: GebietsaenderungRecord, gebiet: int) -> None:
    """Old links lead on, and imports that name the old key are understood."""
    pairs = (
        (Schluesselart.ARS, record.ars_alt, record.ars_neu),
        (Schluesselart.AGS, record.ags_alt, record.ags_neu),
    )
    upsert(
        to.session,
        Gebietsschluessel,
        [
            {
                "art": art,
                "wert": old,
                "gebiet_id": gebiet,
                "gueltig_bis": record.wirksam_am - timedelta(days=1),
                "quelle_id": to.require("quelle", record.quelle),
            }
            for art, old, new in pairs
            if old and old != new
        ],
        ("wert", "art", "gebiet_id"),
    )


def _remember_name(to: Directory, record: GebietsaenderungRecord, gebiet: int, name: str) -> None:
    """An addition alone ("Borna, Stadt") is no other name here."""
    before = split_name(record.ebene, record.name_alt)
    if before and before != name:
        row: Row = {
            "gebiet_id": gebiet,
            "name": before,
            "gueltig_bis": record.wirksam_am - timedelta(days=1),
            "quelle_id": to.require("quelle", record.quelle),
        }
        upsert(to.session, Gebietsname, [row], ("gebiet_id", "gueltig_bis"))


def _rename(to: Directory, record: GebietsaenderungRecord, entry: Eintrag | None) -> None:
    """A list of a later day has the new name already, perhaps even a newer one."""
    name = split_name(record.ebene, record.name_neu)
    if entry is not None:
        _remember_name(to, record, entry.id, name)
    if entry is None or entry.is_newer_than(record.wirksam_am):
        return
    if not name or name == entry.row["name"]:
        return
    mergers.rename(to.session, entry.id, name, sort_key(name), record.wirksam_am)
    named = display_name(
        GebietRecord(
            quelle=record.quelle,
            ebene=record.ebene,
            ars=record.ars_neu,
            ags=record.ags_neu,
            name=name,
            gueltig_ab=record.wirksam_am,
            bezeichnung=entry.row["bezeichnung"],
        )
    )
    body: Row = {"gebiet_id": entry.id, "name": named, "sortier": sort_key(named)}
    upsert(to.session, Stelle, [body], ("gebiet_id",))


def _move(to: Directory, dissolved: dict[int, GebietsaenderungRecord]) -> None:
    """Only where one area follows: of several nobody knows whose a statement has become."""
    followed = mergers.successors(to.session, list(dissolved))
    for old, record in dissolved.items():
        into = followed.get(old, set())
        if len(into) == 1:
            new = mergers.last_of(to.session, *into)
            reason = f"Gebietsänderung {record.kennziffer}"
            mergers.move_statements(to.session, old, new, reason)
            mergers.move_memberships(to.session, old, new, record.wirksam_am)
        elif count := mergers.count_statements(to.session, old):
            to.note(
                record,
                f"{record.name_alt} ging in {len(into)} Gebieten auf; {count} Angaben zur Nutzung"
                " bleiben deshalb bei dem alten Gebiet",
                "Ordnen Sie die Angaben von Hand zu.",
            )
